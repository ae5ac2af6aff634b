"""The clock of terms, the freeze of votes on the firm, the roll-up of a place."""

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from committees import actions, tasks
from committees.models import Committee, Member, TermNotice
from committees.queries import overview
from committees.refusals import OutOfState
from committees.rules.leaving import may_propose, proposal_rule
from committees.rules.terms import back, due, standing, steps
from committees.sheets import write_overview
from elections import actions as elections
from elections.actions import Draft
from elections.rules.committees import years_on
from messaging.models import Message
from parties.models import Term
from tenancy.scope import across_tenants, scope
from tests.committees.conftest import CLOSES, OPENS, act, recorded, seated
from tests.committees.test_offices import told
from tests.committees.test_results import refused
from tests.elections.conftest import NOW, do, fixed
from tests.world import Side, World


def test_the_lead_is_counted_in_months_or_days() -> None:
    assert back(date(2026, 5, 31), 3, "months") == date(2026, 2, 28)
    assert back(date(2026, 1, 15), 2, "months") == date(2025, 11, 15)
    assert back(date(2026, 5, 31), 60, "days") == date(2026, 4, 1)
    assert years_on(date(2024, 2, 29), 5) == date(2029, 2, 28)
    assert years_on(date(2026, 7, 1), 3) == date(2029, 6, 30)


@given(
    ends=st.dates(date(2000, 1, 1), date(2060, 1, 1)),
    amount=st.integers(1, 8),
    unit=st.sampled_from(["months", "days"]),
    walk=st.lists(st.integers(-400, 400), min_size=1, max_size=12),
)
def test_every_step_is_told_at_most_once_and_the_furthest_always(
    ends: date, amount: int, unit: str, walk: list[int]
) -> None:
    found = steps(ends, back(ends, amount, unit))
    assert [one.on for one in found] == sorted(one.on for one in found)
    done: set[str] = set()
    sent: list[str] = []
    for offset in sorted(walk):
        on = ends + timedelta(days=offset)
        step, passed = due(found, on, frozenset(done))
        if step is not None:
            assert step.name not in done
            sent.append(step.name)
            done |= {step.name, *passed}
        names = [one.name for one in found if one.on <= on]
        assert not names or names[-1] in sent
    assert len(sent) == len(set(sent))


@given(have=st.integers(0, 2000), of=st.integers(0, 2000))
def test_a_fifth_of_the_owners_is_exact(have: int, of: int) -> None:
    enough = may_propose("owners", have, of, proposal_rule(("yongkang", "zhejiang", "national"))) == ""
    assert enough == (0 < have <= of and have * 5 >= of)


def test_a_term_stands_as_its_days_say() -> None:
    ends, warn = date(2026, 12, 31), date(2026, 10, 31)
    assert [standing(ends, on, warn) for on in (date(2026, 10, 30), warn, ends, date(2027, 1, 1))] == [
        "running", "soon", "soon", "overdue",
    ]  # fmt: skip
    assert standing(None, warn, None) == "open"


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 2, tzinfo=UTC)


def watch(side: Side, day: date) -> int:
    with scope(side.compound.pk):
        return actions.watch_terms(compound_id=side.compound.pk, now=at(day))


def test_whoever_must_act_is_told_in_time_and_then_more_of_them(world: World) -> None:
    side = world.here
    made = recorded(side, ends=date(2026, 12, 31))
    assert watch(side, date(2026, 10, 30)) == 0
    # Two months before the end: 浙江 15.
    assert (watch(side, date(2026, 10, 31)), watch(side, date(2026, 11, 1))) == (1, 0)
    assert told(side, "term_lead") == {"chair", "member", "secretary", "officer"}
    assert watch(side, date(2026, 12, 5)) == 1
    assert told(side, "term_half") == {"chair", "member", "secretary", "officer", "street"}
    assert watch(side, date(2027, 1, 1)) == 1
    # The chair's post covers nothing any more: the committee's time is over.
    assert told(side, "term_over") == {"secretary", "officer", "street"}
    with scope(side.compound.pk):
        assert set(Member.objects.filter(compound=side.compound, committee=made).values_list("end", flat=True)) == {
            "term"
        }
    # The list of what is handed over was due ten days after: its lateness is one more telling.
    assert watch(side, date(2027, 2, 1)) == 2
    assert told(side, "term_over_again") == {"secretary", "officer", "street", "city"}
    assert told(side, "handing_late") == {"secretary", "officer", "street"}
    assert watch(side, date(2027, 3, 1)) == 0
    with scope(side.compound.pk):
        notices = TermNotice.objects.filter(compound=side.compound)
        assert sorted(notices.values_list("step", "sent")) == [
            ("half", True), ("lead", True), ("over", True), ("over_again", True),
        ]  # fmt: skip


def test_a_term_that_is_met_late_is_told_of_once(world: World) -> None:
    side = world.here
    recorded(side, ends=date(2026, 12, 31))
    assert watch(side, date(2027, 1, 2)) == 1
    with scope(side.compound.pk):
        codes = set(
            Message.objects.filter(compound=side.compound, template__startswith="committees.term").values_list(
                "template", flat=True
            )
        )
        assert codes == {"committees.term_over"}


def test_the_sweep_finds_compounds_with_work(world: World) -> None:
    from committees.queries.clock import compounds_with_work

    side = world.here
    recorded(side, ends=date(2026, 12, 31))
    with across_tenants(reason="test"):
        assert compounds_with_work(at(date(2026, 3, 1))) == []
        assert compounds_with_work(at(date(2026, 11, 1))) == [side.compound.pk]
        assert compounds_with_work(at(date(2027, 5, 1))) == []
    assert tasks.sweep.name == "committees.sweep"


@pytest.mark.parametrize("matter", ["hire_firm", "dismiss_firm", "other"])
def test_votes_on_the_firm_are_frozen_while_a_re_election_runs(world: World, matter: str) -> None:
    side = world.here
    made = recorded(side)
    poll, _edition = fixed(side, kind="decision", title="物业", who="chair")
    do(elections.word_items, side, poll, "chair", items=[Draft(matter, "选聘物业服务企业")])
    do(elections.settle_window, side, poll, "chair", opens_at=OPENS, closes_at=CLOSES)
    act(side, actions.begin_reelection, "street", now=NOW, committee_id=made.pk, on=NOW.date())
    assert (
        refused(OutOfState, side, actions.begin_reelection, now=NOW, committee_id=made.pk, on=NOW.date())
        == "reelection_runs"
    )
    if matter == "other":
        assert do(elections.call_poll, side, poll, "chair").state == "called"
        return
    assert refused(OutOfState, side, elections.call_poll, "chair", now=NOW, ref=poll.ref) == "firm_votes_frozen"
    act(side, actions.end_reelection, now=NOW, committee_id=made.pk)
    assert do(elections.call_poll, side, poll, "chair").state == "called"


def test_the_roll_up_shows_what_a_county_publishes(world: World) -> None:
    side = world.here
    made, when = seated(side)
    ids = [world.here.compound.pk, world.there.compound.pk]
    with scope(ids):
        lines = overview.lines(ids, when.date())
        numbers = overview.numbers(ids, 2026)
        empty = overview.numbers(ids, 2025)
    one = next(line for line in lines if line.compound_id == side.compound.pk)
    assert (one.number, one.planned, one.sitting, one.alternates, one.unknown, one.standing) == (
        2,
        5,
        5,
        1,
        1,
        "running",
    )
    # Membership is not known of one, and three of five are enough whatever that one is.
    assert (one.party, one.ratio) == (3, True)
    assert (numbers.reelections, numbers.committees, numbers.elected, numbers.party, numbers.unknown) == (1, 1, 5, 3, 1)
    book = io.BytesIO()
    write_overview(lines, when.date(), year=numbers, to=book)
    rows, told = (list(sheet.values) for sheet in load_workbook(book))
    head, mine = rows[0], next(row for row in rows if row[0] == side.compound.name)
    asked = ("在任委员", "其中党员", "党员身份没有登记", "党员比例目标", "候补", "交叉任职")
    assert [mine[head.index(name)] for name in asked] == [5, 3, 1, "达到", 1, 0]
    assert told[1:] == [
        ("指导完成换届、选举", 1), ("新就任的业委会", 1), ("当选委员", 5), ("其中党员", 3), ("党员身份没有登记", 1),
        ("交叉任职", 0),
    ]  # fmt: skip
    assert (empty.reelections, empty.committees) == (0, 0)
    assert [line.standing for line in lines if line.compound_id != side.compound.pk] == ["open"]
    assert made.planned == 5


def test_filters_of_the_roll_up(world: World) -> None:
    side = world.here
    recorded(side, ends=date(2026, 6, 30))
    ids = [world.here.compound.pk, world.there.compound.pk]
    with scope(ids):
        lines = overview.lines(ids, NOW.date())
        overdue = overview.lines(ids, date(2026, 7, 1))
    assert [one.code for one in overview.chosen(lines, overview.Wanted(state="soon"))] == ["here"]
    assert [one.code for one in overview.chosen(overdue, overview.Wanted(state="overdue"))] == ["here"]
    assert [one.code for one in overview.chosen(lines, overview.Wanted(street="330784003"))] == ["there"]
    assert overview.counts(lines)["none"] == 0


def test_who_begins_a_re_election(world: World) -> None:
    side = world.here
    made = recorded(side)
    asked: dict[str, Any] = {"committee_id": made.pk, "on": NOW.date(), "now": NOW}
    from committees.refusals import NotPermitted

    for who in ("chair", "manager", "resident"):
        assert refused(NotPermitted, side, actions.begin_reelection, who, **asked) == "not_your_post"
    with scope(side.compound.pk):
        assert Committee.objects.get(pk=made.pk).reelection_since is None
        assert Term.objects.filter(compound=side.compound).count() == 1
