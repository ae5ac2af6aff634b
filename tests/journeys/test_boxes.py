"""The box of the demonstration: its keeper's page, the ceremony's form, and how an owner checks a receipt."""

from collections.abc import Callable

from tests.journeys import looks
from tests.journeys.people import Visitor


def clean(visitor: Visitor) -> None:
    """Nothing that axe or the rules of the look find wrong."""
    assert looks.violations(visitor.page) == []
    assert looks.sticks_out(visitor.page) == []


def test_the_keeper_of_a_counted_box(visit: Callable[..., Visitor]) -> None:
    visitor = visit("程月娥", device="desktop", reduced_motion="reduce")
    looks.bring_axe(visitor.context)
    visitor.open("/polls/?box=past")  # the demonstration has declared it
    visitor.page.get_by_role("link", name="南苑新村第三届业主委员会选举").click()
    visitor.page.get_by_role("link", name="当众开箱、计票").click()
    visitor.page.get_by_role("heading", name="钥匙保管人").wait_for()
    clean(visitor)
    here = visitor.page.url
    for tail in ("key/", "reset/", "check/"):
        visitor.page.goto(here + tail)
        clean(visitor)


def test_the_key_is_dealt_out_once(visit: Callable[..., Visitor]) -> None:
    visitor = visit("徐美玲", reduced_motion="reduce")
    looks.bring_axe(visitor.context)
    visitor.open("/polls/")
    visitor.page.get_by_role("link", name="2 幢电梯更新和公共停车位管理办法").click()
    visitor.page.get_by_role("link", name="分发票箱钥匙").click()
    visitor.page.get_by_role("heading", name="公布的链头").wait_for()
    clean(visitor)
