"""The power fails in many homes: announced once, told to who filed, on every home page by itself, and ended."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.journeys.people import Visitor
from tests.journeys.server import Portal
from tests.journeys.test_together import clean

pytestmark = pytest.mark.journey
CODE = "wangjiang"
TITLE = "全小区停电"


def announce(desk: Visitor, portal: Portal, refs: dict[str, str]) -> None:
    """From the board to the page of the incident, seen on the way."""
    desk.open(f"/c/{CODE}/board/")
    desk.page.get_by_role("link", name="群体事件").click()
    desk.page.get_by_role("link", name="公布一件").click()
    form = desk.page.locator('form[action$="/incidents/new/"]')
    until = datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(hours=4)
    form.locator("[name=title]").fill(TITLE)
    form.locator("[name=category]").select_option("power")
    form.locator("[name=words]").fill("变压器跳闸，供电所的人在路上。")
    form.locator("[name=expected_end]").fill(f"{until:%Y-%m-%dT%H:%M}")
    group = form.locator(".pick-group", has=desk.page.locator(f'[value="{refs["赵金花"]}"]'))
    group.locator("summary").click()
    for ref in refs.values():
        form.locator(f'[value="{ref}"]').check()
    assert clean(desk)
    desk.button("先看看会发什么").click()
    main = desk.page.locator("main")
    expect(main).to_contain_text("会发给 2 人")
    expect(main).to_contain_text(f"{TITLE}：变压器跳闸，供电所的人在路上。")
    assert clean(desk)
    assert portal.value("SELECT count(*) FROM repairs_incident WHERE title = %s", TITLE) == 0
    desk.button("公布").click()
    expect(desk.page.locator("h1")).to_contain_text(f"{TITLE}，预计")
    assert clean(desk)


def end(desk: Visitor, here: str) -> None:
    """The desk says that it is repaired."""
    desk.open(here)
    desk.page.locator("details", has=desk.page.locator('form[action$="/close/"]')).locator("summary").click()
    ending = desk.page.locator('form[action$="/close/"]')
    ending.locator("[value=yes]").check()
    ending.locator("[name=words]").fill("变压器换好了，已来电。")
    assert clean(desk)
    desk.button("先看看会发什么", within=ending).click()
    expect(desk.page.locator("main")).to_contain_text("2 件还没办完的报修改成“待确认”")
    expect(desk.page.locator("main")).to_contain_text("会发给 1 人")
    desk.button("发出并结束").click()
    expect(desk.page.locator("main")).to_contain_text("已结束")


def test_the_power_fails_and_everyone_knows(portal: Portal, visit: Callable[..., Visitor]) -> None:
    filed = {}
    for name in ("赵金花", "欧阳子轩"):
        resident = visit(name)
        filed[name] = resident, resident.file(CODE, category="电", words="家里没电了", place="我家")
        resident.open("/")
        expect(resident.page.locator("#incidents")).to_be_empty()
    watcher = visit("刘雪梅")
    watcher.open("/")

    desk = visit("朱俊杰", device="desktop", standing="物业")
    announce(desk, portal, {name: ref for name, (_visitor, ref) in filed.items()})
    here = desk.page.url

    # On every home page that is open, by itself; and told to both who filed.
    for visitor in (watcher, *(one for one, _ref in filed.values())):
        expect(visitor.page.locator("#incidents")).to_contain_text(f"{TITLE}，预计")
        assert clean(visitor)
    for visitor, _ref in filed.values():
        visitor.open("/messages/")
        expect(visitor.page.locator("main")).to_contain_text("变压器跳闸，供电所的人在路上。")

    # Whoever begins to file the same is shown it, and joins instead.
    watcher.open(f"/c/{CODE}/repairs/new/?category=power")
    watcher.page.locator("#filing .tile", has=watcher.page.get_by_text("公共区域", exact=True)).click()
    around = watcher.page.locator("[data-similar-here]")
    expect(around).to_contain_text(TITLE)
    around.locator('[formaction$="/join/"]').first.click()
    watcher.page.wait_for_url(here)
    expect(watcher.page.locator("main")).to_contain_text("您也遇到了这件事")
    assert clean(watcher)
    watcher.open("/")

    end(desk, here)
    expect(watcher.page.locator("#incidents")).to_be_empty()  # by itself
    visitor, ref = filed["赵金花"]
    visitor.open(f"/c/{CODE}/repairs/{ref}/")
    visitor.expect_state("待确认")
    expect(visitor.page.locator("main")).to_contain_text("变压器换好了，已来电。")
