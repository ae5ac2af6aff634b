"""Every action of the REST resource: what it does, whom it refuses, and what it says when something is missing."""

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from audit.models import Entry
from repairs.actions import clock
from repairs.api import ACTIONS, NAMES
from repairs.models import Escalation, Request
from tenancy.scope import scope
from tests.repairs.conftest import NOW, bring_to, picture
from tests.world import CANARY, World

BASE = "/api/v1/compounds/here/repairs/"
LATER = NOW + timedelta(minutes=30)
# action -> state before, who takes it, what is sent, state after, who sees the request and may not take it.
CASES: dict[str, tuple[str, str, dict[str, Any], str, str]] = {
    "accept": ("submitted", "manager", {}, "accepted", "worker"),
    "assign": ("accepted", "dispatcher", {"worker_post": "worker"}, "assigned", "chair"),
    "reassign": ("working", "manager", {"worker_post": "worker2", "reason": "调休"}, "assigned", "worker"),
    "return": ("submitted", "manager", {"reason": "属于水务公司", "receiver": "水务公司"}, "returned", "resident"),
    "claim": ("accepted", "worker2", {}, "assigned", "manager"),
    "start": ("assigned", "worker", {}, "working", "manager"),
    "finish": ("working", "worker", {"note": "换了阀门", "photos": True}, "awaiting", "resident"),
    "confirm": ("awaiting", "resident", {"stars": 4, "comment": "快"}, "done", "manager"),
    "reopen": ("awaiting", "resident", {"reason": "还在滴"}, "accepted", "chair"),
    "contest": ("returned", "resident", {"reason": "是公共水管"}, "submitted", "officer"),
    "withdraw": ("submitted", "resident", {"reason": "自己修好了"}, "withdrawn", "manager"),
    "urge": ("accepted", "resident", {}, "accepted", "manager"),
    "answer": ("submitted", "chair", {"answer": "已约谈物业，明天修好。"}, "submitted", "dispatcher"),
}
# What each action cannot do without: (field as it is named in the answer, code).
NEEDED = {
    "assign": ("worker", "no_such_worker"),
    "reassign": ("reason", "say_why"),
    "return": ("reason", "say_why"),
    "finish": ("photos", "photo_needed"),
    "confirm": ("stars", "stars_range"),
    "reopen": ("reason", "say_why"),
    "contest": ("reason", "say_why"),
    "answer": ("answer", "say_what"),
}


@pytest.fixture(autouse=True)
def _media(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def take(client: Client, ref: str, action: str, body: dict[str, Any], key: str = "key-0123456789abcdef") -> Any:
    path, headers = f"{BASE}{ref}/{action}/", {"Idempotency-Key": key}
    if body.get("photos"):
        return client.post(path, {**body, "photos": [picture()]}, headers=headers)
    return client.post(path, json.dumps(body), content_type="application/json", headers=headers)


def ready(world: World, action: str) -> tuple[Request, dict[str, Any]]:
    """A request on which the action may be taken, and what to send."""
    before, _who, given, _after, _other = CASES[action]
    if action == "answer":
        request = bring_to(world.here, before, now=NOW - timedelta(days=9))
        with scope(world.here.compound.pk):
            clock.escalate(compound_id=world.here.compound.pk, now=NOW)
    else:
        request = bring_to(world.here, before)
    posts = world.here.posts
    return request, {n: posts[v].pk if n == "worker_post" else v for n, v in given.items()}


def entries(world: World) -> int:
    with scope(world.here.compound.pk):
        return Entry.objects.count()


def test_every_action_has_a_case() -> None:
    assert list(ACTIONS) == NAMES == list(CASES)


@pytest.mark.parametrize("action", CASES)
def test_it_does_what_the_page_does_and_a_repeat_does_nothing(world: World, sign_in: Any, action: str) -> None:
    request, body = ready(world, action)
    _before, who, _given, after, _other = CASES[action]
    with time_machine.travel(LATER, tick=False):
        client = sign_in(world.here, who)
        answer = take(client, request.ref, action, body)
        written = entries(world)
        again = take(client, request.ref, action, body)
    assert (answer.status_code, again.status_code) == (200, 200), (answer.content, again.content)
    told = answer.json()
    assert (told["ref"], told["state"], told["events"][-1]["action"]) == (request.ref, after, action)
    assert again.json() == told
    assert entries(world) == written
    with scope(world.here.compound.pk):
        assert Request.objects.get(pk=request.pk).state == after
        assert Entry.objects.filter(verb=f"repairs.{action}", target=f"repairs.request:{request.pk}").count() == 1


@pytest.mark.parametrize("action", CASES)
def test_who_sees_the_request_and_may_not_is_403_and_who_does_not_see_it_404(
    world: World, sign_in: Any, action: str
) -> None:
    request, body = ready(world, action)
    other = CASES[action][4]
    written = entries(world)
    with time_machine.travel(LATER, tick=False):
        seen = take(sign_in(world.here, other), request.ref, action, body)
        unseen = take(sign_in(world.here, "neighbour"), request.ref, action, body)
        foreign = take(sign_in(world.there, "manager"), request.ref, action, body)
    assert (unseen.status_code, foreign.status_code) == (404, 404)
    # A worker does not see what another has in hand; whoever sees it is told that it is not theirs.
    assert (seen.status_code, seen.json()["code"]) == (403, "not_yours")
    assert entries(world) == written
    for answer in (seen, unseen, foreign):
        assert CANARY not in answer.content.decode()
    with scope(world.here.compound.pk):
        assert Request.objects.get(pk=request.pk).state == CASES[action][0]


@pytest.mark.parametrize("action", [name for name in CASES if name != "answer"])
def test_out_of_state_is_409_and_changes_nothing(world: World, sign_in: Any, action: str) -> None:
    _request, body = ready(world, action)
    gone = bring_to(world.here, "withdrawn", now=NOW - timedelta(hours=1))
    written = entries(world)
    with time_machine.travel(LATER, tick=False):
        answer = take(sign_in(world.here, CASES[action][1]), gone.ref, action, body)
    # A worker does not see a request that is over and was never theirs; who would have claimed it is told that it is over.
    unseen = action in {"start", "finish"}
    assert (answer.status_code, answer.json()["code"]) == ((404, "not_found") if unseen else (409, "moved_on"))
    assert entries(world) == written


@pytest.mark.parametrize("action", NEEDED)
def test_what_is_missing_is_422_and_named(world: World, sign_in: Any, action: str) -> None:
    request, _body = ready(world, action)
    written = entries(world)
    with time_machine.travel(LATER, tick=False):
        answer = take(sign_in(world.here, CASES[action][1]), request.ref, action, {})
    field, code = NEEDED[action]
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, code, field)
    assert entries(world) == written


def test_a_party_answers_once_and_only_for_what_climbed_to_it(world: World, sign_in: Any) -> None:
    request, body = ready(world, "answer")
    with scope(world.here.compound.pk):
        owed = set(Escalation.objects.filter(request=request).values_list("party", flat=True))
        duties = Escalation.objects.filter(request=request, party="committee").count()
    assert {"company", "committee", "community"} <= owed
    with time_machine.travel(LATER, tick=False):
        for turn in range(duties):
            assert (
                take(sign_in(world.here, "chair"), request.ref, "answer", body, f"key-of-turn-{turn:06}").status_code
                == 200
            )
        second = take(sign_in(world.here, "member"), request.ref, "answer", body, key="key-of-the-second-1")
        assert (second.status_code, second.json()["code"]) == (422, "already_answered")
        with scope(world.here.compound.pk):
            Escalation.objects.filter(request=request, party="community").delete()
        none = take(sign_in(world.here, "officer"), request.ref, "answer", body, key="key-of-no-duty-001")
        assert (none.status_code, none.json()["code"]) == (403, "not_yours")
    with scope(world.here.compound.pk):
        kept = Escalation.objects.filter(request=request, party="committee").values_list("answer", "answered_at")
        assert set(kept) == {(body["answer"], LATER)}
        assert not Escalation.objects.filter(request=request, party="company", answered_at__isnull=False).exists()


def test_an_action_that_is_none_is_404(world: World, sign_in: Any) -> None:
    request, _body = ready(world, "accept")
    for name in ("delete", "file", "escalate", "warn", "answer-all"):
        assert take(sign_in(world.here, "manager"), request.ref, name, {}).status_code == 404
