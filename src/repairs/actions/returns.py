"""What the community says of a return (退回): it stands, and leaves the firm's score; or it does not, and goes back."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from parties.queries import holders
from repairs.actions.change import Change, begin, followers
from repairs.actions.feedback import to_the_firm_again
from repairs.models import Request
from repairs.refusals import BadInput, OutOfState
from tenancy.actor import Actor


@transaction.atomic
def uphold(*, compound_id: int, ref: str, note: str, by: Actor, now: datetime) -> Request:
    """Uphold a return (退回成立): it is not the firm's. It leaves the firm's score and stays visible."""
    change = begin(compound_id=compound_id, ref=ref, action="uphold", by=by, now=now, note=note.strip()[:500])
    _undecided(change)
    change.set(upheld_at=now, upheld_as=f"{by.person_name} {by.label}"[:160])
    request = change.save()
    told = [*request.askers, *followers(request), *_desk(compound_id, now)]
    change.tell(told, "repairs.return_upheld", receiver=request.returned_to)
    return request


@transaction.atomic
def deny(*, compound_id: int, ref: str, reason: str, by: Actor, now: datetime) -> Request:
    """Say that a return does not stand (退回不成立), and why: the firm has it again, with a new response deadline."""
    why = reason.strip()[:500]
    if not why:
        raise BadInput("say_why", field="reason")
    change = begin(compound_id=compound_id, ref=ref, action="deny", by=by, now=now, note=why)
    _undecided(change)
    to_the_firm_again(change)
    request = change.save()
    told = [*request.askers, *followers(request), *_desk(compound_id, now)]
    change.tell(told, "repairs.return_denied", reason=why)
    return request


def _undecided(change: Change) -> None:
    if change.request.upheld_at is not None:
        raise OutOfState("return_upheld", state=change.request.get_state_display())


def _desk(compound_id: int, now: datetime) -> list[int]:
    return [
        h.person_id
        for h in holders(compound_id, localdate(now))
        if h.party == "company" and h.role in {"manager", "dispatcher"}
    ]
