"""What handovers hold of a person goes to that person, and to nobody else: also after the contract has ended."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from accounts import own_data
from handover import own
from handover.actions import signing
from handover.models import Handover
from tenancy.scope import scope
from tests.handover.conftest import MIDNIGHT, NOW, completed, file_one, frozen, put_something
from tests.handover.test_midnight import kept_one
from tests.world import CANARY, Side, World


def of(side: Side, name: str) -> dict[str, Any]:
    found: dict[str, Any] = own_data.export(side.people[name])["handover"]
    return found


def test_who_signed_gets_their_signature_and_their_steps(world: World, leaving: Callable[..., Side]) -> None:
    side = leaving()
    completed(side)
    file_one(world.there)
    put_something(world.there, CANARY, NOW)
    found = of(side, "manager")
    (signed,) = found["signed"]
    assert (signed["compound"], signed["as"], signed["name"], signed["post"]) == (
        side.compound.name, "outgoing", "王签", "负责人",
    )  # fmt: skip
    assert (signed["declined"], signed["on_own_device"]) == (False, True)
    assert [step["action"] for step in found["done"]] == ["begin", "sign"]
    assert found["late"] == []
    assert CANARY not in str(found)
    assert [one["as"] for one in of(side, "chair")["signed"]] == ["committee"]
    assert [one["as"] for one in of(side, "secretary")["signed"]] == ["community"]
    for name in ("resident", "worker", "city"):
        assert of(side, name) == {"signed": [], "done": [], "late": []}


def test_a_signature_taken_on_anothers_phone_is_not_the_phones_owners(leaving: Callable[..., Side]) -> None:
    side = leaving()
    made = frozen(side)
    with scope(side.compound.pk):
        fresh = Handover.objects.get(pk=made.pk)
        signing.decline(
            compound_id=side.compound.pk,
            ref=fresh.ref,
            role="outgoing",
            name="钱经理",
            post="经理",
            words="没有到场",
            by=side.actor("officer", NOW.date()),
            now=NOW,
        )
    found = of(side, "officer")
    assert found["signed"] == []
    assert [step["action"] for step in found["done"]] == ["freeze", "decline"]
    assert of(side, "manager")["signed"] == []


@pytest.mark.parametrize("days", [0, 30, 400])
def test_who_was_too_late_gets_what_they_wrote_long_after(
    leaving: Callable[..., Side], sign_in: Callable[..., Any], days: int
) -> None:
    side = leaving(next=True)
    request, _kept = kept_one(side, sign_in)
    with time_machine.travel(MIDNIGHT + timedelta(days=days, hours=1), tick=False):
        (late,) = of(side, "worker")["late"]
        assert (late["compound"], late["request"]) == (side.compound.name, request.number)
        assert late["words"]
        for name in ("worker2", "manager", "resident", "manager2"):
            assert of(side, name)["late"] == []


def test_it_costs_the_same_for_one_and_for_many(
    world: World, leaving: Callable[..., Side], statements: Callable[[], Any]
) -> None:
    side = leaving()
    person = side.people["manager"]
    with statements() as none:
        own.export(person)
    completed(side)
    with statements() as some:
        own.export(person)
    assert len(none) == len(some)
