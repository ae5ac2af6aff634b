"""Who can be reached for a right: the accounts of its owners, or of whoever is recorded in their place."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.timezone import localdate

from accounts.models import Person
from elections.models import Poll, Right, Unit
from parties.queries import holders

# By account and by telephone apart: each has an index to go by. A recorded representative stands in the owners' place.
_PEOPLE = """
WITH lines AS (
  SELECT r.key, o.value AS line FROM elections_right r
  JOIN elections_unit u ON u.compound_id = r.compound_id AND u.poll_id = %(poll)s AND u.number = ANY (r.units)
  CROSS JOIN LATERAL jsonb_array_elements(u.owners) o
  WHERE r.compound_id = %(compound)s AND r.edition_id = %(edition)s AND NOT r.developer
    AND (%(whole)s OR r.key = ANY (%(rights)s))
    AND NOT EXISTS (SELECT FROM ballots_speaker s WHERE s.compound_id = r.compound_id AND s.poll_id = %(poll)s
      AND s."right" = r.key AND s.ended_at IS NULL)
)
SELECT l.key, p.id FROM lines l JOIN accounts_person p ON p.id = (l.line ->> 'account')::bigint
WHERE p.is_active
UNION
SELECT l.key, p.id FROM lines l CROSS JOIN LATERAL jsonb_array_elements_text(l.line -> 'phones') phone
JOIN accounts_person p ON p.phone_digest = phone.value AND p.phone_verified
WHERE p.is_active
UNION
SELECT s."right", p.id FROM ballots_speaker s JOIN accounts_person p ON p.phone_digest = s.phone_digest AND p.phone_verified
WHERE s.compound_id = %(compound)s AND s.poll_id = %(poll)s AND s.ended_at IS NULL AND p.is_active
  AND (%(whole)s OR s."right" = ANY (%(rights)s))
"""


def people_of(poll: Poll, rights: Collection[str] | None = None) -> dict[int, list[str]]:
    """The people who vote for these rights (None: all of the roll) and have an account, with their rights. One statement."""
    found: dict[int, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            _PEOPLE,
            {
                "compound": poll.compound_id,
                "poll": poll.pk,
                "edition": poll.edition_id or 0,
                "whole": rights is None,
                "rights": list(rights or ()),
            },
        )
        for key, person in cursor.fetchall():
            found.setdefault(person, []).append(key)
    return {person: sorted(keys) for person, keys in sorted(found.items())}


_PLACES = """
SELECT r.key, string_agg(u.address, '、' ORDER BY u.number) FROM elections_right r
JOIN elections_unit u ON u.compound_id = r.compound_id AND u.poll_id = %(poll)s AND u.number = ANY (r.units)
WHERE r.compound_id = %(compound)s AND r.edition_id = %(edition)s AND r.key = ANY (%(rights)s) GROUP BY r.key
"""


def places_of(poll: Poll, rights: Collection[str]) -> dict[str, str]:
    """The parts of these rights in words, by the right's key. One statement."""
    told: dict[str, Any] = {
        "compound": poll.compound_id, "poll": poll.pk, "edition": poll.edition_id or 0, "rights": list(rights),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, told)
        return dict(cursor.fetchall())


def is_firm_staff(poll: Poll, digest: str, now: datetime) -> bool:
    """Whether the account of this number holds a post of the firm that serves the compound (P14). Two statements."""
    person = Person.objects.filter(phone_digest=digest).values_list("pk", flat=True).first()
    if person is None:
        return False
    here = holders(poll.compound_id, localdate(now))
    return any(one.party == "company" and one.person_id == person for one in here)


def right_named(poll: Poll, key: str) -> Right | None:
    """A right of the roll as it stands, for an officer."""
    found: Right | None = Right.objects.filter(
        compound_id=poll.compound_id, edition_id=poll.edition_id, key=key
    ).first()
    return found


def right_at(poll: Poll, address: str) -> Right | None:
    """The right of the part at an address of the roll, as an officer types it. Two statements."""
    number = (
        Unit.objects.filter(compound_id=poll.compound_id, poll=poll, address="".join(address.split()))
        .values_list("number", flat=True)
        .first()
    )
    found: Right | None = Right.objects.filter(
        compound_id=poll.compound_id, edition_id=poll.edition_id, units__contains=[number or 0]
    ).first()
    return found
