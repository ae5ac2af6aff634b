"""Bringing papers to doors: how far each entrance is, and of one entrance every home with what was done there."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F

from boxes.models import Box
from elections.models import Poll
from paper_ballots.models import Delivery
from paper_ballots.queries.progress import DELIVERED_SQL


@dataclass(frozen=True, slots=True)
class Way:
    """An entrance: papers that are brought there, those that are where their owners are, those with tries and nothing more.

    ``there``: delivered with proof, or back already. ``proved``: delivered with proof.
    """

    building: str
    entrance: str
    entrance_id: int
    papers: int
    there: int
    proved: int
    tried: int

    @property
    def left(self) -> int:
        """Papers that are still to be brought."""
        return self.papers - self.there


@dataclass(frozen=True, slots=True)
class Try:
    """One time that somebody stood at the door, with its place among the tries of this home."""

    number: int
    outcome: str
    words: str
    taken_by: str
    note: str
    device_at: datetime
    offset_seconds: int | None
    at: datetime
    label: str
    photo: str
    photo_missing: bool

    @property
    def late(self) -> bool:
        """Whether it was heard of more than five minutes after it was done: both times are shown then."""
        return (self.at - self.device_at).total_seconds() > LATE


@dataclass(frozen=True, slots=True)
class Door:
    """A home and its paper. ``more``: how many further homes of the same owner this paper stands for."""

    number: int
    right: str
    address: str
    more: int
    holder: str
    returned: bool
    delivered: bool
    tries: list[Try] = field(default_factory=list)


LATE = 300
# A paper is brought to the first home of its right.
_FROM = """
FROM paper_ballots_paper p
JOIN elections_right r ON r.compound_id = p.compound_id AND r.edition_id = %(edition)s AND r.key = p."right"
JOIN elections_unit u ON u.compound_id = p.compound_id AND u.poll_id = p.poll_id AND u.number = r.units[1]
"""
_WHERE = "WHERE p.compound_id = %(compound)s AND p.box_id = %(box)s AND p.voided_at IS NULL"
_WAYS = f"""
SELECT b.name, e.name, u.entrance_id, count(*), count(*) FILTER (WHERE p.returned_at IS NOT NULL OR {DELIVERED_SQL}),
       count(*) FILTER (WHERE {DELIVERED_SQL}),
       count(*) FILTER (WHERE p.returned_at IS NULL AND NOT {DELIVERED_SQL} AND EXISTS (
         SELECT FROM paper_ballots_delivery t WHERE t.compound_id = p.compound_id AND t.paper_id = p.id))
{_FROM}
JOIN premises_entrance e ON e.compound_id = u.compound_id AND e.id = u.entrance_id
JOIN premises_building b ON b.compound_id = e.compound_id AND b.id = e.building_id
{_WHERE}
GROUP BY b.position, b.name, e.name, u.entrance_id ORDER BY b.position, b.name, e.name, u.entrance_id
"""  # noqa: S608  our own words
_DOORS = f"""
SELECT p.number, p."right", u.address, array_length(r.units, 1) - 1, r.holder, p.returned_at IS NOT NULL, {DELIVERED_SQL}
{_FROM}
{_WHERE} AND u.entrance_id = %(entrance)s ORDER BY u.number, p.number
"""


def ways(poll: Poll, box: Box | None) -> list[Way]:
    """Every entrance with a paper, in the order of the buildings. One statement."""
    if box is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_WAYS, _asked(poll, box))
        return [Way(*row) for row in cursor.fetchall()]


def doors(poll: Poll, box: Box, entrance_id: int) -> list[Door]:
    """The homes of an entrance in the order of the roll, each with its tries, those of a replaced paper too. Two statements."""
    with connection.cursor() as cursor:
        cursor.execute(_DOORS, {**_asked(poll, box), "entrance": entrance_id})
        found = [Door(*row) for row in cursor.fetchall()]
    tries = _tries(box, [one.right for one in found])
    for one in found:
        one.tries.extend(tries.get(one.right, []))
    return found


def _tries(box: Box, rights: list[str]) -> dict[str, list[Try]]:
    rows: Any = (
        Delivery.objects.filter(compound_id=box.compound_id, paper__box=box, paper__right__in=rights)
        .select_related("paper")
        .annotate(own=F("photo__ref"), sent=F("photos__file__ref"), announced=F("photos__sha256"))
        .order_by("device_at", "pk")
    )
    found: dict[str, list[Try]] = {}
    for row in rows:
        before = found.setdefault(row.paper.right, [])
        photo = row.own or row.sent or ""
        before.append(
            Try(
                len(before) + 1, row.outcome, str(row.get_outcome_display()), row.taken_by, row.note, row.device_at,
                row.offset_seconds, row.at, row.label, photo, bool(row.announced) and not photo,
            )
        )  # fmt: skip
    return found


def delivered(poll: Poll, box: Box) -> set[str]:
    """The rights whose paper was delivered with proof: what counting silent owners rests on. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT DISTINCT p."right" FROM paper_ballots_paper p '  # noqa: S608  our own words
            f"WHERE p.compound_id = %s AND p.box_id = %s AND {DELIVERED_SQL}",
            [poll.compound_id, box.pk],
        )
        return {right for (right,) in cursor.fetchall()}


def delivered_to(box: Box, right: str) -> str | None:
    """Who took the paper of a right that is good, by the latest proof; None while there is none. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT (SELECT d.taken_by FROM paper_ballots_delivery d WHERE d.compound_id = p.compound_id AND d.paper_id = p.id
                  AND d.outcome IN ('handed', 'family', 'left') ORDER BY d.id DESC LIMIT 1)
            FROM paper_ballots_paper p
            WHERE p.compound_id = %s AND p.box_id = %s AND p."right" = %s AND p.voided_at IS NULL AND {DELIVERED_SQL}""",  # noqa: S608  our own words
            [box.compound_id, box.pk, right],
        )
        found = cursor.fetchone()
        return str(found[0] or "") if found is not None else None


def _asked(poll: Poll, box: Box) -> dict[str, int]:
    return {"edition": poll.edition_id or 0, "compound": box.compound_id, "box": box.pk}
