"""Working time: properties that always hold, and real dated cases from the State Council's notices."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from chinese_calendar.constants import holidays, workdays
from hypothesis import given
from hypothesis import strategies as st

from calendars.rules import CALENDAR, CHINA, HOLIDAY, WORKDAY, WORKING, StillPaused, WorkCalendar

KNOWN = WorkCalendar(
    days={**dict.fromkeys(holidays, HOLIDAY), **dict.fromkeys(workdays, WORKDAY)},
    years=frozenset(day.year for day in holidays),
)


def at(text: str) -> datetime:
    """``"2026-10-01 09:30"`` in China."""
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def _in_hours(calendar: WorkCalendar, moment: datetime) -> bool:
    local = moment.astimezone(calendar.zone)
    return calendar.is_working_day(local.date()).working and any(a <= local.time() <= b for a, b in calendar.hours)


# --- properties -------------------------------------------------------------------------------------------------------
moments = st.builds(
    lambda zone, seconds: datetime(2024, 6, 1, tzinfo=zone) + timedelta(seconds=seconds),
    st.sampled_from([CHINA, UTC]),
    st.integers(0, 1000 * 86400),
)
minutes = st.integers(0, 6000)


@st.composite
def pauses(draw: st.DrawFn) -> list[tuple[datetime, datetime]]:
    found = []
    for _ in range(draw(st.integers(0, 4))):
        begins = draw(moments)
        found.append((begins, begins + timedelta(minutes=draw(st.integers(0, 20000)))))
    return found


@given(moments, minutes)
def test_a_working_deadline_never_lands_outside_working_hours(start: datetime, length: int) -> None:
    due = KNOWN.add_working_minutes(start, length).at
    assert due >= start
    assert _in_hours(KNOWN, due)


@given(moments, moments, minutes, st.sampled_from([WORKING, CALENDAR]), pauses())
def test_who_starts_earlier_is_never_due_later(
    one: datetime, two: datetime, length: int, basis: str, stops: list[tuple[datetime, datetime]]
) -> None:
    first, second = sorted((one, two))
    assert KNOWN.due(first, length, basis, stops).at <= KNOWN.due(second, length, basis, stops).at


@given(moments, minutes, minutes, st.sampled_from([WORKING, CALENDAR]), pauses())
def test_more_time_is_never_due_earlier(
    start: datetime, less: int, more: int, basis: str, stops: list[tuple[datetime, datetime]]
) -> None:
    less, more = sorted((less, more))
    assert KNOWN.due(start, less, basis, stops).at <= KNOWN.due(start, more, basis, stops).at


@given(moments, minutes, minutes, st.sampled_from([WORKING, CALENDAR]), pauses())
def test_time_adds_up(start: datetime, one: int, two: int, basis: str, stops: list[tuple[datetime, datetime]]) -> None:
    midway = KNOWN.due(start, one, basis, stops).at
    assert KNOWN.due(midway, two, basis, stops).at == KNOWN.due(start, one + two, basis, stops).at


@given(moments, minutes, pauses())
def test_what_was_added_is_what_lies_between(
    start: datetime, length: int, stops: list[tuple[datetime, datetime]]
) -> None:
    due = KNOWN.due(start, length, WORKING, stops).at
    assert KNOWN.working_minutes_between(start, due, stops).length == timedelta(minutes=length)


@given(moments, moments, moments)
def test_what_lies_between_adds_up(a: datetime, b: datetime, c: datetime) -> None:
    a, b, c = sorted((a, b, c))
    between = KNOWN.working_minutes_between
    assert between(a, b).length + between(b, c).length == between(a, c).length
    assert timedelta(0) <= between(a, b).length <= b - a


@given(moments, minutes, pauses())
def test_a_pause_never_shortens_and_one_that_is_over_before_changes_nothing(
    start: datetime, length: int, stops: list[tuple[datetime, datetime]]
) -> None:
    plain = KNOWN.add_calendar_minutes(start, length).at
    assert plain == start + timedelta(minutes=length)
    assert KNOWN.due(start, length, CALENDAR, stops).at >= plain
    earlier = [(begins, ends) for begins, ends in stops if ends < start]
    assert KNOWN.due(start, length, CALENDAR, earlier).at == plain


@given(moments, minutes, st.sampled_from([WORKING, CALENDAR]), pauses())
def test_an_answer_is_the_same_wherever_the_question_is_asked(
    start: datetime, length: int, basis: str, stops: list[tuple[datetime, datetime]]
) -> None:
    elsewhere = start.astimezone(ZoneInfo("America/New_York"))
    assert KNOWN.due(start, length, basis, stops) == KNOWN.due(elsewhere, length, basis, stops)


@given(moments, minutes)
def test_clocks_that_change_lose_and_gain_nothing(start: datetime, length: int) -> None:
    """A zone with summer time and round-the-clock hours: what lies between is real time, not clock faces."""
    berlin = WorkCalendar(hours=((time(0, 30), time(23, 30)),), zone=ZoneInfo("Europe/Berlin"))
    due = berlin.add_working_minutes(start, length).at
    assert berlin.working_minutes_between(start, due).length == timedelta(minutes=length)
    assert berlin.add_calendar_minutes(start, length).at - start.astimezone(UTC) == timedelta(minutes=length)


@given(moments, moments)
def test_full_days_agree_with_counting_them(a: datetime, b: datetime) -> None:
    start, end = sorted((a, b))
    day, count, working = start.astimezone(CHINA).date(), 0, 0
    while (midnight := datetime.combine(day, time.min, CHINA)) + timedelta(days=1) <= end:
        if midnight >= start:
            count += 1
            working += KNOWN.is_working_day(day).working
        day += timedelta(days=1)
    assert KNOWN.full_days(start, end, CALENDAR).days == count
    assert KNOWN.full_days(start, end, WORKING).days == working


# --- dated cases ------------------------------------------------------------------------------------------------------
# 国务院办公厅关于2025年部分节假日安排的通知 (国办发明电〔2024〕12号): 春节 1月28日至2月4日,1月26日、2月8日上班;
# 国庆节、中秋节 10月1日至8日,9月28日、10月11日上班.
# 国务院办公厅关于2026年部分节假日安排的通知 (国办发明电〔2025〕7号): 元旦 1月1日至3日,1月4日上班; 春节 2月15日至23日,
# 2月14日、2月28日上班; 国庆节 10月1日至7日,9月20日、10月10日上班.
@pytest.mark.parametrize(
    ("day", "working"),
    [
        ("2025-01-26", True),  # a Sunday that is worked
        ("2025-01-28", False),
        ("2025-02-04", False),
        ("2025-02-05", True),
        ("2025-02-08", True),  # a Saturday that is worked
        ("2025-09-28", True),
        ("2025-10-08", False),
        ("2025-10-09", True),
        ("2025-10-11", True),
        ("2026-01-02", False),
        ("2026-01-04", True),
        ("2026-02-14", True),
        ("2026-02-15", False),
        ("2026-02-23", False),
        ("2026-02-28", True),
        ("2026-09-20", True),
        ("2026-10-07", False),
        ("2026-10-10", True),
        ("2026-11-21", False),  # an ordinary Saturday
        ("2026-11-23", True),
    ],
)
def test_days_of_the_notices(day: str, working: bool) -> None:
    verdict = KNOWN.is_working_day(date.fromisoformat(day))
    assert verdict.working is working
    assert verdict.certain


@pytest.mark.parametrize(
    ("start", "length", "due"),
    [
        ("2026-11-23 09:00", 60, "2026-11-23 10:00"),
        ("2026-11-23 11:30", 60, "2026-11-23 14:00"),  # over the midday rest
        ("2026-11-23 11:30", 30, "2026-11-23 12:00"),  # the end of the morning, not the start of the afternoon
        ("2026-11-23 12:10", 0, "2026-11-23 13:30"),
        ("2026-11-23 17:00", 60, "2026-11-24 09:00"),
        ("2026-11-20 17:00", 60, "2026-11-23 09:00"),  # over a weekend
        ("2026-11-21 23:59", 1, "2026-11-23 08:31"),
        ("2025-09-30 16:30", 120, "2025-10-09 09:30"),  # over National Day and Mid-autumn 2025, eight days
        ("2026-09-30 16:30", 120, "2026-10-08 09:30"),  # over National Day 2026, seven days
        ("2026-10-09 17:00", 60, "2026-10-10 09:00"),  # into the Saturday that is worked
        ("2026-02-13 17:00", 60, "2026-02-14 09:00"),  # into the Saturday before Spring Festival
        ("2026-02-14 17:00", 60, "2026-02-24 09:00"),  # over Spring Festival, nine days
        ("2026-02-27 17:00", 60, "2026-02-28 09:00"),
        ("2026-11-23 08:30", 450, "2026-11-23 17:30"),  # a whole working day
        ("2026-11-23 08:30", 451, "2026-11-24 08:31"),
    ],
)
def test_working_deadlines(start: str, length: int, due: str) -> None:
    found = KNOWN.add_working_minutes(at(start), length)
    assert found.at == at(due)
    assert found.at.tzinfo is CHINA
    assert found.certain


def test_seconds_are_kept() -> None:
    start = datetime(2026, 11, 23, 11, 59, 59, 999999, CHINA)
    assert KNOWN.add_working_minutes(start, 1).at == datetime(2026, 11, 23, 13, 30, 59, 999999, CHINA)


def test_a_year_without_a_notice_says_so() -> None:
    """2027: New Year's Day is a Friday and surely a holiday, but no notice is entered; the answer goes by weekends."""
    verdict = KNOWN.is_working_day(date(2027, 1, 1))
    assert (verdict.working, verdict.certain) == (True, False)
    over = KNOWN.add_working_minutes(at("2026-12-31 17:00"), 60)
    assert (over.at, over.certain) == (at("2027-01-01 09:00"), False)
    within = KNOWN.add_working_minutes(at("2026-12-31 16:00"), 60)
    assert within.certain
    assert KNOWN.add_calendar_minutes(at("2026-12-31 17:00"), 6000).certain
    assert not KNOWN.working_minutes_between(at("2026-12-31 17:00"), at("2027-01-04 09:00")).certain
    assert not KNOWN.full_days(at("2026-12-30 00:00"), at("2027-01-04 00:00"), WORKING).certain
    assert KNOWN.full_days(at("2026-12-30 00:00"), at("2027-01-04 00:00"), CALENDAR).certain
    single = WorkCalendar(days={date(2027, 1, 1): HOLIDAY})
    assert single.is_working_day(date(2027, 1, 1)).certain
    assert not single.is_working_day(date(2027, 1, 4)).certain


def test_the_clock_stands_while_paused() -> None:
    """Waiting for the resident from 10:00 to 11:00 moves a deadline by one hour; over night by nothing."""
    start = at("2026-11-23 09:00")
    waits = (at("2026-11-23 10:00"), at("2026-11-23 11:00"))
    assert KNOWN.due(start, 120, WORKING, [waits]).at == at("2026-11-23 12:00")
    assert KNOWN.due(start, 120, CALENDAR, [waits, waits]).at == at("2026-11-23 12:00")
    night = (at("2026-11-23 18:00"), at("2026-11-24 08:00"))
    assert KNOWN.due(at("2026-11-23 17:00"), 60, WORKING, [night]).at == at("2026-11-24 09:00")
    assert KNOWN.due(at("2026-11-23 10:30"), 0, CALENDAR, [waits]).at == at("2026-11-23 11:00")
    assert KNOWN.working_minutes_between(start, at("2026-11-23 12:00"), [waits]).minutes == 120


def test_no_deadline_exists_while_a_pause_lasts() -> None:
    start, stopped = at("2026-11-23 09:00"), at("2026-11-23 10:00")
    for basis in (WORKING, CALENDAR):
        with pytest.raises(StillPaused) as paused:
            KNOWN.due(start, 61, basis, [(stopped, None)])
        assert paused.value.since == stopped
        assert KNOWN.due(start, 60, basis, [(stopped, None)]).at == stopped, "the time was up before"
    assert KNOWN.working_minutes_between(start, at("2026-11-25 10:00"), [(stopped, None)]).minutes == 60


@pytest.mark.parametrize(
    ("start", "end", "calendar", "working"),
    [
        ("2026-11-23 10:00", "2026-12-01 09:00", 7, 5),  # the day of posting does not count
        ("2026-11-23 00:00", "2026-11-24 00:00", 1, 1),
        ("2026-11-23 00:01", "2026-11-24 23:59", 0, 0),
        ("2026-09-30 10:00", "2026-10-11 00:00", 10, 3),  # over National Day: the 8th, 9th and the Saturday 10th
    ],
)
def test_full_days(start: str, end: str, calendar: int, working: int) -> None:
    assert KNOWN.full_days(at(start), at(end), CALENDAR).days == calendar
    assert KNOWN.full_days(at(start), at(end), WORKING).days == working


def test_questions_without_an_answer() -> None:
    naive, start = datetime(2026, 11, 23, 9, 0), at("2026-11-23 09:00")  # noqa: DTZ001  naive on purpose
    for wrong in (
        lambda: KNOWN.due(naive, 1, WORKING),
        lambda: KNOWN.due(start, -1, WORKING),
        lambda: KNOWN.due(start, 60 * 24 * 3661, CALENDAR),
        lambda: KNOWN.due(start, 1, "lunar"),
        lambda: KNOWN.full_days(start, start, "lunar"),
        lambda: KNOWN.working_minutes_between(start, start - timedelta(1)),
        lambda: KNOWN.due(start, 1, WORKING, [(start, start - timedelta(1))]),
        lambda: WorkCalendar(hours=()),
        lambda: WorkCalendar(hours=((time(9), time(8)),)),
        lambda: WorkCalendar(hours=((time(8), time(12)), (time(11), time(17)))),
    ):
        with pytest.raises(ValueError, match=r"."):
            wrong()
