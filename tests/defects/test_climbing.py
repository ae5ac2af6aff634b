"""The ladder: who is told of what is not cleared, when, once, by name, and after a standstill; its rules."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defects.actions import keeping, steps
from defects.actions.climbing import climb
from defects.models import Event, Rung
from defects.queries import compounds_with_steps
from defects.rules.ladder import RUNGS, due_at, rungs
from defects.rules.severity import SEVERITIES, SHARED, graver, severity
from defects.rules.standstill import LONG, lacking
from defects.tasks import sweep
from messaging.models import Message
from tenancy.scope import scope
from tests.defects.conftest import DAY, HOUR, MINUTE, NOW, a_piece, do, entered
from tests.world import Side, World


def climbed(side: Side, now: object) -> int:
    with scope(side.compound.pk):
        return climb(compound_id=side.compound.pk, now=now)  # type: ignore[arg-type]


def told(side: Side) -> dict[str, tuple[object, list[str]]]:
    with scope(side.compound.pk):
        return {one.rung: (one.told_at, sorted(one.told)) for one in Rung.objects.all()}


def codes(side: Side) -> list[str]:
    with scope(side.compound.pk):
        found = Message.objects.filter(template__startswith="defects.").exclude(template="defects.stopped")
        return sorted(set(found.values_list("template", flat=True)))


def test_the_manager_at_once_the_firm_after_a_day_the_watchers_after_three(world: World) -> None:
    side = world.here
    entered(side)
    first = told(side)
    assert (first["manager"][0], first["firm"], first["watchers"]) == (NOW, (None, []), (None, []))
    assert len(first["manager"][1]) == 1
    assert [climbed(side, NOW + DAY - MINUTE), climbed(side, NOW + DAY), climbed(side, NOW + DAY)] == [0, 1, 0]
    assert codes(side) == ["defects.climbed", "defects.found"]
    assert [climbed(side, NOW + 3 * DAY - MINUTE), climbed(side, NOW + 3 * DAY + HOUR)] == [0, 1]
    assert codes(side) == ["defects.climbed", "defects.found", "defects.late"]
    last = told(side)["watchers"]
    assert last[0] == NOW + 3 * DAY + HOUR
    # The community's two, and the committee's: each by name.
    with scope(side.compound.pk):
        late = set(Message.objects.filter(template="defects.late").values_list("person_id", flat=True))
    assert {side.actor(who, NOW.date()).person_id for who in ("secretary", "officer", "chair")} <= late
    assert len(last[1]) == len(late)


def test_a_critical_one_reaches_the_watchers_after_a_day(world: World) -> None:
    side = world.here
    entered(side, stopped=True)
    assert climbed(side, NOW + DAY) == 2
    assert codes(side) == ["defects.climbed", "defects.found", "defects.late"]


def test_after_a_standstill_everything_that_is_due_is_said_once(world: World) -> None:
    side = world.here
    entered(side)
    assert [climbed(side, NOW + 30 * DAY), climbed(side, NOW + 30 * DAY)] == [2, 0]
    assert {at for at, _names in told(side).values()} == {NOW, NOW + 30 * DAY}
    with scope(side.compound.pk):
        assert Event.objects.filter(action="climb").count() == 2


def test_what_is_cleared_climbs_no_more_and_what_is_graver_climbs_earlier(world: World) -> None:
    side = world.here
    made, other = entered(side, a_piece(side, "A")), entered(side, a_piece(side, "B"))
    do(side, keeping.correct, made, name="severity", value="critical", reason="整幢没有水")
    assert climbed(side, NOW + DAY) == 3
    with scope(side.compound.pk):
        type(other).objects.update(state="repaired", repaired_at=NOW, repaired_by=1, method="换")
    # Repaired is not cleared: it still climbs.
    do(side, steps.clear, made, note="", now=NOW + 2 * DAY)
    assert climbed(side, NOW + 3 * DAY) == 1


def test_the_sweep_finds_where_something_is_due(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for side in (world.here, world.there):
        entered(side)
    both = (world.here.compound.pk, world.there.compound.pk)
    with scope(both):
        assert compounds_with_steps(NOW + DAY - MINUTE) == []
        assert compounds_with_steps(NOW + DAY) == sorted(both)
    assert sweep.name == "defects.sweep"


MOMENTS = st.integers(0, 10**6).map(lambda n: NOW + timedelta(minutes=n))


@given(MOMENTS, st.booleans())
def test_the_ladder_never_goes_down(found: object, critical: bool) -> None:
    ladder = rungs(found, critical=critical)  # type: ignore[arg-type]
    assert [one.rung for one in ladder] == list(RUNGS)
    assert [one.at for one in ladder] == sorted(one.at for one in ladder)
    assert ladder[-1].at == due_at(found, critical=critical)  # type: ignore[arg-type]
    assert due_at(found, critical=True) <= due_at(found, critical=False)  # type: ignore[arg-type]


@given(st.sampled_from([*SEVERITIES, ""]), st.sampled_from([*sorted(SHARED), "extinguisher", ""]), st.booleans())
def test_severity_is_never_below_what_the_standard_says(item: str, kind: str, stopped: bool) -> None:
    found = severity(item, kind=kind, stopped=stopped)
    assert found in SEVERITIES
    if stopped:
        assert found == "critical"
    if item:
        assert graver(found, item) == found
    if kind in SHARED:
        assert graver(found, "high") == found


@pytest.mark.parametrize(
    ("hours", "filled", "expected"),
    [
        (24, (), ("approved",)),
        (25, (), ("approved", "safeguards", "fire_service")),
        (25, ("approved", "safeguards"), ("fire_service",)),
        (25, ("approved", "safeguards", "fire_service"), ()),
    ],
)
def test_what_form_b1_lacks(hours: int, filled: tuple[str, ...], expected: tuple[str, ...]) -> None:
    names = {one: one in filled for one in ("approved", "safeguards", "fire_service")}
    assert lacking(NOW, None, NOW + hours * HOUR, **names) == expected
    assert lacking(None, None, NOW + LONG * 2, **names) == ()
