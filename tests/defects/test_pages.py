"""The pages: who has them, what they show, what they cost, what a form does and refuses; the list as a file; REST."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from defects.models import Defect, FundRequest
from defects.topics import LIST as TOPIC
from live.queries import seqs
from tenancy.scope import scope
from tests.defects.conftest import DAY, HOUR, NOW, a_piece, again, entered, picture, put_defects_in
from tests.world import CANARY, RESIDENTS, STAFF, Side, World

BASE = "/c/here/defects/"
API = "/api/v1/compounds/here/defects/"
FIRM = {"manager", "dispatcher", "worker", "worker2"}
DESK = {"manager", "dispatcher"}


def key(n: int = 0) -> str:
    return f"{n:030d}"


@pytest.mark.parametrize("who", [*STAFF, *RESIDENTS, "city"])
def test_who_has_the_pages(world: World, sign_in: Callable[..., Client], who: str) -> None:
    there = put_defects_in(world.there, CANARY, NOW)
    here = put_defects_in(world.here, "", NOW)
    client = sign_in(world.here, who)
    firm, watches = who in FIRM, who not in {*FIRM, *RESIDENTS}
    for path in ("", f"{here['defect']}/", "?show=cleared", "export/"):
        answer = client.get(BASE + path)
        assert answer.status_code == (200 if firm or watches else 403), path
        assert CANARY.encode() not in answer.content
    assert client.get(f"{BASE}new/").status_code == (200 if firm else 403)
    assert client.get(f"{BASE}{there['defect']}/").status_code == (404 if firm or watches else 403)
    assert client.get(API).status_code == (200 if firm or watches else 403)
    assert client.get(f"{API}{here['defect']}/").status_code == (200 if firm or watches else 403)
    assert client.get(f"{API}{there['defect']}/").status_code == (404 if firm or watches else 403)
    posted = {
        f"{here['defect']}/correct/": {"name": "words", "value": "新", "reason": "错"},
        f"reports/{here['defect_report']}/": {},
    }
    for n, (path, body) in enumerate(posted.items()):
        answer = client.post(BASE + path, {"idempotency_key": key(n), **body})
        assert answer.status_code == (302 if who in DESK else 403), path


def test_whoever_watches_sees_what_is_overdue_or_critical_and_nothing_else(
    world: World, sign_in: Callable[..., Client]
) -> None:
    side = world.here
    critical = entered(side, a_piece(side, "C-1"), stopped=True)
    late = entered(side, a_piece(side, "L-1"), found_at=NOW - 4 * DAY)
    fresh = entered(side, a_piece(side, "F-1"))
    client = sign_in(side, "officer")
    page = client.get(BASE).content.decode()
    assert [one in page for one in ("C-1", "L-1", "F-1")] == [True, True, False]
    assert [client.get(f"{BASE}{one.ref}/").status_code for one in (critical, late, fresh)] == [200, 200, 404]
    assert {one["ref"] for one in client.get(API).json()["results"]} == {critical.ref, late.ref}
    book: Any = load_workbook(io.BytesIO(client.get(f"{BASE}export/").content))
    assert [row[0] for row in book.active.iter_rows(min_row=2, values_only=True)] == [late.number, critical.number]
    # Who of the firm found it is the firm's own business.
    worker = side.actor("worker", NOW.date())
    assert worker.signature not in client.get(f"{BASE}{late.ref}/").content.decode()


def test_lists_ask_the_same_for_one_and_for_thirty(
    world: World, sign_in: Callable[..., Client], statements: Callable[..., Any]
) -> None:
    side = world.here
    first = entered(side, a_piece(side, "N0"), stopped=True, photos=[picture()])
    manager, officer = sign_in(side, "manager"), sign_in(side, "officer")
    asked = (
        (manager, BASE, LIST), (officer, BASE, WATCHED), (manager, f"{BASE}new/?q=N", CHOOSE),
        (manager, f"{BASE}{first.ref}/", ONE), (manager, API, REST), (manager, f"{API}{first.ref}/", REST_ONE),
        (manager, f"{BASE}new/?piece={first.piece_id}", ENTER), (manager, f"{BASE}?part=1", PART),
        (manager, f"{BASE}{first.ref}/?part=1", ONE_PART),
    )  # fmt: skip
    for n in (1, 30):
        for one in range(1, n):
            entered(side, a_piece(side, f"N{one}"), stopped=True)
        for client, path, number in asked:
            client.get(path)
            with statements() as seen:
                assert client.get(path).status_code == 200
            assert len(seen) == number, (path, n)


LIST, WATCHED, CHOOSE, ONE, REST, REST_ONE, ENTER = 13, 11, 9, 18, 8, 9, 9
PART, ONE_PART = LIST - 2, ONE - 2


def test_the_pages_renew_themselves_with_links_of_the_whole_page(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    client = sign_in(side, "manager")
    assert 'data-live="here/defects.list"' in client.get(BASE).content.decode()
    with scope(side.compound.pk):
        before = seqs(compound_id=side.compound.pk, topics=[TOPIC])[TOPIC]
    for one in range(51):
        found = entered(side, a_piece(side, f"N{one}"))
    with scope(side.compound.pk):
        assert seqs(compound_id=side.compound.pk, topics=[TOPIC])[TOPIC] > before
    part = client.get(f"{BASE}?show=open&part=1").content.decode()
    assert ("<html" in part, "?show=open&amp;page=2" in part, "part=" in part) == (False, True, False)
    one = client.get(f"{BASE}{found.ref}/?part=1").content.decode()
    assert ("<html" in one, found.words in one) == (False, True)
    assert f"{found.ref}/?part=1" not in client.get(BASE).content.decode()


def test_a_piece_is_chosen_and_its_defect_entered_once(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    piece = a_piece(side)
    client = sign_in(side, "worker")
    assert f"?piece={piece.pk}" in client.get(f"{BASE}new/?q=MHQ").content.decode()
    page = f"{BASE}new/?piece={piece.pk}"
    assert "压力指针" in client.get(page).content.decode()
    given = {"idempotency_key": key(), "item": "gauge", "words": "红区", "found_at": "2026-06-02T09:30"}
    answers = [client.post(page, {**given, "photos": [picture()]}) for _ in range(2)]
    assert [one.status_code for one in answers] == [302, 302]
    with scope(side.compound.pk):
        made = Defect.objects.get()
    assert (made.found_at, made.times) == (NOW - HOUR / 2, 1)
    assert "已经派修" in client.get(answers[0].headers["Location"]).content.decode()
    refused = client.post(page, {**given, "idempotency_key": key(1), "item": "", "words": ""})
    assert (refused.status_code, "请写明看到了什么" in refused.content.decode()) == (422, True)
    assert client.get(f"{BASE}new/?piece=0").status_code == 404


def test_the_steps_of_a_defect_on_its_page(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    made = again(side, entered(side))
    worker, manager = sign_in(side, "worker"), sign_in(side, "manager")
    page = f"{BASE}{made.ref}/"
    assert made.repair.number in worker.get(page).content.decode()
    own = f"/c/here/repairs/{made.repair.ref}/"
    # Linked both ways.
    assert page in manager.get(own).content.decode()
    refused = worker.post(f"{page}repair/", {"idempotency_key": key(), "method": "换"})
    assert (refused.status_code, "先在报修单里完工或结单" in refused.content.decode()) == (409, True)
    for n, (who, step, body, status) in enumerate(
        (
            (worker, "stop", {"stopped_at": "2026-06-02T08:00", "safeguards": "两人巡查"}, 302),
            (manager, "approve", {}, 302),
            (
                manager,
                "fire",
                {"told_at": "2026-06-02T10:00", "way": "phone", "number": "119-7", "receiver": "值班员"},
                302,
            ),
            (manager, "fund", {"amount": "1200.50", "fee": "300", "reason": "要换泵"}, 302),
            (manager, "fund", {"amount": "12", "fee": "300", "reason": "要换泵"}, 422),
            (manager, "fund", {"amount": "NaN", "fee": "300", "reason": "要换泵"}, 422),
            (manager, "grade", {"value": "low", "reason": "试"}, 302),
            (manager, "grade", {"value": "worst", "reason": "试"}, 422),
            (manager, "clear", {"note": ""}, 409),
            (manager, "nothing", {}, 404),
        )
    ):
        assert who.post(f"{page}{step}/", {"idempotency_key": key(n + 1), **body}).status_code == status, step
    said = manager.get(page).content.decode()
    for words in ("两人巡查", "119-7", "1,200.50", "严重</del>"):
        assert words in said, words
    with scope(side.compound.pk):
        assert FundRequest.objects.get().amount_fen == 120050


def test_a_report_is_accepted_from_its_page(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    there = put_defects_in(side, "", NOW)
    manager = sign_in(side, "manager")
    address = f"{BASE}reports/{there['defect_report']}/"
    assert address in manager.get("/c/here/equipment/reports/").content.decode()
    assert manager.post(address, {"idempotency_key": key()}).status_code == 302
    refused = manager.post(address, {"idempotency_key": key(1)})
    assert (refused.status_code, "已经处理过了" in refused.content.decode()) == (409, True)


def test_the_list_is_narrowed_and_goes_out_as_a_file(world: World, sign_in: Callable[..., Client]) -> None:
    side: Side = world.here
    entered(side, a_piece(side, "A-1"), words='=HYPERLINK("x")')
    entered(side, a_piece(side, "B-1"), stopped=True)
    client = sign_in(side, "manager")
    page = client.get(f"{BASE}?q=A-1").content.decode()
    assert ("A-1" in page, "B-1" in page) == (True, False)
    # A piece as a whole: what is wrong with it is the title, the place names the piece.
    entered(side, a_piece(side, "C-1"), item="", words="箱门打不开")
    assert '<span class="row-title">箱门打不开</span>' in client.get(f"{BASE}?q=C-1").content.decode()
    assert "B-1" in client.get(f"{BASE}?severity=critical").content.decode()
    assert "没有找到" in client.get(f"{BASE}?q=nothing").content.decode()
    sheet: Any = load_workbook(io.BytesIO(client.get(f"{BASE}export/?q=A-1").content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert (rows[0][0], len(rows), rows[1][6]) == ("编号", 2, '=HYPERLINK("x")')
    assert sheet["G2"].data_type == "s"
