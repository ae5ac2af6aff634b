"""From rows to homes: headers as offices write them, several rows a home, every bad row and cell named."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from openpyxl import Workbook

from registers.rules.columns import Header, assigned, find_header, meaning
from registers.rules.rows import BAD, FiledHome, Reading, read_rows
from registers.rules.workbook import Sheet, WorkbookRefused, open_workbook, read_sheet
from registers.words import finding_text
from tests.registers.books import HEADER, book, home, raw, register, saved


def opened(content: bytes) -> tuple[Sheet, Header]:
    workbook = open_workbook(content)
    sheet = read_sheet(workbook, workbook.names[0])
    header = find_header(sheet)
    assert header is not None
    return sheet, header


def read(content: bytes) -> Reading:
    sheet, header = opened(content)
    return read_rows(sheet, header, header.columns)


def bad(content: bytes) -> list[tuple[str, str]]:
    """(reference, code) of every bad cell, after making sure that each can be said."""
    found = [one for one in read(content).findings if one.level == BAD]
    for one in found:
        what, todo = finding_text(one.code, one.details)
        assert what
        assert todo
        assert "%(" not in what + todo
    return [(one.reference, one.code) for one in found]


def one(content: bytes) -> FiledHome:
    reading = read(content)
    assert [finding for finding in reading.findings if finding.level == BAD] == []
    [found] = reading.homes
    return found


def owners(found: FiledHome) -> list[tuple[str, list[str] | None, Fraction | None]]:
    return [(owner.name, owner.phones, owner.share) for owner in found.owners or []]


# --- headers -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("label", "field"),
    [
        ("楼幢", "building"),
        ("幢 号", "building"),
        ("栋号", "building"),
        ("单元", "entrance"),
        ("室号*", "room"),
        ("房间号", "room"),
        ("建筑面积（㎡）", "area"),
        ("专有部分面积(m²)", "area"),
        ("建筑面积平方米", "area"),
        ("面积来源", "area_source"),
        ("业主姓名", "owner"),
        ("产权人（单位）", "owner"),
        ("联系电话：", "phone"),
        ("手机号码", "phone"),
        ("业主信息 · 姓名", "owner"),
        ("业主信息 · 电话", "phone"),
        ("租户信息 · 姓名", ""),
        ("紧急联系人电话", ""),
        ("身份证号", ""),
        ("序号", ""),
        ("产权份额", "share"),
        ("房屋坐落", "place"),
        ("", ""),
    ],
)
def test_what_a_header_means(label: str, field: str) -> None:
    assert meaning(label) == field


def test_no_meaning_is_given_twice_and_what_people_chose_wins() -> None:
    assert [c.field for c in assigned(["电话", "手机", "室号"])] == ["phone", "", "room"]
    assert [c.field for c in assigned(["电话", "甲", "室号"], {"电 话": "", "甲": "phone"})] == ["", "phone", "room"]


def test_a_title_and_two_header_lines_with_merged_cells() -> None:
    content = book(
        [
            ["和美花园业主清册"],
            ["序号", "房屋信息", None, None, None, "业主信息", None, "备注"],
            [None, "幢号", "单元", "室号", "建筑面积", "姓名", "电话", None],
            [1, "3", "1", "301", 118.32, "王晓明", 13800001234, None],
        ],
        merges=["A1:H1", "A2:A3", "B2:E2", "F2:G2", "H2:H3"],
    )
    _sheet, header = opened(content)
    assert (header.top, header.bottom) == (2, 3)
    assert [c.field for c in header.columns] == ["", "building", "entrance", "room", "area", "owner", "phone", "note"]
    assert [c.label for c in header.columns][:2] == ["序号", "房屋信息 · 幢号"]
    found = one(content)
    assert (found.building, found.entrance, found.room, found.area) == ("3幢", "1单元", "301", Decimal("118.32"))
    assert owners(found) == [("王晓明", ["+8613800001234"], None)]


def test_two_header_lines_where_the_names_above_reach_down() -> None:
    content = book(
        [["幢号", "室号", "业主", None], [None, None, "姓名", "电话"], ["3", "301", "王晓明", "13800001234"]],
        merges=["A1:A2", "B1:B2", "C1:D1"],
    )
    _sheet, header = opened(content)
    assert (header.top, header.bottom) == (1, 2)
    assert [c.field for c in header.columns] == ["building", "room", "owner", "phone"]


def test_a_sheet_without_a_header_has_none() -> None:
    workbook = open_workbook(book([["a", "b"], [1, 2]]))
    assert find_header(read_sheet(workbook, "台账")) is None


# --- homes -------------------------------------------------------------------------------------------------------------
def test_a_building_merged_over_its_homes_is_filled_down() -> None:
    rows = [HEADER, home("101"), home("102"), home("103")]
    for row in rows[2:]:
        row[0] = row[1] = None
    reading = read(book(rows, merges=["A2:A4", "B2:B4"]))
    assert [one.key for one in reading.homes] == [("1", "1", "101"), ("1", "1", "102"), ("1", "1", "103")]
    assert reading.findings == []


def test_a_building_written_once_without_merging_is_filled_down_and_said() -> None:
    rows = [HEADER, home("101"), home("102"), home("103")]
    for row in rows[2:]:
        row[0] = row[1] = None
    reading = read(book(rows))
    assert [one.key[:2] for one in reading.homes] == [("1", "1")] * 3
    assert [(f.code, f.row, f.details) for f in reading.findings] == [("filled_down", 3, {"count": "2"})]


def test_owners_in_merged_rows_are_co_owners_without_a_question() -> None:
    rows = [HEADER, home("101", "张三", "13800001234", share="1/2"), home("101", "李四", "13900005678", share="1/2")]
    merges = ["A2:A3", "B2:B3", "C2:C3", "E2:E3"]
    found = one(book(rows, merges=merges))
    assert found.joined is False
    assert owners(found) == [
        ("张三", ["+8613800001234"], Fraction(1, 2)),
        ("李四", ["+8613900005678"], Fraction(1, 2)),
    ]


def test_owners_in_rows_that_are_not_merged_are_asked_about() -> None:
    found = one(register(home("101", "张三"), home("101", "李四")))
    assert found.joined is True
    assert [owner.name for owner in found.owners or []] == ["张三", "李四"]


def test_one_merged_cell_of_owners_over_two_lines_is_one_cell() -> None:
    rows = [HEADER, home("101", "张三", note="一"), home("101", "", note="")]
    found = one(book(rows, merges=["A2:A3", "B2:B3", "C2:C3", "F2:F3"]))
    assert [owner.name for owner in found.owners or []] == ["张三"]


def test_rows_that_say_the_same_home_twice() -> None:
    assert bad(register(home("101", "张三"), home("101", "张三"))) == [("F3", "owner_again")]
    assert bad(register(home("101", "张三"), home("101", ""))) == [("C3", "row_twice")]
    assert bad(register(home("101", "张三", area=89), home("101", "李四", area=90))) == [("E3", "conflict")]
    # However it is written, it is the same home.
    assert bad(register(home("101"), ["1栋", "一单元", "１０１室", "", 89.12, "王晓明", "", "", ""])) == [
        ("F3", "owner_again")
    ]


def test_a_home_has_no_end_of_owners() -> None:
    """A room number copied down the whole column: said once a row, and it costs no more than the rows."""
    rows = [home("101", "王" + chr(0x4E00 + number)) for number in range(33)]
    assert bad(register(*rows)) == [("F32", "too_many_owners"), ("F33", "too_many_owners"), ("F34", "too_many_owners")]


def test_shares() -> None:
    assert owners(one(register(home("101", "张三、李四", share="各50%"))))[1][2] == Fraction(1, 2)
    assert one(register(home("101", "张三、李四", share="共同共有"))).share_given is False
    assert bad(register(home("101", "张三、李四", share="50%、40%"))) == [("H2", "share_sum")]
    assert bad(register(home("101", "张三", share="1/2"))) == [("H2", "share_sum")]
    assert bad(register(home("101", "张三、李四", share="50%"))) == [("H2", "share_count")]
    thirds = read(register(home("101", "张三、李四、王五", share="33.33%、33.33%、33.33%")))
    [finding] = thirds.findings
    assert (finding.details["total"], finding.details["thirds"]) == ("99.99%", "1/3")
    some = [home("101", "张三", share="1/2"), home("101", "李四")]
    assert bad(register(*some)) == [("H2", "share_some")]


def test_telephones_and_their_owners() -> None:
    def phones(owner: str, phone: str) -> list[list[str] | None]:
        return [one[1] for one in owners(one(register(home("101", owner, phone))))]

    one_, two = "+8613800001234", "+8613900005678"
    assert phones("张三", "13800001234 / 13900005678") == [[one_, two]]
    assert phones("张三、李四", "13800001234、13900005678") == [[one_], [two]]
    assert phones("张三、李四", "13800001234 13900005678") == [[one_], [two]]
    assert phones("张三、李四", "无、13900005678") == [[], [two]]
    assert phones("张三、李四", "李四13900005678") == [None, [two]]
    assert phones("张三、李四", "13800001234") == [[one_], None]
    assert phones("张三13800001234、李四", "") == [[one_], None]
    assert phones("张三", "无") == [[]]
    for owner, phone, code in (
        ("张三、李四", "13800001234、13900005678、13900005679", "phone_count"),
        ("张三", "王五13800001234", "phone_whose"),
        ("", "13800001234", "phone_without_name"),
        ("无", "13800001234", "phone_without_name"),
        ("张三", "1380000123", "phone_unclear"),
    ):
        assert bad(register(home("101", owner, phone))) == [("G2", code)], (owner, phone)


def test_one_telephone_of_two_is_the_first_ones_and_said() -> None:
    [finding] = read(register(home("101", "张三、李四", "13800001234"))).findings
    assert (finding.code, finding.reference, finding.details) == ("phone_first", "G2", {"name": "张三"})


def test_a_name_written_anew_is_said() -> None:
    [finding] = read(register(home("101", "王　明"))).findings
    assert (finding.code, finding.details) == ("name_written", {"name": "王明"})
    assert owners(one(register(home("101", "䶮𫖯"))))[0][0] == "䶮𫖯"


def test_every_bad_cell_of_a_row_is_named_with_its_place() -> None:
    content = register(
        ["", "", "101", "", "", "", "", "", ""],
        ["1幢", "1单元", "", "几楼", "约90", "张三 李四", "123", "", "x" * 300],
    )
    assert bad(content) == [
        ("A2", "building_blank"),
        ("C3", "room_blank"),
        ("D3", "floor_unclear"),
        ("E3", "area_unclear"),
        ("I3", "too_long"),
        ("F3", "name_spaces"),
    ]


def test_values_in_findings_are_masked_and_short() -> None:
    [finding] = read(register(home("101", phone="330784199001011234"))).findings
    assert finding.value == "3307****1234"
    [finding] = read(register(home("101", area="x" * 200))).findings
    assert len(finding.value) == 60


def test_formulas_without_a_value_errors_and_dates() -> None:
    header = "".join(
        f'<c r="{c}1" t="inlineStr"><is><t>{t}</t></is></c>'
        for c, t in zip("ABC", ("幢号", "室号", "面积"), strict=True)
    )
    cells = '<c r="A2" s="1"><v>45717</v></c><c r="B2"><v>101</v></c><c r="C2"><f>A1*2</f></c>'
    more = '<c r="A3"><v>1</v></c><c r="B3"><v>102</v></c><c r="C3" t="e"><v>#REF!</v></c>'
    content = raw(
        f'<sheetData><row r="1">{header}</row><row r="2">{cells}</row><row r="3">{more}</row></sheetData>',
        styles='<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>',
    )
    assert bad(content) == [("A2", "became_date"), ("C2", "formula"), ("C3", "error_value")]


def test_hidden_rows_sums_and_repeated_headers() -> None:
    made = Workbook()
    sheet = made.active
    for row in (HEADER, home("101"), HEADER, home("102"), ["合计", None, None, None, 178.24], ["制表人：李某"]):
        sheet.append(list(row))
    sheet.row_dimensions[4].hidden = True
    reading = read(saved(made))
    assert [one.room for one in reading.homes] == ["101", "102"]
    assert [(f.code, f.row) for f in reading.findings] == [
        ("header_again", 3),
        ("hidden_row", 4),
        ("total_row", 5),
        ("total_row", 6),
    ]


def test_a_place_in_one_column() -> None:
    content = register(
        ["3-1-301", 90, "张三"], ["4幢302室", 91, "李四"], ["哪里", 92, "王五"], header=("坐落", "面积", "业主")
    )
    assert [one.key for one in read(content).homes] == [("3", "1", "301"), ("4", "", "302")]
    assert bad(content) == [("A4", "place_unclear")]


def test_more_rows_than_an_import_takes() -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 20_025))
    sheet = read_sheet(workbook := open_workbook(raw(f"<sheetData>{rows}</sheetData>")), workbook.names[0])
    with pytest.raises(WorkbookRefused) as refused:
        read_rows(sheet, Header(1, 1, ()), ())
    assert refused.value.code == "too_many_rows"


def test_progress_is_told() -> None:
    told: list[Any] = []
    sheet, header = opened(register(*[home(str(n)) for n in range(101, 601)]))
    read_rows(sheet, header, header.columns, lambda done, whole: told.append((done, whole)))
    assert told == [(0, 500), (200, 500), (400, 500)]
