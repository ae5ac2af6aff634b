"""What single cells say, as offices type them; and that no text at all breaks a reader."""

import string
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registers.rules import cells
from registers.rules.cells import BadCell, NamedOwner
from registers.words import finding_text

READERS: dict[str, Callable[[str], Any]] = {
    "building": cells.building,
    "entrance": cells.entrance,
    "room": cells.room,
    "place": cells.whole_place,
    "floor": cells.floor,
    "area": cells.area,
    "source": cells.source,
    "use": cells.use,
    "note": cells.note,
    "name": cells.person_name,
    "owners": cells.owners,
    "phones": cells.phones,
    "share": cells.share,
    "shares": lambda text: cells.shares(text, 2),
    "sources": lambda text: cells.sources(text, 2),
}
HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)


@pytest.mark.parametrize("name", READERS)
@given(text=st.text(max_size=40))
def test_any_text_is_read_or_refused_with_a_code_that_has_words(name: str, text: str) -> None:
    """No other exception comes out; what is refused can be said."""
    refused = ""
    try:
        READERS[name](text)
    except BadCell as bad:
        refused = "".join(finding_text(bad.code, bad.details))
    assert "%(" not in refused


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("118.32㎡", "118.3200"),
        ("118.32 平方米", "118.3200"),
        ("１１８．３２", "118.3200"),
        ("118.3254", "118.3254"),
        ("1,118.5 m²", "1118.5000"),
        ("89", "89.0000"),
        (".5", "0.5000"),
    ],
)
def test_areas(text: str, area: str) -> None:
    assert cells.area(text) == Decimal(area)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("约118", "area_unclear"),
        ("118.32.1", "area_unclear"),
        ("0", "area_range"),
        ("-3", "area_unclear"),
        ("1234567", "area_range"),
        ("89.12345", "area_not_exact"),
        ("无", "area_unclear"),
    ],
)
def test_areas_that_are_none(text: str, code: str) -> None:
    with pytest.raises(BadCell) as bad:
        cells.area(text)
    assert bad.value.code == code


@given(ten_thousandths=st.integers(1, 99_999 * 10_000))
def test_an_area_is_exact_to_a_ten_thousandth(ten_thousandths: int) -> None:
    area = Decimal(ten_thousandths) / 10_000
    for text in (f"{area:f}", f"{area:f}㎡", f" {area:f} 平方米 ", f"{area:.4f}".translate(_WIDE)):
        assert cells.area(text) == area


_WIDE = {ord(c): chr(ord(c) + 0xFEE0) for c in string.digits + "."}


@pytest.mark.parametrize("text", ["3", "3幢", "３栋", "第3号楼", "三幢", "03", "3#", "3座", "3.0".removesuffix(".0")])
def test_one_building_however_written(text: str) -> None:
    assert cells.building_key(text) == "3"


@pytest.mark.parametrize(
    ("text", "name"),
    [("3", "3幢"), ("３", "3幢"), ("3幢", "3幢"), ("A", "A幢"), ("商业街", "商业街"), (" 10 栋 ", "10栋")],
)
def test_names_of_buildings(text: str, name: str) -> None:
    assert cells.building(text) == name


@pytest.mark.parametrize(("text", "key"), [("1", "1"), ("一单元", "1"), ("01单元", "1"), ("甲单元", "甲"), ("", "")])
def test_one_entrance_however_written(text: str, key: str) -> None:
    assert cells.entrance_key(text) == key


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("3幢1单元1201室", ("3幢", "1单元", "1201")),
        ("3-1-1201", ("3幢", "1单元", "1201")),
        ("３－１－１２０１", ("3幢", "1单元", "1201")),
        ("3幢1201", ("3幢", "", "1201")),
        ("12号楼2单元301A", ("12号楼", "2单元", "301A")),
        ("3-1201", ("3幢", "", "1201")),
    ],
)
def test_a_place_in_one_cell(text: str, parts: tuple[str, str, str]) -> None:
    assert cells.whole_place(text) == parts


@pytest.mark.parametrize(
    ("text", "floor"),
    [("3", 3), ("３层", 3), ("十二层", 12), ("B1", -1), ("地下一层", -1), ("-2", -2), ("3/18", 3), ("12F", 12)],
)
def test_floors(text: str, floor: int) -> None:
    assert cells.floor(text) == floor


@pytest.mark.parametrize(
    ("room", "floor"), [("1201", 12), ("301", 3), ("301A", 3), ("12", 1), ("车库3", 1), ("10086", 1)]
)
def test_the_floor_that_a_room_tells(room: str, floor: int) -> None:
    assert cells.floor_of_room(room) == floor


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("王　明", "王明"),
        (" 王 小明 ", "王小明"),
        ("ＡＢＣ有限公司", "ABC有限公司"),
        ("阿不都・热合曼", "阿不都·热合曼"),
        ("䶮𫖯", "䶮𫖯"),
        ("John  Smith", "John Smith"),
        ("王\u200b明", "王明"),
    ],
)
def test_names_in_one_form(text: str, name: str) -> None:
    assert cells.person_name(text) == name


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("张三 李四", "name_spaces"),
        ("王小明😀", "pictures"),
        ("王\ue843", "own_characters"),
        ("138000", "name_digits"),
        ("张三138000012", "name_digits"),
        ("王" * 90, "too_long"),
    ],
)
def test_names_that_are_none(text: str, code: str) -> None:
    with pytest.raises(BadCell) as bad:
        cells.owners(text)
    assert bad.value.code == code


@pytest.mark.parametrize(
    "text",
    ["张三、李四", "张三,李四", "张三，李四", "张三/李四", "张三；李四", "张三\n李四", " 张三 、 李四 、"],
)
def test_several_owners_in_a_cell(text: str) -> None:
    assert cells.owners(text) == [NamedOwner("张三"), NamedOwner("李四")]


@pytest.mark.parametrize(
    "text",
    [
        "张三13800001234、李四13900005678",
        "张三(13800001234)、李四（139 0000 5678）",
        "张三：13800001234\n李四：139-0000-5678",
        "张三13800001234李四13900005678",
        "张三 +86 13800001234；李四 １３９００００５６７８",
    ],
)
def test_telephones_beside_the_names(text: str) -> None:
    assert cells.owners(text) == [NamedOwner("张三", ["+8613800001234"]), NamedOwner("李四", ["+8613900005678"])]


def test_the_same_name_twice_in_a_cell() -> None:
    with pytest.raises(BadCell) as bad:
        cells.owners("张三、张 三")
    assert bad.value.code == "owner_twice"


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("13800001234", [(["+8613800001234"], "")]),
        ("138 0000 1234", [(["+8613800001234"], "")]),
        ("13800001234 13900005678", [(["+8613800001234", "+8613900005678"], "")]),
        ("13800001234、无", [(["+8613800001234"], ""), ([], "")]),
        ("0579-87123456", [(["+8657987123456"], "")]),
        ("(0579)87123456", [(["+8657987123456"], "")]),
        ("+852 9123 4567", [(["+85291234567"], "")]),
        ("手机13800001234", [(["+8613800001234"], "")]),
        ("李四13800001234", [(["+8613800001234"], "李四")]),
        ("400-800-1234", [(["4008001234"], "")]),
    ],
)
def test_telephones(text: str, groups: list[Any]) -> None:
    assert cells.phones(text) == groups


@pytest.mark.parametrize("text", ["1380000123", "138000012345", "330784199001011234", "不知道", "12345"])
def test_telephones_that_are_none(text: str) -> None:
    with pytest.raises(BadCell) as bad:
        cells.phones(text)
    assert bad.value.code == "phone_unclear"


@given(digits=st.integers(13 * 10**9, 20 * 10**9 - 1))
def test_a_number_shown_is_the_same_number_read(digits: int) -> None:
    [(numbers, _name)] = cells.phones(str(digits))
    assert [cells.shown_phone(one) for one in numbers] == [str(digits)]
    assert cells.phones(cells.shown_phone(numbers[0])) == [(numbers, "")]


@pytest.mark.parametrize("line", ["0579-87123456", "010-62345678", "0571-8712345", "021-12345678"])
def test_a_line_shown_is_the_same_line_read(line: str) -> None:
    [(numbers, _name)] = cells.phones(line)
    assert cells.shown_phone(numbers[0]) == line


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("50%", Fraction(1, 2)),
        ("５０％", Fraction(1, 2)),
        ("1/3", Fraction(1, 3)),
        ("½", Fraction(1, 2)),
        ("三分之一", Fraction(1, 3)),
        ("0.25", Fraction(1, 4)),
        ("全部", Fraction(1)),
        ("100%", Fraction(1)),
        ("共同共有", None),
    ],
)
def test_shares(text: str, share: Fraction | None) -> None:
    assert cells.share(text) == share


@pytest.mark.parametrize(
    ("text", "code"),
    [("一半", "share_unclear"), ("1/0", "share_unclear"), ("3/2", "share_range"), ("0%", "share_range")],
)
def test_shares_that_are_none(text: str, code: str) -> None:
    with pytest.raises(BadCell) as bad:
        cells.share(text)
    assert bad.value.code == code


@given(st.lists(st.integers(1, 50), min_size=1, max_size=6))
def test_shares_as_written_are_shares_as_read(weights: list[int]) -> None:
    whole = [Fraction(one, sum(weights)) for one in weights]
    assert cells.shares("、".join(str(one) for one in whole), len(whole)) == whole


@given(one=st.text(HAN, min_size=2, max_size=4))
def test_a_name_is_not_alike_itself_and_alike_with_one_character_changed(one: str) -> None:
    assert not cells.alike(one, one)
    other = one[:-1] + ("龘" if one[-1] != "龘" else "王")
    assert cells.alike(one, other)
    assert cells.name_key(f"{one[0]}　{one[1:]}") == cells.name_key(one)
