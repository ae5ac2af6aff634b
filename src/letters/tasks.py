"""What beat asks for: late replies are asked for. One task a compound."""

from celery import shared_task
from django.utils import timezone

from letters.actions import remind_due
from letters.queries import compounds_with_work
from tenancy.tasks import ScopedTask


@shared_task(base=ScopedTask, name="letters.sweep", across="find compounds where a reply to a letter is late")
def sweep() -> int:
    """Queue one task for each compound with something to do; returns how many."""
    found = compounds_with_work(timezone.now())
    for compound_id in found:
        remind.delay(compound_id=compound_id)
    return len(found)


@shared_task(base=ScopedTask, name="letters.remind")
def remind(*, compound_id: int) -> int:
    """Remind of what is late in one compound."""
    return remind_due(compound_id=compound_id, now=timezone.now())
