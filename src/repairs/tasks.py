"""What beat asks for: let late requests climb. The sweep finds the compounds, one task each does the work."""

from celery import shared_task
from django.utils import timezone

from repairs.actions.clock import escalate
from repairs.queries import compounds_with_due_steps
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
