"""Reads rows that were pasted, or that stand in the cells of a sheet: what each column means, and what is wrong with a cell."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from handover.rules.lists import FIELDS, MAX_FEN, MAX_NOTE, MAX_QUANTITY, MAX_ROWS, MAX_TITLE, MAX_WORDS, MONEY, Row

# The titles of columns as offices write them.
HEADS: Final[Mapping[str, tuple[str, ...]]] = {
    "title": ("名称", "项目", "钥匙名称", "设备名称", "资料名称", "款项", "姓名", "钥匙", "设备", "资料", "名目", "内容"),
    "detail": ("说明", "规格", "编号", "型号", "岗位", "职务", "依据", "规格型号"),
    "place": ("位置", "地点", "存放位置", "安装位置", "存放地点"),
    "condition": ("状况", "现状", "完好情况", "状态", "情况"),
    "quantity": ("数量", "把数", "份数", "台数", "套数", "件数"),
    "amount": ("金额", "金额(元)", "余额", "元"),
    "note": ("备注",),
}  # fmt: skip
_SKIPPED: Final = {"序号", "编号", "no", "no."}
# Never longer than what may be meant: thousands of digits are no number to anybody.
_AMOUNT: Final = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{0,2}0*)?", re.ASCII)
_COUNT: Final = re.compile(r"[0-9]{1,12}", re.ASCII)
_SURROGATE: Final = re.compile(r"[\ud800-\udfff\ue000-\uf8ff]")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Bad:
    """What is wrong with a row: its number as the person counts, the column, and why (a code)."""

    row: int
    field: str
    code: str
    said: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """Rows that are right and those that are not; ``code`` refuses the whole: nothing, too_many_rows."""

    rows: tuple[Row, ...]
    bad: tuple[Bad, ...]
    code: str = ""


def pasted(text: str, kind: str) -> Read:
    """Rows from text: one a line, cells apart by tabs, commas or several spaces; with or without a line of titles."""
    lines = [(number, _split(line)) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    return table(lines, kind)


def table(lines: Iterable[tuple[int, Sequence[str]]], kind: str) -> Read:
    """Rows from cells. The first line that names 名称 (or alike) is the header; without one the list's own order holds."""
    known = list(lines)
    start = next((index for index, (_n, cells) in enumerate(known[:10]) if _is_header(cells)), None)
    columns = _header(known[start][1]) if start is not None else ["title", *FIELDS[kind], "note"]
    body = known[start + 1 :] if start is not None else known
    if not body:
        return Read((), (), "nothing")
    if len(body) > MAX_ROWS:
        return Read((), (), "too_many_rows")
    rows: list[Row] = []
    bad: list[Bad] = []
    for number, cells in body:
        row, wrong = _row(number, dict(zip(columns, cells, strict=False)), kind)
        bad += wrong
        if row is not None:
            rows.append(row)
    return Read(tuple(rows), tuple(bad))


def fen(typed: str) -> int | None:
    """Yuan as typed (45, 1,234.50, ￥45.5, -20) in fen; None for what is no amount with at most two decimals."""
    text = unicodedata.normalize("NFKC", typed).strip().removesuffix("元").lstrip("¥￥").replace(",", "").strip()
    if not _AMOUNT.fullmatch(text):
        return None
    whole = int(Decimal(text) * 100)
    return whole if abs(whole) <= MAX_FEN else None


def quantity(typed: str) -> int | None:
    """A count as typed (3, 3把, １２); None for what is none."""
    text = re.sub(r"[把份台套件个本块张]$", "", unicodedata.normalize("NFKC", typed).strip())
    return int(text) if _COUNT.fullmatch(text) and int(text) <= MAX_QUANTITY else None


def plain(text: str) -> str:
    """Text without control characters, spaces in a row and ends trimmed."""
    return " ".join(_CONTROL.sub(" ", text).split())


def unreadable(text: str) -> bool:
    """Whether it holds characters of the computer's own making, which another cannot show."""
    return _SURROGATE.search(text) is not None


def _split(line: str) -> list[str]:
    if "\t" in line:
        return line.split("\t")
    if re.search(r"[,，]", line):
        return re.split(r"[,，]", line)
    return re.split(r"\s{2,}", line.strip())


def _named(cell: str) -> str:
    said = plain(unicodedata.normalize("NFKC", cell)).replace(" ", "").lower()
    if said in _SKIPPED and said != "编号":
        return "skip"
    return next((field for field, names in HEADS.items() if said in names), "")


def _is_header(cells: Sequence[str]) -> bool:
    names = [_named(cell) for cell in cells]
    return "title" in names and sum(bool(name) for name in names) >= min(2, len([c for c in cells if c.strip()]))


def _header(cells: Sequence[str]) -> list[str]:
    found: list[str] = []
    for cell in cells:
        name = _named(cell) or "skip"
        found.append(name if name not in found else "skip")
    return found


def _row(number: int, cells: Mapping[str, str], kind: str) -> tuple[Row | None, list[Bad]]:
    given = {field: plain(text) for field, text in cells.items() if field != "skip"}
    if not any(given.values()):
        return None, []
    bad = _texts(number, given)
    if not given.get("title"):
        bad.append(Bad(number, "title", "no_title"))
    counted, paid = given.get("quantity", ""), given.get("amount", "") if kind == MONEY else ""
    count, amount = quantity(counted), fen(paid)
    if counted and count is None:
        bad.append(Bad(number, "quantity", "quantity", counted[:20]))
    if paid and amount is None:
        bad.append(Bad(number, "amount", "amount", paid[:20]))
    if bad:
        return None, bad
    words = {field: given.get(field, "") for field in ("title", "detail", "place", "condition", "note")}
    return Row(**words, quantity=count, amount_fen=amount), []


def _texts(number: int, given: Mapping[str, str]) -> list[Bad]:
    longest = {"title": MAX_TITLE, "note": MAX_NOTE}
    bad: list[Bad] = []
    for field, text in given.items():
        if unreadable(text):
            bad.append(Bad(number, field, "unreadable"))
        elif len(text) > longest.get(field, MAX_WORDS):
            bad.append(Bad(number, field, "too_long"))
    return bad
