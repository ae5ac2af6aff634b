"""What beat asks for: let out, take down and tell what is due. One task a compound."""

from celery import shared_task
from django.utils import timezone

from notices.actions.publishing import expire_due, publish_due
from notices.actions.telling import tell_due
from notices.queries import compounds_with_work
from tenancy.tasks import ScopedTask


@shared_task(base=ScopedTask, name="notices.sweep", across="find compounds where a notice is due")
def sweep() -> int:
    """Queue one task for each compound with something to do; returns how many."""
    found = compounds_with_work(timezone.now())
    for compound_id in found:
        tend.delay(compound_id=compound_id)
    return len(found)


@shared_task(base=ScopedTask, name="notices.tend")
def tend(*, compound_id: int) -> None:
    """Do what is due in one compound."""
    now = timezone.now()
    expire_due(compound_id=compound_id, now=now)
    publish_due(compound_id=compound_id, now=now)
    tell_due(compound_id=compound_id, now=now)


@shared_task(base=ScopedTask, name="notices.tell")
def tell_in(*, compound_id: int) -> int:
    """Tell what is not told yet in one compound."""
    return tell_due(compound_id=compound_id, now=timezone.now())
