"""What beat asks for."""

import logging

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from rounds.actions.ahead import behind, make_ahead
from rounds.actions.assigning import compounds_to_free, free_ended
from rounds.actions.clockwork import judge_time
from rounds.actions.plans import follow_register, moved_registers
from rounds.queries.occurrences import compounds_with_work
from tenancy.scope import scope
from tenancy.tasks import ScopedTask

log = logging.getLogger(__name__)

# Compounds whose occurrences are made together: row-level security walks their list for every row.
TOGETHER = 100


@shared_task(base=ScopedTask, name="rounds.plan_all", across="make the rounds of the sixty days ahead")
def plan_all() -> int:
    """Bring every compound to its horizon, some at a time; returns how many occurrences were made."""
    now = timezone.now()
    ids = behind(now)
    made = 0
    for n in range(0, len(ids), TOGETHER):
        some = ids[n : n + TOGETHER]
        try:
            with scope(some):
                made += make_ahead(compound_ids=some, now=now)
        except OperationalError:
            raise  # the database went away: the next run takes up all that is behind
        except Exception:
            # One compound holds up nobody else: each of these gets a task of its own, and the one that fails says so.
            log.exception("The rounds of %d compounds could not be made together.", len(some))
            for compound_id in some:
                plan_one.delay(compound_id=compound_id)
    return made


@shared_task(base=ScopedTask, name="rounds.plan_one")
def plan_one(*, compound_id: int) -> int:
    """Bring one compound to its horizon; returns how many occurrences were made."""
    return make_ahead(compound_ids=[compound_id], now=timezone.now())


@shared_task(
    base=ScopedTask,
    name="rounds.sweep",
    across="find compounds with rounds that are over their time, whose walker has left, or whose register has moved",
)
def sweep() -> int:
    """Queue one task for each compound with something to do; returns how many."""
    now = timezone.now()
    found = sorted({*compounds_with_work(now), *compounds_to_free(now)})
    for compound_id in found:
        tend.delay(compound_id=compound_id)
    moved = moved_registers()
    for compound_id in moved:
        follow.delay(compound_id=compound_id)
    return len({*found, *moved})


@shared_task(base=ScopedTask, name="rounds.follow")
def follow(*, compound_id: int) -> None:
    """Bring the plans of one compound up to its register."""
    follow_register(compound_id=compound_id, now=timezone.now())


@shared_task(base=ScopedTask, name="rounds.tend")
def tend(*, compound_id: int) -> None:
    """Judge the time in one compound, and free what was given to somebody who is there no more."""
    now = timezone.now()
    judge_time(compound_id=compound_id, now=now)
    free_ended(compound_id=compound_id, now=now)
