"""Papers on walls over REST, and the protocol as a phone speaks it."""

import hashlib
import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from idempotency.forms import fresh_key
from parties.models import Post
from posting.models import Answer, Conflict, Point
from tenancy.scope import scope
from tests.notices.conftest import submitted
from tests.posting.conftest import DAY, NOW, a_point, answered, as_photo, jpeg, open_tasks, publicity, three_points
from tests.world import CANARY, RESIDENTS, STAFF, Side, World

API = "/api/v1/compounds/here/posting/"
BASE = "/api/v1/posting/here/answers/"
LIST = [*STAFF, *RESIDENTS, "city"]
WALKERS = {"manager", "dispatcher", "worker", "worker2", "secretary", "officer"}


class Phone:
    """A phone in somebody's hand: it keeps what it sends, and sends it as often as need be."""

    def __init__(self, side: Side, client: Client, who: str = "worker", code: str = "here") -> None:
        self.client, self.base = client, f"/api/v1/posting/{code}/answers/"
        self.standing = f"post:{side.posts[who].pk}" if who in side.posts else f"home:{side.compound.pk}"

    def answer(self, one: uuid.UUID, body: dict[str, Any], *, device: str = "2026-06-02T10:00:00+08:00") -> Any:
        headers = {"X-Standing": self.standing, "X-Device-Time": device}
        return self.client.put(
            f"{self.base}{one}/", json.dumps(body), content_type="application/json", headers=headers
        )  # fmt: skip

    def photo(self, one: uuid.UUID, content: bytes, slot: int = 0) -> Any:
        return self.client.generic(
            "PUT", f"{self.base}{one}/photos/{slot}/", *multipart(content), headers={"X-Standing": self.standing}
        )


def multipart(content: bytes) -> tuple[bytes, str]:
    """A form with one photo."""
    from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

    return encode_multipart(BOUNDARY, {"photo": as_photo(content)}), MULTIPART_CONTENT


def body_for(task: Any, photo: bytes, **changed: Any) -> dict[str, Any]:
    """What a phone sends."""
    return {
        "task": task.pk,
        "result": "posted",
        "note": "",
        "label": "",
        "device_at": "2026-06-02T09:59:00+08:00",
        "photos": [{"slot": 0, "sha256": hashlib.sha256(photo).hexdigest(), "bytes": len(photo)}],
        **changed,
    }


def test_an_answer_goes_its_way(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    three_points(side)
    task = open_tasks(publicity(side))[0]
    phone, one, photo = Phone(side, sign_in(side, "worker")), uuid.uuid4(), jpeg()
    body = body_for(task, photo)
    first = phone.answer(one, body)
    assert (first.status_code, first.json()["state"]) == (201, "waiting")
    digest = hashlib.sha256(photo).hexdigest()
    assert first.json()["photos"] == [{"slot": 0, "sha256": digest, "stored": False}]
    whole = phone.photo(one, photo)
    assert (whole.status_code, whole.json()["state"]) == (201, "counted")
    assert whole.json()["photos"] == [{"slot": 0, "sha256": digest, "stored": True}]
    for again in (phone.answer(one, body), phone.photo(one, photo)):
        assert (again.status_code, again.json()["photos"][0]["stored"], again.json()["differs"]) == (200, True, False)
    # The keys in another order are the same bytes of meaning.
    assert phone.answer(one, dict(reversed(body.items()))).status_code == 200
    receipt = phone.client.get(f"{BASE}{one}/", headers={"X-Standing": phone.standing}).json()
    assert (receipt["happened_at"], receipt["offset_seconds"]) == ("2026-06-02T09:59:00+08:00", 0)
    other = Phone(side, sign_in(side, "worker2"), "worker2")
    assert other.client.get(f"{BASE}{one}/", headers={"X-Standing": other.standing}).status_code == 404


def test_other_bytes_are_409_with_a_receipt_of_their_own(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    three_points(side)
    task = open_tasks(publicity(side))[0]
    phone, one, photo, other = Phone(side, sign_in(side, "worker")), uuid.uuid4(), jpeg("#111111"), jpeg("#222222")
    phone.answer(one, body_for(task, photo))
    phone.photo(one, photo)
    second = phone.answer(one, body_for(task, other, note="别的"))
    digest = hashlib.sha256(other).hexdigest()
    assert (second.status_code, second.json()["differs"]) == (409, True)
    assert second.json()["photos"] == [{"slot": 0, "sha256": digest, "stored": False}]
    kept = phone.photo(one, other)
    assert (kept.status_code, kept.json()["photos"]) == (409, [{"slot": 0, "sha256": digest, "stored": True}])
    with scope(side.compound.pk):
        assert (Answer.objects.count(), Conflict.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"task": 10**12}, 404, "not_found"),
        ({"task": "x"}, 400, "invalid"),
        ({"result": "hanging"}, 422, "unknown_result"),
        ({"result": "nothing"}, 400, "invalid_choice"),
        ({"device_at": "gestern"}, 400, "invalid"),
        ({"photos": []}, 422, "no_photo"),
        ({"photos": [{"slot": 0, "sha256": "abc", "bytes": 3}]}, 400, "invalid"),
        ({"photos": [{"slot": 7, "sha256": "0" * 64, "bytes": 3}]}, 400, "max_value"),
        ({"photos": [{"slot": 0, "sha256": "0" * 64, "bytes": 60_000_000}]}, 400, "max_value"),
        ({"note": "长" * 201}, 400, "max_length"),
    ],
)
def test_what_cannot_be_used_is_refused(
    world: World, sign_in: Callable[..., Client], changed: dict[str, Any], status: int, code: str
) -> None:
    side = world.here
    three_points(side)
    task = open_tasks(publicity(side))[0]
    said = Phone(side, sign_in(side, "worker")).answer(uuid.uuid4(), {**body_for(task, jpeg()), **changed})
    assert (said.status_code, status) == (status, status)
    assert code in json.dumps(said.json())
    with scope(side.compound.pk):
        assert not Answer.objects.exists()


def test_photos_that_are_none(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    three_points(side)
    task = open_tasks(publicity(side))[0]
    phone, one, photo = Phone(side, sign_in(side, "worker")), uuid.uuid4(), jpeg()
    phone.answer(one, body_for(task, photo))
    half = phone.photo(one, photo[:100])
    assert (half.status_code, half.json()["code"]) == (422, "photo_differs")
    nothing = phone.photo(one, b"")
    assert (nothing.status_code, nothing.json()["code"]) == (422, "photo_size")
    assert phone.photo(one, photo, slot=9).status_code == 404
    assert phone.photo(uuid.uuid4(), photo).status_code == 404
    evil, two = b"GIF89a" + bytes(40), uuid.uuid4()
    phone.answer(two, body_for(task, evil))
    refused = phone.photo(two, evil)
    assert (refused.status_code, refused.json()["code"]) == (422, "type")
    # What was refused took nothing with it: the good one still comes.
    assert phone.photo(one, photo).status_code == 201


@pytest.mark.parametrize("who", LIST)
def test_who_hands_in(world: World, sign_in: Callable[..., Client], who: str) -> None:
    side = world.here
    three_points(side)
    task = open_tasks(publicity(side))[0]
    client = sign_in(side, who)
    said = Phone(side, client, who).answer(uuid.uuid4(), body_for(task, jpeg()))
    assert said.status_code == (201 if who in WALKERS else 403)
    work = client.get(f"{API}work/")
    assert work.status_code == (200 if who in WALKERS else 403)
    for path in ("points/", "rounds/"):
        assert client.get(API + path).status_code == (403 if who in RESIDENTS else 200)


def test_what_is_next_door_is_not_there(world: World, sign_in: Callable[..., Client]) -> None:
    three_points(world.here)
    three_points(world.there)
    foreign = open_tasks(publicity(world.there, title=CANARY))[0]
    phone = Phone(world.here, sign_in(world.here, "worker"))
    assert phone.answer(uuid.uuid4(), body_for(foreign, jpeg())).status_code == 404
    outside = Phone(world.here, phone.client, code="there")
    assert outside.answer(uuid.uuid4(), body_for(foreign, jpeg())).status_code == 404
    with scope(world.there.compound.pk):
        assert not Answer.objects.exists()
    assert Client().put(f"{BASE}{uuid.uuid4()}/", "{}", content_type="application/json").status_code in {401, 403}


def test_a_post_that_ended_meanwhile_is_kept_for_review(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    three_points(side)
    notice = publicity(side)
    tasks = open_tasks(notice)
    phone, one, photo = Phone(side, sign_in(side, "worker")), uuid.uuid4(), jpeg()
    post = Post.objects.filter(pk=side.posts["worker"].pk)
    post.update(ends=(NOW - DAY).date())
    said = phone.answer(one, body_for(tasks[0], photo))
    assert (said.status_code, said.json()["flags"]) == (201, ["before_task", "not_in_post"])
    assert phone.photo(one, photo).json()["state"] == "review"
    assert len(open_tasks(notice)) == 3
    assert phone.answer(one, body_for(tasks[0], photo)).status_code == 200
    post.update(ends=(NOW - timedelta(days=60)).date())
    assert phone.answer(uuid.uuid4(), body_for(tasks[1], photo)).status_code == 403
    assert phone.client.get(f"{BASE}{one}/", headers={"X-Standing": phone.standing}).status_code == 403


def send(client: Client, path: str, given: Any, one: str = "") -> Any:
    headers = {"Idempotency-Key": one or fresh_key()}
    return client.post(API + path, given, content_type="application/json", headers=headers)


def test_points_and_plans(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    manager = sign_in(side, "manager")
    once, new = fresh_key(), {"kind": "gate", "name": "大门", "spot": "东门"}
    first, again = (send(manager, "points/", new, once) for _ in range(2))
    assert (first.status_code, first.json()) == (201, again.json())
    assert first.json()["address"] == "东门"
    assert send(manager, "points/", new).json()["code"] == "point_twice"
    assert send(manager, "points/", {**new, "kind": "x"}).status_code == 400
    assert send(sign_in(side, "chair"), "points/", new).status_code == 403
    pk = first.json()["id"]
    plain = submitted(side, "manager")
    said = send(manager, f"notices/{plain.ref}/", {"wanted": True, "points": [pk]})
    assert (said.status_code, said.json()["points"]) == (200, [pk])
    assert (
        send(manager, f"notices/{plain.ref}/", {"wanted": True, "points": [pk + 999]}).json()["code"] == "no_such_point"
    )
    assert send(manager, "notices/nothing/", {"wanted": True}).status_code == 404
    answered(side, open_tasks(plain)[0])
    shown = manager.get(f"{API}notices/{plain.ref}/").json()
    assert (shown["points"], shown["posted"], shown["postings"][0]["postings"][0]["result"]) == (1, 1, "posted")
    assert manager.get(shown["postings"][0]["postings"][0]["photo"]).status_code == 200
    rounds = manager.get(f"{API}rounds/?state=done").json()["results"]
    assert [(one["notice"], one["points"], one["done"]) for one in rounds] == [(plain.ref, 1, 1)]
    assert send(manager, f"points/{pk}/retire/", {"reason": " "}).status_code == 400
    assert send(manager, f"points/{pk}/retire/", {"reason": "拆了"}).json()["retired_at"] is not None
    assert send(manager, f"points/{pk}/retire/", {"reason": "拆了"}).status_code == 409
    assert send(manager, f"points/{pk + 999}/retire/", {"reason": "拆了"}).status_code == 404
    assert [one["id"] for one in manager.get(f"{API}points/?retired=1").json()] == [pk]


@pytest.mark.parametrize("rows", [1, 30])
def test_lists_ask_the_same_for_one_and_for_thirty(
    world: World, sign_in: Callable[..., Client], statements: Callable[[], Any], rows: int
) -> None:
    side = world.here
    for n in range(rows):
        a_point(side, f"公告栏{n}")
    notice = publicity(side)
    for n in range(rows):
        submitted(side, "officer", kind="publicity", title=f"公示{n}")
    for task in open_tasks(notice):
        answered(side, task, who="officer")
    client = sign_in(side, "officer")
    counts = []
    for path in ("points/", "rounds/", "work/", f"notices/{notice.ref}/"):
        assert client.get(API + path).status_code == 200
        cache.clear()
        with statements() as seen:
            client.get(API + path)
        counts.append(len(seen))
    assert counts == [9, 9, 10, 13]
    with scope(side.compound.pk):
        assert Point.objects.count() == rows
