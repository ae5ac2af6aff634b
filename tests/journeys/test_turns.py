"""The turns that a request can take: two workers at once, not repaired after all, not ours, and the sheet on paper."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys import looks
from tests.journeys.people import Visitor
from tests.journeys.server import Portal

pytestmark = pytest.mark.journey


def ref_of(portal: Portal, words: str) -> str:
    """The request of the demonstration that begins with these words."""
    return str(portal.value("SELECT ref FROM repairs_request WHERE words LIKE %s", f"{words}%"))


def test_two_workers_claim_one_request(portal: Portal, visit: Callable[..., Visitor]) -> None:
    ref = visit("赵金花").file("wangjiang", category="其他", words="两位师傅抢单", place="公共区域", where="5幢门厅")
    names = ("王建国", "马长根")
    workers = [visit(name) for name in names]
    forms = f'form[action$="/{ref}/claim/"]'
    for worker in workers:
        worker.expect_complaint("status of 409")
        worker.open("/c/wangjiang/today/")
        expect(worker.page.locator(forms)).to_have_count(1)
    for worker in workers:  # neither waits for the other's answer
        worker.page.evaluate("(form) => { document.querySelector(form).requestSubmit(); }", forms)
    for worker in workers:
        expect(worker.page.locator(forms)).to_have_count(0)
    holder = portal.value(
        "SELECT p.name FROM repairs_request r JOIN accounts_person p ON p.id = r.worker_id WHERE ref = %s", ref
    )
    assert holder in names
    slower = workers[1 - names.index(holder)]
    expect(slower.page.locator("main")).to_contain_text(f"已由{holder}接单")
    assert (
        portal.value(
            "SELECT count(*) FROM repairs_event WHERE action = 'claim' AND request_id = "
            "(SELECT id FROM repairs_request WHERE ref = %s)",
            ref,
        )
        == 1
    )


def test_not_repaired_after_all(portal: Portal, visit: Callable[..., Visitor]) -> None:
    ref = ref_of(portal, "水表后面渗水")
    resident = visit("叶长根")
    resident.open(f"/c/nanyuan/repairs/{ref}/")
    resident.expect_state("待确认")
    manager = visit("朱俊杰", device="desktop", standing="物业")
    manager.open("/c/nanyuan/board/")
    form = resident.unfold("reopen")
    form.locator("textarea").fill("还在渗,桶接着")
    resident.press(form)
    resident.expect_state("已受理")
    expect(resident.page.locator("[data-renew=head]")).to_contain_text("重开 1 次")
    expect(manager.page.locator(f"#job-{ref} .job-marks")).to_contain_text("重开")


def test_not_ours_and_contested(portal: Portal, visit: Callable[..., Visitor]) -> None:
    ref = ref_of(portal, "卫生间顶上滴水")
    resident = visit("林佩云")
    resident.open(f"/c/ziwei/repairs/{ref}/")
    at_home = visit("林佩云")  # the same person has the list open on another device
    at_home.open("/c/ziwei/repairs/")
    row = at_home.page.locator("#own .row", has=at_home.page.locator(f'a[href$="/{ref}/"]'))
    expect(row).not_to_contain_text("已退回")
    inbox = visit("林佩云")
    inbox.open("/messages/")
    told = inbox.page.locator("#inbox .row.unread", has_text="楼上业主家中管道")
    expect(told).to_have_count(0)
    manager = visit("孙伟民", device="desktop")
    manager.open(f"/c/ziwei/repairs/{ref}/")
    form = manager.unfold("return")
    form.get_by_label("退回原因").fill("属于楼上业主家中管道")
    form.get_by_label("应由谁处理").fill("楼上业主")
    manager.press(form)
    manager.expect_state("已退回")
    resident.expect_state("已退回")
    expect(row).to_contain_text("已退回")
    expect(told).to_have_count(1)
    elsewhere = inbox.context.new_page()
    elsewhere.goto("/messages/")
    elsewhere.get_by_role("button", name="全部标为已读").click()  # read on one page is read on the other
    expect(inbox.page.locator("#inbox .row.unread")).to_have_count(0)
    expect(resident.page.locator("main")).to_contain_text("属于楼上业主家中管道")
    form = resident.unfold("contest")
    form.locator("textarea").fill("楼上查过了,不是他家")
    resident.press(form)
    resident.expect_state("已提交")
    manager.expect_state("已提交")
    expect(manager.page.locator("[data-renew=line]")).to_contain_text("楼上查过了")


def test_a_resident_takes_it_back(visit: Callable[..., Visitor]) -> None:
    resident = visit("赵金花")
    resident.file("wangjiang", category="噪音", words="隔壁装修已经停了", place="我家")
    resident.press(resident.unfold("withdraw"))
    resident.button("撤回", resident.page.locator("dialog")).click()
    resident.expect_state("已撤回")


def test_the_work_slip_and_its_check_page(portal: Portal, visit: Callable[..., Visitor]) -> None:
    manager = visit("朱俊杰", device="desktop", standing="物业")
    manager.open(f"/c/wangjiang/repairs/{ref_of(portal, '阳台落水管')}/")
    manager.button("打印报修工单").click()
    manager.page.wait_for_url("**/documents/**")
    link = manager.page.get_by_role("link", name="下载 PDF", exact=True)
    expect(link).to_be_visible()
    assert looks.violations(manager.page) == []
    with manager.page.expect_download() as coming:
        link.click()
    sheet = coming.value.path()
    assert sheet.read_bytes().startswith(b"%PDF-")
    code = manager.page.locator("#document-state dd a").get_attribute("href") or ""

    stranger = visit()
    stranger.open(code)
    expect(stranger.page.locator("main")).to_contain_text(re.compile("真实.且为最新"))
    assert looks.violations(stranger.page) == []
    stranger.page.locator("input[type=file]").set_input_files(sheet)
    stranger.button("比对").click()
    expect(stranger.page.locator("main")).to_contain_text(re.compile("一致.这就是当时出具的文件"))
    changed = {"name": "changed.pdf", "mimeType": "application/pdf", "buffer": sheet.read_bytes() + b"\n"}
    stranger.page.locator("input[type=file]").set_input_files([changed])
    stranger.button("比对").click()
    expect(stranger.page.locator("main")).to_contain_text("不一致")


def test_a_look_at_the_number_is_on_record(portal: Portal, visit: Callable[..., Visitor]) -> None:
    manager = visit("孙伟民", device="desktop")
    ref = ref_of(portal, "水泵夜里一直响")
    manager.open(f"/c/ziwei/repairs/{ref}/")
    contact = manager.page.locator("#contact")
    expect(contact).to_contain_text(re.compile(r"199\*{4}\d{4}"))
    manager.button("显示完整号码", contact).click()
    expect(contact.get_by_role("link")).to_contain_text(re.compile(r"1990579\d{4}"))
    assert portal.value("SELECT count(*) FROM audit_entry WHERE verb LIKE '%%reveal%%'") >= 1
