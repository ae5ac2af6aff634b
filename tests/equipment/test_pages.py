"""The pages: who has them, what they show, what they cost, what a form does and refuses."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from equipment.actions import plans, reports, service, visits
from equipment.actions.importing import upload
from equipment.actions.pieces import put_on_plan
from equipment.models import Piece, Report
from tenancy.scope import scope
from tests.equipment.conftest import DAY, HEAD, NOW, a_piece, asked, code_of, put_equipment_in, workbook
from tests.repairs.conftest import picture
from tests.world import CANARY, RESIDENTS, STAFF, Side, World

BASE = "/c/here/equipment/"
FIRM = {"manager", "dispatcher", "worker", "worker2"}
KEEPERS = {"manager", "dispatcher"}
COMMUNITY = {"secretary", "officer"}
READ = ("", "dues/", "reports/", "stops/", "plans/", "rules/", "rules/?kind=extinguisher")
KEPT = ("new/", "imports/", "away/", "papers/")


def key(n: int = 0) -> str:
    return f"{n:030d}"


@pytest.mark.parametrize("who", [*STAFF, *RESIDENTS, "city"])
def test_who_has_the_pages(world: World, sign_in: Callable[..., Client], who: str) -> None:
    there = put_equipment_in(world.there, CANARY, NOW)
    here = put_equipment_in(world.here, "", NOW)
    client = sign_in(world.here, who)
    firm, keeps = who in FIRM, who in KEEPERS
    pieces = (f"pieces/{here['piece_id']}/", f"plans/{here['plan_id']}/", f"stops/{here['stop_ref']}/")
    for path in (*READ, *pieces):
        answer = client.get(BASE + path)
        assert answer.status_code == (200 if firm else 403), path
        assert CANARY not in answer.content.decode()
    for path in (
        *KEPT,
        f"imports/{here['run']}/",
        "away/?unit=单元",
        "imports/sample/",
        "export/",
        f"imports/{here['run']}/marked/",
    ):
        assert client.get(BASE + path).status_code == (200 if keeps else 403), path
    watches = who not in {*FIRM, *RESIDENTS}
    answer = client.get(f"{BASE}overdue/")
    assert answer.status_code == (200 if watches else 403)
    assert CANARY not in answer.content.decode()
    for path, who_may in ((f"visits/{here['subject_id']}/", KEEPERS), (f"visits/{here['house']}/", COMMUNITY)):
        expected = 200 if who in who_may else 404 if who in KEEPERS | COMMUNITY else 403
        assert client.get(BASE + path).status_code == expected, path
    for path in (f"pieces/{there['piece_id']}/", f"plans/{there['plan_id']}/", f"stops/{there['stop_ref']}/"):
        assert client.get(BASE + path).status_code == (404 if firm else 403), path
    assert client.get(f"{BASE}p/{there['sign']}/").status_code == (404 if firm else 403)
    assert client.get(f"/e/here/{there['sign']}/").status_code == 404


def test_the_community_sees_what_is_overdue_and_critical_and_nothing_else(
    world: World, sign_in: Callable[..., Client]
) -> None:
    side = world.here
    a_piece(side, "OLD-1", made_on=date(2014, 1, 1))  # past its end
    a_piece(side, "SERVICE-1", made_on=date(2020, 1, 1))  # service is overdue, which is not critical
    a_piece(side, "NEW-1", made_on=date(2026, 1, 1))
    answer = sign_in(side, "officer").get(f"{BASE}overdue/").content.decode()
    assert ("OLD-1" in answer, "SERVICE-1" in answer, "NEW-1" in answer) == (True, False, False)


def _many(side: Side, n: int) -> None:
    """So many of everything that a page lists."""
    by, officer = side.actor("manager", NOW.date()), side.actor("officer", NOW.date())
    compound = side.compound.pk
    for one in range(n):
        piece = a_piece(side, f"N{one}", unit=f"单元{one}", kind="fire_pump", subtype="electric", made_on=None)
        old = a_piece(side, f"O{one}", unit="大单元", made_on=date(2012, 1, 1), spot=f"处{one}")
        code = code_of(side, old)
        with scope(compound):
            plan = plans.add_plan(compound_id=compound, name=f"图{one}", upload=picture(), by=by, now=NOW)
            side.__dict__.setdefault("plan_id", plan.pk)
            put_on_plan(
                compound_id=compound, piece_id=old.pk, plan_id=side.__dict__["plan_id"], x=500, y=500, by=by, now=NOW
            )
            plans.file_paper(
                compound_id=compound, kind="contract", title=f"合同{one}", expires_on=(NOW - DAY).date(), by=by, now=NOW
            )
            service.send_away(compound_id=compound, piece_ids=[piece.pk], body="厂", by=by, now=NOW)
            reports.report(compound_id=compound, code=code, item="", words=f"话{one}", origin=f"10.0.0.{one}", now=NOW)
            home = visits.enter(
                compound_id=compound, kind="gas_home", address=f"户{one}", risk="normal", by=by, now=NOW
            )
            side.__dict__.setdefault("subject_id", home.pk)
            visits.enter(compound_id=compound, kind="house", address=f"屋{one}", risk="c", by=officer, now=NOW)
            visits.record_visit(
                compound_id=compound, subject_id=side.__dict__["subject_id"], outcome="absent", visited_on=NOW.date(), by=by,
                now=NOW,
            )  # fmt: skip
        stop = asked(side, place=f"处{one}")
        side.__dict__.setdefault("stop_ref", stop.ref)
        side.__dict__.setdefault("piece_id", old.pk)
        side.__dict__.setdefault("code", code)


@pytest.mark.parametrize("n", [1, 30])
def test_lists_ask_the_same_for_one_and_for_thirty(
    world: World, sign_in: Callable[..., Client], statements: Callable[[], Any], n: int
) -> None:
    side = world.here
    _many(side, n)
    by = side.actor("manager", NOW.date())
    rows = [HEAD, *(("灭火器", "干粉", f"新{one}", "", "B1", "东", "2023-03-01") for one in range(n))]
    with scope(side.compound.pk):
        run = upload(compound_id=side.compound.pk, content=workbook(rows), name="表.xlsx", by=by, now=NOW)
    own = side.__dict__
    client, officer = sign_in(side, "manager"), sign_in(side, "officer")
    client.get(BASE)
    officer.get(f"{BASE}overdue/")
    counts = {}
    for path in (
        "", "dues/", "reports/", "stops/", "plans/", "rules/", "away/?unit=大单元", "papers/", "visits/", "imports/", "new/",
        f"pieces/{own['piece_id']}/", f"plans/{own['plan_id']}/", f"stops/{own['stop_ref']}/",
        f"visits/{own['subject_id']}/", f"imports/{run.ref}/",
    ):  # fmt: skip
        with statements() as found:
            assert client.get(BASE + path).status_code == 200, path
        counts[path.partition("/")[0] + ("/1" if path.count("/") > 1 else "")] = len(found)
    for path in ("overdue/", "visits/"):
        with statements() as found:
            assert officer.get(BASE + path).status_code == 200
        counts[f"officer {path}"] = len(found)
    with statements() as found:
        assert Client().get(f"/e/here/{own['code']}/").status_code == 200
    counts["label"] = len(found)
    assert counts == {
        "": 13, "dues": 13, "reports": 12, "stops": 10, "plans": 9, "rules": 10, "away": 14, "papers": 10, "visits": 10,
        "imports": 9, "new": 9, "pieces/1": 17, "plans/1": 13, "stops/1": 9, "visits/1": 10, "imports/1": 9,
        "officer overdue/": 11, "officer visits/": 10, "label": 8,
    }  # fmt: skip


def test_anyone_reads_a_label_and_reports(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    piece = a_piece(side)
    code = code_of(side, piece)
    anyone = Client(headers={"accept-language": "zh-hans"})
    shown = anyone.get(f"/e/here/{code}/").content.decode()
    assert ("灭火器 MHQ-1" in shown, "车库东侧" in shown, "0579-87000000" in shown) == (True, True, True)
    for name in STAFF:
        assert side.people[name].name not in shown
    assert anyone.get(f"/e/here/{code[:-1]}2/").status_code == 404 or code.endswith("2")
    assert anyone.get(f"/e/there/{code}/").status_code == 404
    assert anyone.get(f"/e/nowhere/{code}/").status_code == 404
    assert anyone.post(f"/e/here/{code}/", {}).status_code == 422
    said = anyone.post(f"/e/here/{code}/", {"item": "gauge", "words": "指针在红区"})
    assert said["location"] == f"/e/here/{code}/?said=1"
    assert "已收到" in anyone.get(said["location"]).content.decode()
    # The same once more is the same report.
    anyone.post(f"/e/here/{code}/", {"item": "gauge", "words": "指针在红区"})
    with scope(side.compound.pk):
        one = Report.objects.get()
    assert (one.item, one.words, one.piece_id) == ("gauge", "指针在红区", piece.pk)
    assert "10.0" not in one.origin
    assert "127.0.0.1" not in one.origin
    manager = sign_in(side, "manager")
    assert "指针在红区" in manager.get(f"{BASE}reports/").content.decode()
    blank = manager.post(f"{BASE}reports/{one.pk}/", {"outcome": " ", "idempotency_key": key(1)})
    assert (blank.status_code, "请写明怎样处理的" in blank.content.decode()) == (422, True)
    assert (
        manager.post(f"{BASE}reports/{one.pk}/", {"outcome": "换了新的", "idempotency_key": key(2)}).status_code == 302
    )
    assert "换了新的" in manager.get(f"{BASE}reports/?show=seen").content.decode()
    # A signed-in person of another place sees the same public page.
    assert sign_in(world.there, "resident").get(f"/e/here/{code}/").status_code == 200


def test_a_label_is_not_asked_too_often(world: World) -> None:
    code = code_of(world.here, a_piece(world.here))
    anyone = Client()
    assert [anyone.get(f"/e/here/{code}/").status_code for _ in range(31)] == [200] * 30 + [429]


def test_a_piece_by_hand(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    client = sign_in(side, "dispatcher")
    given = {
        "kind": "extinguisher", "subtype": "dry_powder", "number": "mhq-9", "floor": "-1", "spot": "车库", "place": "basement",
        "made_on": "2023-03-01", "unit": "B1", "count": "2",
    }  # fmt: skip
    made = client.post(f"{BASE}new/", {**given, "idempotency_key": key(1)})
    with scope(side.compound.pk):
        piece = Piece.objects.get()
    assert (piece.number, piece.address, piece.count, piece.place) == ("MHQ-9", "B1 车库", 2, "basement")
    own = f"{BASE}pieces/{piece.pk}/"
    assert made["location"] == own
    shown = client.get(own).content.decode()
    assert ("每半个月" in shown, "GB 50444 5.2.2" in shown, "2033-03-01" in shown) == (True, True, True)
    for n, bad in enumerate(({"number": ""}, {"kind": ""}, {"made_on": "2030-01-01"}, {"spot": ""}, {"floor": "天上"})):
        answer = client.post(f"{BASE}new/", {**given, "number": f"X{n}", **bad, "idempotency_key": key(10 + n)})
        assert answer.status_code == 422, bad
    twice = client.post(f"{BASE}new/", {**given, "idempotency_key": key(20)})
    assert (twice.status_code, "这个编号已经有了" in twice.content.decode()) == (422, True)
    assert client.post(own, {**given, "spot": "车库西侧", "idempotency_key": key(21)}).status_code == 302
    assert "车库西侧" in client.get(own).content.decode()
    before = code_of(side, piece)
    assert client.post(f"{own}label/", {"reason": "", "idempotency_key": key(22)}).status_code == 422
    assert client.post(f"{own}label/", {"reason": "撕坏了", "idempotency_key": key(23)}).status_code == 302
    assert code_of(side, piece) != before
    # The old label leads to the piece, and says that it is old.
    assert "换下来的旧标签" in Client(headers={"accept-language": "zh-hans"}).get(f"/e/here/{before}/").content.decode()
    assert client.get(f"{BASE}p/{before}/")["location"] == own
    done = client.post(
        f"{own}service/", {"what": "service", "on": "2026-05-01", "body": "厂", "idempotency_key": key(24)}
    )
    assert done.status_code == 302
    assert client.post(f"{own}remove/", {"reason": "报废", "idempotency_key": key(25)}).status_code == 302
    assert "注销：报废" in client.get(own).content.decode()
    assert client.post(f"{own}restore/", {"idempotency_key": key(26)}).status_code == 302
    assert client.post(f"{own}nothing/", {"idempotency_key": key(27)}).status_code == 404


def test_a_spot_on_a_plan_without_scripts(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    piece = a_piece(side)
    client = sign_in(side, "manager")
    posted = client.post(f"{BASE}plans/", {"name": "地下一层", "file": picture(), "idempotency_key": key(1)})
    with scope(side.compound.pk):
        plan = plans.FloorPlan.objects.get()
    assert posted["location"] == f"{BASE}plans/{plan.pk}/"
    own = f"{BASE}pieces/{piece.pk}/"
    tapped = {"plan": plan.pk, "spot.x": "70", "spot.y": "105", "shown_width": "280", "shown_height": "210"}
    assert client.post(f"{own}spot/", {**tapped, "idempotency_key": key(2)}).status_code == 302
    with scope(side.compound.pk):
        found = Piece.objects.get()
    assert (found.plan_id, found.plan_x, found.plan_y) == (plan.pk, 250, 500)
    assert 'cx="250"' in client.get(f"{BASE}plans/{plan.pk}/").content.decode()
    outside = client.post(f"{own}spot/", {**tapped, "spot.x": "9000", "idempotency_key": key(3)})
    assert outside.status_code == 422
    assert client.post(f"{BASE}plans/{plan.pk}/retire/", {"idempotency_key": key(4)}).status_code == 302
    with scope(side.compound.pk):
        assert Piece.objects.get().plan_id is None
