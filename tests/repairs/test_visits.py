"""Return visits: a sample that nobody chose, and 未解决 reopens by itself."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.models import Entry
from messaging.models import Message
from repairs.actions import visits
from repairs.actions.visits import NoSuchVisit
from repairs.models import Request, ReturnVisit
from repairs.refusals import BadInput, NotPermitted, OutOfState
from repairs.rules.visits import LEAST, MOST, month_after, sample, size
from tenancy.scope import scope
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
