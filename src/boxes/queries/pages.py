"""What the pages of a box show."""

from dataclasses import dataclass
from typing import Any

from django.utils.timezone import localdate

from boxes.models import Box, Entry, Holder, Share, Used
from boxes.permissions import HOLDING
from boxes.queries.boxes import box_of
from elections.box import moments
from elections.models import Poll, Right
from elections.queries.roll import own_units, rights_with
from parties.queries import holders as posts_of


def posts_to_choose(compound_id: int, on: Any) -> list[tuple[str, str]]:
    """The posts that may hold a share, as a form offers them."""
    return [
        (str(one.post_id), f"{one.name}（{one.organisation} {one.role_label}）")
        for one in posts_of(compound_id, on)
        if one.party in HOLDING
    ]


def given_by(box: Box) -> set[int]:
    """The numbers of the holders who gave their share: those that wait, or those of the opening, which removed the shares."""
    if box.opened_at is None:
        return set(Share.objects.filter(compound_id=box.compound_id, box=box).values_list("number", flat=True))
    openings = Entry.objects.filter(compound_id=box.compound_id, box=box, kind=moments.OPENED)
    # None where somebody took the entry out of the chain: the page that says so has to stand.
    return {number for one in openings for number in one.link.body["holders"]}


@dataclass(frozen=True, slots=True)
class Own:
    """One of the reader's own rights with its receipt, if it was used."""

    right: Right
    used: Used | None


def own_receipts(poll: Poll, person_id: int) -> list[Own]:
    """The reader's own rights on the roll and their receipts. Five statements at most."""
    rights: dict[str, Right] = {}
    for one in rights_with(poll, [unit.number for unit in own_units(poll, person_id, localdate())]).values():
        rights[one.key] = one
    box = box_of(poll)
    if box is None or not rights:
        return [Own(one, None) for one in rights.values()]
    found = {
        one.right: one for one in Used.objects.filter(compound_id=poll.compound_id, box=box, right__in=list(rights))
    }
    return [Own(one, found.get(key)) for key, one in rights.items()]


def holder_for(box: Box, person_id: int) -> Holder | None:
    """The share that a person holds of a box."""
    found: Holder | None = Holder.objects.filter(compound_id=box.compound_id, box=box, person_id=person_id).first()
    return found
