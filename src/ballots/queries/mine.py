"""Over several polls at once: how many rights a person has in each, and how many of them were used."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from accounts.models import Person
from tenancy.statements import prepared, terse

# The rights ``r`` of polls ``p`` that are the person's, with the newest box and the use of each.
_TIED = """
FROM elections_poll p
JOIN elections_right r ON r.compound_id = p.compound_id AND r.edition_id = p.edition_id
LEFT JOIN LATERAL (SELECT b.id FROM boxes_box b WHERE b.compound_id = p.compound_id AND b.poll_id = p.id
  ORDER BY b.number DESC LIMIT 1) box ON true
LEFT JOIN boxes_used used ON used.compound_id = r.compound_id AND used.box_id = box.id AND used."right" = r.key
WHERE p.compound_id = %(compound)s AND {polls}
  AND (r.units && ARRAY(SELECT u.number FROM elections_unit u WHERE u.compound_id = p.compound_id AND u.poll_id = p.id
         AND (u.owners @> %(account)s::jsonb OR u.owners @> %(phone)s::jsonb))
    OR r.key IN (SELECT s."right" FROM ballots_speaker s WHERE s.compound_id = p.compound_id AND s.poll_id = p.id
         AND s.ended_at IS NULL AND s.phone_digest = %(digest)s)
    OR r.key IN (SELECT x."right" FROM ballots_proxy x WHERE x.compound_id = p.compound_id AND x.poll_id = p.id
         AND x.ended_at IS NULL AND x.agent_digest = %(digest)s))
"""
_STANDINGS = f"""
SELECT p.id, count(*), count(used.id) {_TIED.format(polls="p.id = ANY (%(polls)s)")}
GROUP BY p.id
"""


def _named(compound_id: int, person: Person) -> dict[str, Any]:
    """The person as the statements know them; a telephone counts once its number is verified."""
    digest = (person.phone_digest if person.phone_verified else "") or "-"
    return {
        "compound": compound_id,
        "account": json.dumps([{"account": person.pk}]),
        "phone": json.dumps([{"phones": [digest]}]),
        "digest": digest,
    }


def standings(compound_id: int, polls: Sequence[int], person: Person) -> dict[int, tuple[int, int]]:
    """By poll: the person's rights and how many of them were used. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDINGS, {**_named(compound_id, person), "polls": list(polls)})
        return {poll: (rights, used) for poll, rights, used in cursor.fetchall()}


# A column of a statement that a page needs anyway: whether a vote runs there. It wants ``%(compound)s`` and ``%(now)s``.
RUNS = """EXISTS (SELECT FROM elections_poll v WHERE v.compound_id = %(compound)s AND v.state = 'voting'
  AND v.closes_at > %(now)s)"""

# Only rights that some item of the poll is about: who is not concerned is not asked.
_RUNNING = terse(f"""
SELECT p.ref, p.title, p.closes_at, count(*), count(used.id),
  min(r.key) FILTER (WHERE used.id IS NULL), min(r.key) FILTER (WHERE used.channel = 'phone'), max(used.at)
{_TIED.format(polls="p.state = 'voting' AND p.closes_at > %(now)s")}
  AND EXISTS (SELECT FROM elections_item i WHERE i.compound_id = p.compound_id AND i.poll_id = p.id
    AND (i.scope = '' OR jsonb_exists(r.scopes, i.scope)))
GROUP BY p.id ORDER BY p.closes_at, p.id
""")  # noqa: S608  our own words


@dataclass(frozen=True, slots=True)
class Running:
    """A poll that takes ballots, for somebody with rights in it. ``open_right``: the one that is left, where only one is;
    ``receipt``: a right that was used by phone, "" where none was."""

    ref: str
    title: str
    closes_at: datetime
    rights: int
    used: int
    open_right: str
    receipt: str
    used_at: datetime | None

    @property
    def left(self) -> int:
        """Rights that were not used."""
        return self.rights - self.used


def running(compound_id: int, person: Person, now: datetime) -> list[Running]:
    """The polls that run and ask this person, what ends first before. One statement."""
    with prepared() as cursor:
        cursor.execute(_RUNNING, {**_named(compound_id, person), "now": now})
        return [
            Running(ref, title, closes_at, rights, used, (left or "") if rights - used == 1 else "", receipt or "", at)
            for ref, title, closes_at, rights, used, left, receipt, at in cursor.fetchall()
        ]
