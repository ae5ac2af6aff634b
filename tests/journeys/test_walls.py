"""Papers on walls: a worker without signal, a browser that is killed, a list that is sent twice, other bytes under one id."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.frontdoor.waiting import eventually
from tests.journeys import looks
from tests.journeys.conftest import PATIENCE
from tests.journeys.people import Visitor, picture
from tests.journeys.server import Portal
from tests.journeys.test_notices import clean

pytestmark = pytest.mark.journey
C = "/c/wangjiang"
WALK = f"{C}/posting/walk/"
WORKER, MANAGER = "马长根", "朱俊杰"
OFFLINE = "ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to fetch"
# What is kept on the phone.
KEPT = """() => new Promise((resolve) => {
  const asked = indexedDB.open("gongzhi-posting", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("answers", { keyPath: "id" });
  asked.onsuccess = () => {
    const all = asked.result.transaction("answers").objectStore("answers").getAll();
    all.onsuccess = () => {
      asked.result.close();
      resolve(all.result.map((row) => ({ id: row.id, body: row.body, state: row.state })));
    };
  };
})"""


def answers(portal: Portal) -> int:
    """How many count."""
    return int(portal.value("SELECT count(*) FROM posting_answer WHERE state = 'counted'"))


def put_up(page: Page, n: int, colour: str) -> str:
    """Photograph the first task that is not done, and say so; returns its number."""
    number = page.locator("details.walk-task:not([data-kept])").first.get_attribute("data-task")
    assert number is not None
    one = page.locator(f'details.walk-task[data-task="{number}"]')
    if one.get_attribute("open") is None:
        one.locator(":scope > summary").click()
    if one.locator("input[type=radio]").count():
        one.locator("input[type=radio]").first.check()
    one.locator("input[type=file]").set_input_files([picture(colour)])
    expect(one.locator("[data-preview]")).to_be_visible()
    one.locator("button[type=submit]").click()
    expect(one.locator("[data-state]")).to_have_text("待上传")
    expect(page.locator("#walk-queue [data-words]")).to_have_text(f"待上传 {n} 条")
    return number


def test_a_label_without_signal_opens_its_point(portal: Portal, visit: Callable[..., Visitor]) -> None:
    worker = visit(WORKER, reduced_motion="reduce")
    worker.expect_complaint(OFFLINE)
    worker.open(WALK)
    page = worker.page
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    eventually(
        lambda: page.evaluate("(p) => caches.match(p).then(Boolean)", WALK), within=20, what="the list on the phone"
    )
    point = page.locator("article.walk-point").last
    code = point.get_attribute("data-label")
    worker.context.set_offline(True)
    page.goto(f"{C}/posting/p/{code}/")
    found = page.locator(f'article[data-label="{code}"]')
    expect(found.locator("details.walk-task[open]")).to_have_count(1)
    expect(found.locator("[name=label]").first).to_have_value(code or "")


CAMERA = """
window.BarcodeDetector = class {
  static async getSupportedFormats() { return ['qr_code']; }
  async detect() { return window.seen ? [{ rawValue: window.seen }] : []; }
};
navigator.mediaDevices.getUserMedia = async () => {
  const canvas = document.createElement('canvas');
  const stream = canvas.captureStream();
  const brush = canvas.getContext('2d');
  setInterval(() => brush.fillRect(0, 0, 9, 9), 50);
  return stream;
};
"""


def test_a_label_is_scanned_or_typed_on_the_list(visit: Callable[..., Visitor]) -> None:
    worker = visit(WORKER, reduced_motion="reduce")
    page = worker.page
    worker.open(WALK)
    last = page.locator("article.walk-point").last
    code = last.get_attribute("data-label") or ""
    # A browser that reads no codes by itself has fetched a decoder; typing is always there.
    expect(page.locator("#walk-code")).to_be_visible()
    expect(page.locator("#walk-scan")).to_be_visible()
    page.locator("#walk-code-label").fill(f"{code[:3]} {code[3:]}".lower())
    page.locator("#walk-code button").click()
    expect(last.locator("[name=label]").first).to_have_value(code)
    assert page.url.endswith(WALK)
    page.add_init_script(CAMERA)
    page.reload()
    first = page.locator("article.walk-point").first
    seen = first.get_attribute("data-label") or ""
    worker.button("扫标签").click()
    dialog = page.locator("#walk-scanner")
    expect(dialog).to_be_visible()
    assert looks.violations(page) == []
    page.evaluate("(address) => { window.seen = address }", f"https://gongzhi.example{C}/posting/p/{seen}/")
    expect(dialog).to_be_hidden()
    expect(first.locator("[name=label]").first).to_have_value(seen)
    assert page.evaluate("() => document.querySelector('#walk-scanner video').srcObject") is None
    # A camera that is not allowed says so, and the code can still be typed.
    page.evaluate(
        "() => { window.seen = ''; navigator.mediaDevices.getUserMedia = async () => { throw new Error('no'); } }"
    )
    worker.button("扫标签").click()
    expect(dialog.locator("[data-scan-wrong]")).to_be_visible()
    dialog.get_by_role("button", name="取消").click()
    expect(dialog).to_be_hidden()


def test_three_points_in_airplane_mode_and_a_killed_browser(portal: Portal, visit: Callable[..., Visitor]) -> None:
    before = answers(portal)
    worker = visit(WORKER, reduced_motion="reduce")
    worker.expect_complaint(OFFLINE)
    worker.open(WALK)
    page = worker.page
    expect(page.locator("#walk-queue [data-words]")).to_have_text("没有待上传的记录")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    eventually(
        lambda: page.evaluate("(p) => caches.match(p).then(Boolean)", WALK), within=20, what="the list on the phone"
    )
    worker.context.set_offline(True)
    page.reload()
    first = put_up(page, 1, "#101010")
    put_up(page, 2, "#202020")
    # The browser goes in the middle; what was saved is there when it comes back, still without signal.
    page.close()
    page = worker.page = worker.context.new_page()
    page.goto(WALK)
    expect(page.locator("#walk-queue [data-words]")).to_have_text("待上传 2 条")
    expect(page.locator(f'[data-task="{first}"] [data-state]')).to_have_text("待上传")
    put_up(page, 3, "#303030")
    assert len(page.evaluate(KEPT)) == 3
    assert answers(portal) == before
    looks.all_at_once(page, 360)
    assert looks.violations(page) == []
    assert looks.sticks_out(page) == []
    worker.context.set_offline(False)
    expect(page.locator("#walk-queue [data-words]")).to_have_text("全部已送达", timeout=PATIENCE)
    assert page.evaluate(KEPT) == []
    assert answers(portal) == before + 3
    photos = "SELECT count(*) FROM posting_photo p JOIN posting_answer a ON a.id = p.answer_id WHERE p.file_id IS NULL"
    assert portal.value(photos) == 0
    desk = visit(MANAGER, device="desktop", standing="物业", reduced_motion="reduce")
    desk.open(f"{C}/posting/")
    looks.all_at_once(desk.page, 1280)
    assert looks.violations(desk.page) == []
    ref = portal.value(
        "SELECT n.ref FROM notices_notice n JOIN posting_task t ON t.notice_id = n.id WHERE t.id = %s", int(first)
    )
    desk.open(f"{C}/posting/notices/{ref}/")
    for more in desk.page.locator(".wall details > summary").all():
        more.click()
    expect(desk.page.locator(".wall")).to_contain_text(WORKER)


def test_a_double_send_is_one_and_other_bytes_are_kept(portal: Portal, visit: Callable[..., Visitor]) -> None:
    worker = visit(WORKER, reduced_motion="reduce")
    worker.expect_complaint(f"{OFFLINE}|status of 409")
    worker.open(WALK)
    page = worker.page
    before = answers(portal)
    worker.context.set_offline(True)
    put_up(page, 1, "#404040")
    kept = page.evaluate(KEPT)[0]
    worker.context.set_offline(False)
    page.evaluate("() => { window.dispatchEvent(new Event('online')); window.dispatchEvent(new Event('online')); }")
    expect(page.locator("#walk-queue [data-words]")).to_have_text("全部已送达")
    assert answers(portal) == before + 1
    send = """([address, body, standing, token]) => fetch(address, { method: "PUT", body, headers: {
      "Content-Type": "application/json", "X-CSRFToken": token, "X-Standing": standing } }).then((a) => a.status)"""
    walk = page.locator("#walk")
    address = f"{walk.get_attribute('data-api')}{kept['id']}/"
    common = [walk.get_attribute("data-standing"), walk.get_attribute("data-token")]
    assert page.evaluate(send, [address, kept["body"], *common]) == 200
    other = json.dumps({**json.loads(kept["body"]), "note": "另一份"})
    assert page.evaluate(send, [address, other, *common]) == 409
    assert answers(portal) == before + 1
    assert portal.value("SELECT count(*) FROM posting_conflict WHERE body->>'note' = '另一份'") == 1
    ref = portal.value(
        "SELECT n.ref FROM notices_notice n JOIN posting_answer a ON a.notice_id = n.id WHERE a.client_id = %s",
        kept["id"],
    )
    manager = visit(MANAGER, device="desktop", standing="物业", reduced_motion="reduce")
    manager.open(f"{C}/posting/notices/{ref}/")
    expect(manager.page.locator("main")).to_contain_text("同一条记录来了两份")
    expect(manager.page.locator("main")).to_contain_text("另一份")
    looks.all_at_once(manager.page, 1280)
    assert looks.violations(manager.page) == []
    manager.button("看过了").click()
    expect(manager.page.locator("main")).to_contain_text("看过")


def test_a_point_from_its_making_to_its_end(visit: Callable[..., Visitor]) -> None:
    manager = visit(MANAGER, device="desktop", standing="物业", reduced_motion="reduce")
    manager.open(f"{C}/posting/points/")
    page = manager.page
    page.get_by_label("名称").fill("快递柜旁")
    page.get_by_label("具体位置").fill("北门")
    manager.button("添加").click()
    expect(page.locator(".messages")).to_contain_text("张贴点已添加")
    page.get_by_role("link", name="看 北门 快递柜旁", exact=True).click()
    expect(page.locator("h1")).to_have_text("北门 快递柜旁")
    clean(manager)
    manager.open(page.url)  # whatever was opened to be looked at is closed again
    page.locator("summary", has_text="换新标签").click()
    page.get_by_label("为什么换").fill("被雨淋坏了")
    manager.button("换新标签").click()
    expect(page.locator(".messages")).to_contain_text("已换新标签")
    page.locator("summary", has_text="停用").click()
    page.get_by_label("停用原因").fill("快递柜拆了")
    manager.button("停用").click()
    expect(page.locator("main")).to_contain_text("停用：快递柜拆了")
    clean(manager)
    manager.open(f"{C}/posting/")
    page.locator(".row-link").first.click()
    expect(page.locator("h1")).to_be_visible()
    clean(manager)
