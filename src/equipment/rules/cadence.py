"""How often something is due: the calendar cut into periods, in each of which it is to be done once.

A cadence is no distance from the last time but a cutting of the calendar: days, weeks from Monday, halves of a month (the 1st to
the 15th, the 16th to the last; GB 50444-2008 5.2.2 says "half a month", not "fourteen days"), months, quarters, halves of a
year, years. So a late walk moves nothing, a program that stood still for a fortnight finds every period that it missed, and
what is due does not depend on who asked when.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import takewhile
from typing import Final

TWO_HOURS, DAY, WEEK, HALF_MONTH, MONTH = "two_hours", "day", "week", "half_month", "month"
QUARTER, HALF_YEAR, YEAR = "quarter", "half_year", "year"
TWO_YEARS, THREE_YEARS, FIVE_YEARS = "two_years", "three_years", "five_years"
# The strictest first.
CADENCES: Final = (
    TWO_HOURS, DAY, WEEK, HALF_MONTH, MONTH, QUARTER, HALF_YEAR, YEAR, TWO_YEARS, THREE_YEARS, FIVE_YEARS,
)  # fmt: skip
SLOTS: Final = 12  # two hours each, in a day
_ONE: Final = timedelta(days=1)
_MIDDLE: Final = 15
# Years are counted from here, so that two or five of them begin alike for everyone.
_EPOCH: Final = 2000
_MONTHS: Final = {MONTH: 1, QUARTER: 3, HALF_YEAR: 6, YEAR: 12, TWO_YEARS: 24, THREE_YEARS: 36, FIVE_YEARS: 60}

DONE, OPEN, MISSED, AHEAD = "done", "open", "missed", "ahead"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One period, both days within it. ``slot`` counts the two hours of a day (0 to 11); elsewhere it is 0."""

    first: date
    last: date
    slot: int = 0

    def holds(self, day: date) -> bool:
        """Whether a day lies in it."""
        return self.first <= day <= self.last


def strictest(cadences: Iterable[str]) -> str:
    """The one of several that asks most often. ValueError for none at all, KeyError for one that is unknown."""
    return min(cadences, key=rank)


def rank(cadence: str) -> int:
    """The place of a cadence among all, the strictest is 0. KeyError."""
    try:
        return CADENCES.index(cadence)
    except ValueError:
        raise KeyError(cadence) from None


def is_looser(asked: str, than: str) -> bool:
    """Whether ``asked`` asks less often than ``than``."""
    return rank(asked) > rank(than)


def period_of(cadence: str, day: date, slot: int = 0) -> Period:
    """The period in which a day lies. KeyError for an unknown cadence."""
    rank(cadence)
    if cadence == TWO_HOURS:
        return Period(day, day, slot)
    if cadence == DAY:
        return Period(day, day)
    if cadence == WEEK:
        monday = day - timedelta(days=day.weekday())
        return Period(monday, monday + timedelta(days=6))
    if cadence == HALF_MONTH:
        if day.day <= _MIDDLE:
            return Period(day.replace(day=1), day.replace(day=_MIDDLE))
        return Period(day.replace(day=_MIDDLE + 1), _end_of_month(day))
    length = _MONTHS[cadence]
    begun = ((day.year - _EPOCH) * 12 + day.month - 1) // length * length
    return Period(_month(begun), _month(begun + length) - _ONE)


def after(cadence: str, period: Period) -> Period:
    """The next period."""
    if cadence == TWO_HOURS and period.slot < SLOTS - 1:
        return Period(period.first, period.last, period.slot + 1)
    return period_of(cadence, period.last + _ONE)


def periods(cadence: str, since: date, until: date, *, months: Collection[int] = ()) -> Iterator[Period]:
    """Every period that has a day from ``since`` to ``until``, in order and without a hole.

    ``months``: the season; only periods that begin in one of these months are given. None named: the whole year.
    """
    if until < since:
        return
    at = period_of(cadence, since)
    while at.first <= until:
        if not months or at.first.month in months:
            yield at
        if at.last >= date.max - _ONE:
            return
        at = after(cadence, at)


def due_day(period: Period, works: Callable[[date], bool] | None = None) -> date:
    """By which day it is to be done: the last of the period.

    ``works``: for what can only be done on a working day (a test by a body from outside); then the last working day of the
    period, and the last day of all where it has none. It never lies outside the period.
    """
    if works is None:
        return period.last
    day = period.last
    while day >= period.first:
        if works(day):
            return day
        day -= _ONE
    return period.last


def standing(
    cadence: str, done: Iterable[date], *, since: date, today: date, months: Collection[int] = ()
) -> list[tuple[Period, str]]:
    """How each period from ``since`` to today's stands: done, missed (over, and nothing was done) or open (today's).

    What was missed stays missed: a later deed belongs to its own period. A first period of which less than a half was left is
    none: whoever takes a piece into use on the 14th has not missed the first half of the month.
    """
    deeds = sorted(set(done))
    found = []
    for one in periods(cadence, since, today, months=months):
        if any(one.holds(day) for day in deeds):
            found.append((one, DONE))
        elif one.last < today:
            if one.first < since and (one.last - since).days * 2 < (one.last - one.first).days:
                continue
            found.append((one, MISSED))
        else:
            found.append((one, OPEN))
    return found


def last_missed(stood: Iterable[tuple[Period, str]]) -> int:
    """How many periods in a row, counted back from the newest that is over, were missed."""
    over = [state for _period, state in stood if state != OPEN]
    return sum(1 for _state in takewhile(lambda state: state == MISSED, reversed(over)))


def add_months(day: date, months: int) -> date:
    """A day some months later; the end of the month where it has no such day (31 January and 29 February)."""
    first = _month((day.year - _EPOCH) * 12 + day.month - 1 + months)
    return first.replace(day=min(day.day, _end_of_month(first).day))


def _month(number: int) -> date:
    """The first day of a month, counted from the epoch."""
    return date(_EPOCH + number // 12, number % 12 + 1, 1)


def _end_of_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - _ONE
