"""The hall: a screen is put up, shows what is new at once and urgent things before all, runs on without an answer, for weeks."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys import looks
from tests.journeys.people import Visitor

pytestmark = pytest.mark.journey
C = "/c/wangjiang"
MANAGER, OFFICER, RESIDENT, NEIGHBOUR = "朱俊杰", "徐美玲", "张秀英", "刘雪梅"
TELEVISION = {"viewport": {"width": 1920, "height": 1080}, "reduced_motion": "reduce"}
ROUNDS = 400
# Lets what was answered arrive, on a page whose clock stands.
TURN = """() => new Promise((done) => {
  const passed = new MessageChannel();
  passed.port1.onmessage = done;
  passed.port2.postMessage(0);
})"""


def put_up(manager: Visitor, name: str, *, orientation: str = "landscape") -> str:
    """Put a screen up on its page; returns the path of its address."""
    manager.open(f"{C}/screens/new/")
    manager.page.get_by_label("名称").fill(name)
    manager.page.locator("select[name=orientation]").select_option(orientation)
    manager.button("添加，拿到网址").click()
    found = re.search(r"/screen/[a-z0-9-]+/", manager.page.locator(".screen-address").inner_text())
    assert found is not None
    return found[0]


def publish(officer: Visitor, title: str, *, kind: str = "notice", words: str = "请看这里。") -> str:
    """Write a notice and send it off; returns its address."""
    officer.open(f"{C}/notices/new/")
    page = officer.page
    page.locator("#notice-form select[name=kind]").select_option(kind)
    page.get_by_label("标题").fill(title)
    page.locator("textarea[name=source]").fill(words)
    officer.button("送出").click()
    expect(page.locator("h1")).to_have_text(title)
    return page.url


def withdraw(officer: Visitor, address: str) -> None:
    """Take a notice from the board."""
    officer.open(address)
    officer.page.locator("summary", has_text="撤回").click()
    officer.page.get_by_label("撤回原因").fill("写错了")
    officer.button("撤回").click()
    expect(officer.page.locator("main")).to_contain_text("这条公告已撤回")


def board(page: Page) -> list[str]:
    """The rows of a board, word for word, but for the minute: 刚刚 becomes 1分钟前 between two looks."""
    rows = page.locator("#notices .notices-row").all_inner_texts()
    return [re.sub(r"刚刚|\d+分钟前", "不久前", one) for one in rows]


def titles(page: Page) -> list[str]:
    """What a screen has, in its order."""
    return page.locator("[data-slide] h1").all_text_contents()


def test_what_is_out_is_on_two_phones_and_the_screen_at_once(visit: Callable[..., Visitor]) -> None:
    manager = visit(MANAGER, device="desktop", standing="物业", reduced_motion="reduce")
    manager.open(f"{C}/screens/")
    assert looks.violations(manager.page) == []
    address = put_up(manager, "西门大厅")
    assert looks.violations(manager.page) == []
    hall = visit(None, **TELEVISION)
    hall.open(address)
    assert looks.violations(hall.page) == []
    phones = [visit(name, reduced_motion="reduce") for name in (RESIDENT, NEIGHBOUR)]
    for phone in phones:
        phone.open(f"{C}/notices/")
    pages = [hall.page, *(phone.page for phone in phones)]
    for page in pages:
        page.evaluate(
            "() => { window.same = true; document.addEventListener('live:changed', () => { window.told = Date.now() }); }"
        )
    asked: list[str] = []
    for phone in phones:
        phone.page.on("request", lambda sent: asked.append(sent.url))
    publish(visit(OFFICER), "今天下午修路灯")
    expect(hall.page.locator("[data-slide] h1", has_text="今天下午修路灯")).to_have_count(1)
    for phone in phones:
        expect(phone.page.locator("#notices .row-title", has_text="今天下午修路灯")).to_be_visible()
    for page in pages:
        assert page.evaluate("() => window.same") is True  # nobody loaded anything anew
    assert [url for url in asked if "/notices/" in url] == []  # nor asked for anything: the event says it all
    rows = [board(phone.page) for phone in phones]
    for phone, shown in zip(phones, rows, strict=True):
        phone.page.reload()
        assert board(phone.page) == shown

    # A phone that sleeps through three changes shows on waking what a fresh one shows.
    asleep, awake = phones
    asleep.expect_complaint("ERR_INTERNET_DISCONNECTED|Failed to load resource|WebSocket connection")
    asleep.context.set_offline(True)
    officer = visit(OFFICER)
    gone = publish(officer, "发错的一条")
    publish(officer, "明天除草")
    withdraw(officer, gone)
    expect(awake.page.locator("#notices .row-title", has_text="明天除草")).to_be_visible()
    expect(awake.page.locator("#notices .row-title", has_text="发错的一条")).to_have_count(0)
    asleep.context.set_offline(False)
    asleep.page.evaluate("() => dispatchEvent(new Event('online'))")
    expect(asleep.page.locator("#notices .row-title", has_text="明天除草")).to_be_visible()
    shown = board(asleep.page)
    asleep.page.reload()
    assert board(asleep.page) == shown

    # The manager takes the screen down: it is empty at once, and its address opens nothing.
    manager.open(f"{C}/screens/")
    card = manager.page.locator(".screen-list > li", has_text="西门大厅")
    expect(card.locator(".badge")).to_have_text("正在放")
    card.get_by_role("link", name="修改").click()
    assert looks.violations(manager.page) == []
    manager.open(f"{C}/screens/")
    hall.expect_complaint("status of 404|status of 401|WebSocket")
    card.get_by_role("button", name="停用").click()
    manager.page.locator("dialog[open]").get_by_role("button", name="停用").click()
    expect(hall.page.locator("body.gone h1")).to_have_text("这块屏没有在用")
    assert hall.page.locator("[data-slide]").count() == 0
    hall.page.reload()
    expect(hall.page.locator("body.gone h1")).to_have_text("这块屏没有在用")


def test_an_urgent_one_has_the_screen_and_a_dead_server_does_not_stop_it(visit: Callable[..., Visitor]) -> None:
    manager = visit(MANAGER, device="desktop", standing="物业", reduced_motion="reduce")
    address = put_up(manager, "北门大厅", orientation="portrait")
    hall = visit(None, viewport={"width": 1080, "height": 1920}, reduced_motion="reduce")
    hall.expect_complaint("Failed to load resource|ERR_FAILED|WebSocket")
    hall.open(address)
    officer = visit(OFFICER)
    kept = publish(officer, "燃气泄漏，请从北门疏散", kind="urgent", words="不要开灯，不要打电话。\n\n" * 60)
    expect(hall.page.locator("[data-slide]:not([hidden]) h1")).to_have_text("燃气泄漏，请从北门疏散")
    # A long text is turned page by page, never cut off and never scrolled.
    expect(hall.page.locator("[data-slide]:not([hidden]) [data-page]")).to_have_text(re.compile(r"^1 / \d+$"))
    assert hall.page.evaluate(
        "() => document.documentElement.scrollHeight <= innerHeight && document.documentElement.scrollWidth <= innerWidth"
    )
    assert looks.violations(hall.page) == []

    def refuse(route: Route) -> None:
        route.abort()

    hall.page.route("**/slides/", refuse)
    hall.page.evaluate("() => document.dispatchEvent(new Event('live:ended'))")
    expect(hall.page.locator("#lost")).to_be_visible()
    assert len(titles(hall.page)) > 1
    hall.page.unroute("**/slides/", refuse)
    hall.page.evaluate("() => document.dispatchEvent(new Event('live:ended'))")
    expect(hall.page.locator("#lost")).to_be_hidden()
    withdraw(officer, kept)
    expect(hall.page.locator("[data-slide] h1", has_text="燃气泄漏")).to_have_count(0)


def test_it_runs_for_a_day_without_growing(visit: Callable[..., Visitor]) -> None:
    """A night and a day by a clock of its own: hundreds of pages and answers, and the page holds no more than before."""
    manager = visit(MANAGER, device="desktop", standing="物业")
    address = put_up(manager, "南门大厅")
    hall = visit(None, **TELEVISION)
    page = hall.page
    page.clock.install()
    hall.expect_complaint("WebSocket|Failed to load resource")
    hall.open(address)
    # Every answer is a new one, as on a day on which something is posted every minute.
    page.evaluate(
        """() => { const real = window.fetch; window.fetch = async (url, how) => {
            if (!String(url).endsWith('/slides/')) return real(url, how);
            window.asked = (window.asked || 0) + 1;
            return real(url, {...how, headers: {}}); } }"""
    )
    probe = page.context.new_cdp_session(page)

    def weigh() -> tuple[int, int, int]:
        probe.send("HeapProfiler.collectGarbage")
        counted = probe.send("Memory.getDOMCounters")
        return counted["nodes"], counted["jsEventListeners"], probe.send("Runtime.getHeapUsage")["usedSize"]

    def run(rounds: int) -> None:
        for _ in range(rounds):
            page.clock.run_for(75_000)
            page.evaluate(TURN)
        page.wait_for_load_state("networkidle")

    run(ROUNDS // 10)
    before = weigh()
    asked = page.evaluate("() => window.asked")
    run(ROUNDS)
    after = weigh()
    assert page.evaluate("() => window.asked") > asked
    assert after[0] <= before[0] * 1.1 + 50, (before, after)
    # A socket that came back and pictures on their way have a few; one a round would be hundreds.
    assert after[1] <= before[1] + ROUNDS // 10, (before, after)
    assert after[2] <= before[2] * 1.15 + 200_000, (before, after)
    expect(page.locator("[data-slide]:not([hidden])")).to_have_count(1)
