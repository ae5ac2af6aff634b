"""Deferred work on files and documents: each task calls one action or query."""

from celery import shared_task
from django.utils import timezone

from documents import actions, queries
from tenancy.scope import current_scope
from tenancy.tasks import ScopedTask


@shared_task(name="documents.make_document")
def make_document(*, compound_id: int, document_id: int) -> None:
    """Make one pending sheet."""
    actions.make_document(compound_id=compound_id, document_id=document_id, now=timezone.now())


@shared_task(name="documents.sweep_pending", base=ScopedTask, across="find sheets whose making was lost")
def sweep_pending() -> None:
    """Every minute: fan out one task for each compound that waits for a sheet."""
    for compound_id in queries.compounds_with_late_documents(timezone.now()):
        sweep_pending_of.delay(compound_id=compound_id)


@shared_task(name="documents.sweep_pending_of")
def sweep_pending_of(*, compound_id: int) -> None:
    """Make again what was lost in one compound."""
    actions.nudge_pending(compound_id=compound_id, now=timezone.now())


@shared_task(name="documents.sweep_orphans", base=ScopedTask, across="remove files that rolled-back transactions left")
def sweep_orphans() -> None:
    """Every night: fan out one task a compound."""
    for compound_id in current_scope().compound_ids:
        sweep_orphans_of.delay(compound_id=compound_id)


@shared_task(name="documents.sweep_orphans_of")
def sweep_orphans_of(*, compound_id: int) -> None:
    """Remove one compound's files that no row knows."""
    actions.sweep_orphans(compound_id=compound_id, now=timezone.now())
