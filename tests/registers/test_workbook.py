"""The reader of .xlsx: what a register needs to know of a sheet, and files that mean harm."""

import contextlib
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from registers.rules import workbook
from registers.rules.workbook import Number, WorkbookRefused, filled, number_text, open_workbook, read_sheet
from tests.registers.books import book, parts, raw, register, saved

_GOOD = register(["1幢", "1单元", "101", 1, 89.12, "王晓明", "13800001234", "", ""])


def only(content: bytes) -> workbook.Sheet:
    opened = open_workbook(content)
    return read_sheet(opened, opened.names[0])


def code(content: bytes) -> str:
    with pytest.raises(WorkbookRefused) as refused:
        only(content)
    return refused.value.code


def test_texts_and_numbers() -> None:
    sheet = only(book([["室号", "面积"], ["301", 118.32], [None, 13800001234]]))
    assert sheet.rows == {1: {1: "室号", 2: "面积"}, 2: {1: "301", 2: "118.32"}, 3: {2: "13800001234"}}
    assert isinstance(sheet.rows[2][2], Number)
    assert not isinstance(sheet.rows[2][1], Number)


@given(st.integers(1, 10**11), st.integers(0, 4))
def test_a_number_is_shown_with_all_that_it_has(value: int, places: int) -> None:
    shown = value / 10**places
    assert float(number_text(repr(shown))) == shown
    assert "e" not in number_text(repr(shown)).lower()


def test_the_noise_of_a_sum_is_not_part_of_a_number() -> None:
    assert number_text("118.32000000000001") == "118.32"
    assert number_text("1.3800001234E10") == "13800001234"
    assert number_text("301.0") == "301"


def test_merged_cells_are_filled() -> None:
    sheet = only(book([["楼幢", "室号"], ["1幢", "101"], [None, "102"]], merges=["A2:A3"]))
    assert filled(sheet, 2) == {2: {1: "1幢", 2: "101"}, 3: {1: "1幢", 2: "102"}}


def test_hidden_rows_columns_and_sheets() -> None:
    made = Workbook()
    sheet = made.active
    sheet.append(["a", "b"])
    sheet.append(["c", "d"])
    sheet.row_dimensions[2].hidden = True
    sheet.column_dimensions["B"].hidden = True
    made.create_sheet("底稿").sheet_state = "hidden"
    opened = open_workbook(saved(made))
    assert (opened.names, opened.hidden) == (("Sheet",), ("底稿",))
    read = read_sheet(opened, "Sheet")
    assert (read.hidden_rows, read.hidden_columns) == ({2}, {2})


def test_formulas_errors_and_dates() -> None:
    style = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="165"/></cellXfs>'
    formats = '<numFmts><numFmt numFmtId="165" formatCode="m&quot;月&quot;d&quot;日&quot;"/></numFmts>'
    cells = (
        '<c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>1+1</f></c><c r="C1" t="e"><v>#REF!</v></c>'
        '<c r="D1" s="1"><v>45717</v></c><c r="E1" s="2"><v>45717</v></c><c r="F1" s="0"><v>45717</v></c>'
    )
    sheet = only(raw(f'<sheetData><row r="1">{cells}</row></sheetData>', styles=formats + style))
    assert sheet.rows[1][1] == "2"
    assert (sheet.unfilled, sheet.errors, sheet.dates) == ({(1, 2)}, {(1, 3)}, {(1, 4), (1, 5)})


def test_rich_text_phonetics_and_escapes() -> None:
    strings = "<si><r><t>王</t></r><r><t>明</t></r><rPh><t>おう</t></rPh></si><si><t>a_x000D_b_xD800_</t></si>"
    cells = (
        '<c r="A1" t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="inlineStr"><is><t>行</t></is></c><c t="s"><v>9</v></c>'
    )
    sheet = only(raw(f"<sheetData><row>{cells}</row></sheetData>", strings=strings))
    assert sheet.rows == {1: {1: "王明", 2: "a\rb", 3: "行"}}


def test_a_file_with_links_to_others_says_so() -> None:
    content = raw('<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>')
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/externalLinks/externalLink1.xml", "<externalLink/>")
    assert open_workbook(out.getvalue()).linked
    assert not open_workbook(content).linked


def test_files_that_are_none_of_ours() -> None:
    assert code(b"") == "empty"
    assert code(b"<html>") == "not_xlsx"
    assert code("楼幢,室号\n1,101".encode("gbk")) == "not_xlsx"
    assert code(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600) == "old_format"
    protected = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
    assert code(protected) == "password"
    assert code(parts(word__document_dot_xml="<w/>")) == "not_xlsx"
    assert code(b"PK\x03\x04" + b"\0" * 100) == "broken"
    assert code(register(["1"])[:-200]) == "broken"
    assert code(b"PK\x03\x04" + b"\0" * (6 << 20)) == "too_large"


def test_a_bomb_is_not_unpacked() -> None:
    """200 kB that would be 100 MB: its directory alone refuses it."""
    bomb = parts(xl__workbook_dot_xml="<workbook/>", xl__worksheets__sheet1_dot_xml=b" " * (100 << 20))
    assert len(bomb) < 200_000
    assert code(bomb) == "too_much_inside"
    many = parts(xl__workbook_dot_xml="<workbook/>", **{f"xl__media__{n}": b"x" for n in range(60)})
    assert code(many) == "too_much_inside"


def test_a_directory_that_lies_is_found_out() -> None:
    """The directory says 10 bytes, the stream has more: no more than said is read."""
    content = bytearray(raw('<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>' + " " * 5000))
    size = len('<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">') + 5000
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        real = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    assert real > size
    lie = bytes(content).replace(real.to_bytes(4, "little"), (40).to_bytes(4, "little"))
    assert code(lie) == "broken"


def test_entities_that_grow_are_refused() -> None:
    laughs = '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    content = parts(
        xl__workbook_dot_xml=f"{laughs}<workbook><sheets>&b;</sheets></workbook>",
        xl___rels__workbook_dot_xml_dot_rels="<Relationships/>",
    )
    assert code(content) == "broken"


def test_huge_dimensions_cost_nothing() -> None:
    """A style on the last cell of the sheet, merges over everything, a dimension of seventeen thousand million cells."""
    sheet = only(
        raw(
            '<dimension ref="A1:XFD1048576"/><cols><col min="1" max="16384" width="9"/></cols>'
            '<sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="3"/></row></sheetData>'
            '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
        )
    )
    assert sheet.rows == {1: {1: "1"}}
    assert filled(sheet) == {1: {1: "1"}}


def test_merges_that_claim_too_much_are_refused() -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c><c r="CV{n}"><v>1</v></c></row>' for n in range(1, 1001))
    merges = '<mergeCell ref="A1:CV1000"/>' * 11
    sheet = only(raw(f"<sheetData>{rows}</sheetData><mergeCells>{merges}</mergeCells>"))
    with pytest.raises(WorkbookRefused) as refused:
        filled(sheet)
    assert refused.value.code == "broken"


def test_too_many_rows_and_columns() -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 20_100))
    assert code(raw(f"<sheetData>{rows}</sheetData>")) == "too_many_rows"
    assert code(raw('<sheetData><row r="1"><c r="DA1"><v>1</v></c></row></sheetData>')) == "too_many_columns"


@given(st.binary(max_size=400))
def test_bytes_behind_a_zip_mark_are_refused_in_words(content: bytes) -> None:
    with pytest.raises(WorkbookRefused):
        only(b"PK\x03\x04" + content)


@given(st.integers(0, 3000), st.integers(0, 255))
def test_a_damaged_file_is_read_or_refused(place: int, byte: int) -> None:
    content = bytearray(_GOOD)
    content[place % len(content)] = byte
    with contextlib.suppress(WorkbookRefused):
        assert only(bytes(content)).name


@given(st.integers(1, 18_000), st.integers(1, 1_000_000))
def test_references_there_and_back(column: int, row: int) -> None:
    assert workbook.place(workbook.reference(row, column)) == (row, column)
