"""What the desk of paper ballots shows: the last papers that came back, the batches, whose homes these addresses are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count

from boxes.models import Box, Voice
from elections.models import Poll, Right, Unit
from paper_ballots.models import Batch
from posting.rules.labels import grouped


@dataclass(frozen=True, slots=True)
class Back:
    """A paper that came back: its number and code as printed, whose it is, when, who took it and whose hand filled it in."""

    number: int
    code: str
    address: str
    holder: str
    at: datetime
    label: str
    voice: str


_BACK = """
SELECT p.number, p.code, coalesce(u.address, ''), coalesce(r.holder, ''), p.returned_at, p.returned_as, p.voice
FROM paper_ballots_paper p
LEFT JOIN elections_right r ON r.compound_id = p.compound_id AND r.edition_id = %(edition)s AND r.key = p."right"
LEFT JOIN elections_unit u ON u.compound_id = p.compound_id AND u.poll_id = p.poll_id AND u.number = r.units[1]
WHERE p.compound_id = %(compound)s AND p.box_id = %(box)s AND p.returned_at IS NOT NULL
ORDER BY p.returned_at DESC, p.number DESC LIMIT %(most)s
"""


def last_back(poll: Poll, box: Box | None, *, most: int) -> list[Back]:
    """The last papers that came back, the newest first. One statement."""
    if box is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            _BACK, {"edition": poll.edition_id or 0, "compound": box.compound_id, "box": box.pk, "most": most}
        )
        return [
            Back(number, grouped(code), address, holder, at, label, str(Voice(voice).label))
            for number, code, address, holder, at, label, voice in cursor.fetchall()
        ]


def batches_of(box: Box | None) -> list[Batch]:
    """The batches of a round in order, each with how many papers were put in (``scanned``). One statement."""
    if box is None:
        return []
    found = Batch.objects.filter(compound_id=box.compound_id, box=box)
    return list(found.annotate(scanned=Count("sheets")).order_by("number"))


def rights_at(poll: Poll, addresses: Iterable[str]) -> tuple[list[str], list[str]]:
    """The rights of the homes with these addresses, and the addresses at which the roll has no voter. Two statements."""
    asked = list(dict.fromkeys(addresses))
    units = {
        "".join(one.address.split()): one.number
        for one in Unit.objects.filter(compound_id=poll.compound_id, poll=poll).only("number", "address")
    }
    keys: dict[int, list[str]] = {}
    for key, parts in Right.objects.filter(compound_id=poll.compound_id, edition_id=poll.edition_id).values_list(
        "key", "units"
    ):
        for part in parts:
            keys.setdefault(part, []).append(key)
    found: dict[str, None] = {}
    unknown = []
    for one in asked:
        there = keys.get(units.get(one, 0), [])
        found.update(dict.fromkeys(there))
        if not there:
            unknown.append(one)
    return list(found), unknown
