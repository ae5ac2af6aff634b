"""A compound goes from one firm to the next: lists, signatures on phones, the sheet; and a worker who was too late."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys import looks
from tests.journeys.people import Visitor
from tests.journeys.server import Portal

pytestmark = pytest.mark.journey
C = "/c/nanyuan"
OFFICER, MANAGER, CHAIR, NEXT, WORKER = "程月娥", "朱俊杰", "黄玉兰", "孙伟民", "金永康"
LISTS = ("case", "key", "device", "paper", "money", "people")


def clean(visitor: Visitor) -> None:
    """Nothing on the page is in anybody's way, on a desktop and on a phone; nor in 长者模式."""
    page = visitor.page
    page.wait_for_load_state()
    for width, large in ((1280, False), (360, False), (360, True)):
        page.evaluate("(large) => { document.documentElement.dataset.type = large ? 'large' : 'normal' }", large)
        page.set_viewport_size({"width": width, "height": 800})
        looks.all_at_once(page, width)
        assert looks.violations(page) == [], page.url
        assert not large or looks.small_type(page) == [], page.url
        assert looks.sticks_out(page) == [], page.url
    page.evaluate("() => { document.documentElement.dataset.type = 'normal' }")
    page.set_viewport_size({"width": 360, "height": 780})


def draw(visitor: Visitor) -> None:
    """Write something with a finger on the pad of the page."""
    pad = visitor.page.locator("form[data-sign] canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    mouse = visitor.page.mouse
    mouse.move(box["x"] + 40, box["y"] + 30)
    mouse.down()
    mouse.move(box["x"] + 160, box["y"] + 80, steps=6)
    mouse.move(box["x"] + 90, box["y"] + 90, steps=4)
    mouse.up()


def enter(visitor: Visitor) -> str:
    """From the overview into the handover that is under way; returns its address."""
    visitor.open(f"{C}/handover/")
    visitor.page.locator("#handovers .row-link", has_text="永康市和顺物业服务有限公司").click()
    expect(visitor.page.locator("h1")).to_have_text("永康市和顺物业服务有限公司的交接")
    return visitor.page.url


def sign(visitor: Visitor, role: str, button: str = "签字", **fields: str) -> None:
    """From the handover's page to the pad of one side, and back with a signature."""
    visitor.page.locator(f'a[href$="/sign/{role}/"]').click()
    expect(visitor.page.locator("form[data-sign] canvas")).to_be_visible()
    for name, text in fields.items():
        visitor.page.locator(f"form[data-sign] [name={name}]").fill(text)
    draw(visitor)
    visitor.button(button).click()
    expect(visitor.page.locator("main")).to_contain_text("已签字。")


def fill(manager: Visitor, address: str) -> None:
    """The firm that leaves adds rows, by hand and by pasting."""
    manager.open(f"{address}lists/key/")
    clean(manager)
    manager.page.get_by_role("link", name="添加").click()
    clean(manager)
    manager.page.locator("#row_title").fill("䶮园 7 幢电表箱")
    manager.page.locator("#row_quantity").fill("3")
    manager.button("加上，再加下一项").click()
    expect(manager.page.locator("main")).to_contain_text("已加 1 行。")
    manager.page.locator("details summary", has_text="粘贴多行").click()
    manager.page.locator("#paste_rows").fill("名称,数量,位置\n北门岗亭,两,岗亭\n垃圾房,1,门卫室")
    manager.button("加上这些行").click()
    expect(manager.page.locator(".handover-bad")).to_contain_text("数量“两”不是整数")
    clean(manager)
    manager.page.locator("#paste_rows").fill("名称,数量,位置\n北门岗亭,2,岗亭\n垃圾房,1,门卫室")
    manager.button("加上这些行").click()
    expect(manager.page.locator("main")).to_contain_text("已加 2 行。")


def judge(officer: Visitor, address: str) -> None:
    """The community looks at every row of every list, objects to one, and settles the lists."""
    expect(officer.page.locator("main")).to_contain_text("核对完才能定稿")
    officer.open(f"{address}lists/key/")
    row = officer.page.locator(".handover-rows > li", has_text="䶮园 7 幢电表箱")
    row.get_by_role("link", name="照片和详情").click()
    clean(officer)
    officer.page.get_by_label("有异议").check()
    officer.page.locator("#judge_note").fill("三把里有一把打不开")
    officer.button("记下").click()
    expect(row).to_contain_text("有异议")
    for kind in LISTS:
        officer.open(f"{address}lists/{kind}/")
        if kind in {"case", "device"}:
            clean(officer)
        officer.button("没选的都算已交").click()
        expect(officer.page.locator("main")).to_contain_text("已记下")
    officer.open(address)
    officer.button("核对完毕，定稿").click()
    expect(officer.page.locator("main")).to_contain_text("已定稿，请各方签字。")


def test_four_sides_sign_what_was_looked_at(visit: Callable[..., Visitor]) -> None:
    manager = visit(MANAGER, standing="物业", reduced_motion="reduce")
    manager.expect_complaint("status of 422")
    address = enter(manager)
    clean(manager)
    fill(manager, address)
    officer = visit(OFFICER, reduced_motion="reduce")
    enter(officer)
    judge(officer, address)

    manager.open(address)
    expect(manager.page.locator("#handover")).to_contain_text("等您签字。")
    sign(manager, "outgoing", words="钥匙已当面点清")

    chair = visit(CHAIR, standing="业主委员会", reduced_motion="reduce")
    enter(chair)
    sign(chair, "committee")
    expect(officer.page.locator("#handover")).to_contain_text("等新物业签字。")  # by itself

    # The next firm sees nothing of the compound before its first day: the community holds out its own phone.
    officer.open(address)
    officer.page.locator('a[href$="/sign/incoming/"]').click()
    expect(officer.page.locator("main")).to_contain_text("请把手机递给新物业的人")
    clean(officer)
    officer.page.go_back()
    sign(officer, "incoming", name=NEXT, post="项目经理")
    expect(officer.page.locator(".handover-signs")).to_contain_text("的手机上")
    sign(officer, "community", "见证签字，完成交接")
    expect(officer.page.locator(".page-head")).to_contain_text("已完成")
    clean(officer)
    chair.open(address)
    expect(chair.page.locator(".handover-signs img")).to_have_count(4)
    pack = chair.page.locator("section", has=chair.page.locator("#packs-title"))
    pack.locator("a.row-link").click()
    expect(chair.page.locator("main a[download], main a[href$='.pdf'], main a[href*='/files/']").first).to_be_visible()


def test_what_comes_after_the_last_day_is_kept_and_taken_over(portal: Portal, visit: Callable[..., Visitor]) -> None:
    ref = portal.value("SELECT ref FROM repairs_request WHERE words LIKE %s", "垃圾房污水流到路上%")
    worker = visit(WORKER, reduced_motion="reduce")
    worker.expect_complaint("status of (409|404)")
    worker.open(f"{C}/repairs/{ref}/")
    remark = worker.page.locator("form.say-shared")
    remark.locator("textarea").fill("管道已疏通，明天再来冲洗")
    old, new = portal.rows(
        "SELECT c.id, o.name FROM parties_contract c JOIN tenancy_compound k ON k.id = c.compound_id "
        "JOIN parties_organisation o ON o.id = c.company_id WHERE k.code = 'nanyuan' ORDER BY c.starts"
    )
    portal.rows("UPDATE parties_contract SET ends = current_date - 2 WHERE id = %s", old[0])
    portal.rows("UPDATE parties_contract SET starts = current_date - 1 WHERE id = %s", new[0])
    worker.press(remark)
    expect(worker.page.locator("main")).to_contain_text("没有丢")
    clean(worker)

    following = visit(NEXT, reduced_motion="reduce")
    following.open(f"{C}/handover/")
    following.page.get_by_role("link", name=re.compile("条原物业迟到的记录")).click()
    expect(following.page.locator("main")).to_contain_text("管道已疏通，明天再来冲洗")
    clean(following)
    following.button("接收，放进这件报修").click()
    expect(following.page.locator("main")).to_contain_text("已接收")
