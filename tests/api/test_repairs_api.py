"""The REST resource: the same actions, status codes and words, and nothing of the next compound."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from repairs.models import Request
from tenancy.scope import scope
from tests.repairs.conftest import bring_to, file_one, picture
from tests.world import CANARY, World

BASE = "/api/v1/compounds/here/repairs/"


@pytest.fixture(autouse=True)
def _media(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def _post(client: Client, path: str, body: Any, key: str = "key-0123456789abcdef", **headers: str) -> Any:
    return client.post(
        path, json.dumps(body), content_type="application/json", headers={"Idempotency-Key": key, **headers}
    )


def _draft(world: World, **given: Any) -> dict[str, Any]:
    return {"category": "water", "place": "home", "home": world.here.homes[0].pk, "words": "漏水 䶮𫖯 💧", **given}


def test_filing_answers_201_with_the_request(world: World, sign_in: Any) -> None:
    answer = _post(sign_in(world.here, "resident"), BASE, _draft(world))
    assert answer.status_code == 201, answer.content
    body = answer.json()
    assert (body["number"], body["state"], body["words"]) == ("BX2026000001", "submitted", "漏水 䶮𫖯 💧")
    assert "和美物业" in body["line"] or body["line"]


def test_the_same_key_files_once_and_answers_the_same(world: World, sign_in: Any) -> None:
    client = sign_in(world.here, "resident")
    first, again = (_post(client, BASE, _draft(world)) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    with scope(world.here.compound.pk):
        assert Request.objects.count() == 1
    other = _post(client, BASE, _draft(world, words="别的"))
    assert (other.status_code, other.json()["code"]) == (409, "key_reused")


@pytest.mark.parametrize(
    ("given", "status", "code", "field"),
    [
        ({"category": "x"}, 400, "invalid_choice", "category"),
        ({"words": "字" * 1001}, 400, "max_length", "words"),
        ({"home": "abc"}, 400, "invalid", "home"),
        ({"home": 2**62}, 422, "not_your_home", "home"),
        ({"home": 2**70}, 400, "max_value", "home"),
        ({"words": ""}, 422, "words_or_photo", "words"),
        ({"place": "public", "place_text": ""}, 422, "say_where", "place_text"),
    ],
)
def test_bad_input_is_named_by_field(
    world: World, sign_in: Any, given: dict, status: int, code: str, field: str
) -> None:
    answer = _post(sign_in(world.here, "resident"), BASE, _draft(world, **given))
    body = answer.json()
    assert (answer.status_code, body["code"], body["field"]) == (status, code, field)
    assert body["detail"]
    with scope(world.here.compound.pk):
        assert Request.objects.count() == 0


@pytest.mark.parametrize(("key", "status"), [("", 400), ("short", 400), ("x" * 65, 400), ("with space 0123456", 400)])
def test_a_key_is_required_and_of_its_form(world: World, sign_in: Any, key: str, status: int) -> None:
    answer = _post(sign_in(world.here, "resident"), BASE, _draft(world), key=key)
    assert (answer.status_code, answer.json()["code"]) == (status, "key_malformed")


def test_who_is_not_signed_in_gets_401_and_who_may_not_gets_403(world: World, sign_in: Any) -> None:
    assert Client().get(BASE).status_code == 401
    assert _post(sign_in(world.here, "manager"), BASE, _draft(world)).status_code == 403


def test_another_compound_and_an_absent_one_answer_alike(world: World, sign_in: Any) -> None:
    client = sign_in(world.here, "resident")
    foreign = file_one(world.there, words=CANARY)
    answers = [
        client.get("/api/v1/compounds/there/repairs/"),
        client.get("/api/v1/compounds/nowhere/repairs/"),
        client.get(f"/api/v1/compounds/there/repairs/{foreign.ref}/"),
        client.get(f"{BASE}{foreign.ref}/"),
        client.get(f"{BASE}nosuchref/"),
        _post(client, f"{BASE}{foreign.ref}/urge/", {}),
        _post(client, f"{BASE}nosuchref/urge/", {}),
    ]
    assert {a.status_code for a in answers} == {404}
    assert all(CANARY not in a.content.decode() for a in answers)


def test_the_whole_way_over_the_api(world: World, sign_in: Any) -> None:
    resident, manager, worker = (sign_in(world.here, name) for name in ("resident", "manager", "worker"))
    ref = _post(resident, BASE, _draft(world)).json()["ref"]
    post = world.here.posts["worker"].pk
    assert _post(manager, f"{BASE}{ref}/assign/", {"worker_post": post}).json()["state"] == "assigned"
    assert _post(worker, f"{BASE}{ref}/start/", {}).json()["state"] == "working"
    refused = _post(worker, f"{BASE}{ref}/finish/", {}, key="key-without-photo-1")
    assert (refused.status_code, refused.json()["code"], refused.json()["field"]) == (422, "photo_needed", "photos")
    done = worker.post(
        f"{BASE}{ref}/finish/",
        {"photos": [picture()], "note": "好了"},
        headers={"Idempotency-Key": "key-with-photo-123"},
    )
    assert done.json()["state"] == "awaiting"
    closed = _post(resident, f"{BASE}{ref}/confirm/", {"stars": 5}, key="key-confirm-123456").json()
    assert (closed["state"], closed["stars"]) == ("done", 5)
    assert [event["action"] for event in closed["events"]] == ["file", "assign", "start", "finish", "confirm"]
    assert resident.get(closed["photos"][0]).status_code == 200


def test_out_of_state_is_409_in_words(world: World, sign_in: Any) -> None:
    request = bring_to(world.here, "assigned")
    answer = _post(sign_in(world.here, "worker2"), f"{BASE}{request.ref}/claim/", {})
    assert (answer.status_code, answer.json()["code"]) == (409, "taken")
    assert "worker" in answer.json()["detail"]


def test_a_hostile_photo_is_422_and_a_huge_one_413(world: World, sign_in: Any) -> None:
    client = sign_in(world.here, "resident")
    bad = SimpleUploadedFile("x.jpg", b"<svg onload=alert(1)>", content_type="image/jpeg")
    answer = client.post(BASE, {**_draft(world), "photos": [bad]}, headers={"Idempotency-Key": "key-hostile-12345"})
    assert (answer.status_code, answer.json()["field"]) == (422, "photos")
    huge = SimpleUploadedFile("x.jpg", b"\xff\xd8\xff" + b"0" * (20 * 1024 * 1024 + 1), content_type="image/jpeg")
    answer = client.post(BASE, {**_draft(world), "photos": [huge]}, headers={"Idempotency-Key": "key-huge-12345678"})
    assert answer.status_code == 413
    with scope(world.here.compound.pk):
        assert Request.objects.count() == 0


def test_malformed_bodies_are_400_and_unknown_kinds_415(world: World, sign_in: Any) -> None:
    client = sign_in(world.here, "resident")
    for body in (b"{", b"[1", b"\xff\xfe", b"null", b"[]", b'"x"'):
        answer = client.post(BASE, body, content_type="application/json", headers={"Idempotency-Key": "k" * 20})
        assert answer.status_code == 400, body
    assert client.post(BASE, b"x", content_type="text/csv", headers={"Idempotency-Key": "k" * 20}).status_code == 415


@pytest.mark.parametrize("rows", [1, 30])
def test_a_list_takes_the_same_statements_at_any_length(world: World, sign_in: Any, statements: Any, rows: int) -> None:
    for _ in range(rows):
        file_one(world.here)
    client = sign_in(world.here, "manager")
    client.get(BASE)
    with statements() as seen:
        answer = client.get(BASE)
    assert len(answer.json()["results"]) == min(rows, 20)
    assert len(seen) == 8, [q["sql"][:60] for q in seen]


def test_pages_go_on_by_cursor(world: World, sign_in: Any) -> None:
    for _ in range(25):
        file_one(world.here)
    client = sign_in(world.here, "resident")
    first = client.get(BASE).json()
    second = client.get(first["next"]).json()
    numbers = [row["number"] for row in first["results"] + second["results"]]
    assert len(numbers) == len(set(numbers)) == 25
    assert second["next"] is None


def test_an_app_names_its_standing_in_a_header(world: World) -> None:
    """Signed in without a chosen standing, as by token: the header says which, and only one that is held today."""
    client = Client()
    client.force_login(world.here.people["manager"])
    assert client.get(BASE).status_code == 403
    own, foreign = world.here.posts["manager"].pk, world.there.posts["manager"].pk
    assert client.get(BASE, headers={"X-Standing": f"post:{own}"}).status_code == 200
    for named in (f"post:{foreign}", f"home:{world.here.compound.pk}", "post:x", "x:1", f"post:{'9' * 30}"):
        assert client.get(BASE, headers={"X-Standing": named}).status_code == 403, named
