"""Lost shares: the box is closed for good, unopened and before witnesses, and the vote is held again on paper (two parties)."""

from datetime import datetime

from boxes.actions.running import append, publish
from boxes.models import Box, State, Tip, Why
from boxes.models.box import MAX_NAME
from boxes.queries.boxes import box_of
from boxes.refusals import OutOfState
from elections.actions.change import Change
from elections.box.chain import NOTHING

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
