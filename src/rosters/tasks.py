"""What beat and the pages ask for: rosters made, silent logs told of."""

from celery import shared_task
from django.utils import timezone

from rosters.actions.logbook import tell_silent
from rosters.actions.making import waiting, work
from rosters.queries.log import compounds_with_work
from tenancy.tasks import ScopedTask, SteppedTask


@shared_task(
    base=ScopedTask,
    name="rosters.sweep",
    across="find compounds where a roster waits for a worker, or a log for its entry",
)
def sweep() -> int:
    """Queue one task for each compound with something to do; returns how many."""
    found = compounds_with_work(timezone.now())
    for compound_id in found:
        tend.delay(compound_id=compound_id)
    return len(found)


@shared_task(base=ScopedTask, name="rosters.tend")
def tend(*, compound_id: int) -> None:
    """Do what is due in one compound."""
    now = timezone.now()
    tell_silent(compound_id=compound_id, now=now)
    for roster_id in waiting(compound_id=compound_id, now=now):
        work_on.delay(compound_id=compound_id, roster_id=roster_id)


@shared_task(base=SteppedTask, name="rosters.work")
def work_on(*, compound_id: int, roster_id: int) -> str | None:
    """Make or mend one edition."""
    return work(compound_id=compound_id, roster_id=roster_id)
