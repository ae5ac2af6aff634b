"""Rules over REST: what is read, what is set and by whom, the test box, refusals and idempotency keys."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from idempotency.forms import fresh_key
from repairs.models import DeadlinePolicy, PlaceCode, ReplyTemplate, RoutingRule
from tenancy.scope import scope
from tests.world import CANARY, RESIDENTS, STAFF, World

API = "/api/v1/compounds/here/"
RULE = {"category": "lift", "target": "duty"}
DEADLINE = {
    "category": "water",
    "respond": {"minutes": 20, "basis": "calendar"},
    "finish": {"minutes": 360, "basis": "working"},
}
REPLY = {"step": "pause", "title": "等配件", "text": "在路上"}
PLACE = {"place_text": "东门", "category": "access"}
SETS = {"routing/": RULE, "deadlines/": DEADLINE, "replies/": REPLY, "places/": PLACE}
READS = (*SETS, "routing/ask/?category=lift&place=public", "routing/history/")


def send(client: Client, path: str, given: Any = None, key: str = "", method: str = "post") -> Any:
    return getattr(client, method)(
        API + path, given or {}, content_type="application/json", headers={"Idempotency-Key": key or fresh_key()}
    )


@pytest.mark.parametrize("role", [*STAFF, *RESIDENTS, "city"])
def test_who_reads_and_who_sets(world: World, sign_in: Any, role: str) -> None:
    client = sign_in(world.here, role)
    for path in READS:
        assert client.get(API + path).status_code == (403 if role in RESIDENTS else 200), path
    for path, given in SETS.items():
        may = role in {"chair", "member", "secretary", "officer"} if path == "deadlines/" else role == "manager"
        assert send(client, path, given).status_code == (201 if may else 403), path
    for path in READS:
        if role != "city":
            assert client.get(path.join(("/api/v1/compounds/there/", ""))).status_code == 404


def test_next_doors_are_not_there(world: World, sign_in: Any) -> None:
    theirs = sign_in(world.there, "manager")
    there = API.replace("here", "there")
    for path, given in (("replies/", {**REPLY, "text": CANARY}), ("places/", {**PLACE, "place_text": CANARY})):
        made = theirs.post(
            there + path, given, content_type="application/json", headers={"Idempotency-Key": fresh_key()}
        )
        assert made.status_code == 201
    client = sign_in(world.here, "manager")
    for path in READS:
        assert CANARY not in client.get(API + path).content.decode()
    assert send(client, "replies/1/", REPLY).status_code == 404
    assert send(client, "replies/1/", method="delete").status_code == 404
    assert send(client, f"places/{made.json()['code']}/", method="delete").status_code == 404
    assert send(client, "routing/1/", RULE).status_code == 404
    assert send(client, "routing/1/end/").status_code == 404


def test_routing_is_set_moved_asked_and_ended(world: World, sign_in: Any) -> None:
    client = sign_in(world.here, "manager")
    key = fresh_key()
    first = send(client, "routing/", RULE, key).json()
    assert send(client, "routing/", RULE, key).json() == first
    assert send(client, "routing/", {**RULE, "category": "fire"}, key).status_code == 409
    second = send(client, "routing/", {"target": "receiver", "receiver": "供水公司", "urgent": True}).json()
    assert [row["rule"] for row in client.get(f"{API}routing/").json()] == [first["rule"], second["rule"]]
    asked = {"category": "water", "place": "home", "urgent": "true", "at": "2026-06-02T10:00:00+08:00"}
    assert client.get(f"{API}routing/ask/", asked).json() == {
        "target": "receiver",
        "rule": second["rule"],
        "worker_post": None,
        "receiver": "供水公司",
        "tried": [
            {"rule": first["rule"], "version": 1, "failed": "category"},
            {"rule": second["rule"], "version": 1, "failed": ""},
        ],
    }
    moved = send(client, f"routing/{second['rule']}/up/").json()
    assert [row["rule"] for row in moved] == [second["rule"], first["rule"]]
    changed = send(client, f"routing/{first['rule']}/", {**RULE, "target": "desk"})
    assert (changed.status_code, changed.json()["version"]) == (200, 3)
    assert [row["rule"] for row in send(client, f"routing/{second['rule']}/end/").json()] == [first["rule"]]
    versions = client.get(f"{API}routing/history/").json()["results"]
    assert len(versions) == 5
    assert {row["ended_as"] for row in versions if row["rule"] == second["rule"] and row["version"] == 2} == {
        "manager 和美物业 项目经理"
    }
    assert client.get(f"{API}routing/ask/", {"category": "water", "place": "home"}).json()["target"] == "desk"
    assert send(client, f"routing/{first['rule']}/sideways/").status_code == 404


def test_deadlines_replies_and_places_are_set(world: World, sign_in: Any) -> None:
    chair, manager = sign_in(world.here, "chair"), sign_in(world.here, "manager")
    table = send(chair, "deadlines/", DEADLINE).json()
    water = next(row for row in table if row["category"] == "water" and not row["urgent"])
    assert (water["respond"], water["source"]) == ({"minutes": 20, "basis": "calendar"}, "compound")
    later = send(chair, "deadlines/", {**DEADLINE, "since": "2099-01-01T00:00:00+08:00"}).json()
    assert len(next(row for row in later if row["category"] == "water")["coming"]) == 1
    back = send(chair, "deadlines/", {"category": "water"}).json()
    assert next(row for row in back if row["category"] == "water")["source"] == "default"
    (own,) = [row for row in send(manager, "replies/", REPLY).json() if row["source"] == "compound"]
    changed = send(manager, f"replies/{own['reply']}/", {**REPLY, "text": "到了"}).json()
    assert [row["text"] for row in changed if row["source"] == "compound"] == ["到了"]
    ended = send(manager, f"replies/{own['reply']}/", method="delete").json()
    assert [row for row in ended if row["source"] == "compound"] == []
    made = send(manager, "places/", PLACE).json()
    assert [row["code"] for row in manager.get(f"{API}places/").json()["results"]] == [made["code"]]
    assert send(manager, f"places/{made['code']}/", method="delete").json()["retired_at"]
    assert manager.get(f"{API}places/").json()["results"] == []


@pytest.mark.parametrize(
    ("path", "given", "status", "field"),
    [
        ("routing/", {}, 400, "target"),
        ("routing/", {"target": "post"}, 422, "worker"),
        ("routing/", {"target": "receiver"}, 422, "receiver"),
        ("routing/", {**RULE, "building": 2**40}, 422, "building"),
        ("routing/", {**RULE, "category": "x"}, 400, "category"),
        ("replies/", {**REPLY, "title": "长" * 31}, 400, "title"),
        ("places/", {**PLACE, "place_text": "长" * 61}, 400, "place_text"),
        ("places/", {**PLACE, "building": 2**40}, 422, "building"),
    ],
)
def test_what_cannot_be_is_refused(world: World, sign_in: Any, path: str, given: dict, status: int, field: str) -> None:
    client = sign_in(world.here, "manager")
    answer = send(client, path, given)
    assert (answer.status_code, answer.json()["field"]) == (status, field)
    assert client.post(API + path, SETS[path], content_type="application/json").status_code == 400
    with scope(world.here.compound.pk):
        assert not any(kind.objects.exists() for kind in (RoutingRule, DeadlinePolicy, ReplyTemplate, PlaceCode))


def test_a_deadline_that_cannot_be_is_refused(world: World, sign_in: Any) -> None:
    client = sign_in(world.here, "officer")
    for given, code in (
        ({**DEADLINE, "finish": None}, "term_whole"),
        ({**DEADLINE, "finish": {"minutes": 10, "basis": "calendar"}}, "term_order"),
        ({**DEADLINE, "since": "2020-01-01T00:00:00+08:00"}, "since_past"),
    ):
        answer = send(client, "deadlines/", given)
        assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_lists_ask_the_same_for_one_and_for_thirty(world: World, sign_in: Any, statements: Callable[[], Any]) -> None:
    client = sign_in(world.here, "manager")
    taken: list[dict[str, int]] = []
    for numbers in (range(1), range(1, 30)):
        for n in numbers:
            send(client, "routing/", RULE)
            send(client, "replies/", REPLY)
            send(client, "places/", {**PLACE, "place_text": f"{n}号门"})
        counts = {}
        for path in READS:
            assert client.get(API + path).status_code == 200
            with statements() as seen:
                client.get(API + path)
            counts[path] = len(seen)
        taken.append(counts)
    assert taken[0] == taken[1]
    assert sorted(taken[0].values()) == [8, 8, 8, 9, 9, 9]
