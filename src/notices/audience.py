"""For whom a notice is, as SQL: who may read it, and whom it reaches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from notices.rules.chain import side_of
from parties.queries import Holder
from premises.models import Building, Entrance
from tenancy.actor import Actor


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a notice is for: roles (``rules.kinds.ROLES``), and ids of buildings and entrances; empty means all of them."""

    roles: tuple[str, ...] = ()
    building_ids: tuple[int, ...] = ()
    entrance_ids: tuple[int, ...] = ()

    @property
    def is_everyone(self) -> bool:
        """Whether nobody is left out."""
        return not (self.roles or self.building_ids or self.entrance_ids)


# Whose homes count when somebody acts from a standing: their own; upper floors say whose for the standings they register.
_PEOPLE = {"home": "SELECT %(person)s::bigint"}


def register_people(kind: str, sql: str) -> None:
    """Say for a kind of standing whose homes count: SQL giving ids of people, with ``%(person)s``, ``%(compound)s``."""
    _PEOPLE[kind] = sql


# A confirmed link of one of these people to a home that the notice ``n`` means.
_LIVES = """EXISTS (SELECT 1 FROM premises_occupancy o
    JOIN premises_home h ON h.compound_id = o.compound_id AND h.id = o.home_id
    JOIN premises_entrance e ON e.compound_id = h.compound_id AND e.id = h.entrance_id
    WHERE o.compound_id = %(compound)s AND o.person_id IN ({people}) AND o.state = 'confirmed'
      AND o.starts <= %(on)s AND (o.ends IS NULL OR o.ends >= %(on)s)
      AND (cardinality({n}.roles) = 0 OR o.relation = ANY ({n}.roles))
      AND (cardinality({n}.building_ids) + cardinality({n}.entrance_ids) = 0
        OR e.building_id = ANY ({n}.building_ids) OR e.id = ANY ({n}.entrance_ids)))"""
_EVERYONE = "cardinality({n}.roles) + cardinality({n}.building_ids) + cardinality({n}.entrance_ids) = 0"


def means(actor: Actor, *, row: str = "notices_notice") -> str:
    """The condition that the notice of this table or alias is for the actor; wants compound, person, organisation, on."""
    if actor.party == "resident":
        lives = _LIVES.format(n=row, people=_PEOPLE.get(actor.kind, _PEOPLE["home"]))
        return f"({_EVERYONE.format(n=row)} OR {lives})"
    if side_of(actor.party) in {"community", "committee", "street"}:
        return "TRUE"
    if actor.party == "company":
        named = "'worker', 'company'" if actor.role == "worker" else "'worker', 'company', 'owner', 'family', 'tenant'"
        return (
            f"(cardinality({row}.roles) = 0 OR {row}.roles && ARRAY[{named}]::varchar[]"
            f" OR {row}.organisation_id = %(organisation)s)"
        )
    return "FALSE"


def parameters(actor: Actor, compound_id: int, on: date) -> dict[str, Any]:
    """What ``means`` wants."""
    return {
        "compound": compound_id,
        "person": actor.person_id,
        "organisation": actor.organisation_id,
        "on": on,
    }


def is_for(actor: Actor, compound_id: int, on: date) -> RawSQL:
    """The same condition for a queryset of notices."""
    sql, given = means(actor), parameters(actor, compound_id, on)
    return RawSQL(_positional(sql, given), _in_order(sql, given), output_field=BooleanField())  # noqa: S611  our own words


def _names(sql: str) -> list[str]:
    return [part.partition(")s")[0] for part in sql.split("%(")[1:]]


def _positional(sql: str, given: dict[str, Any]) -> str:
    for name in given:
        sql = sql.replace(f"%({name})s", "%s")
    return sql


def _in_order(sql: str, given: dict[str, Any]) -> list[Any]:
    return [given[name] for name in _names(sql)]


_REACH = """
SELECT o.person_id, o.home_id FROM premises_occupancy o
JOIN premises_home h ON h.compound_id = o.compound_id AND h.id = o.home_id
JOIN premises_entrance e ON e.compound_id = h.compound_id AND e.id = h.entrance_id
WHERE o.compound_id = %(compound)s AND o.state = 'confirmed'
  AND o.starts <= %(on)s AND (o.ends IS NULL OR o.ends >= %(on)s)
  AND (cardinality(%(roles)s::varchar[]) = 0 OR o.relation = ANY (%(roles)s::varchar[]))
  AND (cardinality(%(buildings)s::bigint[]) + cardinality(%(entrances)s::bigint[]) = 0
    OR e.building_id = ANY (%(buildings)s::bigint[]) OR e.id = ANY (%(entrances)s::bigint[]))
"""


def _wanted(compound_id: int, audience: Audience, on: date) -> dict[str, Any]:
    return {
        "compound": compound_id,
        "on": on,
        "roles": list(audience.roles),
        "buildings": list(audience.building_ids),
        "entrances": list(audience.entrance_ids),
    }


def reach(compound_id: int, audience: Audience, on: date) -> tuple[int, int]:
    """How many homes and how many people who live there a notice is for. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(DISTINCT home_id), count(DISTINCT person_id) FROM ({_REACH}) r",  # noqa: S608  our own words
            _wanted(compound_id, audience, on),
        )
        homes, people = cursor.fetchone()
    return int(homes), int(people)


def residents(compound_id: int, audience: Audience, on: date) -> set[int]:
    """The ids of the people who live there whom a notice is for. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT person_id FROM ({_REACH}) r", _wanted(compound_id, audience, on))  # noqa: S608
        return {row[0] for row in cursor.fetchall()}


def posts(audience: Audience, here: Sequence[Holder]) -> set[int]:
    """Of those who hold posts there, the people whom a notice names by their role."""
    return {one.person_id for one in here if _post_role(one) in audience.roles}


def _post_role(one: Holder) -> str:
    if one.party == "company":
        return "worker" if one.role == "worker" else "company"
    return side_of(one.party)


def homes_of_reader(actor: Actor, compound_id: int, on: date) -> list[int]:
    """The ids of the homes for which the actor reads. One statement; none for a post."""
    if actor.party != "resident":
        return []
    people = _PEOPLE.get(actor.kind, _PEOPLE["home"])
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT DISTINCT o.home_id FROM premises_occupancy o
            WHERE o.compound_id = %(compound)s AND o.person_id IN ({people}) AND o.state = 'confirmed'
              AND o.starts <= %(on)s AND (o.ends IS NULL OR o.ends >= %(on)s) ORDER BY 1
            """,  # noqa: S608  our own words
            parameters(actor, compound_id, on),
        )
        return [row[0] for row in cursor.fetchall()]


def unknown_places(compound_id: int, audience: Audience) -> bool:
    """Whether a building or an entrance is not one of this compound's. Two statements at most."""
    buildings, entrances = set(audience.building_ids), set(audience.entrance_ids)
    if buildings and Building.objects.filter(compound_id=compound_id, pk__in=buildings).count() != len(buildings):
        return True
    return bool(
        entrances and Entrance.objects.filter(compound_id=compound_id, pk__in=entrances).count() != len(entrances)
    )
