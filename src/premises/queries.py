"""Reads: what a resident's standing covers, the homes of a person, the register."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.crypto import decrypt, digest
from accounts.models import Person
from premises.models import Building, Home, Occupancy
from tenancy.actor import Actor, Entered
from tenancy.scope import OPENS, opens, scope
from tenancy.statements import built, columns, prepared, terse

# Readable before any scope exists, through the entry policy: the person's own rows and nothing else.
_LIVES_THERE = """
FROM premises_occupancy o
JOIN tenancy_compound c ON c.id = o.compound_id
JOIN accounts_person person ON person.id = o.person_id
WHERE o.person_id = %(person)s AND o.compound_id = %(compound)s AND o.state = 'confirmed'
  AND o.starts <= %(on)s AND (o.ends IS NULL OR o.ends >= %(on)s)
LIMIT 1
"""
_RESIDENT = f"SELECT person.name, c.name {_LIVES_THERE}"


@cache
def _entered() -> str:
    return terse(
        f"WITH held AS MATERIALIZED (SELECT {columns(Person, 'person')}, c.name AS compound {_LIVES_THERE})"  # noqa: S608  constants
        f" SELECT {columns(Person, 'held')}, held.compound, {OPENS} FROM held"
    )


def resident(person_id: int, compound_id: int, on: date) -> Actor | None:
    """The actor for a person who lives in or owns a home of the compound on that day; None otherwise."""
    with prepared(_RESIDENT) as cursor:
        cursor.execute(_RESIDENT, {"person": person_id, "compound": compound_id, "on": on})
        row = cursor.fetchone()
    if row is None:
        return None
    name, compound = row
    return _acting(person_id, name, compound_id, compound)


def resident_entered(person_id: int, compound_id: int, on: date) -> Entered | None:
    """As ``resident``, with the person and the scope of the compound: what every page of theirs begins with, in one statement."""
    with prepared(_entered()) as cursor:
        cursor.execute(_entered(), {"person": person_id, "compound": compound_id, "on": on, **opens((compound_id,))})
        row = cursor.fetchone()
    if row is None:
        return None
    person = built(Person, row)
    # After the person: the compound's name and the two settings that were made.
    return Entered(_acting(person_id, person.name, compound_id, row[-3]), person)


_RESIDENTS = """
SELECT DISTINCT person.id, person.name, c.name FROM premises_occupancy o
JOIN tenancy_compound c ON c.id = o.compound_id
JOIN accounts_person person ON person.id = o.person_id
WHERE o.person_id = ANY(%(people)s) AND o.compound_id = %(compound)s AND o.state = 'confirmed'
  AND o.starts <= %(on)s AND (o.ends IS NULL OR o.ends >= %(on)s)
"""


def residents(person_ids: Collection[int], compound_id: int, on: date) -> dict[int, Actor]:
    """As ``resident`` for many people: who of them lives in or owns a home of the compound on that day. One statement.

    Opens the compound's scope: these are its rows, and no other compound's are read, whoever is asked about.
    """
    with scope(compound_id), prepared() as cursor:
        cursor.execute(_RESIDENTS, {"people": list(person_ids), "compound": compound_id, "on": on})
        return {person: _acting(person, name, compound_id, compound) for person, name, compound in cursor.fetchall()}


def _acting(person_id: int, name: str, compound_id: int, compound: str) -> Actor:
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


_NAMES = """
SELECT name FROM premises_owner WHERE compound_id = %(compound)s
UNION
SELECT p.name FROM premises_occupancy o JOIN accounts_person p ON p.id = o.person_id WHERE o.compound_id = %(compound)s
"""


def names_in(compound_id: int) -> set[str]:
    """The names of everyone who owns or lives there, or did: to be kept out of what is published. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_NAMES, {"compound": compound_id})
        return {name for (name,) in cursor.fetchall()}


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

# The register's own line of a home, for whom it was matched to, or whose telephone it gives. What else such a line says is of
# its owner: whoever is known by the number alone reads that their number stands there, and no name.
_REGISTERED = """
SELECT c.name, h.address, o.person_id IS NOT DISTINCT FROM %(person)s, o.name, o.share_numerator, o.share_denominator,
  o.source, o.starts, o.ends, o.phone_cipher
FROM premises_owner o
JOIN premises_home h ON h.compound_id = o.compound_id AND h.id = o.home_id
JOIN tenancy_compound c ON c.id = o.compound_id
WHERE o.compound_id = ANY (%(compounds)s)
  AND (o.person_id = %(person)s OR o.phone_digests @> ARRAY[%(digest)s]::varchar[])
ORDER BY o.starts, o.id
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


def own_register(*, person_id: int, phone: str, compound_ids: Collection[int]) -> list[dict[str, Any]]:
    """What the registers of ``compound_ids`` say of a person, as the person's own copy says it. One statement.

    ``phone`` is the person's own number (E.164, or empty). A line that was matched to the person is given whole; of a line
    that only gives their number: the home, since when, and the number.
    """
    asked: dict[str, Any] = {
        "person": person_id,
        "digest": digest(phone) if phone else "",
        "compounds": list(compound_ids),
    }
    with connection.cursor() as cursor:
        cursor.execute(_REGISTERED, asked)
        found = cursor.fetchall()
    lines: list[dict[str, Any]] = []
    for compound, home, matched, name, above, below, source, starts, ends, cipher in found:
        phones = decrypt(cipher).split() if cipher else []
        line = {
            "compound": compound,
            "home": home,
            "starts": starts.isoformat(),
            "ends": ends.isoformat() if ends else None,
            "phones": phones if matched else [one for one in phones if one == phone],
        }
        lines.append({**line, "name": name, "share": f"{above}/{below}", "source": source} if matched else line)
    return lines
