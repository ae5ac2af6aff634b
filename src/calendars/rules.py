"""Working time, holidays and make-up days (调休): plain Python, exact, aware of time zones.

Every answer says whether it is certain: past the last year whose holiday notice was entered, only weekends are known.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

HOLIDAY, WORKDAY = "holiday", "workday"
WORKING, CALENDAR = "working", "calendar"

# The hours of an ordinary property office; a contract may say otherwise.
OFFICE_HOURS = ((time(8, 30), time(12, 0)), (time(13, 30), time(17, 30)))
CHINA = ZoneInfo("Asia/Shanghai")
# No deadline here is longer than ten years; more is a slip of the pen, and would walk the calendar for long.
LONGEST = timedelta(days=3660)
_SATURDAY = 5
_ZERO = timedelta(0)

Pause = tuple[datetime, datetime | None]


class StillPaused(Exception):
    """No due time exists while the clock stands. ``since`` is when it stopped."""

    code = "still_paused"

    def __init__(self, since: datetime) -> None:
        super().__init__(f"the clock stands since {since.isoformat()}")
        self.since = since


@dataclass(frozen=True, slots=True)
class DayVerdict:
    """Whether a day is worked, and whether that is certain: in an unknown year weekends decide."""

    working: bool
    certain: bool


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time in the calendar's zone, and whether every day on the way to it was known."""

    at: datetime
    certain: bool


@dataclass(frozen=True, slots=True)
class Span:
    """A length of working time, and whether every day of it was known."""

    length: timedelta
    certain: bool

    @property
    def minutes(self) -> int:
        """Whole minutes."""
        return self.length // timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class DayCount:
    """A number of full days, and whether every day was known."""

    days: int
    certain: bool


@dataclass(frozen=True)
class WorkCalendar:
    """Which days and hours are worked.

    ``days`` holds the days that differ from the week: HOLIDAY or WORKDAY (a Saturday or Sunday that is worked).
    ``years`` are the years whose notice is entered in full. ``hours`` are the day's working hours in order, local to ``zone``.
    """

    days: Mapping[date, str] = field(default_factory=dict)
    years: frozenset[int] = frozenset()
    hours: tuple[tuple[time, time], ...] = OFFICE_HOURS
    zone: ZoneInfo = CHINA

    def __post_init__(self) -> None:
        edges = [edge for span in self.hours for edge in span]
        if not edges or any(earlier >= later for earlier, later in pairwise(edges)):
            raise ValueError("Working hours must be given in order and must not touch or overlap.")

    def is_working_day(self, day: date) -> DayVerdict:
        """Whether a day is worked. A day that is entered is certain even in a year that is not."""
        kind = self.days.get(day)
        working = kind == WORKDAY or (kind is None and day.weekday() < _SATURDAY)
        return DayVerdict(working, kind is not None or day.year in self.years)

    def works_at(self, moment: datetime) -> bool:
        """Whether a moment lies within working hours."""
        local = _utc(moment).astimezone(self.zone)
        return self.is_working_day(local.date()).working and any(a <= local.time() < b for a, b in self.hours)

    def add_working_minutes(self, start: datetime, minutes: int) -> Moment:
        """When this much working time has passed since ``start``: always within working hours, both ends included."""
        return self.due(start, minutes, WORKING)

    def add_calendar_minutes(self, start: datetime, minutes: int) -> Moment:
        """When this much time by the clock has passed since ``start``."""
        return self.due(start, minutes, CALENDAR)

    def working_minutes_between(self, start: datetime, end: datetime, pauses: Iterable[Pause] = ()) -> Span:
        """The working time from ``start`` to ``end`` less the pauses, exact to the microsecond. ValueError if end < start."""
        start, end = _utc(start), _utc(end)
        if end < start:
            raise ValueError("The end lies before the start.")
        length = _ZERO
        for opens, closes in _without(self._open(start, WORKING, until=end), _merged(pauses)):
            length += max(min(closes, end) - max(opens, start), _ZERO)
        return Span(length, self._certain(start, end, WORKING))

    def due(self, start: datetime, minutes: int, basis: str, pauses: Iterable[Pause] = ()) -> Moment:
        """When ``minutes`` of WORKING or CALENDAR time since ``start`` have passed, the clock standing during pauses.

        A pause is ``(from, to)``, ``to`` None while it lasts. Raises StillPaused when such a pause begins before the time is
        up, ValueError for a naive datetime, an unknown basis, and minutes below zero or beyond ten years.
        """
        return self.after(start, timedelta(minutes=minutes), basis, pauses)

    def after(self, start: datetime, length: timedelta, basis: str, pauses: Iterable[Pause] = ()) -> Moment:
        """As ``due``, for a length that is exact to the microsecond."""
        begins, left = _utc(start), length
        if left < _ZERO or left > LONGEST:
            raise ValueError("Minutes must lie between zero and ten years.")
        stops = _merged(pauses)
        for opens, closes in _without(self._open(begins, basis), stops):
            if closes < begins:
                continue
            runs_from = max(opens, begins)
            if left <= closes - runs_from:
                at = runs_from + left
                return Moment(at.astimezone(self.zone), self._certain(begins, at, basis))
            left -= closes - runs_from
        raise StillPaused(stops[-1][0].astimezone(self.zone))

    def full_days(self, start: datetime, end: datetime, basis: str) -> DayCount:
        """How many whole days, midnight to midnight in the calendar's zone, lie between two moments.

        The day on which something begins does not count (民法典, art. 201), nor does a day that is cut short at its end.
        With WORKING only working days count.
        """
        begins, ends = _utc(start).astimezone(self.zone), _utc(end).astimezone(self.zone)
        _check_basis(basis)
        first = begins.date() if begins.time() == time.min else begins.date() + timedelta(days=1)
        days = max((ends.date() - first).days, 0)
        if basis == CALENDAR:
            return DayCount(days, certain=True)
        verdicts = [self.is_working_day(first + timedelta(days=n)) for n in range(days)]
        return DayCount(sum(v.working for v in verdicts), all(v.certain for v in verdicts))

    def _open(self, start: datetime, basis: str, until: datetime | None = None) -> Iterator[tuple[datetime, datetime]]:
        """The intervals, in UTC and in order, in which the clock runs, from the one that ends at or after ``start``."""
        _check_basis(basis)
        last = datetime.max.replace(tzinfo=UTC)
        if basis == CALENDAR:
            yield start, last
            return
        day = start.astimezone(self.zone).date()
        while until is None or day <= until.astimezone(self.zone).date():
            if self.is_working_day(day).working:
                for opens, closes in self.hours:
                    closing = datetime.combine(day, closes, self.zone).astimezone(UTC)
                    if closing >= start:
                        yield datetime.combine(day, opens, self.zone).astimezone(UTC), closing
            day += timedelta(days=1)

    def _certain(self, start: datetime, end: datetime, basis: str) -> bool:
        if basis == CALENDAR:
            return True
        first, last = start.astimezone(self.zone).date(), end.astimezone(self.zone).date()
        if all(year in self.years for year in range(first.year, last.year + 1)):
            return True
        return all(self.is_working_day(first + timedelta(days=n)).certain for n in range((last - first).days + 1))


def _check_basis(basis: str) -> None:
    if basis not in {WORKING, CALENDAR}:
        raise ValueError(f"Unknown basis {basis!r}.")


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("A moment needs its time zone.")
    return moment.astimezone(UTC)


def _merged(pauses: Iterable[Pause]) -> list[tuple[datetime, datetime]]:
    """Pauses in UTC, in order, without overlaps; one that still lasts ends at the end of time."""
    found: list[tuple[datetime, datetime]] = []
    never = datetime.max.replace(tzinfo=UTC)
    for begins, ends in sorted((_utc(a), never if b is None else _utc(b)) for a, b in pauses):
        if ends < begins:
            raise ValueError("A pause ends before it begins.")
        if found and begins <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        else:
            found.append((begins, ends))
    return found


def _without(
    intervals: Iterable[tuple[datetime, datetime]], pauses: list[tuple[datetime, datetime]]
) -> Iterator[tuple[datetime, datetime]]:
    """The intervals less the pauses; stops where a pause never ends."""
    never = datetime.max.replace(tzinfo=UTC)
    for opens, closes in intervals:
        at = opens
        for begins, ends in pauses:
            if ends < at or begins > closes:
                continue
            if begins >= at:
                yield at, begins
            if ends == never:
                return
            at = ends
        if at <= closes:
            yield at, closes
