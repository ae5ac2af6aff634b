"""Workbooks: the figures of a page, and every case behind a number, written row by row.

What stands in them goes to offices, so it is Chinese whatever language the page has. What people typed is never a formula,
and mobile numbers in it are masked.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from django.utils import timezone, translation
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from oversight.queries.cases import Case
from oversight.queries.fire import Line
from oversight.rules.indicators import COUNTS, INDICATORS, Counts, rate
from oversight.words import COUNTS as COUNT_WORDS
from oversight.words import MEANS, RATES, RATES_MEAN
from repairs.models import Category, Place
from repairs.words import without_numbers

CHINA = ZoneInfo("Asia/Shanghai")
# As many lines as a sheet takes, with some left for heads.
LINES = 1_000_000
# What a spreadsheet program takes for the beginning of a formula, also in full width.
_FORMULA = re.compile(r"[=+\-@\t\r＝＋－＠]")
_HEAD = Font(bold=True)
_LANGUAGE = "zh-hans"

CASES = (
    ("小区", 18),
    ("编号", 16),
    ("提交时间", 18),
    ("类别", 10),
    ("紧急", 6),
    ("地点", 10),
    ("具体位置", 28),
    ("描述", 40),
    ("结果", 10),
    ("物业企业", 20),
    ("维修人员", 12),
    ("受理时间", 18),
    ("完工时间", 18),
    ("结束时间", 18),
    ("按时响应", 10),
    ("按时完工", 10),
    ("重开次数", 10),
    ("评价（星）", 10),
    ("退给谁", 18),
)

FIRE = (
    ("小区", 20), ("街道", 16), ("社区", 20), ("过时的要紧巡查", 14), ("过期的设施和证件", 16), ("严重故障", 10),
    ("超时故障", 10),
    ("应做", 8), ("按时", 8), ("没有做", 8), ("得分", 8), ("满分", 8), ("加权完成率", 12),
)  # fmt: skip


def text(value: str) -> str:
    """Words that nothing takes for a formula: an apostrophe before what looks like one; control characters go."""
    clean = ILLEGAL_CHARACTERS_RE.sub("", value)
    return f"'{clean}" if _FORMULA.match(clean) else clean


def typed(value: str) -> str:
    """Words that people typed: mobile numbers masked as well."""
    return text(without_numbers(value))


def write_cases(batches: Iterable[Sequence[Case]], *, names: dict[int, str], about: Sequence[str], to: BinaryIO) -> int:
    """Write every case into a workbook, a batch at a time; returns how many there were.

    ``names`` are the compounds' by id, ``about`` what the second sheet says of where this comes from.
    """
    with translation.override(_LANGUAGE):
        book = Workbook(write_only=True)
        words = _Words(names)
        rows, sheet = 0, None
        for batch in batches:
            for case in batch:
                if sheet is None or rows % LINES == 0:
                    sheet = _sheet(book, f"明细{rows // LINES + 1}" if rows else "明细", CASES)
                sheet.append(words.row(case))
                rows += 1
        if sheet is None:
            _sheet(book, "明细", CASES)
        _about(book, about)
        book.save(to)
    return rows


class _Words:
    """The words of a case's row, each looked up once a workbook."""

    def __init__(self, names: dict[int, str]) -> None:
        self.names = {pk: text(name) for pk, name in names.items()}
        self.categories = {code: str(label) for code, label in Category.choices}
        self.places = {code: str(label) for code, label in Place.choices}
        self.outcomes = {code: str(label) for code, label in COUNT_WORDS.items()}
        self.answers = {True: "是", False: "否", None: ""}

    def row(self, case: Case) -> list[Any]:
        """One line."""
        return [
            self.names[case.compound_id],
            case.number,
            _local(case.created_at),
            self.categories[case.category],
            "是" if case.urgent else "",
            self.places[case.place],
            typed(case.place_text),
            typed(case.words),
            self.outcomes[case.outcome],
            text(case.firm),
            text(case.worker),
            _local(case.accepted_at),
            _local(case.finished_at),
            _local(case.closed_at),
            self.answers[case.responded_in_time],
            self.answers[case.finished_in_time],
            case.reopened or None,
            case.stars,
            typed(case.returned_to),
        ]


def write_figures(
    tables: Sequence[tuple[str, str, Sequence[tuple[str, Counts]]]], *, about: Sequence[str], to: BinaryIO
) -> None:
    """Write tables of figures, a sheet each: (name of the sheet, what the lines are, the lines)."""
    with translation.override(_LANGUAGE):
        book = Workbook(write_only=True)
        counts = ["filed", "due", *COUNTS[1:]]
        for title, first, lines in tables:
            heads = [first, *(str(RATES[code]) for code in INDICATORS), *(str(COUNT_WORDS[name]) for name in counts)]
            sheet = _sheet(book, title, [(heads[0], 28), *((head, 12) for head in heads[1:])])
            for name, numbers in lines:
                rates = [rate(code, numbers).percent for code in INDICATORS]
                sheet.append([text(name), *rates, *(numbers[count] for count in counts)])
        _about(book, about)
        book.save(to)


def write_fire(found: Sequence[Line], month: date, now: datetime, *, to: BinaryIO) -> None:
    """Fire safety of compounds, one a line, in the order of the page."""
    book = Workbook(write_only=True)
    sheet = _sheet(book, f"消防 {month:%Y-%m}", FIRE)
    for one in found:
        sheet.append(
            [
                text(one.name), text(one.street), text(one.community), one.late, one.over, one.critical, one.overdue,
                one.due, one.on_time, one.missed, one.points, one.whole, one.percent,
            ]
        )  # fmt: skip
    told = book.create_sheet("说明")
    for line in (
        f"截至 {timezone.localtime(now):%Y-%m-%d %H:%M}。过时和严重的是这时的，应做和按时是 {month:%Y-%m} 的。",
        "应做是这个月到期的巡查、检查、测试、演练和培训；没有做的算 0 分，免做的不算；要紧的 5 分，重要的 3 分，一般的 1 分。",
    ):
        told.append([line])
    book.save(to)


def _sheet(book: Workbook, title: str, columns: Sequence[tuple[str, int]]) -> Any:
    sheet: Any = book.create_sheet(title)
    sheet.freeze_panes = "B2"
    for index, (_head, width) in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    heads = [WriteOnlyCell(sheet, value=head) for head, _width in columns]
    for head in heads:
        head.font = _HEAD
    sheet.append(heads)
    return sheet


def _about(book: Workbook, about: Sequence[str]) -> None:
    """Where the numbers come from, in the words of the page."""
    sheet: Any = book.create_sheet("说明")
    sheet.column_dimensions["A"].width = 16
    sheet.column_dimensions["B"].width = 90
    for line in about:
        sheet.append([text(line)])
    sheet.append([])
    for label, meaning in _meanings():
        sheet.append([label, meaning])


def _meanings() -> Iterator[tuple[str, str]]:
    for code, label in RATES.items():
        yield str(label), str(RATES_MEAN[code])
    for name, label in COUNT_WORDS.items():
        yield str(label), str(MEANS[name])


def _local(moment: datetime | None) -> datetime | None:
    """Spreadsheets know no time zones: the time on the clock in China."""
    return moment.astimezone(CHINA).replace(tzinfo=None, microsecond=0) if moment is not None else None
