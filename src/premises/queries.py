"""Reads: what a resident's standing covers, the homes of a person, the register."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from premises.models import Building, Home, Occupancy
from tenancy.actor import Actor
from tenancy.statements import prepared

# Readable before any scope exists, through the entry policy: the person's own rows and nothing else.
_RESIDENT = """
SELECT person.name, c.name FROM premises_occupancy o
JOIN tenancy_compound c ON c.id = o.compound_id
JOIN accounts_person person ON person.id = o.person_id
WHERE o.person_id = %(person)s AND o.compound_id = %(compound)s AND o.state = 'confirmed'
  AND o.starts <= %(on)s AND (o.ends IS NULL OR o.ends >= %(on)s)
LIMIT 1
"""


def resident(person_id: int, compound_id: int, on: date) -> Actor | None:
    """The actor for a person who lives in or owns a home of the compound on that day; None otherwise."""
    with prepared() as cursor:
        cursor.execute(_RESIDENT, {"person": person_id, "compound": compound_id, "on": on})
        row = cursor.fetchone()
    if row is None:
        return None
    name, compound = row
    return Actor(
        person_id=person_id,
        person_name=name,
        kind="home",
        key=compound_id,
        party="resident",
        role="resident",
        label=_("%(compound)s 居民") % {"compound": compound},
        compound_ids=(compound_id,),
    )


_COMPOUNDS = """
SELECT DISTINCT c.id, c.code, c.name FROM premises_occupancy o JOIN tenancy_compound c ON c.id = o.compound_id
WHERE o.person_id = %(person)s AND o.state = 'confirmed' AND o.starts <= %(on)s AND (o.ends IS NULL OR o.ends >= %(on)s)
ORDER BY c.code
"""


@dataclass(frozen=True, slots=True)
class LivedIn:
    """A compound in which a person is a confirmed resident."""

    compound_id: int
    code: str
    name: str


def compounds_of(person_id: int, on: date) -> list[LivedIn]:
    """The compounds where a person is a confirmed resident. One statement; runs inside ``tenancy.scope.entering``."""
    with connection.cursor() as cursor:
        cursor.execute(_COMPOUNDS, {"person": person_id, "on": on})
        return [LivedIn(*row) for row in cursor.fetchall()]


def homes_of(*, compound_id: int, person_id: int, on: date) -> list[Home]:
    """The person's confirmed homes in a compound on a day, with building loaded. One statement."""
    lived = (
        Occupancy.objects.filter(compound_id=compound_id, person_id=person_id, state=Occupancy.State.CONFIRMED)
        .filter(starts__lte=on)
        .exclude(ends__lt=on)
        .select_related("home__entrance__building")
        .order_by("starts", "pk")
    )
    return [row.home for row in lived]


def buildings(compound_id: int) -> QuerySet[Building]:
    """The compound's buildings in their order."""
    found: QuerySet[Building] = Building.objects.filter(compound_id=compound_id).order_by("position", "name")
    return found


# Who decided is said as their post; their name is theirs.
_OWN = """
SELECT json_build_object('compound', c.name, 'relation', o.relation, 'state', o.state, 'starts', o.starts, 'ends', o.ends,
  'note', o.note, 'claimed_at', o.claimed_at, 'reminded_at', o.reminded_at, 'route', o.route, 'decided_as', o.decided_as,
  'decided_at', o.decided_at, 'ground', o.ground, 'ended_as', o.ended_as, 'ended_at', o.ended_at,
  'end_reason', o.end_reason)
FROM premises_occupancy o
JOIN tenancy_compound c ON c.id = o.compound_id WHERE o.person_id = %(person)s ORDER BY o.starts, o.id
"""


def ties(person_id: int) -> list[int]:
    """The compounds in which a person has or had a home, or asked for one. One statement; runs inside ``entering``."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT compound_id FROM premises_occupancy WHERE person_id = %s", [person_id])
        return [compound for (compound,) in cursor.fetchall()]


def own_links(person_id: int) -> list[dict[str, Any]]:
    """Every link of a person to a home, as the person's own copy says it. One statement; runs inside ``entering``."""
    with connection.cursor() as cursor:
        cursor.execute(_OWN, {"person": person_id})
        return [row for (row,) in cursor.fetchall()]
