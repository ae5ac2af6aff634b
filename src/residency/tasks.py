"""What beat asks for, every hour: remind, end what ran out, close what nobody can use. One task a compound."""

from celery import shared_task
from django.utils import timezone

from residency.actions.clock import tend
from residency.queries import compounds_with_work
from tenancy.tasks import ScopedTask


@shared_task(
    base=ScopedTask,
    name="residency.sweep",
    across="find the compounds where a claim waits or a link to a home runs out",
)
def sweep() -> int:
    """Queue one task for each compound with something to do; returns how many."""
    found = compounds_with_work(timezone.now())
    for compound_id in found:
        tend_compound.delay(compound_id=compound_id)
    return len(found)


@shared_task(base=ScopedTask, name="residency.tend")
def tend_compound(*, compound_id: int) -> None:
    """Do what is due in one compound."""
    tend(compound_id=compound_id, now=timezone.now())
