"""Periods of the calendar: a month, a quarter, a year, or days of one's own; and the period before each.

Days are local days (China has one time). Both ends belong to a period.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)
# Longer spans of one's own are refused: nobody reads them, and every day of them would be counted.
LONGEST = 1100
FIRST_YEAR, LAST_YEAR = 2000, 2999
_CODE = re.compile(r"(\d{4})(?:-(?:(0[1-9]|1[0-2])|Q([1-4])))?", re.ASCII)
_QUARTER = 3
_YEAR = 12


class BadPeriod(ValueError):
    """No period of ours. ``code``: malformed, backwards, too_long."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Period:
    """From the first to the last day, both included. ``kind``: month, quarter, year, days."""

    kind: str
    first: date
    last: date

    @property
    def code(self) -> str:
        """How addresses name it: 2026-05, 2026-Q2, 2026, or 2026-05-01..2026-05-20."""
        if self.kind == "month":
            return f"{self.first:%Y-%m}"
        if self.kind == "quarter":
            return f"{self.first.year}-Q{(self.first.month + 2) // _QUARTER}"
        if self.kind == "year":
            return str(self.first.year)
        return f"{self.first.isoformat()}..{self.last.isoformat()}"

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Parts:
    """A period as whole months and the days left over; each range from its first day up to, not including, its second."""

    months: tuple[date, date] | None
    days: tuple[tuple[date, date], ...]


def month_of(day: date) -> Period:
    """The month that a day lies in."""
    return _months("month", day.replace(day=1), 1)


def period(code: str) -> Period:
    """The period of a code (see ``Period.code``). Raises BadPeriod."""
    first, dots, last = code.partition("..")
    if dots:
        return own_days(_day(first), _day(last))
    found = _CODE.fullmatch(code)
    if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        raise BadPeriod("malformed")
    year = int(found[1])
    if found[2]:
        return _months("month", date(year, int(found[2]), 1), 1)
    if found[3]:
        return _months("quarter", date(year, _QUARTER * int(found[3]) - 2, 1), _QUARTER)
    return _months("year", date(year, 1, 1), _YEAR)


def own_days(first: date, last: date) -> Period:
    """A period of one's own. Raises BadPeriod when it runs backwards or has more than LONGEST days."""
    if first.year < FIRST_YEAR or last.year > LAST_YEAR:
        raise BadPeriod("malformed")
    if last < first:
        raise BadPeriod("backwards")
    if (last - first).days >= LONGEST:
        raise BadPeriod("too_long")
    return Period("days", first, last)


def before(given: Period) -> Period:
    """The period before: the month, quarter or year before it, or as many days."""
    if given.kind == "days":
        return Period("days", given.first - DAY * given.days, given.first - DAY)
    count = {"month": 1, "quarter": _QUARTER, "year": _YEAR}[given.kind]
    return _months(given.kind, _later(given.first, -count), count)


def after(given: Period) -> Period:
    """The period after, of the same kind."""
    if given.kind == "days":
        return Period("days", given.last + DAY, given.last + DAY * given.days)
    count = {"month": 1, "quarter": _QUARTER, "year": _YEAR}[given.kind]
    return _months(given.kind, given.last + DAY, count)


def containing(kind: str, day: date) -> Period:
    """The month, quarter or year that a day lies in."""
    start = {"month": day.month, "quarter": (day.month - 1) // _QUARTER * _QUARTER + 1, "year": 1}[kind]
    return _months(kind, date(day.year, start, 1), {"month": 1, "quarter": _QUARTER, "year": _YEAR}[kind])


def parts(given: Period) -> Parts:
    """Cut a period into whole months and the days left over at its ends: every day exactly once."""
    end = given.last + DAY
    first = given.first if given.first.day == 1 else _later(given.first.replace(day=1), 1)
    last = end.replace(day=1)
    if first >= last:
        return Parts(None, ((given.first, end),))
    left = ((given.first, first), (last, end))
    return Parts((first, last), tuple((a, b) for a, b in left if a < b))


def runs(days: Sequence[date], most: int = 50) -> list[tuple[date, date]]:
    """Days in order as ranges, each up to, not including, its second day; one range over all of them if they would be many."""
    found: list[tuple[date, date]] = []
    for day in days:
        if found and found[-1][1] == day:
            found[-1] = (found[-1][0], day + DAY)
        else:
            found.append((day, day + DAY))
    return found if len(found) <= most else [(found[0][0], found[-1][1])]


def months_back(last: date, count: int) -> list[date]:
    """The first days of ``count`` months in order, the last of them the month of ``last``."""
    return list(_firsts(_later(last.replace(day=1), 1 - count), count))


def _firsts(first: date, count: int) -> Iterator[date]:
    for index in range(count):
        yield _later(first, index)


def _later(first: date, months: int) -> date:
    """The first of the month so many months later."""
    count = first.year * _YEAR + first.month - 1 + months
    return date(count // _YEAR, count % _YEAR + 1, 1)


def _months(kind: str, first: date, count: int) -> Period:
    return Period(kind, first, _later(first, count) - DAY)


def _day(text: str) -> date:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        raise BadPeriod("malformed")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadPeriod("malformed") from error
