"""Voting on a phone: from the list over ballot and code to the receipt, in 长者模式 too; and what officers see meanwhile."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.people import Visitor
from tests.journeys.server import Portal
from tests.journeys.test_notices import OFFICER, RESIDENT, C, clean

pytestmark = pytest.mark.journey
TITLE = "2 幢电梯更新和公共停车位管理办法"


def test_an_owner_votes_in_large_type_and_officers_see_that_and_not_what(
    portal: Portal, visit: Callable[..., Visitor]
) -> None:
    officer = visit(OFFICER, device="desktop", reduced_motion="reduce")
    owner = visit(RESIDENT, reduced_motion="reduce")
    owner.context.add_cookies([{"name": "type", "value": "large", "url": portal.address}])
    owner.open("/")
    phone = owner.page
    expect(phone.locator(".vote-call", has_text=TITLE).get_by_role("link", name="去投票")).to_be_visible()
    clean(owner)
    owner.open(f"{C}/vote/")
    clean(owner)
    phone.locator(".row-link", has_text=TITLE).click()
    expect(phone.locator("h1")).to_have_text(TITLE)
    clean(owner)
    poll = "/c/" + phone.url.partition("/c/")[2]
    phone.get_by_role("link", name="去投票").first.click()
    clean(owner)
    phone.get_by_label("同意", exact=True).first.check()
    # What is chosen stays in the browser: a page that was lost comes back with it, and no step asks the server.
    phone.wait_for_timeout(600)
    phone.reload()
    expect(phone.get_by_label("同意", exact=True).first).to_be_checked()
    steps = phone.locator("[data-screen]").count()
    for _step in range(steps - 1):
        phone.locator("[data-screen]:not([hidden])").get_by_role("button", name="下一步").click()
    clean(owner)
    summary = phone.locator("[data-screen]:not([hidden])")
    expect(summary.locator("[data-answer]").first).to_have_text("同意")
    summary.get_by_role("button", name="获取验证码").click()
    code = phone.locator(".shown-code").inner_text()
    expect(phone.locator("[data-screen]:not([hidden]) [data-answer]").first).to_have_text("同意")
    phone.get_by_label("短信验证码").fill(code)
    clean(owner)
    phone.locator("[data-screen]:not([hidden])").get_by_role("button", name="确认投票").click()
    expect(phone.locator("h1")).to_contain_text("投票成功")
    clean(owner)
    kept = phone.evaluate("Object.keys(localStorage).filter((key) => key.includes('vote-'))")
    assert kept == []
    owner.open(poll)
    expect(phone.get_by_text("看回执").first).to_be_visible()
    owner.open("/")
    expect(phone.locator(".vote-done", has_text=TITLE)).to_be_visible()
    clean(owner)

    desk = officer.page
    for part, words in (
        ("turnout/", "多少业主投了票"),
        ("rounds/", "户没有投票"),
        ("delivery/", "送达记录"),
        ("records/", "登记的代表人"),
        ("time/", "延期"),
    ):
        officer.open(f"{poll}{part}")
        expect(desk.locator("main")).to_contain_text(words)
        expect(desk.locator("main")).not_to_contain_text("反对")
        clean(officer)


def test_whoever_votes_for_a_home_and_lives_elsewhere_enters_by_the_record(
    portal: Portal, visit: Callable[..., Visitor]
) -> None:
    heir = visit("林佩云", reduced_motion="reduce")
    heir.context.add_cookies([{"name": "type", "value": "large", "url": portal.address}])
    phone = heir.page
    heir.open("/votes/")
    clean(heir)
    phone.locator(".row-link", has_text=TITLE).click()
    expect(phone.locator("h1")).to_have_text(TITLE)
    clean(heir)
    poll = phone.url
    phone.get_by_role("link", name="委托别人投").click()
    expect(phone.get_by_label("受托人手机号")).to_be_visible()
    clean(heir)
    phone.goto(poll)
    phone.get_by_role("link", name="去投票").click()
    clean(heir)
    for _step in range(phone.locator("[data-screen]").count() - 1):
        phone.locator("[data-screen]:not([hidden])").get_by_role("button", name="下一步").click()
    phone.locator("[data-screen]:not([hidden])").get_by_role("button", name="获取验证码").click()
    phone.get_by_label("短信验证码").fill(phone.locator(".shown-code").inner_text())
    phone.locator("[data-screen]:not([hidden])").get_by_role("button", name="确认投票").click()
    expect(phone.locator("h1")).to_contain_text("投票成功")
    clean(heir)
