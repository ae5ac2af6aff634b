"""Every action of the REST resource: what it does, whom it refuses, and what it says when something is missing."""

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from audit.models import Entry
from repairs.actions import clock, together
from repairs.api.acting import ACTIONS
from repairs.models import Escalation, Request
from tenancy.scope import scope
from tests.repairs.conftest import NOW, bring_to, file_one, picture
from tests.world import CANARY, World

BASE = "/api/v1/compounds/here/repairs/"
LATER = NOW + timedelta(minutes=30)
# action -> state before, who takes it, what is sent, state after, who sees the request and may not take it.
CASES: dict[str, tuple[str, str, dict[str, Any], str, str]] = {
    "accept": ("submitted", "manager", {}, "accepted", "worker"),
    "assign": ("accepted", "dispatcher", {"worker_post": "worker"}, "assigned", "chair"),
    "reassign": ("working", "manager", {"worker_post": "worker2", "reason": "调休"}, "assigned", "worker"),
    "return": ("submitted", "manager", {"reason": "属于水务公司", "receiver": "水务公司"}, "returned", "resident"),
    "force_close": ("awaiting", "dispatcher", {"reason": "联系不上住户"}, "closed", "chair"),
    "merge": ("accepted", "manager", {"into": "other"}, "merged", "worker"),
    "tie": ("accepted", "dispatcher", {"to": "other"}, "accepted", "worker2"),
    "claim": ("accepted", "worker2", {}, "assigned", "manager"),
    "arrive": ("assigned", "worker", {}, "assigned", "dispatcher"),
    "start": ("assigned", "worker", {}, "working", "manager"),
    "finish": ("working", "worker", {"note": "换了阀门", "photos": True}, "awaiting", "resident"),
    "pause": (
        "working",
        "dispatcher",
        {"reason": "等配件", "until": "2026-06-03T10:00:00+08:00"},
        "paused",
        "resident",
    ),
    "resume": ("paused", "worker", {}, "working", "resident"),
    "sign": ("working", "worker", {"image": True, "role": "resident", "name": "张三"}, "working", "manager"),
    "uphold": ("returned", "officer", {"note": "是市政管网"}, "returned", "chair"),
    "deny": ("returned", "secretary", {"reason": "表后归物业"}, "submitted", "manager"),
    "confirm": ("awaiting", "resident", {"stars": 4, "comment": "快"}, "done", "manager"),
    "reopen": ("awaiting", "resident", {"reason": "还在滴"}, "accepted", "chair"),
    "contest": ("returned", "resident", {"reason": "是公共水管"}, "submitted", "officer"),
    "withdraw": ("submitted", "resident", {"reason": "自己修好了"}, "withdrawn", "manager"),
    "urge": ("accepted", "resident", {}, "accepted", "manager"),
    "join": ("accepted", "neighbour", {}, "accepted", "manager"),
    "leave": ("accepted", "neighbour", {}, "accepted", "manager"),
    "answer": ("submitted", "chair", {"answer": "已约谈物业，明天修好。"}, "submitted", "dispatcher"),
}
# Among residents; staff cannot even ask.
NEIGHBOURLY = {"join", "leave"}
# Held against what is over in test_repairs_late: they are not refused by the machine alone.
ELSEWHERE_WHEN_OVER = {*NEIGHBOURLY, "sign"}
# What each action cannot do without: (field as it is named in the answer, code).
NEEDED = {
    "assign": ("worker", "no_such_worker"),
    "reassign": ("reason", "say_why"),
    "return": ("reason", "say_why"),
    "finish": ("photos", "photo_needed"),
    "force_close": ("reason", "say_why"),
    "merge": ("into", "no_such_request"),
    "tie": ("to", "no_such_request"),
    "pause": ("until", "pause_too_short"),
    "sign": ("image", "signature_needed"),
    "deny": ("reason", "say_why"),
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
    if body.get("image"):
        return client.post(path, {**body, "image": picture("signature.jpg")}, headers=headers)
    return client.post(path, json.dumps(body), content_type="application/json", headers=headers)


def ready(world: World, action: str) -> tuple[Request, dict[str, Any]]:
    """A request on which the action may be taken, and what to send."""
    before, _who, given, _after, _other = CASES[action]
    if action == "answer":
        request = bring_to(world.here, before, now=NOW - timedelta(days=9))
        with scope(world.here.compound.pk):
            clock.escalate(compound_id=world.here.compound.pk, now=NOW)
    elif action in NEIGHBOURLY:
        request = bring_to(world.here, before, place="public", place_text="东门", home_id=None)
    else:
        request = bring_to(world.here, before)
    if action == "leave":
        joined(world, request)
    posts = world.here.posts
    special = {
        "worker": lambda: posts["worker"].pk,
        "worker2": lambda: posts["worker2"].pk,
        "other": lambda: other(world),
    }
    named = {"worker_post", "into", "to"}
    return request, {n: special[v]() if n in named else v for n, v in given.items()}


def other(world: World) -> str:
    """Another open request of the compound."""
    return file_one(world.here).ref


def joined(world: World, request: Request) -> None:
    with scope(world.here.compound.pk):
        together.join(
            compound_id=world.here.compound.pk, ref=request.ref, home_id=None, by=world.here.actor("neighbour"), now=NOW
        )


def entries(world: World) -> int:
    with scope(world.here.compound.pk):
        return Entry.objects.count()


def test_every_action_has_a_case() -> None:
    assert list(ACTIONS) == list(CASES)


@pytest.mark.parametrize("action", CASES)
def test_it_does_what_the_page_does_and_a_repeat_does_nothing(world: World, sign_in: Any, action: str) -> None:
    request, body = ready(world, action)
    _before, who, _given, after, _other = CASES[action]
    with time_machine.travel(LATER, tick=False):
        client = sign_in(world.here, who)
        answer = take(client, request.ref, action, body)
        written = entries(world)
        again = take(client, request.ref, action, body)
    expected = 204 if action == "leave" else 200
    assert (answer.status_code, again.status_code) == (expected, expected), (answer.content, again.content)
    if action != "leave":
        told = answer.json()
        assert (told["ref"], told["state"], told["events"][-1]["action"]) == (request.ref, after, action)
    assert again.content == answer.content
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
        # Any resident may join; whoever joined sees it.
        stranger = "worker" if action in NEIGHBOURLY else "neighbour"
        unseen = take(sign_in(world.here, stranger), request.ref, action, body)
        foreign = take(sign_in(world.there, "manager"), request.ref, action, body)
    assert (unseen.status_code, foreign.status_code) == (404, 404)
    # A worker does not see what another has in hand; whoever sees it is told that it is not theirs.
    told = (404, "not_found") if action in NEIGHBOURLY else (403, "not_yours")
    assert (seen.status_code, seen.json()["code"]) == told
    assert entries(world) == written
    for answer in (seen, unseen, foreign):
        assert CANARY not in answer.content.decode()
    with scope(world.here.compound.pk):
        assert Request.objects.get(pk=request.pk).state == CASES[action][0]


@pytest.mark.parametrize("action", [name for name in CASES if name not in {"answer", *ELSEWHERE_WHEN_OVER}])
def test_out_of_state_is_409_and_changes_nothing(world: World, sign_in: Any, action: str) -> None:
    _request, body = ready(world, action)
    gone = bring_to(world.here, "withdrawn", now=NOW - timedelta(hours=1))
    written = entries(world)
    with time_machine.travel(LATER, tick=False):
        answer = take(sign_in(world.here, CASES[action][1]), gone.ref, action, body)
    # A worker does not see a request that is over and was never theirs; who would have claimed it is told that it is over.
    unseen = action in {"arrive", "start", "finish", "resume"}
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
