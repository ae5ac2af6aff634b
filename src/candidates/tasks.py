"""What beat asks for: reviews that wait beyond their day. One task a compound."""

from celery import shared_task
from django.utils import timezone

from candidates import actions
from candidates.queries.clock import compounds_with_work
from tenancy.tasks import ScopedTask


@shared_task(base=ScopedTask, name="candidates.sweep", across="find compounds where a review waits beyond its day")
def sweep() -> int:
    """Queue one task for each compound with something to do; returns how many."""
    found = compounds_with_work(timezone.now())
    for compound_id in found:
        watch.delay(compound_id=compound_id)
    return len(found)


@shared_task(base=ScopedTask, name="candidates.watch")
def watch(*, compound_id: int) -> int:
    """Who lets a review wait, in one compound."""
    return actions.tell_late(compound_id=compound_id, now=timezone.now())
