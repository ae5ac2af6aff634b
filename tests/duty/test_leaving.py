"""A post that ends, or a firm that goes: its shifts come off the plan, and both sides hear of it in time."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from audit.models import Entry
from duty import queries, tasks
from duty.actions import clock, leaving
from duty.models import Offer, Pattern, Shift
from firms.actions.posts import end_post, give_back_left, warnings
from messaging.models import Message
from parties.models import Contract, Post
from tenancy.scope import scope
from tests.duty.conftest import HOUR, NOW, add, offer, pattern, shifts
from tests.world import Side, World

DAY = timedelta(days=1)
TODAY = date(2026, 6, 2)


def left(side: Side) -> list[Shift]:
    return [one for one in shifts(side) if one.cancelled_at is None]


def told(side: Side, who: str, template: str) -> list[str]:
    with scope(side.compound.pk):
        rows = Message.objects.filter(compound=side.compound, person_id=side.people[who].pk, template=template)
        return [row.body for row in rows]


def take_off(side: Side, now: Any = NOW) -> int:
    with scope(side.compound.pk):
        return leaving.take_off_left(compound_id=side.compound.pk, now=now)


def end(side: Side, ends: date) -> int:
    actor = side.actor("manager")
    with time_machine.travel(NOW, tick=False), scope(actor.compound_ids):
        post = side.posts["worker"]
        return end_post(
            body_id=post.organisation_id, post_id=post.pk, ends=ends, why="离职", sure=True, by=actor, now=NOW
        )


def test_shifts_are_named_before_a_post_ends_and_come_off_with_it(world: World) -> None:
    side = world.here
    running, first = pattern(side), add(side, "worker2", at=NOW + DAY)
    swapped = offer(side, left(side)[0], to="worker2")
    actor = side.actor("manager")
    with time_machine.travel(NOW, tick=False), scope(actor.compound_ids):
        said = [(one.words, one.count) for one in warnings(side.posts["worker"], by=actor, on=TODAY)]
    assert said == [("个班次", 29)]
    assert end(side, TODAY) == 29
    assert [one.pk for one in left(side)] == [first.pk]
    with scope(side.compound.pk):
        assert Pattern.objects.get(pk=running.pk).until == TODAY
        assert Offer.objects.get(pk=swapped.pk).state == "void"
        assert Entry.objects.get(compound=side.compound, verb="duty.take_off").changes["shifts"] == [29, 0]
    (own,) = told(side, "worker", "duty.off_with_post")
    assert "29 个班" in own
    (desk,) = told(side, "dispatcher", "duty.left_empty")
    assert "空出 29 个班" in desk
    assert told(side, "worker2", "duty.left_empty") == []
    # Nothing is left to take, and nobody is told again.
    with time_machine.travel(NOW, tick=False), scope(side.compound.pk):
        assert give_back_left(compound_id=side.compound.pk, now=NOW + 2 * DAY) == 0
    assert len(told(side, "worker", "duty.off_with_post")) == 1


def test_a_later_last_day_empties_the_days_after_it_ahead(world: World) -> None:
    side = world.here
    running = pattern(side)
    last = TODAY + 3 * DAY
    assert end(side, last) == 0
    assert take_off(side) == 25
    assert [one.starts_at.date() for one in left(side)] == [TODAY + number * DAY for number in range(4)]
    with scope(side.compound.pk):
        assert Pattern.objects.get(pk=running.pk).until == last
    assert len(told(side, "worker", "duty.off_with_post")) == len(told(side, "manager", "duty.left_empty")) == 1
    # The pattern writes no more, and another night says nothing new.
    with time_machine.travel(NOW + DAY, tick=False):
        tasks.write_out(compound_id=side.compound.pk)
    assert len(left(side)) == 4
    assert len(told(side, "worker", "duty.off_with_post")) == 1


def test_a_firm_that_goes_leaves_no_shift_behind(world: World) -> None:
    side = world.here
    pattern(side)
    add(side, "worker2", at=NOW + 10 * DAY)
    with scope(side.compound.pk):
        Contract.objects.filter(compound=side.compound).update(ends=TODAY + 5 * DAY)
    assert take_off(side) == 24
    assert {one.starts_at.date() for one in left(side)} == {TODAY + number * DAY for number in range(6)}
    assert len(told(side, "worker", "duty.off_with_post")) == len(told(side, "worker2", "duty.off_with_post")) == 1
    assert len(told(side, "manager", "duty.left_empty")) == 2
    assert take_off(side) == 0


def test_a_contract_that_goes_on_keeps_the_plan(world: World) -> None:
    side = world.here
    pattern(side)
    with scope(side.compound.pk):
        found = Contract.objects.get(compound=side.compound)
        Contract.objects.filter(pk=found.pk).update(ends=TODAY + 5 * DAY)
        Contract.objects.create(
            compound=side.compound, company_id=found.company_id, starts=TODAY + 6 * DAY, number="续", basis="续签"
        )
    assert take_off(side) == 0
    assert len(left(side)) == 29


def test_a_shift_that_has_begun_is_left_alone(world: World) -> None:
    side = world.here
    begun = add(side, at=NOW - HOUR)
    add(side, at=NOW + 10 * HOUR, hours=4)
    assert end(side, TODAY) == 1
    assert [one.pk for one in left(side)] == [begun.pk]


def test_next_door_keeps_its_plan_and_finding_is_one_statement(world: World, statements: Any) -> None:
    pattern(world.there)
    with scope(world.here.compound.pk):
        assert leaving.take_off_left(compound_id=world.there.compound.pk, now=NOW) == 0
        with statements() as counted:
            assert queries.shifts_without_ground(world.here.compound.pk, NOW) == []
            assert queries.posts_left(world.here.compound.pk, TODAY) == []
            assert queries.shifts_to_come([world.here.compound.pk], world.here.posts["worker"].pk, NOW) == 0
        assert len(counted) == 3
    assert len(left(world.there)) == 29


def test_nothing_is_taken_off_when_it_cannot_be_said(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    side = world.here
    pattern(side)
    with scope(side.compound.pk):
        Post.objects.filter(pk=side.posts["worker"].pk).update(ends=TODAY)

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("no queue")

    monkeypatch.setattr(leaving, "tell", broken)
    with pytest.raises(RuntimeError):
        take_off(side)
    assert len(left(side)) == 29


def test_numbers_of_duty_long_over_are_forgotten_and_who_was_there_is_not(world: World) -> None:
    side = world.here
    for where in (side, world.there):
        running = pattern(where)
        with scope(where.compound.pk):
            assert Shift.objects.filter(compound=where.compound).update(phone="kept") == 29
            Pattern.objects.filter(pk=running.pk).update(phone="kept", until=TODAY + 2 * DAY)
    with scope([side.compound.pk, world.there.compound.pk]):
        last = left(side)[-1]
        assert clock.forget_phones(compound_id=side.compound.pk, now=NOW + 30 * DAY) == 0
        assert clock.forget_phones(compound_id=side.compound.pk, now=last.ends_at + 30 * DAY) == 29
        assert clock.forget_phones(compound_id=side.compound.pk, now=last.ends_at + 30 * DAY) == 0
        assert [one.phone for one in left(side)] == [""] * 28 + ["kept"]
        assert [one.phone for one in left(world.there)] == ["kept"] * 29
        assert Pattern.objects.get(compound=side.compound).phone == ""
