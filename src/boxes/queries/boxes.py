"""Boxes as their pages and other floors read them: the box of a poll, its receipts and their proofs, turnout, results."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import F

from boxes.models import Box, Entry, Head, Holder, Opening, Result, Used
from elections.box.ballots import Box as Spec
from elections.box.standing import BALLOT
from elections.box.tree import Tree
from elections.models import Poll, What
from elections.queries.items import box_items


def box_of(poll: Poll, *, lock: bool = False) -> Box | None:
    """The box of the round that counts; None before a key was made."""
    found = Box.objects.filter(compound_id=poll.compound_id, poll_id=poll.pk).order_by("-number")
    if lock:
        found = found.select_for_update(of=("self",), no_key=True)
    return found.first()


def box_with_files(poll: Poll) -> Box | None:
    """The same with its record, for a page. One statement."""
    found: Box | None = (
        Box.objects.filter(compound_id=poll.compound_id, poll_id=poll.pk)
        .select_related("record", "whole")
        .order_by("-number")
        .first()
    )
    return found


def sealing_box(poll: Poll) -> Spec | None:
    """What a ballot is sealed to; None where no box takes ballots. One statement once a process has seen the box.

    What is kept in memory never changes while a box takes ballots: its name, its key, the items of a poll that was called.
    """
    found = (
        Box.objects.filter(compound_id=poll.compound_id, poll_id=poll.pk, state="sealed")
        .values_list("pk", "name", "public_key")
        .first()
    )
    spec = _spec(poll.compound_id, poll.pk, *found) if found is not None else None
    _remembered.pop((poll.compound_id, poll.pk), None)
    if spec is not None:
        while len(_remembered) >= MOST_REMEMBERED:
            _remembered.pop(next(iter(_remembered)), None)
        _remembered[poll.compound_id, poll.pk] = spec
    return spec


def remembered_box(poll: Poll) -> Spec | None:
    """What ``sealing_box`` said last in this process; whoever uses it has the box itself compare the key. No statement."""
    return _remembered.get((poll.compound_id, poll.pk))


@lru_cache(maxsize=64)
def _spec(compound_id: int, poll_id: int, _box_id: int, name: str, public_key: str) -> Spec:
    return Spec(name, box_items(Poll(pk=poll_id, compound_id=compound_id)), public_key)


def used(poll: Poll) -> dict[str, Used]:
    """Whose right was used in the round that counts, by the right's key. Two statements."""
    box = box_of(poll)
    if box is None:
        return {}
    return {one.right: one for one in Used.objects.filter(compound_id=poll.compound_id, box=box)}


MOST_REMEMBERED = 64
_remembered: dict[tuple[int, int], Spec] = {}


@dataclass(frozen=True, slots=True)
class Turnout:
    """Who took part of whom, in owners and in 0.0001 m²; ``phone`` and ``paper`` are the owners by channel."""

    voters: int
    of_voters: int
    area: int
    of_area: int
    phone: int = 0
    paper: int = 0


# One pass over the roll: everyone's area and, for each scope that an item has, the area there.
_TURNOUT = """
SELECT s.scope, count(*), coalesce(sum(a.area), 0), count(u.id), coalesce(sum(a.area) FILTER (WHERE u.id IS NOT NULL), 0),
       count(u.id) FILTER (WHERE u.channel = 'phone'), count(u.id) FILTER (WHERE u.channel = 'paper')
FROM (SELECT '' AS scope UNION SELECT i.scope FROM elections_item i WHERE i.compound_id = %(compound)s AND i.poll_id = %(poll)s) s
JOIN elections_right r ON r.compound_id = %(compound)s AND r.edition_id = %(edition)s
CROSS JOIN LATERAL (
  SELECT CASE WHEN s.scope = '' THEN r.area ELSE (r.scopes ->> s.scope)::bigint END AS area
) a
LEFT JOIN boxes_used u ON u.compound_id = r.compound_id AND u.box_id = %(box)s AND u."right" = r.key
WHERE a.area IS NOT NULL
GROUP BY s.scope
"""


def turnout(poll: Poll) -> dict[str, Turnout]:
    """Who has taken part so far, by scope of the items ("" is the whole roll): heads and area, never a choice. Two statements."""
    box = box_of(poll)
    edition = (box.edition_id if box is not None else None) or poll.edition_id
    with connection.cursor() as cursor:
        cursor.execute(
            _TURNOUT,
            {
                "compound": poll.compound_id,
                "poll": poll.pk,
                "edition": edition,
                "box": box.pk if box is not None else 0,
            },
        )
        return {
            scope: Turnout(int(voters), int(of_voters), int(area), int(of_area), int(phone), int(paper))
            for scope, of_voters, of_area, voters, area, phone, paper in cursor.fetchall()
        }


def receipt_of(poll: Poll, right: str) -> Used | None:
    """The receipt of a right: the entry that counts for it so far."""
    box = box_of(poll)
    if box is None:
        return None
    found: Used | None = Used.objects.filter(compound_id=poll.compound_id, box=box, right=right).first()
    return found


@dataclass(frozen=True, slots=True)
class Proof:
    """That a receipt is under a root: ``index`` of ``size``, and what stands beside the way up, from below (hexadecimal)."""

    receipt: str
    index: int
    size: int
    path: tuple[str, ...]
    root: str

    def as_data(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "receipt": self.receipt, "index": self.index, "size": self.size, "path": list(self.path), "root": self.root,
        }  # fmt: skip


def proof(poll: Poll, receipt: str) -> Proof | None:
    """The proof that a receipt is under the root that was published at the close; None before it, or for no receipt of it."""
    box = box_of(poll)
    return proof_in(box, receipt) if box is not None and box.root else None


def proof_in(box: Box, receipt: str) -> Proof | None:
    """The same in one box that was closed. Its ``root`` is what the chain comes to, whatever was published."""
    found = list(
        Entry.objects.filter(compound_id=box.compound_id, box=box, kind=BALLOT)
        .order_by("number")
        .values_list("hash", flat=True)
    )
    try:
        index = found.index(receipt)
    except ValueError:
        return None
    tree = Tree([bytes.fromhex(one) for one in found])
    return Proof(receipt, index, len(tree), tuple(one.hex() for one in tree.proof(index)), tree.root.hex())


def results(poll: Poll) -> list[Result]:
    """What came out, in the order of the ballot; empty before the box was counted."""
    box = box_of(poll)
    if box is None:
        return []
    return list(Result.objects.filter(compound_id=poll.compound_id, box=box).order_by("number"))


def holders_of(box: Box) -> list[Holder]:
    """Who holds the shares, in order."""
    return list(Holder.objects.filter(compound_id=box.compound_id, box=box).order_by("number"))


def heads_of(box: Box) -> Sequence[Head]:
    """The heads that were published, the newest first."""
    return list(Head.objects.filter(compound_id=box.compound_id, box=box).order_by("-number", "-pk"))


def last_heads(compound_id: int, notices: Sequence[int]) -> dict[int, Head]:
    """The latest head of the round that counts, by the notice that called its poll. One statement."""
    rows = (
        Head.objects.filter(
            compound_id=compound_id, box__poll__announced__what=What.CALL, box__poll__announced__notice__in=notices
        )
        .annotate(notice=F("box__poll__announced__notice"))
        .order_by("notice", "-box__number", "-number", "-pk")
        .distinct("notice")
    )
    return {one.notice: one for one in rows}


def opening_of(box: Box) -> Opening | None:
    """The work of opening."""
    found: Opening | None = Opening.objects.filter(compound_id=box.compound_id, box=box).first()
    return found
