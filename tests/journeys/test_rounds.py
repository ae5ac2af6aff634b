"""Fire rounds as their people use them: a worker walks, the manager looks at what was found, the community at what is late."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import started
from tests.journeys.people import Visitor
from tests.journeys.server import Portal
from tests.journeys.test_notices import clean

pytestmark = pytest.mark.journey
C = "/c/wangjiang/rounds"
MANAGER, WORKER, OFFICER = "朱俊杰", "王建国", "徐美玲"


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> Iterator[Portal]:
    """One of its own: those who walk on a phone in the shared one leave no place of the day."""
    with started(tmp_path_factory, shared) as portal:
        yield portal


def test_a_worker_looks_at_one_place(visit: Callable[..., Visitor]) -> None:
    worker = visit(WORKER, device="phone", standing="物业", reduced_motion="reduce")
    page = worker.page
    worker.open(f"{C}/today/")
    clean(worker)
    page.locator("main .row-link").filter(has_text="防火巡查").last.click()
    clean(worker)
    page.locator("main a.row-link").last.click()
    clean(worker)
    for box in page.locator("main input[type=radio][value=ok]").all():
        box.check()
    worker.button("保存").click()
    expect(page.locator(".messages")).to_contain_text("已记下")


def test_the_manager_looks_at_what_was_found(portal: Portal, visit: Callable[..., Visitor]) -> None:
    manager = visit(MANAGER, device="desktop", standing="物业", reduced_motion="reduce")
    page = manager.page
    # Yesterday was walked, which on the first of a month is the month before.
    month = portal.value(
        "SELECT to_char(max(due_at) - interval '1 second', 'YYYY-MM') FROM rounds_occurrence WHERE state = 'done'"
    )
    manager.open(f"{C}/?show=done&month={month}")
    page.locator("main .row-link").first.click()
    expect(page.locator("main")).to_contain_text("每一处")
    clean(manager)
    manager.open(f"{C}/plans/")
    page.locator("main .row-link").first.click()
    expect(page.locator("main")).to_contain_text("标准要求")
    clean(manager)
    page.locator("main .facts a.link[href*='/routes/']").click()
    expect(page.locator("main")).to_contain_text("按这个顺序走")
    clean(manager)


def test_the_community_sees_what_is_overdue_and_critical(visit: Callable[..., Visitor]) -> None:
    officer = visit(OFFICER, device="phone", standing="社区", reduced_motion="reduce")
    officer.open(f"{C}/watch/")
    expect(officer.page.locator("main .rows > .row")).to_have_count(1)
    clean(officer)
