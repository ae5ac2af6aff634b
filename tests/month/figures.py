"""The end: every figure of the pages, of the workbook and of the interface is what the book says, to the case."""

import io
import json
import re
from collections import Counter
from datetime import date
from typing import Any

from openpyxl import load_workbook

from config.celery import app
from tests.month.book import PROMISES
from tests.month.place import NEW_FIRM, OLD_FIRM
from tests.month.story import HERE, Story

FIRST, LAST = date(2026, 9, 20), date(2026, 10, 20)
PERIOD = f"{FIRST}..{LAST}"
COUNTS = {
    "filed": "报修", "due": "应办", "done": "办结", "forced": "强制结单", "unanswered": "未反馈", "awaiting": "待确认",
    "open": "未完成", "returned": "退回待定", "not_ours": "不属物业", "merged": "已并入", "withdrawn": "撤回",
    "responded": "应响应", "responded_in_time": "按时响应", "finished": "应完工", "finished_in_time": "按时完工",
    "repaired": "完工或结单", "reopened": "重开过", "rated": "已评价", "satisfied": "满意", "handed": "移交",
}  # fmt: skip
RATES = {
    "办结率": ("done", "due"),
    "满意度": ("satisfied", "rated"),
    "响应及时率": ("responded_in_time", "responded"),
    "完工及时率": ("finished_in_time", "finished"),
    "重开率": ("reopened", "repaired"),
}
CATEGORIES = {
    "water": "水", "power": "电", "lift": "电梯", "access": "门禁", "fire": "消防", "facility": "公共设施",
    "leak": "渗漏", "noise": "噪音", "environment": "环境", "other": "其他",
}  # fmt: skip


def percent(hit: int, base: int) -> str:
    """98.6%, half rounded up; a dash of nothing."""
    if not base:
        return "—"
    tenths = (2000 * hit + base) // (2 * base)
    return f"{tenths // 10}.{tenths % 10}%"


def rates(counts: Counter[str]) -> dict[str, str]:
    """The five rates as a sheet shows them."""
    return {name: percent(counts[hit], counts[base]) for name, (hit, base) in RATES.items()}


def shown(hit: int, base: int) -> str:
    """A rate as a page shows it: few cases as a fraction."""
    return "—" if not base else f"{hit}/{base}" if base < 10 else percent(hit, base)


def line(counts: Counter[str]) -> dict[str, Any]:
    """A line of the workbook: the rates, then the counts."""
    return {**rates(counts), **{words: counts[name] for name, words in COUNTS.items()}}


def sheets(content: bytes) -> dict[str, dict[str, dict[str, Any]]]:
    """A workbook of figures: {sheet: {line: {head: cell}}}."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for sheet in load_workbook(io.BytesIO(content), read_only=True).worksheets:
        if sheet.title != "说明":
            heads, *rows = [list(row) for row in sheet.iter_rows(values_only=True)]
            names = [str(head) for head in heads[1:]]
            found[sheet.title] = {str(row[0]): dict(zip(names, row[1:], strict=True)) for row in rows}
    return found


def something(counts: dict[str, Counter[str]]) -> dict[str, dict[str, Any]]:
    """The lines that have a case."""
    return {name: line(one) for name, one in counts.items() if one["filed"]}


def what_came_of_it(story: Story) -> None:
    """The story has led everywhere, or the figures would prove little; the two headlines are told by hand as well."""
    counts = story.book.figures(story.clock.now)
    never = [name for name in COUNTS if name != "returned" and not counts[name]]
    assert never == []
    assert counts["responded_in_time"] < counts["responded"]
    assert counts["finished_in_time"] < counts["finished"]
    assert counts["satisfied"] < counts["rated"]
    assert {case.category for case in story.book.cases} == set(PROMISES) - {"fire"}
    for firm in (OLD_FIRM, NEW_FIRM):
        assert story.book.figures(story.clock.now, firm=firm)["due"] >= 8


def the_pages_are_right_to_the_case(story: Story) -> None:
    """The committee's page: cards, both firms; behind every count exactly its cases."""
    chair, now = story.browser("郑主任"), story.clock.now
    page = chair.open(f"{HERE}/figures/?period={PERIOD}")
    assert "正在计入" not in page.text
    whole = story.book.figures(now)
    cards = dict(
        re.findall(r'<h3 class="rate-label">([^<]+)</h3>\s*<p class="rate-shown">(?:<a[^>]*>)?([^<]+)<', page.html)
    )
    assert cards == {name: shown(whole[hit], whole[base]) for name, (hit, base) in RATES.items()}
    tally = dict(re.findall(r"<span>([^<]+)</span><strong>(\d+)</strong>", page.html))
    apart = (
        *("filed", "due", "done", "forced", "unanswered", "awaiting", "open", "returned"),
        *("not_ours", "merged", "withdrawn", "handed"),
    )
    assert {name: int(number) for name, number in tally.items()} == {COUNTS[name]: whole[name] for name in apart}
    assert firms_of(page.html) == {
        firm: [
            str(counts["filed"]),
            str(counts["due"]),
            *(shown(counts[hit], counts[base]) for hit, base in RATES.values()),
        ]
        + [str(counts[name]) for name in ("unanswered", "forced", "returned", "not_ours")]
        for firm in (OLD_FIRM, NEW_FIRM)
        for counts in [story.book.figures(now, firm=firm)]
    }
    for of in COUNTS:
        found: list[str] = []
        for number in (1, 2):
            if whole[of] > 50 * (number - 1):
                listed = chair.open(f"{HERE}/figures/cases/?period={PERIOD}&of={of}&page={number}").html
                found += re.findall(r'row-detail">(BX\d+) ·', listed)
        assert sorted(found) == sorted(lines_of(story, of)), of


def lines_of(story: Story, of: str) -> list[str]:
    """The number of each case that is counted in this, once for each firm for which it is."""
    now = story.clock.now
    return [case.number for case in story.book.cases for _firm, _worker, counts in case.told(now).lines if counts[of]]


def firms_of(html: str) -> dict[str, list[str]]:
    """The table of the firms: name -> the cells as they are shown, without the fraction below."""
    table = re.search(r'aria-labelledby="firms".*?</table>', html, re.DOTALL)
    assert table is not None
    rows = re.findall(r'<th scope="row">([^<]+)</th>(.*?)</tr>', table[0], re.DOTALL)
    return {name: re.findall(r'class="cell[^>]*>([^<]+)', cells) for name, cells in rows}


def the_workbook_is_right_to_the_case(story: Story) -> None:
    """The same as .xlsx: all together, by category, by firm, by month; for the firm its workers."""
    now, book = story.clock.now, story.book
    made = sheets(story.browser("郑主任").open(f"{HERE}/figures/sheet/?period={PERIOD}").content)
    assert next(iter(made["合计"].values())) == line(book.figures(now))
    assert {name.split()[-1]: row for name, row in made["小区"].items()} == {"桃源里": line(book.figures(now))}
    assert made["类别"] == something({words: book.figures(now, category=code) for code, words in CATEGORIES.items()})
    assert made["企业"] == something({firm: book.figures(now, firm=firm) for firm in (OLD_FIRM, NEW_FIRM)})
    months = {
        "2026-09": book.figures(now, days=(FIRST, date(2026, 9, 30))),
        "2026-10": book.figures(now, days=(date(2026, 10, 1), LAST)),
    }
    assert {name: row for name, row in made["月份"].items() if row["报修"]} == something(months)
    own = sheets(story.browser("孟经理").open(f"{HERE}/figures/sheet/?period={PERIOD}").content)
    assert own["师傅"] == something(
        {name or "未派工": book.figures(now, firm=NEW_FIRM, worker=name) for name in ("姚师傅", "邵师傅", "")}
    )


def every_case_comes_out_as_a_sheet(story: Story) -> None:
    """The list behind a number, taken home: a line for each case and firm, with the outcome, the worker and what was in time."""
    chair, now = story.browser("郑主任"), story.clock.now
    for of in ("filed", "responded", "handed"):
        page = chair.open(f"{HERE}/figures/cases/?period={PERIOD}&of={of}")
        page = chair.send(page.form("/export/"))
        story.clock.work()
        content = chair.open(chair.open(page.path).link("下载")).content
        sheet = load_workbook(io.BytesIO(content), read_only=True)["明细"]
        heads, *rows = [list(row) for row in sheet.iter_rows(values_only=True)]
        made = [dict(zip(heads, row, strict=True)) for row in rows]
        assert sorted((one["编号"], one["物业企业"], one["维修人员"] or "") for one in made) == sorted(
            (case.number, firm, worker)
            for case in story.book.cases
            for firm, worker, counts in case.told(now).lines
            if counts[of]
        )
        if of == "responded":
            in_time = story.book.figures(now)["responded_in_time"]
            assert [one["按时响应"] for one in made].count("是") == in_time


def the_interface_says_the_same(story: Story) -> None:
    """Every case over REST, page by page: number, state, stars and times of reopening."""
    chair, now = story.browser("郑主任"), story.clock.now
    found: list[dict[str, Any]] = []
    path = f"/api/v1/compounds/{story.place.compound.code}/repairs/"
    while path:
        answer = json.loads(chair.open(path).content)
        found += answer["results"]
        path = (answer["next"] or "").removeprefix("http://testserver")
    assert {one["number"]: (one["state"], one["stars"]) for one in found} == {
        case.number: (case.told(now).state, case.told(now).stars or None) for case in story.book.cases
    }


def nothing_was_lost(story: Story) -> None:
    """Every sweep that beat knows ran, and the watch has looked all the time."""
    beat = {one["task"] for one in app.conf.beat_schedule.values()}
    assert story.clock.swept == beat
    assert story.watch.looked > 6 * 30
    assert story.watch.pages > 250


ALL = (
    what_came_of_it,
    the_pages_are_right_to_the_case,
    the_workbook_is_right_to_the_case,
    every_case_comes_out_as_a_sheet,
    the_interface_says_the_same,
    nothing_was_lost,
)
