"""Rounds over REST, and the protocol as a phone speaks it."""

import gzip
import hashlib
import json
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from equipment.models import Label
from parties.models import Post
from rounds.models import Answer, Conflict
from tenancy.scope import scope
from tests.equipment.conftest import a_piece
from tests.posting.conftest import jpeg
from tests.posting.test_api import multipart
from tests.rounds.conftest import NOW, body_for, fresh, planned, points_of, round_of, walked
from tests.world import RESIDENTS, STAFF, Side, World

API = "/api/v1/compounds/here/rounds/"
CHECK = "check:extinguisher:check:half_month"


class Phone:
    """A phone in somebody's hand: it keeps what it sends, and sends it as often as need be."""

    def __init__(self, side: Side, client: Client, who: str = "worker", code: str = "here") -> None:
        self.client, self.base = client, f"/api/v1/rounds/{code}/answers/"
        self.headers = {
            "X-Standing": f"post:{side.posts[who].pk}" if who in side.posts else f"home:{side.compound.pk}",
            "X-Device-Time": "2026-06-02T10:00:00+08:00",
        }

    def answer(self, one: uuid.UUID, body: Any) -> Any:
        return self.client.put(
            f"{self.base}{one}/", json.dumps(body), content_type="application/json", headers=self.headers
        )  # fmt: skip

    def many(self, answers: Any) -> Any:
        return self.client.post(
            self.base, json.dumps({"answers": answers}), content_type="application/json", headers=self.headers
        )  # fmt: skip

    def photo(self, one: uuid.UUID, content: bytes, slot: int = 0) -> Any:
        return self.client.generic(
            "PUT", f"{self.base}{one}/photos/{slot}/", *multipart(content), headers=self.headers
        )  # fmt: skip


def test_the_package_of_a_day(world: World, sign_in: Callable[..., Client]) -> None:
    side, client = world.here, sign_in(world.here, "worker")
    plans = planned(side)
    answered = client.get(f"{API}package/")
    found = answered.json()
    assert (found["day"], found["compound"], len(found["version"])) == ("2026-06-02", "here", 64)
    rounds = {one["name"]: one for one in found["rounds"]}
    assert rounds[plans[CHECK].name]["points"] == 2
    assert rounds["疏散演练"]["form"] == "duty:evacuation_drill"
    stop = next(one for one in found["stops"] if one["piece"])
    assert {one["round"] for one in stop["rounds"]} == {
        rounds[plans[key].name]["id"] for key in (CHECK, "facility_patrol:0")
    }
    with scope(side.compound.pk):
        assert found["labels"] == {one.code: f"p{one.piece_id}" for one in Label.objects.all()}
    assert stop["label"] in found["labels"]
    assert {"gauge", "body", "photo"} <= {item["key"] for item in found["forms"][stop["form"]]}
    assert all(stop["form"] in found["forms"] for stop in found["stops"])
    again = client.get(f"{API}package/", headers={"If-None-Match": answered["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(f"{API}package/?day=2026-06-03").json()["version"] != found["version"]
    assert [client.get(f"{API}package/?day={day}").status_code for day in ("x", "2030-01-01")] == [404, 404]


def test_who_takes_it_along(world: World, sign_in: Callable[..., Client]) -> None:
    planned(world.here)
    firm = {"manager", "dispatcher", "worker", "worker2"}
    for name in [*STAFF, *RESIDENTS, "city"]:
        client = sign_in(world.here, name)
        assert client.get(f"{API}package/").status_code == (200 if name in firm else 403), name
        allowed = name in {"manager", "dispatcher"}
        assert client.get(f"{API}occurrences/").status_code == (200 if allowed else 403), name


def test_forty_places_fit_in_sixty_kilobytes_and_six_statements(
    world: World, sign_in: Callable[..., Client], statements: Callable[[], Any]
) -> None:
    side, client = world.here, sign_in(world.here, "worker")
    planned(side, 40)
    client.get("/api/v1/compounds/here/rounds/package/")
    with statements() as found:
        answered = client.get(f"{API}package/")
    assert len(answered.json()["stops"]) >= 40
    assert len(gzip.compress(answered.content)) <= 60 * 1024
    ours = [one["sql"] for one in found if "rounds_" in one["sql"] or "equipment_" in one["sql"]]
    assert len(ours) == 6


@pytest.mark.parametrize("n", [1, 30])
def test_lists_ask_the_same_for_one_and_for_thirty(
    world: World, sign_in: Callable[..., Client], statements: Callable[[], Any], n: int
) -> None:
    side = world.here
    walked(side, planned(side, n)[CHECK])
    manager = sign_in(side, "manager")
    manager.get(f"{API}package/")
    counts = {}
    for path in ("package/", "occurrences/"):
        with statements() as found:
            assert manager.get(API + path).status_code == 200
        counts[path] = len(found)
    assert counts == {"package/": 13, "occurrences/": 10}


def test_an_answer_goes_its_way(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    plan = planned(side)[CHECK]
    one, point = round_of(plan), points_of(plan)[0]
    phone, mine, photo = Phone(side, sign_in(side, "worker")), uuid.uuid4(), jpeg()
    body = body_for(one, point, bad="body", photos=[photo])
    first = phone.answer(mine, body)
    digest = hashlib.sha256(photo).hexdigest()
    assert (first.status_code, first.json()["state"]) == (201, "waiting")
    assert first.json()["photos"] == [{"slot": 0, "sha256": digest, "stored": False}]
    half = phone.photo(mine, photo[:-10])
    assert (half.status_code, half.json()["code"]) == (422, "photo_differs")
    assert [phone.photo(mine, content).status_code for content in (b"", b"x" * 9)] == [422, 422]
    whole = phone.photo(mine, photo)
    assert (whole.status_code, whole.json()["state"]) == (201, "counted")
    assert whole.json()["photos"] == [{"slot": 0, "sha256": digest, "stored": True}]
    assert whole.json()["rounds"] == [
        {"round": one.pk, "points": 2, "answered": 1, "normal": 0, "state": "in_progress"}
    ]
    for again in (
        phone.answer(mine, body),
        phone.photo(mine, photo),
        phone.client.get(f"{phone.base}{mine}/", headers=phone.headers),
    ):
        assert (again.status_code, again.json()["photos"][0]["stored"]) == (200, True)
    other = phone.answer(mine, {**body, "note": "改了"})
    assert (other.status_code, other.json()["differs"], other.json()["photos"][0]["stored"]) == (409, True, False)
    more = phone.photo(mine, jpeg("#ff0000"))
    assert more.status_code in {422, 409}
    with scope(side.compound.pk):
        assert (Answer.objects.count(), Conflict.objects.count() >= 1) == (1, True)


def test_only_what_cannot_be_read_is_refused(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    plan = planned(side)[CHECK]
    one, point = round_of(plan), points_of(plan)[0]
    phone, body = Phone(side, sign_in(side, "worker")), body_for(one, point)
    photo = {"slot": 0, "sha256": "0" * 64, "bytes": 5}
    for wrong, code in (
        ({"kind": "song"}, "kind"), ({"kind": ["point"]}, "kind"),
        ({"device_at": "soon"}, "device_at"), ({"photos": [{"slot": 0}]}, "bad_hash"),
        ({"photos": [photo, photo]}, "photo_twice"), ({"photos": [photo] * 13}, "too_many_photos"),
        ({"photos": [{**photo, "bytes": 0}]}, "photo_size"), ({"note": "字" * 30000}, "too_large"),
    ):  # fmt: skip
        said = phone.answer(uuid.uuid4(), {**body, **wrong})
        assert (said.status_code, said.json()["code"]) == (400, code), wrong
    assert phone.answer(uuid.uuid4(), []).status_code == 400
    kept = phone.answer(uuid.uuid4(), {**body, "rounds": [{"round": "x"}], "results": [{"item": 5}], "seconds": -1})
    assert (kept.status_code, kept.json()["state"]) == (201, "review")
    # A note that was cut through a character is kept, and the same bytes again are the same answer.
    half, raw = uuid.uuid4(), {**body, "note": "着火 \ud83d"}
    assert [phone.answer(half, raw).status_code for _ in range(2)] == [201, 200]
    with scope(side.compound.pk):
        assert Answer.objects.get(client_id=half).note == "着火 \ufffd"
    client = sign_in(side, "manager")
    for day in ("0001-01-01", "9999-12-31"):
        assert client.get(f"{API}occurrences/", {"from": day}).status_code == 404
        assert client.get("/c/here/rounds/", {"day": day}).status_code == 200


def test_three_hundred_at_once(world: World, sign_in: Callable[..., Client], statements: Callable[[], Any]) -> None:
    side = world.here
    plan = planned(side, 40)[CHECK]
    one, points = round_of(plan), points_of(plan)
    phone = Phone(side, sign_in(side, "worker"))
    answers = [
        {"id": str(uuid.uuid4()), "body": body_for(one, points[n % 40], order=n, seconds=20 * n)} for n in range(299)
    ]
    answers.append({"id": "no", "body": {}})
    phone.many([])
    begun = time.perf_counter()
    with statements() as found:
        said = phone.many(answers)
    receipts = said.json()["receipts"]
    assert (said.status_code, len(receipts)) == (200, 300)
    assert [one["id"] for one in receipts] == [one["id"] for one in answers]
    assert {one["state"] for one in receipts[:-1]} == {"counted"}
    assert receipts[-1]["status"] == 400
    assert fresh(one).state == "done"
    again = phone.many(answers[:2]).json()["receipts"]
    assert [each["digest"] for each in again] == [each["digest"] for each in receipts[:2]]
    assert phone.many(answers + answers).status_code == 400
    # One entry of the audit for each, and a few dozen statements besides.
    assert len(found) < 299 + 60
    assert time.perf_counter() - begun < 30


def test_a_post_that_ended_and_the_next_compound(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    plan = planned(side)[CHECK]
    one, point = round_of(plan), points_of(plan)[0]
    client = sign_in(side, "worker")
    phone = Phone(side, client)
    with scope(side.compound.pk):
        Post.objects.filter(pk=side.posts["worker"].pk).update(ends=NOW.date() - timedelta(days=3))
    said = phone.answer(uuid.uuid4(), body_for(one, point))
    assert (said.status_code, said.json()["state"]) == (201, "review")
    assert "not_in_post" in said.json()["flags"]
    with scope(side.compound.pk):
        Post.objects.filter(pk=side.posts["worker"].pk).update(ends=NOW.date() - timedelta(days=40))
    assert phone.answer(uuid.uuid4(), body_for(one, point)).status_code in {403, 404}
    there = Phone(side, sign_in(side, "worker2"), "worker2", code="there")
    assert there.answer(uuid.uuid4(), body_for(one, point)).status_code in {403, 404}
    for who in ("officer", "resident"):
        assert Phone(side, sign_in(side, who), who).answer(uuid.uuid4(), body_for(one, point)).status_code in {403, 404}


def test_occurrences_are_listed(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    a_piece(side, "X-1")
    plan = planned(side)["fire_patrol"]
    client = sign_in(side, "manager")
    found = client.get(f"{API}occurrences/?from=2026-06-02&until=2026-06-02&state=planned").json()["results"]
    assert {one["duty"] for one in found} == {"fire_patrol", "facility_patrol"}
    assert plan.pk in {one["plan"] for one in found}
    assert client.get(f"{API}occurrences/?from=x").status_code == 404
