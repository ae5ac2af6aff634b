"""What one cell of a register says: numbers, names, telephones and shares as offices type them.

Every reader takes the text of a cell and gives its value, or raises BadCell with a code that ``registers.words`` turns into
what is wrong and what to do. Blank cells never get here: they change nothing.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Final

NONE_WORDS: Final = frozenset({"无", "没有", "-", "--", "—", "——", "/", "\\", "暂无", "空", "无。"})
LONGEST_NAME: Final = 80
LONGEST_NOTE: Final = 200
LARGEST_AREA: Final = Decimal(100_000)
EXACT: Final = Decimal("0.0001")
LARGEST_DENOMINATOR: Final = 1_000_000
MOST_OWNERS: Final = 30

SOURCES: Final = {
    "register": ("登记", "不动产", "产证", "产权证", "房产证", "房产登记", "权证"),
    "survey": ("测绘", "实测", "预测", "测量"),
    "contract": ("合同", "购房", "买卖"),
    "office": ("台账", "物业", "自报", "其他", "其它"),
}
USES: Final = {
    "dwelling": ("住宅", "住房", "居住", "成套", "公寓", "别墅"),
    "shop": ("商铺", "店铺", "店面", "商业", "商住", "营业房", "网点"),
    "office": ("办公", "写字"),
    "parking": ("车位", "车库", "停车", "储藏", "自行车库"),
}
_DIGITS: Final = dict(zip("〇零一二三四五六七八九两", (0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 2), strict=True))
_BETWEEN: Final = re.compile(r"[、,，;；/／|\n\r]+")
_BETWEEN_SHARES: Final = re.compile(r"[、,，;；|\n\r]+|\s{1,}")
_PHONE: Final = re.compile(
    r"(?<![\d+])(?:"
    r"(?P<abroad>\+(?!86)\d(?:[ -]?\d){6,13})"
    r"|(?:(?:\+86|0086|86)[ -]?)?(?P<mobile>1[3-9]\d(?:[ -]?\d){8})"
    r"|(?:(?:\+86|0086)[ -]?)?(?P<line>\(?0\d{2,3}\)?[ -]?\d{7,8})"
    r"|(?P<service>[48]00[ -]?\d{3,4}[ -]?\d{3,4})"
    r"|(?P<local>[2-8]\d{6,7})"
    r")(?!\d)"
)
_LABELS: Final = re.compile(r"^(?:手机号?|电话|联系电话|座机|家里|本人|业主|tel|mobile|phone)$", re.IGNORECASE)
_HAN: Final = r"⺀-⿟㐀-䶿一-鿿豈-﫿\U00020000-\U000323af〇々"
_ALL_HAN: Final = re.compile(f"[{_HAN}]+")
_AREA_UNIT: Final = re.compile(r"(?:m2|m\^2|平方米|平米|平方|㎡|平|m²)$", re.IGNORECASE)
_THOUSANDS: Final = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_PLAIN_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?|\.\d+")


class BadCell(Exception):
    """A cell that cannot be used. ``code`` says why, ``details`` what a sentence about it names."""

    def __init__(self, code: str, **details: str) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


@dataclass(slots=True)
class NamedOwner:
    """One owner as a cell names them, with the telephones that stood beside the name."""

    name: str
    phones: list[str] = field(default_factory=list)


# --- texts -------------------------------------------------------------------------------------------------------------
def half(text: str) -> str:
    """Full-width letters, digits, signs and spaces as half-width ones; everything else as it is."""
    return "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else " " if c == "\u3000" else c for c in text)


def tidy(text: str) -> str:
    """Without invisible characters and needless spaces, in one canonical form (NFC). Line breaks stay."""
    kept = "".join(
        c if c == "\n" else " " if c in "\t\r\u00a0\u3000" else c
        for c in unicodedata.normalize("NFC", text)
        if c == "\n" or c in "\t\r" or unicodedata.category(c) not in {"Cc", "Cf"}
    )
    return "\n".join(" ".join(line.split(" ")).strip() for line in kept.split("\n")).strip("\n ")


def compact(text: str) -> str:
    """For numbers and codes: half-width and without any space."""
    return "".join(half(tidy(text)).split())


def says_none(text: str) -> bool:
    """Whether a cell says that there is nothing, which is not the same as a blank one."""
    return compact(text) in NONE_WORDS


def number_word(text: str) -> str:
    """A Chinese number below one hundred as digits (十二 -> 12); anything else unchanged."""
    if not text or any(c not in _DIGITS and c != "十" for c in text):
        return text
    if "十" not in text:
        return "".join(str(_DIGITS[c]) for c in text)
    tens, _, ones = text.partition("十")
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        return text
    return str((_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0))


# --- where a home is ---------------------------------------------------------------------------------------------------
def _name(text: str, longest: int, code: str) -> str:
    found = compact(text)
    if not found or says_none(text):
        raise BadCell(f"{code}_blank")
    if len(found) > longest:
        raise BadCell("too_long", most=str(longest))
    if has_pictures(found):
        raise BadCell("pictures")
    return found


def building_key(text: str) -> str:
    """What makes two ways to write a building one: 3, 3幢, ３栋, 第3号楼, 三幢."""
    found = re.sub(r"(?:幢|栋|棟|号楼|號樓|号|座|楼|#)$", "", compact(text).upper().removeprefix("第"))
    return number_word(found).lstrip("0") or compact(text)


def building(text: str) -> str:
    """The name of a building; a bare number gets 幢."""
    found = _name(text, 20, "building")
    bare = found.removesuffix("#")
    return f"{bare.lstrip('0') or bare}幢" if bare.isascii() and bare.isalnum() else found


def entrance_key(text: str) -> str:
    """What makes two ways to write an entrance one: 1, 1单元, 一单元, 01."""
    found = re.sub(r"(?:单元|單元|门|梯|座)$", "", compact(text).upper().removeprefix("第"))
    return number_word(found).lstrip("0") or found


def entrance(text: str) -> str:
    """The name of an entrance; a bare number gets 单元; none at all is empty (a building without entrances)."""
    if says_none(text):
        return ""
    found = _name(text, 20, "entrance")
    bare = number_word(found)
    return f"{bare.lstrip('0') or bare}单元" if bare.isascii() and bare.isalnum() else found


def room(text: str) -> str:
    """The number of a home within its entrance, without 室."""
    found = room_key(_name(text, 14, "room"))
    if not found:
        raise BadCell("room_blank")
    if len(found) > 12:  # noqa: PLR2004  the column's width
        raise BadCell("too_long", most="12")
    return found


def room_key(text: str) -> str:
    """What makes two ways to write a room one: 301, 301室, ３０１."""
    return re.sub(r"(?:号房|室|房)$", "", compact(text)).upper()


_PLACE: Final = (
    re.compile(r"(?P<b>[^幢栋座]{1,12}?(?:幢|栋|号楼|座|#))(?P<e>[^单元]{1,4}?单元)?-?(?P<r>[^幢栋单元]{1,12})"),
    re.compile(r"(?P<b>[0-9A-Z]{1,6})[-#/](?P<e>[0-9A-Z]{1,4})[-/](?P<r>[0-9A-Z]{1,8})(?:室|房)?"),
    re.compile(r"(?P<b>[0-9A-Z]{1,6})[-#/](?P<r>[0-9A-Z]{1,8})(?:室|房)?"),
)


def whole_place(text: str) -> tuple[str, str, str]:
    """Building, entrance and room from one cell: 3幢1单元1201室, 3-1-1201, 3-1201."""
    found = re.sub("[—－–_]", "-", compact(text).upper())
    for form in _PLACE:
        match = form.fullmatch(found)
        if match is not None:
            parts = match.groupdict()
            return building(parts["b"]), entrance(parts["e"]) if parts.get("e") else "", room(parts["r"])
    raise BadCell("place_unclear")


def floor(text: str) -> int:
    """A floor: 3, 3层, 3F, B1, -1, 地下一层, 3/18 (of eighteen)."""
    found = compact(text).upper().partition("/")[0].partition("(")[0].removeprefix("第")
    below = found.startswith(("B", "-", "地下", "负"))
    bare = re.sub(r"^(?:B|-|地下|负)", "", found)
    bare = number_word(re.sub(r"(?:层|楼|F)$", "", bare))
    if not bare.isascii() or not bare.isdigit() or int(bare) > 200:  # noqa: PLR2004  no building is higher
        raise BadCell("floor_unclear")
    return -int(bare) if below else int(bare)


def floor_of_room(name: str) -> int:
    """The floor that a room's number tells: 1201 is on the twelfth, 301 and 301A on the third; 1 when it tells none."""
    digits = re.match(r"\d+", name.lstrip("-"))
    if digits is None or len(digits[0]) < 3 or len(digits[0]) > 4:  # noqa: PLR2004  301 to 9901
        return 1
    return int(digits[0][:-2]) or 1


# --- area, use, source -------------------------------------------------------------------------------------------------
def area(text: str) -> Decimal:
    """Square metres, exact to 0.0001: 118.32, 118.32㎡, １１８．３２ 平方米."""
    found = _AREA_UNIT.sub("", compact(text).lower())
    if _THOUSANDS.fullmatch(found):
        found = found.replace(",", "")
    if not _PLAIN_NUMBER.fullmatch(found):
        raise BadCell("area_unclear")
    try:
        value = Decimal(found)
    except InvalidOperation:
        raise BadCell("area_unclear") from None
    if not 0 < value < LARGEST_AREA:
        raise BadCell("area_range", most=f"{LARGEST_AREA:f}")
    if value != value.quantize(EXACT):
        raise BadCell("area_not_exact", near=f"{value.quantize(EXACT):f}")
    return value.quantize(EXACT)


def _meaning(text: str, table: dict[str, tuple[str, ...]], code: str) -> str:
    found = compact(text).lower()
    for key, words in table.items():
        if found == key or any(word in found for word in words):
            return key
    raise BadCell(code)


def source(text: str) -> str:
    """Where an area or an ownership is known from: register, survey, contract or office."""
    return _meaning(text, SOURCES, "source_unclear")


def sources(text: str, count: int) -> list[str]:
    """The sources of ``count`` owners from one cell: one for all, or one for each in their order."""
    pieces = [piece for piece in _BETWEEN.split(tidy(text)) if piece.strip()]
    if len(pieces) == count:
        return [source(piece) for piece in pieces]
    return [source(text)] * count


def use(text: str) -> str:
    """What a home is for: dwelling, shop, office or parking."""
    return _meaning(text, USES, "use_unclear")


def note(text: str) -> str:
    """A remark, on one line."""
    if says_none(text):
        return ""
    found = " ".join(tidy(text).split())
    if len(found) > LONGEST_NOTE:
        raise BadCell("too_long", most=str(LONGEST_NOTE))
    return found


# --- people ------------------------------------------------------------------------------------------------------------
def has_pictures(text: str) -> bool:
    """Whether a text holds emoji or other pictures, which no register of names has."""
    return any(unicodedata.category(c) in {"So", "Sk", "Cs"} or 0x1F000 <= ord(c) <= 0x1FAFF for c in text)  # noqa: PLR2004


def has_own_characters(text: str) -> bool:
    """Whether a text holds characters from a computer's private area (造字), which print as a blank elsewhere."""
    # The planes of rare Chinese characters grow faster than the tables of the language: what is there is let through.
    return any(unicodedata.category(c) in {"Co", "Cn"} and not 0x20000 <= ord(c) < 0x40000 for c in text)  # noqa: PLR2004


def person_name(text: str) -> str:
    """A name in one form: 王　明 is 王明, ＡＢＣ is ABC, all middle dots are one. Raises BadCell for what is no name."""
    found = re.sub("[•・･‧∙⋅．](?=.)", "·", half_letters(tidy(text))).strip(" :：,.-")
    parts = found.split()
    if len(parts) > 1 and all(_ALL_HAN.fullmatch(part) for part in parts):
        single = [len(part) == 1 for part in parts]
        if not (all(single) or (len(parts) == 2 and single[0])):  # noqa: PLR2004  family name, given name
            raise BadCell("name_spaces")
        found = "".join(parts)
    else:
        found = " ".join(parts)
    if not found:
        raise BadCell("name_blank")
    if len(found) > LONGEST_NAME:
        raise BadCell("too_long", most=str(LONGEST_NAME))
    if has_pictures(found):
        raise BadCell("pictures")
    if has_own_characters(found):
        raise BadCell("own_characters")
    if sum(c.isdigit() for c in found) >= 4 or not any(c.isalpha() for c in found):  # noqa: PLR2004  a flat is no name
        raise BadCell("name_digits")
    return found


def half_letters(text: str) -> str:
    """Full-width letters, digits and spaces as half-width ones; Chinese punctuation stays."""
    return "".join(half(c) if c == "\u3000" or half(c).isalnum() else c for c in text)


def name_key(name: str) -> str:
    """What makes two ways to write a name the same writing: width, spaces, dots and case do not count."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(c for c in plain if not c.isspace() and c not in "·.•・")


def alike(one: str, other: str) -> bool:
    """Whether two names could be one person's, mistyped: the same length and exactly one character apart."""
    a, b = name_key(one), name_key(other)
    return a != b and len(a) == len(b) >= 2 and sum(x != y for x, y in zip(a, b, strict=True)) == 1  # noqa: PLR2004


def owners(text: str) -> list[NamedOwner]:
    """Every owner that a cell names, with the telephones beside the names: 张三13800001234、李四. None: an empty list."""
    if says_none(text):
        return []
    found: list[NamedOwner] = []
    for piece in _BETWEEN.split(tidy(text)):
        if piece.strip():
            _one_piece(half(piece), piece, found)
    keys = [name_key(one.name) for one in found]
    if len(set(keys)) != len(keys):
        raise BadCell("owner_twice")
    if len(found) > MOST_OWNERS:
        raise BadCell("too_many_owners", most=str(MOST_OWNERS))
    return found


def _one_piece(plain: str, piece: str, found: list[NamedOwner]) -> None:
    """Names and telephones in turn, as they stand between two separators."""
    last = 0
    for match in [*_PHONE.finditer(plain), None]:
        # half() keeps the length, so a place in the plain text is the same place in the piece.
        words = piece[last : match.start() if match else len(piece)].strip(" ()（）:：-[]【】")
        if words and not _LABELS.fullmatch(words):
            found.append(NamedOwner(person_name(words)))
        if match is not None:
            if not found:
                raise BadCell("phone_without_name")
            found[-1].phones.append(_number(match))
            last = match.end()


def phones(text: str) -> list[tuple[list[str], str]]:
    """The groups of telephones in a cell, each with the name that stood beside it (mostly none).

    Separators part the groups; within a group spaces do: two numbers of one owner. A group that says 无 is empty.
    """
    groups: list[tuple[list[str], str]] = []
    for piece in _BETWEEN.split(half(tidy(text))):
        if not piece.strip():
            continue
        if says_none(piece):
            groups.append(([], ""))
            continue
        numbers = [_number(match) for match in _PHONE.finditer(piece)]
        rest = _PHONE.sub(" ", piece).strip(" ()-:[]【】（）：.")
        if any(c.isdigit() for c in rest) or not numbers:
            digits = str(sum(c.isdigit() for c in rest))
            raise BadCell("phone_unclear", digits=digits)
        groups.append((numbers, "" if _LABELS.fullmatch(rest) else rest))
    return groups


def _number(match: re.Match[str]) -> str:
    kind = match.lastgroup or ""
    digits = re.sub(r"\D", "", match[kind])
    if kind == "abroad":
        return f"+{digits}"
    if kind == "mobile":
        return f"+86{digits}"
    if kind == "line":
        return f"+86{digits[1:]}"
    return digits


def shown_phone(number: str) -> str:
    """A kept number as people write it: 13800001234, 0579-87123456, +85291234567."""
    if not number.startswith("+86"):
        return number
    national = number[3:]
    if len(national) == 11 and national.startswith("1"):  # noqa: PLR2004  a mobile number
        return national
    area_code = 2 if national.startswith(("10", "2")) else 3
    return f"0{national[:area_code]}-{national[area_code:]}"


def share(text: str) -> Fraction | None:
    """One owner's share: 50%, 1/2, 0.5, 二分之一, 全部. None when the cell only says that they own it together."""
    found = unicodedata.normalize("NFKC", compact(text)).replace("⁄", "/").removeprefix("各").removeprefix("占")
    if found in {"共同共有", "共有", "共同"}:
        return None
    if found in {"全部", "单独所有", "单独", "独有", "整套", "100"}:
        return Fraction(1)
    value = _fraction(found)
    if value is None or value.denominator > LARGEST_DENOMINATOR:
        raise BadCell("share_unclear")
    if not 0 < value <= 1:
        raise BadCell("share_range")
    return value


def _fraction(found: str) -> Fraction | None:
    if match := re.fullmatch(r"(\d{1,7})/(\d{1,7})", found):
        return Fraction(int(match[1]), int(match[2])) if int(match[2]) else None
    if match := re.fullmatch(r"(.{1,3})分之(.{1,3})", found):
        below, above = number_word(match[1]), number_word(match[2])
        if below.isascii() and below.isdigit() and above.isascii() and above.isdigit() and int(below):
            return Fraction(int(above), int(below))
        return None
    if match := re.fullmatch(r"(\d{1,3}(?:\.\d{1,6})?)%", found):
        return Fraction(match[1]) / 100
    if re.fullmatch(r"[01](?:\.\d{1,6})?|\.\d{1,6}", found):
        return Fraction(found)
    return None


def shares(text: str, count: int) -> list[Fraction | None]:
    """The shares of ``count`` owners from one cell. 各50% and 共同共有 stand for all; else one for each, in their order."""
    plain = tidy(text)
    whole = compact(text)
    if count and (whole.startswith("各") or count == 1 or whole in {"共同共有", "共有", "共同"}):
        return [share(text)] * count
    pieces = [piece for piece in _BETWEEN_SHARES.split(half(plain)) if piece.strip()]
    if len(pieces) != count:
        raise BadCell("share_count", shares=str(len(pieces)), owners=str(count))
    return [share(piece) for piece in pieces]
