"""Publicity: too short is refused with its article, signed and out it counts down, taken down early it is void."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.people import Visitor
from tests.journeys.test_notices import CHAIR, RESIDENT, C, clean

pytestmark = pytest.mark.journey
STREET, MANAGER, OTHER_OFFICER = "胡立新", "朱俊杰", "应文斌"
TITLE = "关于召开业主大会会议的公示"


def typed(visitor: Visitor, *, days: str) -> None:
    """A publicity of an assembly's agenda for the compound and the one beside it."""
    page = visitor.page
    page.locator("#notice-form select[name=kind]").select_option("publicity")
    page.locator("select[name=matter]").select_option("meeting")
    page.locator("select[name=publicity_matter]").select_option("assembly")
    page.get_by_label("公示多少天").fill(days)
    page.get_by_label("标题").fill(TITLE)
    page.locator("textarea[name=source]").fill("公示期满后召开业主大会会议，表决停车管理规约。")


def test_fifteen_days_for_two_compounds(visit: Callable[..., Visitor]) -> None:
    office = visit(STREET, device="desktop", reduced_motion="reduce")
    office.expect_complaint("status of 422")
    page = office.page
    office.open(f"{C}/notices/new/")
    # Only a publicity is asked how long.
    expect(page.locator("[data-for-kind=publicity]")).to_be_hidden()
    typed(office, days="10")
    page.locator("summary", has_text="同时发到别的小区").click()
    page.get_by_label("紫微星苑").check()
    clean(office)
    page.set_viewport_size({"width": 1280, "height": 800})
    office.button("送出").click()
    wrong = page.locator(".field.wrong", has_text="公示多少天")
    expect(wrong).to_contain_text("公示期太短：《浙江省物业管理条例》第九条要求至少 15天，发布当天不算")
    clean(office)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_label("公示多少天").fill("15")
    office.button("送出").click()
    expect(page.locator(".messages")).to_contain_text("已发布")
    office.open("/publicity/")
    expect(page.locator(".row-title", has_text=TITLE)).to_have_count(2)
    clean(office)

    # Everyone of both compounds sees how long it still runs.
    resident = visit(RESIDENT, reduced_motion="reduce")
    resident.open(f"{C}/notices/")
    row = resident.page.locator(".notices-row", has_text=TITLE)
    expect(row).to_contain_text("明天起算")
    row.locator(".row-link").click()
    expect(resident.page.locator(".publicity-panel")).to_contain_text("《浙江省物业管理条例》第九条")
    clean(resident)
    beside = visit(OTHER_OFFICER, device="desktop", reduced_motion="reduce")
    beside.open("/publicity/")
    expect(beside.page.locator(".row-title", has_text=TITLE)).to_have_count(1)

    # Taken down early it is void, and whoever has it open sees that at once.
    page.set_viewport_size({"width": 1280, "height": 800})
    page.locator(".row-link", has_text="望江花园").filter(has_text=TITLE).click()
    page.locator("summary", has_text="撤回").click()
    page.get_by_label("撤回原因").fill("议题要改，改好再公示")
    office.button("撤回").click()
    expect(page.locator(".publicity-panel")).to_contain_text("没有公示满，这次公示作废")
    expect(resident.page.locator(".publicity-panel")).to_contain_text("公示作废")
    clean(resident)
    office.open("/publicity/?state=voided")
    expect(page.locator(".row-link", has_text=TITLE)).to_contain_text("议题要改，改好再公示")
    # Next door it runs on.
    beside.open("/publicity/")
    expect(beside.page.locator(".row-title", has_text=TITLE)).to_have_count(1)


def test_a_firms_publicity_begins_when_it_is_countersigned(visit: Callable[..., Visitor]) -> None:
    manager = visit(MANAGER, device="desktop", standing="物业", reduced_motion="reduce")
    page = manager.page
    title = "本季度物业服务信息公示"
    manager.open(f"{C}/notices/new/?kind=publicity")
    page.locator("select[name=publicity_matter]").select_option("firm_data")
    page.get_by_label("标题").fill(title)
    page.locator("textarea[name=source]").fill("本季度物业服务信息见附件。")
    manager.button("送出").click()
    expect(page.locator("main")).to_contain_text("发布以后公示")
    expect(page.locator("main")).to_contain_text("从发布第二天起 15天")
    clean(manager)

    chair = visit(CHAIR, standing="业主委员会", reduced_motion="reduce")
    chair.open("/notices/")
    chair.page.locator(".row-link", has_text=title).click()
    chair.button("同意").click()
    expect(chair.page.locator(".publicity-panel")).to_contain_text("明天起算")
    expect(page.locator(".publicity-panel")).to_contain_text("明天起算")
    chair.page.locator("summary", has_text="公示经过和要求").click()
    expect(chair.page.locator(".publicity-panel")).to_contain_text("开始公示")
    clean(chair)
