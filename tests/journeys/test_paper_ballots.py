"""The desk of paper ballots in the demonstration: clean, and one paper after the other without touching the screen."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys import looks
from tests.journeys.people import Visitor


def test_the_desk_is_clean_and_the_cursor_waits_for_the_next_code(visit: Callable[..., Visitor]) -> None:
    visitor = visit("徐美玲", reduced_motion="reduce")
    looks.bring_axe(visitor.context)
    visitor.open("/polls/")
    visitor.page.get_by_role("link", name="2 幢电梯更新和公共停车位管理办法").click()
    visitor.page.get_by_role("link", name="纸质票", exact=True).click()
    visitor.page.get_by_role("heading", name="到哪一步了").wait_for()
    expect(visitor.page.locator("#id_code")).to_be_focused()
    assert looks.violations(visitor.page) == []
    assert looks.sticks_out(visitor.page) == []
    for summary in ("只给几户编", "补发一张"):
        visitor.page.get_by_text(summary, exact=True).click()
    assert looks.violations(visitor.page) == []
    assert looks.sticks_out(visitor.page) == []
