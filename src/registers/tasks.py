"""What workers do for imports of registers: one step of one import, what a crash left, and what is kept no longer."""

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from registers import queries
from registers.actions import working
from tenancy.tasks import ScopedTask, SteppedTask


@shared_task(name="registers.work", base=SteppedTask)
def work(*, compound_id: int, run_id: int) -> str:
    """Check or import one file."""
    return working.work(compound_id=compound_id, run_id=run_id, now=timezone.now())


@shared_task(name="registers.sweep", base=ScopedTask, across="find imports of registers whose worker was lost")
def sweep() -> int:
    """Every minute: hand over again what no worker holds; returns how many."""
    found = queries.waiting(timezone.now())
    for compound_id, run_id in found:
        transaction.on_commit(lambda c=compound_id, r=run_id: work.delay(compound_id=c, run_id=r))  # type: ignore[misc]
    return len(found)


@shared_task(name="registers.forget_all", base=ScopedTask, across="find old files of register imports")
def forget_all() -> None:
    """Once a night: one task for each compound that has old files."""
    for compound_id in queries.outdated(timezone.now()):
        transaction.on_commit(lambda c=compound_id: forget.delay(compound_id=c))  # type: ignore[misc]


@shared_task(name="registers.forget", base=SteppedTask)
def forget(*, compound_id: int) -> int:
    """Remove one compound's old files."""
    return working.forget(compound_id=compound_id, now=timezone.now())
