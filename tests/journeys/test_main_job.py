"""The sentence under "Done means", step by step: one request through three parties, each watching a page of their own."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.people import Visitor, picture
from tests.journeys.server import Portal

pytestmark = pytest.mark.journey
CODE = "wangjiang"
WORDS = "阳台晾衣架的螺丝松了,快掉下来"
LATE_WORDS = "信报箱的锁坏了三天"
ANSWER = "已约谈物业经理,今晚八点前修好。"
CLIMBS_WITHIN = 60_000  # milliseconds: the beat looks every half minute


def make_late(portal: Portal, ref: str) -> None:
    """Move a request's deadline five hours back: the manager's, the committee's and the community's turn are due."""
    portal.rows(
        "UPDATE repairs_request SET clock_from = now() - interval '2 days', due_at = now() - interval '5 hours', "
        "next_step_at = now() - interval '5 hours' WHERE ref = %s",
        ref,
    )


def test_one_request_through_three_parties(portal: Portal, visit: Callable[..., Visitor]) -> None:
    manager = visit("朱俊杰", device="desktop", standing="物业")
    manager.open(f"/c/{CODE}/board/")
    resident = visit("刘雪梅")

    # The resident files with a photo; the manager's open board shows it by itself.
    ref = resident.file(CODE, category="公共设施", words=WORDS, place="公共区域", where="3幢楼顶", photo=True)
    expect(resident.page.locator(".notice.good")).to_contain_text("已提交")
    expect(resident.page.locator("[data-renew=facts] img")).to_have_count(1)
    resident.expect_state("已提交")
    card = manager.page.locator(f"#job-{ref}")
    expect(card).to_contain_text(WORDS)

    # The manager assigns on the board; the resident's page says so by itself.
    crew = card.locator("select[name=worker]")
    worker_name = "马长根"
    crew.select_option(label=next(text for text in crew.locator("option").all_inner_texts() if worker_name in text))
    manager.button("派工", card).click()
    resident.expect_state("已派工")
    expect(resident.page.locator(".holder")).to_contain_text(worker_name)

    # The worker starts and finishes with a photo.
    worker = visit(worker_name)
    worker.open(f"/c/{CODE}/today/")
    worker.page.get_by_role("link", name=re.compile("3幢楼顶")).click()
    worker.press(worker.unfold("start"))
    worker.expect_state("处理中")
    resident.expect_state("处理中")
    form = worker.unfold("finish")
    form.locator("input[type=file]").set_input_files([picture("#6f9a7b")])
    form.locator("textarea").fill("换了四颗螺丝")
    worker.press(form)
    worker.expect_state("待确认")

    # The resident sees it by itself, confirms and rates.
    resident.expect_state("待确认")
    expect(resident.page.locator("[data-renew=facts] img")).to_have_count(2)
    form = resident.unfold("confirm")
    form.locator(".star").nth(4).click()
    form.locator("textarea").fill("来得快")
    resident.press(form)
    resident.expect_state("已完成")
    assert portal.rows("SELECT state, stars, comment FROM repairs_request WHERE ref = %s", ref) == [
        ("done", 5, "来得快")
    ]
    expect(manager.page.locator(f"#job-{ref}")).to_have_count(0)


def test_an_overdue_one_climbs_and_is_answered(portal: Portal, visit: Callable[..., Visitor]) -> None:
    resident = visit("䶮浩然")
    ref = resident.file(CODE, category="门禁", words=LATE_WORDS, place="公共区域", where="4幢信报箱")
    committee = visit("王志强", device="desktop", standing="业主委员会")
    officer = visit("徐美玲", device="desktop")
    watching = {"业委会": committee, "社区": officer}
    for watcher in watching.values():
        watcher.open(f"/c/{CODE}/watch/")
        expect(watcher.page.locator("#watch")).not_to_contain_text("4幢信报箱")

    make_late(portal, ref)
    for watcher in watching.values():
        expect(watcher.page.locator("#watch")).to_contain_text("4幢信报箱", timeout=CLIMBS_WITHIN)
    expect(resident.page.locator(".holder.is-late")).to_be_visible()

    for party, watcher in watching.items():
        duty = watcher.page.locator("article.job", has_text="4幢信报箱")  # it has come by itself, with its form
        duty.locator("textarea").fill(f"{party}:{ANSWER}")
        watcher.button("答复", duty).click()
        expect(duty).to_have_count(0)
        expect(resident.page.locator("[data-renew=line]")).to_contain_text(f"{party}:{ANSWER}")
