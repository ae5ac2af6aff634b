"""What beat asks for: late requests climb, visits are drawn. A sweep finds the compounds, one task each does the work."""

from celery import shared_task
from django.utils import timezone

from repairs.actions.clock import escalate
from repairs.actions.visits import draw_last_month
from repairs.queries import compounds_with_due_steps
from repairs.visiting import compounds_to_visit
from tenancy.tasks import ScopedTask


@shared_task(
    base=ScopedTask, name="repairs.sweep", across="find the compounds where a repair request has a step to take"
)
def sweep() -> int:
    """Queue one task for each compound with a step that is due; returns how many."""
    found = compounds_with_due_steps(timezone.now())
    for compound_id in found:
        escalate_compound.delay(compound_id=compound_id)
    return len(found)


@shared_task(base=ScopedTask, name="repairs.escalate")
def escalate_compound(*, compound_id: int) -> int:
    """Take the steps that are due in one compound."""
    return escalate(compound_id=compound_id, now=timezone.now())


@shared_task(
    base=ScopedTask,
    name="repairs.draw_visits",
    across="find the compounds whose last month has no sample for return visits",
)
def draw_visits() -> int:
    """Every night, so that what the first of the month missed is drawn on the second; returns how many compounds."""
    found = compounds_to_visit(timezone.now())
    for compound_id in found:
        draw_visits_of.delay(compound_id=compound_id)
    return len(found)


@shared_task(base=ScopedTask, name="repairs.draw_visits_of")
def draw_visits_of(*, compound_id: int) -> int:
    """Draw last month's sample of one compound."""
    return len(draw_last_month(compound_id=compound_id, now=timezone.now()))
