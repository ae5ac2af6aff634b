"""The pages of an election that is prepared: the group, the plan, who stands, their reviews, the slate; clean at both sizes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.people import Visitor
from tests.journeys.test_notices import clean

pytestmark = pytest.mark.journey
HERE = "/c/ziwei"
ELECTION = "紫微星苑第三届业主委员会选举"
OFFICER = "应文斌"


def test_the_pages_of_a_preparation_are_clean(visit: Callable[..., Visitor]) -> None:
    officer = visit(OFFICER, device="desktop", reduced_motion="reduce")
    officer.open("/polls/")
    page = officer.page
    page.locator(".row-link", has_text=ELECTION).click()
    start = "/c/" + page.url.partition("/c/")[2].partition("?")[0]
    officer.open(f"{start}group/")
    expect(page.locator("h1")).to_contain_text("换届小组")
    clean(officer)
    officer.open(f"{start}candidates/")
    expect(page.locator("#figures-title")).to_be_visible()
    expect(page.locator(".row-link")).to_have_count(3)
    clean(officer)
    for tail in ("plan/", "new/", "members/", "slate/"):
        officer.open(f"{start}candidates/{tail}")
        clean(officer)
    officer.open(f"{start}candidates/")
    page.locator(".row-link").filter(has_text="联审中").first.click()
    expect(page.locator("#review-title")).to_be_visible()
    clean(officer)
    page.get_by_role("link", name="候选人").first.click()
    expect(page.locator("h1")).to_have_text("候选人")
