"""When a plan is to be walked: the windows of its periods. ``actions.ahead`` writes them for thousands of plans at once.

All moments are of one place and have no daylight saving: minutes from midnight are minutes of the clock on the wall.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from equipment.rules.cadence import Period, periods


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of a plan: minutes from 00:00 of a period's first and last day, how often in between, and the grace after it."""

    starts: int
    ends: int
    times: int
    grace: int


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """From when until when a round is walked; after ``closes_at`` it is missed."""

    opens_at: datetime
    due_at: datetime
    closes_at: datetime
    slot: int


def windows(
    every: str, hours: Hours, *, since: date, until: date, zone: tzinfo, months: Collection[int] = ()
) -> Iterator[Window]:  # fmt: skip
    """The windows of every period from ``since`` to ``until``, in order. A first period of which less than a half was left
    when the plan began is none (``equipment.rules.cadence.standing``).
    """
    for one in periods(every, since, until, months=months):
        if owed(one, since):
            yield from cut(one, hours, zone)


def owed(period: Period, since: date) -> bool:
    """Whether a plan that began on ``since`` owes this period."""
    return period.last >= since and (
        period.first >= since or (period.last - since).days * 2 >= (period.last - period.first).days
    )


def cut(period: Period, hours: Hours, zone: tzinfo) -> Iterator[Window]:
    """The windows of one period, in order and without a hole; the last ends when the period's hours end."""
    opens = datetime.combine(period.first, time(), zone) + timedelta(minutes=hours.starts)
    due = datetime.combine(period.last, time(), zone) + timedelta(minutes=hours.ends)
    for slot in range(hours.times):
        ends = opens + (due - opens) * (slot + 1) / hours.times
        yield Window(opens + (due - opens) * slot / hours.times, ends, ends + timedelta(minutes=hours.grace), slot)


def state_of(window: Window, now: datetime, *, begun: bool) -> str:
    """How what is not done stands: planned, in_progress, overdue (its time is over) or missed (it is closed)."""
    if now >= window.closes_at:
        return "missed"
    if now >= window.due_at:
        return "overdue"
    return "in_progress" if begun else "planned"
