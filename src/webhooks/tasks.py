"""Calls whoever waits: at once after a commit, and by a sweep what a crash or a failure left."""

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from tenancy.scope import current_scope
from tenancy.tasks import ScopedTask, SteppedTask
from webhooks import actions, queries

BATCHES = 50


@shared_task(name="webhooks.drain", base=SteppedTask)
def drain(*, compound_id: int) -> None:
    """Make the calls that are due in one compound. Any number of these may run at once or twice."""
    for _ in range(BATCHES):
        if actions.send_waiting(compound_id=compound_id, now=timezone.now()) < actions.BATCH:
            return


@shared_task(base=ScopedTask, name="webhooks.sweep", across="find compounds with webhooks that should have been called")
def sweep() -> None:
    """Every half minute: one task a compound that has something due."""
    for compound_id in queries.compounds_with_waiting(now=timezone.now()):
        transaction.on_commit(lambda compound_id=compound_id: drain.delay(compound_id=compound_id))  # type: ignore[misc]


@shared_task(base=ScopedTask, name="webhooks.forget_all", across="forget old deliveries in every compound")
def forget_all() -> None:
    """Once a night: one task a compound."""
    for compound_id in current_scope().compound_ids:
        transaction.on_commit(lambda compound_id=compound_id: forget.delay(compound_id=compound_id))  # type: ignore[misc]


@shared_task(base=ScopedTask, name="webhooks.forget")
def forget(*, compound_id: int) -> None:
    """Forget deliveries that are done and old."""
    actions.forget(compound_id=compound_id, now=timezone.now())
