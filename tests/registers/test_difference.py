"""What a file would change; and that a register that went out and came back changes nothing."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registers import sheets
from registers.rules import cells
from registers.rules.columns import assigned, find_header
from registers.rules.difference import END, Difference, Given, KnownHome, KnownOwner, compare
from registers.rules.rows import read_rows
from registers.rules.workbook import open_workbook, read_sheet
from registers.words import asked, change_texts
from tests.registers.books import home, register


def known(room: str, *owners: KnownOwner, pk: int = 1, area: str = "89.1200", **given: Any) -> KnownHome:
    made = KnownHome(
        pk,
        "1幢",
        "1单元",
        room,
        f"1幢1单元{room}",
        1,
        Decimal(area),
        "office",
        "dwelling",
        "",
        ended=False,
        owners=owners,
    )
    return replace(made, **given)


def owner(name: str, *phones: str, pk: int = 1, share: str = "1", position: int = 0) -> KnownOwner:
    return KnownOwner(pk, name, phones, Fraction(share), "office", position)


def filed(content: bytes, present: list[KnownHome], given: Given | None = None) -> Difference:
    workbook = open_workbook(content)
    sheet = read_sheet(workbook, workbook.names[0])
    header = find_header(sheet)
    assert header is not None
    reading = read_rows(sheet, header, header.columns)
    found = compare(reading.homes, present, given or Given(), bad_keys=reading.bad_keys)
    for question in found.questions:
        words = asked({"pk": question.pk, "kind": question.kind, "options": question.options, "words": question.words})
        assert "%(" not in words.text
        assert all(choice.label for choice in words.choices)
    return found


def cells_of(found: Difference) -> list[tuple[str, str, str]]:
    [step] = found.changed
    for cell in step.cells:
        assert all(change_texts({"field": cell.field, "old": cell.old, "new": cell.new}))
    return [(cell.field, cell.old, cell.new) for cell in step.cells]


def test_old_and_new_cell_by_cell() -> None:
    present = known("101", owner("张三", "+8613800001234"))
    row = ["1幢", "1单元", "101", 2, 90, "张三、李四", "13900005678、无", "1/3、2/3", "改"]
    assert cells_of(filed(register(row), [present])) == [
        ("floor", "1", "2"),
        ("area", "89.1200", "90.0000"),
        ("owner", "张三", "张三、李四"),
        ("phone", "13800001234", "13900005678、无"),
        ("share", "", "1/3、2/3"),
        ("note", "", "改"),
    ]


def test_blank_cells_change_nothing_and_none_clears() -> None:
    present = known("101", owner("张三", "+8613800001234"), note="旧")
    assert filed(register(home("101", "", area="")), [present]).same == 1
    assert cells_of(filed(register(home("101", "张三", "无", "", note="无")), [present])) == [
        ("phone", "13800001234", ""),
        ("note", "旧", ""),
    ]
    gone = filed(register(home("101", "无", area="")), [present])
    assert [one.step for one in gone.changed[0].owners] == [END]


def test_the_same_name_in_another_writing_is_shown_not_hidden() -> None:
    assert cells_of(filed(register(home("101", "王明")), [known("101", owner("王　明"))])) == [
        ("owner", "王　明", "王明")
    ]


def test_two_spellings_with_one_telephone_in_the_file_are_asked_about() -> None:
    content = register(home("101", "王晓明", "13800001234"), home("102", "王小明", "13800001234"))
    found = filed(content, [])
    [question] = found.questions
    assert (question.kind, question.options) == ("spelled", ("0", "1", "both"))
    names = {answer: _names(filed(content, [], Given({question.pk: answer}))) for answer in question.options}
    assert names == {"0": ["王晓明", "王晓明"], "1": ["王小明", "王小明"], "both": ["王晓明", "王小明"]}
    assert found.unanswered({}) == [question]
    assert found.unanswered({question.pk: "both"}) == []


def _names(found: Difference) -> list[str]:
    return [one.name for step in found.new for one in step.owners]


def test_a_couple_with_one_telephone_is_no_question() -> None:
    content = register(home("101", "张三、李芳", "13800001234、13800001234"), home("102", "陈大文", "13800001234"))
    assert filed(content, []).questions == []


def test_an_owner_who_changed_is_no_question_when_nothing_is_alike() -> None:
    assert filed(register(home("101", "李芳")), [known("101", owner("张三"))]).questions == []


def test_an_owner_who_signs_in_and_is_none_any_more_is_named() -> None:
    present = known("101", replace(owner("张三"), linked=True))
    [finding] = filed(register(home("101", "李芳")), [present]).findings
    assert (finding.level, finding.code, finding.reference) == ("note", "linked_owner", "F2")


def test_a_new_home_needs_an_area() -> None:
    [finding] = filed(register(home("101", area="")), []).findings
    assert (finding.code, finding.reference) == ("area_blank", "E2")


def test_two_homes_that_fit_are_not_guessed_between() -> None:
    present = [known("101"), known("101", pk=2, building="1号楼", address="1号楼1单元101")]
    row = ["1栋", "1单元", "101", "", 89.12, "张三", "", "", ""]
    [finding] = filed(register(row), present).findings
    assert (finding.code, finding.details) == ("home_ambiguous", {"homes": "1幢1单元101、1号楼1单元101"})
    exact = ["1号楼", "1单元", "101", "", 90, "", "", "", ""]
    assert filed(register(exact), present).changed[0].home == 2


def test_a_file_without_entrances_finds_the_home_all_the_same() -> None:
    header = ("幢号", "室号", "面积")
    assert filed(register(["1", "101", 90], header=header), [known("101")]).changed[0].home == 1
    twice = [known("101"), known("101", pk=2, entrance="2单元", address="1幢2单元101")]
    [finding] = filed(register(["1", "101", 90], header=header), twice).findings
    assert finding.code == "home_ambiguous"


def test_a_split_asks_and_says_when_the_areas_do_not_add_up() -> None:
    content = register(home("301A", area=45), home("301B", area=40), home("3011", area=10))
    found = filed(content, [known("301", owner("张三"))])
    [question] = found.questions
    assert (question.kind, question.words["parts"], question.words["equal"]) == ("split", "301A、301B", "")
    assert "不一样" in asked({"pk": "", "kind": "split", "options": [], "words": question.words}).text
    assert [one.pk for one in found.missing] == [1]
    split = filed(content, [known("301", owner("张三"))], Given({question.pk: "split"}))
    assert (split.retired, split.missing) == ([1], [])


def test_the_digest_is_of_what_would_be_written() -> None:
    content = register(home("101", "张三", area=90))
    one = filed(content, [known("101")])
    assert one.digest == filed(content, [known("101")]).digest
    assert one.digest != filed(content, [known("101", area="88.0000")]).digest or cells_of(one)
    assert one.digest != filed(register(home("101", "张三", area=91)), [known("101")]).digest


# --- out and in again --------------------------------------------------------------------------------------------------
HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
RARE = st.sampled_from("䶮𫖯龘㛃")
# Nobody is called 没有 or 联系电话: such words beside a number mean something else.
NAME = st.text(st.one_of(HAN, RARE), min_size=2, max_size=4).filter(
    lambda name: name not in cells.NONE_WORDS and not cells._LABELS.fullmatch(name)
)
PHONE = st.one_of(
    st.integers(13 * 10**9, 20 * 10**9 - 1).map(lambda n: f"+86{n}"),
    st.integers(10**6 * 20, 10**7 * 9 - 1).map(lambda n: f"+86579{n}"),
    st.just("+85291234567"),
)
SOURCES = st.sampled_from(sorted(sheets.SOURCES))


@st.composite
def registers(draw: st.DrawFn) -> list[KnownHome]:
    """A register that could be: rooms that differ, names that differ within a home, shares that make a whole."""
    places = draw(
        st.lists(
            st.tuples(st.integers(1, 12), st.integers(0, 3), st.integers(1, 18), st.integers(1, 4)),
            min_size=1,
            max_size=8,
            unique=True,
        )
    )
    made = []
    for pk, (building, entrance, level, number) in enumerate(places, start=1):
        names = draw(st.lists(NAME, max_size=3, unique_by=cells.name_key))
        weights = draw(st.lists(st.integers(1, 9), min_size=len(names), max_size=len(names)))
        owners = tuple(
            KnownOwner(
                pk * 10 + position, name, tuple(draw(st.lists(PHONE, max_size=2, unique=True))),
                Fraction(weight, sum(weights)), draw(SOURCES), position,
            )
            for position, (name, weight) in enumerate(zip(names, weights, strict=True))
        )  # fmt: skip
        names_ = (f"{building}幢", f"{entrance}单元" if entrance else "", f"{level}0{number}")
        made.append(
            KnownHome(
                pk, *names_, "".join(names_), level, Decimal(draw(st.integers(1, 10**8))) / 10_000, draw(SOURCES),
                draw(st.sampled_from(sorted(sheets.USES))), draw(st.sampled_from(["", "顶楼", "=1+1", "长期空置"])),
                ended=False, owners=owners,
            )
        )  # fmt: skip
    return made


LABELS = {field: label for field, label, _width in sheets.COLUMNS}


@settings(max_examples=60)
@given(
    homes=registers(),
    order=st.permutations(sorted(LABELS)),
    left_out=st.sets(st.sampled_from(["floor", "use", "note", "share", "phone", "owner_source", "area_source"])),
)
def test_what_goes_out_in_an_offices_form_and_comes_back_changes_nothing(
    homes: list[KnownHome], order: list[str], left_out: set[str]
) -> None:
    """Columns in any order, some of them missing, one that is not imported, a title above two header lines."""
    fields = [field for field in order if field not in left_out]
    columns = [{"label": "序号", "field": ""}, *({"label": LABELS[field], "field": field} for field in fields)]
    labels = [one["label"] for one in columns]
    layout: Any = SimpleNamespace(
        sheet="清册",
        columns=columns,
        rows=[["业主清册", *[""] * (len(labels) - 1)], labels],
        header=[2, 2],
        merges=[[1, 1, 1, len(labels)]],
        widths=[10.0] * len(labels),
    )
    content = sheets.register(layout, homes, with_phones=True)
    workbook = open_workbook(content)
    sheet = read_sheet(workbook, "清册")
    header = find_header(sheet)
    assert header is not None
    assert [(c.label, c.field) for c in header.columns] == [(one["label"], one["field"]) for one in columns]
    assert sheet.merges == [(1, 1, 1, len(labels))]
    reading = read_rows(sheet, header, header.columns)
    found = compare(reading.homes, homes, Given(), bad_keys=reading.bad_keys)
    assert [one for one in reading.findings if one.level == "bad"] == []
    assert (found.new, found.changed, found.missing, found.questions) == ([], [], [], [])
    assert found.same == len(homes)


@given(homes=registers())
def test_what_goes_out_is_what_a_fresh_register_takes_in(homes: list[KnownHome]) -> None:
    """Into an empty register: the same homes, owners, telephones, shares and sources, to the last digit."""
    content = sheets.register(None, homes, with_phones=True)
    workbook = open_workbook(content)
    sheet = read_sheet(workbook, workbook.names[0])
    header = find_header(sheet)
    assert header is not None
    reading = read_rows(sheet, header, header.columns)
    found = compare(reading.homes, [], Given())
    made = {
        step.address: (
            step.floor, step.area, step.area_source, step.use, step.note,
            [(one.name, tuple(one.phones), one.share, one.source) for one in step.owners],
        )
        for step in found.new
    }  # fmt: skip
    assert made == {
        one.address: (
            one.floor, one.area, one.area_source, one.use, one.note,
            [(who.name, who.phones, who.share, who.source) for who in one.owners],
        )
        for one in homes
    }  # fmt: skip


@pytest.mark.parametrize("labels", [["楼幢", "", "室号"], ["a"], []])
def test_columns_without_a_name_mean_nothing(labels: list[str]) -> None:
    assert [c.field for c in assigned(labels)] == [{"楼幢": "building", "室号": "room"}.get(one, "") for one in labels]
