"""The board: a manager writes, two sides countersign, a phone that is open shows it by itself, one corrects, one withdraws."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys import looks
from tests.journeys.people import Visitor, picture

pytestmark = pytest.mark.journey
C = "/c/wangjiang"
MANAGER, CHAIR, OFFICER, RESIDENT = "朱俊杰", "王志强", "徐美玲", "张秀英"
TITLE = "七月物业费收支情况公示"
FILES: Any = [picture(), {"name": "明细.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n1 0 obj\n"}]


def clean(visitor: Visitor) -> None:
    """Nothing on the page is in anybody's way, on a desktop and on a phone; nor in 长者模式."""
    page = visitor.page
    page.wait_for_load_state()
    for width, large in ((1280, False), (360, False), (360, True)):
        page.evaluate("(large) => { document.documentElement.dataset.type = large ? 'large' : 'normal' }", large)
        page.set_viewport_size({"width": width, "height": 800})
        looks.all_at_once(page, width)
        assert looks.violations(page) == [], page.url
        assert not large or looks.small_type(page) == [], page.url
        assert looks.sticks_out(page) == [], page.url
    page.evaluate("() => { document.documentElement.dataset.type = 'normal' }")
    page.set_viewport_size({"width": 360, "height": 780})


def agree(signer: Visitor) -> None:
    """From the list of what waits to one's own signature."""
    signer.open("/notices/")
    clean(signer)
    signer.page.locator(".row-link", has_text=TITLE).click()
    expect(signer.page.locator("h1")).to_have_text(TITLE)
    clean(signer)
    signer.button("同意").click()
    expect(signer.page.locator(".messages")).to_contain_text("已同意")


def test_a_notice_is_written_countersigned_and_seen_at_once(visit: Callable[..., Visitor]) -> None:
    manager = visit(MANAGER, device="desktop", standing="物业", reduced_motion="reduce")
    manager.expect_complaint("status of 422")
    manager.open(f"{C}/notices/new/?template=fee")
    page = manager.page
    page.locator("#notice-form select[name=kind]").select_option("publicity")
    page.get_by_label("标题").fill(TITLE)
    manager.button("送出").click()
    expect(page.locator(".notice.bad, .field.wrong").first).to_contain_text("还有空没填")
    clean(manager)
    page.set_viewport_size({"width": 1280, "height": 800})
    for place in page.locator("[name^='fill:']").all():
        place.fill("见附件")
    expect(page.locator("#preview")).to_contain_text("见附件")
    page.locator("input[type=file]").set_input_files(FILES)
    manager.button("送出").click()
    expect(page.locator("h1")).to_have_text(TITLE)
    expect(page.locator("main")).to_contain_text("等业委会会签")
    clean(manager)
    address = page.url

    resident = visit(RESIDENT, reduced_motion="reduce")
    resident.open(f"{C}/notices/")
    expect(resident.page.locator("#notices")).not_to_contain_text(TITLE)

    agree(visit(CHAIR, standing="业主委员会", reduced_motion="reduce"))
    agree(visit(OFFICER, reduced_motion="reduce"))

    # The phone that was open all the time shows it by itself.
    expect(resident.page.locator("#notices .row-link", has_text=TITLE)).to_be_visible()
    resident.page.locator("#notices .row-link", has_text=TITLE).click()
    expect(resident.page.locator(".notices-pictures img")).to_have_count(1)
    clean(resident)

    manager.open(address)
    page.get_by_role("link", name="更正", exact=True).click()
    clean(manager)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_label("改了什么").fill("附件换成盖章版")
    page.locator("textarea[name=source]").fill("明细见盖章的附件。")
    manager.button("发布更正").click()
    expect(page.locator("main")).to_contain_text("有更正等会签")
    clean(manager)
    page.set_viewport_size({"width": 1280, "height": 800})
    manager.button("取回修改").click()
    expect(page.locator(".messages")).to_contain_text("已取回")
    page.locator("summary", has_text="撤回").click()
    page.get_by_label("撤回原因").fill("数字有误，重新公示")
    manager.button("撤回").click()
    expect(page.locator("main")).to_contain_text("这条公告已撤回，原因：数字有误，重新公示")
    # And the one who reads it is told.
    expect(resident.page.locator("main")).to_contain_text("这条公告已撤回")
    clean(resident)


def test_a_draft_is_kept_and_changed_without_scripts(visit: Callable[..., Visitor]) -> None:
    officer = visit(OFFICER, java_script_enabled=False)
    officer.open(f"{C}/notices/new/")
    officer.page.get_by_label("标题").fill("垃圾分类宣传")
    officer.page.locator("textarea[name=source]").fill("**周六**上午\n\n- 东门")
    officer.button("预览").click()
    expect(officer.page.locator("#preview strong")).to_have_text("周六")
    officer.button("存草稿").click()
    expect(officer.page.locator("h1")).to_have_text("垃圾分类宣传")
    officer.page.get_by_role("link", name="修改").click()
    officer.page.get_by_label("标题").fill("垃圾分类宣传周")
    officer.button("存草稿").click()
    expect(officer.page.locator("h1")).to_have_text("垃圾分类宣传周")
    looked = visit(OFFICER, reduced_motion="reduce")
    looked.open("/notices/?state=draft")
    looked.page.locator(".row-link", has_text="垃圾分类宣传周").click()
    clean(looked)
    looked.page.get_by_role("link", name="修改").click()
    clean(looked)


def test_a_public_notice_is_read_by_anyone(visit: Callable[..., Visitor]) -> None:
    passer = visit(reduced_motion="reduce")
    answer = passer.context.request.get("/board/wangjiang/feed.atom")
    address = answer.text().split('<link href="')[3].split('"')[0]
    passer.open("/board/" + address.partition("/board/")[2])
    expect(passer.page.locator("article h1")).to_be_visible()
    clean(passer)
