"""The calendar that deadlines are counted by, kept in the process."""

import time as clock
from dataclasses import dataclass

from django.db import connection
from django.db.models import Max

from calendars.models import Day, Year
from calendars.rules import WorkCalendar

# How long another process may go on counting by the calendar from before a change. Holidays are known weeks ahead.
RECHECK = 300.0


@dataclass
class _Kept:
    calendar: WorkCalendar
    version: tuple[object, ...]
    checked: float


_kept: dict[str, _Kept] = {}


def work_calendar() -> WorkCalendar:
    """The calendar of working days and hours. Costs no statement, but for one every five minutes and two after a change."""
    found = _kept.get("calendar")
    if found is not None and clock.monotonic() - found.checked < RECHECK:
        return found.calendar
    version = _version()
    if found is not None and found.version == version:
        found.checked = clock.monotonic()
        return found.calendar
    days = dict(Day.objects.values_list("date", "kind"))
    years = frozenset(Year.objects.values_list("year", flat=True))
    calendar = WorkCalendar(days=days, years=years)
    _kept["calendar"] = _Kept(calendar, version, clock.monotonic())
    return calendar


def last_known_year() -> int | None:
    """The last year whose notice is entered, or None."""
    found: int | None = Year.objects.aggregate(last=Max("year"))["last"]
    return found


def forget() -> None:
    """Read the calendar anew at its next use; called after a change in this process."""
    _kept.clear()


def _version() -> tuple[object, ...]:
    """Differs after any change of a day or a year. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT max(changed_at) FROM calendars_day), (SELECT count(*) FROM calendars_day), "
            "(SELECT max(year) FROM calendars_year), (SELECT count(*) FROM calendars_year)"
        )
        version: tuple[object, ...] = cursor.fetchone()
    return version
