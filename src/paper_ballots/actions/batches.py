"""Batches: counted on the table, scanned against the marked roll, and put into the box as a whole or not at all."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Max

from boxes import actions as boxes
from boxes.queries import used
from elections.actions.change import begin
from elections.box.encoding import canonical
from elections.box.standing import OWNER
from elections.models import State as PollState
from elections.rules.measures import NotAnArea, area_text, parse_area
from paper_ballots.actions.change import Ground, batch_of, ground, paper_of, said, told
from paper_ballots.models import Batch, Sheet, State
from paper_ballots.permissions import handles, prints, sees
from paper_ballots.queries.secret import rights_by_area
from paper_ballots.refusals import BadInput, OutOfState
from tenancy.actor import Actor

STATES = (PollState.CLOSED,)
MAX_NAME = 60
MAX_WITNESSES = 120
MAX_BATCH = 1_000
# How the chain names a batch whose papers had no codes: its entries say of a right only that a paper of its area says so.
POOLED = "secret-"


@transaction.atomic
def open_batch(
    *, compound_id: int, ref: str, name: str, by_hand: int, witnesses: str, by: Actor, now: datetime
) -> Batch:
    """Begin a batch: so many papers were counted on the table by these people. After the close, before the opening.

    Refused: NoSuchPoll, NotPermitted (not_your_post), OutOfState (moved_on, no_box), BadInput (say_why, too_long, how_many).
    """
    at = ground(compound_id=compound_id, ref=ref, states=STATES, by=by, may=prints)
    if not 1 <= by_hand <= MAX_BATCH:
        raise BadInput("how_many", field="by_hand", most=str(MAX_BATCH))
    last = Batch.objects.filter(compound_id=compound_id, box=at.box).aggregate(last=Max("number"))["last"] or 0
    made: Batch = Batch.objects.create(
        compound_id=compound_id, poll=at.poll, box=at.box, number=last + 1, name=said(name, "name", MAX_NAME),
        by_hand=by_hand, witnesses=said(witnesses, "witnesses", MAX_WITNESSES), opened_at=now, opened_as=by.signature,
    )  # fmt: skip
    told(
        at, action="open_batch",
        changes={"batch": [None, made.number], "by_hand": [None, by_hand], "witnesses": [None, made.witnesses]},
        by=by, now=now,
    )  # fmt: skip
    return made


@transaction.atomic
def scan(*, compound_id: int, ref: str, batch: int, code: str, by: Actor, now: datetime) -> Sheet:
    """Put a paper into a batch.

    Refused: NoSuchPoll, NotPermitted (not_your_post), OutOfState (moved_on, no_box, batch_moved_on, not_returned: the roll has no
    mark for it; codes_cut_off: in a secret poll papers have none), BadInput (no_such_batch, mistyped, no_such_paper,
    voided_paper, in_a_batch with its number, batch_full).
    """
    at = ground(compound_id=compound_id, ref=ref, states=STATES, by=by, may=handles)
    if at.secret:
        raise OutOfState("codes_cut_off")
    found = batch_of(at, batch)
    paper = paper_of(at, code)
    if paper.returned_at is None:
        raise OutOfState("not_returned")
    elsewhere = Sheet.objects.select_related("batch").filter(compound_id=compound_id, paper=paper).first()
    if elsewhere is not None:
        raise BadInput("in_a_batch", field="code", batch=str(elsewhere.batch.number), place=str(elsewhere.place))
    made: Sheet = Sheet.objects.create(
        compound_id=compound_id, batch=found, paper=paper, place=_next_place(found, "code")
    )  # fmt: skip
    told(at, action="scan", changes={"batch": [None, found.number], "paper": [None, paper.number]}, by=by, now=now)
    return made


@transaction.atomic
def lay(*, compound_id: int, ref: str, batch: int, area: str, by: Actor, now: datetime) -> Sheet:
    """Put a paper of a secret poll into a batch: it has no code any more, only its area, and the next number of the batch.

    Refused: NoSuchPoll, NotPermitted (not_your_post), OutOfState (moved_on, no_box, batch_moved_on, has_codes: in a named poll
    papers are known by their codes), BadInput (no_such_batch, not_an_area, no_such_area: no paper of this area came back,
    batch_full).
    """
    at = ground(compound_id=compound_id, ref=ref, states=STATES, by=by, may=handles)
    if not at.secret:
        raise OutOfState("has_codes")
    found = batch_of(at, batch)
    try:
        size = parse_area("".join(area.split()))
    except NotAnArea as error:
        raise BadInput("not_an_area", field="area") from error
    if size not in rights_by_area(at.poll, at.box, unmarked=False):
        raise BadInput("no_such_area", field="area", area=area_text(size))
    made: Sheet = Sheet.objects.create(
        compound_id=compound_id, batch=found, area=size, place=_next_place(found, "area")
    )  # fmt: skip
    told(at, action="lay", changes={"batch": [None, found.number], "place": [None, made.place]}, by=by, now=now)
    return made


def _next_place(batch: Batch, field: str) -> int:
    found = Sheet.objects.filter(compound_id=batch.compound_id, batch=batch).aggregate(
        last=Max("place"), count=Count("pk")
    )
    if found["count"] >= MAX_BATCH:
        raise BadInput("batch_full", field=field, most=str(MAX_BATCH))
    return int(found["last"] or 0) + 1


@transaction.atomic
def take_out(*, compound_id: int, ref: str, batch: int, place: int, reason: str, by: Actor, now: datetime) -> Batch:
    """Take a paper out of a batch again (scanned into the wrong one), before anyone has read it.

    Refused: NoSuchPoll, NotPermitted (not_your_post), OutOfState (moved_on, no_box, batch_moved_on, was_read), BadInput
    (no_such_batch, no_such_sheet, say_why, too_long).
    """
    at = ground(compound_id=compound_id, ref=ref, states=STATES, by=by, may=handles)
    found = batch_of(at, batch)
    sheet = Sheet.objects.select_related("paper").filter(compound_id=compound_id, batch=found, place=place).first()
    if sheet is None:
        raise BadInput("no_such_sheet", field="place")
    why = said(reason, "reason")
    if sheet.readings.exists():
        raise OutOfState("was_read")
    named = {"paper": [sheet.paper.number, None]} if sheet.paper is not None else {"place": [sheet.place, None]}
    sheet.delete()
    told(
        at, action="take_out", changes={"batch": [found.number, None], **named, "reason": [None, why]}, by=by, now=now
    )  # fmt: skip
    return found


@transaction.atomic
def refuse(*, compound_id: int, ref: str, batch: int, reason: str, by: Actor, now: datetime) -> Batch:
    """Send a whole batch back to the table: what was counted there and the marked roll do not agree.

    Refused: NoSuchPoll, NotPermitted (not_your_post), OutOfState (moved_on, no_box, batch_moved_on), BadInput (no_such_batch,
    say_why, too_long).
    """
    at = ground(compound_id=compound_id, ref=ref, states=STATES, by=by, may=prints)
    found = batch_of(at, batch)
    found.state, found.refused_reason = State.REFUSED, said(reason, "reason")
    found.save()
    told(
        at, action="refuse", changes={"batch": [None, found.number], "reason": [None, found.refused_reason]}, by=by,
        now=now,
    )  # fmt: skip
    return found


@transaction.atomic
def recount(*, compound_id: int, ref: str, batch: int, by_hand: int, witnesses: str, by: Actor, now: datetime) -> Batch:
    """Open a batch that was sent back, with what the table counted the second time.

    Refused: as ``open_batch`` and OutOfState (batch_moved_on), BadInput (no_such_batch).
    """
    at = ground(compound_id=compound_id, ref=ref, states=STATES, by=by, may=prints)
    found = batch_of(at, batch, state=State.REFUSED)
    if not 1 <= by_hand <= MAX_BATCH:
        raise BadInput("how_many", field="by_hand", most=str(MAX_BATCH))
    before = found.by_hand
    found.state, found.by_hand, found.witnesses = State.OPEN, by_hand, said(witnesses, "witnesses", MAX_WITNESSES)
    found.save()
    told(
        at, action="recount",
        changes={"batch": [None, found.number], "by_hand": [before, by_hand], "witnesses": [None, found.witnesses]},
        by=by, now=now,
    )  # fmt: skip
    return found


@transaction.atomic
def count_in(*, compound_id: int, ref: str, batch: int, by: Actor, now: datetime) -> Batch:
    """Put what a batch says into the box, all of it or nothing.

    Refused, the whole batch: NoSuchPoll, NotPermitted (not_your_post), OutOfState (moved_on, no_box, batch_moved_on,
    by_hand_differs with both numbers; not_read_twice, differences_left, no_photo, already_voted with the ``places`` of the
    papers; of a secret poll more_than_marked with the ``areas``; share_given, not_on_roll), BadInput (no_such_batch).
    """
    change = begin(compound_id=compound_id, ref=ref, action="count_in", by=by, now=now, may=prints, sees=sees)
    at = ground(compound_id=compound_id, ref=ref, states=STATES, by=by, may=prints)
    found = batch_of(at, batch)
    sheets = list(Sheet.objects.select_related("paper").filter(compound_id=compound_id, batch=found).order_by("place"))
    if len(sheets) != found.by_hand:
        raise OutOfState("by_hand_differs", by_hand=str(found.by_hand), scanned=str(len(sheets)))
    counting = [one for one in sheets if not one.aside]
    _all("no_photo", sheets, lambda one: one.photo_id is not None)
    _all("differences_left", counting, lambda one: one.choices is not None or not one.differs)
    _all("not_read_twice", counting, lambda one: one.choices is not None)
    if at.secret:
        papers = _shared_out(at, counting)
    else:
        _all("already_voted", counting, _stands(at))
        papers = [(one.paper.right, one.paper.voice, one.choices or {}) for one in counting]
    boxes.count_in(
        change=change, batch=f"{POOLED if at.secret else ''}{found.number}", now=now, papers=papers
    )  # fmt: skip
    found.state, found.counted_at, found.counted_as = State.COUNTED, now, by.signature
    found.save()
    change.note("set_aside", None, len(sheets) - len(counting))
    change.save()
    return found


def _stands(at: Ground) -> Callable[[Sheet], bool]:
    """Whether a paper's right is still the one that it used: its owner may have spoken by phone after a proxy's paper."""
    known = used(at.poll)

    def stands(one: Sheet) -> bool:
        mark = known.get(one.paper.right)
        return mark is None or (mark.channel == "paper" and mark.by == one.paper.voice)

    return stands


def _shared_out(at: Ground, sheets: list[Sheet]) -> list[tuple[str, str, dict[str, Any]]]:
    """Papers without codes as entries of rights of the same area that came back and have none yet.

    Which of them a paper gets says nothing: rights go by their pseudonyms, papers by what they say. The count needs of a right
    only its area, so every sum is exact.
    """
    free = rights_by_area(at.poll, at.box, unmarked=True)
    laid: dict[int, list[dict[str, Any]]] = {}
    for one in sheets:
        laid.setdefault(one.area or 0, []).append(one.choices or {})
    over = sorted(area for area, found in laid.items() if len(found) > len(free.get(area, ())))
    if over:
        raise OutOfState("more_than_marked", areas="、".join(area_text(one) for one in over[:20]))
    return sorted(
        (right, OWNER, choices)
        for area, found in laid.items()
        for right, choices in zip(free[area], sorted(found, key=canonical), strict=False)
    )  # fmt: skip


def _all(code: str, sheets: list[Sheet], holds: Callable[[Sheet], bool]) -> None:
    wrong = [str(one.place) for one in sheets if not holds(one)]
    if wrong:
        raise OutOfState(code, places="、".join(wrong[:20]), count=str(len(wrong)))
