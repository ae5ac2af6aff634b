"""What few elections come to: equals are voted on again, empty seats too, whom a by-election elected sits, and a
company's nominee brings the authority. On both sizes, in large type."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import Locator, expect

from tests.journeys.conftest import started
from tests.journeys.people import Visitor, picture
from tests.journeys.server import Portal
from tests.journeys.staged import staged
from tests.journeys.test_notices import OFFICER, C, clean

pytestmark = pytest.mark.journey
RESIDENT = "张秀英"
REVIEWER, ELECTION = "应文斌", "紫微星苑第三届业主委员会选举"
SHOP, COMPANY = "1幢1单元商铺1", "永康市安居置业有限公司"
LATER = 60
PHOTO: Any = [picture()]
PDF: Any = [{"name": "授权.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n1 0 obj\n"}]
LETTER: Any = [{"name": "授权.docx", "mimeType": "application/octet-stream", "buffer": b"PK\x03\x04 nothing"}]


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> Iterator[Portal]:
    """One of its own: three elections beside those of the demonstration."""
    with started(tmp_path_factory, shared) as portal:
        yield portal


@pytest.fixture(scope="module")
def polls(portal: Portal) -> dict[str, str]:
    """The three elections, by what came of them."""
    return staged(portal, "filled", "tied", "few")


def day(ahead: int) -> str:
    """A day from today, as a field takes it."""
    return f"{localdate() + timedelta(days=ahead):%Y-%m-%d}"


def result(visitor: Visitor, ref: str) -> None:
    """Open the result of a poll."""
    visitor.open(f"{C}/polls/{ref}/result/")


def panel(visitor: Visitor, act: str) -> Locator:
    """Open a panel as a person does; returns its form."""
    found = visitor.page.locator("details.panel", has=visitor.page.locator(f"form[action$='/do/{act}/']"))
    if found.get_attribute("open") is None:
        found.locator(":scope > summary").click()
    return found.locator("form")


def send(visitor: Visitor, form: Locator, says: str) -> None:
    """Press the form's button and read what the page says then."""
    form.locator("button[type=submit]").click()
    expect(visitor.page.locator(".messages")).to_contain_text(says)


def test_equals_at_the_last_seat_are_voted_on_again(visit: Callable[..., Visitor], polls: dict[str, str]) -> None:
    officer = visit(OFFICER, reduced_motion="reduce")
    page = officer.page
    result(officer, polls["tied"])
    expect(page.locator("main")).to_contain_text("得票相等")
    clean(officer)
    form = panel(officer, "revote")
    officer.expect_complaint("422")
    form.locator("[name=on]").fill(day(-1))
    form.locator("button[type=submit]").click()
    form = panel(officer, "revote")
    expect(form).to_contain_text("这一天不对")
    expect(form.locator("[name=on]")).to_have_value(day(-1))
    clean(officer)
    form = panel(officer, "revote")
    form.locator("[name=on]").fill(day(LATER))
    send(officer, form, "已建好再次投票")
    # One vote among them at a time: the panel is gone, the row leads on.
    expect(page.locator("form[action$='/do/revote/']")).to_have_count(0)
    row = page.locator("#rounds-title + ul .row-link")
    expect(row).to_have_count(1)
    clean(officer)
    row.click()
    expect(page.locator("h1")).to_contain_text("得票相等再次投票")
    line = "/c/" + page.url.partition("/c/")[2]
    clean(officer)
    officer.open(f"{line}items/")
    for name in ("胡一明", "楼晓燕", "应建国"):
        expect(page.locator("main")).to_contain_text(name)
    expect(page.locator("main")).not_to_contain_text("马慧敏")
    clean(officer)
    officer.open(f"{line}result/")
    expect(page.locator("main")).to_contain_text("还没有计票结果")
    clean(officer)
    page.get_by_role("link", name="得票相等，再次投票").click()
    expect(page.locator("#rounds-title")).to_be_visible()


def test_a_seat_that_nobody_reached_is_voted_on_anew(visit: Callable[..., Visitor], polls: dict[str, str]) -> None:
    officer = visit(OFFICER, device="desktop", reduced_motion="reduce")
    page = officer.page
    result(officer, polls["few"])
    expect(page.locator("main")).to_contain_text("当选 4 人")
    clean(officer)
    page.set_viewport_size({"width": 1280, "height": 800})
    form = panel(officer, "further")
    form.locator("[name=on]").fill(day(LATER))
    send(officer, form, "已建好，请从提名和名册开始办")
    expect(page.locator("form[action$='/do/further/']")).to_have_count(0)
    clean(officer)
    page.locator("#rounds-title + ul .row-link").click()
    expect(page.locator("h1")).to_contain_text("缺额另行选举")
    line = "/c/" + page.url.partition("/c/")[2]
    clean(officer)
    for tail in ("candidates/", "candidates/plan/", "result/"):
        officer.open(f"{line}{tail}")
        clean(officer)
    # Owners see what was declared, and nothing of what is being prepared.
    owner = visit(RESIDENT, standing="望江花园", reduced_motion="reduce")
    result(owner, polls["few"])
    expect(owner.page.locator("main")).to_contain_text("当选 4 人")
    expect(owner.page.locator("#rounds-title")).to_have_count(0)
    clean(owner)


def test_whom_a_by_election_elected_sits_and_the_next_empty_seat_is_voted_on(
    visit: Callable[..., Visitor], polls: dict[str, str]
) -> None:
    officer = visit(OFFICER, reduced_motion="reduce")
    fill_one_seat(officer, polls["filled"])
    owner = visit(RESIDENT, standing="望江花园", reduced_motion="reduce")
    owner.open(f"{C}/committee/")
    expect(owner.page.get_by_role("rowheader", name="马慧敏")).to_be_visible()
    clean(owner)
    empty_one_seat(officer)


def fill_one_seat(officer: Visitor, ref: str) -> None:
    """Whom the by-election elected sits to the end of the term."""
    page = officer.page
    result(officer, ref)
    page.get_by_role("link", name="登记就任").click()
    expect(page.locator("h1")).to_have_text("登记就任")
    expect(page.locator("[name=years]")).to_have_count(0)
    clean(officer)
    page.locator("[name=home_0]").fill("1幢1单元101")
    officer.button("就任").click()
    expect(page.locator(".messages")).to_contain_text("已就任，请办理变更备案")
    expect(page.get_by_role("rowheader", name="马慧敏")).to_be_visible()
    clean(officer)
    result(officer, ref)
    expect(page.get_by_role("link", name="登记就任")).to_have_count(0)


def empty_one_seat(officer: Visitor) -> None:
    """Another leaves, nobody stands by: the page offers a by-election, once."""
    page = officer.page
    officer.open(f"{C}/committee/")
    expect(page.locator("form[action$='/do/by-election/']")).to_have_count(0)
    page.get_by_role("link", name="欧阳子轩").click()
    form = panel(officer, "resign")
    form.locator("[name=reason]").fill("到外地工作")
    form.locator("button[type=submit]").click()
    expect(page.locator(".messages")).to_contain_text("已登记")
    officer.open(f"{C}/committee/")
    form = panel(officer, "by-election")
    clean(officer)
    form = panel(officer, "by-election")
    form.locator("[name=on]").fill(day(LATER))
    send(officer, form, "已建好补选")
    expect(page.locator("form[action$='/do/by-election/']")).to_have_count(0)


def test_whoever_stands_for_a_corporate_owner_brings_the_written_authority(visit: Callable[..., Visitor]) -> None:
    officer = visit(REVIEWER, reduced_motion="reduce")
    page = officer.page
    officer.open("/polls/")
    page.locator(".row-link", has_text=ELECTION).click()
    start = "/c/" + page.url.partition("/c/")[2].partition("?")[0]
    officer.open(f"{start}candidates/new/")
    page.get_by_label("业主自荐").check()
    page.get_by_label("候选人姓名").fill("卢晓东")
    page.get_by_label("候选人的房号").fill(SHOP)
    page.locator("summary", has_text="代表单位业主参选").click()
    page.get_by_label("单位业主的名称").fill(COMPANY)
    page.get_by_label("授权文书").fill("授权委托书第 3 号")
    page.get_by_label("书面提名表").fill("提名表原件 2026-11-20")
    clean(officer)
    officer.button("提名").click()
    expect(page.locator(".messages")).to_contain_text("已提名")
    card = page.locator("section", has=page.locator("#authority-title"))
    expect(card).to_contain_text(COMPANY)
    expect(card).to_contain_text("还没有核对，核对后才能列入名单")
    clean(officer)
    # A file that is none of both is refused in words, and what was typed is still there.
    officer.expect_complaint("422")
    card.get_by_label("授权文书").fill("授权委托书第 3 号（2026-11-01）")
    card.locator("input[type=file]").set_input_files(LETTER)
    officer.button("保存", card).click()
    expect(card.locator(".error").first).to_be_visible()
    expect(card.get_by_label("授权文书")).to_have_value("授权委托书第 3 号（2026-11-01）")
    clean(officer)
    card.locator("input[type=file]").set_input_files(PHOTO)
    officer.button("保存", card).click()
    expect(page.locator(".messages")).to_contain_text("已保存，等组织单位核对原件")
    expect(card.get_by_role("link", name="看照片")).to_be_visible()
    clean(officer)
    address = card.get_by_role("link", name="看照片").get_attribute("href")
    officer.button("我核对过原件", card).click()
    expect(page.locator(".messages")).to_contain_text("已记下核对过原件")
    expect(officer.button("我核对过原件", card)).to_have_count(0)
    clean(officer)
    # Another paper is not seen yet.
    again = card.locator("details", has=page.locator("summary", has_text="换一份授权文书"))
    if again.get_attribute("open") is None:
        again.locator("summary").click()
    card.locator("input[type=file]").set_input_files(PDF)
    officer.button("保存", card).click()
    expect(card.get_by_role("link", name="看 PDF")).to_be_visible()
    expect(card).to_contain_text("还没有核对")
    clean(officer)
    # The paper is for those who prepare the election alone.
    owner = visit(RESIDENT, device="desktop", reduced_motion="reduce")
    assert address is not None
    assert owner.page.request.get(address).status in {403, 404}
