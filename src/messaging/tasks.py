"""Sends what the outbox holds: at once after a commit, and by a sweep what a crash or a refusal left."""

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from messaging import actions, queries
from tenancy.scope import current_scope
from tenancy.tasks import ScopedTask, SteppedTask

BATCHES = 50


@shared_task(name="messaging.drain", base=SteppedTask)
def drain(*, compound_id: int, ids: list[int] | None = None) -> None:
    """Send what is due in one compound. Any number of these may run at once or twice."""
    for _ in range(BATCHES):
        if actions.send_waiting(compound_id=compound_id, now=timezone.now(), ids=ids) < actions.BATCH:
            return


@shared_task(base=ScopedTask, name="messaging.sweep", across="find compounds with messages that should have left")
def sweep() -> None:
    """Every half minute: one task a compound that has something due."""
    for compound_id in queries.compounds_with_waiting(now=timezone.now()):
        transaction.on_commit(lambda compound_id=compound_id: drain.delay(compound_id=compound_id))  # type: ignore[misc]


@shared_task(base=ScopedTask, name="messaging.forget_all", across="forget old keys of effects in every compound")
def forget_all() -> None:
    """Once a night: one task a compound."""
    for compound_id in current_scope().compound_ids:
        transaction.on_commit(lambda compound_id=compound_id: forget.delay(compound_id=compound_id))  # type: ignore[misc]


@shared_task(name="messaging.forget")
def forget(*, compound_id: int) -> None:
    """Forget keys that no repeat will ask for any more."""
    actions.forget_effects(compound_id=compound_id, now=timezone.now())
