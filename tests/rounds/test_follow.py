"""Plans that follow the register by themselves: what is entered, taken away, imported or asked for more often."""

from datetime import date
from importlib import import_module

import pytest
from django.db import connection

from equipment.actions import pieces as registry
from equipment.actions import rules
from equipment.actions.importing import confirm, upload
from equipment.rules.standards import Tighter
from rounds.actions.plans import (
    Change,
    change_plan,
    end_plan,
    follow_register,
    make_plans,
    moved_registers,
    order_points,
)
from rounds.models import Horizon, Occurrence, Plan, Point, Route
from rounds.tasks import follow
from tenancy.scope import across_tenants, scope
from tests.equipment.conftest import HEAD, a_piece, workbook
from tests.rounds.conftest import NOW, body_for, fresh, planned, points_of, round_of, sent
from tests.world import Side, World

CHECK = "check:extinguisher:check:half_month"


def followed(side: Side) -> None:
    """What the sweep does."""
    with across_tenants(reason="test"):
        assert moved_registers() == [side.compound.pk]
    follow.apply(kwargs={"compound_id": side.compound.pk}).get()
    with across_tenants(reason="test"):
        assert moved_registers() == []


def numbers(plan: Plan) -> list[str]:
    """The pieces of a route in the order of walking."""
    return [one.piece.number for one in points_of(plan) if one.piece is not None]


def live(side: Side, key: str) -> Plan | None:
    """The plan of a key that holds."""
    with scope(side.compound.pk):
        found: Plan | None = Plan.objects.filter(key=key, ended_at__isnull=True).select_related("route").first()
        return found


def test_a_list_fills_the_calendar_by_itself(world: World) -> None:
    side = world.here
    by = side.actor("manager")
    rows = [HEAD, *[("灭火器", "干粉", f"MHQ-{n}", "", "B1", "车库", "2023-03-01") for n in range(1, 41)]]
    with scope(side.compound.pk):
        run = upload(compound_id=side.compound.pk, content=workbook(rows), name="台账.xlsx", by=by, now=NOW)
        confirm(compound_id=side.compound.pk, ref=run.ref, plan=run.plan, by=by, now=NOW)
    followed(side)
    plan = live(side, CHECK)
    assert plan is not None
    assert len(numbers(plan)) == 40
    with scope(side.compound.pk):
        last = Occurrence.objects.filter(plan_id=plan.pk).order_by("-due_at")[0]
        assert (last.due_at - NOW).days >= 60
        assert follow_register(compound_id=side.compound.pk, now=NOW) is None


def test_who_enters_pieces_one_by_one_begins_by_hand(world: World) -> None:
    side = world.here
    a_piece(side)
    followed(side)
    with scope(side.compound.pk):
        assert Plan.objects.count() == 0
        make_plans(compound_id=side.compound.pk, by=side.actor("manager"), now=NOW)
        assert Plan.objects.count() > 0


def test_what_comes_and_goes_is_walked_and_not(world: World) -> None:
    """A piece that is entered is walked; one that is gone is not waited for: a round that lacked only it is done."""
    side = world.here
    followed_plans = planned(side, 3)
    followed(side)
    plan = followed_plans["facility_patrol:0"]
    one = round_of(plan)
    for n, point in enumerate(points_of(plan)[:2]):
        sent(side, body_for(one, point, order=n + 1, seconds=60 * n))
    assert fresh(one).state == "in_progress"
    gone = points_of(plan)[2].piece
    assert gone is not None
    with scope(side.compound.pk):
        registry.remove_piece(
            compound_id=side.compound.pk, piece_id=gone.pk, reason="报废", by=side.actor("manager"), now=NOW
        )
    followed(side)
    assert (fresh(one).state, fresh(one).points, fresh(one).answered) == ("done", 2, 2)
    a_piece(side, "MHQ-9", place="basement")
    followed(side)
    assert numbers(plan) == ["MHQ-1", "MHQ-2", "MHQ-9"]


def test_nobody_owes_a_look_at_what_is_gone(world: World) -> None:
    """The last of its kind is scrapped in the middle of a half-month: the round that was not begun is no more, none is missed."""
    side = world.here
    plans = planned(side, 2)
    followed(side)
    one = round_of(plans[CHECK])
    for point in points_of(plans[CHECK]):
        assert point.piece is not None
        with scope(side.compound.pk):
            registry.remove_piece(
                compound_id=side.compound.pk, piece_id=point.piece.pk, reason="报废", by=side.actor("manager"), now=NOW
            )
    followed(side)
    with scope(side.compound.pk):
        assert not Occurrence.objects.filter(pk=one.pk).exists()
        keys = [CHECK, "facility_patrol:0"]
        assert not Occurrence.objects.filter(plan_id__in=[plans[key].pk for key in keys]).exists()
        assert not Plan.objects.filter(key__in=keys, ended_at__isnull=True).exists()


def test_a_stricter_word_and_another_class_are_followed(world: World) -> None:
    side = world.here
    plans = planned(side, 1)
    with scope(side.compound.pk):
        by = side.actor("manager")
        rules.set_rule(
            compound_id=side.compound.pk, word=Tighter("extinguisher", "check", every="week"), by=by, now=NOW
        )
    followed(side)
    assert live(side, CHECK) is None
    assert live(side, "check:extinguisher:check:week") is not None
    with scope(side.compound.pk):
        rules.set_unit(compound_id=side.compound.pk, unit="other", by=by, now=NOW)
    followed(side)
    now = live(side, "facility_patrol:0")
    assert now is not None
    assert (plans["facility_patrol:0"].every, now.every) == ("day", "week")


def test_what_somebody_changed_or_ended_stays(world: World) -> None:
    """An order of walking, hours, and a plan that no law asks for and somebody ended."""
    side = world.here
    plans = planned(side, 3)
    followed(side)
    by = side.actor("manager")
    with scope(side.compound.pk):
        route = plans[CHECK].route
        ids = [one.pk for one in points_of(plans[CHECK])]
        order_points(compound_id=side.compound.pk, route_id=route.pk, point_ids=[ids[2], ids[0]], by=by, now=NOW)
        change_plan(
            compound_id=side.compound.pk, plan_id=plans["fire_patrol"].pk,
            change=Change("早巡", "day", 360, 720, 1), by=by, now=NOW,
        )  # fmt: skip
        end_plan(compound_id=side.compound.pk, plan_id=plans["micro_station"].pk, reason="不设", by=by, now=NOW)
    # Registered between MHQ-1 and MHQ-2: walked after its neighbour.
    a_piece(side, "MHQ-1A", place="basement")
    followed(side)
    assert numbers(plans[CHECK]) == ["MHQ-3", "MHQ-1", "MHQ-1A", "MHQ-2"]
    changed = live(side, "fire_patrol")
    assert changed is not None
    assert (changed.name, changed.starts) == ("早巡", 360)
    assert live(side, "micro_station") is None
    # By hand it is planned again: that is what the button says.
    with scope(side.compound.pk):
        make_plans(compound_id=side.compound.pk, by=by, now=NOW)
    assert live(side, "micro_station") is not None


@pytest.mark.parametrize("ordered", [False, True])
def test_the_migration_knows_routes_that_were_put_in_order(world: World, ordered: bool) -> None:
    side = world.here
    plan = planned(side, 2)[CHECK]
    ids = [one.pk for one in points_of(plan)]
    with scope(side.compound.pk):
        if ordered:
            order_points(
                compound_id=side.compound.pk, route_id=plan.route.pk, point_ids=ids[::-1], by=side.actor("manager"),
                now=NOW,
            )  # fmt: skip
        Route.objects.update(by_hand=False)
        Horizon.objects.update(register_moved_at=None)
    with connection.schema_editor() as editor:
        import_module("rounds.migrations.0004_follow").mark(None, editor)
    with scope(side.compound.pk):
        assert Route.objects.get(pk=plan.route.pk).by_hand is ordered
        assert Horizon.objects.get().register_moved_at is not None
        assert Point.objects.filter(route=plan.route, retired_at__isnull=True).count() == 2
        assert Plan.objects.filter(since__lte=date(2026, 6, 2)).exists()
