"""A letter: the community writes, the property manager signs for it by phone and replies, nobody else sees it."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.people import Visitor
from tests.journeys.test_notices import CHAIR, MANAGER, OFFICER, C, clean

pytestmark = pytest.mark.journey
SUBJECT = "关于清理三幢消防通道的函"
PAPER: Any = [{"name": "现场记录.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n1 0 obj\n"}]


def test_a_letter_is_sent_signed_for_and_answered(visit: Callable[..., Visitor]) -> None:
    officer = visit(OFFICER, device="desktop", reduced_motion="reduce")
    officer.open(f"{C}/letters/new/")
    page = officer.page
    company = page.locator("#id_to label, .boxes label").filter(has_text="物业").first
    company.click()
    page.get_by_label("标题").fill(SUBJECT)
    page.locator("textarea[name=source]").fill("三幢北侧消防通道有堆物。\n\n请**三日内**清理，并复函。")
    page.locator("input[name=reply_by]").fill("2099-06-09")
    page.locator("input[type=file]").set_input_files(PAPER)
    officer.button("存草稿").click()
    expect(page.locator(".messages")).to_contain_text("已存为草稿")
    clean(officer)
    page.get_by_role("link", name="修改").click()
    clean(officer)
    page.set_viewport_size({"width": 1280, "height": 800})
    officer.button("发出").click()
    expect(page.locator(".messages")).to_contain_text("已发出")
    address = "/c/" + page.url.partition("/c/")[2].partition("?")[0]

    manager = visit(MANAGER, standing="物业", reduced_motion="reduce")
    manager.open("/letters/")
    clean(manager)
    manager.page.locator(".row-link", has_text=SUBJECT).click()
    expect(manager.page.locator(".notices-papers")).to_contain_text("现场记录")
    clean(manager)
    manager.button("签收").click()
    expect(manager.page.locator(".messages")).to_contain_text("已签收")
    # The sender's page that was open says so by itself.
    expect(page.locator("#to-title + ul")).to_contain_text("已签收，等复函")
    manager.page.get_by_role("link", name="复函").click()
    expect(manager.page.get_by_label("标题")).to_have_value(f"关于《{SUBJECT}》的复函")
    manager.page.locator("textarea[name=source]").fill("已于今日清理完毕。")
    manager.button("发出").click()
    expect(manager.page.locator(".messages")).to_contain_text("已发出")
    expect(page.locator("#to-title + ul")).to_contain_text("已复函")
    clean(officer)

    chair = visit(CHAIR, standing="业主委员会", reduced_motion="reduce")
    answer = chair.page.request.get(address)
    assert answer.status == 404
