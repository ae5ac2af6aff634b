"""What beat asks for. One task a compound."""

from celery import shared_task
from django.utils import timezone

from equipment.actions.dues import tell_due
from equipment.actions.reports import forget_origins
from equipment.actions.stops import tell_late
from equipment.queries import compounds_with_work
from tenancy.tasks import ScopedTask


@shared_task(
    base=ScopedTask, name="equipment.sweep", across="find compounds where equipment runs out or stands still too long"
)
def sweep() -> int:
    """Queue one task for each compound with something to do; returns how many."""
    found = compounds_with_work(timezone.now())
    for compound_id in found:
        tend.delay(compound_id=compound_id)
    return len(found)


@shared_task(base=ScopedTask, name="equipment.tend")
def tend(*, compound_id: int) -> None:
    """Do what is due in one compound."""
    now = timezone.now()
    tell_due(compound_id=compound_id, now=now)
    tell_late(compound_id=compound_id, now=now)
    forget_origins(compound_id=compound_id, now=now)
