"""Deadlines, the ladder and the resident's line."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repairs.models import Category
from repairs.rules.categories import CATEGORIES, Term, terms
from repairs.rules.ladder import TOLD, TOP, next_step, steps
from repairs.rules.line import line
from repairs.rules.periods import may_reopen, unanswered
from repairs.states import MACHINE

T0 = datetime(2026, 6, 2, 2, 0, tzinfo=UTC)
moments = st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
lengths = st.timedeltas(min_value=timedelta(minutes=1), max_value=timedelta(days=30))


def test_the_words_and_the_rules_name_the_same_categories() -> None:
    assert set(CATEGORIES) == set(Category.values)


@given(st.sampled_from(sorted(CATEGORIES)), st.booleans())
def test_response_is_never_later_than_completion(category: str, urgent: bool) -> None:
    respond, finish = terms(category, urgent=urgent)
    assert respond.minutes < finish.minutes


@given(st.sampled_from(sorted(CATEGORIES)), st.integers(1, 20000), st.sampled_from(["calendar", "working"]))
def test_urgency_never_loosens_a_compounds_own_term(category: str, minutes: int, basis: str) -> None:
    own = Term(minutes, basis)
    respond, _finish = terms(category, urgent=True, respond=own)
    assert respond.basis == "calendar"
    assert respond.minutes <= 10
    assert terms(category, urgent=False, respond=own)[0] == own


@given(moments, lengths, st.booleans())
def test_the_ladder_climbs_in_order_of_time_and_level(start: datetime, length: timedelta, urgent: bool) -> None:
    found = steps(start, start + length, urgent=urgent)
    assert [step.level for step in found] == [0, 1, 2, 3]
    assert [step.at for step in found] == sorted(step.at for step in found)
    assert start < found[0].at < start + length
    assert found[1].at == start + length


@given(moments, lengths, st.booleans())
def test_no_level_is_ever_skipped(start: datetime, length: timedelta, urgent: bool) -> None:
    level, seen = -1, []
    while (step := next_step(start, start + length, level, urgent=urgent)) is not None:
        seen.append(step.level)
        level = step.level
    assert seen == [0, 1, 2, TOP]
    assert set(TOLD) == set(seen)


def test_urgent_requests_climb_within_two_hours() -> None:
    due = T0 + timedelta(minutes=10)
    found = steps(T0, due, urgent=True)
    assert [step.at - due for step in found[1:]] == [timedelta(0), timedelta(minutes=30), timedelta(hours=2)]


@given(moments, lengths)
def test_an_urgent_one_without_an_answer_climbs_in_five_minutes(start: datetime, length: timedelta) -> None:
    due = start + length
    found = steps(start, due, urgent=True, answered=False)
    assert [step.level for step in found] == [0, 1, 2, 3]
    assert [step.at for step in found] == sorted(step.at for step in found)
    assert found[1].at == min(start + timedelta(minutes=5), due)
    assert found[2].at >= due
    assert found[2].at - found[1].at >= timedelta(minutes=5)
    assert start < found[0].at


@pytest.mark.parametrize(
    ("state", "level", "holder", "then"),
    [
        ("submitted", -1, "company", "manager"),
        ("accepted", 0, "company", "manager"),
        ("assigned", 1, "worker", "committee"),
        ("working", 2, "worker", "street"),
        ("working", 3, "worker", "top"),
    ],
)
def test_the_line_says_who_holds_it_until_when_and_what_follows(state: str, level: int, holder: str, then: str) -> None:
    found = line(state=state, due=T0, level=level, now=T0 + timedelta(seconds=1))
    assert (found.holder, found.until, found.late, found.then) == (holder, T0, True, then)
    assert not line(state=state, due=T0, level=level, now=T0).late


@pytest.mark.parametrize(
    ("state", "holder"), [("awaiting", "filer"), ("done", "nobody"), ("returned", "nobody"), ("withdrawn", "nobody")]
)
def test_no_clock_runs_when_the_firm_does_not_hold_it(state: str, holder: str) -> None:
    found = line(state=state, due=None, level=-1, now=T0)
    assert (found.holder, found.until, found.late, found.then) == (holder, None, False, "")


def test_every_state_has_a_line() -> None:
    for state in MACHINE.state_values():
        assert line(state=state, due=T0, level=-1, now=T0).holder


def test_reopening_ends_with_the_seventh_day() -> None:
    assert may_reopen(T0, T0 + timedelta(days=7))
    assert not may_reopen(T0, T0 + timedelta(days=7, seconds=1))


def test_silence_is_shown_as_silence_after_seven_days() -> None:
    assert not unanswered(T0, "awaiting", T0 + timedelta(days=7))
    assert unanswered(T0, "awaiting", T0 + timedelta(days=7, seconds=1))
    assert not unanswered(T0, "done", T0 + timedelta(days=30))
    assert not unanswered(None, "awaiting", T0)
