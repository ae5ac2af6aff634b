"""What the pages of a batch show: its sheets and how far each is, never what anyone read on them."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet

from boxes.models import Box
from elections.box.questions import Item
from elections.models import Poll, Right
from elections.queries.items import box_items
from paper_ballots.models import Batch, Reading, Sheet

TWICE = 2


@dataclass(frozen=True, slots=True)
class Steps:
    """How many sheets of a batch wait for what; ``scanned`` all of them, ``differing`` those that a third person settles."""

    scanned: int
    unread: int
    differing: int
    without_photo: int
    aside: int


def batch_at(box: Box | None, number: int) -> Batch | None:
    """A batch of the round. One statement."""
    if box is None:
        return None
    found: Batch | None = Batch.objects.filter(compound_id=box.compound_id, box=box, number=number).first()
    return found


def items_on(poll: Poll, sheet: Sheet) -> list[tuple[int, Item]]:
    """What a sheet asks, by the numbers printed on it: of an item that one building decides nothing stands on others' papers.

    Two statements; of a secret poll, whose sheets lead to no right, everything.
    """
    items = list(enumerate(box_items(poll), 1))
    if sheet.paper is None or not any(one.scope for _number, one in items):
        return items
    scopes: list[str] = Right.objects.values_list("scopes", flat=True).get(
        compound_id=poll.compound_id, edition_id=poll.edition_id, key=sheet.paper.right
    )
    return [(number, one) for number, one in items if one.scope is None or one.scope in scopes]


def sheets_of(batch: Batch) -> QuerySet[Sheet]:
    """The sheets in order, each with its paper and how many have read it (``read``)."""
    found: QuerySet[Sheet] = Sheet.objects.filter(compound_id=batch.compound_id, batch=batch)
    return found.select_related("paper").annotate(read=Count("readings")).order_by("place")


def sheet_at(batch: Batch, place: int) -> Sheet | None:
    """One of them, with its photo. One statement."""
    return sheets_of(batch).select_related("paper", "photo").filter(place=place).first()


def steps_of(batch: Batch) -> Steps:
    """How far a batch is. One statement."""
    rows = list(
        Sheet.objects.filter(compound_id=batch.compound_id, batch=batch).values_list(
            "choices", "differs", "photo_id", "aside"
        )
    )
    return Steps(
        scanned=len(rows),
        unread=sum(choices is None and not differs and not aside for choices, differs, _photo, aside in rows),
        differing=sum(choices is None and differs and not aside for choices, differs, _photo, aside in rows),
        without_photo=sum(photo is None for _choices, _differs, photo, _aside in rows),
        aside=sum(bool(aside) for _choices, _differs, _photo, aside in rows),
    )


def next_to_read(batch: Batch, person_id: int) -> int | None:
    """The place of the first sheet that this person may still read. One statement."""
    own = Reading.objects.filter(compound_id=batch.compound_id, person_id=person_id).values("sheet_id")
    waits = Sheet.objects.filter(compound_id=batch.compound_id, batch=batch, choices__isnull=True, aside="").exclude(
        pk__in=own
    )
    found: int | None = waits.order_by("place").values_list("place", flat=True).first()
    return found


def has_read(sheet: Sheet, person_id: int) -> bool:
    """Whether this person has read it. One statement."""
    return Reading.objects.filter(compound_id=sheet.compound_id, sheet=sheet, person_id=person_id).exists()
