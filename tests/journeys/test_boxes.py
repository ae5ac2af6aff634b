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


def test_anyone_checks_a_counted_box_in_large_type_too(visit: Callable[..., Visitor]) -> None:
    keeper = visit("程月娥", device="desktop", reduced_motion="reduce")
    looks.bring_axe(keeper.context)
    keeper.open("/polls/?box=past")
    keeper.page.get_by_role("link", name="南苑新村第三届业主委员会选举").click()
    keeper.page.get_by_role("link", name="当众开箱、计票").click()
    keeper.page.get_by_role("link", name="业主看到的核对页").click()
    address = keeper.page.get_by_role("link", name="不用登录的核对页").get_attribute("href")
    assert address is not None
    keeper.page.goto(keeper.page.url + "?receipt=00000000")
    clean(keeper)
    for large in (False, True):
        stranger = visit(None, reduced_motion="reduce")
        looks.bring_axe(stranger.context)
        if large:
            stranger.context.add_cookies([{"name": "type", "value": "large", "url": keeper.page.url}])
        stranger.open(address)
        stranger.page.get_by_text("票箱的记录完好").wait_for()
        clean(stranger)
        # A head that is on the page, as somebody wrote it down from the notice.
        head = stranger.page.locator(".boxes-hash").first.inner_text()
        stranger.page.get_by_label("回执编号或票上编号").fill(head[:20])
        stranger.page.get_by_role("button", name="核对").click()
        stranger.page.get_by_text("这是票箱记录的第").wait_for()
        clean(stranger)
        stranger.page.get_by_role("heading", name="自己再算一遍").wait_for()
        with stranger.page.expect_download() as download:
            stranger.page.get_by_role("link", name="下载记录").click()
        assert download.value.suggested_filename.endswith(".jsonl")


def test_the_heads_stand_on_the_notice_of_the_poll(visit: Callable[..., Visitor]) -> None:
    owner = visit("张秀英", reduced_motion="reduce")
    looks.bring_axe(owner.context)
    owner.open("/c/wangjiang/notices/")
    owner.page.get_by_role("link", name="关于2 幢电梯更新和公共停车位管理办法的公告").first.click()
    owner.page.get_by_role("heading", name="票箱的链头").wait_for()
    clean(owner)
    owner.page.get_by_role("link", name="核对票箱").click()
    owner.page.get_by_text("票箱的记录完好").wait_for()
    clean(owner)
