"""Weeks of duty: shifts out of a weekly pattern, and the hours that nobody covers. No clock, no database."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

DAY = timedelta(days=1)
# How far ahead the weekly pattern is written out.
AHEAD_DAYS = 28
LONGEST = timedelta(hours=24)
# A hand-over between two shifts is no gap.
SMALLEST_GAP = timedelta(minutes=15)
# Tonight: from the end of the working day to the next morning.
NIGHT = (time(18, 0), time(8, 0))


@dataclass(frozen=True, slots=True)
class Span:
    """From ``starts`` up to, not including, ``ends``."""

    starts: datetime
    ends: datetime


def span_of(day: date, starts: time, ends: time, zone: tzinfo) -> Span:
    """The shift that begins on a day; one that ends at or before its beginning ends on the next day (夜班)."""
    last = day if ends > starts else day + DAY
    return Span(datetime.combine(day, starts, zone), datetime.combine(last, ends, zone))


def repeated(
    *, weekdays: Iterable[int], starts: time, ends: time, first: date, last: date, zone: tzinfo
) -> Iterator[Span]:
    """The shifts of a weekly pattern that begin between two days, both included. Monday is 0."""
    wanted = set(weekdays)
    for number in range((last - first).days + 1):
        day = first + DAY * number
        if day.weekday() in wanted:
            yield span_of(day, starts, ends, zone)


def gaps(covered: Iterable[Span], *, within: Span) -> list[Span]:
    """The stretches of ``within`` that no shift covers, in order; those shorter than 15 minutes are none."""
    found: list[Span] = []
    reached = within.starts
    for span in sorted(covered, key=lambda one: one.starts):
        if span.starts >= within.ends:
            break
        if span.starts - reached >= SMALLEST_GAP:
            found.append(Span(reached, span.starts))
        reached = max(reached, span.ends)
    if within.ends - reached >= SMALLEST_GAP:
        found.append(Span(reached, within.ends))
    return found


def tonight(on: date, zone: tzinfo) -> Span:
    """The night that follows a day."""
    return span_of(on, *NIGHT, zone)


_NUMBER = re.compile(r"\+?[0-9]{3,6}(?:-?[0-9]{2,8}){1,3}")
DIGITS = range(7, 19)


def telephone(typed: str) -> str:
    """A number as it is dialled, mobile or office line with extension; "" for what is none."""
    plain = unicodedata.normalize("NFKC", typed).replace("—", "-").replace("–", "-")
    said = "".join(plain.split()).strip("-")
    return said if _NUMBER.fullmatch(said) and sum(c.isdigit() for c in said) in DIGITS else ""


def monday(day: date) -> date:
    """The first day of the week that a day is in."""
    return day - DAY * day.weekday()
