"""Paper ballots over REST: the same refusals in the same words, one effect a key, and doors as phones send them."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from paper_ballots.models import Batch, Delivery, Reading, Sheet
from tenancy.scope import scope
from tests.boxes.conftest import AFTER, DURING, Running, closed, sealed
from tests.paper_ballots.conftest import came_back, picture, printed, returned, scanned
from tests.paper_ballots.test_doors import entrance_of
from tests.world import World

Enter = Any


@pytest.fixture(autouse=True)
def during() -> Iterator[None]:
    """In the middle of the window."""
    with time_machine.travel(DURING, tick=False):
        yield


def papers_at(running: Running, tail: str = "") -> str:
    return f"/api/v1/compounds/{running.side.compound.code}/polls/{running.poll.ref}/papers/{tail}"


def post(client: Client, address: str, given: dict[str, Any], key: str = "") -> Any:
    return client.post(address, given, content_type="application/json", headers={"Idempotency-Key": key or uuid4().hex})


def delivery(running: Running, client_id: str) -> str:
    return f"/api/v1/paper-ballots/{running.side.compound.code}/{running.poll.ref}/deliveries/{client_id}/"


def test_a_paper_is_taken_back_once_a_key(world: World, sign_in: Enter) -> None:
    running = sealed(world.here)
    paper = printed(running)[0]
    client: Client = sign_in(world.here, "officer")
    key = uuid4().hex
    answers = [post(client, papers_at(running, "returns/"), {"code": paper.code}, key) for _again in range(2)]
    assert [(one.status_code, one.json()["number"]) for one in answers] == [(200, paper.number)] * 2
    again = post(client, papers_at(running, "returns/"), {"code": paper.code})
    assert (again.status_code, again.json()["code"]) == (409, "came_back")
    assert again.json()["detail"] == "这张票已经收回登记过了，不要重复登记。"
    wrong = post(client, papers_at(running, "returns/"), {"code": "ABCDEFG"})
    assert (wrong.status_code, wrong.json()["code"], wrong.json()["field"]) == (422, "mistyped", "code")
    assert client.get(papers_at(running)).json() == {
        "printed": len(running.keys), "voided": 0, "delivered": 0, "returned": 1, "counted": 0, "aside": 0, "waiting": 1,
    }  # fmt: skip


def test_a_door_is_put_with_its_photo_as_often_as_need_be(world: World, sign_in: Enter) -> None:
    running = sealed(world.here)
    paper = printed(running)[0]
    client: Client = sign_in(world.here, "chair")
    photo = picture()
    content = photo.read()
    sha = hashlib.sha256(content).hexdigest()
    client_id = str(uuid4())
    body = {
        "paper": paper.number, "outcome": "handed", "taken_by": "胡一明", "note": "", "device_at": DURING.isoformat(),
        "photos": [{"slot": 0, "sha256": sha, "bytes": len(content)}],
    }  # fmt: skip
    head = {
        "X-Standing": f"post:{world.here.posts['chair'].pk}",
        "X-Device-Time": (DURING - timedelta(minutes=1)).isoformat(),
    }

    def put(given: dict[str, Any]) -> Any:
        return client.put(delivery(running, client_id), given, content_type="application/json", headers=head)

    answers = [put(body) for _again in range(2)]
    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].json()["photos"] == [{"slot": 0, "sha256": sha, "stored": False}]
    assert answers[0].json()["offset_seconds"] == 60
    other = put({**body, "taken_by": "楼晓燕"})
    assert (other.status_code, other.json()["code"]) == (422, "other_answer")
    for _again in range(2):
        photo = picture()
        sent = client.put(f"{delivery(running, client_id)}photos/0/", *multipart(photo), headers=head)
        assert (sent.status_code, sent.json()["photos"]) == (201, [{"slot": 0, "sha256": sha, "stored": True}])
    assert (
        client.put(f"{delivery(running, client_id)}photos/1/", *multipart(picture()), headers=head).status_code == 404
    )
    assert (
        client.put(f"{delivery(running, 'x')}", body, content_type="application/json", headers=head).status_code == 404
    )
    with scope(world.here.compound.pk):
        assert Delivery.objects.filter(compound=world.here.compound).count() == 1
    ways = client.get(papers_at(running, "doors/")).json()
    assert [(one["papers"], one["there"], one["proved"]) for one in ways] == [(len(running.keys), 1, 1)]
    homes = client.get(papers_at(running, f"doors/{entrance_of(running, paper)}/")).json()
    first = next(one for one in homes if one["paper"] == paper.number)
    assert [(one["number"], one["outcome"], one["taken_by"]) for one in first["tries"]] == [(1, "handed", "胡一明")]


def multipart(photo: Any) -> tuple[bytes, str]:
    from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

    photo.seek(0)
    return encode_multipart(BOUNDARY, {"photo": photo}), MULTIPART_CONTENT


@pytest.mark.parametrize(("who", "status", "code"), [("street", 403, "not_your_post"), ("manager", 404, "not_found")])
def test_who_may_not_say_what_came_of_a_door(world: World, sign_in: Enter, who: str, status: int, code: str) -> None:
    running = sealed(world.here)
    paper = printed(running)[0]
    body = {"paper": paper.number, "outcome": "absent", "device_at": DURING.isoformat()}
    head = {"X-Standing": f"post:{world.here.posts[who].pk}"}
    client: Client = sign_in(world.here, who)
    answer = client.put(delivery(running, str(uuid4())), body, content_type="application/json", headers=head)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_batch_from_the_table_into_the_box(world: World, sign_in: Enter) -> None:
    running, papers = came_back(world.here, 1)
    key = running.items[0].key
    with time_machine.travel(AFTER, tick=False):
        officer: Client = sign_in(world.here, "officer")
        chair: Client = sign_in(world.here, "chair")
        made = post(officer, papers_at(running, "batches/"), {"name": "第一批", "by_hand": 1, "witnesses": "胡一明"})
        assert (made.status_code, made.json()["number"], made.json()["state"]) == (201, 1, "open")
        laid = post(chair, papers_at(running, "batches/1/scan/"), {"code": papers[0].code})
        assert (laid.status_code, laid.json()["paper"], laid.json()["place"]) == (201, papers[0].number, 1)
        twice = post(chair, papers_at(running, "batches/1/scan/"), {"code": papers[0].code})
        assert (twice.status_code, twice.json()["code"]) == (422, "in_a_batch")
        photo = officer.post(
            papers_at(running, "batches/1/sheets/1/photo/"),
            {"photo": picture()},
            headers={"Idempotency-Key": uuid4().hex},
        )
        assert (photo.status_code, photo.json()["photographed"]) == (200, True)
        early = post(officer, papers_at(running, "batches/1/count/"), {})
        assert (early.status_code, early.json()["code"]) == (409, "not_read_twice")
        for client, settled in ((officer, False), (chair, True)):
            read = post(client, papers_at(running, "batches/1/sheets/1/read/"), {"choices": {key: "for"}})
            assert (read.status_code, read.json()["settled"], "for" in str(read.json())) == (200, settled, False)
        counted = post(officer, papers_at(running, "batches/1/count/"), {})
        assert (counted.status_code, counted.json()["state"]) == (200, "counted")
        whole = officer.get(papers_at(running, "batches/1/")).json()
        assert [(one["place"], one["settled"]) for one in whole["sheets"]] == [(1, True)]
        assert [one["number"] for one in officer.get(papers_at(running, "batches/")).json()] == [1]


def test_a_batch_is_sent_back_counted_again_and_papers_leave_it(world: World, sign_in: Enter) -> None:
    running, papers = came_back(world.here, 2)
    scanned(running, papers, by_hand=3)
    with time_machine.travel(AFTER, tick=False):
        officer: Client = sign_in(world.here, "officer")
        why = {"reason": "桌上多点一张"}
        assert post(officer, papers_at(running, "batches/1/refuse/"), why).json()["refused_reason"] == why["reason"]
        again = post(officer, papers_at(running, "batches/1/recount/"), {"by_hand": 2, "witnesses": "应建国"})
        assert (again.status_code, again.json()["by_hand"]) == (200, 2)
        aside = post(officer, papers_at(running, "batches/1/sheets/2/aside/"), {"reason": "复印的票"})
        assert (aside.status_code, aside.json()["aside"]) == (200, "复印的票")
        out = post(officer, papers_at(running, "batches/1/sheets/1/out/"), {"reason": "放错了"})
        assert out.status_code == 200
    with scope(world.here.compound.pk):
        assert list(Sheet.objects.filter(compound=world.here.compound).values_list("place", flat=True)) == [2]
        assert Reading.objects.count() == 0


def test_nothing_is_written_without_a_key_and_a_stranger_sees_nothing(world: World, sign_in: Enter) -> None:
    running = sealed(world.here)
    paper = printed(running)[0]
    officer: Client = sign_in(world.here, "officer")
    bare = officer.post(papers_at(running, "returns/"), {"code": paper.code}, content_type="application/json")
    assert bare.status_code == 400
    for who, status in (("manager", 403), ("resident", 403), ("street", 200)):
        assert sign_in(world.here, who).get(papers_at(running)).status_code == status
    assert sign_in(world.there, "officer").get(papers_at(running)).status_code == 404


@pytest.mark.parametrize("count", [1, 30])
def test_lists_cost_the_same_for_one_and_for_thirty(world: World, sign_in: Enter, statements: Any, count: int) -> None:
    running = sealed(world.here)
    papers = printed(running)
    returned(running, papers[0])
    closed(running)
    with scope(world.here.compound.pk):
        for number in range(1, count + 1):
            batch = Batch.objects.create(
                compound=world.here.compound, poll=running.poll, box=running.box, number=number, name="批", by_hand=1,
                witnesses="胡一明", opened_at=AFTER, opened_as="社区",
            )  # fmt: skip
        Sheet.objects.create(compound=world.here.compound, batch=batch, paper=papers[0], place=1)
        Sheet.objects.bulk_create(
            Sheet(compound=world.here.compound, batch=batch, area=10_000, place=place) for place in range(2, count + 1)
        )
    officer: Client = sign_in(world.here, "officer")
    tails = (
        ("", 10),
        ("doors/", 10),
        (f"doors/{entrance_of(running, papers[0])}/", 11),
        ("batches/", 10),
        (f"batches/{count}/", 11),
    )
    for tail, cost in tails:
        officer.get(papers_at(running, tail))
        with statements() as seen:
            page = officer.get(papers_at(running, tail))
        assert (tail, page.status_code, len(seen)) == (tail, 200, cost)
