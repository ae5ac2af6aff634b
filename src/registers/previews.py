"""What a kept file looks like: its columns with the first values in them, and the whole of it with bad cells marked."""

from dataclasses import dataclass
from typing import Any, Final

from registers import queries, sheets
from registers.models import Part, Run
from registers.refusals import Refused
from registers.rules.rows import masked
from registers.rules.workbook import Workbook, filled, letter, open_workbook, read_sheet
from registers.words import finding_text

EXAMPLES: Final = 3
LONGEST: Final = 24


@dataclass(frozen=True, slots=True)
class Preview:
    """The sheets of a file, and for each column its letter, examples and whether it is hidden."""

    sheets: tuple[str, ...]
    hidden_sheets: tuple[str, ...]
    columns: list[tuple[str, list[str], bool]]
    rows: int


def _opened(run: Run) -> Workbook:
    content = queries.part(run, Part.Kind.FILE)
    if content is None:
        raise Refused("file_gone")
    return open_workbook(content)


def preview(run: Run) -> Preview:
    """What the page of columns shows. Raises Refused(file_gone), WorkbookRefused."""
    workbook = _opened(run)
    sheet = read_sheet(workbook, run.sheet)
    rows = filled(sheet, run.header[1] + 1)
    columns: list[tuple[str, list[str], bool]] = []
    for number in range(1, len(run.columns) + 1):
        values: list[str] = []
        for row in sorted(rows):
            text = masked(rows[row].get(number, ""))[:LONGEST]
            if text and text not in values:
                values.append(text)
            if len(values) == EXAMPLES:
                break
        columns.append((letter(number), values, number in sheet.hidden_columns))
    return Preview(workbook.names, workbook.hidden, columns, len(rows))


def marked(run: Run) -> bytes:
    """The sheet as .xlsx with bad cells red, what is wrong as a comment and in a last column. Raises as ``preview``."""
    report: dict[str, Any] = queries.report_of(run) or {}
    if not report:
        raise Refused("out_of_state", state=run.state)
    bad: dict[tuple[int, int], str] = {}
    rows: dict[int, list[str]] = {}
    for one in report["bad"]:
        text = "".join(finding_text(one["code"], one["words"]))
        rows.setdefault(one["row"], []).append(f"{one['ref']}：{text}")
        if one["column"]:
            spot = (one["row"], one["column"])
            bad[spot] = f"{bad[spot]}\n{text}" if spot in bad else text
    sheet = read_sheet(_opened(run), run.sheet)
    return sheets.marked(sheet, run.header[1], bad, {row: "\n".join(texts) for row, texts in rows.items()})
