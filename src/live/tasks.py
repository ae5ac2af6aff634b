"""Clock work of the live board."""

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from live import actions
from tenancy.scope import current_scope
from tenancy.tasks import ScopedTask


@shared_task(base=ScopedTask, name="live.prune_all", across="prune old live events of every compound")
def prune_all() -> None:
    """Once a night: one task a compound."""
    for compound_id in current_scope().compound_ids:
        transaction.on_commit(lambda compound_id=compound_id: prune.delay(compound_id=compound_id))  # type: ignore[misc]


@shared_task(name="live.prune")
def prune(*, compound_id: int) -> None:
    """Delete what nobody will catch up on any more."""
    actions.prune_events(compound_id=compound_id, now=timezone.now())
