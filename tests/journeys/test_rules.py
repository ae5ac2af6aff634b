"""规则设置: a manager sets who gets which request and tries it, the committee a deadline, a city officer the city's replies."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys import looks
from tests.journeys.people import Visitor

pytestmark = pytest.mark.journey
RULES = "/c/wangjiang/rules"


def clean(visitor: Visitor) -> None:
    """Nothing on the page is in anybody's way, on a desktop and on a phone."""
    for width in (1280, 360):
        visitor.page.set_viewport_size({"width": width, "height": 800})
        looks.all_at_once(visitor.page, width)
        assert looks.violations(visitor.page) == [], visitor.page.url
        assert looks.sticks_out(visitor.page) == [], visitor.page.url
    visitor.page.set_viewport_size({"width": 1280, "height": 800})


def choose(visitor: Visitor, label: str, option: str) -> None:
    """One of a list."""
    visitor.page.get_by_label(label).first.select_option(label=option)


def agree(visitor: Visitor, name: str) -> None:
    """Say yes to the dialog that asks first."""
    visitor.button(name, visitor.page.locator("dialog[open]")).click()


def test_a_manager_says_who_gets_which_request(visit: Callable[..., Visitor]) -> None:
    manager = visit("朱俊杰", device="desktop", standing="物业", reduced_motion="reduce")
    page = manager.page
    manager.expect_complaint("status of 422")
    manager.open(f"{RULES}/routing/")
    page.get_by_role("link", name="加一条规则").click()
    choose(manager, "类别", "电梯")
    page.get_by_label("其他单位").check()
    expect(page.get_by_label("哪位师傅")).to_be_hidden()
    manager.button("保存").click()
    expect(page.locator(".field.wrong .error")).to_contain_text("请写明应该由谁处理")
    clean(manager)
    page.get_by_label("哪个单位").fill("电梯维保公司")

    # Before it is saved: a lift at noon, and water.
    page.locator("#id_ask-category").select_option(label="电梯")
    page.locator("#id_ask-place").select_option(label="小区公共区域")
    manager.button("试一试").click()
    expect(page.locator("#verdict")).to_contain_text("由客服退回给电梯维保公司")
    expect(page.locator("#verdict")).to_contain_text("正在写的这条")
    page.locator("#id_ask-category").select_option(label="水")
    manager.button("试一试").click()
    expect(page.locator("#verdict")).to_contain_text("不合适：类别不是“电梯”")
    clean(manager)
    manager.button("保存").click()
    expect(page.locator(".rules > .rule")).to_have_count(1)

    page.get_by_role("link", name="加一条规则").click()
    page.get_by_label("当班人员").check()
    manager.button("保存").click()
    rules = page.locator(".rules > .rule")
    expect(rules).to_have_count(2)
    manager.button("上移").click()
    expect(rules.first).to_contain_text("当班")
    clean(manager)
    manager.button("下移").click()
    expect(rules.first).to_contain_text("电梯维保公司")

    rules.first.get_by_role("link", name="改").click()
    expect(page.get_by_role("heading", name="这条规则的每一版")).to_be_visible()
    clean(manager)
    page.get_by_label("哪个单位").fill("新的维保公司")
    manager.button("保存").click()
    expect(rules.first).to_contain_text("新的维保公司")
    page.get_by_role("link", name="修改记录").click()
    expect(page.locator("main")).to_contain_text("原来：")
    clean(manager)

    manager.open(f"{RULES}/routing/?category=lift&place=public")
    expect(page.locator("#verdict")).to_contain_text("新的维保公司")
    for left in (1, 0):
        manager.button("停用", rules.first).click()
        agree(manager, "停用")
        expect(rules).to_have_count(left)


def test_the_committee_sets_a_deadline(visit: Callable[..., Visitor]) -> None:
    manager = visit("朱俊杰", device="desktop", standing="物业", reduced_motion="reduce")
    manager.open(f"{RULES}/deadlines/")
    manager.page.get_by_label("假如这时报修").fill("2026-06-05T17:00")
    manager.button("试算").click()
    expect(manager.page.locator("thead")).to_contain_text("星期五 06-05 17:00 报修")
    expect(manager.page.get_by_role("link", name="改水的时限")).to_have_count(0)
    clean(manager)

    chair = visit("王志强", device="desktop", standing="业主委员会", reduced_motion="reduce")
    chair.open(f"{RULES}/deadlines/noise/ordinary/")
    page = chair.page
    page.get_by_label("多久内受理").fill("2")
    page.get_by_label("受理时限的单位").select_option(label="小时")
    page.get_by_label("受理时限怎么算").select_option(label="自然时间")
    chair.button("试算").click()
    expect(page.locator("#example .verdict")).to_contain_text("受理截止")
    clean(chair)
    chair.button("保存").click()
    row = page.locator("tbody tr", has_text="噪音").first
    expect(row).to_contain_text("2 小时")
    clean(chair)
    chair.open(f"{RULES}/deadlines/noise/ordinary/")
    page.get_by_label("不另定，按上级规定").check()
    expect(page.get_by_label("多久内受理")).to_be_hidden()
    chair.button("保存").click()
    expect(row).to_contain_text("系统默认")
    page.get_by_role("link", name="修改记录").click()
    expect(page.locator(".versions > li")).to_have_count(2)
    clean(chair)


def test_a_manager_writes_a_reply(visit: Callable[..., Visitor]) -> None:
    manager = visit("朱俊杰", device="desktop", standing="物业", reduced_motion="reduce")
    page = manager.page
    manager.open(f"{RULES}/replies/")
    page.locator(".reply", has_text="等配件").get_by_role("link", name="照着加一条").click()
    expect(page.get_by_label("名称")).to_have_value("等配件")
    clean(manager)
    page.get_by_label("内容").fill("配件三天内到货，到货后马上来修。")
    manager.button("保存").click()
    reply = page.locator(".reply", has_text="配件三天内到货")
    expect(reply).to_contain_text("本小区")
    expect(page.locator("main")).to_contain_text("条上级的，现在不用")
    clean(manager)
    reply.get_by_role("link", name="改").click()
    clean(manager)
    page.get_by_label("名称").fill("等配件到货")
    manager.button("保存").click()
    expect(reply).to_contain_text("等配件到货")
    manager.button("停用", reply).click()
    agree(manager, "停用")
    expect(reply).to_have_count(0)
    page.get_by_role("link", name="修改记录").click()
    expect(page.locator(".versions > li")).to_have_count(2)
    clean(manager)


def test_places_get_codes_and_labels(visit: Callable[..., Visitor]) -> None:
    manager = visit("朱俊杰", device="desktop", standing="物业", reduced_motion="reduce")
    page = manager.page
    manager.open(f"{RULES}/places/")
    for place in ("水泵房门口", "南门健身器材"):
        page.get_by_label("具体位置").fill(place)
        manager.button("做好").click()
        expect(page.locator(".place", has_text=place)).to_be_visible()
    clean(manager)
    page.locator(".place", has_text="水泵房门口").get_by_role("checkbox").check()
    manager.button("打印勾选的标签").click()
    page.wait_for_url("**/documents/**")
    link = page.get_by_role("link", name="下载 PDF", exact=True)
    expect(link).to_be_visible()
    clean(manager)
    with page.expect_download() as coming:
        link.click()
    assert coming.value.path().read_bytes().startswith(b"%PDF-")

    manager.open(f"{RULES}/places/")
    for place in ("水泵房门口", "南门健身器材"):
        row = page.locator(".place", has_text=place)
        manager.button(f"停用 {place}", row).click()
        agree(manager, "停用")
        expect(row).to_have_count(0)
    clean(manager)


def test_a_city_officer_writes_the_citys_reply(visit: Callable[..., Visitor]) -> None:
    officer = visit("陈海燕", device="desktop", reduced_motion="reduce")
    page = officer.page
    officer.open("/city/rules/replies/")
    page.get_by_role("link", name="加一条回复").click()
    choose(officer, "用在哪一步", "退回")
    page.get_by_label("名称").fill("属于燃气公司")
    page.get_by_label("内容").fill("燃气表和管道由燃气公司负责，已为您说明报修电话。")
    officer.button("保存").click()
    reply = page.locator(".reply", has_text="属于燃气公司")
    expect(reply).to_contain_text("全市统一")
    reply.get_by_role("link", name="改").click()
    clean(officer)
    page.get_by_label("内容").fill("燃气表和管道由燃气公司负责，请拨打 96596。")
    officer.button("保存").click()
    expect(reply).to_contain_text("96596")
    clean(officer)

    manager = visit("朱俊杰", device="desktop", standing="物业", reduced_motion="reduce")
    manager.open(f"{RULES}/replies/")
    expect(manager.page.locator(".reply", has_text="属于燃气公司")).to_contain_text("全市统一")
    clean(manager)
    officer.button("停用", reply).click()
    agree(officer, "停用")
    expect(reply).to_have_count(0)
