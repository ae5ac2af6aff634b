"""Filing a request whatever happens: two taps, no signal, a session that ended, a closed tab, large type, no mouse."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.frontdoor.waiting import eventually
from tests.journeys import looks
from tests.journeys.people import Visitor
from tests.journeys.server import Portal

pytestmark = pytest.mark.journey
CODE = "wangjiang"
NEW = f"/c/{CODE}/repairs/new/"
SESSION = "sessionid"
# Whether a draft with these words is in the phone's own store.
KEPT = """(words) => new Promise((resolve) => {
  const asked = indexedDB.open("gongzhi-drafts", 1);
  asked.onsuccess = () => {
    const all = asked.result.transaction("drafts").objectStore("drafts").getAll();
    all.onsuccess = () => { asked.result.close(); resolve(JSON.stringify(all.result).includes(words)); };
  };
})"""
# Types these words and leaves in the same moment, before the store can have them.
TYPE_AND_RELOAD = """(words) => {
  const field = document.getElementById("id_words");
  field.value = words;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  location.reload();
}"""
# What is noted on the phone of any draft.
NOTES = "() => JSON.stringify(Object.entries(localStorage).filter(([key]) => key.startsWith('draft:')))"


def filed(portal: Portal, words: str) -> int:
    """How many requests say this."""
    return int(portal.value("SELECT count(*) FROM repairs_request WHERE words = %s", words))


def test_a_double_tap_files_once(portal: Portal, visit: Callable[..., Visitor]) -> None:
    words = "门铃按了不响,点了两下"
    visitor = visit("欧阳子轩")
    visitor.open(NEW)
    visitor.describe(category="门禁", words=words, place="我家")
    visitor.page.evaluate("""() => {
      const button = document.querySelector("#filing [type=submit]");
      button.click();
      button.click();
    }""")
    visitor.arrived()
    assert filed(portal, words) == 1


def test_two_taps_without_scripts_file_once(portal: Portal, visit: Callable[..., Visitor]) -> None:
    words = "没有脚本也能报修"
    visitor = visit("欧阳子轩", java_script_enabled=False)
    visitor.open(NEW)
    page = visitor.page
    page.locator("#filing .tile", has=page.get_by_text("其他", exact=True)).click()
    page.locator("#id_words").fill(words)
    page.locator("#filing .tile", has=page.get_by_text("我家", exact=True)).click()
    visitor.button("提交报修").dblclick()
    visitor.arrived()
    assert filed(portal, words) == 1


def test_without_signal_it_is_kept_and_sent_once(portal: Portal, visit: Callable[..., Visitor]) -> None:
    words = "地下室没有信号,墙角渗水"
    visitor = visit("欧阳子轩")
    visitor.expect_complaint("ERR_INTERNET_DISCONNECTED|ERR_FAILED")
    visitor.open(NEW)
    visitor.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    visitor.page.reload()  # the first page that the service worker sees, and keeps
    visitor.context.set_offline(True)
    visitor.describe(category="渗漏", words=words, place="公共区域", where="地下车库 A12", photo=True)
    visitor.button("提交报修").click()
    queue = visitor.page.locator("[data-queue]")
    expect(queue).to_contain_text("有 1 件报修已存在手机里")
    assert filed(portal, words) == 0
    visitor.context.set_offline(False)
    expect(queue).to_contain_text("存在手机里的报修已经提交")
    assert filed(portal, words) == 1
    visitor.page.get_by_role("link", name="查看", exact=True).click()
    visitor.arrived()
    expect(visitor.page.locator("[data-renew=facts] img")).to_have_count(1)
    visitor.open(f"/c/{CODE}/repairs/")
    expect(visitor.page.locator("[data-queue]")).to_be_hidden()
    assert filed(portal, words) == 1


def test_the_filing_page_opens_without_signal(visit: Callable[..., Visitor]) -> None:
    visitor = visit("欧阳子轩")
    visitor.expect_complaint("ERR_INTERNET_DISCONNECTED|ERR_FAILED")
    visitor.open(NEW)
    visitor.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    visitor.page.reload()
    visitor.page.locator("#id_words").fill("写到一半")
    eventually(lambda: visitor.page.evaluate(KEPT, "写到一半"), within=20, what="the draft on the phone")
    visitor.context.set_offline(True)
    visitor.page.reload()
    expect(visitor.page.locator("#id_words")).to_have_value("写到一半")
    banner = visitor.page.locator("#connection")
    expect(banner).to_have_attribute("data-state", "offline")
    visitor.context.set_offline(False)
    expect(banner).to_have_attribute("data-state", "up")


def test_words_typed_in_the_last_moment_are_kept(portal: Portal, visit: Callable[..., Visitor]) -> None:
    first, second = "刚写完就关掉了", "又改了一句"
    visitor = visit("欧阳子轩")
    visitor.open(NEW)
    page = visitor.page
    for words in (first, second, "", first):
        with page.expect_navigation():
            page.evaluate(TYPE_AND_RELOAD, words)
        expect(page.locator(".draft-notice")).to_have_count(1 if words else 0)
        expect(page.locator("#id_words")).to_have_value(words)
    assert first in page.evaluate(NOTES)
    # On a shared phone the next person sees nothing of it.
    visitor.context.clear_cookies(name=SESSION)
    visitor.sign_in("张秀英")
    visitor.open(NEW)
    expect(page.locator("#filing [name=category]").first).to_be_attached()
    expect(page.locator("#id_words")).to_have_value("")
    visitor.context.clear_cookies(name=SESSION)
    visitor.sign_in("欧阳子轩")
    visitor.open(NEW)
    expect(page.locator("#id_words")).to_have_value(first)
    visitor.describe(category="其他", words=first, place="我家")
    visitor.button("提交报修").click()
    visitor.arrived()
    assert filed(portal, first) == 1
    assert page.evaluate(NOTES) == "[]"


def test_signing_out_leaves_nothing_of_a_draft(visit: Callable[..., Visitor]) -> None:
    words = "退出以后不该留下"
    visitor = visit("欧阳子轩")
    visitor.open(NEW)
    page = visitor.page
    other = visitor.context.new_page()
    page.locator("#id_words").fill(words)
    eventually(lambda: page.evaluate(KEPT, words), within=20, what="the draft on the phone")
    assert words in page.evaluate(NOTES)
    other.goto("/accounts/me/")
    other.get_by_role("button", name="退出登录", exact=True).click()
    other.wait_for_url("**/accounts/login/**")
    page.goto("/accounts/login/")  # the page with the words on it goes last
    assert page.evaluate(NOTES) == "[]"
    assert not page.evaluate(KEPT, words)


def test_a_session_that_ends_in_the_middle_loses_nothing(portal: Portal, visit: Callable[..., Visitor]) -> None:
    words = "写到一半登录过期了"
    visitor = visit("欧阳子轩")
    visitor.expect_complaint("status of 403")
    visitor.open(NEW)
    visitor.describe(category="电", words=words, place="公共区域", where="2幢大堂", photo=True)
    visitor.context.clear_cookies(name=SESSION)
    visitor.button("提交报修").click()
    visitor.page.get_by_role("link", name="去登录", exact=True).click()
    visitor.page.locator(".demonstration button", has=visitor.page.get_by_text("欧阳子轩", exact=True)).click()
    expect(visitor.page.locator("[data-queue]")).to_contain_text("存在手机里的报修已经提交")
    assert filed(portal, words) == 1


def test_a_draft_is_back_after_signing_in_again(portal: Portal, visit: Callable[..., Visitor]) -> None:
    words = "登录过期前写下的"
    visitor = visit("欧阳子轩")
    visitor.open(NEW)
    visitor.describe(category="电", words=words, place="公共区域", where="2幢二层", photo=True)
    visitor.context.clear_cookies(name=SESSION)
    visitor.page.goto(NEW)
    visitor.page.wait_for_url("**/accounts/login/**")
    visitor.page.locator(".demonstration button", has=visitor.page.get_by_text("欧阳子轩", exact=True)).click()
    visitor.page.wait_for_url(f"**{NEW}")
    expect(visitor.page.locator("#id_words")).to_have_value(words)
    expect(visitor.page.locator("#id_place_text")).to_have_value("2幢二层")
    expect(visitor.page.locator("[data-picked] img")).to_have_count(1)
    visitor.button("提交报修").click()
    visitor.arrived()
    assert filed(portal, words) == 1


def test_what_is_missing_is_said_beside_the_field(visit: Callable[..., Visitor]) -> None:
    visitor = visit("欧阳子轩")
    visitor.open(NEW)
    visitor.button("提交报修").click()
    page = visitor.page
    expect(page.locator(".field.wrong .error")).to_have_count(2)
    expect(page.locator(".tiles-field .error")).to_contain_text("请选择报修类别")
    expect(page.locator("[data-field=words] .error")).to_contain_text("请写一句话")
    assert looks.violations(page) == []


def test_in_large_type(portal: Portal, visit: Callable[..., Visitor]) -> None:
    words = "大字模式报修"
    visitor = visit("欧阳子轩")
    visitor.context.add_cookies([{"name": "type", "value": "large", "url": portal.address}])
    visitor.open("/")
    assert looks.small_type(visitor.page) == []
    called = visitor.page.locator(".callbar:visible")
    expect(called).to_contain_text("0579-87180001")
    expect(called).to_be_in_viewport()
    visitor.page.get_by_role("link", name=re.compile("^报修 水、电")).click()
    visitor.page.wait_for_url(f"**{NEW}")
    expect(called).to_be_in_viewport()
    visitor.describe(category="电", words=words, place="我家")
    assert looks.small_type(visitor.page) == []
    visitor.button("提交报修").click()
    visitor.arrived()
    assert looks.small_type(visitor.page) == []
    assert filed(portal, words) == 1


def test_the_switch_for_large_type(visit: Callable[..., Visitor]) -> None:
    visitor = visit("唐雨桐")
    visitor.button("大字").click()
    expect(visitor.page.locator("html")).to_have_attribute("data-type", "large")
    again = visit("唐雨桐")
    expect(again.page.locator("html")).to_have_attribute("data-type", "large")
    again.button("标准").click()
    expect(again.page.locator("html")).to_have_attribute("data-type", "normal")


def test_with_the_keyboard_alone(portal: Portal, visit: Callable[..., Visitor]) -> None:
    words = "只用键盘报修"
    visitor = visit("欧阳子轩", device="desktop")
    visitor.open(NEW)
    keys = visitor.page.keyboard

    def tab_to(selector: str) -> None:
        for _ in range(40):
            keys.press("Tab")
            if visitor.page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
                outline = visitor.page.evaluate(
                    "() => getComputedStyle(document.activeElement.closest('label') || document.activeElement).outlineStyle"
                )
                assert outline != "none", f"no visible focus on {selector}"
                return
        raise AssertionError(f"cannot be reached with the keyboard: {selector}")

    tab_to("[name=category]")
    keys.press("Space")
    tab_to("#id_photos")
    tab_to("#id_words")
    keys.type(words)
    tab_to("[name=place]")
    keys.press("ArrowRight")
    keys.press("ArrowLeft")
    tab_to("#filing [type=submit]")
    keys.press("Enter")
    visitor.arrived()
    assert filed(portal, words) == 1


def test_a_label_that_is_no_longer_good_still_leads_to_the_form(portal: Portal, visit: Callable[..., Visitor]) -> None:
    visitor = visit("欧阳子轩")
    visitor.expect_complaint(r"/q/23456789/: Failed to load resource.*404")
    answer = visitor.page.goto(f"/c/{CODE}/q/23456789/")
    assert answer is not None
    assert answer.status == 404
    expect(visitor.page.get_by_text("这个二维码已停用")).to_be_visible()
    assert looks.violations(visitor.page) == []
    assert looks.sticks_out(visitor.page) == []
    visitor.page.set_viewport_size({"width": 360, "height": 780})
    words = "按标签找到的地方,灯不亮"
    visitor.describe(category="电", words=words, place="我家")
    visitor.button("提交报修").click()
    visitor.arrived()
    assert filed(portal, words) == 1
