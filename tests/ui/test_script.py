"""What ui.js adds, in a real Chromium under the real content security policy."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.ui import gallery

pytestmark = pytest.mark.journey


@pytest.fixture
def page(browser: Any, gallery_server: str) -> Iterator[Any]:
    gallery.posted.clear()
    context = browser.new_context(viewport={"width": 360, "height": 780}, locale="zh-CN", base_url=gallery_server)
    page = context.new_page()
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda message: said.append(message.text) if "Content Security Policy" in message.text else None)
    page.goto("/gallery/script")
    page.wait_for_load_state("networkidle")
    yield page
    context.close()
    assert said == []


def again(page: Any, address: str = "/gallery/script") -> None:
    page.goto(address)
    page.wait_for_load_state("networkidle")


def test_what_is_typed_survives_a_closed_tab(page: Any) -> None:
    page.fill("#id_place", "3幢2单元")
    page.fill("#id_words", "漏水，很急")
    page.check("#id_when_1")
    page.fill("#code", "123456")
    page.context.new_page().goto("about:blank")
    page.wait_for_timeout(400)
    again(page)
    assert page.input_value("#id_place") == "3幢2单元"
    assert page.input_value("#id_words") == "漏水，很急"
    assert page.is_checked("#id_when_1")
    assert page.input_value("#code") == ""
    page.click("[data-draft-drop]")
    assert page.input_value("#id_place") == ""
    again(page)
    assert page.input_value("#id_place") == ""


def test_leaving_at_once_keeps_the_last_letter(page: Any) -> None:
    page.fill("#id_place", "5幢")
    again(page)
    assert page.input_value("#id_place") == "5幢"


def test_a_draft_goes_when_it_was_sent_or_at_sign_out(page: Any) -> None:
    page.fill("#id_place", "5幢")
    again(page)
    again(page, "/gallery/script?done")
    again(page)
    assert page.input_value("#id_place") == ""
    page.fill("#id_place", "6幢")
    page.wait_for_timeout(400)
    page.click("#leave")
    page.wait_for_url("**sent")
    again(page)
    assert page.input_value("#id_place") == ""


def test_another_persons_draft_stays_out(page: Any) -> None:
    page.evaluate(
        "localStorage.setItem('draft:99:report', JSON.stringify({at: Date.now(), fields: {place: ['不是我']}}))"
    )
    again(page)
    assert page.input_value("#id_place") == ""


def test_a_broken_or_old_draft_is_ignored(page: Any) -> None:
    page.evaluate("localStorage.setItem('draft:0:report', '{not json')")
    again(page)
    assert page.input_value("#id_place") == ""
    page.evaluate("localStorage.setItem('draft:0:report', JSON.stringify({at: 1, fields: {place: ['旧']}}))")
    again(page)
    assert page.input_value("#id_place") == ""


def test_a_double_tap_sends_once(page: Any) -> None:
    for field, value in (("#id_place", "5幢"), ("#id_words", "坏了")):
        page.fill(field, value)
    page.check("#id_when_0")
    page.evaluate("const b = document.getElementById('send'); b.click(); b.click(); b.form.requestSubmit(b)")
    page.wait_for_url("**sent")
    assert len(gallery.posted) == 1
    assert gallery.posted[0]["step"] == "go"
    page.go_back()
    assert page.is_enabled("#send")


def test_asking_first(page: Any) -> None:
    page.click("#withdraw")
    dialog = page.locator("dialog[open]")
    assert "师傅不会上门" in dialog.inner_text()
    page.keyboard.press("Escape")
    page.wait_for_timeout(100)
    assert gallery.posted == []
    page.click("#withdraw")
    dialog.get_by_role("button", name="撤回").click()
    page.wait_for_url("**sent")
    assert len(gallery.posted) == 1


def test_htmx_carries_the_token_asks_first_and_swaps_a_422(page: Any) -> None:
    page.click("#swap")
    page.locator("dialog[open]").get_by_role("button", name="确定").click()
    page.get_by_text("换好了").wait_for()
    page.locator(".toast", has_text="saved").wait_for()
    assert len(gallery.posted) == 1


def test_the_line_is_told_of(page: Any) -> None:
    banner = page.locator("#connection")
    page.evaluate("document.dispatchEvent(new CustomEvent('gongzhi:connection', {detail: {up: false}}))")
    assert "重新连接中" in banner.inner_text()
    page.evaluate("document.dispatchEvent(new CustomEvent('gongzhi:connection', {detail: {up: true}}))")
    assert banner.inner_text() == ""
    page.context.set_offline(True)
    page.get_by_text("现在没有网络").wait_for()
    page.context.set_offline(False)


def test_a_page_out_of_the_phones_store_has_no_signal_until_the_network_answers(page: Any) -> None:
    def mark(route: Any) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("<html ", "<html data-kept "))

    def gone(route: Any) -> None:
        if route.request.method == "HEAD":
            route.abort()
        else:
            route.continue_()

    page.route("**/gallery/script", mark)
    page.route("**/ui/mark.*", gone)
    again(page)
    assert page.evaluate("navigator.onLine") is True
    banner = page.locator("#connection")
    expect(banner).to_have_attribute("data-state", "offline")
    assert "现在没有网络" in banner.inner_text()
    page.unroute("**/ui/mark.*")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(banner).to_have_attribute("data-state", "up")
    assert page.locator("html").get_attribute("data-kept") is None


def test_large_type_with_something_typed_keeps_it(page: Any) -> None:
    page.fill("#id_place", "5幢")
    page.get_by_role("button", name="大字").click()
    expect(page.locator("html")).to_have_attribute("data-type", "large")
    assert page.input_value("#id_place") == "5幢"


def duty(number: int, draft: str = "") -> str:
    form = f'<form data-draft="duty-{number}"><textarea id="words-{number}" name="words">{draft}</textarea></form>'
    return f'<article id="duty-{number}"><p>{number}</p>{form}<p data-gone hidden>GONE</p></article>'


def listed(*duties: str, figure: int) -> str:
    return (
        f'<section id="duties"><h2 id="count">{len(duties)}</h2>{"".join(duties)}</section><p id="figure">{figure}</p>'
    )


def test_a_list_of_forms_renews_itself_around_the_one_that_is_written_in(page: Any) -> None:
    """live.js merges what has changed: new forms come, answered ones go, typed words and the focus stay."""
    fresh = [""]
    sockets: list[Any] = []
    page.route("**/fresh", lambda route: route.fulfill(body=fresh[0], content_type="text/html; charset=utf-8"))
    page.route_web_socket("**/live/ws/", lambda socket: (sockets.append(socket), socket.on_message(lambda _: None)))

    def renew(seq: int, *duties: str) -> None:
        fresh[0] = listed(*duties, figure=seq)
        event = {"seq": seq, "kind": "changed", "at": "", "payload": {}}
        sockets[0].send(json.dumps({"type": "events", "topic": "x/t", "seq": seq, "events": [event]}))
        expect(page.locator("#figure")).to_have_text(str(seq))

    page.evaluate(
        """(html) => {
          document.getElementById("main").insertAdjacentHTML("beforeend",
            `<div id="live" data-live="x/t" data-live-seq="0" data-live-refresh="/fresh" data-live-swap="merge">${html}</div>`);
          document.body.dispatchEvent(new CustomEvent("htmx:afterSettle"));
        }""",
        listed(duty(1), duty(2), figure=0),
    )
    page.locator("#words-2").type("写到一半")
    page.evaluate(
        "localStorage.setItem('draft:0:duty-3', JSON.stringify({at: Date.now(), fields: {words: ['以前写的']}}))"
    )

    def shown() -> list[str]:
        return page.locator("#duties > article").evaluate_all("(all) => all.map((one) => one.id)")

    renew(1, duty(1), duty(2), duty(3))
    assert shown() == ["duty-1", "duty-2", "duty-3"]
    assert page.inner_text("#count") == "3"
    assert page.input_value("#words-2") == "写到一半"
    assert page.evaluate("document.activeElement.id") == "words-2"
    assert page.input_value("#words-3") == "以前写的"  # a draft comes back into a form that has just come
    renew(2, duty(0), duty(2), duty(4))
    assert shown() == ["duty-0", "duty-2", "duty-4", "duty-3"]  # 3 holds words too: it stays, and says that it is gone
    assert page.locator("#duty-3 [data-gone]").is_visible()
    assert page.locator("#duty-2 [data-gone]").is_hidden()
    renew(3, duty(4))
    assert shown() == ["duty-2", "duty-4", "duty-3"]
    assert page.input_value("#words-2") == "写到一半"
    page.fill("#words-2", "")
    page.fill("#words-3", "")
    page.locator("#words-2").evaluate("(field) => { delete field.form.dataset.typed; field.blur(); }")
    page.locator("#words-3").evaluate("(field) => { delete field.form.dataset.typed; field.blur(); }")
    renew(4, duty(4))
    assert shown() == ["duty-4"]


def test_without_any_script_the_page_still_sends(browser: Any, gallery_server: str) -> None:
    gallery.posted.clear()
    context = browser.new_context(java_script_enabled=False, locale="zh-CN", base_url=gallery_server)
    page = context.new_page()
    page.goto("/gallery/script")
    page.fill("#id_place", "5幢")
    page.check("#id_when_0")
    page.click("#send")
    page.wait_for_url("**sent")
    assert gallery.posted[0]["place"] == "5幢"
    page.get_by_role("button", name="大字").click()
    assert page.locator("html").get_attribute("data-type") == "large"
    context.close()
