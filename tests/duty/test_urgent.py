"""An urgent request reaches a person: whoever is on duty, or everyone where nobody is; and the home says whom to call."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from messaging.models import Message
from repairs.actions import clock, dispatch
from tenancy.scope import scope
from tests.duty.conftest import HOUR, NOW, add
from tests.repairs.conftest import file_one
from tests.world import Side, World

MINUTE = timedelta(minutes=1)


def told(side: Side, template: str, channel: str = "in_app") -> list[str]:
    names = {person.pk: name for name, person in side.people.items()}
    with scope(side.compound.pk):
        rows = Message.objects.filter(template=template, channel=channel)
        return sorted(names[one.person_id] for one in rows)


def test_all_on_duty_are_told_at_once_also_by_text_message(world: World) -> None:
    side = world.here
    add(side, "worker")
    add(side, "worker2", at=NOW + HOUR)
    add(world.there, "worker2")
    file_one(side, urgent=True)
    assert told(side, "repairs.filed_urgent") == ["dispatcher", "manager", "worker"]
    assert told(side, "repairs.filed_urgent", "sms") == ["dispatcher", "manager", "worker"]


@pytest.mark.parametrize("off", ["never", "over", "cancelled"])
def test_everyone_is_told_where_nobody_is_on_duty(world: World, off: str) -> None:
    side = world.here
    if off != "never":
        shift = add(side, at=NOW - 8 * HOUR, now=NOW - 9 * HOUR)
        if off == "cancelled":
            with scope(side.compound.pk):
                shift.ends_at, shift.cancelled_at = NOW + HOUR, NOW
                shift.save()
    file_one(side, urgent=True)
    assert told(side, "repairs.filed_urgent") == ["dispatcher", "manager", "worker", "worker2"]


def test_what_is_not_urgent_wakes_nobody(world: World) -> None:
    add(world.here)
    file_one(world.here)
    assert told(world.here, "repairs.filed") == ["dispatcher", "manager"]


def test_it_costs_a_filing_no_statement(world: World, statements: Callable[[], Any]) -> None:
    side = world.here
    counts = []
    file_one(side, urgent=True)
    for _ in range(2):
        with statements() as seen:
            file_one(side, urgent=True)
        counts.append(len(seen))
        if len(counts) == 1:
            add(side)
    assert counts[0] == counts[1]


def test_without_an_answer_it_climbs_and_an_answer_ends_that(world: World) -> None:
    side = world.here
    add(side)
    request = file_one(side, urgent=True)
    with scope(side.compound.pk):
        clock.escalate(compound_id=side.compound.pk, now=NOW + 2 * MINUTE)
        assert told(side, "repairs.warned") == ["dispatcher", "manager", "worker", "worker2"]
        clock.escalate(compound_id=side.compound.pk, now=NOW + 5 * MINUTE)
        assert told(side, "repairs.escalated") == ["dispatcher", "manager"]
        dispatch.accept(compound_id=side.compound.pk, ref=request.ref, by=side.actor("manager"), now=NOW + 6 * MINUTE)
        assert clock.escalate(compound_id=side.compound.pk, now=NOW + 30 * MINUTE) == 0


def test_the_home_says_whom_to_call_now(world: World, sign_in: Any, statements: Callable[[], Any]) -> None:
    side = world.here
    client = sign_in(side, "resident")
    with time_machine.travel(NOW, tick=False):
        client.get("/")
        with statements() as alone:
            page = client.get("/").content.decode()
        assert "0579-87000000" in page
        assert "值班电话" not in page
        add(side, phone="13800138000")
        add(world.there, "worker2", phone="13900139000")
        with statements() as seen:
            page = client.get("/").content.decode()
        assert len(seen) == len(alone)
        assert 'href="tel:13800138000"' in page
        assert "值班电话" in page
        assert "13900139000" not in page
        client.cookies["type"] = "large"
        assert client.get("/c/here/repairs/").content.decode().count('href="tel:13800138000"') >= 1
    with time_machine.travel(NOW + 9 * HOUR, tick=False):
        assert "13800138000" not in client.get("/").content.decode()
