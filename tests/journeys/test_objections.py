"""Objecting: the committee makes a plan public, a resident objects by phone with a photo, the answer stands beside the notice."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.journeys.people import Visitor, picture
from tests.journeys.test_notices import CHAIR, OFFICER, RESIDENT, C, clean

pytestmark = pytest.mark.journey
SESSION = "sessionid"
TITLE = "小区长廊改造方案公示"
PHOTO: Any = [picture()]
WORDS = "长廊离三幢太近，夜里会吵，请改到东门。"


def object_by_phone(resident: Visitor, address: str) -> None:
    """From the notice to the objection with its photo."""
    resident.open(address)
    clean(resident)
    resident.page.get_by_role("link", name="我有异议").click()
    clean(resident)
    phone = resident.page
    phone.get_by_label("针对哪一段、哪一条").fill("第一段，长廊的位置")
    phone.get_by_label("您的异议和理由").fill(WORDS)
    # What was typed survives the page; the photo is made small on the phone and shown before it is sent.
    phone.wait_for_timeout(600)
    phone.reload()
    expect(phone.get_by_label("您的异议和理由")).to_have_value(WORDS)
    phone.locator("input[type=file]").set_input_files(PHOTO)
    expect(phone.locator(".objection-picked img")).to_have_count(1)
    resident.button("提交异议").click()
    expect(phone.locator(".messages")).to_contain_text("异议已提交")
    expect(phone.locator(".notice.info")).to_contain_text("前答复")
    expect(phone.locator(".objection-evidence img")).to_have_count(1)
    clean(resident)


def test_a_resident_objects_and_everyone_reads_the_answer(visit: Callable[..., Visitor]) -> None:
    chair = visit(CHAIR, device="desktop", standing="业主委员会", reduced_motion="reduce")
    chair.open(f"{C}/notices/new/")
    page = chair.page
    page.locator("#notice-form select[name=kind]").select_option("publicity")
    page.locator("select[name=publicity_matter]").select_option("general")
    page.get_by_label("标题").fill(TITLE)
    page.locator("textarea[name=source]").fill("拟将长廊改到三幢北侧。\n\n1. 工期两个月\n2. 费用从公共收益列支")
    chair.button("送出").click()
    expect(page.locator("h1")).to_have_text(TITLE)
    address = "/c/" + page.url.partition("/c/")[2].partition("?")[0]

    watcher = visit(OFFICER, reduced_motion="reduce")
    watcher.open(address)
    expect(watcher.page.locator("#objections")).to_contain_text("到现在没有人提异议")

    resident = visit(RESIDENT, reduced_motion="reduce")
    object_by_phone(resident, address)
    phone = resident.page

    # The page that was open tells of it by itself.
    expect(watcher.page.locator("#objections")).to_contain_text("长廊的位置")
    chair.open(f"{C}/objections/?state=open")
    clean(chair)
    page.locator(".row-link", has_text=TITLE).click()
    expect(page.locator(".objection-words").first).to_have_text(WORDS)
    clean(chair)
    page.get_by_text("部分采纳", exact=True).click()
    page.locator("#id_answer").fill("长廊改到东门北侧，离三幢四十米，晚上十点后不开灯。")
    chair.button("答复并公开").click()
    expect(page.locator(".messages")).to_contain_text("已答复")

    expect(phone.locator(".objection-answer")).to_contain_text("离三幢四十米")
    clean(resident)
    resident.open(address)
    expect(phone.locator("#objections")).to_contain_text("部分采纳")
    expect(phone.locator("#objections")).not_to_contain_text(RESIDENT)
    clean(resident)
    phone.get_by_role("link", name="看我提的异议").click()
    phone.get_by_role("link", name="对答复不满意，再提一次").click()
    clean(resident)
    phone.get_by_label("针对哪一段、哪一条").fill("四十米")
    phone.get_by_label("您的异议和理由").fill("量下来只有三十米。")
    resident.button("提交异议").click()
    expect(phone.locator(".messages")).to_contain_text("再次异议已提交")
    resident.open(f"{C}/objections/")
    clean(resident)


def test_bad_input_and_a_session_that_ends_lose_no_photo(visit: Callable[..., Visitor]) -> None:
    resident = visit(RESIDENT, reduced_motion="reduce")
    resident.open(f"{C}/notices/")
    phone = resident.page
    phone.locator(".row-link", has_text="上半年公共收益收支公示").first.click()
    phone.get_by_role("link", name="我有异议").click()
    words = "停车收入少记了两个月，请看照片。"
    phone.get_by_label("针对哪一段、哪一条").fill("第一条，停车收入")
    phone.get_by_label("您的异议和理由").fill(words)
    phone.locator("input[type=file]").set_input_files(PHOTO * 7)
    expect(phone.locator(".objection-picked img")).to_have_count(7)
    resident.expect_complaint("status of 422")
    resident.button("提交异议").click()
    expect(phone.locator("#id_uploads_error")).to_contain_text("最多 6 份")
    expect(phone.get_by_label("您的异议和理由")).to_have_value(words)
    expect(phone.locator(".objection-picked img")).to_have_count(7)
    clean(resident)
    phone.locator("input[type=file]").set_input_files(PHOTO * 2)
    expect(phone.locator(".objection-picked img")).to_have_count(2)
    expect(resident.page.get_by_role("button", name="提交异议")).to_be_enabled()
    form = phone.url
    resident.expect_complaint("status of 403")
    resident.context.clear_cookies(name=SESSION)
    resident.button("提交异议").click()
    phone.wait_for_load_state()
    phone.goto(form)
    phone.wait_for_url("**/accounts/login/**")
    phone.locator(".demonstration button", has=phone.get_by_text(RESIDENT, exact=True)).click()
    phone.wait_for_url(form)
    expect(phone.get_by_label("您的异议和理由")).to_have_value(words)
    expect(phone.locator(".objection-picked img")).to_have_count(2)
    resident.button("提交异议").click()
    expect(phone.locator(".messages")).to_contain_text("异议已提交")
    expect(phone.locator(".objection-evidence img")).to_have_count(2)
    phone.goto(form)  # nothing of it is offered again
    expect(phone.get_by_label("您的异议和理由")).to_have_value("")
    expect(phone.locator(".objection-picked img")).to_have_count(0)


def test_the_certificate_is_made_once_it_is_over(visit: Callable[..., Visitor]) -> None:
    officer = visit(OFFICER, device="desktop", reduced_motion="reduce")
    officer.open("/publicity/?state=completed")
    page = officer.page
    page.locator("main a", has_text="候选人名单").first.click()
    expect(page.locator("#objections")).to_contain_text("部分采纳")
    officer.button("出公示证明").click()
    expect(page.locator("h1")).to_have_text("公示证明")
    clean(officer)
    paper = page.locator("main a[href*='/files/']").first
    expect(paper).to_be_visible(timeout=60_000)
    content = page.request.get(str(paper.get_attribute("href"))).body()
    words = "".join("".join(one.extract_text() for one in PdfReader(io.BytesIO(content)).pages).split())
    assert "公示期间收到异议2件，已答复1件，由本人撤回1件。" in words
    assert "张秀英" not in words
    assert len(content) < 3_000_000
