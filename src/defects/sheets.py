"""The hazard list as .xlsx. What stands in it is the office's, so it is Chinese whatever language the page has."""

import io
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.utils.timezone import localtime
from django.utils.translation import override
from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill

from defects.models import Defect
from registers import sheets
from registers.rules.workbook import letter

SHEET: Final = "消防隐患清单"
LANGUAGE: Final = "zh-hans"
COLUMNS: Final = (
    ("编号", 16), ("状态", 10), ("严重程度", 10), ("是否超时", 10), ("地点", 40), ("哪里不好", 24), ("故障描述", 40),
    ("发现时间", 17), ("发现人", 24), ("发现次数", 10), ("报修单", 16), ("应处理到", 17), ("维修时间", 17), ("维修人", 24),
    ("维修方法", 30), ("复查销号时间", 17), ("复查人", 24),
)  # fmt: skip
_HEAD: Final = {"font": Font(bold=True), "fill": PatternFill("solid", fgColor="F2F2F2")}


def moment(at: datetime | None) -> str:
    """A moment as offices write it."""
    return f"{localtime(at):%Y-%m-%d %H:%M}" if at is not None else ""


def hazards(rows: Iterable[Defect], now: datetime) -> bytes:
    """One defect a row."""
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(SHEET)
    for number, (_label, width) in enumerate(COLUMNS, start=1):
        sheet.column_dimensions[letter(number)].width = width
    sheet.freeze_panes = "A2"
    sheet.append([sheets.text_cell(sheet, label, **_HEAD) for label, _width in COLUMNS])
    with override(LANGUAGE):
        for one in rows:
            values = (
                one.number, str(one.get_state_display()), str(one.get_severity_display()),
                "是" if one.is_open and one.due_at <= now else "", one.place, one.item_name, one.words,
                moment(one.found_at), one.found_as, one.times, one.repair.number if one.repair is not None else "",
                moment(one.due_at), moment(one.repaired_at), one.repaired_as, one.method, moment(one.cleared_at),
                one.cleared_as,
            )  # fmt: skip
            sheet.append([sheets.text_cell(sheet, value) for value in values])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
