"""A vote that counts silence, in the demonstration: its rule in the call, the proof at the doors, both counts in the result."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.people import Visitor
from tests.journeys.server import Portal
from tests.journeys.test_notices import clean

pytestmark = pytest.mark.journey
TITLE = "1 幢楼道粉刷和照明改造"
RULE = "没有反馈意见的，计入已表决的多数意见。"
SOURCE = "南苑新村业主大会议事规则第二十一条"


def line_of(officer: Visitor) -> str:
    """The address of the vote's time line."""
    officer.open("/polls/")
    link = officer.page.get_by_role("link", name=TITLE)
    if not link.count():
        officer.open("/polls/?box=past")
    link.first.click()
    officer.page.get_by_role("heading", name=TITLE).wait_for()
    return "/c/" + officer.page.url.partition("/c/")[2]


def test_from_the_call_over_the_doors_to_both_counts(portal: Portal, visit: Callable[..., Visitor]) -> None:
    assert portal
    officer = visit("程月娥", reduced_motion="reduce")
    line = line_of(officer)
    main = officer.page.locator("main")
    # The owners' page says before anyone votes what becomes of silence, and by which rule.
    owner = visit("叶长根", reduced_motion="reduce")
    owner.open(f"{line}vote/")
    expect(owner.page.locator("main")).to_contain_text(RULE)
    expect(owner.page.locator("main")).to_contain_text(SOURCE)
    clean(owner)
    # The proof: eight papers handed over, each with who took it.
    officer.open(f"{line}paper/doors/")
    clean(officer)
    main.locator("a.row-link").first.click()
    expect(main.locator(".door-done summary").first).to_be_visible()
    main.locator(".door-done summary").first.click()
    expect(main.locator(".door-done details").first).to_contain_text("当面交给本人")
    clean(officer)
    # The result says what decides and what the votes that were cast alone come to.
    for visitor in (officer, owner):
        visitor.open(f"{line}result/")
        expect(visitor.page.locator("main")).to_contain_text("只计实际投票")
        expect(visitor.page.locator("main")).to_contain_text("没有投票的")
        clean(visitor)
    # Anyone holds the box against its heads.
    owner.open(f"/ballot-box/nanyuan/{line.rstrip('/').rpartition('/')[2]}/")
    clean(owner)
