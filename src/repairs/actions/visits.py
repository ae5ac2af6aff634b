"""Return visits (回访): the community asks a sample of a month's filers whether it is really repaired."""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from audit.actions import record as record_entry
from messaging.actions import queue
from parties.queries import holders
from repairs.actions.change import Change, followers
from repairs.actions.feedback import open_again
from repairs.models import Request, ReturnVisit, State
from repairs.permissions import may_draw_visits
from repairs.refusals import BadInput, NotPermitted, OutOfState
from repairs.rules.visits import last_month, month_after, sample
from repairs.visiting import midnight, over
from tenancy.actor import Actor, system_actor
from tenancy.models import Compound

# What is said to be over: confirmed, closed by force, or reported done and not answered yet.
VISITED = (State.DONE, State.CLOSED, State.AWAITING)


class NoSuchVisit(Exception):
    """No such visit in the compound; the view answers 404."""


@transaction.atomic
def draw(*, compound_id: int, month: date, by: Actor, now: datetime) -> list[ReturnVisit]:
    """Draw the sample of a month that is over (its first day names it). Drawn once: asked again, the same comes back.

    Refused with NotPermitted or BadInput (month_not_over).
    """
    if compound_id not in by.compound_ids or not may_draw_visits(by):
        raise NotPermitted("not_yours")
    return _draw(compound_id, month.replace(day=1), by, now)


@transaction.atomic
def draw_last_month(*, compound_id: int, now: datetime) -> list[ReturnVisit]:
    """The system draws the month before, for a compound whose community has someone to visit, and tells them.

    Drawn already, by whomever, or nobody there: nothing is written and nobody told.
    """
    month = last_month(localdate(now))
    community = [h.person_id for h in holders(compound_id, localdate(now)) if h.party == "community"]
    if not community or _drawn(compound_id, month):
        return []
    by = system_actor("visits", (compound_id,))
    drawn = _draw(compound_id, month, by, now)
    if drawn:
        code = Compound.objects.values_list("code", flat=True).get(pk=compound_id)
        queue(
            compound_id=compound_id,
            to=sorted(set(community)),
            template="repairs.visits_drawn",
            context={"month": f"{month:%Y-%m}", "count": str(len(drawn))},
            link=f"/c/{code}/visits/?month={month:%Y-%m}",
            by=by,
            now=now,
            key=f"repairs.visits_drawn:{compound_id}:{month:%Y-%m}",
        )
    return drawn


def _draw(compound_id: int, first: date, by: Actor, now: datetime) -> list[ReturnVisit]:
    begins, ends = midnight(first), midnight(month_after(first))
    if now < ends:
        raise BadInput("month_not_over", field="month")
    there = _drawn(compound_id, first)
    if there:
        return there
    found = Request.objects.filter(over(begins, ends), compound_id=compound_id).values_list("pk", flat=True)
    chosen = sample(compound_id=compound_id, month=first, requests=found)
    ReturnVisit.objects.bulk_create(
        [ReturnVisit(compound_id=compound_id, request_id=pk, month=first, drawn_at=now) for pk in chosen],
        ignore_conflicts=True,
    )
    record_entry(
        by=by,
        compound_id=compound_id,
        verb="repairs.visits_draw",
        target=f"repairs.visits:{first:%Y-%m}",
        changes={"drawn": [0, len(chosen)], "of": [None, len(found)]},
        now=now,
    )
    return _drawn(compound_id, first)


@transaction.atomic
def record(
    *, compound_id: int, visit_id: int, result: str, satisfied: bool | None, note: str, by: Actor, now: datetime
) -> ReturnVisit:
    """Record what the filer said: solved, unsolved or unreached. 未解决 reopens the request by itself, whenever it is.

    Refused with NotPermitted, BadInput (visit_result, say_what) or OutOfState (visited_already); whoever was not reached may
    be tried again.
    """
    visit: ReturnVisit | None = (
        ReturnVisit.objects.select_for_update(of=("self",), no_key=True)
        .filter(compound_id=compound_id, pk=visit_id)
        .first()
    )
    if visit is None or compound_id not in by.compound_ids:
        raise NoSuchVisit
    if not may_draw_visits(by):
        raise NotPermitted("not_yours")
    if result not in ReturnVisit.Result.values:
        raise BadInput("visit_result", field="result")
    why = note.strip()[:500]
    if result == ReturnVisit.Result.UNSOLVED and not why:
        raise BadInput("say_what", field="note")
    if visit.result not in {"", ReturnVisit.Result.UNREACHED}:
        raise OutOfState("visited_already", state="")
    visit.result, visit.note = result, why
    visit.satisfied = satisfied if result != ReturnVisit.Result.UNREACHED else None
    visit.visited_at, visit.visited_by, visit.visited_as = now, by.person_id, f"{by.person_name} {by.label}"[:160]
    visit.save()
    request: Request = Request.objects.select_for_update(of=("self",), no_key=True).get(
        compound_id=compound_id, pk=visit.request_id
    )
    again = result == ReturnVisit.Result.UNSOLVED and request.state in VISITED
    change = Change(
        request=request, action="reopen" if again else "visit", by=by, now=now, before=request.state, note=why or result
    )
    change.changes["visit"] = [None, result]
    if again:
        worker = request.worker_id
        change.set(state=State.ACCEPTED)
        open_again(change)
        change.save()
        change.tell([worker or 0, *_desk(compound_id, now)], "repairs.reopened", reason=why)
        change.tell([*request.askers, *followers(request)], "repairs.visit_reopened")
    else:
        change.save()
    return visit


def _drawn(compound_id: int, month: date) -> list[ReturnVisit]:
    return list(
        ReturnVisit.objects.filter(compound_id=compound_id, month=month).select_related("request").order_by("pk")
    )


def _desk(compound_id: int, now: datetime) -> list[int]:
    return [
        h.person_id
        for h in holders(compound_id, localdate(now))
        if h.party == "company" and h.role in {"manager", "dispatcher"}
    ]
