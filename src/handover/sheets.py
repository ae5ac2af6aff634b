"""Rows of a list out of an .xlsx file, read by the register's own reader, which trusts no file."""

from handover.rules.reading import Read, table
from registers.rules.workbook import filled, open_workbook, read_sheet


def rows_of(content: bytes, kind: str) -> Read:
    """The rows of the first sheet that is shown. Raises WorkbookRefused for a file that is not read."""
    book = open_workbook(content)
    sheet = read_sheet(book, book.names[0])
    last = sheet.last_column
    rows = sorted(filled(sheet).items())
    return table([(number, [cells.get(column, "") for column in range(1, last + 1)]) for number, cells in rows], kind)
