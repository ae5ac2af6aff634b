"""Periods cover every day once; rates are whole numbers from case to percentage; areas lose no compound."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.rules import areas
from oversight.rules.areas import Place
from oversight.rules.indicators import (
    COUNTS,
    INDICATORS,
    SCORED,
    Counts,
    Rate,
    change,
    counts,
    per_mille,
    percent,
    points,
    rate,
    total,
)
from oversight.rules.periods import (
    LONGEST,
    BadPeriod,
    Period,
    after,
    before,
    containing,
    month_of,
    months_back,
    own_days,
    parts,
    period,
    runs,
)

DAYS = st.dates(date(2001, 1, 1), date(2990, 12, 31))
KINDS = st.sampled_from(["month", "quarter", "year"])
DAY = timedelta(days=1)


@st.composite
def periods(draw: st.DrawFn) -> Period:
    """Any period of ours."""
    day = draw(DAYS)
    if draw(st.booleans()):
        return containing(draw(KINDS), day)
    return own_days(day, day + DAY * draw(st.integers(0, LONGEST - 1)))


def days_of(given: Period) -> set[date]:
    return {given.first + DAY * n for n in range(given.days)}


@given(periods())
def test_parts_cover_every_day_exactly_once(one: Period) -> None:
    cut = parts(one)
    ranges = [*([cut.months] if cut.months else []), *cut.days]
    found = [first + DAY * n for first, end in ranges for n in range((end - first).days)]
    assert len(found) == len(set(found)) == one.days
    assert set(found) == days_of(one)
    if cut.months:
        assert cut.months[0].day == cut.months[1].day == 1
    # Never more than the days of two broken months are counted by day.
    assert sum((end - first).days for first, end in cut.days) <= 60


@given(periods())
def test_periods_touch_and_their_codes_lead_back(one: Period) -> None:
    assert before(one).last + DAY == one.first
    assert after(one).first - DAY == one.last
    assert before(after(one)) == one
    assert period(one.code) == one
    assert one.first in one
    assert one.last in one
    assert one.first - DAY not in one


@given(DAYS, KINDS)
def test_a_day_lies_in_its_month_quarter_and_year(day: date, kind: str) -> None:
    assert day in containing(kind, day)
    assert month_of(day) == containing("month", day)
    assert month_of(day).first in containing("year", day)


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-05-20..2026-05-20", date(2026, 5, 20), date(2026, 5, 20)),
    ],
)
def test_codes(code: str, first: date, last: date) -> None:
    assert (period(code).first, period(code).last) == (first, last)


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("", "malformed"),
        ("2026-13", "malformed"),
        ("2026-Q5", "malformed"),
        ("1999", "malformed"),
        ("2026-02-30..2026-03-01", "malformed"),
        ("2026-02-01..", "malformed"),
        ("２０２６", "malformed"),
        ("2026-02-02..2026-02-01", "backwards"),
        ("2020-01-01..2026-01-01", "too_long"),
    ],
)
def test_no_such_period(code: str, why: str) -> None:
    with pytest.raises(BadPeriod) as refused:
        period(code)
    assert refused.value.code == why


@given(st.sets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=80).map(sorted), st.integers(1, 5))
def test_runs_cover_the_days(days: list[date], most: int) -> None:
    found = runs(days, most)
    inside = {first + DAY * n for first, end in found for n in range((end - first).days)}
    assert set(days) <= inside
    if len(runs(days, 1000)) <= most:
        assert inside == set(days)
    else:
        assert len(found) == 1


def test_the_months_before() -> None:
    assert months_back(date(2026, 2, 14), 4) == [
        date(2025, 11, 1),
        date(2025, 12, 1),
        date(2026, 1, 1),
        date(2026, 2, 1),
    ]


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_per_mille_rounds_half_up(hit: int, base: int) -> None:
    exact = (Decimal(hit * 1000) / base).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    assert per_mille(hit, base) == int(exact)


@pytest.mark.parametrize(
    ("hit", "base", "shown"),
    [
        (0, 0, "—"),
        (3, 4, "3/4"),
        (9, 9, "9/9"),
        (10, 10, "100.0%"),
        (986, 1000, "98.6%"),
        (962, 1000, "96.2%"),
        (1, 16, "6.3%"),  # 6.25: half goes up
        (0, 12, "0.0%"),
    ],
)
def test_small_numbers_are_shown_as_they_are(hit: int, base: int, shown: str) -> None:
    assert Rate(hit, base).shown == shown


def test_percent_and_points() -> None:
    assert (percent(None), percent(7), percent(1000)) == ("—", "0.7%", "100.0%")
    assert (points(12), points(-4), points(0)) == ("+1.2", "−0.4", "0.0")
    assert change(Rate(9, 10), Rate(8, 10)) == 100
    assert change(Rate(3, 4), Rate(8, 10)) is None
    assert change(Rate(9, 10), Rate(0, 0)) is None


NUMBERS = st.tuples(*[st.integers(0, 1000)] * len(COUNTS)).map(Counts)


@given(st.lists(NUMBERS))
def test_a_sum_is_the_sum_of_each_count(many: list[Counts]) -> None:
    whole = total(many)
    for name in (*COUNTS, "due"):
        assert whole[name] == sum(one[name] for one in many)
    assert whole == sum(many, Counts())


def test_what_the_firm_had_to_do_leaves_out_what_was_not_its_own() -> None:
    given = counts({"filed": 12, "done": 5, "forced": 1, "open": 2, "returned": 1, "not_ours": 2, "withdrawn": 1})
    assert given["due"] == 9
    assert rate("resolved", given) == Rate(5, 9)
    assert {one.base for one in INDICATORS.values()} <= {"due", *COUNTS}
    assert "not_ours" not in SCORED


HERE = Place(1, "here", "小区1", ("111", "社区"), ("11", "街道"), ("1", "市"))
SPOTS = st.lists(
    st.tuples(st.integers(1, 2), st.integers(1, 2), st.integers(1, 3)).map(
        lambda n: Place(1, "k", "小区", (f"{n[0]}{n[1]}{n[2]}", "社区"), (f"{n[0]}{n[1]}", "街道"), (f"{n[0]}", "市"))
    ),
    max_size=12,
)


@given(SPOTS)
def test_every_place_is_in_exactly_one_row_at_every_level(places: list[Place]) -> None:
    pending = [None]
    while pending:
        chosen = pending.pop()
        found = areas.table(places, chosen)
        inside = list(found.members)
        assert inside == [
            at
            for at, one in enumerate(places)
            if chosen is None or chosen in {one.city[0], one.street[0], one.community[0]}
        ]
        if found.nodes:
            assert sorted(at for node in found.nodes for at in node.members) == inside
            assert len(found.nodes) > 1
            pending += [node.code for node in found.nodes]
        else:
            assert found.level == "compound"


def test_no_such_area() -> None:
    with pytest.raises(areas.NoSuchArea):
        areas.table([HERE], "999")
    assert areas.flat([HERE, HERE]).members == (0, 1)
