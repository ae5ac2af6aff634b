"""Entering holidays and make-up days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from calendars import queries
from calendars.models import Day, Year


@dataclass(frozen=True, slots=True)
class NoticeDay:
    """One line of a notice."""

    date: date
    kind: str
    name: str


class NoticeRefused(Exception):
    """A notice that cannot be right. ``code`` says why; ``day`` names the line."""

    def __init__(self, code: str, day: NoticeDay) -> None:
        super().__init__(f"{code}: {day.date} {day.name}")
        self.code = code
        self.day = day


@transaction.atomic
def enter_notice(*, year: int, days: Iterable[NoticeDay], source: str, now: datetime) -> int:
    """Enter a year's notice in full in place of what was entered for it before; returns how many days changed.

    Repeatable. Raises NoticeRefused for a day of another year (``other_year``), a day given twice (``twice``) and for a
    weekday that is called a make-up day (``not_a_weekend``).
    """
    wanted = _checked(year, days)
    there = {d.date: d for d in Day.objects.filter(date__year=year)}
    changed = [d for d in wanted.values() if _differs(there.get(d.date), d)]
    gone = there.keys() - wanted.keys()
    Day.objects.filter(date__in=gone).delete()
    Day.objects.bulk_create(
        _rows(changed, source, now),
        update_conflicts=True,
        unique_fields=["date"],
        update_fields=["kind", "name", "source", "changed_at"],
    )
    Year.objects.update_or_create(year=year, defaults={"source": source})
    _announce()
    return len(changed) + len(gone)


@transaction.atomic
def enter_first_notice(*, year: int, days: Iterable[NoticeDay], source: str, now: datetime) -> int:
    """Enter a year's notice unless one is entered; a day that someone has set stays as it is. Returns how many days are new.

    Repeatable. Raises NoticeRefused as ``enter_notice`` does.
    """
    wanted = _checked(year, days)
    if Year.objects.filter(year=year).exists():
        return 0
    there = set(Day.objects.filter(date__year=year).values_list("date", flat=True))
    new = [day for day in wanted.values() if day.date not in there]
    Day.objects.bulk_create(_rows(new, source, now))
    Year.objects.create(year=year, source=source)
    _announce()
    return len(new)


@transaction.atomic
def set_day(*, day: date, kind: str, name: str, source: str, now: datetime) -> None:
    """Correct or add one day (a local holiday, say) without touching the rest of its year."""
    Day.objects.update_or_create(date=day, defaults={"kind": kind, "name": name, "source": source, "changed_at": now})
    _announce()


def _checked(year: int, days: Iterable[NoticeDay]) -> dict[date, NoticeDay]:
    wanted: dict[date, NoticeDay] = {}
    for day in days:
        if day.date.year != year:
            raise NoticeRefused("other_year", day)
        if day.date in wanted:
            raise NoticeRefused("twice", day)
        if day.kind == Day.Kind.WORKDAY and day.date.isoweekday() not in {6, 7}:
            raise NoticeRefused("not_a_weekend", day)
        wanted[day.date] = day
    return wanted


def _rows(days: Iterable[NoticeDay], source: str, now: datetime) -> list[Day]:
    return [Day(date=d.date, kind=d.kind, name=d.name, source=source, changed_at=now) for d in days]


def _differs(there: Day | None, wanted: NoticeDay) -> bool:
    return there is None or (there.kind, there.name) != (wanted.kind, wanted.name)


def _announce() -> None:
    queries.forget()
    # Again after the commit: another thread may have read the old rows meanwhile.
    transaction.on_commit(queries.forget)
