"""An office brings its own register: columns, a check that finds bad cells, the corrected file, import, export, undo."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys import looks
from tests.journeys.people import Visitor
from tests.journeys.server import Portal
from tests.registers.books import book

pytestmark = pytest.mark.journey
HOME = "/c/ziwei/register/"
HOMES = "SELECT count(*) FROM premises_home"
MERGES = ("A1:H1", "A2:A3", "B2:E2", "F2:G2", "H2:H3", "B4:B6", "C4:C6")


def workbook(*, area: str, phone: str) -> dict[str, Any]:
    """An office's file: a title, two header lines, merged buildings, several owners in a cell, full-width digits."""
    rows = [
        ["业主清册"],
        ["序号", "房屋信息", None, None, None, "业主信息", None, "备注"],
        [None, "幢号", "单元", "室号", "建筑面积", "姓名", "电话", None],
        [1, "99", "１", "101", "１１８．３２㎡", "王晓明、䶮芳", "19900000001、无", None],
        [2, None, None, "102", area, "张　三", "19900000002", "长期空置"],
        [3, None, None, "201", 89.1254, "李四\n王五", phone, None],
    ]
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return {"name": "业主清册.xlsx", "mimeType": kind, "buffer": book(rows, merges=MERGES)}


def clean(visitor: Visitor) -> None:
    """Nothing on the page is in anybody's way, on a desktop and on a phone."""
    for width in (1280, 360):
        visitor.page.set_viewport_size({"width": width, "height": 800})
        looks.all_at_once(visitor.page, width)
        assert looks.violations(visitor.page) == []
        assert looks.sticks_out(visitor.page) == []
    visitor.page.set_viewport_size({"width": 1280, "height": 800})


def test_an_office_brings_its_register(portal: Portal, visit: Callable[..., Visitor], tmp_path: Path) -> None:
    manager = visit("孙伟民", device="desktop")
    manager.open(HOME)
    before = portal.value(HOMES)
    bring_in(portal, manager, before)
    look_up(portal, manager)
    take_out_and_bring_back(manager, tmp_path / "out.xlsx")
    take_back(manager)
    assert portal.value(HOMES) == before


def bring_in(portal: Portal, manager: Visitor, before: int) -> None:
    """The file with bad cells, then the corrected one, until it is in the register."""
    page = manager.page
    page.get_by_role("link", name="导入", exact=True).click()

    page.get_by_label("台账表格").set_input_files([workbook(area="约90", phone="1990000003")])
    manager.button("上传并核对").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("每一列是什么")
    expect(page.get_by_label("房屋信息 · 幢号")).to_have_value("building")
    expect(page.get_by_label("业主信息 · 姓名")).to_have_value("owner")
    expect(page.get_by_label("序号")).to_have_value("")
    clean(manager)
    manager.button("核对这份表").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("核对结果")
    found = page.locator("#found")
    expect(found).to_contain_text("E5")
    expect(found).to_contain_text("约90")
    expect(found).to_contain_text("面积不是一个数字")
    expect(found).to_contain_text("G6")
    assert portal.value(HOMES) == before
    clean(manager)
    with page.expect_download() as coming:
        page.get_by_role("link", name="下载标好红格的表").click()
    assert coming.value.suggested_filename == "业主清册（要改的地方）.xlsx"

    page.get_by_label("改好的表").set_input_files([workbook(area="90", phone="19900000003、无")])
    manager.button("上传改好的表").click()
    manager.button("核对这份表").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("核对结果")
    expect(page.locator("#found")).to_contain_text("99幢1单元101")
    clean(manager)
    page.get_by_role("button", name=re.compile("导入：新增 3 套")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已导入")
    assert portal.value(HOMES) == before + 3
    assert portal.rows(
        "SELECT o.name, o.share_numerator, o.share_denominator FROM premises_owner o JOIN premises_home h ON h.id = o.home_id "
        "WHERE h.address = '99幢1单元201' ORDER BY o.position"
    ) == [("李四", 1, 2), ("王五", 1, 2)]
    clean(manager)


def look_up(portal: Portal, manager: Visitor) -> None:
    """Someone found by name, and their telephone looked at."""
    page = manager.page
    page.get_by_role("link", name="看台账").click()
    page.get_by_role("searchbox").fill("䶮芳")
    manager.button("查找").click()
    row = page.locator("tr", has_text="99幢1单元101")
    expect(row).to_contain_text("199****0001")
    assert "䶮" not in page.url
    clean(manager)
    row.get_by_role("button").click()
    expect(row).to_contain_text("19900000001")
    assert (
        portal.value("SELECT count(*) FROM audit_entry WHERE verb = 'reveal' AND target LIKE 'premises.owner:%%'") == 1
    )


def take_out_and_bring_back(manager: Visitor, out: Path) -> None:
    """The register in the office's own form; brought back unchanged, there is nothing to do."""
    page = manager.page
    manager.open(HOME)
    with page.expect_download() as coming:
        manager.button("导出表格").click()
    coming.value.save_as(out)
    manager.open(f"{HOME}imports/")
    page.get_by_label("台账表格").set_input_files(out)
    manager.button("上传并核对").click()
    manager.button("核对这份表").click()
    expect(page.get_by_text("表里和台账一样，没有要导入的。")).to_be_visible()
    manager.button("放弃这份表").click()
    manager.button("放弃", page.locator("dialog")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已放弃")


def take_back(manager: Visitor) -> None:
    """The import undone."""
    page = manager.page
    manager.open(f"{HOME}imports/")
    page.get_by_role("link", name=re.compile("已导入")).click()
    manager.button("撤销这次导入").click()
    manager.button("撤销", page.locator("dialog")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已撤销")


def test_the_committee_reads_without_telephones(visit: Callable[..., Visitor]) -> None:
    chair = visit("王志强", standing="业主委员会")
    chair.open("/c/wangjiang/register/")
    expect(chair.page.locator("tbody tr")).to_have_count(50)
    expect(chair.page.locator("main")).not_to_contain_text("****")
    expect(chair.page.get_by_role("link", name="导入", exact=True)).to_have_count(0)
