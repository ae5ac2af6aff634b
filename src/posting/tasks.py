"""What beat asks for. One task a compound."""

from celery import shared_task
from django.utils import timezone

from posting.actions.clockwork import look_after, tell_late
from posting.queries import compounds_with_work
from tenancy.tasks import ScopedTask


@shared_task(base=ScopedTask, name="posting.sweep", across="find compounds where papers are late or to be looked at")
def sweep() -> int:
    """Queue one task for each compound with something to do; returns how many."""
    found = compounds_with_work(timezone.now())
    for compound_id in found:
        tend.delay(compound_id=compound_id)
    return len(found)


@shared_task(base=ScopedTask, name="posting.tend")
def tend(*, compound_id: int) -> None:
    """Do what is due in one compound."""
    now = timezone.now()
    look_after(compound_id=compound_id, now=now)
    tell_late(compound_id=compound_id, now=now)
