"""Remarks, prices and incidents over REST: who reads and writes what, page by page."""

import json
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
import time_machine
from django.test import Client

from repairs.actions import incidents, quotes, remarks, together
from repairs.models import Incident, Quote, Remark, Request
from repairs.rules.money import Line
from tenancy.scope import scope
from tests.repairs.conftest import NOW, bring_to, file_one
from tests.world import CANARY, World

BASE = "/api/v1/compounds/here/"
LATER = NOW + timedelta(minutes=30)
LINES = [
    {"kind": "parts", "words": "阀门", "quantity": 2, "unit_fen": 4500},
    {"kind": "labour", "words": "上门", "quantity": 1, "unit_fen": 3000},
]


@pytest.fixture(autouse=True)
def _media(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def post(client: Client, path: str, body: Any, key: str = "") -> Any:
    """The same address and body are the same intent, unless a key says otherwise."""
    text = json.dumps(body)
    headers = {"Idempotency-Key": key or sha256(f"{path} {text}".encode()).hexdigest()}
    return client.post(BASE + path, text, content_type="application/json", headers=headers)


def say(world: World, request: Request, who: str, text: str, *, internal: bool = False) -> None:
    with scope(world.here.compound.pk):
        remarks.remark(
            compound_id=world.here.compound.pk,
            ref=request.ref,
            text=text,
            by=world.here.actor(who),
            now=LATER,
            internal=internal,
        )


def count(world: World, model: Any) -> int:
    with scope(world.here.compound.pk):
        return model.objects.count()


def test_a_remark_is_said_once_and_read_by_those_who_deal_with_it(world: World, sign_in: Any) -> None:
    request = bring_to(world.here, "working")
    worker = sign_in(world.here, "worker")
    with time_machine.travel(LATER, tick=False):
        path = f"repairs/{request.ref}/remarks/"
        first, again = (post(worker, path, {"text": "下午两点到"}) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert count(world, Remark) == 1
    read = sign_in(world.here, "resident").get(BASE + path).json()["results"]
    assert [(row["text"], row["party"], row["visibility"]) for row in read] == [("下午两点到", "company", "shared")]


@pytest.mark.parametrize(
    ("who", "reads"),
    [("manager", 2), ("worker", 2), ("officer", 2), ("street", 2), ("resident", 1), ("chair", 1), ("member", 1)],
)
def test_an_internal_remark_never_reaches_a_resident(world: World, sign_in: Any, who: str, reads: int) -> None:
    request = bring_to(world.here, "working")
    say(world, request, "manager", "请等一等")
    say(world, request, "manager", "只给自己人看", internal=True)
    client = sign_in(world.here, who)
    answer = client.get(f"{BASE}repairs/{request.ref}/remarks/")
    assert answer.status_code == 200
    assert len(answer.json()["results"]) == reads
    every = answer.content.decode() + client.get(f"{BASE}repairs/{request.ref}/").content.decode()
    assert ("只给自己人看" in every) is (reads == 2)


def test_a_resident_cannot_write_an_internal_one(world: World, sign_in: Any) -> None:
    request = bring_to(world.here, "working")
    path = f"repairs/{request.ref}/remarks/"
    for who in ("resident", "chair"):
        answer = post(sign_in(world.here, who), path, {"text": "内部", "internal": True})
        assert (answer.status_code, answer.json()["code"]) == (403, "not_yours")
    assert post(sign_in(world.here, "resident"), path, {"text": "字" * 501}).status_code == 400
    assert count(world, Remark) == 0


@pytest.mark.parametrize("rows", [1, 30])
def test_remarks_ask_the_same_for_one_and_for_thirty(
    world: World, sign_in: Any, statements: Callable[[], Any], rows: int
) -> None:
    request = bring_to(world.here, "working")
    for number in range(rows):
        say(world, request, "manager", f"第{number}句")
    client = sign_in(world.here, "manager")
    with statements() as seen:
        page = client.get(f"{BASE}repairs/{request.ref}/remarks/").json()
    assert len(page["results"]) == min(rows, 20)
    assert len(seen) == 11, [q["sql"][:70] for q in seen]
    if rows == 30:
        rest = client.get(page["next"]).json()
        assert {row["text"] for row in [*page["results"], *rest["results"]]} == {f"第{n}句" for n in range(30)}


def test_a_neighbour_who_joined_reads_no_words_no_remarks_and_no_prices(world: World, sign_in: Any) -> None:
    request = bring_to(
        world.here, "assigned", place="public", place_text="东门", home_id=None, words="我家孩子放学要走 13812345678"
    )
    say(world, request, "manager", "只和报修人说")
    with scope(world.here.compound.pk):
        common = {"compound_id": world.here.compound.pk, "ref": request.ref, "now": LATER}
        together.join(**common, home_id=None, by=world.here.actor("neighbour"))
        quotes.tell_price(**common, lines=[Line("parts", "门禁卡", 1, 123400)], note="", by=world.here.actor("manager"))
    client = sign_in(world.here, "neighbour")
    answer = client.get(f"{BASE}repairs/{request.ref}/")
    told = answer.json()
    assert (told["words"], told["follows"], told["joined"], told["photos"]) == ("", True, 1, [])
    for hidden in ("孩子", "13812345678", "只和报修人说", "1,234.00"):
        assert hidden not in answer.content.decode()
    for part in ("remarks", "prices"):
        closed = client.get(f"{BASE}repairs/{request.ref}/{part}/")
        assert (closed.status_code, closed.json()["code"]) == (403, "not_yours")
    mine = sign_in(world.here, "resident").get(f"{BASE}repairs/{request.ref}/").json()
    assert (mine["words"], mine["follows"]) == ("我家孩子放学要走 13812345678", False)


def test_a_price_is_told_and_agreed(world: World, sign_in: Any) -> None:
    request = bring_to(world.here, "assigned")
    path = f"repairs/{request.ref}/prices/"
    with time_machine.travel(LATER, tick=False):
        worker, resident = sign_in(world.here, "worker"), sign_in(world.here, "resident")
        told = post(worker, path, {"lines": LINES, "note": "含税"})
        assert (told.status_code, told.json()["total_fen"], told.json()["lines"]) == (201, 12000, LINES)
        assert post(worker, path, {"lines": LINES, "note": "含税"}).json() == told.json()
        closed = post(sign_in(world.here, "manager"), f"{path}1/agree/", {})
        assert (closed.status_code, closed.json()["code"]) == (403, "not_yours")
        agreed = post(resident, f"{path}1/agree/", {})
        assert (agreed.status_code, agreed.json()["state"]) == (200, "agreed")
        gone = post(resident, f"{path}1/decline/", {}, key="key-of-another-act")
        assert (gone.status_code, gone.json()["code"]) == (409, "price_gone")
        assert [row["state"] for row in resident.get(BASE + path).json()] == ["agreed"]
    assert count(world, Quote) == 1


def test_a_price_is_declined_and_bad_ones_are_named(world: World, sign_in: Any) -> None:
    request = bring_to(world.here, "assigned")
    path = f"repairs/{request.ref}/prices/"
    with time_machine.travel(LATER, tick=False):
        worker = sign_in(world.here, "worker")
        for bad in ([{**LINES[0], "quantity": 0}], [{**LINES[0], "kind": "gift"}], "x", [None]):
            assert post(worker, path, {"lines": bad}).status_code == 400, bad
        none = post(worker, path, {})
        assert (none.status_code, none.json()["code"]) == (422, "no_lines")
        free = post(worker, path, {"lines": [{**LINES[0], "unit_fen": 0}]})
        assert (free.status_code, free.json()["field"]) == (422, "lines")
        assert count(world, Quote) == 0
        assert post(worker, path, {"lines": LINES}).status_code == 201
        declined = post(sign_in(world.here, "resident"), f"{path}1/decline/", {"reason": "太贵"})
        assert (declined.status_code, declined.json()["state"], declined.json()["reason"]) == (200, "declined", "太贵")
        for number in ("2", "9" * 40):
            late = post(sign_in(world.here, "resident"), f"{path}{number}/agree/", {})
            assert (late.status_code, late.json()["code"]) == (409, "price_gone")
        assert post(sign_in(world.here, "resident"), f"{path}1/haggle/", {}).status_code == 404


def opened(world: World, number: int = 0, mark: str = "") -> Incident:
    side = world.there if mark else world.here
    with scope(side.compound.pk):
        return incidents.open_incident(
            compound_id=side.compound.pk,
            title=f"停水{number}{mark}",
            words="水管抢修",
            category="water",
            by=side.actor("manager"),
            now=NOW + timedelta(minutes=number),
        )


def test_an_incident_from_its_opening_to_its_end(world: World, sign_in: Any) -> None:
    request, later = file_one(world.here), file_one(world.here, who="neighbour")
    with time_machine.travel(LATER, tick=False):
        desk = sign_in(world.here, "dispatcher")
        body = {
            "title": "1幢停水",
            "words": "主管爆裂，正在抢修",
            "category": "water",
            "refs": [request.ref],
            "expected_end": "2026-06-02T18:00:00+08:00",
        }
        made = post(desk, "incidents/", body)
        assert (made.status_code, made.json()["title"], made.json()["closed_at"]) == (201, "1幢停水", None)
        assert post(desk, "incidents/", body).json() == made.json()
        ref = made.json()["ref"]
        assert post(desk, f"incidents/{ref}/add/", {"refs": [later.ref]}).status_code == 200
        told = post(desk, f"incidents/{ref}/tell/", {"words": "还要两小时"})
        assert (told.status_code, told.json()["words"], told.json()["expected_end"]) == (200, "还要两小时", None)
        over = post(desk, f"incidents/{ref}/close/", {"words": "已恢复", "finished": True})
        assert (over.status_code, over.json()["closing_words"]) == (200, "已恢复")
        twice = post(desk, f"incidents/{ref}/close/", {"words": "已恢复"}, key="key-of-another-act")
        assert (twice.status_code, twice.json()["code"]) == (409, "incident_over")
        read = sign_in(world.here, "resident").get(f"{BASE}repairs/{request.ref}/").json()
        assert (read["state"], read["incident"]) == ("awaiting", ref)
    assert count(world, Incident) == 1


@pytest.mark.parametrize("who", ["worker", "chair", "officer", "resident"])
def test_only_the_desk_runs_incidents_and_all_read_them(world: World, sign_in: Any, who: str) -> None:
    there = opened(world, mark=CANARY)
    incident = opened(world)
    client = sign_in(world.here, who)
    for path in ("incidents/", f"incidents/{incident.ref}/tell/"):
        refused = post(client, path, {"title": "停电", "words": "停电了", "category": "power"})
        assert (refused.status_code, refused.json()["code"]) == (403, "not_yours")
    for missing in (there.ref, "nosuchincident"):
        answer = post(client, f"incidents/{missing}/tell/", {"words": "x"})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert post(client, f"incidents/{incident.ref}/forget/", {}).status_code == 404
    listed = client.get(f"{BASE}incidents/")
    assert [row["ref"] for row in listed.json()["results"]] == [incident.ref]
    assert CANARY not in listed.content.decode()
    assert client.get("/api/v1/compounds/there/incidents/").status_code == 404


@pytest.mark.parametrize("rows", [1, 30])
def test_incidents_ask_the_same_for_one_and_for_thirty(
    world: World, sign_in: Any, statements: Callable[[], Any], rows: int
) -> None:
    for number in range(rows):
        opened(world, number)
    client = sign_in(world.here, "resident")
    with statements() as seen:
        page = client.get(f"{BASE}incidents/").json()
    assert len(page["results"]) == min(rows, 20)
    assert len(seen) == 6, [q["sql"][:70] for q in seen]
    if rows == 30:
        assert len(client.get(page["next"]).json()["results"]) == 10


def test_filing_for_somebody_else(world: World, sign_in: Any) -> None:
    draft = {"category": "water", "place": "home", "home": world.here.homes[3].pk, "words": "漏水"}
    officer = sign_in(world.here, "officer")
    refused = post(officer, "repairs/", draft)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_resident")
    behalf = {**draft, "for_name": "王奶奶", "for_phone": "19900009999"}
    silent = post(officer, "repairs/", behalf)
    assert (silent.status_code, silent.json()["field"]) == (422, "consent")
    made = post(officer, "repairs/", {**behalf, "consent": "电话里同意"})
    assert (made.status_code, made.json()["state"]) == (201, "submitted")
    assert "19900009999" not in made.content.decode()
    with scope(world.here.compound.pk):
        assert Request.objects.get(ref=made.json()["ref"]).for_name == "王奶奶"
