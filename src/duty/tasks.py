"""What beat asks for: the weeks ahead, and the nights without anyone."""

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from duty import queries
from duty.actions import clock, leaving
from tenancy.tasks import ScopedTask


@shared_task(
    base=ScopedTask, name="duty.write_all", across="find the compounds that plan duty, to write the weeks ahead"
)
def write_all() -> None:
    """Once a night: one task a compound."""
    for compound_id in queries.compounds_with_patterns():
        transaction.on_commit(lambda compound_id=compound_id: write_out.delay(compound_id=compound_id))  # type: ignore[misc]


@shared_task(base=ScopedTask, name="duty.write_out")
def write_out(*, compound_id: int) -> None:
    """Write the shifts of the weekly patterns for four weeks ahead; take off and forget what is over."""
    now = timezone.now()
    clock.write_out(compound_id=compound_id, now=now)
    leaving.take_off_left(compound_id=compound_id, now=now)
    clock.forget_phones(compound_id=compound_id, now=now)


@shared_task(base=ScopedTask, name="duty.warn_all", across="find the compounds that plan duty, to warn of empty nights")
def warn_all() -> None:
    """In the afternoon: one task a compound."""
    for compound_id in queries.compounds_with_patterns():
        transaction.on_commit(lambda compound_id=compound_id: warn.delay(compound_id=compound_id))  # type: ignore[misc]


@shared_task(base=ScopedTask, name="duty.warn")
def warn(*, compound_id: int) -> None:
    """Tell the desk of hours of tonight when nobody is on duty."""
    clock.warn_of_gaps(compound_id=compound_id, now=timezone.now())
