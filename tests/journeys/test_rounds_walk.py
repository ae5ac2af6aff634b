"""Fire rounds on a phone: in airplane mode, through a killed browser, over a line that cuts, delays, repeats and shuffles."""

import io
import json
import os
import re
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import segno
from playwright.sync_api import BrowserContext, Error, Locator, Page, expect

from tests.frontdoor.waiting import eventually
from tests.journeys import looks
from tests.journeys.browsers import FLAGS, chromium
from tests.journeys.conftest import PATIENCE
from tests.journeys.lines import WAYS, line_to
from tests.journeys.people import PHONE, Visitor, picture
from tests.journeys.server import Portal
from tests.journeys.test_walls import CAMERA, OFFLINE

pytestmark = pytest.mark.journey
C = "/c/wangjiang"
WALK = f"{C}/rounds/walk/"
WORKER, MANAGER = "马长根", "朱俊杰"
READY = "#walk[data-ready]"
QUEUE = "#walk-queue [data-words]"
# What is kept on the phone of what was given.
KEPT = """async () => (await Rounds.queue.mine(document.getElementById("walk").dataset.person)).map(
  (row) => ({ id: row.id, state: row.state, words: row.words || "", photos: row.photos.length, body: JSON.parse(row.body) }))"""
# A label of a place in the package, and the place.
A_LABEL = """() => new Promise((resolve) => {
  const asked = indexedDB.open("gongzhi-rounds-day");
  asked.onsuccess = () => {
    const rows = asked.result.transaction("kept").objectStore("kept").getAll();
    rows.onsuccess = () => { asked.result.close();
      const found = rows.result.find((row) => row.id.startsWith("package|"));
      const stops = new Set(found.package.stops.map((one) => one.key));
      resolve(Object.entries(found.package.labels).find(([, key]) => stops.has(key))); };
  };
})"""
# The day of the package that was loaded ahead.
AHEAD = """() => new Promise((resolve) => {
  const asked = indexedDB.open("gongzhi-rounds-day");
  asked.onsuccess = () => {
    const rows = asked.result.transaction("kept").objectStore("kept").getAll();
    rows.onsuccess = () => { asked.result.close();
      resolve(rows.result.find((row) => row.id.startsWith("next|"))?.package.day ?? null); };
  };
})"""
WRONG = ".round-choice[data-tone=late]"
RUNS = int(os.environ.get("ROUNDS_RUNS", "12"))
# What befalls a run of the bad line, by its number.
CLOSED, KILLED_SAVED, KILLED_SENDING = 3, 1, 6


@pytest.fixture(scope="module", autouse=True)
def _planned(portal: Portal, browser: Any) -> None:
    """The manager has the calendar filled, once."""
    if portal.value("SELECT count(*) FROM rounds_plan"):
        return
    context = browser.new_context(base_url=portal.address, locale="zh-CN", timezone_id="Asia/Shanghai")
    manager = Visitor(context, context.new_page())
    manager.sign_in(MANAGER, standing="物业")
    manager.open(f"{C}/rounds/plans/")
    manager.page.locator("main form button[type=submit]").first.click()
    expect(manager.page.locator(".messages")).to_contain_text("60 天", timeout=PATIENCE)
    context.close()


def loaded(visitor: Visitor) -> Page:
    """The page with its package, kept to be opened without signal."""
    visitor.open(WALK)
    page = visitor.page
    page.wait_for_selector(READY)
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    eventually(lambda: page.evaluate("(p) => caches.match(p).then(Boolean)", WALK), within=20, what="the page is kept")
    return page


def opened(page: Page) -> str:
    """The place that is open, by its name."""
    expect(page.locator("#round-stop")).to_be_visible()
    return page.locator("#round-stop [data-name]").inner_text()


def look_at_all(page: Page) -> None:
    """Down to the last item, as somebody does who reads them."""
    for item in page.locator("[data-item] legend").all():
        item.scroll_into_view_if_needed()
    expect(page.locator("[data-all-fine]")).to_be_enabled()


def numbers(page: Page) -> None:
    """Every number, with the first that its hint allows."""
    for line in page.locator("[data-item] [data-typed-value]:not([hidden])").all():
        allowed = re.search(r"[0-9.]+", line.locator(".hint").inner_text())
        line.locator("input").fill(allowed[0] if allowed else "0.4")


def fine(page: Page) -> None:
    """Everything in order here; numbers are filled in."""
    look_at_all(page)
    if page.locator("[data-all-fine]").is_visible():
        page.locator("[data-all-fine]").click()
    numbers(page)
    for item in page.locator("[data-item]").all():
        choices = item.locator(".round-choice input")
        if choices.count() and not item.locator(".round-choice input:checked").count():
            choices.first.check()
            taken = item.locator("[data-photos]:not([hidden]) input[type=file]")
            if taken.count():
                taken.set_input_files([picture("#334455")])
                expect(item.locator(".round-pictures img")).to_have_count(1)


def save(page: Page) -> None:
    """Save, and wait until another screen is there."""
    before = page.url
    page.locator("#round-stop button[type=submit]").click()
    page.wait_for_url(lambda address: address != before)


def asked_about(page: Page) -> tuple[Locator, int]:
    """The first thing that can be said not to be in order, and how many places had none and were saved on the way."""
    passed = 0
    item = page.locator("[data-item]").filter(has=page.locator(WRONG)).first
    while not item.count():
        fine(page)
        save(page)
        opened(page)
        passed += 1
    return item, passed


def photographed(page: Page, bad: Locator) -> None:
    """Not in order: it is not saved without a photo, and says that the photo is kept."""
    bad.locator(WRONG).click()
    page.locator("#round-stop button[type=submit]").click()
    expect(bad.locator("[data-item-wrong]")).to_contain_text("请拍一张照片")
    bad.locator("[data-item-note]").fill("楼道堆了纸箱")
    bad.locator("[data-item-note]").blur()
    bad.locator("input[type=file]").set_input_files([picture("#883322")])
    expect(bad.locator("[data-photo-kept]")).to_have_text("照片已存在手机里")


def counted(portal: Portal) -> int:
    return int(portal.value("SELECT count(*) FROM rounds_answer WHERE state = 'counted'"))


def test_a_day_in_airplane_mode_and_a_killed_browser(portal: Portal, visit: Callable[..., Visitor]) -> None:
    before = counted(portal)
    worker = visit(WORKER, reduced_motion="reduce")
    worker.expect_complaint(OFFLINE)
    page = loaded(worker)
    expect(page.locator(QUEUE)).to_have_text("没有待上传的记录")
    looks.all_at_once(page, 360)
    assert looks.violations(page) == []
    assert looks.sticks_out(page) == []
    # A cold start without signal.
    worker.context.set_offline(True)
    page.close()
    page = worker.page = worker.context.new_page()
    page.goto(WALK)
    page.wait_for_selector(READY)
    page.locator("[data-on]").click()
    first = opened(page)
    assert looks.violations(page) == []
    assert looks.sticks_out(page) == []
    # Nothing is in order by itself, and nobody says so before each item was shown.
    expect(page.locator("[data-all-fine]")).to_be_disabled()
    page.locator("#round-stop button[type=submit]").click()
    expect(page.locator("[data-item-wrong]:not([hidden])")).to_contain_text("还有没看的")
    fine(page)
    save(page)
    expect(page.locator(QUEUE)).to_have_text("待上传 1 条")
    assert opened(page) != first
    # What is not in order needs a photo.
    bad, passed = asked_about(page)
    look_at_all(page)
    page.locator("[data-all-fine]").click()
    numbers(page)
    photographed(page, bad)
    looks.all_at_once(page, 360)
    assert looks.violations(page) == []
    # The browser goes in the middle of a place: what was said and photographed is there when it comes back.
    second = page.url
    page.close()
    page = worker.page = worker.context.new_page()
    page.goto(second)
    page.wait_for_selector(READY)
    bad, _none = asked_about(page)
    expect(bad.locator(".round-pictures img")).to_have_count(1)
    expect(bad.locator("[data-item-note]")).to_have_value("楼道堆了纸箱")
    fine(page)
    save(page)
    expect(page.locator(QUEUE)).to_have_text(f"待上传 {passed + 2} 条")
    for n in range(passed + 3, 9):
        opened(page)
        fine(page)
        save(page)
        expect(page.locator(QUEUE)).to_have_text(f"待上传 {n} 条")
    _arrives(portal, worker, before)


def _arrives(portal: Portal, worker: Visitor, before: int) -> None:
    """Eight answers of one walk are sent when there is signal, and receipts name their photos."""
    page = worker.page
    kept = page.evaluate(KEPT)
    assert [one["body"]["order"] for one in kept] == list(range(1, 9))
    assert len({one["body"]["walk"] for one in kept}) == 1
    seconds = [one["body"]["seconds"] for one in kept]
    assert seconds == sorted(seconds)
    assert counted(portal) == before
    photos = sum(one["photos"] for one in kept)
    assert photos >= 1
    worker.context.set_offline(False)
    expect(page.locator(QUEUE)).to_have_text("全部已送达", timeout=PATIENCE)
    assert page.evaluate(KEPT) == []
    assert counted(portal) == before + 8
    ids = [one["id"] for one in kept]
    assert portal.value(
        "SELECT count(*) FROM rounds_photo p JOIN rounds_answer a ON a.id = p.answer_id"
        " WHERE a.client_id = ANY (%s::uuid[]) AND p.file_id IS NOT NULL", ids,
    ) == photos  # fmt: skip
    # The receipts name every photo.
    page.goto(f"{WALK}#")
    page.wait_for_selector(READY)
    page.locator("[data-receipts] > summary").click()
    expect(page.locator("[data-receipts] li")).to_have_count(8)
    hashes = [photo["sha256"][:8] for one in kept for photo in one["body"]["photos"]]
    for one in hashes:
        expect(page.locator("[data-receipts]")).to_contain_text(one)


def test_a_label_is_scanned_and_a_typed_code_is_the_weaker_proof(visit: Callable[..., Visitor]) -> None:
    worker = visit(WORKER, reduced_motion="reduce")
    page = loaded(worker)
    page.add_init_script(CAMERA)
    page.reload()
    page.wait_for_selector(READY)
    code, key = page.evaluate(A_LABEL)
    page.locator("#walk-code-label").fill("ABC DEFG")
    page.locator("form[data-code] button").click()
    expect(page.locator("#round-list [data-code-wrong]")).to_contain_text("编码不对")
    page.locator("#walk-code-label").fill(f"{code[:3]} {code[3:]}".lower())
    page.locator("form[data-code] button").click()
    opened(page)
    assert page.url.endswith(f"#{key}")
    expect(page.locator("[data-way-words]")).to_have_text("编码是手输的，会注明")
    dialog = page.locator("#walk-scanner")
    page.locator("#round-stop [data-scan]").click()
    expect(dialog).to_be_visible()
    assert looks.violations(page) == []
    page.evaluate("(text) => { window.seen = text }", f"https://gongzhi.example/e/wangjiang/{code}/")
    expect(dialog).to_be_hidden()
    expect(page.locator("[data-way-words]")).to_have_text("已扫到这里的标签")
    # Scanned at the wrong place it says whose it is.
    page.locator("#round-stop a[href='#']").first.click()
    page.locator("details.round-place > summary").first.click()
    page.evaluate(
        "(key) => { location.hash = key }",
        page.locator(f"[data-places] .row:not([data-key='{key}'])").first.get_attribute("data-key"),
    )
    page.wait_for_function("(key) => location.hash !== `#${key}`", arg=key)
    page.locator("#round-stop [data-scan]").click()
    expect(page.locator("#round-stop [data-code-wrong]")).to_contain_text("的标签")


# A browser that reads labels by touch: it hears what window.touched says.
TOUCH = """
window.NDEFReader = class extends EventTarget {
  async scan({ signal }) {
    if (window.noTouch) throw new DOMException("off", "NotReadableError");
    window.touched = (text) => { if (!signal.aborted) this.dispatchEvent(Object.assign(new Event("reading"), {
      message: { records: [{ recordType: "url", data: new DataView(new TextEncoder().encode(text).buffer) }] } })); };
  }
};
"""


def test_a_label_is_touched_where_the_browser_can(visit: Callable[..., Visitor]) -> None:
    worker = visit(WORKER, reduced_motion="reduce")
    page = loaded(worker)
    expect(page.locator("#round-list [data-touch]")).to_be_hidden()
    page.add_init_script(TOUCH)
    page.reload()
    page.wait_for_selector(READY)
    code, key = page.evaluate(A_LABEL)
    button = page.locator("#round-list [data-touch]")
    page.evaluate("() => { window.noTouch = true }")
    button.click()
    expect(page.locator("#round-list [data-code-wrong]")).to_contain_text("NFC")
    expect(button).to_have_attribute("aria-pressed", "false")
    page.evaluate("() => { window.noTouch = false }")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    page.evaluate("() => window.touched('https://example.org/')")
    expect(page.locator("#round-list [data-code-wrong]")).to_contain_text("没有标签编码")
    page.evaluate("(text) => window.touched(text)", f"https://gongzhi.example/e/wangjiang/{code}/")
    opened(page)
    assert page.url.endswith(f"#{key}")
    expect(page.locator("[data-way-words]")).to_have_text("已碰到这里的标签")
    assert looks.violations(page) == []
    assert looks.sticks_out(page) == []
    fine(page)
    save(page)
    expect(page.locator(QUEUE)).to_have_text("全部已送达", timeout=PATIENCE)


def test_tomorrow_was_loaded_ahead(visit: Callable[..., Visitor]) -> None:
    """Whoever goes straight into the basement in the morning has that day's list, though there was signal only yesterday."""
    worker = visit(WORKER, reduced_motion="reduce")
    worker.expect_complaint(OFFLINE)
    page = loaded(worker)
    today = page.locator("#round-list [data-day]").inner_text()
    eventually(lambda: page.evaluate(AHEAD) not in {None, today}, within=30, what="tomorrow's package is kept")
    ahead = page.evaluate(AHEAD)
    worker.context.set_offline(True)
    page.add_init_script("{ const now = Date.now; Date.now = () => now() + 24 * 3600 * 1000; }")
    page.goto(WALK)
    page.wait_for_selector(READY)
    expect(page.locator("#round-list [data-day]")).to_have_text(ahead)
    page.locator("[data-on]").click()
    opened(page)


def test_a_phone_that_reads_no_codes_by_itself_brings_a_decoder_along(visit: Callable[..., Visitor]) -> None:
    worker = visit(WORKER, reduced_motion="reduce")
    page = loaded(worker)
    page.add_init_script("delete window.BarcodeDetector;" + CAMERA.split("\n};\n", 1)[1])
    page.reload()
    page.wait_for_selector(READY)
    code, key = page.evaluate(A_LABEL)
    page.locator("#round-list [data-scan]").click()
    page.locator("#walk-scan-file").set_input_files([picture()])
    expect(page.locator("#walk-scanner [data-scan-wrong]")).to_be_visible()
    out = io.BytesIO()
    segno.make(f"https://gongzhi.example/e/wangjiang/{code}/", error="m").save(out, kind="png", scale=8, border=4)
    page.locator("#walk-scan-file").set_input_files(
        [{"name": "label.png", "mimeType": "image/png", "buffer": out.getvalue()}]
    )
    expect(page.locator("#walk-scanner")).to_be_hidden()
    opened(page)
    assert page.url.endswith(f"#{key}")
    expect(page.locator("[data-way-words]")).to_have_text("已扫到这里的标签")


def test_two_tabs_do_not_share_what_is_half_looked_at(visit: Callable[..., Visitor]) -> None:
    worker = visit(WORKER, reduced_motion="reduce")
    one = loaded(worker)
    one.locator("[data-on]").click()
    opened(one)
    one.locator("[data-item] .round-choice[data-tone=good]").first.click()
    two = worker.context.new_page()
    two.goto(one.url)
    two.wait_for_selector(READY)
    expect(two.locator("[data-item] .round-choice[data-tone=good] input").first).to_be_checked()
    one.locator("[data-item] .round-choice[data-tone=neutral]").first.click()
    expect(one.locator("[data-taken]")).to_contain_text("已在另一个页面打开")
    fine(one)
    one.locator("#round-stop button[type=submit]").click()
    expect(one.locator("[data-taken]")).to_be_visible()
    assert one.evaluate(KEPT) == []
    two.close()


def test_large_type_and_a_browser_inside_wechat(visit: Callable[..., Visitor]) -> None:
    worker = visit(WORKER, reduced_motion="reduce")
    worker.context.add_cookies([{"name": "type", "value": "large", "url": worker.page.url}])
    page = loaded(worker)
    assert looks.violations(page) == []
    assert looks.sticks_out(page) == []
    page.locator("[data-on]").click()
    opened(page)
    assert looks.violations(page) == []
    assert looks.sticks_out(page) == []
    small = page.evaluate(
        "() => [...document.querySelectorAll('.round-choice, #round-stop .actions .button')]"
        ".filter((one) => one.offsetParent && one.getBoundingClientRect().height < 48).length"
    )
    assert small == 0
    wechat = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/8.0.50"
    inside = visit(WORKER, reduced_motion="reduce", user_agent=wechat)
    inside.open(WALK)
    expect(inside.page.locator("#walk-elsewhere")).to_contain_text("Safari")


def test_the_manifest_and_what_the_desktop_shows(visit: Callable[..., Visitor]) -> None:
    manager = visit(MANAGER, device="desktop", standing="物业", reduced_motion="reduce")
    page = loaded(manager)
    looks.all_at_once(page, 1280)
    assert looks.violations(page) == []
    told = page.evaluate(
        "async () => { const link = document.querySelector('link[rel=manifest]');"
        " const body = await (await fetch(link.href)).json();"
        " const icons = await Promise.all(body.icons.map(async (one) => (await fetch(one.src)).status));"
        " return [body.start_url, body.scope, body.display, icons] }"
    )
    assert told == [WALK, WALK, "standalone", [200, 200]]


def test_what_waits_is_sent_before_somebody_leaves(portal: Portal, visit: Callable[..., Visitor]) -> None:
    worker = visit(WORKER, reduced_motion="reduce")
    worker.expect_complaint(f"{OFFLINE}|ERR_CONNECTION_REFUSED")
    page = loaded(worker)
    page.locator("[data-on]").click()
    opened(page)
    worker.context.set_offline(True)
    fine(page)
    save(page)
    expect(page.locator(QUEUE)).to_have_text("待上传 1 条")
    before = counted(portal)
    page.goto("about:blank")
    worker.context.set_offline(False)
    # Where it cannot be sent, nobody leaves without knowing, and nothing goes.
    worker.context.route("**/api/v1/rounds/**", lambda route: route.abort("connectionrefused"))
    worker.open("/accounts/me/")
    worker.button("退出登录").click()
    dialog = page.locator("#leave")
    expect(dialog).to_contain_text("还有 1 条记录没有上传")
    assert looks.violations(page) == []
    worker.button("先不退出", dialog).click()
    expect(dialog).to_be_hidden()
    assert counted(portal) == before
    worker.context.unroute("**/api/v1/rounds/**")
    worker.button("退出登录").click()
    page.wait_for_url(lambda address: "/accounts/me/" not in address)
    assert counted(portal) == before + 1
    left = page.evaluate(
        """() => new Promise((resolve) => {
          const asked = indexedDB.open("gongzhi-rounds-day");
          asked.onsuccess = () => {
            const rows = asked.result.transaction("kept").objectStore("kept").getAllKeys();
            rows.onsuccess = () => { asked.result.close(); resolve(rows.result.filter((one) => !one.startsWith("draft|"))); };
          };
        })"""
    )
    assert left == []


# --- a killed process --------------------------------------------------------------------------------------------------------
def _kill(folder: Path) -> None:
    """Every process of the Chromium that keeps its profile here, at once, as the phone's system does."""
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and str(folder) in (entry / "cmdline").read_bytes().decode(errors="replace"):
                os.kill(int(entry.name), signal.SIGKILL)
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue


def _opens(page: Page) -> bool:
    try:
        page.goto(WALK)
    except Error:
        return False
    return True


def _cold(page: Page) -> None:
    """Open the page without signal. A busy machine may start the worker too late for the first try, as a busy phone does."""
    eventually(partial(_opens, page), within=60, what="the page opens without signal")
    page.wait_for_selector(READY)


def test_a_process_that_dies_loses_nothing(portal: Portal, browser: Any, tmp_path: Path) -> None:
    """Killed by SIGKILL after each step, five times; then everything is sent."""
    before = counted(portal)

    def start() -> BrowserContext:
        context: BrowserContext = browser.browser_type.launch_persistent_context(
            str(tmp_path / "profile"), executable_path=chromium(), args=FLAGS, base_url=portal.address, locale="zh-CN",
            timezone_id="Asia/Shanghai", **PHONE,
        )  # fmt: skip
        context.set_default_timeout(PATIENCE)
        return context

    context = start()
    worker = Visitor(context, context.pages[0])
    worker.sign_in(WORKER)
    loaded(worker)
    # Chromium writes down what its caches hold some seconds later; a walk begins after that.
    caches = tmp_path / "profile/Default/Service Worker/CacheStorage"
    eventually(lambda: len(list(caches.rglob("index.txt"))) > 0, within=60, what="the caches are on the disk")
    saved = 0
    ids: list[str] = []
    for n in range(5):
        page = worker.page
        context.set_offline(True)
        page.evaluate("() => { location.hash = '' }")
        page.locator("[data-on]").click()
        opened(page)
        if n % 2:
            bad, passed = asked_about(page)
            saved += passed
            ids = [one["id"] for one in page.evaluate(KEPT)]
            look_at_all(page)
            bad.locator(WRONG).click()
            bad.locator("input[type=file]").set_input_files([picture(f"#{n}{n}2233")])
            expect(bad.locator("[data-photo-kept]")).to_have_text("照片已存在手机里")
        else:
            fine(page)
            save(page)
            saved += 1
            expect(page.locator(QUEUE)).to_have_text(f"待上传 {saved} 条")
            ids = [one["id"] for one in page.evaluate(KEPT)]
        _kill(tmp_path / "profile")
        context = start()
        worker = Visitor(context, context.pages[0])
        context.set_offline(True)
        _cold(worker.page)
        assert sorted(one["id"] for one in worker.page.evaluate(KEPT)) == sorted(ids)
        if n % 2:  # what was half looked at is there, with its photo
            worker.page.locator("[data-on]").click()
            expect(worker.page.locator(".round-pictures img")).to_have_count(1)
            fine(worker.page)
            save(worker.page)
            saved += 1
            ids = [one["id"] for one in worker.page.evaluate(KEPT)]
    # Cookies that were not on the disk yet died with the process: the page says so, and whoever signs in again sends it all.
    context.set_offline(False)
    worker.sign_in(WORKER, onward=WALK)
    expect(worker.page.locator(QUEUE)).to_have_text("全部已送达", timeout=PATIENCE)
    assert counted(portal) == before + saved
    context.close()


# --- a bad line ---------------------------------------------------------------------------------------------------------------
# Three answers with two photos each, at places of the first package: after a hundred runs nothing is left to be walked.
PACK = """async () => (await Rounds.of(document.getElementById("walk").dataset).packaged()).package"""
GIVE = """async ([seed, pack]) => {
  const say = document.getElementById("walk").dataset;
  const ids = [];
  for (let n = 0; n < 3; n += 1) {
    const stop = pack.stops[(seed * 3 + n) % pack.stops.length];
    const photos = [];
    for (let slot = 0; slot < 2; slot += 1) {
      const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 48 });
      const brush = canvas.getContext("2d");
      for (let x = 0; x < 8; x += 1) {
        brush.fillStyle = `rgb(${crypto.getRandomValues(new Uint8Array(3)).join(",")})`;
        brush.fillRect(x * 8, 0, 8, 48);
      }
      const bytes = await (await new Promise((made) => canvas.toBlob(made, "image/jpeg", 0.9))).arrayBuffer();
      photos.push({ slot, sha256: await Offline.hash(bytes), bytes, type: "image/jpeg" });
    }
    const id = Offline.newId();
    const results = (pack.forms[stop.form] || []).filter((item) => item.type === "ok")
      .map((item) => ({ item: item.key, value: "ok" }));
    const body = JSON.stringify({
      kind: "point", walk: Offline.newId(), order: n + 1, seconds: n * 60, package: pack.version, rounds: stop.rounds,
      way: "list", label: "", place: null, results, note: "", device_at: new Date().toISOString(),
      photos: photos.map(({ slot, sha256, bytes }) => ({ slot, sha256, bytes: bytes.byteLength })),
    });
    await Rounds.queue.save({
      id, person: say.person, standing: say.standing, task: `test-${id}`, place: stop.name, at: Date.now(),
      state: "queued", tries: 0, address: `${say.api}${id}/`, body, photos,
    });
    ids.push(id);
  }
  return ids;
}"""
SEND = """() => { window.dispatchEvent(new Event("online")) }"""


def _sent(page: Page) -> bool:
    page.evaluate(SEND)
    return page.evaluate(KEPT) == []  # type: ignore[no-any-return]


class Handset:
    """A phone with a profile on its disk: its browser can be killed, and begins again from what that disk has."""

    def __init__(self, browser: Any, folder: Path, address: str) -> None:
        self._browser, self._folder, self._address = browser, folder, address
        self.context = self._started()

    def _started(self) -> BrowserContext:
        context: BrowserContext = self._browser.browser_type.launch_persistent_context(
            str(self._folder), executable_path=chromium(), args=FLAGS, base_url=self._address, locale="zh-CN",
            timezone_id="Asia/Shanghai", reduced_motion="reduce", **PHONE,
        )  # fmt: skip
        context.set_default_timeout(PATIENCE)
        return context

    def killed(self) -> Page:
        """SIGKILL for every process of it, and the page again. The session goes on: what is asked about is the queue."""
        cookies: Any = self.context.cookies()
        _kill(self._folder)
        self.context = self._started()
        self.context.add_cookies(cookies)
        return self.opened()

    def opened(self) -> Page:
        """The page in a tab of its own; tabs before it go."""
        page = self.context.new_page()
        for other in self.context.pages[:-1]:
            other.close()
        page.goto(WALK)
        page.wait_for_selector(READY)
        return page


def test_whatever_a_bad_line_does_nothing_is_lost_and_nothing_counts_twice(
    portal: Portal, browser: Any, tmp_path: Path
) -> None:
    """ROUNDS_RUNS=500 for the whole proof. Each run is three answers of two photos, saved in airplane mode and sent over a line
    that cuts, halves, delays, repeats and shuffles; meanwhile the page goes, or the browser is killed: before it sends or while
    it does.
    """
    with line_to(portal, "/api/v1/rounds/") as (address, line):
        phone = Handset(browser, tmp_path / "profile", address)
        worker = Visitor(phone.context, phone.context.pages[0])
        worker.sign_in(WORKER)
        page = loaded(worker)
        pack = page.evaluate(PACK)
        given: list[str] = []
        for run in range(RUNS):
            line.seed, line.bad = run, True
            phone.context.set_offline(True)
            given += page.evaluate(GIVE, [run, pack])
            if run % 8 == KILLED_SAVED:
                page = phone.killed()
            phone.context.set_offline(False)
            page.evaluate(SEND)
            if run % 4 == CLOSED:  # the page goes while it sends
                page = phone.opened()
            elif run % 8 == KILLED_SENDING:
                page.wait_for_timeout(run % 16 * 20)
                page = phone.killed()
            for _n in range(6):
                page.evaluate(SEND)
                page.wait_for_timeout(60)
            line.bad = False
            eventually(partial(_sent, page), within=60, what=f"run {run} is sent")
        rows = portal.rows(
            "SELECT a.client_id::text, a.state, count(p.id) FILTER (WHERE p.file_id IS NOT NULL)"
            " FROM rounds_answer a JOIN rounds_photo p ON p.answer_id = a.id"
            " WHERE a.client_id = ANY (%s::uuid[]) GROUP BY a.id",
            given,
        )
        assert sorted(rows) == sorted((one, "counted", 2) for one in given)
        assert len(given) == 3 * RUNS
        conflicts = (
            "SELECT count(*) FROM rounds_conflict c JOIN rounds_answer a ON a.id = c.answer_id"
            " WHERE a.client_id = ANY (%s::uuid[])"
        )
        assert portal.value(conflicts, given) == 0
        assert len(line.seen) == len(WAYS)
        phone.context.close()


def test_an_answer_that_is_never_taken_is_set_aside_and_can_be_exported(
    portal: Portal, visit: Callable[..., Visitor]
) -> None:
    worker = visit(WORKER, reduced_motion="reduce")
    worker.expect_complaint("status of 40[0-9]|status of 422")
    page = loaded(worker)
    page.evaluate(
        """async () => {
      const say = document.getElementById("walk").dataset;
      const id = Offline.newId();
      await Rounds.queue.save({
        id, person: say.person, standing: say.standing, task: "none", place: "某处", at: Date.now(), state: "queued",
        tries: 0, address: `${say.api}${id}/`, body: "{}", photos: [],
      });
    }"""
    )
    page.evaluate(SEND)
    expect(page.locator("#walk-queue li")).to_contain_text("没有收下")
    with page.expect_download() as waiting:
        worker.button("导出").click()
    saved = json.loads(Path(waiting.value.path()).read_text())
    assert saved["body"] == {}
    worker.button("删除").click()
    expect(page.locator("#walk-queue li")).to_have_count(0)
    assert page.evaluate(KEPT) == []
