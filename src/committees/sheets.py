"""Workbooks: the roll-up of committees, a filing. They are the office's, so Chinese whatever language the page has."""

import re
from collections.abc import Sequence
from datetime import date
from typing import BinaryIO, Final

from django.utils import translation
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from committees.models import Filing
from committees.pdf import pack
from committees.queries.overview import Line, Numbers
from committees.words import left_words, standing_words

_FORMULA: Final = re.compile(r"[=+\-@\t\r＝＋－＠]")
OVERVIEW: Final = (
    ("小区", 20), ("街道", 16), ("社区", 20), ("业委会", 28), ("届", 6), ("任期从", 12),
    ("任期到", 12), ("状态", 14), ("剩余", 14), ("应选人数", 10), ("在任委员", 10), ("其中党员", 10),
    ("党员身份没有登记", 16), ("党员比例目标", 14), ("候补", 8), ("交叉任职", 10), ("换届中", 10), ("委员不足自", 14),
)  # fmt: skip
MEMBERS: Final = (
    ("姓名", 14), ("职务", 12), ("房屋", 20), ("得票户数", 10), ("得票面积", 14), ("分工", 24), ("联系方式", 20), ("任职从", 12),
)  # fmt: skip
# Whether the share of Party members meets the place's target; it only reports.
RATIO: Final = {True: "达到", False: "没有达到", None: "不能确定"}
Cell = str | int | date | None


def _text(value: Cell) -> Cell:
    """Words that nothing takes for a formula; numbers and days as they are."""
    if not isinstance(value, str):
        return value
    clean = ILLEGAL_CHARACTERS_RE.sub("", value)
    return f"'{clean}" if _FORMULA.match(clean) else clean


def _sheet(book: Workbook, title: str, columns: Sequence[tuple[str, int]], rows: Sequence[Sequence[Cell]]) -> None:
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "B2"
    for index, (_head, width) in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    heads = [WriteOnlyCell(sheet, value=head) for head, _width in columns]
    for head in heads:
        head.font = Font(bold=True)
    sheet.append(heads)
    for row in rows:
        sheet.append([_text(cell) for cell in row])


def write_overview(found: Sequence[Line], on: date, *, year: Numbers, to: BinaryIO) -> None:
    """One line a compound, in the order of the page; a second sheet with the numbers of a year that are published."""
    with translation.override("zh-hans"):
        book = Workbook(write_only=True)
        rows: list[list[Cell]] = [
            [
                one.name, one.street, one.community, one.body or "", one.number, one.starts, one.ends,
                standing_words(one.standing)[0], left_words(one.ends, on), one.planned, one.sitting if one.committee_id else None,
                one.party if one.committee_id else None, one.unknown if one.committee_id else None,
                RATIO[one.ratio] if one.committee_id else "", one.alternates if one.committee_id else None, one.crossed,
                "是" if one.reelection else "", one.vacancy_since,
            ]
            for one in found
        ]  # fmt: skip
        _sheet(book, f"业委会 {on:%Y-%m-%d}", OVERVIEW, rows)
        told: list[list[Cell]] = [
            ["指导完成换届、选举", year.reelections], ["新就任的业委会", year.committees], ["当选委员", year.elected],
            ["其中党员", year.party], ["党员身份没有登记", year.unknown], ["交叉任职", sum(one.crossed for one in found)],
        ]  # fmt: skip
        _sheet(book, f"{year.year} 年", (("指标", 24), ("数量", 10)), told)
        book.save(to)


def write_filing(filing: Filing, *, to: BinaryIO) -> None:
    """What is filed of a committee: its members and alternates, the counted figures of the election."""
    with translation.override("zh-hans"):
        book = Workbook(write_only=True)
        given = pack(filing)
        for title, key in (("委员", "members"), ("候补委员", "alternates")):
            rows: list[list[Cell]] = [
                [
                    one.name,
                    str(one.get_role_display()),
                    one.home,
                    one.voters,
                    one.area,
                    one.duties,
                    one.contact,
                    one.starts,
                ]
                for one in given[key]
            ]
            _sheet(book, title, MEMBERS, rows)
        if given["result"]:
            tests = [list(row.cells) for item in given["result"].items for row in item.tests]
            _sheet(
                book, "法定检验", [(name, 22) for name in ("检验", "分子", "分母", "比例", "法定标准", "结果")], tests
            )
            votes = [list(row.cells) for item in given["result"].items for row in item.candidates]
            _sheet(book, "选票统计", [(name, 18) for name in ("次序", "候选人", "得票户数", "得票面积", "结果")], votes)
        book.save(to)
