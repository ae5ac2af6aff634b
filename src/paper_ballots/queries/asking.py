"""Who asked for paper and how far it is: the officers' list, an owner's own homes, and who of them can be told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from boxes.models import Box
from elections.models import Poll
from paper_ballots.models import Way
from paper_ballots.queries.progress import DELIVERED_SQL
from posting.rules.labels import grouped

# What became of the paper of a right ``k``: made, delivered with proof, back, or used by phone.
_PAPER = f"""
LEFT JOIN paper_ballots_paper p ON p.compound_id = %(compound)s AND p.box_id = %(box)s AND p."right" = k.key
  AND p.voided_at IS NULL
LEFT JOIN LATERAL (SELECT d.taken_by FROM paper_ballots_delivery d WHERE d.compound_id = p.compound_id AND d.paper_id = p.id
  AND {DELIVERED_SQL} ORDER BY d.outcome IN ('handed', 'family') DESC, d.id DESC LIMIT 1) proof ON true
LEFT JOIN boxes_used used ON used.compound_id = %(compound)s AND used.box_id = %(box)s AND used."right" = k.key
"""  # noqa: S608  our own words
_HOW_FAR = """p.number, p.code, proof.taken_by, p.returned_at, coalesce(used.channel, '')"""
_ROWS = f"""
SELECT a.id, a."right", coalesce(u.address, ''), coalesce(cardinality(k.units), 1) - 1, coalesce(k.holder, ''), a.way, a.name,
  a.note, a.person_id IS NOT NULL, a.at, a.label, a.ended_at, a.ended_as, a.ended_reason, {_HOW_FAR}
FROM paper_ballots_asked a
LEFT JOIN elections_right k ON k.compound_id = a.compound_id AND k.edition_id = %(edition)s AND k.key = a."right"
LEFT JOIN elections_unit u ON u.compound_id = a.compound_id AND u.poll_id = a.poll_id AND u.number = k.units[1]
{_PAPER}
WHERE a.compound_id = %(compound)s AND a.poll_id = %(poll)s
"""  # noqa: S608  our own words
_OPEN = "AND a.ended_at IS NULL AND proof.taken_by IS NULL AND p.returned_at IS NULL AND used.id IS NULL"
_MINE = f"""
WITH mine AS (SELECT u.number FROM elections_unit u WHERE u.compound_id = %(compound)s AND u.poll_id = %(poll)s
  AND (u.owners @> (SELECT jsonb_build_array(jsonb_build_object('account', m.id)) FROM accounts_person m WHERE m.id = %(person)s)
    OR u.owners @> (SELECT jsonb_build_array(jsonb_build_object('phones', jsonb_build_array(m.phone_digest)))
      FROM accounts_person m WHERE m.id = %(person)s AND m.phone_verified)))
SELECT k.key, u.address, cardinality(k.units) - 1, a.id, a.way, a.at, a.person_id IS NOT NULL, {_HOW_FAR}
FROM elections_right k
JOIN elections_unit u ON u.compound_id = k.compound_id AND u.poll_id = %(poll)s AND u.number = k.units[1]
LEFT JOIN paper_ballots_asked a ON a.compound_id = k.compound_id AND a.poll_id = %(poll)s AND a."right" = k.key
  AND a.ended_at IS NULL
{_PAPER}
WHERE k.compound_id = %(compound)s AND k.edition_id = %(edition)s AND k.units && ARRAY(SELECT number FROM mine)
ORDER BY k.number
"""  # noqa: S608  our own words
_PEOPLE = """
WITH lines AS (SELECT o.value AS line FROM elections_right r
  JOIN elections_unit u ON u.compound_id = r.compound_id AND u.poll_id = %(poll)s AND u.number = ANY (r.units)
  CROSS JOIN LATERAL jsonb_array_elements(u.owners) o
  WHERE r.compound_id = %(compound)s AND r.edition_id = %(edition)s AND r.key = %(right)s)
SELECT p.id FROM lines l JOIN accounts_person p ON p.id = (l.line ->> 'account')::bigint WHERE p.is_active
UNION
SELECT p.id FROM lines l CROSS JOIN LATERAL jsonb_array_elements_text(l.line -> 'phones') phone
JOIN accounts_person p ON p.phone_digest = phone.value AND p.phone_verified WHERE p.is_active
UNION
SELECT a.person_id FROM paper_ballots_asked a WHERE a.compound_id = %(compound)s AND a.poll_id = %(poll)s
  AND a."right" = %(right)s AND a.ended_at IS NULL AND a.person_id IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Far:
    """How far the paper of a right is. ``taken_by``: who took it, None while there is no proof that anyone did."""

    number: int | None
    code: str
    taken_by: str | None
    returned_at: datetime | None
    channel: str

    @property
    def step(self) -> str:
        """``back``, ``phone`` (voted without it), ``handed``, ``made`` or ``waiting``."""
        if self.returned_at is not None or self.channel == "paper":
            return "back"
        if self.channel:
            return "phone"
        if self.taken_by is not None:
            return "handed"
        return "made" if self.number is not None else "waiting"


@dataclass(frozen=True, slots=True)
class Wish:
    """A row of the officers' list. ``more``: how many further homes the right has; ``own``: asked by the owner, signed in."""

    pk: int
    right: str
    address: str
    more: int
    holder: str
    way: str
    name: str
    note: str
    own: bool
    at: datetime
    label: str
    ended_at: datetime | None
    ended_as: str
    ended_reason: str
    far: Far

    @property
    def way_words(self) -> str:
        """How the paper is to come."""
        return str(Way(self.way).label)


@dataclass(frozen=True, slots=True)
class Own:
    """A right of the person who looks, and the request for its paper: ``asked`` is its id, None where nobody asked."""

    right: str
    address: str
    more: int
    asked: int | None
    way: str
    at: datetime | None
    own: bool
    far: Far

    @property
    def way_words(self) -> str:
        """How the paper is to come."""
        return str(Way(self.way).label) if self.way else ""


def asked_papers(
    poll: Poll, box: Box | None, *, still_open: bool, page: int, size: int, only: int | None = None
) -> list[Wish]:
    """A page of requests and one row more: those that wait, the oldest first; or all, the newest first. One statement.

    ``only``: the one with this id.
    """
    part = _OPEN if still_open else "" if only is None else "AND a.id = %(only)s"
    order = "a.at, a.id" if still_open else "a.at DESC, a.id DESC"
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_ROWS} {part} ORDER BY {order} LIMIT %(size)s OFFSET %(skip)s",
            {**_given(poll, box), "size": size + 1, "skip": (page - 1) * size, "only": only},
        )
        return [Wish(*(*row[:14], _far(row[14:]))) for row in cursor.fetchall()]


def waiting_for_paper(poll: Poll, box: Box | None) -> int:
    """How many requests wait. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({_ROWS} {_OPEN}) x", _given(poll, box))  # noqa: S608  our own words
        (count,) = cursor.fetchone()
        return int(count)


def own_rights(poll: Poll, box: Box | None, person_id: int) -> list[Own]:
    """The rights that the roll gives a person, by account or verified telephone. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_MINE, {**_given(poll, box), "person": person_id})
        return [
            Own(key, address, more, pk, way or "", at, own, _far(far))
            for key, address, more, pk, way, at, own, *far in cursor.fetchall()
        ]


def people_told(poll: Poll, right: str) -> list[int]:
    """The accounts of a right's owners and of whoever asked for its paper. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, {**_given(poll, None), "right": right})
        return [person for (person,) in cursor.fetchall()]


def _far(row: Sequence[Any]) -> Far:
    number, code, taken_by, returned_at, channel = row
    return Far(number, grouped(code) if code else "", taken_by, returned_at, channel)


def _given(poll: Poll, box: Box | None) -> dict[str, Any]:
    return {
        "compound": poll.compound_id, "poll": poll.pk, "edition": poll.edition_id or 0, "box": box.pk if box else 0,
    }  # fmt: skip
