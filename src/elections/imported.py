"""Results that came from elsewhere, such as a city's own voting system: lines of JSON, or a table, pasted or as a workbook.

A table is made into the same cases that ``manage.py tally`` reads; a cell is taken as it is written, and what it may be the rules
of a case decide. A column that nobody knows is told, never guessed.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from elections.records import identity, read_json
from elections.rules.cases import Malformed, read_case
from elections.rules.deciding import decide
from elections.rules.matters import MATTERS
from elections.rules.verdicts import Verdict
from elections.words import MATTERS as SAID
from registers.rules.workbook import Number, Sheet, Workbook, filled, open_workbook, read_sheet

MOST = 200
MAX_TEXT = 500_000
# What a heading begins with or holds, the first that fits: those of the roll before those who took part, 不同意 before 同意.
_GROUPS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("roll", re.compile(r"名册|全体|总户|总人|总面积|业主总|专有部分总|^应")),
    ("cast.against", re.compile(r"反对|不同意|不赞成")),
    ("cast.for", re.compile(r"同意|赞成")),
    ("cast.abstain", re.compile(r"弃权")),
    ("cast.invalid", re.compile(r"无效|废票")),
    ("participating", re.compile(r"参与|参加|实到|已投|投票")),
)
_SHARE = re.compile(r"比例|占比|百分|率|%|％")
_AREA = re.compile(r"面积|平方|㎡")
_VOTERS = re.compile(r"户|人|票|业主")
_PLAIN = {
    "id": ("编号", "序号", "项目编号", "id"),
    "matter": ("事项", "表决事项", "议题", "表决内容", "matter"),
    "on": ("日期", "表决日期", "截止日期", "截止时间", "on"),
    "jurisdiction": ("地区", "城市", "地方", "所在地", "jurisdiction"),
}
# Words by which a matter is known; where several fit, or none, a person has to say which it is.
_MATTERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("rules", re.compile(r"议事规则")),
    ("covenant", re.compile(r"管理规约")),
    ("elect", re.compile(r"选举|换届")),
    ("dismiss_firm", re.compile(r"解聘|解除物业")),
    ("hire_firm", re.compile(r"(?<!解)聘|续签|续约")),
    ("use_fund", re.compile(r"使用.{0,6}维修资金|动用.{0,6}维修资金")),
    ("raise_fund", re.compile(r"筹集|续筹")),
    ("rebuild", re.compile(r"改建|重建|加装电梯")),
    ("change_common_use", re.compile(r"改变.{0,8}用途|共有部分.{0,6}经营")),
    ("other", re.compile(r"^其他")),
)
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T].*)?", re.ASCII)
_EXCEL = date(1899, 12, 30)
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", re.ASCII)


class NoTable(ValueError):
    """What was given holds no results. ``code``: empty, too_long, too_many, no_columns, no_encoding or unfilled."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Judged:
    """One result: its verdict, or why it is none; ``told`` is the matter as it was written."""

    id: str
    told: str
    verdict: Verdict | None = None
    error: Malformed | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Every result in its order, and headings that were not used."""

    results: tuple[Judged, ...]
    unused: tuple[str, ...] = field(default=())


def judged_file(content: bytes) -> Found:
    """The verdict of every result in a file: a workbook, a table or JSON. Raises NoTable, WorkbookRefused."""
    if content.startswith((_ZIP, _OLE)):
        return _judged_rows(_of_workbook(open_workbook(content)))
    return judged(decoded(content))


def decoded(content: bytes) -> str:
    """A file's text: UTF-8, or GB 18030 as Chinese Excel writes CSV. Raises NoTable."""
    if len(content) > 4 * MAX_TEXT:
        raise NoTable("too_long")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NoTable("no_encoding")


def judged(text: str) -> Found:
    """The verdict of every result in a text. Raises NoTable."""
    text = text.lstrip("\ufeff").strip()
    if not text:
        raise NoTable("empty")
    if len(text) > MAX_TEXT:
        raise NoTable("too_long")
    return Found(tuple(_of_json(text))) if text[0] in "{[" else _table(text)


def _of_json(text: str) -> Iterator[Judged]:
    """One case, a list of them, or one a line."""
    try:
        whole = read_json(text, most=MAX_TEXT)
    except Malformed:
        lines = [line for line in text.split("\n") if line.strip()]
        if len(lines) > MOST:
            raise NoTable("too_many") from None
        return (_of_line(line, number) for number, line in enumerate(lines, 1))
    cases = whole if isinstance(whole, list) else [whole]
    if len(cases) > MOST:
        raise NoTable("too_many")
    return (_judged(one, number) for number, one in enumerate(cases, 1))


def _of_line(line: str, number: int) -> Judged:
    try:
        given = read_json(line)
    except Malformed as error:
        return Judged(str(number), "", error=error)
    return _judged(given, number)


def _judged(given: Any, number: int) -> Judged:
    inside = given if isinstance(given, dict) else {}
    named = str(identity(given) or number), str(inside.get("matter") or "")
    try:
        return Judged(*named, verdict=decide(read_case(given)))
    except Malformed as error:
        return Judged(*named, error=error)


def _table(text: str) -> Found:
    first = text.partition("\n")[0]
    apart = next((mark for mark in "\t,;，" if mark in first), "\t")
    rows = csv.reader(io.StringIO(text), delimiter=apart)
    return _judged_rows([row for row in rows if any(cell.strip() for cell in row)])


def _of_workbook(book: Workbook) -> list[list[str]]:
    """The rows of the first sheet that has a heading of matters, from that heading on: a title may stand above it."""
    for name in book.names:
        sheet = read_sheet(book, name)
        rows = sorted(filled(sheet).items())
        for at, (number, cells) in enumerate(rows):
            second = rows[at + 1][1] if at + 1 < len(rows) else {}
            heading = _joined(cells, second)
            places = {column: _place(text) for column, text in heading.items()}
            if "matter" not in places.values() or len([one for one in places.values() if one]) == 1:
                continue
            if any(row >= number for row, _column in sheet.unfilled | sheet.errors):
                raise NoTable("unfilled")
            width = range(1, sheet.last_column + 1)
            below = rows[at + (1 if heading == cells else 2) :]
            return [
                [heading.get(column, "") for column in width],
                *([_cell(sheet, row, column, found, places.get(column)) for column in width] for row, found in below),
            ]
    raise NoTable("no_columns")


def _joined(first: dict[int, str], second: dict[int, str]) -> dict[int, str]:
    """A heading of two rows as one, 同意 over 户数 and 面积: where the matter's cell is merged over both."""
    if not any(second.get(column) == text for column, text in first.items() if _place(text) == "matter"):
        return first
    below = {column: "" if text == first.get(column) else text for column, text in second.items()}
    return {column: first.get(column, "") + below.get(column, "") for column in first.keys() | second.keys()}


def _cell(sheet: Sheet, row: int, column: int, cells: dict[int, str], place: str | None) -> str:
    """A cell as a table would have it: a day, and a percentage with its sign, where Excel keeps a bare number."""
    text = cells.get(column, "")
    if place is None or not isinstance(text, Number):
        return text
    value = Decimal(text)
    if place == "on" and (row, column) in sheet.dates and 1 <= value < 2_958_466:  # noqa: PLR2004  the last day of year 9999
        return (_EXCEL + timedelta(days=int(value))).isoformat()
    if place.endswith("_pct") and 0 <= value <= 1:
        return f"{value * 100:.4f}%"  # as many decimals as a case takes
    return text


def _judged_rows(rows: Sequence[Sequence[str]]) -> Found:
    heading = [cell.strip() for cell in rows[0]]
    places = [_place(cell) for cell in heading]
    if "matter" not in places or len(rows) < 2:  # noqa: PLR2004  a heading and one result
        raise NoTable("no_columns")
    if len(rows) > MOST + 1:
        raise NoTable("too_many")
    unused = tuple(cell for cell, place in zip(heading, places, strict=True) if cell and place is None)
    twice = {place for place in places if place is not None and places.count(place) > 1}
    if twice:
        unused += tuple(cell for cell, place in zip(heading, places, strict=True) if place in twice)
        places = [None if place in twice else place for place in places]
    return Found(tuple(_of_row(places, row, number) for number, row in enumerate(rows[1:], 1)), unused)


def _of_row(places: list[str | None], row: Sequence[str], number: int) -> Judged:
    told = next((cell.strip() for place, cell in zip(places, row, strict=False) if place == "matter"), "")
    return replace(_judged(_case(places, row, number), number), told=told)


def _place(heading: str) -> str | None:
    """Where a column of such a heading goes: roll.voters, cast.for.area_pct, matter; None for one that is not known."""
    text = re.sub(r"\s", "", heading).lower()
    plain = next((name for name, known in _PLAIN.items() if text in known), None)
    if plain is not None:
        return plain
    group = next((name for name, fits in _GROUPS if fits.search(text)), None)
    if group is None:
        return None
    measure = "area" if _AREA.search(text) else "voters" if _VOTERS.search(text) else None
    if measure is None:
        return None
    return f"{group}.{measure}{'_pct' if _SHARE.search(text) else ''}"


def _case(places: list[str | None], row: Sequence[str], number: int) -> dict[str, Any]:
    given: dict[str, Any] = {"id": str(number)}
    for place, cell in zip(places, row, strict=False):
        text = cell.strip()
        if place is None or not text or text in {"-", "—", "/"}:
            continue
        inside = given
        *way, last = place.split(".")
        for name in way:
            inside = inside.setdefault(name, {})
        inside[last] = _read(last, text)
    return given


def _read(name: str, text: str) -> Any:
    if name == "matter":
        return _matter(text)
    if name == "on":
        found = _DAY.fullmatch(text)
        return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}" if found else text
    plain = text.replace(",", "") if _THOUSANDS.fullmatch(text) else text
    plain = re.sub(r"\s*(?:户|人|票|平方米|㎡|m2|m²)$", "", plain)
    if name == "voters":
        # Nine digits are more owners than any roll has: what is longer stays a text, which the rules of a case refuse in words.
        return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 10 else plain  # noqa: PLR2004
    return plain.replace("％", "%") if name.endswith("_pct") else plain


def _matter(text: str) -> str:
    """The code of a matter, or the text itself, which is none."""
    known = {code: str(said) for code, said in SAID.items()}
    if text in MATTERS or text in known.values():
        return next(code for code in MATTERS if text in {code, known[code]})
    found = list(_fitting(text))
    return found[0] if len(found) == 1 else text


def _fitting(text: str) -> Iterator[str]:
    return (code for code, fits in _MATTERS if fits.search(text))
