"""A committee: owners see who it is, the officer records, files and hands over, the city sees all of them."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.people import Visitor
from tests.journeys.test_notices import OFFICER, RESIDENT, C, clean

pytestmark = pytest.mark.journey
CITY = "陈海燕"
ELECTED = "/c/nanyuan"
KEEPER = "程月娥"


def unfold(visitor: Visitor, title: str) -> None:
    """Open a panel that is closed; whoever looked at the page may have opened it."""
    panel = visitor.page.locator("details.panel").filter(has=visitor.page.locator("summary", has_text=title))
    if panel.get_attribute("open") is None:
        panel.locator("summary").click()


def test_an_owner_sees_who_is_in_office(visit: Callable[..., Visitor]) -> None:
    owner = visit(RESIDENT, reduced_motion="reduce")
    owner.open(f"{C}/committee/")
    expect(owner.page.locator("#members-title")).to_be_visible()
    expect(owner.page.get_by_role("rowheader", name="王志强")).to_be_visible()
    expect(owner.page.get_by_role("columnheader", name="党员")).to_have_count(0)
    clean(owner)


def test_a_member_leaves_and_what_they_held_is_handed_over(visit: Callable[..., Visitor]) -> None:
    officer = visit(OFFICER, device="desktop", reduced_motion="reduce")
    officer.open(f"{C}/committee/")
    page = officer.page
    page.get_by_role("link", name="欧阳子轩").click()
    clean(officer)
    page.set_viewport_size({"width": 1280, "height": 800})
    unfold(officer, "登记罢免提议")
    form = page.locator("form[action$='/do/recall/']")
    form.locator("[name=way]").select_option("owners")
    form.locator("[name=have]").fill("60")
    form.locator("[name=of]").fill("132")
    form.locator("[name=ground]").select_option("not_acting")
    form.locator("[name=reason]").fill("连续六次不到会")
    form.locator("button[type=submit]").click()
    expect(page.locator(".messages")).to_contain_text("请先听取本人意见")
    page.locator(".row-link", has_text="罢免 欧阳子轩").click()
    clean(officer)
    officer.open(f"{C}/committee/")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("link", name="赵金花").click()
    unfold(officer, "登记辞职")
    form = page.locator("form[action$='/do/resign/']")
    form.locator("[name=reason]").fill("搬家")
    form.locator("button[type=submit]").click()
    expect(page.locator(".messages")).to_contain_text("已登记")
    page.locator(".row-link", has_text="赵金花移交").click()
    clean(officer)
    officer.open(f"{C}/committee/")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.locator(".row-link", has_text="赵金花辞职").click()
    clean(officer)


def test_the_result_of_an_election_is_read_to_its_filing(visit: Callable[..., Visitor]) -> None:
    keeper = visit(KEEPER, device="desktop", reduced_motion="reduce")
    keeper.open(f"{ELECTED}/committee/")
    page = keeper.page
    page.get_by_role("link", name="看选举结果").click()
    expect(page.locator("h1")).to_contain_text("南苑新村第三届业主委员会选举")
    expect(page.get_by_text("结果已于")).to_be_visible()
    clean(keeper)


def test_the_city_sees_every_committee(visit: Callable[..., Visitor]) -> None:
    city = visit(CITY, device="desktop", reduced_motion="reduce")
    city.open("/committees/")
    expect(city.page.locator("tbody tr")).to_have_count(4)
    clean(city)
