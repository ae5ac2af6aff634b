"""Occurrences: sixty days ahead, once each, caught up after any standstill, as the rules cut them."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
import time_machine
from django.utils.timezone import localdate

from rounds import tasks
from rounds.actions import ahead
from rounds.actions.ahead import AHEAD, behind, make_ahead
from rounds.actions.clockwork import judge_time
from rounds.actions.plans import Change, change_plan
from rounds.models import Horizon, Occurrence, Plan
from rounds.rules.windows import Hours, windows
from tenancy.scope import across_tenants, scope
from tests.equipment.conftest import a_piece
from tests.rounds.conftest import DAY, HOUR, NOW, body_for, fresh, planned, points_of, round_of, sent
from tests.world import World


def test_many_plans_at_once_are_cut_as_the_rules_cut_one(world: World) -> None:
    side = world.here
    for n, (kind, subtype) in enumerate(
        [("fire_pump", "diesel"), ("water_tank", ""), ("smoke_fan", ""), ("detector", "smoke")]
    ):
        a_piece(side, f"X-{n}", kind=kind, subtype=subtype)
    plans = planned(side)
    assert {one.every for one in plans.values()} >= {"day", "week", "half_month", "month", "quarter", "year"}
    with scope(side.compound.pk):
        from django.utils import timezone

        for plan in plans.values():
            wanted = windows(
                plan.every, Hours(plan.starts, plan.ends, plan.times, plan.grace), since=plan.since,
                until=NOW.date() + AHEAD, zone=timezone.get_current_timezone(), months=plan.months,
            )  # fmt: skip
            made = Occurrence.objects.filter(plan_id=plan.pk).order_by("opens_at")
            assert [(one.opens_at, one.due_at, one.closes_at, one.slot) for one in made] == [
                (one.opens_at, one.due_at, one.closes_at, one.slot) for one in wanted
            ], plan.key


def test_a_second_run_makes_nothing(world: World) -> None:
    plans = planned(world.here)
    with scope(world.here.compound.pk):
        before = Occurrence.objects.count()
        assert make_ahead(compound_ids=[world.here.compound.pk], now=NOW) == 0
        assert make_ahead(compound_ids=[world.here.compound.pk], now=NOW) == 0
        Horizon.objects.all().delete()
        assert make_ahead(compound_ids=[world.here.compound.pk], now=NOW) == 0
        assert Occurrence.objects.count() == before > len(plans)


@pytest.mark.parametrize("days", [1, 14, 90])
def test_a_dead_fortnight_is_caught_up(world: World, days: int) -> None:
    """Whatever the program slept through is made when it wakes, and found missed; nothing is skipped."""
    side = world.here
    plan = planned(side)["fire_patrol"]
    later = NOW + days * DAY
    with scope(side.compound.pk):
        make_ahead(compound_ids=[side.compound.pk], now=NOW)
        make_ahead(compound_ids=[side.compound.pk], now=later)
        made = list(Occurrence.objects.filter(plan_id=plan.pk).order_by("opens_at"))
        assert len(made) == days + 61
        assert all(one.due_at == after.opens_at for one, after in pairwise(made))
        judge_time(compound_id=side.compound.pk, now=later)
        over = list(Occurrence.objects.filter(plan_id=plan.pk, closes_at__lte=later))
        assert {one.state for one in over} == {"missed"} or not over
        assert judge_time(compound_id=side.compound.pk, now=later) == 0


def test_the_sweep_finds_who_is_behind(world: World) -> None:
    planned(world.here)
    with across_tenants(reason="test"):
        assert behind(NOW) == [world.here.compound.pk]
        with scope(world.here.compound.pk):
            make_ahead(compound_ids=[world.here.compound.pk], now=NOW)
    with across_tenants(reason="test"):
        assert behind(NOW) == []
        assert behind(NOW + DAY) == [world.here.compound.pk]


def test_two_compounds_at_once_get_each_their_own(world: World) -> None:
    for side in (world.here, world.there):
        planned(side)
    ids = [world.here.compound.pk, world.there.compound.pk]
    with scope(ids):
        assert ahead.make(ids, since=date(2026, 9, 1), until=date(2026, 9, 30)) > 0
        for one in Occurrence.objects.all():
            assert Plan.objects.get(pk=one.plan_id).compound_id == one.compound_id


def test_time_goes_over_what_nobody_did(world: World) -> None:
    side = world.here
    plan = planned(side)["fire_patrol"]
    one = round_of(plan)
    with scope(side.compound.pk):
        make_ahead(compound_ids=[side.compound.pk], now=NOW)
        judge_time(compound_id=side.compound.pk, now=one.due_at - HOUR)
        assert fresh(one).state == "planned"
        judge_time(compound_id=side.compound.pk, now=one.due_at)
        assert fresh(one).state == "overdue"
        judge_time(compound_id=side.compound.pk, now=one.closes_at)
        assert fresh(one).state == "missed"


def test_a_changed_plan_begins_tomorrow_and_keeps_what_was(world: World) -> None:
    side = world.here
    plan = planned(side)["night_patrol"]
    with scope(side.compound.pk):
        by = side.actor("manager", NOW.date())
        made = change_plan(
            compound_id=side.compound.pk, plan_id=plan.pk, change=Change("夜巡", "day", 1320, 1800, 3), by=by, now=NOW
        )
        tonight = Occurrence.objects.filter(plan_id=plan.pk)
        ten = NOW.replace(hour=14)  # 22:00 in Shanghai
        assert [one.opens_at for one in tonight.order_by("opens_at")] == [ten, ten + timedelta(hours=4)]
        new = Occurrence.objects.filter(plan_id=made.pk).order_by("opens_at")
        assert made.version == 2
        assert [one.slot for one in new[:3]] == [0, 1, 2]
        assert new[0].opens_at == ten + timedelta(days=1)


@pytest.mark.parametrize("begun", [False, True])
def test_a_change_in_the_middle_of_a_month_asks_for_it_once(world: World, begun: bool) -> None:
    """Of the month that runs on, one round is owed: the new plan's, or the one that somebody had begun."""
    side = world.here
    plan = planned(side)["fire_check"]
    old = round_of(plan)
    if begun:
        sent(side, body_for(old, points_of(plan)[0]))
    with scope(side.compound.pk):
        by = side.actor("manager", NOW.date())
        made = change_plan(
            compound_id=side.compound.pk, plan_id=plan.pk, change=Change("月查", "month", 480, 1080, 1), by=by, now=NOW
        )
        june = Occurrence.objects.filter(plan_id__in=[plan.pk, made.pk], opens_at__lt=NOW)
        assert [one.plan_id for one in june] == [plan.pk if begun else made.pk]
        # Asked for more often: what was begun is owed beside it, the rest under the new plan alone.
        more = change_plan(
            compound_id=side.compound.pk,
            plan_id=made.pk,
            change=Change("月查", "half_month", 480, 1080, 1),
            by=by,
            now=NOW,
        )
        running = Occurrence.objects.filter(plan_id__in=[plan.pk, made.pk, more.pk], opens_at__lt=NOW)
        assert sorted(one.plan_id for one in running) == ([plan.pk, more.pk] if begun else [more.pk])
        july = Occurrence.objects.filter(plan_id=more.pk, opens_at__gt=NOW).order_by("opens_at")
        assert [localdate(one.opens_at) for one in july[:3]] == [date(2026, 6, 16), date(2026, 7, 1), date(2026, 7, 16)]


def test_the_clock_judges_what_was_planned_before_the_horizon_was_looked_at(world: World) -> None:
    one = round_of(planned(world.here)["fire_patrol"])
    with scope(world.here.compound.pk):
        assert judge_time(compound_id=world.here.compound.pk, now=one.closes_at) > 0
        assert fresh(one).state == "missed"


def test_a_compound_that_fails_holds_up_nobody_else(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sides = (world.here, world.there)
    for side in sides:
        planned(side)
        with scope(side.compound.pk):
            Occurrence.objects.all().delete()
            Horizon.objects.all().delete()
    here, there = (side.compound.pk for side in sides)

    def failing(*, compound_ids: list[int], now: datetime) -> int:
        if there in compound_ids:
            raise ValueError("a plan that cannot be cut")
        return make_ahead(compound_ids=compound_ids, now=now)

    asked: list[int] = []
    monkeypatch.setattr(tasks, "make_ahead", failing)
    monkeypatch.setattr(tasks.plan_one, "delay", lambda *, compound_id: asked.append(compound_id))
    with time_machine.travel(NOW, tick=False):
        assert tasks.plan_all() == 0
        assert sorted(asked) == sorted((here, there))
        made = tasks.plan_one(compound_id=here)
        with pytest.raises(ValueError, match="cannot be cut"):
            tasks.plan_one(compound_id=there)
    for pk, found in ((here, made), (there, 0)):
        with scope(pk):
            assert Occurrence.objects.count() == found
    assert made > 0
