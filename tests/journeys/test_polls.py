"""A vote on its way: an officer along the time line from the roll to the call, an owner at the masked roll, in both sizes."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import started
from tests.journeys.people import Visitor
from tests.journeys.server import Portal
from tests.journeys.test_notices import OFFICER, C, clean

pytestmark = pytest.mark.journey
RESIDENT = "张秀英"
TITLE = "同意设立电动车充电棚"


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> Iterator[Portal]:
    """One of its own: a roll of the whole compound, and notices that no other journey expects."""
    with started(tmp_path_factory, shared) as portal:
        yield portal


def roll(officer: Visitor) -> str:
    """A roll from the register to the board; returns the address of the time line."""
    page = officer.page
    officer.open(f"{C}/polls/new/")
    page.get_by_label("业主共同决定事项").check()
    page.get_by_label("标题").fill(TITLE)
    page.locator("input[name=on]").fill("2099-06-09")
    officer.button("开始准备").click()
    expect(page.locator("#todo + ul")).to_contain_text("取名册")
    clean(officer)
    line = page.url
    page.set_viewport_size({"width": 1280, "height": 800})
    page.locator("#todo + ul .row-link", has_text="取名册").click()
    clean(officer)
    officer.button("从台账取名册").click()
    expect(page.locator(".messages")).to_contain_text("已从台账取名册")
    clean(officer)
    page.goto(f"{line}roll/1/")
    clean(officer)
    page.goto(f"{line}roll/likeness/")
    clean(officer)
    while page.locator("form[action*='/likeness/'] .button.primary").count():
        form = page.locator("form[action*='/likeness/']").first
        form.get_by_label("都不是同一业主").check()
        form.locator("input[name$=note]").fill("与登记簿核对，证件不同")
        with page.expect_navigation():  # the page before has the same words
            form.locator(".button.primary").click()
        expect(page.locator(".messages")).to_contain_text("已记下判断和依据")
    page.goto(f"{line}roll/")
    if page.get_by_label("台账面积已核对").count():
        page.get_by_label("台账面积已核对").check()
    officer.button("定名册").click()
    page.locator("dialog .button", has_text="定名册").click()
    expect(page.locator(".messages")).to_contain_text("名册已定")
    officer.button("公示名册").click()
    page.locator("dialog .button", has_text="公示").click()
    expect(page.locator(".messages")).to_contain_text("名册已交公示")
    return line


def call(officer: Visitor, line: str) -> None:
    """Items, window, call."""
    page = officer.page
    page.goto(f"{line}roll/history/")
    clean(officer)
    page.goto(f"{line}items/")
    clean(officer)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.locator("textarea[name=item-1-text]").fill(TITLE)
    page.locator("select[name=item-1-matter]").select_option("change_common_use")
    officer.button("保存表决事项").click()
    expect(page.locator(".messages")).to_contain_text("请另一个人复核归类")
    page.goto(f"{line}window/")
    clean(officer)
    page.locator("input[name=opens_at]").fill("2099-06-09T09:00")
    page.locator("input[name=closes_at]").fill("2099-06-20T18:00")
    officer.button("保存").click()
    expect(page.locator(".messages")).to_contain_text("日子已重算")
    page.goto(f"{line}call/")
    expect(page.locator("#checks + ul")).to_contain_text("归类还没有另一个人复核")
    clean(officer)
    page.get_by_label("上面要留意的已经看过").check()
    officer.button("发布公告").click()
    page.locator("dialog .button", has_text="发布公告").click()
    expect(page.locator(".page-head .badge")).to_have_text("已公告")


def test_an_officer_goes_along_the_time_line_to_the_call(visit: Callable[..., Visitor]) -> None:
    officer = visit(OFFICER, device="desktop", reduced_motion="reduce")
    line = roll(officer)
    call(officer, line)
    resident = visit(RESIDENT, standing="望江花园", reduced_motion="reduce")
    resident.open(f"/c/{line.partition('/c/')[2]}roll/public/")
    expect(resident.page.locator("#own")).to_be_visible()
    expect(resident.page.locator("main")).to_contain_text("指纹")
    clean(resident)
