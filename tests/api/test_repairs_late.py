"""Over REST, too late: what neighbours, signers and answering parties are told when a request has moved on meanwhile."""

from typing import Any

import pytest
import time_machine

from audit.models import Entry
from repairs.models import Escalation, Follower, Request, Signature
from tenancy.scope import scope
from tests.api.test_repairs_actions import LATER, entries, joined, ready, take
from tests.repairs.conftest import NOW, bring_to
from tests.world import World

SHARED = {"place": "public", "place_text": "东门", "home_id": None}


@pytest.fixture(autouse=True)
def _media(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def building(world: World) -> dict[str, Any]:
    from premises.models import Building

    with scope(world.here.compound.pk):
        return {"place": "building", "home_id": None, "building_id": Building.objects.get().pk}


@pytest.mark.parametrize("where", ["public", "building"])
@pytest.mark.parametrize("state", ["awaiting", "done", "returned", "closed", "withdrawn", "merged"])
def test_joining_what_is_over_is_409_in_words(world: World, sign_in: Any, state: str, where: str) -> None:
    over = bring_to(world.here, state, **(SHARED if where == "public" else building(world)))
    written = entries(world)
    with time_machine.travel(LATER, tick=False):
        answer = take(sign_in(world.here, "neighbour"), over.ref, "join", {})
    with scope(world.here.compound.pk):
        label = Request.objects.get(pk=over.pk).get_state_display()
        assert not Follower.objects.filter(person_id=world.here.people["neighbour"].pk).exists()
    assert (answer.status_code, answer.json()["code"]) == (409, "moved_on")
    assert f"“{label}”" in answer.json()["detail"]
    assert entries(world) == written


def test_joining_ones_own_or_twice_is_422_and_a_neighbours_home_is_no_place_to_join(world: World, sign_in: Any) -> None:
    request, _body = ready(world, "join")
    home = bring_to(world.here, "accepted")
    with time_machine.travel(LATER, tick=False):
        own = take(sign_in(world.here, "resident"), request.ref, "join", {})
        neighbour = sign_in(world.here, "neighbour")
        assert take(neighbour, request.ref, "join", {}).status_code == 200
        twice = take(neighbour, request.ref, "join", {}, key="key-of-the-second-1")
        closed = take(neighbour, home.ref, "join", {}, key="key-of-the-third-01")
    assert (own.status_code, own.json()["code"]) == (422, "your_own")
    assert (twice.status_code, twice.json()["code"]) == (422, "joined_already")
    assert (closed.status_code, closed.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("state", ["done", "returned", "closed", "withdrawn"])
def test_one_may_leave_what_is_over_but_only_once(world: World, sign_in: Any, state: str) -> None:
    """Following no longer is never too late; whoever left does not see it any more."""
    request = bring_to(world.here, "accepted", **SHARED)
    joined(world, request)
    with scope(world.here.compound.pk):
        ended = NOW if state in {"done", "closed", "returned", "withdrawn"} else None
        Request.objects.filter(pk=request.pk).update(
            state=state, closed_at=ended, due_at=None, closed_reason="原因" if state == "closed" else ""
        )
    with time_machine.travel(LATER, tick=False):
        client = sign_in(world.here, "neighbour")
        left = take(client, request.ref, "leave", {})
        again = take(client, request.ref, "leave", {}, key="key-of-the-second-1")
    assert left.status_code == 204
    assert (again.status_code, again.json()["code"]) == (404, "not_found")
    with scope(world.here.compound.pk):
        assert not Follower.objects.exists()
        assert Request.objects.get(pk=request.pk).state == state


def test_whoever_was_merged_into_it_cannot_leave(world: World, sign_in: Any) -> None:
    """Their own case goes on there: nobody is lost."""
    request, _body = ready(world, "join")
    joined(world, request)
    with scope(world.here.compound.pk):
        Follower.objects.update(kind=Follower.Kind.MERGED)
    written = entries(world)
    with time_machine.travel(LATER, tick=False):
        answer = take(sign_in(world.here, "neighbour"), request.ref, "leave", {})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_yours")
    assert entries(world) == written


@pytest.mark.parametrize(
    ("state", "status"),
    [("submitted", 409), ("accepted", 409), ("assigned", 200), ("paused", 200), ("awaiting", 200)]
    + [(over, 409) for over in ("done", "returned", "closed", "withdrawn", "merged")],
)
def test_the_filer_signs_while_there_is_something_to_sign(world: World, sign_in: Any, state: str, status: int) -> None:
    request = bring_to(world.here, state)
    written = entries(world)
    body = {"image": True, "role": "resident", "name": "张三"}
    with time_machine.travel(LATER, tick=False):
        answer = take(sign_in(world.here, "resident"), request.ref, "sign", body)
    assert answer.status_code == status
    with scope(world.here.compound.pk):
        assert Signature.objects.count() == (status == 200)
    if status == 409:
        assert (answer.json()["code"], entries(world)) == ("moved_on", written)


@pytest.mark.parametrize("state", ["awaiting", "done", "closed", "withdrawn"])
def test_a_party_answers_no_more_once_it_is_over(world: World, sign_in: Any, state: str) -> None:
    request, body = ready(world, "answer")
    with scope(world.here.compound.pk):
        ended = None if state == "awaiting" else NOW
        Request.objects.filter(pk=request.pk).update(
            state=state, closed_at=ended, due_at=None, closed_reason="原因" if state == "closed" else ""
        )
    written = entries(world)
    with time_machine.travel(LATER, tick=False):
        answer = take(sign_in(world.here, "chair"), request.ref, "answer", body)
    assert (answer.status_code, answer.json()["code"]) == (409, "moved_on")
    assert entries(world) == written
    with scope(world.here.compound.pk):
        assert not Escalation.objects.filter(party="committee", answered_at__isnull=False).exists()
        assert not Entry.objects.filter(verb="repairs.answer").exists()


def test_of_a_paused_one_the_answer_is_still_owed(world: World, sign_in: Any) -> None:
    request, body = ready(world, "answer")
    with time_machine.travel(LATER, tick=False):
        desk = sign_in(world.here, "manager")
        assert take(desk, request.ref, "accept", {}).status_code == 200
        pause = {"reason": "等配件", "until": "2026-06-04T10:00:00+08:00"}
        assert take(desk, request.ref, "pause", pause, key="key-of-the-second-1").status_code == 200
        assert take(sign_in(world.here, "chair"), request.ref, "answer", body).status_code == 200
