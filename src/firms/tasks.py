"""What beat asks for: reminders of certificates, and work that ended posts left behind."""

from celery import shared_task
from django.db import transaction
from django.utils import timezone
from django.utils.timezone import localdate

from firms.actions import certificates, copies, posts
from firms.queries.certificates import compounds_with_firms
from tenancy.tasks import ScopedTask


@shared_task(
    base=ScopedTask, name="firms.sweep", across="find the compounds that a firm serves, to remind and take back"
)
def sweep() -> None:
    """Every hour: two tasks a compound. What was missed while nothing ran is found by the next one."""
    for compound_id in compounds_with_firms(localdate(timezone.now())):
        transaction.on_commit(lambda compound_id=compound_id: _fan_out(compound_id))  # type: ignore[misc]


def _fan_out(compound_id: int) -> None:
    remind.delay(compound_id=compound_id)
    give_back_left.delay(compound_id=compound_id)


@shared_task(base=ScopedTask, name="firms.remind")
def remind(*, compound_id: int) -> None:
    """Tell of certificates that run out."""
    certificates.remind(compound_id=compound_id, now=timezone.now())


@shared_task(base=ScopedTask, name="firms.give_back_left")
def give_back_left(*, compound_id: int) -> None:
    """Take back what posts hold that have ended."""
    posts.give_back_left(compound_id=compound_id, now=timezone.now())


@shared_task(base=ScopedTask, name="firms.sweep_copies", across="remove copies that rolled-back transactions left")
def sweep_copies() -> None:
    """Every night, in one task: copies lie in few folders."""
    copies.sweep_copies(now=timezone.now())
