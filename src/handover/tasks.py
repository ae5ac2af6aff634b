"""What beat asks for: nothing falls silent at the end of a contract, copies reach the firms, days are remembered."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone
from django.utils.timezone import localdate

from handover import queries
from handover.actions.copying import copy_packs
from handover.actions.passing import pass_on, remind
from tenancy.scope import current_scope
from tenancy.tasks import ScopedTask

# The nightly sweep looks at every contract that there ever was.
EVER = timedelta(days=36_500)


@shared_task(base=ScopedTask, name="handover.sweep", across="find compounds whose firm has changed")
def sweep() -> int:
    """Queue a task for each compound where requests are stranded or copies due; returns how many."""
    return _sweep(timedelta(days=queries.LATE_DAYS))


@shared_task(base=ScopedTask, name="handover.sweep_wide", across="find compounds whose firm has changed, ever")
def sweep_wide() -> int:
    """The same over contracts of any age: what a long downtime left."""
    return _sweep(EVER)


def _sweep(window: timedelta) -> int:
    everywhere, today = current_scope().compound_ids, localdate()
    stranded = queries.compounds_with_stranded(everywhere, today, since=today - window)
    for compound_id in stranded:
        pass_on_in.delay(compound_id=compound_id)
    copies = queries.compounds_with_copies_due(everywhere)
    for compound_id in copies:
        copy_in.delay(compound_id=compound_id)
    return len(stranded) + len(copies)


@shared_task(base=ScopedTask, name="handover.remind_all", across="find handovers that are under way")
def remind_all() -> int:
    """Every morning: queue a task for each compound with a handover under way; returns how many."""
    found = queries.compounds_under_way(current_scope().compound_ids)
    for compound_id in found:
        remind_in.delay(compound_id=compound_id)
    return len(found)


@shared_task(base=ScopedTask, name="handover.pass_on")
def pass_on_in(*, compound_id: int) -> int:
    """Let one compound's stranded requests go on."""
    return pass_on(compound_id=compound_id, now=timezone.now())


@shared_task(base=ScopedTask, name="handover.copy")
def copy_in(*, compound_id: int) -> int:
    """Copy one compound's signed packs."""
    return copy_packs(compound_id=compound_id, now=timezone.now())


@shared_task(base=ScopedTask, name="handover.remind")
def remind_in(*, compound_id: int) -> int:
    """Remind in one compound."""
    return remind(compound_id=compound_id, now=timezone.now())
