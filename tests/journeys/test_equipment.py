"""Fire equipment as its people use it: a list comes in, a label is read by anyone, a stop is approved, a house is looked at."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.equipment.conftest import HEAD, ROW, workbook
from tests.journeys.people import Visitor
from tests.journeys.server import Portal
from tests.journeys.test_notices import clean

pytestmark = pytest.mark.journey
C = "/c/wangjiang/equipment"
MANAGER, OFFICER = "朱俊杰", "徐美玲"


def test_a_list_comes_in_and_its_label_is_read_by_anyone(portal: Portal, visit: Callable[..., Visitor]) -> None:
    manager = visit(MANAGER, device="desktop", standing="物业", reduced_motion="reduce")
    manager.open(f"{C}/imports/")
    page = manager.page
    content = workbook([HEAD, ("灭火器", "干粉", "NEW-1", "", "B1", "新车库", "2024-03-01"), ("火箭", *ROW[1:])])
    page.locator("input[type=file]").set_input_files(
        [{"name": "设施.xlsx", "mimeType": "application/octet-stream", "buffer": content}]
    )
    manager.button("上传并核对").click()
    expect(page.locator("main")).to_contain_text("看不懂是哪种设施")
    clean(manager)
    manager.button("先导入没有问题的 1 件").click()
    expect(page.locator(".messages")).to_contain_text("已导入 1 件")
    manager.open(f"{C}/?q=NEW-1")
    page.locator(".gear-row .row-link").first.click()
    expect(page.locator("h1")).to_contain_text("NEW-1")
    clean(manager)
    code = portal.value(
        "SELECT l.code FROM equipment_label l JOIN equipment_piece p ON p.id = l.piece_id WHERE p.number = 'NEW-1'"
    )
    anyone = visit(OFFICER, device="phone", standing="社区", reduced_motion="reduce")
    anyone.open(f"/e/wangjiang/{code}/")
    expect(anyone.page.locator("h1")).to_contain_text("灭火器 NEW-1")
    clean(anyone)
    anyone.open(f"/e/wangjiang/{code}/")
    anyone.page.get_by_label("压力指针").check()
    anyone.button("报告").click()
    expect(anyone.page.locator("main")).to_contain_text("已收到")
    manager.open(f"{C}/reports/")
    expect(page.locator("main")).to_contain_text("NEW-1")


def test_what_the_manager_looks_after(visit: Callable[..., Visitor]) -> None:
    manager = visit(MANAGER, device="desktop", standing="物业", reduced_motion="reduce")
    page = manager.page
    manager.open(f"{C}/plans/")
    page.locator("main .row-link").first.click()
    expect(page.locator("svg.gear-plan")).to_be_visible()
    clean(manager)
    manager.open(f"{C}/stops/")
    page.locator("main .row-link").first.click()
    expect(page.locator("main")).to_contain_text("应急方案")
    clean(manager)
    manager.button("批准并发公告").click()
    expect(page.locator(".messages")).to_contain_text("已批准")
    expect(page.locator("main")).to_contain_text("消防设施停用公告")
    manager.open(f"{C}/visits/")
    page.locator("main .row-link").first.click()
    expect(page.locator("main")).to_contain_text("下次检查")
    clean(manager)


def test_the_community_sees_two_overdue_critical_points(visit: Callable[..., Visitor]) -> None:
    officer = visit(OFFICER, device="phone", standing="社区", reduced_motion="reduce")
    officer.open(f"{C}/overdue/")
    expect(officer.page.locator("main .rows > .row")).to_have_count(2)
    clean(officer)
