"""What the filer does afterwards: confirm and rate, reopen, contest, withdraw, urge."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from parties.queries import holders
from repairs.actions.change import Change, begin, lock, start_clock, stop_clock, terms_for
from repairs.models import Request
from repairs.permissions import may
from repairs.refusals import BadInput, NotPermitted, OutOfState
from repairs.rules.periods import URGE_EVERY, may_reopen
from tenancy.actor import Actor

MAX_STARS = 5


@transaction.atomic
def confirm(*, compound_id: int, ref: str, stars: int, comment: str, by: Actor, now: datetime) -> Request:
    """Confirm that it is repaired and rate it with one to five stars. Only the filer closes a request, never silence.

    The firm does not rate itself: what its own people found is closed by ``check_off``.
    """
    if not 1 <= stars <= MAX_STARS:
        raise BadInput("stars_range", field="stars")
    change = begin(compound_id=compound_id, ref=ref, action="confirm", by=by, now=now)
    if change.request.is_finding:
        raise NotPermitted("not_yours")
    change.set(stars=stars, comment=comment.strip()[:500], closed_at=now)
    request = change.save()
    change.tell([request.worker_id or 0], "repairs.confirmed", stars=str(stars))
    return request


@transaction.atomic
def check_off(*, compound_id: int, ref: str, comment: str, by: Actor, now: datetime) -> Request:
    """Close what the firm itself found, after somebody else than the repairer looked at it again. Without stars."""
    change = begin(compound_id=compound_id, ref=ref, action="confirm", by=by, now=now)
    if not change.request.is_finding:
        raise NotPermitted("not_yours")
    change.set(comment=comment.strip()[:500], closed_at=now)
    return change.save()


@transaction.atomic
def reopen(*, compound_id: int, ref: str, reason: str, by: Actor, now: datetime) -> Request:
    """Say that it is not solved (未解决): reopens it, counts it, and starts its completion deadline anew.

    Possible while the answer is awaited, and for seven days after it was closed.
    """
    if not reason.strip():
        raise BadInput("say_why", field="reason")
    change = begin(compound_id=compound_id, ref=ref, action="reopen", by=by, now=now, note=reason.strip()[:500])
    _within_period(change)
    worker = change.request.worker_id
    open_again(change)
    request = change.save()
    change.tell([worker or 0, *_desk(compound_id, now)], "repairs.reopened", reason=reason.strip())
    return request


@transaction.atomic
def contest(*, compound_id: int, ref: str, reason: str, by: Actor, now: datetime) -> Request:
    """Disagree with a return (不同意退回): it goes back to the firm with a new response deadline; the community is told."""
    if not reason.strip():
        raise BadInput("say_why", field="reason")
    change = begin(compound_id=compound_id, ref=ref, action="contest", by=by, now=now, note=reason.strip()[:500])
    _within_period(change)
    if change.request.upheld_at is not None:
        raise OutOfState("return_upheld", state=change.request.get_state_display())
    to_the_firm_again(change)
    request = change.save()
    people = [
        h.person_id
        for h in holders(compound_id, localdate(now))
        if h.party in {"company", "community"} and h.role != "worker"
    ]
    change.tell(people, "repairs.contested", reason=reason.strip())
    return request


@transaction.atomic
def withdraw(*, compound_id: int, ref: str, reason: str, by: Actor, now: datetime) -> Request:
    """Withdraw a request before the work began (撤回)."""
    change = begin(compound_id=compound_id, ref=ref, action="withdraw", by=by, now=now, note=reason.strip()[:500])
    worker = change.request.worker_id
    change.set(closed_at=now, worker_id=None, worker_post=None)
    stop_clock(change)
    request = change.save()
    change.tell([worker or 0], "repairs.withdrawn")
    return request


@transaction.atomic
def urge(*, compound_id: int, ref: str, by: Actor, now: datetime) -> Request:
    """Press for an answer (催办): whoever holds it, and the desk, are told. At most once an hour."""
    request = lock(compound_id=compound_id, ref=ref, by=by)
    if not may(by, "urge", request):
        raise NotPermitted("not_yours")
    if not request.is_open:
        raise OutOfState("moved_on", state=request.get_state_display())
    if request.urged_at is not None and now < request.urged_at + URGE_EVERY:
        raise BadInput("urged_already", field="urge")
    change = Change(request=request, action="urge", by=by, now=now, before=request.state)
    change.set(urged_at=now)
    change.save()
    change.tell([request.worker_id or 0, *_desk(compound_id, now)], "repairs.urged", place=request.place_text)
    return request


def open_again(change: Change) -> None:
    """It is not solved: count it, forget what was said of the result, and let the completion deadline run anew."""
    now = change.now
    change.set(
        reopened=change.request.reopened + 1,
        opened_at=now,
        closed_at=None,
        closed_reason="",
        finished_at=None,
        finished_in_time=None,
        arrived_at=None,
        stars=None,
        comment="",
        worker_id=None,
        worker_post=None,
    )
    _respond, finish = terms_for(change.request)
    start_clock(change, term=finish, since=now)


def to_the_firm_again(change: Change) -> None:
    """A return that does not stand: the firm has to answer anew, from now."""
    change.set(
        closed_at=None,
        closed_reason="",
        opened_at=change.now,
        accepted_at=None,
        responded_in_time=None,
        returned_to="",
    )
    respond, _finish = terms_for(change.request)
    start_clock(change, term=respond, since=change.now)


def _within_period(change: Change) -> None:
    closed = change.request.closed_at
    if closed is not None and not may_reopen(closed, change.now):
        raise OutOfState("too_late_to_reopen", state=change.request.get_state_display())


def _desk(compound_id: int, now: datetime) -> list[int]:
    return [
        h.person_id
        for h in holders(compound_id, localdate(now))
        if h.party == "company" and h.role in {"manager", "dispatcher"}
    ]
