"""Papers from the printed page to the box: taken back by code, voting ended by two parties, read by two, counted in."""

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.journeys.conftest import started
from tests.journeys.people import Visitor, picture
from tests.journeys.server import Portal
from tests.journeys.test_notices import CHAIR, OFFICER, clean

pytestmark = pytest.mark.journey
TITLE = "2 幢电梯更新和公共停车位管理办法"
CODE = re.compile(r"票上编号([2-9A-HJ-NP-Z]{7})")


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> Iterator[Portal]:
    """One of its own: the vote that others go on with is ended here."""
    with started(tmp_path_factory, shared) as portal:
        yield portal


def confirmed(visitor: Visitor, words: str) -> None:
    """A button that asks once more."""
    visitor.button(words).click()
    visitor.page.locator("dialog[open] button.primary").click()


def printed(officer: Visitor, desk: str) -> list[str]:
    """The codes as they stand on the printed ballots."""
    page = officer.page
    officer.open(desk)
    page.get_by_text("打印编好的票", exact=True).click()
    officer.button("打印这些票").click()
    paper = page.locator("main a[href*='/files/']").first
    expect(paper).to_be_visible(timeout=60_000)
    content = page.request.get(str(paper.get_attribute("href"))).body()
    words = "".join("".join(one.extract_text() for one in PdfReader(io.BytesIO(content)).pages).split())
    # The code stands at the head of a ballot and again in its foot.
    return list(dict.fromkeys(CODE.findall(words)))


def ended(officer: Visitor, chair: Visitor, poll: str) -> None:
    """The community asks to end early, the committee agrees."""
    officer.open(f"{poll}vote/time/")
    officer.page.get_by_text("提前截止（要另一方同意）").click()
    officer.page.locator("#step_reason").fill("应投的票都已收回。")
    officer.button("提出").click()
    expect(officer.page.locator(".messages")).to_contain_text("已提出，等另一方同意。")
    chair.open(f"{poll}vote/time/")
    confirmed(chair, "同意")
    expect(chair.page.get_by_role("heading", name="办过的")).to_be_visible()


def read(visitor: Visitor, sheet: str) -> None:
    """One person's reading of every item."""
    visitor.open(sheet)
    clean(visitor)
    for group in visitor.page.locator("fieldset").all():
        group.get_by_label("同意", exact=True).check()
    visitor.button("录入这张票").click()
    expect(visitor.page.locator(".messages")).to_contain_text("已录入")


def test_two_papers_are_taken_back_read_twice_and_counted_in(visit: Callable[..., Visitor]) -> None:
    officer = visit(OFFICER, reduced_motion="reduce")
    chair = visit(CHAIR, device="desktop", standing="业主委员会", reduced_motion="reduce")
    officer.open("/polls/")
    officer.page.get_by_role("link", name=TITLE).click()
    poll = "/c/" + officer.page.url.partition("/c/")[2]
    codes = printed(officer, f"{poll}paper/")[:2]
    assert len(codes) == 2
    officer.open(f"{poll}paper/")
    for code in codes:
        officer.page.locator("#id_code").fill(code)
        officer.page.keyboard.press("Enter")
        expect(officer.page.locator(".messages")).to_contain_text("已收回登记")
    ended(officer, chair, poll)

    officer.open(f"{poll}paper/")
    officer.page.get_by_role("link", name="开一批，清点收回的票").click()
    clean(officer)
    officer.page.get_by_label("批次").fill("2幢第一批")
    officer.page.get_by_label("桌上清点的张数").fill("2")
    officer.page.get_by_label("清点人、监票人").fill("徐美玲、王志强")
    officer.button("开始这一批").click()
    clean(officer)
    batch = "/c/" + officer.page.url.partition("/c/")[2]
    for code in codes:
        officer.page.locator("#id_code").fill(code)
        officer.page.keyboard.press("Enter")
        expect(officer.page.locator("#id_code")).to_have_value("")
    for place in (1, 2):
        sheet = f"{batch}sheet/{place}/"
        officer.open(sheet)
        officer.page.locator("input[type=file]").set_input_files([picture()])
        officer.button("留存照片").click()
        expect(officer.page.locator(".photos img")).to_have_count(1)
        read(officer, sheet)
        read(chair, sheet)
    officer.open(batch)
    clean(officer)
    confirmed(officer, "清点入箱")
    expect(officer.page.locator(".messages")).to_contain_text("已清点入箱")
    clean(officer)
    chair.open(f"{batch}sheet/1/")
    clean(chair)
