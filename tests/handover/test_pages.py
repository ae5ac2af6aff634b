"""The pages: who opens them, what they hold, what they cost, and what a refused form says."""

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook

from documents.actions import make_document
from handover.actions import copying, listing
from handover.models import FirmCopy, Handover, Item, LateRecord, Signature
from handover.rules.reading import pasted
from parties.models import Post
from repairs.models import Request
from tenancy.scope import scope
from tests.handover.conftest import (
    LAST_DAY,
    MIDNIGHT,
    NOW,
    bring_to,
    completed,
    end_contract,
    file_one,
    frozen,
    listing_of,
    opened,
    picture,
)
from tests.repairs.test_board import copies
from tests.world import CANARY, RESIDENTS, STAFF, Side, World

READERS = {"manager", "dispatcher", "chair", "member", "secretary", "officer", "street", "city"}
BASE = "/c/here/handover/"


def key(n: int = 0) -> str:
    return f"{n:030d}"


@pytest.mark.parametrize("who", [*STAFF, *RESIDENTS, "city"])
def test_everyone_who_works_for_the_compound_but_workers(
    world: World, leaving: Callable[..., Side], sign_in: Callable[..., Client], who: str
) -> None:
    side = leaving()
    end_contract(world.there)
    opened(world.there, note=CANARY)
    made = listing_of(side)
    client = sign_in(side, who)
    expected = 200 if who in READERS else 403
    for path in ("", "rows/", f"{made.ref}/", f"{made.ref}/turn/", f"{made.ref}/lists/paper/"):
        answer = client.get(BASE + path)
        assert answer.status_code == expected, path
        assert CANARY not in answer.content.decode()
    late = 200 if who in {"manager", "dispatcher", "secretary", "officer"} else 403
    assert client.get(f"{BASE}late/").status_code == late
    kept = 200 if who == "manager" else 403
    assert client.get("/handover/kept/").status_code == kept


def test_a_stranger_signs_in_first(leaving: Callable[..., Side], client: Client) -> None:
    leaving()
    answer = client.get(BASE)
    assert answer.status_code == 302
    assert answer["location"].startswith("/accounts/login/")


def test_opening_and_the_steps_by_pages(leaving: Callable[..., Side], sign_in: Callable[..., Client]) -> None:
    side = leaving(next=True)
    officer = sign_in(side, "officer")
    page = officer.get(BASE).content.decode()
    assert "和美物业，最后服务日 2026-06-10" in page
    with scope(side.compound.pk):
        from parties.models import Contract

        contract = Contract.objects.get(compound=side.compound, ends=LAST_DAY)
    refused = officer.post(BASE, {"contract": "", "idempotency_key": key()})
    assert refused.status_code == 422
    assert "请选择要交接的合同" in refused.content.decode()
    answer = officer.post(BASE, {"contract": contract.pk, "due_on": "", "note": "", "idempotency_key": key(1)})
    again = officer.post(BASE, {"contract": contract.pk, "due_on": "", "note": "", "idempotency_key": key(1)})
    assert (answer.status_code, again.status_code) == (302, 302)
    assert answer["location"] == again["location"]
    with scope(side.compound.pk):
        made = Handover.objects.get()
    manager = sign_in(side, "manager")
    act = f"{BASE}{made.ref}/do/"
    assert manager.post(f"{act}begin/", {"idempotency_key": key(2)}).status_code == 302
    assert manager.post(f"{act}freeze/", {"idempotency_key": key(3)}).status_code == 403
    assert officer.post(f"{act}freeze/", {"idempotency_key": key(4)}).status_code == 422
    assert officer.post(f"{act}nothing/", {"idempotency_key": key(5)}).status_code == 404
    assert officer.post(f"{act}begin/", {"idempotency_key": key(6)}).status_code == 409
    assert manager.post(f"{act}cancel/", {"reason": "x", "idempotency_key": key(7)}).status_code == 403
    missing = officer.post(f"{act}cancel/", {"reason": "", "idempotency_key": key(8)})
    assert missing.status_code == 422
    assert "请写明原因" in missing.content.decode()


def test_rows_by_hand_by_pasting_and_from_a_sheet(leaving: Callable[..., Side], sign_in: Callable[..., Client]) -> None:
    side = leaving()
    made = listing_of(side)
    client = sign_in(side, "manager")
    address = f"{BASE}{made.ref}/lists/key/add/"
    assert client.get(address).status_code == 200
    one = {"how": "row", "title": "水泵房", "quantity": "2", "place": "门卫室", "note": ""}
    assert client.post(address, {**one, "idempotency_key": key(1)})["location"] == address
    bad = client.post(address, {**one, "title": "", "idempotency_key": key(2)})
    assert bad.status_code == 422
    assert "请写名称" in bad.content.decode()
    many = client.post(address, {"how": "paste", "rows": "名称,数量\n天台,1\n机房,三", "idempotency_key": key(3)})
    assert many.status_code == 422
    assert "第3行：数量：数量“三”不是整数" in many.content.decode()
    assert client.post(address, {"how": "paste", "rows": "天台,1", "idempotency_key": key(4)}).status_code == 302
    sheet = SimpleUploadedFile("钥匙.xlsx", book([["序号", "名称", "数量", "位置"], [1, "车库", 3, "岗亭"]]))
    assert client.post(address, {"how": "file", "file": sheet, "idempotency_key": key(5)}).status_code == 302
    with scope(side.compound.pk):
        rows = Item.objects.filter(handover=made, kind="key").order_by("pk")
        assert list(rows.values_list("title", "quantity", "place")) == [
            ("水泵房", 2, "门卫室"),
            ("天台", 1, ""),
            ("车库", 3, "岗亭"),
        ]
    assert client.get(f"{BASE}{made.ref}/lists/case/add/").status_code == 404
    assert sign_in(side, "chair").get(address).status_code == 404


def book(rows: list[list[Any]]) -> bytes:
    made = Workbook()
    for row in rows:
        made.active.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (30 * 1024 * 1024))
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "0 字节"),
        (b"<script>alert(1)</script>", "不是 .xlsx"),
        (bomb(), "展开后太大"),
        (b"x" * (5 * 1024 * 1024 + 1), "最多 5 兆"),
        (book([["名称", "数量"]]), "没有读到内容"),
    ],
    ids=["empty", "html", "bomb", "large", "header_only"],
)
def test_hostile_files_are_refused_in_words(
    leaving: Callable[..., Side], sign_in: Callable[..., Client], content: bytes, said: str
) -> None:
    side = leaving()
    made = listing_of(side)
    file = SimpleUploadedFile("../../x.xlsx", content)
    answer = sign_in(side, "manager").post(
        f"{BASE}{made.ref}/lists/key/add/", {"how": "file", "file": file, "idempotency_key": key()}
    )
    assert answer.status_code == 422
    assert said in answer.content.decode()
    with scope(side.compound.pk):
        assert not Item.objects.filter(handover=made, kind="key").exists()


def test_a_page_of_rows_is_looked_at_in_one_go(leaving: Callable[..., Side], sign_in: Callable[..., Client]) -> None:
    side = leaving()
    made = listing_of(side)
    with_keys(side, made, 3)
    with scope(side.compound.pk):
        first, second, third = Item.objects.filter(handover=made, kind="key").order_by("pk")
    client = sign_in(side, "chair")
    address = f"{BASE}{made.ref}/lists/key/judge/"
    shown = {"shown": [first.pk, second.pk, third.pk]}
    silent = client.post(address, {**shown, f"verdict-{first.pk}": "missing", "idempotency_key": key(1)})
    assert silent.status_code == 422
    assert "请在备注里写明情况" in silent.content.decode()
    done = client.post(
        address,
        {
            **shown,
            f"verdict-{first.pk}": "missing",
            f"note-{first.pk}": "没有交",
            "all": "1",
            "idempotency_key": key(2),
        },
    )
    assert done.status_code == 302
    with scope(side.compound.pk):
        assert list(Item.objects.filter(handover=made, kind="key").order_by("pk").values_list("verdict", "note")) == [
            ("missing", "没有交"),
            ("handed", ""),
            ("handed", ""),
        ]
    foreign = client.post(address, {"shown": "99999999999", "verdict-99999999999": "handed", "idempotency_key": key(3)})
    assert foreign.status_code == 404
    assert sign_in(side, "manager").post(address, {**shown, "all": "1", "idempotency_key": key(4)}).status_code == 403


def test_one_row_is_looked_at_edited_and_dropped(leaving: Callable[..., Side], sign_in: Callable[..., Client]) -> None:
    side = leaving()
    made = listing_of(side)
    with_keys(side, made, 1)
    with scope(side.compound.pk):
        row = Item.objects.get(handover=made, kind="key")
    address = f"{BASE}{made.ref}/items/{row.pk}/"
    officer, manager = sign_in(side, "officer"), sign_in(side, "manager")
    judged = officer.post(
        address,
        {"how": "judge", "verdict": "disputed", "note": "断了", "photo": picture(), "idempotency_key": key(1)},
    )
    assert judged.status_code == 302
    page = officer.get(address).content.decode()
    assert "断了" in page
    assert "?size=thumb" in page
    wrong = manager.post(address, {"how": "edit", "title": "", "idempotency_key": key(2)})
    assert wrong.status_code == 422
    assert manager.post(address, {"how": "edit", "title": "天台", "idempotency_key": key(3)}).status_code == 302
    assert manager.post(address, {"how": "nothing", "idempotency_key": key(4)}).status_code == 404
    assert manager.post(address, {"how": "drop", "idempotency_key": key(5)}).status_code == 302
    assert manager.get(address).status_code == 404


def with_keys(side: Side, made: Handover, count: int) -> None:
    with scope(side.compound.pk):
        listing.add_rows(
            compound_id=side.compound.pk,
            ref=made.ref,
            kind="key",
            read=pasted("\n".join(f"第{n}号门,1,门卫室" for n in range(count)), "key"),
            by=side.actor("manager", NOW.date()),
            now=NOW,
        )


# --- signing ------------------------------------------------------------------------------------------------------------
def test_signing_on_the_page(leaving: Callable[..., Side], sign_in: Callable[..., Client]) -> None:
    side = leaving()
    made = frozen(side)
    address = f"{BASE}{made.ref}/sign/"
    manager, officer = sign_in(side, "manager"), sign_in(side, "officer")
    assert manager.get(f"{address}committee/").status_code == 404
    assert manager.get(f"{address}incoming/").status_code == 404
    page = manager.get(f"{address}outgoing/").content.decode()
    assert made.fingerprint in page
    given = {
        "how": "sign",
        "role": "outgoing",
        "fingerprint": made.fingerprint,
        "name": "王经理",
        "post": "项目经理",
        "words": "",
        "drawing": "",
    }
    blank = manager.post(f"{address}outgoing/", {**given, "name": "", "idempotency_key": key(1)})
    assert blank.status_code == 422
    assert "请手写签名，或填写姓名" in blank.content.decode()
    old = manager.post(f"{address}outgoing/", {**given, "fingerprint": "0" * 64, "idempotency_key": key(2)})
    assert old.status_code == 409
    assert "请重新看一遍再签" in old.content.decode()
    assert manager.post(f"{address}outgoing/", {**given, "idempotency_key": key(3)}).status_code == 302
    assert manager.post(f"{address}outgoing/", {**given, "idempotency_key": key(3)}).status_code == 302
    assert "请等业委会签字" in officer.get(f"{address}community/").content.decode()
    why = officer.post(
        f"{address}committee/", {"how": "decline", "role": "committee", "words": "", "idempotency_key": key(4)}
    )
    assert why.status_code == 422
    no = officer.post(
        f"{address}committee/",
        {"how": "decline", "role": "committee", "words": "主任出差，没有到场", "idempotency_key": key(5)},
    )
    assert no.status_code == 302
    witness = officer.post(f"{address}community/", {**given, "role": "community", "idempotency_key": key(6)})
    assert witness.status_code == 302
    with scope(side.compound.pk):
        made.refresh_from_db()
        assert made.state == "completed"
        assert Signature.objects.count() == 3


# --- the pack and who keeps it -------------------------------------------------------------------------------------------
def test_the_dismissed_firm_reads_its_own_pack_and_nothing_else(
    world: World, leaving: Callable[..., Side], sign_in: Callable[..., Client]
) -> None:
    side = leaving(next=True)
    made = completed(side)
    with scope(side.compound.pk):
        document = make_document(compound_id=side.compound.pk, document_id=made.pack_id, now=NOW)
        assert document.state == "ready", (document.failure, document.failure_detail)
        assert copying.copy_packs(compound_id=side.compound.pk, now=NOW) == 2
        assert copying.copy_packs(compound_id=side.compound.pk, now=NOW) == 0
        whole = document.file
    with time_machine.travel(MIDNIGHT, tick=False):
        manager = sign_in(side, "manager")
        assert manager.get(BASE).status_code == 404
        page = manager.get("/handover/kept/").content.decode()
        assert "小区1" in page
        kept = FirmCopy.objects.get(organisation__name="和美物业")
        answer = manager.get(f"/handover/kept/{kept.ref}/")
        assert answer.status_code == 200
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"].startswith("attachment")
        assert len(answer.content) == whole.bytes
        assert manager.get(f"/c/here/documents/{made.pack_id}/").status_code == 404
        other = FirmCopy.objects.exclude(pk=kept.pk).get()
        assert manager.get(f"/handover/kept/{other.ref}/").status_code == 404
        next_door = sign_in(world.there, "manager")
        assert next_door.get(f"/handover/kept/{kept.ref}/").status_code == 404
        assert "小区1" not in next_door.get("/handover/kept/").content.decode()
        assert sign_in(side, "dispatcher").get(f"/handover/kept/{kept.ref}/").status_code == 403
        assert sign_in(side, "manager2").get(f"/handover/kept/{other.ref}/").status_code == 200


def test_the_list_of_open_requests_is_printed(leaving: Callable[..., Side], sign_in: Callable[..., Client]) -> None:
    side = leaving()
    for who, expected in (("manager", 302), ("chair", 302), ("officer", 302), ("street", 403), ("worker", 403)):
        answer = sign_in(side, who).post(f"{BASE}cases/", {"idempotency_key": key()})
        assert answer.status_code == expected, who


# --- over REST ----------------------------------------------------------------------------------------------------------
def test_it_reads_over_rest(world: World, leaving: Callable[..., Side], sign_in: Callable[..., Client]) -> None:
    side = leaving()
    made = listing_of(side)
    end_contract(world.there)
    theirs = opened(world.there)
    client = sign_in(side, "officer")
    listed = client.get("/api/v1/compounds/here/handovers/").json()
    assert [(one["ref"], one["state"], one["incoming"], one["last_day"]) for one in listed] == [
        (made.ref, "listing", "", "2026-06-10")
    ]
    one = client.get(f"/api/v1/compounds/here/handovers/{made.ref}/").json()
    assert {row["kind"] for row in one["lists"]} == {"paper", "money", "people"}
    rows = client.get(f"/api/v1/compounds/here/handovers/{made.ref}/items/?kind=money").json()
    assert len(rows["results"]) == 5
    for ref in (theirs.ref, "nosuchhandover"):
        assert client.get(f"/api/v1/compounds/here/handovers/{ref}/").status_code == 404
    assert client.get(f"/api/v1/compounds/here/handovers/{made.ref}/items/?kind=x").status_code == 404
    assert sign_in(side, "worker").get("/api/v1/compounds/here/handovers/").status_code == 403
    assert sign_in(side, "resident").get("/api/v1/compounds/here/handovers/").status_code == 403


# --- what they cost -----------------------------------------------------------------------------------------------------
def cost(client: Client, address: str, statements: Callable[[], Any]) -> int:
    assert client.get(address).status_code == 200
    cache.clear()
    with statements() as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_a_list_costs_the_same_for_one_row_and_thirty(
    leaving: Callable[..., Side], sign_in: Callable[..., Client], statements: Callable[[], Any]
) -> None:
    side = leaving()
    made = listing_of(side)
    with_keys(side, made, 1)
    client = sign_in(side, "officer")
    paths = {"lists/key/": 13, "": 15, "turn/": 14, "sign/community/": 13}
    counts = []
    for more in (0, 29):
        if more:
            with_keys(side, made, more)
        counts.append({path: cost(client, f"{BASE}{made.ref}/{path}", statements) for path in paths})
    # Without scripts a part is a page of its own; the signing page shows the first fifty rows that are disputed.
    assert counts == [paths, paths]


def test_the_overview_costs_the_same_for_one_row_and_thirty(
    leaving: Callable[..., Side], sign_in: Callable[..., Client], statements: Callable[[], Any]
) -> None:
    side = leaving()
    made = opened(side)
    case = file_one(side)
    with scope(side.compound.pk):
        Request.objects.update(company=None, due_at=None, next_step_at=None)
        case.refresh_from_db()
    client = sign_in(side, "officer")
    counts = []
    for more in (0, 29):
        if more:
            copies(side, case, more)
            with scope(side.compound.pk):
                Handover.objects.bulk_create(
                    Handover(
                        compound=side.compound,
                        ref=f"more{n}",
                        contract_id=made.contract_id,
                        outgoing_id=made.outgoing_id,
                        last_day=made.last_day,
                        due_on=made.due_on,
                        state="cancelled",
                        ended_reason="续签",
                        opened_at=NOW,
                        opened_by=1,
                        opened_party="community",
                        opened_as="专员",
                        updated_at=NOW,
                    )
                    for n in range(more)
                )
        counts.append([cost(client, BASE, statements), cost(client, f"{BASE}rows/", statements)])
    assert counts == [[14, 13], [14, 13]]


def test_late_records_cost_the_same_for_one_and_thirty(
    leaving: Callable[..., Side], sign_in: Callable[..., Client], statements: Callable[[], Any]
) -> None:
    side = leaving()
    case = bring_to(side, "working", now=NOW - timedelta(hours=2))
    client = sign_in(side, "officer")
    counts = []
    for numbers in (range(1), range(1, 30)):
        late_rows(side, case, numbers)
        counts.append(cost(client, f"{BASE}late/", statements))
    assert counts == [12, 12]


def late_rows(side: Side, case: Request, numbers: range) -> None:
    post = Post.objects.get(pk=side.posts["worker"].pk)
    with scope(side.compound.pk):
        LateRecord.objects.bulk_create(
            LateRecord(
                compound=side.compound,
                request=case,
                ref=f"late{n}",
                effect=f"{n:064d}",
                company=post.organisation_id,
                company_name="和美物业",
                person_id=post.person_id,
                person_name="师傅",
                post_id=post.pk,
                role_label="维修工",
                action="finish",
                words="好了",
                last_day=LAST_DAY,
                received_at=NOW,
            )
            for n in numbers
        )


def test_copies_cost_the_same_for_one_and_thirty(
    leaving: Callable[..., Side], sign_in: Callable[..., Client], statements: Callable[[], Any]
) -> None:
    side = leaving()
    client = sign_in(side, "manager")
    firm = side.posts["manager"].organisation_id
    counts = []
    for numbers in (range(1), range(1, 30)):
        FirmCopy.objects.bulk_create(
            FirmCopy(
                organisation_id=firm,
                issuer=side.compound,
                ref=f"copy{n}",
                title="物业交接书",
                number=f"2026-{n:06d}",
                version=1,
                path=f"o/{firm}/{n}",
                bytes=1,
                sha256="0" * 64,
                issued_at=NOW,
            )
            for n in numbers
        )
        counts.append(cost(client, "/handover/kept/", statements))
    assert counts == [10, 10]


def test_rest_costs_the_same_for_one_row_and_thirty(
    leaving: Callable[..., Side], sign_in: Callable[..., Client], statements: Callable[[], Any]
) -> None:
    side = leaving()
    made = listing_of(side)
    with_keys(side, made, 1)
    client = sign_in(side, "officer")
    paths = {f"{made.ref}/items/?kind=key": 10, f"{made.ref}/": 11, "": 9}
    counts = []
    for more in (0, 29):
        if more:
            with_keys(side, made, more)
        counts.append({path: cost(client, f"/api/v1/compounds/here/handovers/{path}", statements) for path in paths})
    assert counts == [paths, paths]
