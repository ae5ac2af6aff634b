"""The register over REST: who reads and writes what, the next compound's, the same key twice."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from equipment.models import Label, Piece, Report, Stop
from tenancy.scope import scope
from tests.equipment.conftest import DAY, HOUR, NOW, a_piece, asked, code_of, put_equipment_in
from tests.world import CANARY, RESIDENTS, STAFF, World

API = "/api/v1/compounds/here/equipment/"
FIRM = {"manager", "dispatcher", "worker", "worker2"}
KEEPERS = {"manager", "dispatcher"}
PIECE = {
    "kind": "extinguisher",
    "subtype": "dry_powder",
    "number": "MHQ-9",
    "spot": "车库西侧",
    "made_on": "2023-03-01",
}


def send(client: Client, path: str, body: dict[str, Any], n: int = 0, *, put: bool = False) -> Any:
    call = client.put if put else client.post
    return call(
        API + path, json.dumps(body), content_type="application/json", headers={"Idempotency-Key": f"{n:030d}"}
    )  # fmt: skip


@pytest.mark.parametrize("who", [*STAFF, *RESIDENTS, "city"])
def test_who_reads_and_writes(world: World, sign_in: Callable[..., Client], who: str) -> None:
    there, here = put_equipment_in(world.there, CANARY, NOW), put_equipment_in(world.here, "", NOW)
    client = sign_in(world.here, who)
    firm = who in FIRM
    own = f"pieces/{here['piece_id']}/"
    for path in ("pieces/", own, f"labels/{here['sign']}/", "stops/", f"stops/{here['stop_ref']}/", "reports/"):
        answer = client.get(API + path)
        assert answer.status_code == (200 if firm else 403), path
        assert CANARY not in answer.content.decode()
    dues = client.get(f"{API}dues/")
    assert dues.status_code == (403 if who in RESIDENTS else 200)
    if dues.status_code == 200:
        assert {one["critical"] for one in dues.json()["results"]} == ({True, False} if firm else {True})
    keeps = who in KEEPERS
    writes = {
        "pieces/": PIECE, f"{own}service/": {"what": "service", "on": "2026-05-01"}, f"{own}label/": {"reason": "坏了"},
        f"{own}removal/": {"reason": "报废"}, f"reports/{here['report_id']}/": {"outcome": "好了"},
    }  # fmt: skip
    for n, (path, body) in enumerate(writes.items()):
        made = 201 if path == "pieces/" else 200
        assert send(client, path, body, n).status_code == (made if keeps else 403), path
    # What is next door is not there, for reading and for each step.
    for path in (f"pieces/{there['piece_id']}/", f"labels/{there['sign']}/", f"stops/{there['stop_ref']}/"):
        assert client.get(API + path).status_code == (404 if firm else 403), path
    foreign = f"pieces/{there['piece_id']}/"
    steps = [(f"{foreign}{step}/", body) for step, body in (
        ("service", {"what": "service", "on": "2026-05-01"}), ("label", {"reason": "坏"}), ("removal", {"reason": "坏"}),
    )]  # fmt: skip
    steps.append((f"reports/{there['report_id']}/", {"outcome": "好了"}))
    steps += [
        (f"stops/{there['stop_ref']}/{one}/", {"reason": "不"})
        for one in ("approve", "refuse", "begin", "restore", "withdraw")
    ]
    for n, (path, body) in enumerate(steps, start=10):
        assert send(client, path, body, n).status_code in ({404} if who == "manager" else {403, 404}), path
    put = send(client, foreign, PIECE, 30, put=True)
    assert put.status_code == (404 if keeps else 403)
    assert client.get("/api/v1/compounds/there/equipment/pieces/").status_code == (403 if who == "city" else 404)


def test_what_is_asked_of_a_piece_has_its_clause(world: World, sign_in: Callable[..., Client]) -> None:
    piece = a_piece(world.here, place="basement")
    code = code_of(world.here, piece)
    found = sign_in(world.here, "worker").get(f"{API}labels/{code.lower()}/").json()
    assert (found["number"], found["code"]) == ("MHQ-1", code)
    assert [(one["duty"], one["every"], one["clause"], one["own"]) for one in found["asked"]] == [
        ("patrol", "day", found["asked"][0]["clause"], False), ("check", "half_month", "GB 50444 5.2.2", False),
    ]  # fmt: skip
    assert "gauge" in {one["key"] for one in found["items"]}
    assert {(one["what"], one["on"]) for one in found["dues"]} == {("service", "2028-03-01"), ("scrap", "2033-03-01")}


def test_a_key_has_its_effect_once(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    client = sign_in(side, "manager")
    first = send(client, "pieces/", PIECE, 1)
    again = send(client, "pieces/", PIECE, 1)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    twice = send(client, "pieces/", PIECE, 2)
    assert (twice.status_code, twice.json()["code"], twice.json()["field"]) == (422, "number_twice", "number")
    own = f"pieces/{first.json()['id']}/"
    changed = send(client, own, {**PIECE, "spot": "车库东侧"}, 3, put=True)
    assert (changed.status_code, changed.json()["address"]) == (200, "车库东侧")
    moved = send(client, f"{own}label/", {"reason": "撕坏了"}, 4)
    assert moved.json()["code"] != first.json()["code"]
    assert send(client, f"{own}removal/", {"reason": "报废"}, 5).json()["state"] == "gone"
    late = send(client, own, PIECE, 6, put=True)
    assert (late.status_code, late.json()["code"]) == (409, "piece_gone")
    with scope(side.compound.pk):
        assert (Piece.objects.count(), Label.objects.count()) == (1, 2)


@pytest.mark.parametrize(
    "given",
    [
        {"kind": "rocket"}, {"number": ""}, {"number": "x" * 21}, {"count": 0}, {"building": 2**70}, {"building": 2**60},
        {"made_on": "2030-01-01"}, {"made_on": "昨天"}, {"spot": ""}, {"floor": "天上"}, {"place": "moon"},
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(world: World, sign_in: Callable[..., Client], given: dict[str, Any]) -> None:
    answer = send(sign_in(world.here, "manager"), "pieces/", {**PIECE, **given})
    assert answer.status_code in {400, 422}
    assert answer.json()["detail"]
    with scope(world.here.compound.pk):
        assert Piece.objects.count() == 0


def test_a_stop_through_its_steps(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    worker, manager = sign_in(side, "worker"), sign_in(side, "manager")
    wanted = {
        "systems": ["自动喷水"], "place": "1幢地下室", "reason": "更换报警阀", "emergency_plan": "两人巡查",
        "safeguards": "不动火", "starts_at": (NOW + HOUR).isoformat(), "ends_at": (NOW + 5 * HOUR).isoformat(),
    }  # fmt: skip
    made = send(worker, "stops/", wanted, 1)
    assert (made.status_code, made.json()["state"], made.json()["notice"]) == (201, "asked", "")
    own = f"stops/{made.json()['ref']}/"
    assert send(worker, f"{own}approve/", {}, 2).status_code == 403
    assert send(manager, f"{own}refuse/", {}, 3).status_code == 400
    approved = send(manager, f"{own}approve/", {}, 4)
    assert (approved.json()["state"], bool(approved.json()["notice"])) == ("approved", True)
    assert send(manager, f"{own}begin/", {}, 5).json()["state"] == "stopped"
    assert send(manager, f"{own}restore/", {}, 6).json()["state"] == "restored"
    assert send(manager, f"{own}nothing/", {}, 7).status_code == 404
    over = send(manager, f"{own}withdraw/", {}, 8)
    assert (over.status_code, over.json()["code"]) == (409, "stop_moved_on")
    long = send(worker, "stops/", {**wanted, "ends_at": (NOW + 2 * DAY).isoformat()}, 9)
    assert (long.status_code, long.json()["code"]) == (422, "say_fire_service")
    with scope(side.compound.pk):
        assert Stop.objects.get().state == "restored"


@pytest.mark.parametrize("n", [1, 30])
def test_lists_ask_the_same_for_one_and_for_thirty(
    world: World, sign_in: Callable[..., Client], statements: Callable[[], Any], n: int
) -> None:
    side = world.here
    for one in range(n):
        a_piece(side, f"O{one}", made_on=date(2012, 1, 1))
        asked(side, place=f"处{one}")
    with scope(side.compound.pk):
        piece = Piece.objects.first()
        for one in range(n):
            Report.objects.create(compound_id=side.compound.pk, piece=piece, words=f"话{one}", at=NOW)
    client = sign_in(side, "manager")
    client.get(f"{API}pieces/")
    counts = {}
    for path in ("pieces/", "dues/", "stops/", "reports/"):
        with statements() as found:
            assert len(client.get(API + path).json()["results"]) >= n
        counts[path] = len(found)
    assert counts == {"pieces/": 8, "dues/": 8, "stops/": 8, "reports/": 9}
