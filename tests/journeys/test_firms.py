"""The register of firms: an officer enters a firm and its contract, a manager a worker, and the worker signs in on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys import looks
from tests.journeys.people import Visitor
from tests.journeys.test_signing_in import ask_for_code

pytestmark = pytest.mark.journey
C = "/c/wangjiang"
CODE = "91330784MA2E4KQX5F"
NUMBER = "19905799031"


def clean(visitor: Visitor) -> None:
    """Nothing on the page is in anybody's way, on a desktop and on a phone; nor in 长者模式."""
    for width in (1280, 360):
        visitor.page.set_viewport_size({"width": width, "height": 800})
        looks.all_at_once(visitor.page, width)
        assert looks.violations(visitor.page) == [], visitor.page.url
        assert looks.sticks_out(visitor.page) == [], visitor.page.url
    visitor.page.set_viewport_size({"width": 1280, "height": 800})


def test_an_officer_enters_a_firm_and_its_contract(visit: Callable[..., Visitor]) -> None:
    officer = visit("陈海燕", device="desktop", reduced_motion="reduce")
    officer.expect_complaint("status of 422")
    officer.open("/firms/")
    clean(officer)
    officer.page.get_by_role("link", name="登记企业").click()
    officer.page.get_by_label("企业名称").fill("永康市新到物业服务有限公司")
    officer.page.get_by_label("统一社会信用代码").fill(CODE[:17] + "0")
    officer.button("登记").click()
    expect(officer.page.locator(".field.wrong .error")).to_contain_text("校验位不对")
    clean(officer)
    officer.page.get_by_label("统一社会信用代码").fill(CODE)
    officer.button("登记").click()
    expect(officer.page.locator("h1")).to_have_text("永康市新到物业服务有限公司")
    clean(officer)
    firm = officer.page.url.rstrip("/").rpartition("/")[2]
    officer.open(f"/firms/{firm}/edit/")
    clean(officer)

    officer.open(f"/firms/{firm}/contracts/new/")
    clean(officer)
    officer.page.get_by_label("服务哪个小区").select_option(label="望江花园（西山社区居委会）")
    officer.page.get_by_label("合同从哪天起").fill("2026-01-01")
    officer.page.get_by_label("依据").fill("业主大会决定选聘")
    officer.button("登记").click()
    expect(officer.page.locator(".field.wrong .error")).to_contain_text("同一时间只能有一家")
    officer.page.get_by_label("合同从哪天起").fill("2045-01-01")
    officer.button("登记").click()
    expect(officer.page.locator("main")).to_contain_text("合同已登记")
    officer.page.get_by_role("link", name="望江花园").click()
    expect(officer.page.locator("h1")).to_contain_text("未开始")
    clean(officer)
    officer.page.get_by_role("link", name="提前结束合同").click()
    expect(officer.page.locator("h1")).to_have_text("提前结束合同")
    clean(officer)


def test_a_manager_enters_a_worker_who_signs_in(visit: Callable[..., Visitor]) -> None:
    manager = visit("朱俊杰", device="desktop", standing="物业", reduced_motion="reduce")
    manager.open("/firms/")
    clean(manager)
    manager.page.get_by_role("link", name="登记任职").click()
    clean(manager)
    manager.page.get_by_label("手机号").fill(NUMBER)
    manager.page.get_by_label("姓名").fill("卢浩然")
    manager.page.get_by_label("职务").select_option(label="维修工")
    manager.page.get_by_label("望江花园").check()
    manager.page.get_by_label("依据").fill("劳动合同")
    manager.button("登记").click()
    expect(manager.page.locator("main")).to_contain_text("卢浩然 · 维修工")
    clean(manager)
    manager.page.locator(".firms-person", has_text="王建国").get_by_role("link", name="结束任职").click()
    expect(manager.page.locator(".notice.warn").first).to_contain_text("手上还有")
    clean(manager)

    worker = visit(reduced_motion="reduce")
    code = ask_for_code(worker, NUMBER)
    worker.page.get_by_label("验证码").fill(code)
    worker.button("登录").click()
    worker.page.wait_for_url(lambda address: "/accounts/" not in address or "/2fa/" in address)
    worker.open("/")
    expect(worker.page.locator("h1")).to_contain_text("今日")
    assert f"{C}/today/" in worker.page.url


def test_certificates_are_entered_renewed_and_withdrawn(visit: Callable[..., Visitor]) -> None:
    manager = visit("朱俊杰", device="desktop", standing="物业", reduced_motion="reduce")
    manager.open("/firms/")
    manager.page.get_by_role("link", name="全部证书").click()
    expect(manager.page.locator("main")).to_contain_text("已过期")
    expect(manager.page.locator("main")).to_contain_text("快到期")
    clean(manager)
    manager.page.get_by_role("link", name="登记证书").click()
    clean(manager)
    manager.page.get_by_label("谁的证书").select_option(label="马长根")
    manager.page.get_by_label("证书种类").select_option(label="电工作业证")
    manager.page.get_by_label("证书编号").fill("T330784-1")
    manager.page.get_by_label("有效期至").fill("2044-01-01")
    manager.button("登记").click()
    row = manager.page.locator(".firms-paper", has_text="T330784-1")
    expect(row).to_contain_text("马长根 · 电工作业证")
    row.get_by_role("link", name="换新证").click()
    expect(manager.page.locator(".notice")).to_contain_text("自动停用")
    clean(manager)
    manager.page.go_back()
    row.get_by_role("link", name="停用").click()
    clean(manager)
    manager.page.get_by_label("原因").fill("录错了")
    manager.button("停用").click()
    expect(manager.page.locator("main")).to_contain_text("证书已停用")
    manager.page.get_by_role("link", name="已停用").click()
    expect(manager.page.locator("main")).to_contain_text("录错了")
    clean(manager)
