"""Every page of every role: axe finds nothing in light, dark and 长者模式, and no phone has to scroll sideways."""

import re
from collections.abc import Callable

import pytest
from django.urls import URLResolver, get_resolver, resolve
from playwright.sync_api import expect

from tests.journeys import looks
from tests.journeys.pages import GUARDED, NO_PAGES, ON_THE_WAY, ROLES, Role
from tests.journeys.people import DESKTOP, PHONE, Visitor
from tests.journeys.server import Portal

pytestmark = pytest.mark.journey
# Addresses that mean to be refused.
REFUSED = re.compile(r"no-such-page|/v/Q|/accounts/inactive/|/elsewhere/error/")


@pytest.fixture
def portal(untouched: Portal) -> Portal:
    """What the journeys do to their portal is not seen here, whoever was first."""
    return untouched


def address(portal: Portal, page: str) -> str:
    """The page with the ref of the request whose words are in braces."""
    words = re.search(r"{(.+)}", page)
    if not words:
        return page
    ref = portal.value("SELECT ref FROM repairs_request WHERE words LIKE %s", f"{words[1]}%")
    return page.replace(words[0], ref)


def look(visitor: Visitor, path: str, *, width: int, large: bool) -> list[str]:
    """What is wrong with one page."""
    visitor.page.set_viewport_size({"width": width, "height": 780})
    answer = visitor.page.goto(path)
    assert answer is not None
    wrong = [] if REFUSED.search(path) or answer.status == 200 else [f"status {answer.status}"]
    looks.all_at_once(visitor.page, width)
    wrong += looks.violations(visitor.page)
    if large:
        wrong += [f"small type: {one}" for one in looks.small_type(visitor.page)]
    else:
        visitor.page.emulate_media(color_scheme="dark")
        wrong += [f"dark: {one}" for one in looks.violations(visitor.page, rules=["color-contrast"])]
        visitor.page.emulate_media(color_scheme="light")
    wrong += [f"sticks out: {one}" for one in looks.sticks_out(visitor.page)]
    return [f"{path}: {one}" for one in wrong]


@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_every_page_is_clean(portal: Portal, visit: Callable[..., Visitor], role: Role, *, large: bool) -> None:
    visitor = visit(role.who, device="phone" if large else role.device, standing=role.standing, reduced_motion="reduce")
    visitor.expect_complaint(REFUSED.pattern)
    looks.bring_axe(visitor.context)
    if large:
        visitor.context.add_cookies([{"name": "type", "value": "large", "url": portal.address}])
    width = (PHONE if large or role.device == "phone" else DESKTOP)["viewport"]["width"]
    wrong = [one for page in role.pages for one in look(visitor, address(portal, page), width=width, large=large)]
    assert wrong == [], "\n".join(wrong)


def test_the_checks_find_what_is_wrong(visit: Callable[..., Visitor]) -> None:
    page = visit("䶮浩然", reduced_motion="reduce").page
    page.evaluate("""() => document.querySelector("main").append(
      document.createElement("img"), Object.assign(document.createElement("p"), {textContent: "宽".repeat(40)}))""")
    page.evaluate("() => { document.querySelector('main > p:last-child').style = 'white-space: nowrap; color: #ddd' }")
    found = "\n".join(looks.violations(page))
    assert "image-alt" in found
    assert "color-contrast" in found
    assert looks.small_type(page)
    assert looks.sticks_out(page)


def names(resolver: URLResolver, space: str = "") -> set[str]:
    """The name of every address outside the REST interface."""
    found: set[str] = set()
    for entry in resolver.url_patterns:
        if str(entry.pattern).startswith(("api/", "_allauth/", "accounts/elsewhere/<", "elsewhere/<")):
            continue
        if isinstance(entry, URLResolver):
            found |= names(entry, f"{entry.namespace}:" if entry.namespace else space)
        elif entry.name:
            found.add(f"{space}{entry.name}")
    return found


def test_no_page_is_left_out() -> None:
    listed = [re.sub("{.+}", "ref", page).partition("?")[0] for role in ROLES for page in role.pages]
    seen = {resolve(page).view_name for page in (*listed, *GUARDED) if "no-such-page" not in page}
    assert names(get_resolver()) - seen - NO_PAGES - set(ON_THE_WAY) == set()
    assert seen & (NO_PAGES | set(ON_THE_WAY)) == set()


def answer_code(visitor: Visitor) -> None:
    """Type the code that the demonstration shows."""
    visitor.page.get_by_label("验证码").fill(visitor.page.locator(".shown-code").inner_text())
    visitor.page.locator("form.card button[type=submit], form.card button:not([type])").first.click()


def test_the_pages_behind_a_fresh_code_are_clean(portal: Portal, visit: Callable[..., Visitor]) -> None:
    visitor = visit("方慧敏", device="desktop", reduced_motion="reduce")
    visitor.open(f"/accounts/step-up/?next={GUARDED[0]}")
    visitor.button("发送验证码").click()
    expect(visitor.page.locator(".shown-code")).to_be_visible()
    assert looks.violations(visitor.page) == []
    answer_code(visitor)
    visitor.page.wait_for_url(lambda here: "step-up" not in here)
    wrong = [one for page in GUARDED for one in look(visitor, page, width=1280, large=False)]
    assert wrong == [], "\n".join(wrong)
