"""Fire defects as their people use them: one that waits for its re-check is looked at on a phone and cleared."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.people import Visitor
from tests.journeys.test_notices import clean

pytestmark = pytest.mark.journey
C = "/c/wangjiang/defects"
MANAGER, OFFICER = "朱俊杰", "徐美玲"


def test_what_was_repaired_is_re_checked_and_cleared(visit: Callable[..., Visitor]) -> None:
    manager = visit(MANAGER, device="phone", standing="物业", reduced_motion="reduce")
    page = manager.page
    manager.open(f"{C}/?show=check")
    page.locator("main .row-link").first.click()
    expect(page.locator("main")).to_contain_text("换了闭门器")
    clean(manager)
    manager.button("复查合格，销号").click()
    expect(page.locator(".messages")).to_contain_text("已销号")


def test_the_community_sees_what_is_overdue_and_critical(visit: Callable[..., Visitor]) -> None:
    officer = visit(OFFICER, device="phone", standing="社区", reduced_motion="reduce")
    officer.open(f"{C}/")
    expect(officer.page.locator("main")).to_contain_text("XFB-2")
    officer.page.locator("main .row-link").first.click()
    expect(officer.page.locator("main")).to_contain_text("告诉了谁")
    clean(officer)
