"""The pages of the register and of its imports: who opens them, what they show, how much they ask the database."""

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from premises.models import Owner
from registers.models import Run
from tenancy.scope import scope
from tests.registers.books import home, raw, register
from tests.registers.conftest import bring_to, imported, report, upload, work
from tests.registers.conftest import check as checked
from tests.world import CANARY, RESIDENTS, STAFF, Side, World

EVERYONE = [*STAFF, *RESIDENTS, "city"]
KEEPERS = {"manager", "dispatcher", "secretary", "officer"}
READERS = KEEPERS | {"chair", "member"}
COUNT = iter(range(10**6))


def key() -> dict[str, str]:
    return {"idempotency_key": f"key-of-a-test-{next(COUNT):06d}"}


def xlsx(content: bytes, name: str = "台账.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def body(answer: Any) -> str:
    return answer.content.decode()


def run_of(side: Side) -> Run:
    with scope(side.compound.pk):
        return Run.objects.filter(compound=side.compound).latest("pk")


@pytest.mark.parametrize("who", EVERYONE)
def test_who_opens_what(world: World, sign_in: Callable[..., Client], who: str) -> None:
    bring_to(world.there, "checked", mark=CANARY)
    run = bring_to(world.here, "checked")
    client = sign_in(world.here, who)
    pages = {
        "register/": READERS,
        "register/sample/": KEEPERS,
        "register/imports/": KEEPERS,
        f"register/imports/{run.ref}/": KEEPERS,
        f"register/imports/{run.ref}/?columns": KEEPERS,
        f"register/imports/{run.ref}/progress/": KEEPERS,
        f"register/imports/{run.ref}/marked/": KEEPERS,
    }
    for path, allowed in pages.items():
        answer = client.get(f"/c/here/{path}")
        assert answer.status_code == (200 if who in allowed else 403), path
        assert CANARY.encode() not in answer.content
    assert client.post("/c/here/register/export/").status_code == (200 if who in READERS else 403)
    for step in ("sheet", "columns", "confirm", "drop", "undo"):
        if who not in KEEPERS:
            assert client.post(f"/c/here/register/imports/{run.ref}/{step}/", key()).status_code == 403


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_asks_as_often_for_thirty_as_for_one(
    world: World, sign_in: Callable[..., Client], statements: Callable[[], Any], rows: int
) -> None:
    imported(world.here, register(*[home(f"9{n:02d}", "王晓明、李芳", "13800001234、无") for n in range(1, rows + 1)]))
    client = sign_in(world.here, "manager")
    client.get("/c/here/register/")
    with statements() as seen:
        assert client.get("/c/here/register/").status_code == 200
    assert len(seen) == LIST
    with statements() as seen:
        assert client.get("/c/here/register/imports/").status_code == 200
    assert len(seen) == HISTORY


LIST, HISTORY = 15, 11


@pytest.mark.parametrize("rows", [1, 30])
def test_a_result_asks_as_often_for_thirty_as_for_one(
    world: World, sign_in: Callable[..., Client], statements: Callable[[], Any], rows: int
) -> None:
    run = checked(world.here, upload(world.here, register(*[home(f"9{n:02d}", area="?") for n in range(1, rows + 1)])))
    client = sign_in(world.here, "manager")
    client.get(f"/c/here/register/imports/{run.ref}/")
    with statements() as seen:
        assert client.get(f"/c/here/register/imports/{run.ref}/").status_code == 200
    assert len(seen) == 10


def test_the_list_masks_telephones_and_the_committee_sees_none(world: World, sign_in: Callable[..., Client]) -> None:
    bring_to(world.here, "done")
    shown = body(sign_in(world.here, "manager").get("/c/here/register/"))
    assert "138****1234" in shown
    assert "13800001234" not in shown
    shown = body(sign_in(world.here, "chair").get("/c/here/register/"))
    assert "王晓明" in shown
    assert "138****1234" not in shown
    assert "reveal" not in shown


def test_a_telephone_is_shown_once_and_recorded(world: World, sign_in: Callable[..., Client]) -> None:
    bring_to(world.here, "done")
    with scope(world.here.compound.pk):
        owner = Owner.objects.get(compound=world.here.compound, name="王晓明")
    client = sign_in(world.here, "officer")
    assert "13800001234" in body(client.post(f"/c/here/register/owners/{owner.pk}/reveal/"))
    part = client.post(f"/c/here/register/owners/{owner.pk}/reveal/", headers={"hx-request": "true"})
    assert "13800001234" in body(part)
    assert "<html" not in body(part)
    assert sign_in(world.here, "chair").post(f"/c/here/register/owners/{owner.pk}/reveal/").status_code == 403


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("901", True),
        ("王晓明", True),
        ("13800001234", True),
        ("1380000", False),
        ("138 0000 1234", True),
        ("没有这个人", False),
    ],
)
def test_searching_by_address_name_and_whole_number(
    world: World, sign_in: Callable[..., Client], words: str, found: bool
) -> None:
    bring_to(world.here, "done")
    answer = sign_in(world.here, "manager").post("/c/here/register/", {"q": words})
    assert ("1幢1单元901" in body(answer)) is found


def test_a_committee_cannot_search_by_number_and_an_address_holds_no_words(
    world: World, sign_in: Callable[..., Client]
) -> None:
    bring_to(world.here, "done")
    client = sign_in(world.here, "chair")
    assert "1幢1单元901" not in body(client.post("/c/here/register/", {"q": "13800001234"}))
    assert "1幢1单元101" in body(client.get("/c/here/register/?q=没有这个人"))


def test_by_building_and_entrance(world: World, sign_in: Callable[..., Client]) -> None:
    imported(world.here, register(["9幢", "3单元", "101", "", 77, "新人", "", "", ""]))
    client = sign_in(world.here, "manager")
    shown = body(client.get("/c/here/register/"))
    building = re.search(r'\?building=(\d+)"[^>]*>9幢', shown)
    assert building is not None
    shown = body(client.get(f"/c/here/register/?building={building[1]}"))
    assert "9幢3单元101" in shown
    assert "1幢1单元101" not in shown
    for nonsense in ("building=x", "building=-1", "building=99999999999999999999", "page=zero", "page=9999"):
        assert client.get(f"/c/here/register/?{nonsense}").status_code == 200


def test_the_way_through_the_pages(
    world: World, sign_in: Callable[..., Client], django_capture_on_commit_callbacks: Any
) -> None:
    """Upload, columns, a bad cell, the corrected file, import, undo: what each page says and where it leads."""
    client = sign_in(world.here, "manager")
    answer = client.post("/c/here/register/imports/", {"file": xlsx(register(home("901", area="约90"))), **key()})
    run = run_of(world.here)
    page = f"/c/here/register/imports/{run.ref}/"
    assert (answer.status_code, answer["location"]) == (302, page)
    shown = body(client.get(page))
    assert "建筑面积" in shown
    assert '<option value="area" selected>' in shown
    fields = {f"column{number}": one["field"] for number, one in enumerate(run.columns, start=1)}
    assert client.post(f"{page}columns/", {**fields, "column5": "room", **key()}).status_code == 422
    assert client.post(f"{page}columns/", {**fields, **key()})["location"] == page
    shown = body(client.get(page))
    assert "核对中" in shown
    assert "hx-get" in shown
    assert "HX-Redirect" not in client.get(f"{page}progress/").headers
    run = work(world.here, run)
    assert client.get(f"{page}progress/").headers["HX-Redirect"] == page
    shown = body(client.get(page))
    assert "E2" in shown
    assert "约90" in shown
    assert "面积不是一个数字" in shown
    refused = client.post(f"{page}confirm/", {"plan": run.plan, **key()})
    assert refused.status_code == 422
    assert "还有 1 行要改" in body(refused)
    marked = load_workbook(io.BytesIO(client.get(f"{page}marked/").content)).active
    assert marked["E2"].fill.fgColor.rgb == "00FFC7CE"
    assert "面积不是一个数字" in marked["E2"].comment.text
    assert "E2" in marked["J2"].value
    second = client.post(
        "/c/here/register/imports/",
        {"file": xlsx(register(home("901", area="90", phone="13800001234"))), "instead_of": run.ref, **key()},
    )
    page = second["location"]
    client.post(f"{page}columns/", {**fields, **key()})
    run = work(world.here, run_of(world.here))
    shown = body(client.get(page))
    assert "导入：新增 1 套，改动 0 套" in shown
    assert client.post(f"{page}confirm/", {"plan": run.plan, **key()})["location"] == page
    run = work(world.here, run)
    assert "manager已导入：新增 1 套" in body(client.get(page))
    assert client.post(f"{page}undo/", key())["location"] == page
    assert "已经撤销这次导入" in body(client.get(page))


def test_a_double_tap_uploads_once(world: World, sign_in: Callable[..., Client]) -> None:
    client = sign_in(world.here, "manager")
    content, once = register(home("901")), key()
    first = client.post("/c/here/register/imports/", {"file": xlsx(content), **once})
    again = client.post("/c/here/register/imports/", {"file": xlsx(content), **once})
    assert (first.status_code, again.status_code) == (302, 302)
    assert first["location"] == again["location"]
    other = client.post("/c/here/register/imports/", {"file": xlsx(register(home("902"))), **once})
    assert other.status_code == 409


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "空的"),
        (b"<html>", "不是 .xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "老格式"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "加了密码"),
        (b"PK\x03\x04" + b"\0" * 100, "坏了"),
        (b"PK\x03\x04" + b"\0" * (6 << 20), "太大"),
    ],
)
def test_files_that_cannot_be_read_are_refused_in_words(
    world: World, sign_in: Callable[..., Client], content: bytes, words: str
) -> None:
    answer = sign_in(world.here, "manager").post("/c/here/register/imports/", {"file": xlsx(content), **key()})
    assert answer.status_code == 422
    assert words in body(answer)
    with scope(world.here.compound.pk):
        assert not Run.objects.filter(compound=world.here.compound).exists()


def test_no_file_and_no_key_are_refused_in_words(world: World, sign_in: Callable[..., Client]) -> None:
    client = sign_in(world.here, "manager")
    assert "请选择一个 .xlsx 文件" in body(client.post("/c/here/register/imports/", key()))
    refused = client.post("/c/here/register/imports/", {"file": xlsx(register(home("901")))})
    assert refused.status_code == 422
    assert "页面已经过期" in body(refused)


def test_the_second_of_two_is_told_who_was_first(world: World, sign_in: Callable[..., Client]) -> None:
    upload(world.here, register(home("901")), who="officer")
    client = sign_in(world.here, "manager")
    refused = client.post("/c/here/register/imports/", {"file": xlsx(register(home("902"))), **key()})
    assert refused.status_code == 409
    assert "officer上传的《台账.xlsx》还没有导完" in body(refused)
    assert "officer上传的《台账.xlsx》" in body(client.get("/c/here/register/imports/"))


def test_questions_are_answered_on_the_page(world: World, sign_in: Callable[..., Client]) -> None:
    run = checked(world.here, upload(world.here, register(home("101", "residenx", area=89.1234))))
    client = sign_in(world.here, "manager")
    page = f"/c/here/register/imports/{run.ref}/"
    shown = body(client.get(page))
    assert "台账里是“resident”，表里是“residenx”" in shown
    assert "台账里有、表里没有的 5 套" in shown
    refused = client.post(f"{page}confirm/", {"plan": run.plan, **key()})
    assert refused.status_code == 422
    assert "还有问题没有回答" in body(refused)
    [question] = report(world.here, run)["questions"]
    answered = client.post(f"{page}confirm/", {"plan": run.plan, f"answer-{question['pk']}": "same", **key()})
    assert answered.status_code == 302
    assert client.post(f"{page}drop/", key()).status_code == 409  # too late: it is being imported


def test_the_sample_has_instructions_and_lists_to_choose_from(world: World, sign_in: Callable[..., Client]) -> None:
    answer = sign_in(world.here, "manager").get("/c/here/register/sample/")
    assert answer["content-disposition"].startswith("attachment")
    made = load_workbook(io.BytesIO(answer.content))
    assert made.sheetnames == ["房屋台账", "填写说明"]
    rules = {str(rule.sqref): rule.type for rule in made["房屋台账"].data_validations.dataValidation}
    assert rules == {"E2:E5001": "decimal", "F2:F5001": "list", "G2:G5001": "list", "K2:K5001": "list"}
    assert made["房屋台账"].max_row == 1


def test_what_goes_out_for_the_committee_has_no_telephones(world: World, sign_in: Callable[..., Client]) -> None:
    bring_to(world.here, "done")
    for who, phones in (("manager", {"13800001234"}), ("chair", set())):
        content = sign_in(world.here, who).post("/c/here/register/export/").content
        sheet = load_workbook(io.BytesIO(content)).active
        found = {str(cell.value) for row in sheet.iter_rows(min_row=2) for cell in row if cell.value is not None}
        assert {one for one in found if one.startswith("138")} == phones
        assert "王晓明" in found


def test_a_sheet_with_a_name_that_excel_forbids_goes_out_all_the_same(
    world: World, sign_in: Callable[..., Client]
) -> None:
    client = sign_in(world.here, "manager")
    content = raw(
        '<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>幢号</t></is></c><c r="B1" t="inlineStr"><is><t>室号</t></is></c>'
        '<c r="C1" t="inlineStr"><is><t>面积</t></is></c></row><row r="2"><c r="A2"><v>9</v></c><c r="B2"><v>101</v></c>'
        '<c r="C2" t="inlineStr"><is><t>约</t></is></c></row><row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>'
    )
    run = checked(world.here, upload(world.here, _renamed(content)))
    assert run.sheet == "[台账]*"
    answer = client.get(f"/c/here/register/imports/{run.ref}/marked/")
    assert load_workbook(io.BytesIO(answer.content)).sheetnames == ["台账"]
    assert load_workbook(io.BytesIO(client.post("/c/here/register/export/").content)).sheetnames == ["台账"]


def _renamed(content: bytes) -> bytes:
    """The same file with a sheet's name that Excel itself would not allow."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            text = old.read(part).replace('name="台账"'.encode(), 'name="[台账]*"'.encode())
            new.writestr(part.filename, text)
    return out.getvalue()
