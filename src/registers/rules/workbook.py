"""Reads an .xlsx as offices make them, without trusting it.

The zip directory is looked at before anything is unpacked, and only the parts that are needed are read, as a stream: no
links are followed, no formula is computed, no macro is looked at. Unlike a general library the reader keeps what a register
needs to be told about: merged cells, hidden rows and sheets, formulas without a value, numbers that Excel turned into dates.
"""

import io
import math
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, NoReturn
from xml.parsers import expat

MAX_BYTES: Final = 5 * 1024 * 1024  # as it arrives
MAX_UNPACKED: Final = 20 * 1024 * 1024
MAX_PARTS: Final = 50
MAX_ROWS: Final = 20_000
MAX_COLUMNS: Final = 100
MAX_MERGED: Final = 1_000_000  # cells that merges may cover
BLOCK: Final = 1 << 16
SIGNIFICANT: Final = 15  # digits that Excel itself shows of a number

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PASSWORD: Final = "EncryptedPackage".encode("utf-16-le")
_LETTERS: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
# Number formats that are dates without saying so (ECMA-376 part 1, 18.8.30); others say so by their letters.
_DATE_FORMATS: Final = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_DATE_LETTERS: Final = re.compile(r"[ymdhs年月日]", re.IGNORECASE)


class WorkbookRefused(Exception):
    """A file that is not read. ``code``: empty, too_large, old_format, password, not_xlsx, broken, too_much_inside,
    no_sheet, too_many_rows, too_many_columns.
    """

    def __init__(self, code: str, **details: str) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


class Number(str):
    """What a numeric cell shows. Apart from text, so that a text that looks like a number can be told from one."""

    __slots__ = ()


@dataclass(slots=True)
class Sheet:
    """One sheet: texts by row and column, both counted from 1; blank cells are not there.

    ``merges`` are (top, left, bottom, right). ``unfilled`` are formulas that nobody has computed, ``errors`` cells such as
    #REF!, ``dates`` numbers shown as dates.
    """

    name: str
    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    unfilled: set[tuple[int, int]] = field(default_factory=set)
    errors: set[tuple[int, int]] = field(default_factory=set)
    dates: set[tuple[int, int]] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    widths: dict[int, float] = field(default_factory=dict)

    def text(self, row: int, column: int) -> str:
        """The text of a cell, empty when it is blank."""
        return self.rows.get(row, {}).get(column, "")

    @property
    def last_column(self) -> int:
        """The rightmost column with something in it."""
        return max((max(row) for row in self.rows.values() if row), default=0)


@dataclass(frozen=True, slots=True)
class Workbook:
    """Which sheets there are, and whether the file points at others."""

    content: zipfile.ZipFile
    sheets: tuple[tuple[str, str], ...]  # name, part
    hidden: tuple[str, ...]
    linked: bool
    strings: list[str]
    date_styles: frozenset[int]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the sheets that are shown."""
        return tuple(name for name, _part in self.sheets)


def letter(column: int) -> str:
    """The letters of a column: 1 is A, 28 is AB."""
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


def reference(row: int, column: int) -> str:
    """How the office finds the cell: C17."""
    return f"{letter(column)}{row}"


def place(text: str) -> tuple[int, int]:
    """Row and column of a reference; (0, 0) for what is none."""
    match = _LETTERS.fullmatch(text.replace("$", ""))
    if match is None:
        return 0, 0
    column = 0
    for one in match[1]:
        column = column * 26 + ord(one) - 64
    return int(match[2]), column


def open_workbook(content: bytes) -> Workbook:
    """Look at a file from outside and read its table of contents. Raises WorkbookRefused."""
    _look_outside(content)
    archive = _unpacked(content)
    names = set(archive.namelist())
    if "xl/workbook.xml" not in names:
        raise WorkbookRefused("not_xlsx")
    sheets, hidden = _contents(archive, names)
    if not sheets:
        raise WorkbookRefused("no_sheet")
    return Workbook(
        content=archive,
        sheets=tuple(sheets),
        hidden=tuple(hidden),
        linked=any(name.startswith("xl/externalLinks/") for name in names),
        strings=_strings(archive) if "xl/sharedStrings.xml" in names else [],
        date_styles=_date_styles(archive) if "xl/styles.xml" in names else frozenset(),
    )


def read_sheet(workbook: Workbook, name: str) -> Sheet:
    """Read one sheet by its name. Raises WorkbookRefused, also for a name that is not there."""
    part = dict(workbook.sheets).get(name)
    if part is None:
        raise WorkbookRefused("no_sheet")
    reader = _SheetReader(Sheet(name), workbook.strings, workbook.date_styles)
    _parse(workbook.content, part, reader.start, reader.end, reader.text)
    return reader.sheet


def filled(sheet: Sheet, first_row: int = 1) -> dict[int, dict[int, str]]:
    """The rows from ``first_row`` on with the text of every merged range written into each of its cells that has a row.

    Raises WorkbookRefused when the ranges claim more than a sheet can hold.
    """
    rows = {number: dict(cells) for number, cells in sheet.rows.items() if number >= first_row}
    for (row, column), (top, left) in spread(sheet).items():
        if row in rows:
            rows[row].setdefault(column, sheet.text(top, left))
    return rows


def spread(sheet: Sheet) -> dict[tuple[int, int], tuple[int, int]]:
    """Every cell of a merged range that holds a text, with the range's first cell; within what the sheet holds at all."""
    last_row, last_column = max(sheet.rows, default=0), sheet.last_column
    found: dict[tuple[int, int], tuple[int, int]] = {}
    covered = 0
    for top, left, bottom, right in sheet.merges:
        lowest, rightmost = min(bottom, last_row), min(right, last_column)
        covered += max(0, lowest - top + 1) * max(0, rightmost - left + 1)
        if covered > MAX_MERGED:
            raise WorkbookRefused("broken")
        if sheet.text(top, left):
            for row in range(top, lowest + 1):
                for column in range(left, rightmost + 1):
                    found[row, column] = (top, left)
    return found


def number_text(raw: str) -> str:
    """A number as Excel shows it: 15 significant digits, no exponent, so that 118.32000000000001 is 118.32."""
    try:
        value = float(raw)
    except ValueError:
        return raw
    if not math.isfinite(value):
        return raw
    text = format(Decimal(f"{value:.{SIGNIFICANT}g}"), "f")
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text


def _look_outside(content: bytes) -> None:
    """Size and first bytes."""
    if not content:
        raise WorkbookRefused("empty")
    if len(content) > MAX_BYTES:
        raise WorkbookRefused("too_large", most=str(MAX_BYTES >> 20))
    if content.startswith(_OLE):
        raise WorkbookRefused("password" if _PASSWORD in content else "old_format")
    if not content.startswith(b"PK\x03\x04"):
        raise WorkbookRefused("not_xlsx")


def _unpacked(content: bytes) -> zipfile.ZipFile:
    """The archive, after its directory alone was looked at."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError):
        raise WorkbookRefused("broken") from None
    parts = archive.infolist()
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise WorkbookRefused("too_much_inside", most=str(MAX_UNPACKED >> 20))
    if any(part.flag_bits & 1 for part in parts):
        raise WorkbookRefused("password")
    if any(part.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for part in parts):
        raise WorkbookRefused("broken")
    return archive


# --- the parts ---------------------------------------------------------------------------------------------------------
def _parse(archive: zipfile.ZipFile, part: str, start: object, end: object, text: object) -> None:
    """Run a part through expat in blocks. A document type, which could hold entities that grow, is refused."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start  # type: ignore[assignment]
    parser.EndElementHandler = end  # type: ignore[assignment]
    parser.CharacterDataHandler = text  # type: ignore[assignment]
    parser.StartDoctypeDeclHandler = _no_doctype
    try:
        with archive.open(part) as stream:
            while block := stream.read(BLOCK):
                parser.Parse(block, False)  # noqa: FBT003  expat's own form
        parser.Parse(b"", True)  # noqa: FBT003
    except (expat.ExpatError, zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, NotImplementedError):
        raise WorkbookRefused("broken") from None


def _no_doctype(*_: object) -> NoReturn:
    raise WorkbookRefused("broken")


def _local(name: str) -> str:
    return name.rpartition(":")[2] if ":" in name else name


def _contents(archive: zipfile.ZipFile, names: set[str]) -> tuple[list[tuple[str, str]], list[str]]:
    """Sheets in their order with their parts, and the names of hidden ones."""
    found: list[tuple[str, str, bool]] = []
    targets: dict[str, str] = {}

    def sheet(name: str, given: dict[str, str]) -> None:
        if _local(name) == "sheet":
            link = next((value for key, value in given.items() if key.endswith(":id")), "")
            found.append((given.get("name", ""), link, given.get("state", "visible") != "visible"))

    def relation(name: str, given: dict[str, str]) -> None:
        if _local(name) == "Relationship" and given.get("TargetMode") != "External":
            target = given.get("Target", "")
            targets[given.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"

    _parse(archive, "xl/workbook.xml", sheet, _nothing, _nothing)
    if "xl/_rels/workbook.xml.rels" in names:
        _parse(archive, "xl/_rels/workbook.xml.rels", relation, _nothing, _nothing)
    shown = [
        (name, targets[link])
        for name, link, hidden in found
        if not hidden and "worksheets/" in targets.get(link, "") and targets[link] in names
    ]
    return shown, [name for name, _link, hidden in found if hidden]


def _nothing(*_: object) -> None:
    """A handler for what does not matter."""


def _strings(archive: zipfile.ZipFile) -> list[str]:
    """The shared texts, without the readings that Japanese files write above them."""
    found: list[str] = []
    reader = _TextReader(found.append, "si")
    _parse(archive, "xl/sharedStrings.xml", reader.start, reader.end, reader.text)
    return found


class _TextReader:
    """Collects the text of every ``<si>``: its ``<t>``, or those of its runs."""

    def __init__(self, done: object, item: str) -> None:
        self.done, self.item = done, item
        self.pieces: list[str] = []
        self.inside = self.reading = False

    def start(self, name: str, _given: object) -> None:
        local = _local(name)
        if local == self.item:
            self.pieces = []
        elif local == "rPh":
            self.reading = True
        elif local == "t" and not self.reading:
            self.inside = True

    def end(self, name: str) -> None:
        local = _local(name)
        if local == "t":
            self.inside = False
        elif local == "rPh":
            self.reading = False
        elif local == self.item:
            self.done(unescaped("".join(self.pieces)))  # type: ignore[operator]

    def text(self, data: str) -> None:
        if self.inside:
            self.pieces.append(data)


def unescaped(text: str) -> str:
    """Excel writes control characters as _x000D_; what it means, without those that no text should hold."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)) if int(match[1], 16) not in _SURROGATES else "", text)


_SURROGATES: Final = range(0xD800, 0xE000)


def _date_styles(archive: zipfile.ZipFile) -> frozenset[int]:
    """The cell styles that show a number as a date."""
    own: dict[int, str] = {}
    formats: list[int] = []
    inside = False

    def start(name: str, given: dict[str, str]) -> None:
        nonlocal inside
        local = _local(name)
        if local == "numFmt":
            own[int(given.get("numFmtId", "0"))] = given.get("formatCode", "")
        elif local == "cellXfs":
            inside = True
        elif local == "xf" and inside:
            formats.append(int(given.get("numFmtId", "0")))

    def end(name: str) -> None:
        nonlocal inside
        if _local(name) == "cellXfs":
            inside = False

    _parse(archive, "xl/styles.xml", start, end, _nothing)
    said = {key for key, code in own.items() if _DATE_LETTERS.search(re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", code))}
    return frozenset(
        index for index, one in enumerate(formats) if one in said or (one in _DATE_FORMATS and one not in own)
    )


class _SheetReader:
    """What expat tells of a sheet, put into a ``Sheet``. Positions that a writer left out follow from the order."""

    def __init__(self, sheet: Sheet, strings: list[str], date_styles: frozenset[int]) -> None:
        self.sheet, self.strings, self.date_styles = sheet, strings, date_styles
        self.row = self.column = 0
        self.kind = self.style = ""
        self.formula = self.inside = self.wanted = False
        self.pieces: list[str] = []

    def start(self, name: str, given: dict[str, str]) -> None:
        local = name.rpartition(":")[2] if ":" in name else name
        if local == "c":
            self._cell(given)
        elif local in {"v", "t"}:
            self.wanted = self.inside
        elif local == "f":
            self.formula = True
        elif local == "row":
            self.row = int(given["r"]) if "r" in given else self.row + 1
            self.column = 0
            if given.get("hidden") in {"1", "true"}:
                self.sheet.hidden_rows.add(self.row)
        elif local == "mergeCell":
            self._merge(given.get("ref", ""))
        elif local == "col":
            self._columns(given)

    def _cell(self, given: dict[str, str]) -> None:
        column = place(given["r"])[1] if "r" in given else 0
        self.column = column or self.column + 1
        self.kind, self.style = given.get("t", "n"), given.get("s", "0")
        self.formula, self.inside, self.wanted = False, True, False
        self.pieces = []

    def _merge(self, ref: str) -> None:
        first, _, last = ref.partition(":")
        top, left = place(first)
        bottom, right = place(last or first)
        if 0 < top <= bottom and 0 < left <= right:
            self.sheet.merges.append((top, left, bottom, right))

    def _columns(self, given: dict[str, str]) -> None:
        for column in range(int(given.get("min", "1")), min(int(given.get("max", "1")), MAX_COLUMNS) + 1):
            if given.get("hidden") in {"1", "true"}:
                self.sheet.hidden_columns.add(column)
            if "width" in given:
                self.sheet.widths[column] = float(given["width"])

    def text(self, data: str) -> None:
        if self.wanted:
            self.pieces.append(data)

    def end(self, name: str) -> None:
        local = name.rpartition(":")[2] if ":" in name else name
        if local in {"v", "t"}:
            self.wanted = False
        elif local == "c":
            self.inside = False
            self._keep("".join(self.pieces))

    def _keep(self, raw: str) -> None:
        spot = (self.row, self.column)
        if not raw:
            if self.formula:
                self.sheet.unfilled.add(spot)
                self._put("")
            return
        if self.kind == "s":
            index = int(raw)
            text = self.strings[index] if 0 <= index < len(self.strings) else ""
        elif self.kind == "e":
            self.sheet.errors.add(spot)
            text = raw
        elif self.kind in {"str", "inlineStr"}:
            text = unescaped(raw)
        elif self.kind == "b":
            text = "TRUE" if raw == "1" else "FALSE"
        else:
            text = Number(number_text(raw))
            if self.kind == "d" or (self.style.isdigit() and int(self.style) in self.date_styles):
                self.sheet.dates.add(spot)
        if text.strip():
            self._put(text)

    def _put(self, text: str) -> None:
        if self.column > MAX_COLUMNS:
            raise WorkbookRefused("too_many_columns", most=str(MAX_COLUMNS))
        rows = self.sheet.rows
        if self.row not in rows:
            if len(rows) >= MAX_ROWS + 30:  # titles and headers above the rows themselves
                raise WorkbookRefused("too_many_rows", most=str(MAX_ROWS))
            rows[self.row] = {}
        if text:
            rows[self.row][self.column] = text
