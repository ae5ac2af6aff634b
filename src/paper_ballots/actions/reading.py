"""Reading papers: two people, each without seeing the other's; where they differ a third decides. The photo is kept."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from documents.actions import store_image
from elections.models import State as PollState
from elections.queries.items import box_items
from paper_ballots.actions.change import PURPOSE, Ground, batch_of, ground, said, told
from paper_ballots.models import Reading, Sheet
from paper_ballots.permissions import handles, prints
from paper_ballots.refusals import BadInput, NotPermitted, OutOfState
from paper_ballots.rules.readings import NotAReading, differences, read
from tenancy.actor import Actor

STATES = (PollState.CLOSED,)
TWICE, THIRD = 2, 3


@transaction.atomic
def read_sheet(
    *, compound_id: int, ref: str, batch: int, place: int, given: Mapping[str, Any], by: Actor, now: datetime
) -> Sheet:
    """Keep what one person read. The second makes the sheet count if both read the same; else a third person's word counts.

    Refused: NoSuchPoll, NotPermitted (not_your_post, read_it_already), OutOfState (moved_on, no_box, batch_moved_on,
    read_enough), BadInput (no_such_batch, no_such_sheet, not_on_paper with the item's place).
    """
    at = ground(compound_id=compound_id, ref=ref, states=STATES, by=by, may=handles)
    sheet = _sheet(at, batch, place)
    items = box_items(at.poll)
    try:
        choices = read(items, given)
    except NotAReading as error:
        numbers = {one.key: number for number, one in enumerate(items, 1)}
        raise BadInput("not_on_paper", field=f"item-{numbers.get(error.item, 0)}") from error
    before = list(Reading.objects.filter(compound_id=compound_id, sheet=sheet).order_by("place"))
    # One person under two posts is one person.
    if any(one.person_id == by.person_id for one in before):
        raise NotPermitted("read_it_already")
    if sheet.choices is not None or len(before) >= THIRD:
        raise OutOfState("read_enough")
    Reading.objects.create(
        compound_id=compound_id, sheet=sheet, place=len(before) + 1, choices=choices, person_id=by.person_id,
        label=by.signature, at=now,
    )  # fmt: skip
    if len(before) + 1 == TWICE:
        sheet.differs = bool(differences(items, before[0].choices, choices))
    if (len(before) + 1 == TWICE and not sheet.differs) or len(before) + 1 == THIRD:
        sheet.choices = choices
    sheet.save()
    told(
        at, action="read", changes={"batch": [None, batch], "place": [None, place], "reading": [None, len(before) + 1]},
        by=by, now=now,
    )  # fmt: skip
    return sheet


@transaction.atomic
def keep_photo(*, compound_id: int, ref: str, batch: int, place: int, upload: Any, by: Actor, now: datetime) -> Sheet:
    """Keep the photo of a paper; one that is kept stands.

    Refused: NoSuchPoll, NotPermitted (not_your_post), OutOfState (moved_on, no_box, batch_moved_on, has_photo), BadInput
    (no_such_batch, no_such_sheet), FileRefused.
    """
    at = ground(compound_id=compound_id, ref=ref, states=STATES, by=by, may=handles)
    sheet = _sheet(at, batch, place)
    if sheet.photo_id is not None:
        raise OutOfState("has_photo")
    sheet.photo = store_image(
        compound_id=compound_id, by=by, upload=upload, purpose=PURPOSE, target=f"elections.poll:{at.poll.pk}", now=now
    )
    sheet.save()
    told(at, action="photo", changes={"batch": [None, batch], "place": [None, place]}, by=by, now=now)
    return sheet


@transaction.atomic
def set_aside(*, compound_id: int, ref: str, batch: int, place: int, reason: str, by: Actor, now: datetime) -> Sheet:
    """Say that a paper does not count, and why; with no reason it counts again. Marks that cannot count are read as such instead.

    Refused: NoSuchPoll, NotPermitted (not_your_post), OutOfState (moved_on, no_box, batch_moved_on), BadInput (no_such_batch,
    no_such_sheet, too_long).
    """
    at = ground(compound_id=compound_id, ref=ref, states=STATES, by=by, may=prints)
    sheet = _sheet(at, batch, place)
    why = said(reason, "reason") if reason.strip() else ""
    before, sheet.aside, sheet.aside_as = sheet.aside, why, by.signature if why else ""
    sheet.save()
    told(
        at, action="set_aside", changes={"batch": [None, batch], "place": [None, place], "reason": [before, why]}, by=by,
        now=now,
    )  # fmt: skip
    return sheet


def _sheet(at: Ground, batch: int, place: int) -> Sheet:
    found: Sheet | None = (
        Sheet.objects.select_for_update(of=("self",), no_key=True)
        .select_related("paper")
        .filter(compound_id=at.compound_id, batch=batch_of(at, batch), place=place)
        .first()
    )
    if found is None:
        raise BadInput("no_such_sheet", field="place")
    return found
