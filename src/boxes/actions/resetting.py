"""Lost shares: the box is closed for good, unopened and before witnesses, and the vote is held again on paper (two parties)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive

from boxes.actions.running import append, publish
from boxes.models import Box, State, Tip, Why
from boxes.models.box import MAX_NAME
from boxes.queries.boxes import box_of
from boxes.refusals import BadInput, OutOfState
from elections.actions import joint
from elections.actions.change import Change, said
from elections.box.chain import NOTHING
from elections.models import Poll
from elections.models.joint import Joint, JointStep

RESET = "reset"


def reset_box(*, change: Change, reason: str, witnesses: str, now: datetime) -> Box:
    """Seal a box away that too few shares are left to open; the next round has the same roll and paper alone.

    In the transaction of the joint step ``reset``. Refused: OutOfState (no_box, enough_shares: it can be opened).
    """
    poll = change.poll
    found = box_of(poll, lock=True)
    if found is None or found.state != State.CLOSED or found.paper_only:
        raise OutOfState("no_box")
    if found.shares.count() >= found.threshold:
        raise OutOfState("enough_shares")
    body = {"reason": reason, "witnesses": witnesses, "shares": found.shares.count(), "next": "paper"}
    number, hashed, at = append(found, kind=RESET, body=body, now=now)
    found.shares.all().delete()
    found.state, found.reset_reason = State.RESET, reason
    found.save()
    publish(found, number, hashed, at, Why.RESET)
    round_two = found.number + 1
    made: Box = Box.objects.create(
        compound_id=found.compound_id, poll=poll, number=round_two,
        name=f"{poll.compound.name} {poll.ref}-{round_two}"[-MAX_NAME:], state=State.MADE, paper_only=True,
        made_at=now, made_as=change.by.signature,
    )  # fmt: skip
    Tip.objects.create(compound_id=found.compound_id, box=made, number=0, hash=NOTHING, at=now)
    change.note("box_head", None, hashed)
    change.note("round", found.number, round_two)
    return made


def may_reset(poll: Poll, given: Mapping[str, Any], now: datetime) -> Mapping[str, Any]:
    """Only of a closed box that cannot be opened, before named witnesses, with the window of the vote on paper.

    Refused: OutOfState (no_box, enough_shares), BadInput (say_why: the witnesses, no_window, opens_in_the_past,
    closes_before_it_opens).
    """
    box = box_of(poll)
    if box is None or box.state != State.CLOSED or box.paper_only:
        raise OutOfState("no_box")
    if box.shares.count() >= box.threshold:
        raise OutOfState("enough_shares")
    witnesses = said(str(given.get("witnesses", "")), "witnesses")
    opens_at, closes_at = (parse_datetime(str(given.get(name, ""))) for name in ("opens_at", "closes_at"))
    if opens_at is None or closes_at is None or is_naive(opens_at) or is_naive(closes_at):
        raise BadInput("no_window", field="opens_at")
    if opens_at <= now:
        raise BadInput("opens_in_the_past", field="opens_at")
    if closes_at <= opens_at:
        raise BadInput("closes_before_it_opens", field="closes_at")
    return {"witnesses": witnesses, "opens_at": opens_at.isoformat(), "closes_at": closes_at.isoformat()}


def reset(change: Change, step: JointStep) -> None:
    """Two parties have agreed: the box is sealed away, and the vote is called again on paper."""
    opens_at, closes_at = (parse_datetime(step.given[name]) for name in ("opens_at", "closes_at"))
    change.set(opens_at=opens_at, closes_at=closes_at, closed_at=None, voting_at=None)
    reset_box(change=change, reason=step.reason, witnesses=step.given["witnesses"], now=change.now)


def register() -> None:
    """Say what the step does."""
    joint.register(Joint.RESET, effect=reset, check=may_reset, page="boxes_reset")
