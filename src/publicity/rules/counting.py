"""How the days of a publicity are counted: the one function that says when it ends. Exact, plain, no clock.

The day of posting does not count, the first full day is the next one (民法典 201). The last day ends at midnight, and one that is
a day off moves to the next working day (203), by the calendar with its made-up working days (调休). Working days are counted as
such. Where the count touches a year whose holidays nobody has entered, it is by weekends alone and says so.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from calendars.rules import WorkCalendar
from publicity.rules.matters import MAX_DAYS, UNITS, WORKING

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """A counted period: posted, the first and the last full day (both included), and how sure that is.

    ``days`` is the count in the rule's unit. ``unknown_year``: the first year that was counted by weekends alone, None when
    ``certain``. ``rolled``: the end was moved off a day off. ``counted``: False for an end that somebody named.
    """

    posted_on: date
    starts_on: date
    ends_on: date
    days: int
    unknown_year: int | None
    rolled: bool
    counted: bool = True

    @property
    def certain(self) -> bool:
        """Whether every day that decides was known."""
        return self.unknown_year is None


def span(posted_on: date, *, days: int, unit: str, rolls: bool, calendar: WorkCalendar) -> Span:
    """The shortest period of so many full days that is posted on a day. ValueError for no such count or unit."""
    if not 1 <= days <= MAX_DAYS:
        raise ValueError(f"Between 1 and {MAX_DAYS} days.")
    if unit not in UNITS:
        raise ValueError(f"Unknown unit {unit!r}.")
    starts, unknown = posted_on + _DAY, None
    if unit == WORKING:
        end, left = posted_on, days
        while left:
            end += _DAY
            said = calendar.is_working_day(end)
            left -= said.working
            if not said.certain and unknown is None:
                unknown = end.year
        return Span(posted_on, starts, end, days, unknown, rolled=False)
    end = last = posted_on + days * _DAY
    while rolls:
        said = calendar.is_working_day(end)
        if not said.certain and unknown is None:
            unknown = end.year
        if said.working:
            break
        end += _DAY
    return Span(posted_on, starts, end, days, unknown, rolled=end != last)


def counted(posted_on: date, last: date, *, unit: str, calendar: WorkCalendar) -> int:
    """How many full days, in a unit, lie after the day of posting up to and with ``last``; 0 for none."""
    full = max((last - posted_on).days, 0)
    if unit != WORKING:
        return full
    return sum(calendar.is_working_day(posted_on + n * _DAY).working for n in range(1, full + 1))


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a period stands on a day: the ``day``-th of ``of`` (0 on the day of posting), and how many full ones are ``left``."""

    day: int
    of: int
    left: int

    @property
    def over(self) -> bool:
        """Whether its last day is past."""
        return self.day > self.of


def standing(starts_on: date, ends_on: date, today: date) -> Standing:
    """Where a period stands, by the calendar. Before its first day it is 0; after its last, one more than all."""
    of = (ends_on - starts_on).days + 1
    day = min(max((today - starts_on).days + 1, 0), of + 1)
    return Standing(day, of, min(max((ends_on - today).days, 0), of))
