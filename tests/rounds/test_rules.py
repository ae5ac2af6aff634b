"""Windows, drafts, judgement, presence and figures, as plain Python."""

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipment.rules.cadence import CADENCES, TWO_HOURS
from equipment.rules.standards import Tighter, standards
from rounds.rules import body, judging, presence
from rounds.rules.drafts import Standing, drafts, form_items
from rounds.rules.duties import DutiesError, duties
from rounds.rules.duties import read as read_duties
from rounds.rules.score import Tally, score
from rounds.rules.windows import Hours, state_of, windows

JUNK = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda one: st.lists(one) | st.dictionaries(st.text(), one),
)
ZONE = ZoneInfo("Asia/Shanghai")
DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))
WHOLE = Hours(0, 1440, 1, 720)
NIGHT = Hours(1320, 1800, 2, 360)


def test_the_night_has_two_rounds_over_midnight() -> None:
    first, second = windows("day", NIGHT, since=date(2026, 6, 2), until=date(2026, 6, 2), zone=ZONE)
    night = datetime(2026, 6, 2, 22, tzinfo=ZONE)
    assert (first.opens_at, first.due_at) == (night, night + timedelta(hours=4))
    assert (second.opens_at, second.due_at) == (night + timedelta(hours=4), night + timedelta(hours=8))
    assert second.closes_at == night + timedelta(hours=14)


def test_half_months_end_with_the_month_also_in_a_leap_year() -> None:
    found = list(windows("half_month", WHOLE, since=date(2028, 2, 1), until=date(2028, 2, 29), zone=ZONE))
    ends = [one.due_at.astimezone(ZONE) - timedelta(seconds=1) for one in found]
    assert [(one.month, one.day) for one in ends] == [(2, 15), (2, 29)]


@settings(max_examples=60, deadline=None)
@given(
    every=st.sampled_from([one for one in CADENCES if one != TWO_HOURS]), since=DAYS, ahead=st.integers(0, 70),
    later=st.integers(0, 70),
)  # fmt: skip
def test_nothing_is_skipped_however_often_one_looks(every: str, since: date, ahead: int, later: int) -> None:
    """What is made in one go is what is made in two, with a standstill between: no hole and no overlap."""
    end = since + timedelta(days=ahead + later)
    middle = since + timedelta(days=ahead)
    at_once = list(windows(every, WHOLE, since=since, until=end, zone=ZONE))
    assert at_once == sorted(set(at_once))
    for one, after in pairwise(at_once):
        assert one.due_at == after.opens_at
    first = set(windows(every, WHOLE, since=since, until=middle, zone=ZONE))
    assert first <= set(at_once)
    # The second time begins with the last day of the first, and knows since when the plan holds.
    from equipment.rules.cadence import periods
    from rounds.rules.windows import owed

    second = {one for one in periods(every, middle, end) if owed(one, since)}
    assert len(first | {one for one in at_once if any(_same(one, each) for each in second)}) == len(at_once)


def _same(window: object, period: object) -> bool:
    return bool(window.opens_at.astimezone(ZONE).date() == period.first)  # type: ignore[attr-defined]


@settings(max_examples=60, deadline=None)
@given(starts=st.integers(0, 1439), length=st.integers(1, 1440), times=st.integers(1, 12), day=DAYS)
def test_the_rounds_of_a_day_fill_its_hours(starts: int, length: int, times: int, day: date) -> None:
    found = list(windows("day", Hours(starts, starts + length, times, 0), since=day, until=day, zone=ZONE))
    assert len(found) == times
    assert found[0].opens_at == datetime.combine(day, time(), ZONE) + timedelta(minutes=starts)
    assert abs(found[-1].due_at - found[0].opens_at - timedelta(minutes=length)) < timedelta(milliseconds=1)
    for one, after in pairwise(found):
        assert one.due_at == after.opens_at


def test_what_is_not_done_goes_on_from_state_to_state() -> None:
    one = next(windows("day", WHOLE, since=date(2026, 6, 2), until=date(2026, 6, 2), zone=ZONE))
    states = [
        state_of(one, one.opens_at, begun=False), state_of(one, one.opens_at, begun=True),
        state_of(one, one.due_at, begun=True), state_of(one, one.closes_at, begun=True),
    ]  # fmt: skip
    assert states == ["planned", "in_progress", "overdue", "missed"]


# --- what is made of the register ------------------------------------------------------------------------------------------
def extinguisher(pk: int, place: str = "ordinary", building: str = "") -> Standing:
    return Standing(
        pk, "extinguisher", "dry_powder", place, 1 if building else None, building, "1", f"M{pk}", "走廊", 2
    )


def test_a_basement_is_checked_twice_as_often_and_by_a_plan_of_its_own() -> None:
    found = {
        one.key: one for one in drafts([extinguisher(1), extinguisher(2, "basement")], unit="high_rise", buildings=[])
    }
    month, half = found["check:extinguisher:check:month"], found["check:extinguisher:check:half_month"]
    assert [one.piece for one in month.points] == [1]
    assert [one.piece for one in half.points] == [2]
    assert (half.every, half.clause, half.confirmed) == ("half_month", "GB 50444 5.2.2", True)
    assert {one.piece for one in found["facility_patrol:0"].points} == {1, 2}


def test_the_strictest_of_law_and_compound_holds() -> None:
    own = [Tighter("extinguisher", "check", every="week")]
    found = {one.key: one for one in drafts([extinguisher(1, "basement")], unit="high_rise", buildings=[], own=own)}
    assert found["check:extinguisher:check:week"].every == "week"
    assert "check:extinguisher:check:half_month" not in found


@pytest.mark.parametrize(("unit", "patrol", "fire"), [("high_rise", "day", True), ("other", "week", False)])
def test_a_compound_owes_by_its_class(unit: str, patrol: str, fire: bool) -> None:
    found = {one.key: one for one in drafts([extinguisher(1, building="1幢")], unit=unit, buildings=[(1, "1幢")])}
    assert found["facility_patrol:1"].every == patrol
    assert ("fire_patrol" in found) == fire
    assert [one.name for one in found["night_patrol"].points] == ["1幢", "公共区域"]
    assert (found["evacuation_drill"].points, found["evacuation_drill"].form) == ((), "duty:evacuation_drill")


def test_every_kind_of_the_standards_makes_plans_with_forms_that_can_be_read() -> None:
    pieces = [
        Standing(n, key, next(iter(kind.subtypes), ""), "basement", None, "", "", f"N{n}", "", 1)
        for n, (key, kind) in enumerate(standards().kinds.items(), 1)
    ]
    for unit in standards().units:
        for one in drafts(pieces, unit=unit, buildings=[(1, "1幢")]):
            assert len({point.piece for point in one.points if point.piece}) == len([p for p in one.points if p.piece])
            for form in {point.form for point in one.points} | ({one.form} - {""}):
                assert form_items(form), form


def test_the_file_of_duties_is_refused_whole() -> None:
    row = {
        "key": "x", "name": "x", "en": "x", "weight": "high", "over": "none", "every": {"other": "day"}, "grace": 1,
        "clause": "", "confirmed": False,
    }  # fmt: skip
    whole = {"version": 1, "weights": {"high": 3}, "duties": [row]}
    assert read_duties(whole).by_key["x"].times == 1
    for wrong in (
        {"weight": "none"}, {"over": "sky"}, {"every": {"other": "sometimes"}}, {"ends": 0}, {"times": 13},
        {"confirmed": True}, {"items": [{"key": "a", "name": "a", "en": "a", "type": "choice"}]},
    ):  # fmt: skip
        with pytest.raises(DutiesError):
            read_duties({**whole, "duties": [{**row, **wrong}]})
    with pytest.raises(DutiesError):
        read_duties({**whole, "duties": [row, row]})
    assert duties().weights == {"critical": 5, "high": 3, "medium": 1}


# --- judging -----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("item", "value", "outcome"),
    [
        ({"type": "ok"}, "ok", "normal"),
        ({"type": "ok"}, "bad", "fault"),
        ({"type": "ok"}, "none", "none"),
        ({"type": "ok"}, "perhaps", "unknown"),
        ({"type": "choice", "options": ["绿区", "红区"], "passes": ["绿区"]}, "红区", "fault"),
        ({"type": "choice", "options": ["绿区"], "passes": ["绿区"]}, "蓝区", "unknown"),
        ({"type": "number", "min": "0.35", "max": "0.5"}, "0.34", "fault"),
        ({"type": "number", "min": "0.35", "max": "0.5"}, "0.5", "normal"),
        ({"type": "number", "min": "design"}, "3", "normal"),
        ({"type": "number"}, "NaN", "unknown"),
        ({"type": "number", "optional": True}, "", "none"),
        ({"type": "text"}, "x", "noted"),
        (None, "ok", "unknown"),
    ],
)
def test_a_value_stands_as_its_item_says(item: dict[str, object] | None, value: str, outcome: str) -> None:
    assert judging.judge(item, value) == outcome


def test_a_place_counts_what_is_in_order() -> None:
    form: list[dict[str, Any]] = [
        {"key": "a", "name": "A", "type": "ok"},
        {"key": "b", "name": "B", "type": "ok", "optional": True},
    ]
    found = judging.found(form, [{"item": "a", "value": "bad", "photos": [0]}, {"item": "z", "value": "ok"}])
    assert [(one.key, one.outcome) for one in found] == [("a", "fault"), ("z", "unknown")]
    assert judging.outcome(found) == "fault"
    assert [judging.normal_of(14, told, "fault") for told in (12, None, 99)] == [12, 13, 14]
    assert judging.missing(form, [], 6) == ["a"]


@given(JUNK)
@settings(max_examples=80, deadline=None)
def test_whatever_a_phone_sends_is_read_or_refused(junk: object) -> None:
    whole = {"kind": "point", "device_at": "2026-06-02T10:00:00+08:00"}
    for one in (
        junk,
        {**whole, "rounds": junk, "results": junk, "photos": junk, "place": junk, "loaded": junk, "walk": junk},
    ):
        with suppress(body.Unreadable):
            assert body.read(one).kind == "point"


# --- presence ------------------------------------------------------------------------------------------------------------------
def test_signs_that_nobody_stood_there() -> None:
    at = datetime(2026, 6, 2, 2, tzinfo=UTC)
    assert [presence.too_fast(now, before) for now, before in ((60, 55), (60, 50), (60, None), (None, 1))] == [
        True, False, False, False,
    ]  # fmt: skip
    assert presence.clock_moved(at, at, 0) is False
    assert presence.clock_moved(at, at - timedelta(hours=1), 0) is True
    assert presence.clock_moved(at, at - timedelta(days=1), 86400) is False
    assert [presence.out_of_window(at, at + timedelta(hours=1), at + timedelta(minutes=n)) for n in (-11, -9, 60, 61)] == [
        "early", "", "", "late",
    ]  # fmt: skip


def test_what_was_missed_is_nothing_and_stays_in_the_denominator() -> None:
    found = score([Tally("a", 5, due=10, on_time=8, missed=2), Tally("b", 1, due=10, on_time=10), Tally("c", 3)])
    assert (found.points, found.of, found.on_time, found.due) == (50, 60, 18, 20)
    assert score([]).share is None
