"""Pausing: the clock stands still for a reason and until a day, and goes on by itself when the day has come."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate, localtime

from calendars.queries import work_calendar
from calendars.rules import WORKING
from parties.queries import holders
from repairs.actions.change import Change, back_from_pause, begin, end_pause, terms_for, upcoming
from repairs.models import Request, State
from repairs.refusals import BadInput
from repairs.rules import pauses
from tenancy.actor import Actor


@transaction.atomic
def pause(*, compound_id: int, ref: str, reason: str, until: datetime, by: Actor, now: datetime) -> Request:
    """Let the clock stand (暂停) until a moment within thirty days, saying why; whoever asked is told both.

    Refused with BadInput (say_why, too_long, pause_too_short, pause_too_long).
    """
    why = reason.strip()
    if not why:
        raise BadInput("say_why", field="reason")
    if len(why) > pauses.MAX_REASON:
        raise BadInput("too_long", field="reason", most=str(pauses.MAX_REASON))
    wrong = pauses.refused(now, until)
    if wrong:
        raise BadInput(wrong, field="until")
    change = begin(compound_id=compound_id, ref=ref, action="pause", by=by, now=now, note=why)
    change.set(
        paused_at=now,
        paused_until=until,
        pause_reason=why,
        paused_from=change.before,
        paused_due_at=change.request.due_at,
        due_at=None,
        next_step_at=pauses.warn_at(now, until),
    )
    request = change.save()
    change.tell(
        [*request.askers, request.worker_id or 0],
        "repairs.paused",
        reason=why,
        until=f"{localtime(until):%Y-%m-%d %H:%M}",
    )
    return request


@transaction.atomic
def resume(*, compound_id: int, ref: str, by: Actor, now: datetime) -> Request:
    """Go on before the pause is over (恢复): back to the state that it was in, with the time that was left."""
    change = begin(compound_id=compound_id, ref=ref, action="resume", by=by, now=now)
    _run_again(change, at=now)
    request = change.save()
    change.tell([*request.askers, request.worker_id or 0], "repairs.resumed")
    return request


def take_steps(*, compound_id: int, by: Actor, now: datetime) -> int:
    """Say of pauses that end soon, and end those whose time has come, as of that moment. Returns how many steps.

    Part of the clock's sweep: rows are locked, a step that was taken is not due again.
    """
    due = list(
        Request.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
        .filter(compound_id=compound_id, next_step_at__lte=now, state=State.PAUSED)
        .order_by("next_step_at", "pk")[:500]
    )
    if not due:
        return 0
    desk = [
        h.person_id
        for h in holders(compound_id, localdate(now))
        if h.party == "company" and h.role in {"manager", "dispatcher"}
    ]
    for request in due:
        until = request.paused_until
        assert until is not None  # noqa: S101  the table's own check
        over = until <= now
        action = "resume" if over else "pause_ending"
        change = Change(request=request, action=action, by=by, now=now, before=request.state, note=request.pause_reason)
        if over:
            change.set(state=back_from_pause(request))
            _run_again(change, at=until)
        else:
            change.set(next_step_at=until)
        change.save()
        told = [request.worker_id or 0, *desk, *(request.askers if over else [])]
        change.tell(told, "repairs.resumed" if over else "repairs.pause_ending", part=action)
    return len(due)


def _run_again(change: Change, *, at: datetime) -> None:
    """Let the deadline run again from ``at``, as far off as it was when the clock stopped."""
    request = change.request
    since, due = request.paused_at, request.paused_due_at
    end_pause(change, at=at)
    if since is None or due is None or request.clock_from is None:
        return
    basis = request.clock_basis or terms_for(request)[1].basis
    certain = True
    if due <= since or basis != WORKING:
        again = pauses.still(due, since, max(at, since))
    else:
        calendar = work_calendar()
        left = calendar.working_minutes_between(since, due)
        found = calendar.after(max(at, since), left.length, WORKING)
        again, certain = found.at, found.certain
    # Start and end move alike, so that every step of the ladder moves with them and none is taken twice.
    change.set(clock_from=request.clock_from + (again - due), due_at=again, due_certain=certain)
    change.set(next_step_at=upcoming(request))
