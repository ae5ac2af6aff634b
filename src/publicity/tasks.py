"""What beat asks for: periods end, objections that wait for an answer climb. One task a compound."""

from celery import shared_task
from django.utils import timezone
from django.utils.timezone import localdate

from publicity import objection_queries, queries
from publicity.actions.objecting import escalate, lapse_voided
from publicity.actions.running import complete_due, recount
from tenancy.tasks import ScopedTask


@shared_task(base=ScopedTask, name="publicity.sweep_objections", across="find compounds where an objection is due")
def sweep_objections() -> int:
    """Queue one task for each compound with something to do; returns how many."""
    found = objection_queries.compounds_with_due_steps(timezone.now())
    for compound_id in found:
        tend_objections.delay(compound_id=compound_id)
    return len(found)


@shared_task(base=ScopedTask, name="publicity.tend_objections")
def tend_objections(*, compound_id: int) -> None:
    """Do what is due about objections in one compound."""
    now = timezone.now()
    lapse_voided(compound_id=compound_id, now=now)
    escalate(compound_id=compound_id, now=now)


@shared_task(
    base=ScopedTask, name="publicity.sweep", across="find compounds where a period is over or to be counted again"
)
def sweep() -> int:
    """Queue one task for each compound with something to do; returns how many."""
    found = queries.compounds_with_work(localdate(timezone.now()))
    for compound_id in found:
        tend.delay(compound_id=compound_id)
    return len(found)


@shared_task(base=ScopedTask, name="publicity.tend")
def tend(*, compound_id: int) -> None:
    """Count again what an unknown year left open, then complete what is over, in one compound."""
    now = timezone.now()
    recount(compound_id=compound_id, now=now)
    complete_due(compound_id=compound_id, now=now)
