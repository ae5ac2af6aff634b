"""Clearing away old receipts."""

from celery import shared_task
from django.utils import timezone

from idempotency import actions, queries
from tenancy.tasks import ScopedTask


@shared_task(base=ScopedTask, name="idempotency.sweep", across="find compounds with receipts older than 30 days")
def sweep_receipts() -> None:
    """Ask for a purge in every compound that needs one."""
    for compound_id in queries.compounds_with_old_receipts(timezone.now()):
        purge_receipts.delay(compound_id=compound_id)


@shared_task(name="idempotency.purge")
def purge_receipts(*, compound_id: int) -> int:
    """Remove one compound's old receipts."""
    return actions.purge(compound_id=compound_id, now=timezone.now())
