"""Rosters as their people use them: a month is made and changed by taps, shifts are swapped on a phone, the log is kept."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.journeys.people import Visitor
from tests.journeys.server import Portal
from tests.journeys.test_notices import clean

pytestmark = pytest.mark.journey
C = "/c/wangjiang/rosters"
MANAGER, WORKER, OFFICER = "朱俊杰", "王建国", "徐美玲"


def test_a_month_is_made_changed_by_taps_and_published(visit: Callable[..., Visitor]) -> None:
    manager = visit(MANAGER, device="phone", standing="物业", reduced_motion="reduce")
    page = manager.page
    manager.open(f"{C}/")
    page.locator("main .row-link").nth(1).click()
    expect(page.locator("main")).to_contain_text("不加班至少 9 人")
    clean(manager)
    manager.button("自动排班").click()
    # It may be left; whoever stays sees it come by itself.
    expect(page.locator("main")).to_contain_text("排好了：每个班都有人", timeout=30_000)
    clean(manager)
    page.locator("a.watch-name").first.click()
    expect(page.locator("main")).to_contain_text("换成谁")
    clean(manager)
    manager.button("空着").click()
    expect(page.locator(".messages")).to_contain_text("已改")
    page.locator("a.watch-gap").first.click()
    page.locator(".watch-who form button").first.click()
    expect(page.locator(".messages")).to_contain_text("已改")
    manager.button("公布").click()
    expect(page.locator(".messages")).to_contain_text("已公布")
    page.get_by_role("link", name="有人来不了").click()
    expect(page.locator("h1")).to_contain_text("有人来不了")
    clean(manager)


def test_posts_and_people_are_kept(visit: Callable[..., Visitor]) -> None:
    manager = visit(MANAGER, device="phone", standing="物业", reduced_motion="reduce")
    page = manager.page
    for path in ("posts/", "people/"):
        manager.open(f"{C}/{path}")
        page.locator("main .row-link").first.click()
        expect(page.get_by_role("button", name="保存")).to_be_visible()
        clean(manager)


def test_a_worker_sees_shifts_and_asks_for_a_swap(visit: Callable[..., Visitor]) -> None:
    worker = visit(WORKER, device="phone", reduced_motion="reduce")
    page = worker.page
    worker.open(f"{C}/mine/")
    # Before ``clean``, which unfolds all that is folded: a tap after it would close the form.
    page.locator("summary", has_text="申请请假或休息").click()
    page.get_by_label("种类").select_option("wish")
    page.get_by_label("第一天").fill("2099-01-01")
    worker.expect_complaint("422")
    worker.button("提交").click()
    expect(page.locator("main")).to_contain_text("日期太远了")
    expect(page.get_by_label("第一天")).to_have_value("2099-01-01")
    page.get_by_label("第一天").fill(str((datetime.now(UTC) + timedelta(days=40)).date()))
    worker.button("提交").click()
    expect(page.locator(".messages")).to_contain_text("已记下，排班时会尽量照顾")
    clean(worker)
    swaps = page.get_by_role("link", name="换班")
    if swaps.count():
        swaps.first.click()
        expect(page.locator("h1")).to_contain_text("换班")
        clean(worker)


def test_the_log_is_kept_and_an_alarm_goes_step_by_step(portal: Portal, visit: Callable[..., Visitor]) -> None:
    worker = visit(WORKER, device="phone", reduced_motion="reduce")
    page = worker.page
    worker.open(f"{C}/log/")
    page.locator("main .row-link").first.click()
    expect(page.locator("main")).to_contain_text("交接班")
    # The line of every two hours: one tap for whoever is on duty, with whom they stand in for for anybody else.
    whom = page.locator("#quick_instead_of")
    if whom.count():
        whom.select_option(index=1)
        page.locator("#quick_instead_why").fill("同事去吃饭")
    worker.button("一切正常，签名").click()
    expect(page.locator(".messages")).to_contain_text("已记下")
    page.locator("summary", has_text="有故障、每日检查").click()
    expect(page.get_by_label("自检")).to_be_hidden()
    page.get_by_label("记什么").select_option("check")
    expect(page.get_by_label("自检")).to_be_visible()
    clean(worker)
    worker.open(page.url)
    page.get_by_label("哪里报警").fill("2 号楼 7 层走道")
    worker.button("开始处理报警").click()
    expect(page.locator("h1")).to_contain_text("2 号楼 7 层走道")
    clean(worker)
    expect(page.get_by_label("什么着火")).to_be_hidden()
    page.get_by_label("真的着火").check()
    page.get_by_label("什么着火").fill("电瓶车")
    worker.button("已确认").click()
    worker.button("联动已在自动").click()
    worker.button("已打 119").click()
    worker.button("预案已启动，已报告").click()
    expect(page.locator("main")).to_contain_text("处理完了")
    clean(worker)
    entry = portal.value("SELECT max(id) FROM rosters_entry WHERE corrects IS NULL")
    room = portal.value("SELECT min(id) FROM rosters_station")
    manager = visit(MANAGER, device="desktop", standing="物业", reduced_motion="reduce")
    manager.open(f"{C}/log/{room}/entries/{entry}/")
    expect(manager.page.locator("h1")).to_contain_text("更正记录")
    clean(manager)


def test_the_community_sees_what_is_overdue_only(visit: Callable[..., Visitor]) -> None:
    officer = visit(OFFICER, device="desktop", standing="社区", reduced_motion="reduce")
    officer.open(f"{C}/overdue/")
    expect(officer.page.locator("h1")).to_contain_text("消控室记录超时")
    clean(officer)
