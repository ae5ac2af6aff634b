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
    """Forget keys that no repeat will ask for any more, and messages that are done and old."""
    now = timezone.now()
    actions.forget_effects(compound_id=compound_id, now=now)
    actions.forget_messages(compound_id=compound_id, now=now)


@shared_task(base=ScopedTask, name="messaging.digest_all", across="find the people whose message of the day is due")
def digest_all() -> None:
    """Every few minutes: one task a person, in the compound that their digest belongs to."""
    for compound_id, person_id in queries.digests_due(now=timezone.now()):
        transaction.on_commit(lambda c=compound_id, p=person_id: digest.delay(compound_id=c, person_id=p))  # type: ignore[misc]


@shared_task(base=ScopedTask, name="messaging.digest")
def digest(*, compound_id: int, person_id: int) -> None:
    """Queue one person's message of the day."""
    actions.send_digest(compound_id=compound_id, person_id=person_id, now=timezone.now())
