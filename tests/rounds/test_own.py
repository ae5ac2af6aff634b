"""What rounds hold of a person goes to that person, and to nobody else."""

from collections.abc import Callable
from typing import Any

from accounts import own_data
from rounds import own
from tests.rounds.conftest import NOW, put_rounds_in
from tests.world import CANARY, Side, World


def of(side: Side, name: str) -> dict[str, Any]:
    found: dict[str, Any] = own_data.export(side.people[name])["rounds"]
    return found


def test_who_walked_and_who_signed_get_it(world: World) -> None:
    side = world.here
    put_rounds_in(side, "", NOW)
    put_rounds_in(world.there, CANARY, NOW)
    worker, manager = of(side, "worker"), of(side, "manager")
    assert len(worker["walks"]) == 1
    found = worker["found"]
    assert {(one["compound"], one["outcome"], one["way"]) for one in found} == {(side.compound.name, "normal", "qr")}
    assert [(one["note"], one["photos"], one["state"]) for one in found if one["photos"]] == [("记", 1, "review")]
    assert [one["place"] for one in worker["kept_beside"]] == [found[-1]["place"]]
    assert (worker["reviews"], manager["found"], manager["walks"]) == ([], [], [])
    assert [(one["kind"], one["agrees"], one["note"]) for one in manager["reviews"]] == [("sign", False, "看")]
    for name in ("resident", "chair", "city"):
        assert of(side, name) == {"walks": [], "found": [], "kept_beside": [], "reviews": [], "given": []}
    for name in side.people:
        assert CANARY not in str(of(side, name))


def test_it_costs_the_same_for_one_and_for_many(world: World, statements: Callable[[], Any]) -> None:
    person = world.here.people["worker"]
    with statements() as none:
        own.export(person)
    put_rounds_in(world.here, "", NOW)
    with statements() as some:
        own.export(person)
    assert len(none) == len(some)
