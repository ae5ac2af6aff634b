"""Whether boxes are as they were: the chain holds, the heads that were published are in it, each right stands in it once."""

from collections.abc import Sequence
from dataclasses import dataclass

from boxes.models import Box, Entry, Head, Used
from elections.box.chain import broken_at
from elections.box.standing import BALLOT, PAPER, standing


@dataclass(frozen=True, slots=True)
class Finding:
    """What does not hold in a box. ``code``: chain_broken, head_differs (changed), head_beyond (a restore lost entries),
    rights_differ. ``number`` is the entry."""

    box: str
    code: str
    number: int


def verify(box: Box, *, known: Sequence[tuple[int, str]] = ()) -> list[Finding]:
    """Everything of one box that does not hold. ``known``: heads that somebody wrote down, number and hash."""
    entries = [one.link for one in Entry.objects.filter(compound_id=box.compound_id, box=box).order_by("number")]
    found = []
    broken = broken_at(entries)
    if broken is not None:
        found.append(Finding(box.name, "chain_broken", broken.seq))
    hashes = {one.seq: one.hash for one in entries}
    heads = Head.objects.filter(compound_id=box.compound_id, box=box).order_by("number").values_list("number", "hash")
    for number, digest in [*heads, *known]:
        if number not in hashes:
            found.append(Finding(box.name, "head_beyond", number))
        elif hashes[number] != digest:
            found.append(Finding(box.name, "head_differs", number))
    if broken is not None:
        return found  # what such a chain says of rights means nothing
    used = dict(Used.objects.filter(compound_id=box.compound_id, box=box).values_list("right", "hash"))
    again = any(one.kind == BALLOT for one in entries) and box.poll.vote_again
    counted = standing(entries, vote_again=again).counted
    stands = {right: one.hash for right, one in counted.items()}
    if stands != used:
        odd = sorted(set(stands.items()) ^ set(used.items()))
        number = next((one.seq for one in entries if one.kind in {BALLOT, PAPER} and one.hash == odd[0][1]), 0)
        found.append(Finding(box.name, "rights_differ", number))
    return found


def verify_all(compound_id: int) -> tuple[int, list[Finding]]:
    """Every box of a compound: how many there are, and what does not hold."""
    boxes = list(
        Box.objects.filter(compound_id=compound_id).exclude(state="made").select_related("poll").order_by("pk")
    )
    return len(boxes), [finding for one in boxes for finding in verify(one)]
