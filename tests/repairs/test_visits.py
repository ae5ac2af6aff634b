"""Return visits: a sample that nobody chose, and 未解决 reopens by itself."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from audit.models import Entry
from config.celery import app
from messaging.models import Message
from parties.models import Post
from repairs import tasks
from repairs.actions import visits
from repairs.actions.reveal import reveal_visited
from repairs.actions.visits import NoSuchVisit
from repairs.models import Request, ReturnVisit
from repairs.refusals import BadInput, NotPermitted, OutOfState
from repairs.rules.visits import LEAST, MOST, last_month, month_after, sample, size
from repairs.visiting import compounds_to_visit
from tenancy.scope import across_tenants, scope
from tests.repairs.conftest import NOW, bring_to
from tests.world import RESIDENTS, STAFF, Side, World

JUNE = date(2026, 6, 1)
JULY = datetime(2026, 7, 1, 2, 0, tzinfo=UTC)


@given(st.sets(st.integers(1, 10_000), max_size=400), st.integers(1, 99), st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_a_sample_is_the_same_for_everyone_and_of_the_right_size(
    population: set[int], compound: int, month: date
) -> None:
    drawn = sample(compound_id=compound, month=month, requests=population)
    assert drawn == sample(compound_id=compound, month=month, requests=sorted(population, reverse=True))
    assert set(drawn) <= population
    assert len(drawn) == len(set(drawn)) == size(len(population))


@given(st.integers(0, 5000))
def test_small_compounds_are_asked_more_and_none_too_much(population: int) -> None:
    found = size(population)
    assert min(population, LEAST) <= found <= min(population, MOST)
    assert size(population + 1) >= found


def test_months_follow_each_other() -> None:
    assert month_after(date(2026, 12, 1)) == date(2027, 1, 1)
    assert month_after(date(2026, 1, 1)) == date(2026, 2, 1)


def _draw(side: Side, who: str = "officer", month: date = JUNE, now: datetime = JULY) -> list[ReturnVisit]:
    return visits.draw(compound_id=side.compound.pk, month=month, by=side.actor(who), now=now)


def _record(side: Side, visit: ReturnVisit, who: str = "officer", now: datetime = JULY, **given) -> ReturnVisit:
    return visits.record(
        compound_id=side.compound.pk,
        visit_id=visit.pk,
        by=side.actor(who),
        now=now,
        **{"result": "solved", "satisfied": True, "note": "", **given},
    )


def test_a_months_sample_is_drawn_once_from_what_is_said_to_be_over(world: World) -> None:
    side = world.here
    over = {bring_to(side, state).pk for state in ("done", "closed", "awaiting")}
    for state in ("submitted", "working", "returned", "withdrawn", "merged"):
        bring_to(side, state)
    bring_to(side, "done", now=datetime(2026, 5, 12, 2, 0, tzinfo=UTC))
    with scope(side.compound.pk):
        drawn = _draw(side)
        assert {visit.request_id for visit in drawn} == over
        assert [visit.pk for visit in _draw(side, "secretary")] == [visit.pk for visit in drawn]
        assert Entry.objects.filter(verb="repairs.visits_draw").count() == 1
        for who in {*STAFF, *RESIDENTS, "city"} - {"secretary", "officer"}:
            with pytest.raises(NotPermitted):
                _draw(side, who)
        with pytest.raises(BadInput) as refused:
            _draw(side, month=date(2026, 7, 1))
        assert refused.value.code == "month_not_over"
        with pytest.raises(BadInput):
            _draw(side, now=datetime(2026, 6, 30, 15, 59, tzinfo=UTC))


def test_the_last_moment_of_a_month_is_chinas(world: World) -> None:
    side = world.here
    may = bring_to(side, "done", now=datetime(2026, 5, 31, 15, 50, tzinfo=UTC))
    with scope(side.compound.pk):
        assert may.closed_at < datetime(2026, 5, 31, 16, 0, tzinfo=UTC)
        assert _draw(side) == []
        assert [visit.request_id for visit in _draw(side, month=date(2026, 5, 1))] == [may.pk]


def test_a_good_visit_is_kept_and_changes_nothing_else(world: World) -> None:
    side = world.here
    request = bring_to(side, "done")
    with scope(side.compound.pk):
        (visit,) = _draw(side)
        found = _record(side, visit, result="unreached", note="无人接听")
        assert (found.result, found.satisfied) == ("unreached", None)
        found = _record(side, visit, now=JULY + timedelta(days=1))
        assert (found.result, found.satisfied, found.visited_as) == ("solved", True, "officer 西山社区居委会党委 专员")
        assert Request.objects.get(pk=request.pk).state == "done"
        with pytest.raises(OutOfState) as refused:
            _record(side, visit)
        assert refused.value.code == "visited_already"


@pytest.mark.parametrize("state", ["done", "closed", "awaiting"])
def test_what_is_not_solved_reopens_by_itself_a_month_later(world: World, state: str) -> None:
    side = world.here
    request = bring_to(side, state)
    with scope(side.compound.pk):
        (visit,) = _draw(side)
        _record(side, visit, result="unsolved", satisfied=False, note="还在漏")
        found = Request.objects.get(pk=request.pk)
        assert (found.state, found.reopened, found.opened_at) == ("accepted", 1, JULY)
        assert found.due_at == JULY + timedelta(days=1)
        assert Message.objects.filter(template="repairs.visit_reopened").get().person_id == side.people["resident"].pk
        told = set(Message.objects.filter(template="repairs.reopened").values_list("person_id", flat=True))
        assert {side.people["manager"].pk, side.people["worker"].pk} <= told


def test_a_visit_that_cannot_be_is_refused(world: World) -> None:
    side = world.here
    bring_to(side, "done")
    with scope(side.compound.pk):
        (visit,) = _draw(side)
        for given_, code in (({"result": "x"}, "visit_result"), ({"result": "unsolved", "note": " "}, "say_what")):
            with pytest.raises(BadInput) as refused:
                _record(side, visit, **given_)
            assert refused.value.code == code
        for who in ("manager", "chair", "resident", "street"):
            with pytest.raises(NotPermitted):
                _record(side, visit, who)
        assert ReturnVisit.objects.get().result == ""
    with scope(world.there.compound.pk), pytest.raises(NoSuchVisit):
        _record(world.there, visit)
    assert NOW < JULY


def test_last_month_is_the_one_before() -> None:
    assert last_month(date(2026, 1, 31)) == date(2025, 12, 1)
    assert last_month(date(2026, 7, 1)) == JUNE


def test_the_system_draws_last_month_once_and_tells_the_community(world: World) -> None:
    side = world.here
    over = {bring_to(side, state).pk for state in ("done", "awaiting")}
    with across_tenants(reason="test"):
        assert compounds_to_visit(JULY) == [side.compound.pk]
    with scope(side.compound.pk):
        drawn = visits.draw_last_month(compound_id=side.compound.pk, now=JULY)
        assert {visit.request_id for visit in drawn} == over
        assert visits.draw_last_month(compound_id=side.compound.pk, now=JULY) == []
        entry = Entry.objects.get(verb="repairs.visits_draw")
        assert (entry.person_id, entry.party) == (0, "system")
        told = Message.objects.filter(template="repairs.visits_drawn", channel="in_app")
        assert {row.person_id for row in told} == {side.people[name].pk for name in ("secretary", "officer")}
        assert {row.body for row in told} == {"2026-06 办结的报修抽了 2 件，请打电话问问是不是真的修好了。"}
        assert {visit.pk for visit in _draw(side)} == {visit.pk for visit in drawn}
    with across_tenants(reason="test"):
        assert compounds_to_visit(JULY) == []


def test_nothing_is_drawn_where_the_community_has_nobody_or_nothing_was_over(world: World) -> None:
    side = world.here
    with scope(side.compound.pk):
        assert visits.draw_last_month(compound_id=side.compound.pk, now=JULY) == []
    bring_to(side, "done")
    Post.objects.filter(pk__in=[side.posts[name].pk for name in ("secretary", "officer")]).update(ends=JUNE)
    with scope(side.compound.pk):
        assert visits.draw_last_month(compound_id=side.compound.pk, now=JULY) == []
        assert not ReturnVisit.objects.exists()
        assert not Message.objects.filter(template="repairs.visits_drawn").exists()


def test_the_sweep_finds_the_compounds_and_one_task_each_draws(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    bring_to(world.here, "done")
    asked: list[int] = []
    monkeypatch.setattr(tasks.draw_visits_of, "delay", lambda *, compound_id: asked.append(compound_id))
    with time_machine.travel(JULY, tick=False):
        assert tasks.draw_visits() == 1
        assert asked == [world.here.compound.pk]
        assert tasks.draw_visits_of(compound_id=world.here.compound.pk) == 1
        assert tasks.draw_visits() == 0
    entry = app.conf.beat_schedule["repairs: draw who is visited"]
    assert entry["task"] == tasks.draw_visits.name


def test_the_number_is_shown_while_the_visit_waits_and_the_look_is_recorded(world: World) -> None:
    side = world.here
    request = bring_to(side, "done")
    with scope(side.compound.pk):
        (visit,) = _draw(side)
        common = {"compound_id": side.compound.pk, "visit_id": visit.pk, "now": JULY}
        assert reveal_visited(**common, by=side.actor("officer")) == side.people["resident"].phone
        entry = Entry.objects.get(verb="reveal")
        assert entry.target == f"repairs.request:{request.pk}"
        assert entry.changes == {"filed_by.phone": [None, f"repairs.visit {request.number}"]}
        for who in {*STAFF, *RESIDENTS, "city"} - {"secretary", "officer"}:
            with pytest.raises(NotPermitted):
                reveal_visited(**common, by=side.actor(who))
        _record(side, visit)
        with pytest.raises(OutOfState):
            reveal_visited(**common, by=side.actor("officer"))
        assert Entry.objects.filter(verb="reveal").count() == 1
    with scope(world.there.compound.pk), pytest.raises(NoSuchVisit):
        reveal_visited(**{**common, "compound_id": world.there.compound.pk}, by=world.there.actor("officer"))
