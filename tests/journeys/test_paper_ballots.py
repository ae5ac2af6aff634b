"""The desk of paper ballots in the demonstration, one paper after the other, and doors that are gone to without signal."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.frontdoor.waiting import eventually
from tests.journeys import looks
from tests.journeys.people import Visitor, picture
from tests.journeys.server import Portal
from tests.journeys.test_notices import clean

TITLE = "2 幢电梯更新和公共停车位管理办法"
OFFLINE = "ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to fetch"


def test_the_desk_is_clean_and_the_cursor_waits_for_the_next_code(visit: Callable[..., Visitor]) -> None:
    visitor = visit("徐美玲", reduced_motion="reduce")
    looks.bring_axe(visitor.context)
    visitor.open("/polls/")
    visitor.page.get_by_role("link", name=TITLE).click()
    visitor.page.get_by_role("link", name="纸质票", exact=True).click()
    visitor.page.get_by_role("heading", name="到哪一步了").wait_for()
    expect(visitor.page.locator("#id_code")).to_be_focused()
    assert looks.violations(visitor.page) == []
    assert looks.sticks_out(visitor.page) == []
    for summary in ("只给几户编", "补发一张"):
        visitor.page.get_by_text(summary, exact=True).click()
    assert looks.violations(visitor.page) == []
    assert looks.sticks_out(visitor.page) == []


def desk_of(visitor: Visitor) -> str:
    """The address of the desk of the vote that runs."""
    visitor.open("/polls/")
    visitor.page.get_by_role("link", name=TITLE).click()
    visitor.page.get_by_role("heading", name=TITLE).wait_for()
    return "/c/" + visitor.page.url.partition("/c/")[2] + "paper/"


def tries(portal: Portal) -> int:
    """How many tries the portal has heard of."""
    return int(portal.value("SELECT count(*) FROM paper_ballots_delivery"))


def test_a_door_is_noted_without_signal_and_sent_once(portal: Portal, visit: Callable[..., Visitor]) -> None:
    officer = visit("徐美玲", reduced_motion="reduce")
    officer.expect_complaint(OFFLINE)
    desk = desk_of(officer)
    page = officer.page
    officer.open(f"{desk}doors/")
    clean(officer)
    page.locator("ul.rows a.row-link").filter(has_text="剩").first.click()
    page.locator("#walk-queue").wait_for()
    clean(officer)
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    here = "/c/" + page.url.partition("/c/")[2]
    eventually(
        lambda: page.evaluate("(p) => caches.match(p).then(Boolean)", here), within=20, what="the list on the phone"
    )
    before = tries(portal)
    officer.context.set_offline(True)
    page.goto(here)
    number = page.locator("article details.door").first.get_attribute("data-task")
    one = page.locator(f'details.door[data-task="{number}"]')
    one.locator(":scope > summary").click()
    one.get_by_label("当面交给本人").check()
    one.locator("button[type=submit]").click()
    expect(one.locator("[data-wrong]")).to_contain_text("请写明是谁接收的。")
    one.locator("input[name=taken_by]").fill("胡一明")
    one.locator("input[type=file]").set_input_files([picture("red")])
    expect(one.locator("[data-preview]")).to_be_visible()
    one.locator("button[type=submit]").click()
    expect(one.locator("[data-state]")).to_have_text("待上传")
    expect(page.locator("#walk-queue [data-words]")).to_have_text("待上传 1 条")
    assert tries(portal) == before
    officer.context.set_offline(False)
    page.evaluate("() => window.dispatchEvent(new Event('online'))")
    expect(page.locator("#walk-queue [data-words]")).to_have_text("全部已上传")
    assert tries(portal) == before + 1
    assert portal.value("SELECT count(*) FROM paper_ballots_doorphoto WHERE file_id IS NOT NULL") == 1
    officer.open(here)
    expect(page.locator(".door-done")).to_contain_text("已送达")
    page.locator(".door-done summary").first.click()
    clean(officer)


def test_where_papers_are_handed_in_is_said_and_read(visit: Callable[..., Visitor]) -> None:
    officer = visit("徐美玲", reduced_motion="reduce")
    desk = desk_of(officer)
    officer.open(f"{desk}terms/")
    clean(officer)
    officer.page.locator("#id_place").fill("望江社区居委会一楼，门口右手边")
    officer.button("保存").click()
    expect(officer.page.locator("main")).to_contain_text("门口右手边")
    owner = visit("张秀英", reduced_motion="reduce")
    owner.open(f"{desk}how/")
    expect(owner.page.locator("main")).to_contain_text("门口右手边")
    clean(owner)


def test_an_owner_asks_for_paper_and_an_officer_prints_and_hands_it_over(visit: Callable[..., Visitor]) -> None:
    officer = visit("徐美玲", reduced_motion="reduce")
    desk = desk_of(officer)
    owner = visit("张秀英", reduced_motion="reduce")
    owner.open(f"{desk}how/")
    owner.page.get_by_text("要一张纸质票", exact=True).first.click()
    clean(owner)
    owner.page.locator("details[open] button[type=submit]").first.click()
    owner.page.get_by_text("已经登记，备好了会通知您").wait_for()
    clean(owner)
    officer.open(f"{desk}asked/")
    clean(officer)
    officer.page.get_by_role("button", name="编票，打印这一张").last.click()
    officer.page.wait_for_url("**/documents/**")
    officer.open(f"{desk}asked/")
    officer.page.get_by_text("交给业主", exact=True).last.click()
    clean(officer)
    officer.page.get_by_role("button", name="已交给业主").last.click()
    officer.page.get_by_text("已记下，业主会收到通知").wait_for()
    owner.open(f"{desk}how/")
    owner.page.get_by_text("已交给业主").wait_for()
