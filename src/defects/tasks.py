"""What beat asks for. One task a compound."""

from celery import shared_task
from django.utils import timezone

from defects.actions.climbing import climb
from defects.queries import compounds_with_steps
from tenancy.tasks import ScopedTask


@shared_task(base=ScopedTask, name="defects.sweep", across="find compounds where a step of a defect's ladder is due")
def sweep() -> int:
    """Queue one task for each compound with something to say; returns how many."""
    found = compounds_with_steps(timezone.now())
    for compound_id in found:
        tend.delay(compound_id=compound_id)
    return len(found)


@shared_task(base=ScopedTask, name="defects.tend")
def tend(*, compound_id: int) -> None:
    """Take the steps that are due in one compound."""
    climb(compound_id=compound_id, now=timezone.now())
