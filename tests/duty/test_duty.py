"""The plan, who is on duty, shifts that change hands, and nights without anyone."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from audit.models import Entry
from duty import queries, tasks
from duty.actions import clock, hands, planning
from duty.actions.change import DutyRefused, NoSuchShift
from duty.models import Offer, Pattern, Shift
from duty.rules import Span
from messaging.models import Message
from parties.models import Contract, Post
from tenancy.scope import scope
from tests.duty.conftest import HOUR, NOW, add, offer, pattern, shifts
from tests.world import CANARY, Side, World

DAY = timedelta(days=1)


def on_duty(side: Side, at: datetime = NOW) -> list[str]:
    with scope(side.compound.pk):
        return [one.name for one in queries.on_duty(side.compound.pk, at)]


def told(side: Side, template: str) -> list[int]:
    with scope(side.compound.pk):
        rows = Message.objects.filter(template=template, channel="in_app").order_by("person_id")
        return list(rows.values_list("person_id", flat=True))


def verbs(side: Side) -> list[str]:
    with scope(side.compound.pk):
        return list(Entry.objects.filter(verb__startswith="duty.").order_by("seq").values_list("verb", flat=True))


# --- who is on duty -----------------------------------------------------------------------------------------------


def test_who_is_on_duty_now_in_one_statement(world: World, statements: Callable[[], Any]) -> None:
    side = world.here
    add(side, "worker", phone="138 0013 8000")
    add(side, "worker2", at=NOW + HOUR)
    add(world.there, "worker")
    with scope(side.compound.pk), statements() as seen:
        found = queries.on_duty(side.compound.pk, NOW)
    assert len(seen) == 1
    (one,) = found
    assert (one.name, one.phone, one.ends_at, one.post_id, one.role) == (
        "worker",
        "13800138000",
        NOW + 8 * HOUR,
        side.posts["worker"].pk,
        "worker",
    )
    assert on_duty(side, NOW + HOUR) == ["worker", "worker2"]
    assert on_duty(side, NOW - timedelta(seconds=1)) == []
    assert on_duty(side, NOW + 9 * HOUR) == []  # the end is not included
    with scope(side.compound.pk):
        assert queries.on_duty(side.compound.pk, NOW + HOUR)[1].phone == "0579-87000000"  # the firm's own


def test_the_number_is_kept_encrypted(world: World) -> None:
    made = add(world.here, phone="13800138000")
    assert "13800138000" not in shifts(world.here)[0].phone
    assert made.phone


def test_a_post_that_ended_and_a_firm_dismissed_are_not_on_duty(world: World) -> None:
    side = world.here
    add(side)
    Post.objects.filter(pk=side.posts["worker"].pk).update(ends=date(2026, 6, 1))
    assert on_duty(side) == []
    Post.objects.filter(pk=side.posts["worker"].pk).update(ends=date(2026, 6, 2))
    assert on_duty(side) == ["worker"]
    with scope(side.compound.pk):
        Contract.objects.update(ends=date(2026, 6, 1))
    assert on_duty(side) == []


# --- the plan -----------------------------------------------------------------------------------------------------


def test_a_pattern_is_written_out_for_four_weeks(world: World) -> None:
    side = world.here
    made = pattern(side, weekdays=[1, 3], phone="0579-87180001")
    found = shifts(side)
    assert [timezone.localtime(one.starts_at).strftime("%a %d %H") for one in found][:3] == [
        "Tue 02 18",
        "Thu 04 18",
        "Tue 09 18",
    ]
    assert len(found) == 9
    assert {one.ends_at - one.starts_at for one in found} == {14 * HOUR}
    assert told(side, "duty.planned") == [side.people["worker"].pk]
    assert verbs(side) == ["duty.add_pattern"]
    with scope(side.compound.pk):
        assert clock.write_out(compound_id=side.compound.pk, now=NOW) == 0
        assert clock.write_out(compound_id=side.compound.pk, now=NOW + 7 * DAY) == 2
        planning.cancel_shift(compound_id=side.compound.pk, shift_id=found[3].pk, by=side.actor("manager"), now=NOW)
        assert clock.write_out(compound_id=side.compound.pk, now=NOW + 7 * DAY) == 0  # a cancelled one stays off
        planning.end_pattern(compound_id=side.compound.pk, pattern_id=made.pk, by=side.actor("manager"), now=NOW)
        assert clock.write_out(compound_id=side.compound.pk, now=NOW + 14 * DAY) == 0
        assert not Shift.objects.filter(cancelled_at__isnull=True).exists()


def test_a_pattern_never_puts_a_post_in_two_places(world: World) -> None:
    side = world.here
    add(side, at=NOW + 9 * HOUR)  # today 19:00
    with pytest.raises(DutyRefused) as refused:
        pattern(side)
    assert refused.value.code == "overlaps"
    with scope(side.compound.pk):
        assert not Pattern.objects.exists()
    assert len(shifts(side)) == 1
    pattern(side, since=date(2026, 6, 4))
    with scope(side.compound.pk):
        add(side, "worker2", at=NOW + 5 * DAY)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"by": "worker"}, "not_yours"),
        ({"by": "officer"}, "not_yours"),
        ({"who": "chair"}, "no_such_post"),
        ({"at": NOW - 9 * HOUR}, "over"),
        ({"hours": 25}, "too_long"),
        ({"phone": "不知道"}, "phone"),
        ({"at": NOW + HOUR}, "overlaps"),
    ],
)
def test_a_shift_by_hand_that_is_refused(world: World, given: dict[str, Any], code: str) -> None:
    side = world.here
    add(side)
    with pytest.raises(DutyRefused) as refused:
        add(side, **{"who": "worker", **given} if "who" not in given else given)
    assert refused.value.code == code
    assert len(shifts(side)) == 1
    assert verbs(side) == ["duty.add_shift"]


def test_the_next_compound_s_worker_is_no_post_here(world: World) -> None:
    with scope(world.here.compound.pk), pytest.raises(DutyRefused) as refused:
        planning.add_shift(
            compound_id=world.here.compound.pk,
            post_id=world.there.posts["worker"].pk,
            span=Span(NOW, NOW + HOUR),
            phone="",
            by=world.here.actor("manager"),
            now=NOW,
        )
    assert refused.value.code == "no_such_post"
    made = add(world.there)
    with scope(world.here.compound.pk), pytest.raises(NoSuchShift):
        planning.cancel_shift(
            compound_id=world.here.compound.pk, shift_id=made.pk, by=world.here.actor("manager"), now=NOW
        )


def test_cancelling_tells_whoever_had_it(world: World) -> None:
    side = world.here
    made = add(side)
    with scope(side.compound.pk):
        planning.cancel_shift(compound_id=side.compound.pk, shift_id=made.pk, by=side.actor("dispatcher"), now=NOW)
    assert on_duty(side) == []
    assert told(side, "duty.cancelled") == [side.people["worker"].pk]
    add(side)  # the place is free again


def test_a_roster_publishes_its_shifts_and_moves_them(world: World) -> None:
    side = world.here
    one, two = (side.posts[name].pk for name in ("worker", "worker2"))

    def publish(post: int, hours: int, now: datetime = NOW) -> int:
        with scope(side.compound.pk):
            return planning.publish(
                compound_id=side.compound.pk,
                plan=[
                    planning.Planned(post, Span(NOW + HOUR, NOW + hours * HOUR), "roster:1:1"),
                    planning.Planned(two, Span(NOW + 20 * HOUR, NOW + 22 * HOUR), "roster:1:2"),
                ],
                by=side.actor("manager"),
                now=now,
            )

    assert publish(one, 8) == 2
    assert publish(one, 8) == 0
    assert publish(two, 9) == 1
    assert on_duty(side, NOW + 2 * HOUR) == ["worker2"]
    assert publish(one, 9, NOW + 2 * HOUR) == 0  # it has begun
    with pytest.raises(DutyRefused):
        publish(two, 21)
    assert on_duty(side, NOW + 2 * HOUR) == ["worker2"]
    assert verbs(side) == ["duty.publish", "duty.publish"]


# --- changing hands -----------------------------------------------------------------------------------------------


def take(side: Side, made: Offer, by: str = "worker2", now: datetime = NOW, **more: Any) -> Offer:
    with scope(side.compound.pk):
        return hands.take(compound_id=side.compound.pk, offer_id=made.pk, by=side.actor(by), now=now, **more)


def test_nothing_changes_before_both_have_agreed(world: World, tomorrow: datetime) -> None:
    side = world.here
    shift = add(side, at=tomorrow, phone="13800138000")
    made = offer(side, shift, note="孩子发烧")
    assert on_duty(side, tomorrow) == ["worker"]
    assert told(side, "duty.offered") == [side.people["worker2"].pk]
    take(side, made, phone="13900139000")
    assert on_duty(side, tomorrow) == ["worker2"]
    with scope(side.compound.pk):
        assert queries.on_duty(side.compound.pk, tomorrow)[0].phone == "13900139000"
    assert told(side, "duty.agreed") == sorted([side.people["worker"].pk, side.people["manager"].pk])
    assert verbs(side) == ["duty.add_shift", "duty.offer", "duty.take"]
    with pytest.raises(DutyRefused) as refused:
        take(side, made)
    assert refused.value.code == "gone"


def test_who_is_first_has_it(world: World, tomorrow: datetime) -> None:
    side = world.here
    made = offer(side, add(side, at=tomorrow), to=None)
    assert told(side, "duty.offered_all") == sorted(side.people[n].pk for n in ("worker2", "dispatcher"))
    take(side, made, by="dispatcher")
    with pytest.raises(DutyRefused) as refused:
        take(side, made)
    assert refused.value.code == "gone"
    assert on_duty(side, tomorrow) == ["dispatcher"]


def test_an_exchange_moves_both_even_when_they_meet(world: World, tomorrow: datetime) -> None:
    side = world.here
    mine, theirs = add(side, at=tomorrow, hours=4), add(side, "worker2", at=tomorrow + 2 * HOUR, hours=4)
    take(side, offer(side, mine, in_return=theirs.pk))
    assert on_duty(side, tomorrow) == ["worker2"]
    assert on_duty(side, tomorrow + 5 * HOUR) == ["worker"]


def test_an_exchange_that_does_not_fit_changes_nothing(world: World, tomorrow: datetime) -> None:
    side = world.here
    mine = add(side, at=tomorrow, hours=4)
    add(side, "worker2", at=tomorrow + 2 * HOUR, hours=4)
    made = offer(side, mine)
    with pytest.raises(DutyRefused) as refused:
        take(side, made)
    assert refused.value.code == "overlaps"
    assert on_duty(side, tomorrow) == ["worker"]
    with scope(side.compound.pk):
        assert Offer.objects.get().state == "open"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"by": "worker2"}, "not_yours"),
        ({"by": "manager"}, "not_yours"),
        ({"to": "chair"}, "no_such_post"),
        ({"to": "worker"}, "no_such_post"),
        ({"in_return": 10**9}, "in_return"),
        ({"to": None, "in_return": 10**9}, "in_return"),
        ({"now": NOW + DAY}, "begun"),
    ],
)
def test_an_offer_that_is_refused(world: World, tomorrow: datetime, given: dict[str, Any], code: str) -> None:
    shift = add(world.here, at=tomorrow)
    with pytest.raises(DutyRefused) as refused:
        offer(world.here, shift, **given)
    assert refused.value.code == code
    assert verbs(world.here) == ["duty.add_shift"]


def test_one_offer_at_a_time(world: World, tomorrow: datetime) -> None:
    shift = add(world.here, at=tomorrow)
    offer(world.here, shift)
    with pytest.raises(DutyRefused) as refused:
        offer(world.here, shift, to=None)
    assert refused.value.code == "offered"


@pytest.mark.parametrize(("who", "state"), [("worker", "withdrawn"), ("worker2", "refused")])
def test_no_is_an_answer(world: World, tomorrow: datetime, who: str, state: str) -> None:
    side = world.here
    made = offer(side, add(side, at=tomorrow))
    with scope(side.compound.pk):
        with pytest.raises(DutyRefused):
            hands.answer_no(compound_id=side.compound.pk, offer_id=made.pk, by=side.actor("manager"), now=NOW)
        answered = hands.answer_no(compound_id=side.compound.pk, offer_id=made.pk, by=side.actor(who), now=NOW)
    assert answered.state == state
    assert told(side, "duty.refused") == ([side.people["worker"].pk] if state == "refused" else [])
    with pytest.raises(DutyRefused):
        take(side, made)
    assert on_duty(side, tomorrow) == ["worker"]


def test_only_the_one_asked_may_take_it(world: World, tomorrow: datetime) -> None:
    side = world.here
    made = offer(side, add(side, at=tomorrow))
    for who in ("dispatcher", "worker"):
        with pytest.raises(DutyRefused) as refused:
            take(side, made, by=who)
        assert refused.value.code == "not_yours"
    with pytest.raises(DutyRefused) as refused:
        take(side, made, now=tomorrow)  # it has begun
    assert refused.value.code == "gone"
    with scope(world.there.compound.pk), pytest.raises(NoSuchShift):
        hands.take(compound_id=world.there.compound.pk, offer_id=made.pk, by=world.there.actor("worker2"), now=NOW)


def test_an_offer_ends_with_its_shift(world: World, tomorrow: datetime) -> None:
    side = world.here
    shift = add(side, at=tomorrow)
    made = offer(side, shift)
    with scope(side.compound.pk):
        planning.cancel_shift(compound_id=side.compound.pk, shift_id=shift.pk, by=side.actor("manager"), now=NOW)
        assert Offer.objects.get(pk=made.pk).state == "void"


# --- nights without anyone ----------------------------------------------------------------------------------------


def test_an_empty_night_is_told_once_a_day(world: World) -> None:
    side = world.here
    desk = sorted(side.people[name].pk for name in ("manager", "dispatcher"))

    def warn(now: datetime = NOW) -> int:
        with scope(side.compound.pk):
            return len(clock.warn_of_gaps(compound_id=side.compound.pk, now=now))

    assert warn() == 0  # who plans no duty here is not warned
    add(side, at=NOW + 10 * HOUR, hours=4)  # 20:00 to 24:00
    assert warn() == 2
    assert warn(NOW + HOUR) == 2
    assert told(side, "duty.gap") == desk
    with scope(side.compound.pk):
        assert "18:00—20:00、00:00—08:00" in Message.objects.filter(template="duty.gap").first().body
    add(side, "worker2", at=NOW + 8 * HOUR, hours=14)
    assert warn(NOW + 2 * HOUR) == 0
    assert warn(NOW + DAY) == 1
    assert len(told(side, "duty.gap")) == 4


def test_the_tasks_go_through_every_compound_that_plans(
    world: World, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    asked: list[tuple[str, int]] = []
    monkeypatch.setattr(tasks.write_out, "delay", lambda *, compound_id: asked.append(("write", compound_id)))
    monkeypatch.setattr(tasks.warn, "delay", lambda *, compound_id: asked.append(("warn", compound_id)))
    pattern(world.here)
    with time_machine.travel(NOW + 7 * DAY, tick=False):
        for task in (tasks.write_all, tasks.warn_all):
            with django_capture_on_commit_callbacks(execute=True):
                task()
        here = world.here.compound.pk
        assert asked == [("write", here), ("warn", here)]
        monkeypatch.undo()
        before = len(shifts(world.here))
        tasks.write_out(compound_id=here)
        tasks.warn(compound_id=here)
    assert len(shifts(world.here)) == before + 7
    assert told(world.here, "duty.gap") == []


def test_next_door_stays_next_door_in_raw_sql(world: World) -> None:
    add(world.there)
    with scope(world.here.compound.pk), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM duty_shift")
        assert cursor.fetchone() == (0,)
    assert CANARY not in "".join(on_duty(world.here))
    assert time(18) < time(19)
