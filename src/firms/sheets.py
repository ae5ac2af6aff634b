"""The staff of a body as a workbook. What stands in it is the office's, so it is Chinese whatever language the page has."""

import re
from collections.abc import Sequence
from typing import BinaryIO, Final

from django.utils import translation
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

COLUMNS: Final = (
    ("姓名", 14),
    ("职务", 12),
    ("管哪些小区", 40),
    ("从", 12),
    ("到", 12),
    ("依据", 30),
    ("交叉任职", 24),
    ("证书", 60),
)
# What a spreadsheet program takes for the beginning of a formula, also in full width.
_FORMULA: Final = re.compile(r"[=+\-@\t\r＝＋－＠]")


def text(value: str) -> str:
    """Words that nothing takes for a formula: an apostrophe before what looks like one; control characters go."""
    clean = ILLEGAL_CHARACTERS_RE.sub("", value)
    return f"'{clean}" if _FORMULA.match(clean) else clean


def write_staff(title: str, rows: Sequence[Sequence[str]], *, to: BinaryIO) -> None:
    """Write one line a post, in the order of ``COLUMNS``."""
    with translation.override("zh-hans"):
        book = Workbook(write_only=True)
        sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", "", text(title))[:31] or "人员")
        sheet.freeze_panes = "B2"
        for index, (_head, width) in enumerate(COLUMNS, start=1):
            sheet.column_dimensions[get_column_letter(index)].width = width
        heads = [WriteOnlyCell(sheet, value=head) for head, _width in COLUMNS]
        for head in heads:
            head.font = Font(bold=True)
        sheet.append(heads)
        for row in rows:
            sheet.append([text(cell) for cell in row])
        book.save(to)
