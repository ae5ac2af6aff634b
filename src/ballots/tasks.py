"""What beat asks for: open, close, tell and count what is due. One task a compound."""

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from ballots.actions.clock import tend as tend_clock
from ballots.actions.reminding import tell_due
from ballots.actions.telling import MOST, tell_cast
from ballots.actions.ticking import tick as tick_turnout
from ballots.queries.polls import compounds_due, compounds_running, compounds_untold, running_polls
from tenancy.tasks import ScopedTask


@shared_task(base=ScopedTask, name="ballots.sweep", across="find compounds where a vote opens, runs or closes")
def sweep() -> int:
    """Queue one task for each compound with something to do; returns how many."""
    found = compounds_due(timezone.now())
    for compound_id in found:
        tend.delay(compound_id=compound_id)
    return len(found)


@shared_task(base=ScopedTask, name="ballots.tend")
def tend(*, compound_id: int) -> None:
    """Do what is due in one compound."""
    now = timezone.now()
    tend_clock(compound_id=compound_id, now=now)
    for poll in running_polls(compound_id, now):
        tell_due(compound_id=compound_id, poll=poll, now=now)


@shared_task(base=ScopedTask, name="ballots.count", across="find compounds where a vote runs")
def count() -> int:
    """Queue one count of the turnout for each compound where a vote runs; returns how many."""
    found = compounds_running(timezone.now())
    for compound_id in found:
        tick.delay(compound_id=compound_id)
    return len(found)


@shared_task(base=ScopedTask, name="ballots.tick")
def tick(*, compound_id: int) -> int:
    """Tell whoever watches how many have voted."""
    return tick_turnout(compound_id=compound_id, now=timezone.now())


@shared_task(
    base=ScopedTask, name="ballots.sweep_cast", across="find compounds where votes came in that nobody was told of"
)
def sweep_cast() -> int:
    """Queue one task for each compound with ballots to tell of; returns how many."""
    found = compounds_untold()
    for compound_id in found:
        tell.delay(compound_id=compound_id)
    return len(found)


@shared_task(base=ScopedTask, name="ballots.tell")
def tell(*, compound_id: int) -> int:
    """Tell whoever has a right that it was used; what is too much for one time, the next takes at once."""
    told = tell_cast(compound_id=compound_id, now=timezone.now())
    if told == MOST:
        transaction.on_commit(lambda: tell.delay(compound_id=compound_id))
    return told
