"""Writes .xlsx: the sample, the register in an office's own form, and a checked file with its bad cells marked.

What stands in these files is the office's, so it is Chinese whatever language the page has. A text that begins with an equals
sign is written as text, never as a formula.
"""

import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.datavalidation import DataValidation

from registers.models import Layout
from registers.rules.columns import SKIP
from registers.rules.difference import KnownHome, names_text, phones_text, shares_text
from registers.rules.workbook import MAX_ROWS, Number, Sheet, letter

SOURCES: Final = {"register": "不动产登记", "survey": "测绘报告", "contract": "买卖合同", "office": "物业台账"}
USES: Final = {"dwelling": "住宅", "shop": "商铺", "office": "办公", "parking": "车位"}
# The form of an office that has none of its own yet: what the sample has.
COLUMNS: Final = (
    ("building", "楼幢", 10),
    ("entrance", "单元", 10),
    ("room", "室号", 10),
    ("floor", "楼层", 8),
    ("area", "专有部分面积(㎡)", 18),
    ("area_source", "面积来源", 14),
    ("use", "用途", 10),
    ("owner", "业主姓名", 24),
    ("phone", "联系电话", 30),
    ("share", "产权份额", 14),
    ("owner_source", "产权来源", 14),
    ("note", "备注", 24),
)
SHEET: Final = "房屋台账"
_LINE: Final = Side(style="thin", color="BFBFBF")
_HEAD: Final = {
    "font": Font(bold=True),
    "fill": PatternFill("solid", fgColor="F2F2F2"),
    "alignment": Alignment(horizontal="center", vertical="center", wrap_text=True),
    "border": Border(_LINE, _LINE, _LINE, _LINE),
}
_CELL: Final = {"border": Border(_LINE, _LINE, _LINE, _LINE), "alignment": Alignment(vertical="center", wrap_text=True)}
_BAD: Final = PatternFill("solid", fgColor="FFC7CE")
_NOTE: Final = PatternFill("solid", fgColor="FFEB9C")
_NUMBERING: Final = {"序号", "编号", "no", "no."}
_GUIDE: Final = (
    ("怎么填", ""),
    ("一行一套", "一套房屋一行。几位业主写在同一格里，用顿号隔开；也可以一人一行，把楼幢、单元、室号合并单元格。"),
    ("楼幢、单元、室号", "照平时的叫法写：3幢、2单元、1201。没有单元的，单元空着。"),
    ("楼层", "空着时按室号推算：1201 是 12 层。地下写 B1 或 -1。"),
    ("专有部分面积", "平方米，最多四位小数，例如 118.3254。写不写“㎡”都可以。"),
    ("面积来源、产权来源", "不动产登记、测绘报告、买卖合同、物业台账，四选一。"),
    ("业主姓名", "王晓明、李芳。生僻字照登记簿写，不要用拼音或图形代替。"),
    ("联系电话", "与业主的先后一致：13800001234、13900005678。没有电话的那一位写“无”。一位业主两个号码，中间用空格。"),
    ("产权份额", "1/2、1/2 或 50%、50%。空着时各人相等。同一套各人的份额加起来必须是 1。"),
    ("空着的格子", "空着表示不改原来的内容；要清空，写“无”。"),
    ("表里没有的房屋", "不会删除，导入前会列出来给您看。"),
    ("身份证号", "不要填，填了也不会导入。"),
)
_EXAMPLE: Final = (
    (
        *("3幢", "2单元", "1201", 12, Decimal("118.3254"), "不动产登记", "住宅", "王晓明、李芳"),
        *("13800001234、无", "1/2、1/2", "不动产登记", ""),
    ),
    (
        *("3幢", "2单元", "1202", 12, Decimal("89.12"), "测绘报告", "住宅", "张三"),
        *("13900005678 0579-87000000", "", "买卖合同", "长期空置"),
    ),
)


def text_cell(sheet: Any, value: Any, **look: Any) -> Any:
    """A cell; texts stay texts, characters that no sheet can hold are left out."""
    if isinstance(value, str):
        value = ILLEGAL_CHARACTERS_RE.sub("", value)
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str) and value:
        cell.data_type = "s"
    for name, what in look.items():
        setattr(cell, name, what)
    return cell


def row_of(sheet: Any, values: Iterable[Any]) -> list[Any]:
    """A row without looks, its texts as ``text_cell`` writes them. What needs no cell of its own is written a third faster."""
    return [text_cell(sheet, value) if _needs_cell(value) else value for value in values]


def _needs_cell(value: Any) -> bool:
    """Whether the library would take a text for something else: a formula, an error; or refuse it."""
    return isinstance(value, str) and (value[:1] in {"=", "#"} or ILLEGAL_CHARACTERS_RE.search(value) is not None)


def title(name: str) -> str:
    """A name that a sheet may have: Excel allows 31 characters and not all of them."""
    return re.sub(r"[\\*?:/\[\]\x00-\x1f]", "", name)[:31].strip("' ") or SHEET


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sample() -> bytes:
    """An empty form with drop-down lists, and a sheet that says how to fill it in."""
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(SHEET)
    _dress(sheet, [width for _field, _label, width in COLUMNS], frozen=2)
    last = 5001
    for number, (field, _label, _width) in enumerate(COLUMNS, start=1):
        rule = _rule(field)
        if rule is not None:
            rule.add(f"{letter(number)}2:{letter(number)}{last}")
            sheet.data_validations.append(rule)
        if field in {"room", "phone", "building", "entrance", "share"}:
            sheet.column_dimensions[letter(number)].number_format = "@"  # 3-1 must not become a date
    sheet.append([text_cell(sheet, label, **_HEAD) for _field, label, _width in COLUMNS])
    guide: Any = book.create_sheet("填写说明")
    _dress(guide, [22, 90])
    for title, words in _GUIDE:
        bold = Font(bold=True)
        guide.append([text_cell(guide, title, font=bold), text_cell(guide, words, alignment=_CELL["alignment"])])
    guide.append([])
    guide.append([text_cell(guide, "例子", font=Font(bold=True))])
    guide.append([text_cell(guide, label, **_HEAD) for _field, label, _width in COLUMNS])
    for row in _EXAMPLE:
        guide.append([text_cell(guide, value, **_CELL) for value in row])
    return _saved(book)


def _rule(field: str) -> DataValidation | None:
    lists = {"area_source": SOURCES, "owner_source": SOURCES, "use": USES}
    if field in lists:
        rule = DataValidation(type="list", formula1=f'"{",".join(lists[field].values())}"', allow_blank=True)
        rule.error, rule.errorTitle = "请从下拉列表里选一个。", "没有这一项"
    elif field == "area":
        rule = DataValidation(type="decimal", operator="between", formula1="0.0001", formula2="99999", allow_blank=True)
        rule.error, rule.errorTitle = "面积是大于 0 的数字，单位平方米。", "面积不对"
    else:
        return None
    rule.showErrorMessage = True
    return rule


def _dress(sheet: Any, widths: Sequence[float], frozen: int = 0) -> None:
    for number, width in enumerate(widths, start=1):
        if width:
            sheet.column_dimensions[letter(number)].width = width
    if frozen:
        sheet.freeze_panes = f"A{frozen}"


# --- the register ------------------------------------------------------------------------------------------------------
def _sources(home: KnownHome) -> str:
    found = [SOURCES[owner.source] for owner in home.owners]
    return found[0] if found and len(set(found)) == 1 else "、".join(found)


_VALUES: Final[Mapping[str, Callable[[KnownHome], Any]]] = {
    "building": lambda home: home.building,
    "entrance": lambda home: home.entrance,
    "room": lambda home: home.room,
    "place": lambda home: home.address,
    "floor": lambda home: home.floor,
    "area": lambda home: home.area,
    "area_source": lambda home: SOURCES[home.area_source],
    "use": lambda home: USES[home.use],
    "owner": lambda home: names_text(home.owners),
    "share": lambda home: shares_text(home.owners),
    "owner_source": _sources,
    "note": lambda home: home.note,
}


def register(layout: Layout | None, homes: Iterable[KnownHome], *, with_phones: bool) -> bytes:
    """Every home, one a row, under the office's own titles, headers and columns; what it does not import stays blank."""
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(title(layout.sheet if layout else SHEET))
    if layout is not None:
        fields = [one["field"] for one in layout.columns]
        labels = [one["label"] for one in layout.columns]
        above, header, merges, widths = layout.rows, layout.header, layout.merges, layout.widths
    else:
        fields = [field for field, _label, _width in COLUMNS]
        labels = [label for _field, label, _width in COLUMNS]
        above, header, merges, widths = [labels], [1, 1], [], [width for _field, _label, width in COLUMNS]
    _dress(sheet, widths, frozen=len(above) + 1)
    for top, left, bottom, right in merges:
        if (top, left) != (bottom, right):
            sheet.merged_cells.ranges.add(CellRange(min_row=top, min_col=left, max_row=bottom, max_col=right))
    for number, row in enumerate(above, start=1):
        look = _HEAD if header[0] <= number <= header[1] else {"font": Font(bold=True, size=14)}
        sheet.append([text_cell(sheet, text or None, **look) for text in row])
    numbered = [label.rpartition("·")[2].strip().lower() in _NUMBERING for label in labels]
    for count, home in enumerate(homes, start=1):
        cells = []
        for field, is_number in zip(fields, numbered, strict=True):
            if field == SKIP:
                value: Any = count if is_number else None
            elif field == "phone":
                value = phones_text(home.owners) if with_phones else None
            else:
                value = _VALUES[field](home)
            cells.append(text_cell(sheet, _plain(value)))
        sheet.append(cells)
    return _saved(book)


def _plain(value: Any) -> Any:
    """Blank texts as no value; areas as numbers that show all they have."""
    if isinstance(value, Decimal):
        return value.normalize() if value != value.to_integral() else int(value)
    return value if value != "" else None


# --- a checked file ----------------------------------------------------------------------------------------------------
def marked(sheet: Sheet, header_bottom: int, bad: Mapping[tuple[int, int], str], rows: Mapping[int, str]) -> bytes:
    """The file's sheet as it was read, bad cells red with what is wrong as a comment, and a last column that says it all.

    ``bad`` goes by row and column, ``rows`` by row: everything that is to be said about the row.
    """
    book = Workbook(write_only=True)
    made: Any = book.create_sheet(title(sheet.name))
    last = sheet.last_column
    _dress(made, [*(sheet.widths.get(number, 0) for number in range(1, last + 1)), 60])
    for top, left, bottom, right in sheet.merges:
        if (top, left) != (bottom, right) and right <= last:
            made.merged_cells.ranges.add(CellRange(min_row=top, min_col=left, max_row=bottom, max_col=right))
    # A stray cell far below the rest must not become a million empty rows.
    for number in range(1, min(max(sheet.rows, default=0), 3 * MAX_ROWS) + 1):
        cells: list[Any] = []
        for column in range(1, last + 1):
            cell = text_cell(made, _typed(sheet.text(number, column)))
            why = bad.get((number, column))
            if why is not None:
                cell.fill = _BAD
                cell.comment = Comment(why, "共治", width=320, height=120)
            cells.append(cell)
        if number == header_bottom:
            cells.append(text_cell(made, "要改的地方", **_HEAD))
        elif number in rows:
            cells.append(text_cell(made, rows[number], fill=_NOTE, alignment=_CELL["alignment"]))
        made.append(cells)
    return _saved(book)


def _typed(text: str) -> Any:
    """Numbers as numbers again, where nothing of them is lost."""
    if not text:
        return None
    if isinstance(text, Number) and len(text) <= 15:  # noqa: PLR2004  what Excel keeps of a number
        try:
            return int(text) if text.lstrip("-").isdigit() else float(text)
        except ValueError:
            return str(text)
    return str(text)
