"""What beat asks for: the clock of terms, lists that are late, cross-posts that ended. One task a compound."""

from celery import shared_task
from django.utils import timezone

from committees import actions
from committees.queries.clock import compounds_with_work
from tenancy.tasks import ScopedTask


@shared_task(base=ScopedTask, name="committees.sweep", across="find compounds where a term nears its end or is over")
def sweep() -> int:
    """Queue one task for each compound with something to do; returns how many."""
    found = compounds_with_work(timezone.now())
    for compound_id in found:
        watch.delay(compound_id=compound_id)
    return len(found)


@shared_task(base=ScopedTask, name="committees.watch")
def watch(*, compound_id: int) -> int:
    """What the clock has to do in one compound."""
    now = timezone.now()
    ended = actions.watch_posts(compound_id=compound_id, now=now)
    return ended + actions.watch_terms(compound_id=compound_id, now=now)
