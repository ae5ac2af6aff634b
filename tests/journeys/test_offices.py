"""What the offices come to on their way: the page of a connection to their own system."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys import looks
from tests.journeys.people import Visitor
from tests.journeys.server import Portal

pytestmark = pytest.mark.journey
C = "/c/wangjiang"


def clean(visitor: Visitor) -> None:
    """Nothing on the page is in anybody's way, on a desktop and on a phone."""
    for width in (1280, 360):
        visitor.page.set_viewport_size({"width": width, "height": 800})
        looks.all_at_once(visitor.page, width)
        assert looks.violations(visitor.page) == [], visitor.page.url
        assert looks.sticks_out(visitor.page) == [], visitor.page.url


def test_a_connection_has_a_page_of_its_own(portal: Portal, visit: Callable[..., Visitor]) -> None:
    # Paused from the beginning: the portal must call nobody.
    made = portal.value(
        "INSERT INTO webhooks_subscription (compound_id, organisation_id, name, url, events, secret, previous_secret,"
        " state, made_by, made_as, created_at, updated_at)"
        " SELECT c.id, t.company_id, '公司工单系统', 'https://orders.example.com/gongzhi', ARRAY['repairs.filed'], '', '',"
        " 'paused', 0, '项目经理', now(), now() FROM tenancy_compound c JOIN parties_contract t ON t.compound_id = c.id"
        " WHERE c.code = 'wangjiang' AND t.starts <= now() ORDER BY t.starts DESC LIMIT 1 RETURNING id"
    )
    manager = visit("朱俊杰", device="desktop", standing="物业", reduced_motion="reduce")
    for path in ("", f"{made}/", f"{made}/edit/"):
        manager.open(f"{C}/webhooks/{path}")
        clean(manager)


def test_a_key_for_a_hotline_is_shown_once(visit: Callable[..., Visitor]) -> None:
    manager = visit("朱俊杰", device="desktop", standing="物业", reduced_motion="reduce")
    page = manager.page
    manager.open(f"{C}/open311/new/")
    page.get_by_label("给哪个系统用").fill("永康市民热线")
    manager.button("生成密钥").click()
    secret = page.locator("[data-secret]").inner_text()
    assert len(secret) > 20
    clean(manager)
    page.get_by_role("link", name="已经保存好了").click()
    expect(page.locator("main")).to_contain_text("永康市民热线")
    assert secret not in page.content()
    clean(manager)
