"""From the two headline rates to the very cases, the workbook and the monthly report, in a browser."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.journeys import looks
from tests.journeys.people import Visitor
from tests.journeys.server import Portal

CODE = "wangjiang"
MADE_WITHIN = 60_000  # milliseconds


def test_a_committee_asks_where_a_number_comes_from(
    portal: Portal, visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    chair = visit("王志强", standing="业主委员会")
    page = chair.page
    year = portal.value("SELECT extract(year FROM now())::int::text")
    chair.open(f"/c/{CODE}/figures/?period={year}")
    expect(page.locator(".headlines .rate-label")).to_have_text(["办结率", "满意度"])
    page.locator(".headlines a").first.click()
    expect(page.locator("#from")).to_have_text("这个数字从哪里来")
    shown = page.locator(".tabs [aria-current] .tab-count").inner_text()
    assert page.locator("ul.rows > li").count() == int(shown)
    assert looks.violations(page) == []
    page.locator("ul.rows a").first.click()
    expect(page.locator("h1")).to_be_visible()

    # The table beside a chart is one tap away.
    chair.open(f"/c/{CODE}/figures/?period={year}")
    page.locator(".chart-table summary").first.click()
    expect(page.locator(".chart-table table").first).to_be_visible()

    chair.button("导出全部报修明细（表格）").click()
    expect(page.get_by_text("下载表格")).to_be_visible(timeout=MADE_WITHIN)
    assert looks.violations(page) == []
    with page.expect_download() as coming:
        page.get_by_text("下载表格").click()
    kept = tmp_path / "book.xlsx"
    coming.value.save_as(kept)
    assert kept.read_bytes().startswith(b"PK")

    month = portal.value("SELECT to_char(now() AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM')")
    chair.open(f"/c/{CODE}/figures/?period={month}")
    chair.button("制作月报（PDF）").click()
    expect(page.get_by_text("下载 PDF")).to_be_visible(timeout=MADE_WITHIN)
