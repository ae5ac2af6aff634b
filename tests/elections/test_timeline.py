"""The days of a vote: real cases of places, and what holds for every opening day."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, strategies

from calendars.rules import HOLIDAY, WORKDAY, WorkCalendar
from elections.rules.jurisdictions import jurisdictions, parameters
from elections.rules.timeline import ORDER, Day, Given, latest, lead_day, line, months_before, years_after
from publicity.rules.counting import span

DAY = timedelta(days=1)
# 2026: the National Day holiday with its two made-up days.
KNOWN = WorkCalendar(
    days={
        **{date(2026, 10, n): HOLIDAY for n in range(1, 8)},
        date(2026, 9, 20): WORKDAY,
        date(2026, 10, 10): WORKDAY,
    },
    years=frozenset({2025, 2026, 2027}),
)
OPENS = date(2026, 11, 16)  # a Monday


def days(place: str, **known: Any) -> dict[str, Day]:
    given = Given(**{"election": True, "opens_on": OPENS, **known})
    return {one.key: one for one in line(given, parameters(place, OPENS), KNOWN)}


def test_a_notice_is_out_fifteen_full_days_before() -> None:
    """条例 14: posted on the 31st, the fifteen days from the 1st to the 15th are over when the 16th begins."""
    notice = days("yongkang")["notice"]
    assert (notice.on, notice.days, notice.law) == (date(2026, 10, 31), 15, True)
    assert notice.article == "《物业管理条例》（2018年文本）第十四条"


def test_hangzhou_asks_seven_days_of_an_extraordinary_meeting_and_not_of_an_election() -> None:
    meeting = days("hangzhou", election=False, extraordinary=True)["notice"]
    assert (meeting.on, meeting.days) == (date(2026, 11, 8), 7)
    assert meeting.article == "《杭州市物业管理条例》（2021-08-09）第十九条"
    assert days("hangzhou", extraordinary=True)["notice"].days == 15
    assert days("yongkang", election=False, extraordinary=True)["notice"].days == 15


def test_candidates_hang_by_the_longer_of_lead_and_publicity() -> None:
    """杭州 26: from the fifteenth day before. 宁波 31: ten days, within the nation's fifteen of lead."""
    hangzhou, ningbo = days("hangzhou")["candidates"], days("ningbo")["candidates"]
    assert (hangzhou.on, hangzhou.days, hangzhou.article) == (
        date(2026, 10, 31), 15, "《杭州市物业管理条例》（2021-08-09）第二十六条",
    )  # fmt: skip
    assert (ningbo.on, ningbo.days) == (date(2026, 10, 31), 15)


def test_the_roll_is_out_by_the_earlier_of_its_two_counts() -> None:
    """绍兴: fifteen days as a period, which ends on a Sunday and so a day later, too late: Friday it is."""
    roll = days("shaoxing")["roll"]
    assert (roll.on, roll.days, roll.law) == (date(2026, 10, 29), 15, True)
    assert span(roll.on, days=15, unit="calendar", rolls=True, calendar=KNOWN).ends_on == date(2026, 11, 13)
    assert span(roll.on + DAY, days=15, unit="calendar", rolls=True, calendar=KNOWN).ends_on == OPENS
    # 丽水: seven days of publicity, but fifteen before the meeting.
    assert (days("lishui")["roll"].on, days("lishui")["roll"].days) == (date(2026, 10, 31), 15)


def test_a_first_assembly_publishes_its_rules_too() -> None:
    assert "rules" not in days("shaoxing")
    assert days("shaoxing", first=True)["rules"].on == date(2026, 10, 29)


def test_a_group_has_ninety_days_and_posts_its_members_within_three() -> None:
    """指导规则 15; 温州 12; 浙江 8."""
    there = days("wenzhou", grouped_on=date(2026, 9, 1))
    assert (there["group_posted"].on, there["group_ends"].on) == (date(2026, 9, 4), date(2026, 11, 30))
    assert there["group_ends"].article == "《温州市物业管理条例》（2017-04-06）第十二条"
    assert days("wenzhou", closes_on=date(2026, 11, 30))["group"].on == date(2026, 9, 1)


def test_the_result_is_posted_shown_and_filed() -> None:
    """北京 37: within three days. 绍兴: five working days of publicity. 条例 16: thirty days to file."""
    closes = date(2026, 9, 28)
    beijing = days("beijing", opens_on=date(2026, 9, 21), closes_on=closes)
    assert (beijing["result"].on, beijing["filing"].on) == (date(2026, 10, 1), date(2026, 10, 28))
    shaoxing = days("shaoxing", opens_on=date(2026, 9, 21), closes_on=closes, announced_on=closes)
    # 29 and 30 September, then the holiday, 8 and 9 October and the made-up Saturday.
    assert shaoxing["result_until"].on == date(2026, 10, 10)
    assert "result" not in shaoxing
    assert "filing" not in days("shaoxing", election=False)
    # Once the result is declared the thirty days run from there, as those of the committee's own filing do.
    declared = days("beijing", opens_on=date(2026, 9, 21), closes_on=closes, declared_on=date(2026, 10, 8))
    assert declared["filing"].on == date(2026, 11, 7)


def test_where_no_text_says_how_long_a_result_is_public_that_is_said() -> None:
    found = days("national")["result_until"]
    assert (found.article, found.law) == ("法规没有统一规定", False)


def test_the_window_is_told_by_its_bounds_until_it_is_settled() -> None:
    found = days("hangzhou")
    assert (found["closes_least"].on, found["closes_most"].on) == (OPENS + 5 * DAY, OPENS + 60 * DAY)
    settled = days("hangzhou", closes_on=OPENS + 10 * DAY)
    assert settled["closes"].on == OPENS + 10 * DAY
    assert "closes_least" not in settled


@pytest.mark.parametrize(
    ("place", "first"),
    [
        ("national", date(2026, 11, 28)), ("wenzhou", date(2026, 12, 28)), ("ningbo", date(2026, 12, 30)),
        ("beijing", date(2026, 8, 28)), ("yongkang", date(2026, 12, 28)),
    ],
)  # fmt: skip
def test_a_re_election_begins_in_time(place: str, first: date) -> None:
    """指导规则 47: three months; 温州 23, 浙江 15: two; 宁波 36: sixty days; 北京 49: six months."""
    ends = date(2027, 2, 28)
    assert lead_day(ends, parameters(place, OPENS)) == first
    assert days(place, term_ends_on=ends)["reelection"].on == lead_day(ends, parameters(place, OPENS))


def test_months_and_years_end_where_the_month_ends() -> None:
    assert months_before(date(2026, 5, 31), 3) == date(2026, 2, 28)
    assert months_before(date(2026, 1, 15), 2) == date(2025, 11, 15)
    assert years_after(date(2024, 2, 29), 5) == date(2029, 2, 28)
    assert days("yongkang", declared_on=date(2026, 12, 20))["next_term"].on == date(2031, 12, 20)


def test_a_year_that_nobody_has_entered_says_so() -> None:
    found = line(Given(election=True, opens_on=date(2030, 3, 4)), parameters("shaoxing", OPENS), KNOWN)
    by = {one.key: one for one in found}
    assert not by["roll"].certain
    # A lead moves by no holiday, so it is as sure as ever.
    assert by["notice"].certain


dates = strategies.dates(date(2021, 6, 1), date(2035, 12, 31))
places = strategies.sampled_from([one.code for one in jurisdictions()])


@given(places, dates, strategies.booleans(), strategies.booleans(), strategies.integers(5, 60))
def test_every_line_is_in_order_and_says_why(place: str, opens: date, election: bool, first: bool, length: int) -> None:
    local = parameters(place, opens)
    given_ = Given(election=election, opens_on=opens, closes_on=opens + length * DAY, first=first)
    found = line(given_, local, KNOWN)
    assert [one.on for one in found] == sorted(one.on for one in found)
    assert len({one.key for one in found}) == len(found)
    assert {one.key for one in found} <= set(ORDER)
    by = {one.key: one for one in found}
    for key in ("roll", "notice", *(("candidates",) if election else ())):
        assert by[key].on < opens
        assert (opens - by[key].on).days > by[key].days, key
        assert by[key].article
    assert by["result_until"].on > by["closes"].on
    assert ("filing" in by) is election


@given(dates, strategies.integers(1, 40), strategies.sampled_from(["calendar", "working"]), strategies.booleans())
def test_the_latest_posting_is_in_time_and_a_day_later_is_not(before: date, count: int, unit: str, rolls: bool) -> None:
    rolls = rolls and unit == "calendar"
    found = latest(before, days=count, unit=unit, rolls=rolls, calendar=KNOWN)
    assert found.ends_on < before
    assert span(found.posted_on + DAY, days=count, unit=unit, rolls=rolls, calendar=KNOWN).ends_on >= before


@given(places, dates, dates)
def test_an_earlier_opening_never_has_a_later_last_day(place: str, one: date, other: date) -> None:
    early, late = sorted((one, other))
    local = parameters(place, late)
    first, second = (
        {found.key: found.on for found in line(Given(election=True, opens_on=opens), local, KNOWN)}
        for opens in (early, late)
    )
    for key in ("roll", "candidates", "notice"):
        assert first[key] <= second[key], key
