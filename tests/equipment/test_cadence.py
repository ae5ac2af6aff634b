"""The calendar cut into periods: no hole, no overlap, the strictest wins, nothing is skipped over a dead fortnight."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipment.rules import cadence as c
from equipment.rules.cadence import Period

DAYS = st.dates(date(2016, 1, 1), date(2040, 12, 31))
CADENCE = st.sampled_from(c.CADENCES)
ONE = timedelta(days=1)


@given(CADENCE, DAYS)
def test_every_day_lies_in_the_period_that_is_named_for_it(cadence: str, day: date) -> None:
    found = c.period_of(cadence, day)
    assert found.first <= day <= found.last
    assert c.period_of(cadence, found.first) == c.period_of(cadence, found.last) == found


@given(CADENCE, DAYS)
def test_periods_follow_each_other_without_hole_or_overlap(cadence: str, day: date) -> None:
    found = c.period_of(cadence, day)
    following = c.after(cadence, found)
    if cadence == c.TWO_HOURS:
        assert (following.first, following.slot) == (day, 1)
    else:
        assert following.first == found.last + ONE
    assert found < following


@given(CADENCE, CADENCE, DAYS)
def test_a_stricter_cadence_is_never_longer(one: str, other: str, day: date) -> None:
    def length(cadence: str) -> int:
        period = c.period_of(cadence, day)
        return (period.last - period.first).days

    strict = c.strictest([one, other])
    assert not c.is_looser(strict, one)
    assert not c.is_looser(strict, other)
    # A week is shorter than every half of a month; February's second half is 13 days at the least.
    assert length(strict) <= max(length(one), length(other))


@given(st.sampled_from(c.CADENCES[1:]), DAYS, st.integers(0, 400), st.integers(0, 60))
def test_asked_in_pieces_it_is_the_same_as_asked_at_once(cadence: str, day: date, length: int, dead: int) -> None:
    """A generator that ran until some day, stood still, and went on finds exactly what one that never stopped found."""
    until = day + timedelta(days=length)
    whole = list(c.periods(cadence, day, until))
    stopped = min(day + timedelta(days=dead), until)
    pieces = {*c.periods(cadence, day, stopped), *c.periods(cadence, stopped, until)}
    assert sorted(pieces) == whole


@given(st.sampled_from(c.CADENCES[1:]), DAYS, st.sets(st.integers(0, 120)), st.integers(1, 120))
def test_what_was_not_done_is_missed_and_nothing_is_skipped(
    cadence: str, since: date, done: set[int], length: int
) -> None:
    today = since + timedelta(days=length)
    deeds = [since + timedelta(days=n) for n in done if n <= length]
    stood = c.standing(cadence, deeds, since=since, today=today)
    for period, state in stood:
        assert (state == c.DONE) == any(period.holds(day) for day in deeds)
        assert (state == c.MISSED) <= (period.last < today)
    begun = [period for period in c.periods(cadence, since, today) if period.first >= since]
    assert [period for period, _state in stood if period.first >= since] == begun


def test_a_dead_fortnight_of_a_daily_patrol_is_fourteen_missed_days() -> None:
    since = date(2026, 11, 1)
    deeds = [date(2026, 11, day) for day in (1, 2, 3, 18)]
    stood = c.standing(c.DAY, deeds, since=since, today=date(2026, 11, 18))
    assert [period.first.day for period, state in stood if state == c.MISSED] == list(range(4, 18))
    assert c.last_missed(stood) == 0
    assert c.last_missed(c.standing(c.DAY, deeds[:3], since=since, today=date(2026, 11, 18))) == 14


def test_half_months_close_with_the_calendar() -> None:
    """GB 50444-2008 5.2.2: each half of the month, which is not every fourteen days."""
    found = list(c.periods(c.HALF_MONTH, date(2028, 2, 1), date(2028, 3, 31)))
    assert [(one.first.day, one.last.day) for one in found] == [(1, 15), (16, 29), (1, 15), (16, 31)]
    assert c.period_of(c.HALF_MONTH, date(2027, 2, 28)) == Period(date(2027, 2, 16), date(2027, 2, 28))
    # Done on the 14th and the 16th, two days apart: both halves are closed. On the 1st and the 15th: one is open.
    both = c.standing(
        c.HALF_MONTH, [date(2026, 11, 14), date(2026, 11, 16)], since=date(2026, 11, 1), today=date(2026, 12, 1)
    )
    assert [state for _one, state in both[:2]] == [c.DONE, c.DONE]
    one = c.standing(
        c.HALF_MONTH, [date(2026, 11, 1), date(2026, 11, 15)], since=date(2026, 11, 1), today=date(2026, 12, 1)
    )
    assert [state for _one, state in one[:2]] == [c.DONE, c.MISSED]


@pytest.mark.parametrize(
    ("cadence", "day", "first", "last"),
    [
        (c.WEEK, date(2026, 1, 1), date(2025, 12, 29), date(2026, 1, 4)),
        (c.MONTH, date(2028, 2, 29), date(2028, 2, 1), date(2028, 2, 29)),
        (c.MONTH, date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31)),
        (c.QUARTER, date(2026, 11, 22), date(2026, 10, 1), date(2026, 12, 31)),
        (c.HALF_YEAR, date(2026, 7, 1), date(2026, 7, 1), date(2026, 12, 31)),
        (c.YEAR, date(2028, 2, 29), date(2028, 1, 1), date(2028, 12, 31)),
        (c.TWO_YEARS, date(2027, 5, 1), date(2026, 1, 1), date(2027, 12, 31)),
        (c.FIVE_YEARS, date(2026, 5, 1), date(2025, 1, 1), date(2029, 12, 31)),
    ],
)
def test_real_periods(cadence: str, day: date, first: date, last: date) -> None:
    assert c.period_of(cadence, day) == Period(first, last)


def test_the_control_room_writes_twelve_times_a_day() -> None:
    found = list(c.periods(c.TWO_HOURS, date(2026, 12, 31), date(2027, 1, 1)))
    assert len(found) == 24
    assert [one.slot for one in found[:12]] == list(range(12))
    assert c.after(c.TWO_HOURS, found[11]) == Period(date(2027, 1, 1), date(2027, 1, 1), 0)


def test_a_season_asks_in_its_months_only() -> None:
    found = list(c.periods(c.MONTH, date(2026, 1, 1), date(2026, 12, 31), months=(11, 12, 1, 2, 3)))
    assert [one.first.month for one in found] == [1, 2, 3, 11, 12]


@given(st.sampled_from(c.CADENCES[1:]), DAYS, st.sets(st.integers(0, 6)))
def test_a_working_day_is_looked_for_within_the_period(cadence: str, day: date, free: set[int]) -> None:
    period = c.period_of(cadence, day)
    due = c.due_day(period, lambda one: one.weekday() not in free)
    assert period.holds(due)
    worked = [period.first + timedelta(days=n) for n in range((period.last - period.first).days + 1)]
    worked = [one for one in worked if one.weekday() not in free]
    assert due == (worked[-1] if worked else period.last)
    assert c.due_day(period) == period.last


@given(DAYS, st.integers(0, 400))
def test_months_are_added_by_the_calendar(day: date, months: int) -> None:
    found = c.add_months(day, months)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    assert found.day == day.day or (found + ONE).day == 1
    assert c.add_months(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert c.add_months(date(2024, 2, 29), 48) == date(2028, 2, 29)


def test_whoever_begins_late_in_a_period_has_not_missed_it() -> None:
    stood = c.standing(c.HALF_MONTH, [], since=date(2026, 11, 14), today=date(2026, 11, 20))
    assert [(period.first.day, state) for period, state in stood] == [(16, c.OPEN)]
    stood = c.standing(c.HALF_MONTH, [], since=date(2026, 11, 3), today=date(2026, 11, 20))
    assert [(period.first.day, state) for period, state in stood] == [(1, c.MISSED), (16, c.OPEN)]


def test_unknown_cadences_are_not_guessed() -> None:
    with pytest.raises(KeyError):
        c.rank("fortnight")
    with pytest.raises(KeyError):
        c.period_of("fortnight", date(2026, 1, 1))
    assert list(c.periods(c.DAY, date(2026, 1, 2), date(2026, 1, 1))) == []
