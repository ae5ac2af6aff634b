"""What is written into an .xlsx: texts stay texts, whichever way a row is written."""

import io

import pytest
from openpyxl import Workbook, load_workbook

from registers import sheets

ROW = ["防火巡查", "=1+1", "#N/A", "响铃\a", "", None, 0, 12, 1.5]


def written(row: list[object]) -> list[tuple[object, str]]:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("一")
    sheet.append(row or sheets.row_of(sheet, ROW))
    out = io.BytesIO()
    book.save(out)
    return [(cell.value or None, cell.data_type) for cell in next(load_workbook(out)["一"].iter_rows())]


def test_a_row_is_written_as_its_cells_would_be() -> None:
    book = Workbook(write_only=True)
    cells = [sheets.text_cell(book.create_sheet("零"), value) for value in ROW]
    assert written([]) == written(cells)
    assert written([])[:4] == [("防火巡查", "s"), ("=1+1", "s"), ("#N/A", "s"), ("响铃", "s")]


@pytest.mark.parametrize("value", ["=1+1", "#REF!", "\x02"])
def test_only_what_the_library_would_misread_needs_a_cell(value: str) -> None:
    book = Workbook(write_only=True)
    made = sheets.row_of(book.create_sheet("一"), [value, "一", 3])
    assert [one if isinstance(one, str | int) else one.data_type for one in made] == ["s", "一", 3]
