"""Files as offices send them, made for tests: good ones by openpyxl, hostile ones by hand."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook

HEADER = ("楼幢", "单元", "室号", "楼层", "建筑面积", "业主姓名", "联系电话", "产权份额", "备注")


def book(rows: Iterable[Sequence[Any]], *, merges: Iterable[str] = (), title: str = "台账", **sheets: Any) -> bytes:
    """An .xlsx with these rows in its first sheet; ``sheets`` are further ones: name=(rows, state)."""
    made = Workbook()
    sheet = made.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    for merge in merges:
        sheet.merge_cells(merge)
    for name, (more, state) in sheets.items():
        other = made.create_sheet(name)
        other.sheet_state = state
        for row in more:
            other.append(list(row))
    return saved(made)


def saved(made: Workbook) -> bytes:
    """The workbook as a file."""
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def register(*rows: Sequence[Any], header: Sequence[Any] = HEADER) -> bytes:
    """A plain register with the usual header."""
    return book([header, *rows])


def home(
    room: str, owner: str = "王晓明", phone: str = "", area: Any = 89.12, share: str = "", note: str = ""
) -> list[Any]:
    """One row of ``register``: 1幢1单元, the room given."""
    return ["1幢", "1单元", room, "", area, owner, phone, share, note]


def parts(**files: bytes | str) -> bytes:
    """A zip of these parts by hand: ``__`` stands for a slash, ``_dot_`` for a dot in names."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return out.getvalue()


def raw(sheet: str, *, strings: str = "", styles: str = "") -> bytes:
    """The least .xlsx around one sheet's XML (what stands inside ``<worksheet>``)."""
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    files = {
        "xl__workbook_dot_xml": f'<workbook {space} xmlns:r="{relations}"><sheets><sheet name="台账" sheetId="1" r:id="r1"/>'
        "</sheets></workbook>",
        "xl___rels__workbook_dot_xml_dot_rels": '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/>'
        "</Relationships>",
        "xl__worksheets__sheet1_dot_xml": f"<worksheet {space}>{sheet}</worksheet>",
    }
    if strings:
        files["xl__sharedStrings_dot_xml"] = f"<sst {space}>{strings}</sst>"
    if styles:
        files["xl__styles_dot_xml"] = f"<styleSheet {space}>{styles}</styleSheet>"
    return parts(**files)
