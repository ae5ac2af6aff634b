"""Shifts of a weekly pattern and the hours that nobody covers."""

import itertools
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duty import rules
from duty.rules import Span

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 6, 1, tzinfo=UTC)
days = st.dates(date(2024, 1, 1), date(2027, 12, 31))
times = st.times().map(lambda one: one.replace(second=0, microsecond=0))


@given(days, times, times)
def test_a_shift_is_never_longer_than_a_day_and_never_empty(day: date, starts: time, ends: time) -> None:
    span = rules.span_of(day, starts, ends, ZONE)
    assert timedelta(0) < span.ends - span.starts <= rules.LONGEST
    assert (span.starts.date(), span.starts.time(), span.ends.time()) == (day, starts, ends)


@given(days, st.sets(st.integers(0, 6)), times, times, st.integers(0, 60))
def test_a_pattern_repeats_on_its_days_only(
    first: date, weekdays: set[int], starts: time, ends: time, length: int
) -> None:
    last = first + timedelta(days=length)
    found = list(rules.repeated(weekdays=weekdays, starts=starts, ends=ends, first=first, last=last, zone=ZONE))
    wanted = [first + timedelta(days=n) for n in range(length + 1) if (first + timedelta(days=n)).weekday() in weekdays]
    assert [span.starts.date() for span in found] == wanted
    assert all(a.ends <= b.starts for a, b in itertools.pairwise(found))


def span(a: int, b: int) -> Span:
    return Span(START + timedelta(minutes=a), START + timedelta(minutes=b))


spans = st.lists(
    st.tuples(st.integers(-500, 1500), st.integers(1, 400)).map(lambda pair: span(pair[0], pair[0] + pair[1])),
    max_size=8,
)


@given(spans)
def test_every_minute_is_covered_or_in_a_gap(covered: list[Span]) -> None:
    within = span(0, 1440)
    found = rules.gaps(covered, within=within)
    uncovered = [
        minute
        for minute in range(1440)
        if not any(one.starts <= START + timedelta(minutes=minute) < one.ends for one in covered)
    ]
    in_gaps = {
        minute for minute in range(1440) if any(g.starts <= START + timedelta(minutes=minute) < g.ends for g in found)
    }
    assert in_gaps <= set(uncovered)
    # What is left out are stretches shorter than a quarter of an hour.
    left = [minute for minute in uncovered if minute not in in_gaps]
    runs = [sum(1 for m in range(start, start + 15) if m in left) for start in left]
    assert all(length < 15 for length in runs)
    assert found == sorted(found, key=lambda gap: gap.starts)


def test_real_nights() -> None:
    night = rules.tonight(date(2026, 6, 2), ZONE)
    assert (night.starts.isoformat(), night.ends.isoformat()) == (
        "2026-06-02T18:00:00+08:00",
        "2026-06-03T08:00:00+08:00",
    )
    assert rules.gaps([], within=night) == [night]
    assert rules.gaps([rules.span_of(date(2026, 6, 2), time(8), time(8), ZONE)], within=night) == []
    late = rules.span_of(date(2026, 6, 2), time(22), time(6), ZONE)
    assert [(g.starts.hour, g.ends.hour) for g in rules.gaps([late], within=night)] == [(18, 22), (6, 8)]


def test_the_week_begins_on_monday() -> None:
    assert rules.monday(date(2026, 6, 7)) == date(2026, 6, 1)
    assert rules.monday(date(2026, 6, 1)) == date(2026, 6, 1)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("13800138000", "13800138000"),
        ("138 0013 8000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("0579-87180001", "0579-87180001"),
        ("0579－87180001－8012", "0579-87180001-8012"),
        ("+86 138 0013 8000", "+8613800138000"),
        ("12345", ""),
        ("值班室", ""),
        ("1380013800a", ""),
        ("", ""),
        ("1" * 30, ""),
    ],
)
def test_numbers_as_they_are_dialled(typed: str, kept: str) -> None:
    assert rules.telephone(typed) == kept
