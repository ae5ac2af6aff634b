"""The rule table and the count of days: properties against every row, and real dated cases."""

import json
from datetime import date, timedelta
from typing import Any

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendars.rules import HOLIDAY, WORKDAY, WorkCalendar
from publicity.rules import table
from publicity.rules.choosing import choose
from publicity.rules.counting import counted, span, standing
from publicity.rules.matters import CALENDAR, LAW, MATTERS, MAX_DAYS, WORKING

DAY = timedelta(days=1)


def known(*years: int) -> WorkCalendar:
    """The calendar of whole years as the State Council set them."""
    days = {}
    for year in years:
        day = date(year, 1, 1)
        while day.year == year:
            if chinese_calendar.is_workday(day) != (day.weekday() < 5):
                days[day] = WORKDAY if chinese_calendar.is_workday(day) else HOLIDAY
            day += DAY
    return WorkCalendar(days=days, years=frozenset(years))


REAL = known(2024, 2025, 2026)
RULES = table.rules()
DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))


@settings(max_examples=400, deadline=None)
@given(rule=st.sampled_from(RULES), posted=DAYS, more=st.integers(0, 40))
def test_every_rule_gives_its_full_days(rule: table.Rule, posted: date, more: int) -> None:
    days = rule.min_days + more
    found = span(posted, days=days, unit=rule.unit, rolls=rule.rolls, calendar=REAL)
    assert found.starts_on == posted + DAY
    # So many full days lie in it, the day of posting not among them, and one day less would be too few.
    assert counted(posted, found.ends_on, unit=rule.unit, calendar=REAL) >= days
    if not found.rolled:
        assert counted(posted, found.ends_on, unit=rule.unit, calendar=REAL) == days
        assert counted(posted, found.ends_on - DAY, unit=rule.unit, calendar=REAL) == days - 1
    # The last day is worked, wherever the rule counts working days or moves its end; moved no further than need be.
    assert REAL.is_working_day(found.ends_on).working
    if found.rolled:
        due = posted + days * DAY
        while due < found.ends_on:
            assert not REAL.is_working_day(due).working
            due += DAY
    # It says when it cannot know: only where it ends in a year that nobody has entered, from 2027 on.
    assert found.certain == (found.ends_on.year < 2027)


@settings(max_examples=200, deadline=None)
@given(
    posted=DAYS,
    days=st.integers(1, 60),
    more=st.integers(0, 20),
    unit=st.sampled_from((CALENDAR, WORKING)),
    later=st.integers(0, 30),
)
def test_more_days_and_a_later_start_never_end_earlier(
    posted: date, days: int, more: int, unit: str, later: int
) -> None:
    rolls = unit == CALENDAR
    one = span(posted, days=days, unit=unit, rolls=rolls, calendar=REAL)
    assert span(posted, days=days + more, unit=unit, rolls=rolls, calendar=REAL).ends_on >= one.ends_on
    assert span(posted + later * DAY, days=days, unit=unit, rolls=rolls, calendar=REAL).ends_on >= one.ends_on


@settings(max_examples=300, deadline=None)
@given(
    rule=st.sampled_from(RULES),
    posted=DAYS,
    days=st.none() | st.integers(1, 60),
    last=st.none() | st.integers(1, 80),
)
def test_what_is_taken_is_never_below_the_law(
    rule: table.Rule, posted: date, days: int | None, last: int | None
) -> None:
    said = choose(rule, posted, days=days, last_day=posted + last * DAY if last else None, calendar=REAL)
    if rule.refuses and not said.refused:
        assert said.span.ends_on >= said.least.ends_on
        assert said.span.days >= rule.min_days
    if said.refused == "too_short":
        assert rule.refuses
    if days is None and last is None:
        assert (said.refused, said.span) == ("", said.least)
    if last is not None and not said.refused:
        assert said.span.ends_on >= posted + last * DAY
    # A count goes on by itself; a day that was named in a year that nobody has entered is warned of.
    named = not said.refused and not said.span.counted
    assert ("unknown_year" in said.warned) == (named and said.span.ends_on.year >= 2027)
    if named:
        assert last is not None
        assert said.span.ends_on == posted + last * DAY


@given(starts=DAYS, of=st.integers(1, 60), on=st.integers(-10, 80))
def test_where_it_stands(starts: date, of: int, on: int) -> None:
    found = standing(starts, starts + (of - 1) * DAY, starts + on * DAY)
    assert found.of == of
    assert found.over == (on >= of)
    if 0 <= on < of:
        assert (found.day, found.left) == (on + 1, of - on - 1)
    if on < 0:
        assert (found.day, found.left) == (0, of)


# posted, days, unit, ends: by the notices of the State Council's office for 2025 and 2026.
CASES = [
    (date(2026, 6, 1), 15, CALENDAR, date(2026, 6, 16)),  # Monday; the sixteenth is a Tuesday
    (date(2026, 6, 4), 15, CALENDAR, date(2026, 6, 22)),  # ends on 端午 (19 to 21 June), so on the Monday after it
    (date(2026, 9, 24), 7, CALENDAR, date(2026, 10, 8)),  # ends on 1 October: the seven days off go by first
    (date(2026, 10, 3), 7, CALENDAR, date(2026, 10, 10)),  # a Saturday that is worked (调休): it counts as a last day
    (date(2026, 9, 30), 5, WORKING, date(2026, 10, 13)),  # 8, 9, the worked Saturday 10, then 12 and 13
    (date(2026, 6, 5), 5, WORKING, date(2026, 6, 12)),  # a Friday: from Monday to Friday
    (date(2025, 1, 24), 5, WORKING, date(2025, 2, 7)),  # the worked Sunday 26 and 27 January, 5 to 7 February
    (date(2024, 2, 23), 7, CALENDAR, date(2024, 3, 1)),  # a leap year
    (date(2026, 12, 1), 30, CALENDAR, date(2026, 12, 31)),  # the last day that is known
]


@pytest.mark.parametrize(("posted", "days", "unit", "ends"), CASES)
def test_real_cases(posted: date, days: int, unit: str, ends: date) -> None:
    found = span(posted, days=days, unit=unit, rolls=unit == CALENDAR, calendar=REAL)
    assert (found.ends_on, found.certain) == (ends, True)


def test_an_unknown_year_says_so() -> None:
    found = span(date(2026, 12, 25), days=7, unit=CALENDAR, rolls=True, calendar=REAL)
    assert (found.ends_on, found.certain, found.unknown_year) == (date(2027, 1, 1), False, 2027)
    found = span(date(2026, 12, 30), days=5, unit=WORKING, rolls=False, calendar=REAL)
    assert (found.ends_on, found.unknown_year) == (date(2027, 1, 6), 2027)
    # What does not look at days off is sure in any year.
    assert span(date(2030, 1, 1), days=7, unit=CALENDAR, rolls=False, calendar=REAL).certain


@pytest.mark.parametrize("days", [0, -1, MAX_DAYS + 1])
def test_senseless_counts_are_no_count(days: int) -> None:
    with pytest.raises(ValueError, match="days"):
        span(date(2026, 6, 1), days=days, unit=CALENDAR, rolls=True, calendar=REAL)
    with pytest.raises(ValueError, match="unit"):
        span(date(2026, 6, 1), days=1, unit="moons", rolls=True, calendar=REAL)


def test_choices_of_real_life() -> None:
    june = date(2026, 6, 1)
    candidates = table.rule_for("hangzhou", "candidates", june)
    said = choose(candidates, june, days=5, last_day=None, calendar=REAL)
    assert (said.refused, said.least.ends_on) == ("too_short", date(2026, 6, 8))
    assert choose(candidates, june, days=None, last_day=june, calendar=REAL).refused == "ends_before_start"
    assert choose(candidates, june, days=None, last_day=date(2026, 6, 7), calendar=REAL).refused == "too_short"
    assert choose(candidates, june, days=400, last_day=None, calendar=REAL).refused == "too_long"
    assert choose(candidates, june, days=None, last_day=date(2028, 6, 1), calendar=REAL).refused == "too_long"
    said = choose(candidates, june, days=None, last_day=date(2026, 6, 20), calendar=REAL)
    assert (said.refused, said.warned, said.span.ends_on, said.span.days) == ("", (), date(2026, 6, 20), 19)
    # Few days, but until a day that is late enough: the later of the two holds.
    said = choose(candidates, june, days=2, last_day=date(2026, 6, 20), calendar=REAL)
    assert (said.refused, said.span.ends_on) == ("", date(2026, 6, 20))
    # A recommendation, and a law that nobody has read to the end, only warn.
    seal = table.rule_for("taizhou", "seal_use", june)
    assert choose(seal, june, days=5, last_day=None, calendar=REAL).warned == ("short_of_advice",)
    fund = table.rule_for("huzhou", "maintenance_fund", june)
    assert (fund.binding, fund.confirmed, fund.refuses) == (LAW, False, False)
    assert choose(fund, june, days=7, last_day=None, calendar=REAL).warned == ("short_of_advice",)


def test_places_find_their_rules() -> None:
    on = date(2026, 6, 1)
    assert table.place_of("330102001001").key == "hangzhou"
    assert table.place_of("330784002008").key == "zhejiang"  # Yongkang in Jinhua: the province's, then the nation's
    assert table.place_of("110101").key == "national"
    assert table.place_of("").key == "national"
    assert table.rule_for("zhejiang", "assembly", on).article == "《浙江省物业管理条例》第九条"
    assert table.rule_for("jiaxing", "fee_change", on).place == "national"
    # Before a city's text was in force the province's or the nation's row holds.
    assert table.rule_for("hangzhou", "candidates", date(2022, 2, 28)).place == "national"
    assert table.rule_for("hangzhou", "candidates", date(2022, 3, 1)).place == "hangzhou"
    assert table.rule_for("national", "general", date(1999, 1, 1)).min_days == 7
    for unknown in (("moon", "general"), ("national", "tea")):
        with pytest.raises(KeyError):
            table.rule_for(*unknown, on)


# What the shared facts say, to the row (three-parties-zhejiang.md, section 4; assembly-votes.md, A3).
FACTS = [
    ("hangzhou", "committee_info", 15, CALENDAR, "第三十条"),
    ("shaoxing", "general", 5, WORKING, "第九条"),
    ("huzhou", "preparatory", 7, CALENDAR, "第十二条"),
    ("huzhou", "common_income", 30, CALENDAR, "第三十一条第七项"),
    ("lishui", "delegates", 10, CALENDAR, "第十三条"),
    ("lishui", "preparatory", 7, CALENDAR, "第七条"),
    ("ningbo", "candidates", 10, CALENDAR, "第三十一条"),
    ("ningbo", "committee_agenda", 3, CALENDAR, "第三十三条"),
    ("huzhou", "committee_agenda", 3, CALENDAR, "第十六条"),
    ("hangzhou", "candidates", 7, CALENDAR, "第二十六条"),
    ("hangzhou", "fee_change", 30, CALENDAR, "第五十三条"),
    ("wenzhou", "fee_change", 30, CALENDAR, "第三十条"),
    ("hangzhou", "assembly", 15, CALENDAR, "第十九条"),
    ("hangzhou", "extra_assembly", 7, CALENDAR, "第十九条"),
    ("national", "assembly", 15, CALENDAR, "第十四条"),
]


@pytest.mark.parametrize(("place", "matter", "days", "unit", "article"), FACTS)
def test_the_table_holds_the_facts(place: str, matter: str, days: int, unit: str, article: str) -> None:
    found = table.rule_for(place, matter, date(2026, 6, 1))
    assert (found.place, found.min_days, found.unit, found.binding, found.confirmed) == (place, days, unit, LAW, True)
    assert found.article.endswith(article)


def test_every_place_has_every_matter_with_its_source() -> None:
    for place in table.places():
        found = table.rules_of(place.key, date(2026, 6, 1))
        assert [rule.matter for rule in found] == list(MATTERS)
        for rule in found:
            assert rule.article
            assert rule.source
            assert rule.hang_at


def _file() -> Any:
    return json.loads(table.FILE.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("min_days", 0),
        ("min_days", True),
        ("min_days", 400),
        ("unit", "moons"),
        ("binding", "wish"),
        ("matter", "tea"),
        ("in", "moon"),
        ("hang_at", []),
        ("hang_at", ["moon"]),
        ("tell", ["moon"]),
        ("until", "2001-01-01"),
        ("since", "1999-01-01"),
        ("law", "moon"),
    ],
)
def test_a_wrong_row_is_refused(field: str, value: Any) -> None:
    given = _file()
    row = next(one for one in given["rules"] if one["in"] == "hangzhou")
    row[field] = value
    with pytest.raises(table.TableError):
        table.read(given)


def test_rows_that_fight_or_lack_are_refused() -> None:
    given = _file()
    given["rules"].append(dict(next(one for one in given["rules"] if one["in"] == "hangzhou"), since="2023-01-01"))
    with pytest.raises(table.TableError, match="two rows"):
        table.read(given)
    given = _file()
    given["rules"] = [one for one in given["rules"] if (one["in"], one["matter"]) != ("national", "general")]
    with pytest.raises(table.TableError, match="no row"):
        table.read(given)
    given = _file()
    given["places"][1]["within"] = None
    with pytest.raises(table.TableError, match="around"):
        table.read(given)
    del given["places"]
    with pytest.raises(table.TableError):
        table.read(given)
