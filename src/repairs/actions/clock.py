"""What the clock does: a late request climbs from level to level, and each level owes an answer."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from parties.queries import Holder, holders
from repairs.actions.change import Change, NoSuchRequest, tell, upcoming
from repairs.actions.pauses import take_steps
from repairs.models import HELD, OPEN, Escalation, Request, State
from repairs.permissions import may_answer
from repairs.refusals import BadInput, NotPermitted, OutOfState
from repairs.rules.ladder import TOLD, next_step
from tenancy.actor import Actor, system_actor


@transaction.atomic
def escalate(*, compound_id: int, now: datetime) -> int:
    """Take every step that is due in a compound and return how many.

    Repeatable and safe beside itself: rows are locked, each step is unique, and after downtime one step follows the other.
    """
    by = system_actor("clock", (compound_id,))
    # Pauses first: what ran on while nobody swept is then as late as it is.
    taken = take_steps(compound_id=compound_id, by=by, now=now)
    due = list(
        Request.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
        .filter(compound_id=compound_id, next_step_at__lte=now, state__in=OPEN)
        .order_by("next_step_at", "pk")[:500]
    )
    if not due:
        return taken
    people = holders(compound_id, localdate(now))
    return taken + sum(_climb(request, people, by, now) for request in due)


def _climb(request: Request, people: list[Holder], by: Actor, now: datetime) -> int:
    taken = 0
    while request.clock_from and request.due_at and request.next_step_at and request.next_step_at <= now:
        answered = request.state != State.SUBMITTED
        step = next_step(request.clock_from, request.due_at, request.level, urgent=request.urgent, answered=answered)
        if step is None:
            break
        change = Change(
            request=request, action="warn" if step.level == 0 else "escalate", by=by, now=now, before=request.state
        )
        change.set(level=step.level)
        change.set(next_step_at=upcoming(request))
        change.note = str(step.level)
        change.save()
        _tell_level(request, step.level, people, by, now)
        taken += 1
    return taken


def _tell_level(request: Request, level: int, people: list[Holder], by: Actor, now: datetime) -> None:
    told: dict[str, set[int]] = {}
    for who in TOLD[level]:
        if who == "assignee":
            if request.worker_id is not None:
                told.setdefault("company", set()).add(request.worker_id)
            continue
        for holder in people:
            if holder.party == "company" and who == "manager" and holder.role in {"manager", "dispatcher"}:
                told.setdefault("company", set()).add(holder.person_id)
            elif holder.party == who:
                told.setdefault(who, set()).add(holder.person_id)
        told.setdefault("company" if who == "manager" else who, set())
    if level == 0 and request.urgent and request.state == State.SUBMITTED:
        # Nobody has answered for minutes: everyone of the firm hears of it, on duty or not.
        told["company"] |= {holder.person_id for holder in people if holder.party == "company"}
    for party, persons in told.items():
        if level > 0:
            Escalation.objects.get_or_create(
                compound_id=request.compound_id,
                request=request,
                due_at=request.due_at,
                level=level,
                party=party,
                defaults={"at": now},
            )
        template = "repairs.warned" if level == 0 else "repairs.escalated"
        # Several levels may be taken at one moment after downtime: each is an effect of its own.
        tell(
            request,
            persons,
            template,
            by=by,
            now=now,
            urgent=request.urgent,
            part=f"{level}:{party}",
            place=request.place_text,
        )


@transaction.atomic
def answer_escalation(*, compound_id: int, escalation_id: int, answer: str, by: Actor, now: datetime) -> Escalation:
    """Give a level's answer to what climbed to it; the filer and the desk are told. The duty is met once.

    Refused with BadInput (say_what, already_answered), NotPermitted, or OutOfState when the request has moved on.
    """
    if not answer.strip():
        raise BadInput("say_what", field="answer")
    # The request's row first, as every action does: its row is written too, and must not be an old one.
    request: Request | None = (
        Request.objects.select_for_update(of=("self",), no_key=True)
        .filter(compound_id=compound_id, escalations__pk=escalation_id)
        .first()
    )
    if request is None:
        raise NoSuchRequest
    found: Escalation = Escalation.objects.select_for_update(of=("self",), no_key=True).get(
        compound_id=compound_id, pk=escalation_id
    )
    if found.party != by.party or not may_answer(by):
        raise NotPermitted("not_yours")
    if found.answered_at is not None:
        raise BadInput("already_answered", field="answer")
    # Once it is reported done, or is over, there is nothing left to press for: what was not answered stays so.
    if request.state not in HELD:
        raise OutOfState("moved_on", state=request.get_state_display())
    found.answer, found.answered_by_id = answer.strip()[:500], by.person_id
    found.answered_as, found.answered_at = f"{by.person_name} {by.label}"[:160], now
    found.save()
    change = Change(request=request, action="answer", by=by, now=now, before=request.state, note=found.answer)
    change.save()
    desk = [h.person_id for h in holders(compound_id, localdate(now)) if h.party == "company" and h.role != "worker"]
    change.tell([*request.askers, *desk], "repairs.answered", answer=found.answer, who=by.label)
    return found
