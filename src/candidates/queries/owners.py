"""Who of the register somebody is: their own lines, by the account that was matched or by their own verified number."""

from dataclasses import dataclass, replace
from datetime import date

from django.db import connection

# A person's own lines of a compound on a day, one for each home.
_OWN = """
SELECT o.id, h.id, h.address, b.id, b.name, o.name
FROM premises_owner o
JOIN premises_home h ON h.compound_id = o.compound_id AND h.id = o.home_id
JOIN premises_entrance e ON e.compound_id = h.compound_id AND e.id = h.entrance_id
JOIN premises_building b ON b.compound_id = e.compound_id AND b.id = e.building_id
LEFT JOIN accounts_person p ON p.id = %(person)s
WHERE o.compound_id = %(compound)s AND o.starts <= %(on)s AND (o.ends IS NULL OR o.ends > %(on)s)
  AND (h.ends IS NULL OR h.ends > %(on)s)
  AND (o.person_id = %(person)s
    OR (p.phone_verified AND p.closed_at IS NULL AND o.phone_digests @> ARRAY[p.phone_digest]::varchar[]))
ORDER BY b.position, b.name, h.address, o.position, o.id
"""
# A line by the name and the address that somebody typed; the person where one was matched, or is known by the number.
_LINE = """
SELECT o.id, h.id, h.address, b.id, b.name, o.name,
  coalesce(o.person_id, (SELECT p.id FROM accounts_person p
    WHERE p.phone_verified AND p.closed_at IS NULL AND p.phone_digest = ANY (o.phone_digests) ORDER BY p.id LIMIT 1))
FROM premises_home h
JOIN premises_entrance e ON e.compound_id = h.compound_id AND e.id = h.entrance_id
JOIN premises_building b ON b.compound_id = e.compound_id AND b.id = e.building_id
LEFT JOIN premises_owner o ON o.compound_id = h.compound_id AND o.home_id = h.id AND o.name = %(name)s
  AND o.starts <= %(on)s AND (o.ends IS NULL OR o.ends > %(on)s)
WHERE h.compound_id = %(compound)s AND h.address = %(address)s AND (h.ends IS NULL OR h.ends > %(on)s)
ORDER BY o.id NULLS LAST, h.id LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class OwnLine:
    """One line of the register: its row (None where the home has no owner of that name), the home, the owner's name."""

    line: int | None
    home_id: int
    address: str
    building_id: int
    building: str
    name: str
    person_id: int | None = None


def own_lines(*, compound_id: int, person_id: int, on: date) -> list[OwnLine]:
    """What somebody owns in a compound on a day. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_OWN, {"compound": compound_id, "person": person_id, "on": on})
        found = [replace(OwnLine(*row), person_id=person_id) for row in cursor.fetchall()]
    return list({one.home_id: one for one in reversed(found)}.values())[::-1]


def find_line(*, compound_id: int, name: str, address: str, on: date) -> OwnLine | None:
    """The home of this address with its owner of this name; None where there is no such home. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            _LINE, {"compound": compound_id, "name": name.strip(), "address": "".join(address.split()), "on": on}
        )
        row = cursor.fetchone()
    return OwnLine(*row) if row is not None else None
