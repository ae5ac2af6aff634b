"""From the poster at the door to a resident's home, and a parent whose son acts for her."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys import looks
from tests.journeys.people import Visitor
from tests.journeys.server import Portal

pytestmark = pytest.mark.journey
PLACE = "wangjiang"


def is_clean(visitor: Visitor) -> None:
    """The page of the moment passes what every page passes; whole, since bars that stick cover what is behind them."""
    size = visitor.page.viewport_size
    assert size is not None
    height = max(size["height"], visitor.page.evaluate("document.documentElement.scrollHeight"))
    visitor.page.set_viewport_size({"width": size["width"], "height": height})
    assert looks.violations(visitor.page) == [], visitor.page.url
    visitor.page.set_viewport_size(size)


def code_at_the_door(desk: Visitor) -> str:
    """Print the posters and read the first code from the list."""
    desk.open(f"/c/{PLACE}/posters/")
    desk.button("制作海报").click()
    desk.page.wait_for_url(re.compile(r"/documents/\d+/"))
    desk.open(f"/c/{PLACE}/posters/")
    return desk.page.locator(".members .number").first.inner_text().replace(" ", "")


def sign_up(visitor: Visitor, number: str, name: str) -> None:
    """From the page that asks for the number to the page that was wanted, with the code that the demonstration shows."""
    visitor.page.get_by_label("手机号").fill(number)
    visitor.page.get_by_label("我已阅读并同意").check()
    visitor.button("获取验证码").click()
    code = visitor.page.locator(".shown-code").inner_text()
    visitor.page.get_by_label("验证码").fill(code)
    visitor.button("登录").click()
    visitor.page.wait_for_url("**/accounts/name/**")
    visitor.page.get_by_label("姓名").fill(name)
    visitor.button("保存").click()
    visitor.page.wait_for_url(lambda address: "/accounts/" not in address)


def test_from_the_poster_to_ones_own_home(visit: Callable[..., Visitor], portal: Portal) -> None:
    desk = visit("朱俊杰", device="desktop", standing="和顺")
    code = code_at_the_door(desk)
    is_clean(desk)

    guest = visit()
    guest.open(f"/j/{code}")
    expect(guest.page.locator("h1")).to_contain_text("1幢1单元")
    is_clean(guest)
    guest.page.get_by_role("link", name="用手机号登记").click()
    sign_up(guest, "19905799101", "戴新来")
    assert guest.page.url.endswith(f"/join/{code}/")
    expect(guest.page.locator("h1")).to_have_text("1幢1单元")
    is_clean(guest)

    desk.open(f"/c/{PLACE}/claims/")
    waiting = desk.page.locator(".rows .row")
    before = waiting.count()
    guest.page.locator(".rooms .tile", has=guest.page.get_by_text("302", exact=True)).click()
    guest.page.locator(".tile", has=guest.page.get_by_text("租户", exact=True)).click()
    guest.page.locator("#id_last_day").fill("2099-01-01")
    guest.page.locator(".tile", has=guest.page.get_by_text("家属", exact=True)).click()
    expect(guest.page.locator("#id_last_day")).to_be_hidden()
    guest.button("提交申请").click()
    expect(guest.page.locator("main")).to_contain_text("申请已收到")
    expect(guest.page.locator("main")).to_contain_text("等待物业或社区核实")
    is_clean(guest)

    # The list renews itself; nobody touches the page.
    expect(waiting).to_have_count(before + 1)
    waiting.filter(has_text="1幢1单元302").get_by_role("link").click()
    expect(desk.page.locator("main")).to_contain_text("登记的业主")
    is_clean(desk)
    desk.page.get_by_label("怎样核实的").first.fill("业主到前台当面确认")
    desk.button("通过").click()
    expect(desk.page.locator(".page-sub")).to_contain_text("已确认")

    guest.open("/join/")
    expect(guest.page.locator("main")).to_contain_text("业主到前台当面确认")
    guest.page.get_by_role("link", name="进入").click()
    guest.page.wait_for_url(f"{portal.address}/")
    expect(guest.page.locator(".big-call")).to_contain_text("报修")


def test_a_wrong_code_is_said_beside_the_field(visit: Callable[..., Visitor]) -> None:
    guest = visit()
    guest.expect_complaint("status of 404")
    guest.open("/join/")
    guest.page.get_by_label("9 位数字短码").fill("000 000 001")
    guest.button("下一步").click()
    expect(guest.page.locator(".field.wrong .error")).to_contain_text("没有查到这个短码")
    is_clean(guest)


def test_a_parent_is_bound_by_a_child(visit: Callable[..., Visitor]) -> None:
    parent = visit("赵金花")
    parent.context.add_cookies([{"name": "type", "value": "large", "url": parent.page.url}])
    parent.open("/")
    parent.page.locator(".tabbar").get_by_role("link", name="我家").click()
    expect(parent.page.locator("h1")).to_have_text("我家")
    is_clean(parent)
    parent.button("我同意，生成代办码").click()
    code = parent.page.locator("#parents .big-code").inner_text()
    is_clean(parent)

    child = visit()
    child.open(f"/accounts/login/?next=/join/?code={code.replace(' ', '')}")
    sign_up(child, "19905799102", "赵小军")
    expect(child.page.locator("main")).to_contain_text("赵** 同意让您代办")
    is_clean(child)
    child.button("确认代办").click()
    expect(child.page.locator(".card").first).to_contain_text("赵金花")
    is_clean(child)

    parent.page.reload()
    expect(parent.page.locator("#parents")).to_contain_text("赵小军")
    parent.button("取消代办").click()
    parent.page.get_by_role("dialog").get_by_role("button", name="取消代办").click()
    expect(parent.page.locator("#parents")).not_to_contain_text("在替您办事")
    child.page.reload()
    expect(child.page.locator("main")).to_contain_text("已结束")
