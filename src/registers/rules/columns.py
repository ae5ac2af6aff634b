"""Where a sheet's header is, and what each column means: guessed from the words that offices use, corrected by people."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from registers.rules.cells import compact
from registers.rules.workbook import Sheet, filled, letter

SEARCHED: Final = 20  # rows from the top in which a header is looked for
MOST_HEADER_ROWS: Final = 3
FEWEST: Final = 2  # columns that must be recognised for a row to be a header

# What a column can mean, in the order in which the page offers it; and the header words that mean it.
WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "building": ("楼幢", "幢号", "楼栋", "栋号", "楼号", "楼栋号", "楼幢号", "幢", "栋", "楼座", "座号", "几幢", "building"),
    "entrance": ("单元", "单元号", "门洞", "梯号", "单元门", "几单元", "unit"),
    "room": ("室号", "房号", "房间号", "室", "户号", "门牌", "门牌号", "房间", "房室号", "室内号", "room"),
    "place": ("房屋坐落", "坐落", "房屋地址", "房屋位置", "房屋", "住址", "门牌地址", "房产地址", "address"),
    "floor": ("楼层", "层", "所在层", "层数", "层次", "所在楼层", "floor"),
    "area": (
        "建筑面积", "面积", "专有面积", "专有部分面积", "产权面积", "房屋面积", "房产面积", "证载面积", "登记面积", "area",
    ),
    "area_source": ("面积来源", "面积依据", "面积出处"),
    "use": ("用途", "房屋用途", "房屋性质", "性质", "房屋类型", "类型", "规划用途", "物业类型"),
    "owner": (
        "业主", "业主姓名", "产权人", "户主", "权利人", "所有权人", "房主", "产权人姓名", "业主名称", "姓名", "户主姓名", "owner",
    ),
    "phone": (
        "电话", "联系电话", "手机", "手机号", "手机号码", "联系方式", "业主电话", "电话号码", "联系手机", "业主手机", "phone",
    ),
    "share": ("份额", "产权份额", "占比", "比例", "产权比例", "共有份额", "所占份额", "持有份额"),
    "owner_source": ("产权来源", "权属来源", "业主来源", "产权依据", "权属依据", "来源"),
    "note": ("备注", "说明", "附注", "note"),
}  # fmt: skip
FIELDS: Final = tuple(WORDS)
SKIP: Final = ""
# Parts of a header that show that the column is not about owners or must not be taken in at all.
_OTHERS: Final = ("租", "承租", "使用人", "家属", "紧急", "证件", "身份证", "车牌", "入住", "备用")
_UNITS: Final = re.compile(r"[（(【\[].*?[)）】\]]|[:：*※]|\(m2\)|㎡|m²|m2|平方米", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its number, what its header says (lines joined by ·), what it means (SKIP: it is left out)."""

    number: int
    label: str
    field: str

    @property
    def letter(self) -> str:
        """As the office's program calls it."""
        return letter(self.number)


@dataclass(frozen=True, slots=True)
class Header:
    """The rows of the header, first and last, and the columns that they name."""

    top: int
    bottom: int
    columns: tuple[Column, ...]

    @property
    def recognised(self) -> int:
        """How many columns mean something."""
        return sum(column.field != SKIP for column in self.columns)


def plain_label(text: str) -> str:
    """A header's words without units, brackets, stars, spaces and width."""
    return compact(_UNITS.sub("", text)).lower()


def meaning(label: str) -> str:
    """What a header means by its last line, or with the line above it; SKIP when nobody knows."""
    lines = [plain_label(line) for line in label.split("·") if plain_label(line)]
    if not lines or any(word in line for line in lines for word in _OTHERS):
        return SKIP
    joined = "".join(lines)
    for text in (lines[-1], joined):
        for field, words in WORDS.items():
            if text in words:
                return field
    # 建筑面积(登记), 业主姓名或单位名称: the longest word that it holds, area before room.
    held = [
        (len(word), field) for field, words in WORDS.items() for word in words if len(word) > 1 and word in lines[-1]
    ]
    return max(held)[1] if held else SKIP


def find_header(sheet: Sheet) -> Header | None:
    """The header of a sheet within its first rows; None when no row names two things of a register."""
    rows = {number: cells for number, cells in filled(sheet).items() if number <= SEARCHED + MOST_HEADER_ROWS}
    best: tuple[int, int] | None = None
    for number in sorted(rows):
        if number > SEARCHED:
            break
        known = len({meaning(text) for text in rows[number].values()} - {SKIP})
        if known >= FEWEST and (best is None or known > best[0]):
            best = (known, number)
    if best is None:
        return None
    top, bottom = _extent(sheet, best[1])
    return header_at(sheet, top, bottom)


def _extent(sheet: Sheet, row: int) -> tuple[int, int]:
    """The rows of a header around its best one: merged cells that reach into it, and groups above it."""
    top = bottom = row
    width = sheet.last_column
    for upper, left, lower, right in sheet.merges:
        if upper <= row <= lower and lower - upper < MOST_HEADER_ROWS:  # one name over two lines
            top, bottom = min(top, upper), max(bottom, lower)
        elif upper == lower == row - 1 and 1 < right - left + 1 < width:  # 业主信息 over 姓名 and 电话
            top = min(top, upper)
        elif upper == lower == row and right > left and sheet.rows.get(row + 1):
            bottom = max(bottom, row + 1)
    return top, min(bottom, top + MOST_HEADER_ROWS - 1)


def header_at(sheet: Sheet, top: int, bottom: int) -> Header:
    """The header in these rows, with the meaning of each column guessed; each meaning is given to one column only."""
    rows = filled(sheet)
    last = max((max(cells) for number, cells in rows.items() if number >= top and cells), default=0)
    labels: list[str] = []
    for number in range(1, last + 1):
        lines: list[str] = []
        for row in range(top, bottom + 1):
            text = " ".join(rows.get(row, {}).get(number, "").split())
            if text and (not lines or lines[-1] != text):
                lines.append(text)
        labels.append(" · ".join(lines)[:120])
    return Header(top, bottom, assigned(labels))


def assigned(labels: Sequence[str], remembered: Mapping[str, str] | None = None) -> tuple[Column, ...]:
    """Columns with their meanings: what people decided for the same header before, else the guess. None twice."""
    taken: set[str] = set()
    columns: list[Column] = []
    known = {plain_label(label): field for label, field in (remembered or {}).items()}
    for number, label in enumerate(labels, start=1):
        field = known.get(plain_label(label), meaning(label)) if label else SKIP
        if field in taken:
            field = SKIP
        elif field:
            taken.add(field)
        columns.append(Column(number, label, field))
    return tuple(columns)


def wanting(fields: set[str]) -> str:
    """What a mapping lacks before a row can be read: a code, or empty. A home needs a building and a room, or a place."""
    if "place" in fields:
        return ""
    if "room" not in fields:
        return "no_room"
    return "" if "building" in fields else "no_building"
