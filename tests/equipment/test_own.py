"""What the register holds of a person goes to that person, and to nobody else."""

from collections.abc import Callable
from typing import Any

from accounts import own_data
from equipment import own
from tests.equipment.conftest import NOW, put_equipment_in
from tests.world import CANARY, Side, World


def of(side: Side, name: str) -> dict[str, Any]:
    found: dict[str, Any] = own_data.export(side.people[name])["equipment"]
    return found


def test_who_did_something_gets_it(world: World) -> None:
    side = world.here
    put_equipment_in(side, "", NOW)
    put_equipment_in(world.there, CANARY, NOW)
    manager = of(side, "manager")
    assert [one["action"] for one in manager["done"]] == ["make"] * 4 + ["away"]
    assert {one["compound"] for one in manager["done"]} == {side.compound.name}
    assert [(one["decided_as"] != "", one["asked_as"], one["reason"]) for one in manager["stops"]] == [
        (True, None, None)
    ]
    assert [one["file"] for one in manager["imports"]] == ["表.xlsx"]
    worker = of(side, "worker")
    assert [(one["reason"], one["decided_as"]) for one in worker["stops"]] == [("更换报警阀", None)]
    assert (worker["done"], worker["imports"]) == ([], [])
    for name in ("resident", "chair", "city"):
        assert of(side, name) == {"done": [], "visits": [], "stops": [], "imports": []}
    for name in side.people:
        assert CANARY not in str(of(side, name))


def test_it_costs_the_same_for_one_and_for_many(world: World, statements: Callable[[], Any]) -> None:
    person = world.here.people["manager"]
    with statements() as none:
        own.export(person)
    put_equipment_in(world.here, "", NOW)
    with statements() as some:
        own.export(person)
    assert len(none) == len(some)
