"""The live board in a browser: where no WebSocket is to be had it asks, a tab has one socket, every tab keeps up."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.people import Visitor

pytestmark = pytest.mark.journey
BOARD = "/c/ziwei/notices/"
OFFICER, RESIDENT = "应文斌", "林佩云"
# Remembers every socket that the page opens.
COUNTING = """window.sockets = [];
window.WebSocket = class extends WebSocket {
  constructor(...told) { super(...told); window.sockets.push(this); }
};"""
ALIVE = "() => sockets.filter((one) => one.readyState < 2).length"


def publish(officer: Visitor, title: str) -> None:
    """Write a notice and send it off."""
    officer.open("/c/ziwei/notices/new/")
    officer.page.locator("#notice-form select[name=kind]").select_option("notice")
    officer.page.get_by_label("标题").fill(title)
    officer.page.locator("textarea[name=source]").fill("请看这里。")
    officer.button("送出").click()
    expect(officer.page.locator("h1")).to_have_text(title)


def shows(page: Page, title: str) -> None:
    """The board shows it, and the page was not loaded anew for it."""
    expect(page.locator("#notices .notices-row", has_text=title)).to_be_visible()
    assert page.evaluate("() => window.same") is True


def mark(page: Page) -> None:
    """Notice a reload."""
    page.evaluate("() => { window.same = true }")


def test_without_a_websocket_the_board_renews_itself_all_the_same(visit: Callable[..., Visitor]) -> None:
    refused, lacking = visit(RESIDENT), visit(RESIDENT)
    refused.expect_complaint("WebSocket")
    # Some in-app browsers have the class and fail each handshake, others have none.
    refused.page.route_web_socket("**/live/ws/", lambda socket: socket.close())
    lacking.page.add_init_script("delete window.WebSocket")
    asked: dict[str, list[str]] = {"refused": [], "lacking": []}
    for name, visitor in (("refused", refused), ("lacking", lacking)):
        visitor.page.on("request", lambda request, name=name: asked[name].append(request.url))
        visitor.open(BOARD)
        mark(visitor.page)
    publish(visit(OFFICER), "紫微周三修门禁")
    for name, visitor in (("refused", refused), ("lacking", lacking)):
        shows(visitor.page, "紫微周三修门禁")
        assert [url for url in asked[name] if "/live/catch-up/" in url] != []
        # Asking works: nobody is told that the connection is lost.
        expect(visitor.page.locator("#connection")).to_have_attribute("data-state", "up")


def test_a_tab_has_one_socket_and_every_tab_keeps_up(visit: Callable[..., Visitor]) -> None:
    resident = visit(RESIDENT)
    resident.context.add_init_script(COUNTING)
    tabs: list[Any] = [resident.page, resident.context.new_page()]
    for tab in tabs:
        tab.goto(BOARD)
        mark(tab)
        tab.wait_for_function("() => sockets.some((one) => one.readyState === 1)")
        # Whatever wakes a page, however often and all at once.
        tab.evaluate(
            """() => { for (let n = 0; n < 5; n += 1) {
                document.dispatchEvent(new Event('visibilitychange'));
                dispatchEvent(new Event('online'));
                dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
                document.body.dispatchEvent(new Event('htmx:afterSettle'));
            } }"""
        )
        assert tab.evaluate(ALIVE) == 1
    officer = visit(OFFICER)
    publish(officer, "紫微周四清洗外墙")
    for tab in tabs:
        shows(tab, "紫微周四清洗外墙")
        assert tab.evaluate("() => sockets.length") == 1
    # The server lets one go, as it does with whoever reads too slowly: back by itself, with what it has missed.
    tabs[0].evaluate("() => { sockets[0].close(); dispatchEvent(new Event('online')) }")
    publish(officer, "紫微周五停电检修")
    for tab in tabs:
        shows(tab, "紫微周五停电检修")
        assert tab.evaluate(ALIVE) == 1
    rows = [tab.locator("#notices .notices-row").all_inner_texts() for tab in tabs]
    assert rows[0] == rows[1]
    tabs[1].reload()
    assert tabs[1].locator("#notices .notices-row").all_inner_texts() == rows[0]
