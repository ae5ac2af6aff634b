"""Urgent ones reach whoever is on duty, and everyone when nobody answers."""

from datetime import timedelta

from duty.actions.planning import add_shift
from duty.rules import Span
from messaging.models import Message
from repairs.actions import clock, routing
from repairs.actions.routing import RuleDraft
from tenancy.scope import scope
from tests.repairs.conftest import NOW, file_one
from tests.world import Side, World


def _on_duty(side: Side, *who: str, starts=NOW - timedelta(hours=1)) -> None:
    with scope(side.compound.pk):
        for name in who:
            add_shift(
                compound_id=side.compound.pk,
                post_id=side.posts[name].pk,
                span=Span(starts, starts + timedelta(hours=8)),
                phone="",
                by=side.actor("manager"),
                now=starts - timedelta(hours=1),
            )


def _told(side: Side, template: str) -> set[str]:
    with scope(side.compound.pk):
        ids = set(Message.objects.filter(template=template).values_list("person_id", flat=True))
    return {name for name, person in side.people.items() if person.pk in ids}


def test_an_urgent_one_reaches_all_on_duty_and_lets_the_others_sleep(world: World) -> None:
    side = world.here
    _on_duty(side, "worker2")
    _on_duty(side, "worker", starts=NOW + timedelta(hours=9))
    _on_duty(world.there, "worker")
    file_one(side, urgent=True)
    assert _told(side, "repairs.filed_urgent") == {"manager", "dispatcher", "worker2"}


def test_where_nobody_of_the_firm_is_on_duty_all_its_workers_hear(world: World) -> None:
    side = world.here
    _on_duty(side, "dispatcher", starts=NOW - timedelta(hours=20))
    file_one(side, urgent=True)
    assert _told(side, "repairs.filed_urgent") == {"manager", "dispatcher", "worker", "worker2"}


def test_an_ordinary_one_wakes_nobody(world: World) -> None:
    side = world.here
    _on_duty(side, "worker2")
    file_one(side)
    assert _told(side, "repairs.filed") == {"manager", "dispatcher"}


def test_minutes_without_an_answer_reach_everyone_and_then_the_manager(world: World) -> None:
    side = world.here
    _on_duty(side, "worker2")
    file_one(side, urgent=True)
    with scope(side.compound.pk):
        assert clock.escalate(compound_id=side.compound.pk, now=NOW + timedelta(minutes=2)) == 1
        assert _told(side, "repairs.warned") == {"manager", "dispatcher", "worker", "worker2"}
        assert clock.escalate(compound_id=side.compound.pk, now=NOW + timedelta(minutes=5)) == 1
    assert _told(side, "repairs.escalated") == {"manager", "dispatcher"}


def test_a_rule_says_who_hears_too(world: World) -> None:
    side = world.here
    _on_duty(side, "worker2")
    with scope(side.compound.pk):
        for position, category, target, post in (
            (1, "lift", "post", side.posts["worker"].pk),
            (2, "water", "duty", None),
        ):
            routing.save_rule(
                compound_id=side.compound.pk,
                rule=None,
                draft=RuleDraft(position, target, category=category, post_id=post),
                by=side.actor("manager"),
                now=NOW,
            )
    file_one(side, category="lift")
    assert _told(side, "repairs.filed") == {"manager", "dispatcher", "worker"}
    file_one(side, category="water")
    assert _told(side, "repairs.filed") == {"manager", "dispatcher", "worker", "worker2"}
