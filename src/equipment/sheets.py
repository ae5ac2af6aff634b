"""Writes .xlsx: the sample, the register, and a checked list with its wrong cells marked.

What stands in these files is the office's, so it is Chinese whatever language the page has.
"""

import io
from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django.utils.translation import override
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from equipment.actions.importing import read
from equipment.models import Piece, Place, Run
from equipment.rules.standards import standards
from equipment.words import finding_text
from posting.rules.labels import grouped
from registers import sheets
from registers.rules.workbook import letter

SHEET: Final = "消防设施台账"
LANGUAGE: Final = "zh-hans"
COLUMNS: Final = (
    ("kind", "种类", 16), ("subtype", "类型", 12), ("number", "编号", 14), ("building", "楼幢", 10), ("floor", "楼层", 8),
    ("spot", "位置", 26), ("place", "场所", 14), ("unit", "配置单元", 18), ("count", "数量", 8), ("maker", "厂家", 18),
    ("model", "型号规格", 16), ("made_on", "出厂日期", 13), ("installed_on", "启用日期", 13),
    ("serviced_on", "上次维修", 13), ("battery_on", "电池更换日期", 13), ("service_body", "维修单位", 18),
    ("note", "备注", 24),
)  # fmt: skip
_HEAD: Final = {"font": Font(bold=True), "fill": PatternFill("solid", fgColor="F2F2F2")}
_WRAP: Final = {"alignment": Alignment(vertical="top", wrap_text=True)}
_EXAMPLES: Final = (
    ("灭火器", "干粉", "MHQ-001", "", "B1", "车库东侧 A 区立柱", "地下室", "B1 车库 A 区", 2, "某消防器材厂", "MFZ/ABC4",
     date(2023, 3, 1), date(2023, 5, 1), None, None, "", ""),
    ("室内消火栓", "", "XHS-001", "", "3", "西侧走道", "一般", "", 1, "", "SN65", date(2019, 6, 1), None, None, None, "", ""),
)  # fmt: skip
_GUIDE: Final = (
    ("一行一件", "同一处放着几具一样的，可以写一行，数量写几。"),
    ("种类", "照样表里的下拉选。消火栓、烟感、应急灯这样的叫法也认得。"),
    ("编号", "每件一个，不能重复。以后再导入时按编号找到同一件，空着的格子不改原来的内容。"),
    ("楼幢、楼层、位置", "楼幢照小区台账的叫法写，不在楼里的空着。楼层写 3、B1 或 屋顶。楼幢和位置至少写一样。"),
    ("场所", "地下室、锅炉房、堆场、人员密集场所里的灭火器每半个月检查一次。空着时，地下的算地下室，其他算一般。"),
    ("配置单元", "灭火器按配置单元送修，同时送走的不超过四分之一。"),
    ("日期", "写 2023-03-01、2023年3月 或 2023.3 都可以。只写到月的，按当月 1 日算。"),
    ("合并单元格、两层表头", "都可以，不用拆开。"),
)


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _start(name: str) -> tuple[Workbook, Any]:
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(name)
    for number, (_field, _label, width) in enumerate(COLUMNS, start=1):
        sheet.column_dimensions[letter(number)].width = width
    sheet.freeze_panes = "A2"
    return book, sheet


def sample(buildings: Iterable[str]) -> bytes:
    """An empty form with drop-down lists, two examples, and a sheet that says how to fill it in."""
    book, sheet = _start(SHEET)
    names = [name for name in buildings if "," not in name and '"' not in name]
    lists: dict[str, list[str]] = {"place": ["一般", "地下室", "锅炉房", "堆场", "人员密集场所"]}
    if names and len(",".join(names)) < 250:  # noqa: PLR2004  what Excel takes in a list
        lists["building"] = names
    for number, (field, _label, _width) in enumerate(COLUMNS, start=1):
        if field in lists:
            rule = DataValidation(type="list", formula1=f'"{",".join(lists[field])}"', allow_blank=True)
            rule.add(f"{letter(number)}2:{letter(number)}5001")
            sheet.data_validations.append(rule)
    kinds = DataValidation(type="list", formula1=f"种类!$A$1:$A${len(standards().kinds)}", allow_blank=True)
    kinds.add("A2:A5001")
    sheet.data_validations.append(kinds)
    sheet.append([sheets.text_cell(sheet, label, **_HEAD) for _field, label, _width in COLUMNS])
    for row in _EXAMPLES:
        sheet.append([sheets.text_cell(sheet, value) for value in row])
    guide: Any = book.create_sheet("填写说明")
    guide.column_dimensions["A"].width, guide.column_dimensions["B"].width = 22, 90
    for title, words in _GUIDE:
        guide.append([sheets.text_cell(guide, title, **_HEAD), sheets.text_cell(guide, words, **_WRAP)])
    known: Any = book.create_sheet("种类")
    for kind in standards().kinds.values():
        subtypes = "、".join(name for name, _en in kind.subtypes.values())
        known.append([sheets.text_cell(known, kind.name), sheets.text_cell(known, subtypes)])
    return _saved(book)


def register(pieces: Iterable[Piece], buildings: dict[int, str]) -> bytes:
    """The register in the sample's form, with each piece's label code: it can be changed and imported again."""
    book, sheet = _start(SHEET)
    sheet.append([sheets.text_cell(sheet, label, **_HEAD) for _f, label, _w in (*COLUMNS, ("", "标签编码", 12))])
    with override(LANGUAGE):
        for piece in pieces:
            kind = standards().kinds[piece.kind]
            values = {
                "kind": kind.name,
                "subtype": kind.subtypes[piece.subtype][0] if piece.subtype in kind.subtypes else "",
                "building": buildings.get(piece.building_id or 0, ""),
                "place": str(Place(piece.place).label),
            }
            row = [values.get(field, getattr(piece, field, "")) for field, _label, _width in COLUMNS]
            row.append(grouped(piece.label_code) if piece.label_code else "")  # type: ignore[attr-defined]  # read along
            sheet.append([sheets.text_cell(sheet, value) for value in row])
    return _saved(book)


def marked(run: Run, today: date) -> bytes:
    """The file as it came, every row of it, with wrong cells red and what is wrong beside them."""
    bad: dict[tuple[int, int], str] = {}
    rows: dict[int, list[str]] = {}
    sheet, header, _reading = read(bytes(run.content), run.compound_id, today)
    with override(LANGUAGE):
        for one in run.report["bad"]:
            text = finding_text(one["code"], one["words"])
            rows.setdefault(one["row"], []).append(f"{one['ref']}：{text}")
            if one["column"]:
                spot = (one["row"], one["column"])
                bad[spot] = f"{bad[spot]}\n{text}" if spot in bad else text
    return sheets.marked(sheet, header.bottom, bad, {row: "\n".join(texts) for row, texts in rows.items()})
