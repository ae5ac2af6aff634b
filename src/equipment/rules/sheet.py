"""Reading an office's list of equipment: where its header is, what each column means, what each row says.

A row that cannot be used is said with its number, its cell and why; none is left out in silence. What is good may be taken in
first: the corrected file finds those rows unchanged.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from equipment.rules.standards import PLACES, standards
from registers.rules.cells import BadCell, building, building_key, compact, floor, half, says_none, tidy
from registers.rules.workbook import Number, Sheet, filled, reference

SEARCHED: Final = 20
MOST_HEADER_ROWS: Final = 3
FEWEST: Final = 2
MOST_ROWS: Final = 6000
OLDEST: Final = date(1980, 1, 1)
# Excel counts days from here; its own fault about 1900 lies before every piece.
_EXCEL: Final = date(1899, 12, 30)

# What a column can mean, and the header words that mean it.
WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "kind": ("种类", "设施种类", "设备种类", "设施名称", "设备名称", "器材名称", "名称", "类别"),
    "subtype": ("类型", "灭火剂", "灭火剂类型", "设施类型", "设备类型"),
    "number": ("编号", "设施编号", "设备编号", "器材编号", "编码", "资产编号"),
    "building": ("楼幢", "楼栋", "幢", "栋", "楼号", "幢号", "楼栋号"),
    "floor": ("楼层", "层", "所在楼层", "所在层"),
    "spot": ("位置", "具体位置", "安装位置", "放置位置", "设置位置", "部位", "地点", "放置地点"),
    "place": ("场所", "场所类别", "场所类型", "场所性质"),
    "unit": ("配置单元", "计算单元", "单元组", "分组"),
    "count": ("数量", "具数", "个数"),
    "maker": ("厂家", "生产厂家", "制造商", "生产单位", "厂名"),
    "model": ("型号", "规格", "型号规格", "规格型号"),
    "made_on": ("出厂日期", "生产日期", "制造日期", "出厂年月", "生产年月", "出厂时间"),
    "installed_on": ("启用日期", "安装日期", "投用日期", "安装时间", "启用时间"),
    "serviced_on": ("上次维修", "上次维修日期", "维修日期", "充装日期", "上次充装", "最近维修日期", "换药日期", "再充装日期"),
    "battery_on": ("电池更换日期", "蓄电池更换日期", "电池日期"),
    "service_body": ("维修单位", "维保单位", "充装单位", "换药单位"),
    "note": ("备注", "说明"),
}  # fmt: skip
FIELDS: Final = tuple(WORDS)
DATES: Final = ("made_on", "installed_on", "serviced_on", "battery_on")
_LONGEST: Final = {"number": 20, "spot": 60, "unit": 40, "maker": 40, "model": 40, "service_body": 40, "note": 200}
_PLACES: Final = {
    "ordinary": ("一般", "普通", "地上", "楼道", "走道"),
    "basement": ("地下",),
    "boiler_room": ("锅炉",),
    "yard": ("堆场", "罐区", "加油"),
    "crowded": ("人员密集", "公共娱乐", "候车", "候诊"),
}
# Names that offices use for kinds, besides the standard's own.
_KINDS: Final = {
    "indoor_hydrant": ("消火栓", "消火栓箱", "室内栓"),
    "outdoor_hydrant": ("室外栓", "地上栓", "室外消防栓"),
    "pump_adapter": ("接合器",),
    "fire_pump": ("消防泵", "喷淋泵", "消火栓泵", "水泵"),
    "jockey_pump": ("稳压泵", "气压罐"),
    "water_tank": ("消防水池", "消防水箱", "高位水箱", "水池"),
    "sprinkler_head": ("喷淋头", "洒水喷头", "喷淋"),
    "alarm_valve": ("湿式报警阀", "报警阀"),
    "end_test": ("末端试水", "试水阀"),
    "alarm_controller": ("报警主机", "控制器", "火灾报警控制器", "联动控制器"),
    "detector": ("烟感", "温感", "探测器", "感烟探测器", "感温探测器"),
    "call_point": ("手报", "手动报警按钮", "报警按钮"),
    "broadcast": ("应急广播", "消防广播", "声光警报器", "声光报警器"),
    "fire_phone": ("消防电话",),
    "emergency_light": ("应急灯", "应急照明灯", "应急照明"),
    "exit_sign": ("疏散指示", "疏散指示灯", "安全出口灯", "安全出口标志"),
    "smoke_fan": ("排烟风机", "送风机", "加压送风机"),
    "smoke_damper": ("排烟阀", "防火阀", "送风口", "排烟口"),
    "fire_door": ("常闭防火门", "常开防火门"),
    "fire_shutter": ("卷帘", "卷帘门"),
    "fire_power": ("发电机", "消防电源"),
    "gas_suppression": ("气体灭火", "七氟丙烷"),
    "control_room": ("消控室",),
}
_TOTAL: Final = re.compile(r"^(合计|小计|总计|共计)")
_UNITS: Final = re.compile(r"[（(【\[].*?[)）】\]]|[:：*※]")
_DAY: Final = re.compile(r"(\d{4})[-./年](\d{1,2})(?:[-./月](\d{1,2})日?|月?)")
_PACKED: Final = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_COUNT: Final = re.compile(r"(\d{1,4})(?:个|具|只|台|套|瓶)?")


@dataclass(frozen=True, slots=True)
class Header:
    """The last row of the header, and the column of each thing that it names."""

    bottom: int
    columns: Mapping[str, int]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wrong:
    """One cell that cannot be used. ``column`` 0: the row as a whole."""

    row: int
    column: int
    code: str
    value: str = ""
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def ref(self) -> str:
        """How the office finds it: C17, or the row's number."""
        return reference(self.row, self.column) if self.column else str(self.row)


@dataclass(frozen=True, slots=True)
class Filed:
    """What a good row says. Texts are "" and days None where the cell is blank."""

    row: int
    kind: str
    number: str
    subtype: str = ""
    building: str = ""
    floor: str = ""
    spot: str = ""
    place: str = "ordinary"
    unit: str = ""
    count: int = 1
    maker: str = ""
    model: str = ""
    made_on: date | None = None
    installed_on: date | None = None
    serviced_on: date | None = None
    battery_on: date | None = None
    service_body: str = ""
    note: str = ""

    def values(self) -> dict[str, Any]:
        """Everything but the row's number."""
        found = asdict(self)
        del found["row"]
        return found


@dataclass(frozen=True, slots=True)
class Reading:
    """Every row of a sheet: the good ones, what is wrong with the others, and how many rows there are of either."""

    good: tuple[Filed, ...]
    wrong: tuple[Wrong, ...]
    rows: int

    @property
    def bad_rows(self) -> int:
        """How many rows cannot be used."""
        return len({one.row for one in self.wrong})


def _plain(text: str) -> str:
    return compact(_UNITS.sub("", text)).lower()


def meaning(label: str) -> str:
    """What a header means, by its last line or the whole of it; "" when nobody knows."""
    lines = [_plain(line) for line in label.split("·") if _plain(line)]
    for text in [lines[-1], "".join(lines)] if lines else []:
        for name, words in WORDS.items():
            if text in words:
                return name
    return ""


def find_header(sheet: Sheet) -> Header | None:
    """The header within the first rows, of one line or several (merged cells, groups above names); None when there is none."""
    rows = filled(sheet)
    known = {
        number: len({meaning(text) for text in rows[number].values()} - {""}) for number in rows if number <= SEARCHED
    }
    # Of several that say as much, the first.
    best = min((number for number, n in known.items() if n >= FEWEST), key=lambda one: (-known[one], one), default=None)
    if best is None:
        return None
    top, bottom = _extent(sheet, best)
    labels = tuple(_label(rows, number, top, bottom) for number in range(1, sheet.last_column + 1))
    columns: dict[str, int] = {}
    for number, label in enumerate(labels, start=1):
        if meaning(label):
            columns.setdefault(meaning(label), number)
    return Header(bottom, columns, labels)


def _extent(sheet: Sheet, row: int) -> tuple[int, int]:
    """The rows of a header around its best one: merged cells that reach into it, and groups above it."""
    top = bottom = row
    for upper, left, lower, right in sheet.merges:
        if upper <= row <= lower and lower - upper < MOST_HEADER_ROWS:
            top, bottom = min(top, upper), max(bottom, lower)
        elif upper == lower == row - 1 and 1 < right - left + 1 < sheet.last_column:
            top = min(top, upper)
    return top, bottom


def _label(rows: Mapping[int, Mapping[int, str]], column: int, top: int, bottom: int) -> str:
    lines: list[str] = []
    for row in range(top, bottom + 1):
        text = " ".join(rows.get(row, {}).get(column, "").split())
        if text and (not lines or lines[-1] != text):
            lines.append(text)
    return " · ".join(lines)[:60]


def read_rows(sheet: Sheet, header: Header, *, buildings: Mapping[str, str], today: date) -> Reading:
    """Every row below the header. ``buildings``: the compound's, by the key of ``registers.rules.cells.building_key``.

    Blank rows, totals and the header said again on a new page are no rows.
    """
    good: list[Filed] = []
    wrong: list[Wrong] = []
    numbers: dict[str, int] = {}
    count = 0
    rows = filled(sheet, header.bottom + 1)
    for number in sorted(rows):
        cells = {name: rows[number].get(column, "") for name, column in header.columns.items()}
        texts = [tidy(text) for text in rows[number].values() if tidy(text)]
        if not texts or _TOTAL.match(compact(texts[0])) or _said_again(rows[number], header):
            continue
        count += 1
        reader = _Row(number, cells, header=header, sheet=sheet, buildings=buildings, today=today)
        made = reader.read()
        if made is not None and made.number in numbers:
            reader.refuse("number", "number_twice", row=str(numbers[made.number]))
            made = None
        if made is None:
            wrong.extend(reader.wrong)
        else:
            numbers[made.number] = number
            good.append(made)
    return Reading(tuple(good), tuple(wrong), count)


def _said_again(cells: Mapping[int, str], header: Header) -> bool:
    """Whether a row says nothing but words of the header: one of its lines, repeated on a new page."""
    parts = {_plain(part) for label in header.labels for part in label.split("·")} - {""}
    texts = [_plain(text) for text in cells.values() if _plain(text)]
    return len(texts) >= FEWEST and all(text in parts for text in texts)


class _Row:
    """One row while it is read: what is wrong is collected, so that all of it is said at once."""

    def __init__(
        self,
        number: int,
        cells: Mapping[str, str],
        *,
        header: Header,
        sheet: Sheet,
        buildings: Mapping[str, str],
        today: date,
    ) -> None:
        self.number, self.cells, self.header, self.sheet = number, cells, header, sheet
        self.buildings, self.today = buildings, today
        self.wrong: list[Wrong] = []

    def refuse(self, name: str, code: str, **words: str) -> None:
        self.wrong.append(
            Wrong(self.number, self.header.columns.get(name, 0), code, tidy(self.cells.get(name, ""))[:40], words)
        )

    def read(self) -> Filed | None:
        for name, column in self.header.columns.items():
            spot = (self.number, column)
            if spot in self.sheet.unfilled:
                self.refuse(name, "formula")
            elif spot in self.sheet.errors:
                self.refuse(name, "error_cell")
        given: dict[str, Any] = {"row": self.number, "kind": self._kind(), "number": self._number()}
        given["subtype"] = self._subtype(given["kind"])
        given["building"], given["floor"] = self._building(), self._floor()
        given["place"], given["count"] = self._place(given["floor"]), self._count()
        for name in ("spot", "unit", "maker", "model", "service_body", "note"):
            given[name] = self._text(name)
        for name in DATES:
            given[name] = self._day(name)
        self._order(given)
        if not given["building"] and not given["spot"] and not self.wrong:
            self.refuse("spot", "no_place")
        return None if self.wrong else Filed(**given)

    def _text(self, name: str) -> str:
        text = " ".join(tidy(self.cells.get(name, "")).split())
        if not text or says_none(text):
            return ""
        if len(text) > _LONGEST[name]:
            self.refuse(name, "too_long", most=str(_LONGEST[name]))
        return text

    def _kind(self) -> str:
        text = compact(self.cells.get("kind", ""))
        if not text:
            self.refuse("kind", "kind_blank")
            return ""
        found = kind_of(text)
        if not found:
            self.refuse("kind", "kind_unknown")
        return found

    def _number(self) -> str:
        text = compact(self.cells.get("number", "")).upper()
        if not text or says_none(text):
            self.refuse("number", "number_blank")
        elif len(text) > _LONGEST["number"]:
            self.refuse("number", "too_long", most=str(_LONGEST["number"]))
        elif not re.fullmatch(r"[0-9A-Z一-鿿][0-9A-Z一-鿿#/._-]*", text):
            self.refuse("number", "number_unclear")
        return text

    def _subtype(self, kind: str) -> str:
        known = standards().kinds[kind].subtypes if kind else {}
        if not known:
            return ""
        text = compact(self.cells.get("subtype", "")) or compact(self.cells.get("kind", ""))
        model = compact(self.cells.get("model", ""))
        found = subtype_of(kind, text) or subtype_of(kind, model)
        if not found and compact(self.cells.get("subtype", "")):
            self.refuse("subtype", "subtype_unknown", known="、".join(name for name, _en in known.values()))
        elif not found and any(one.subtypes for one in standards().kinds[kind].lives):
            self.refuse("subtype", "subtype_blank", known="、".join(name for name, _en in known.values()))
        return found or next(iter(known))

    def _building(self) -> str:
        text = tidy(self.cells.get("building", ""))
        if not text or says_none(text):
            return ""
        try:
            name = building(text)
        except BadCell:
            self.refuse("building", "building_unknown")
            return ""
        found = self.buildings.get(building_key(name)) or self.buildings.get(building_key(text))
        if found is None:
            self.refuse("building", "building_unknown")
        return found or ""

    def _floor(self) -> str:
        text = tidy(self.cells.get("floor", ""))
        if not text or says_none(text):
            return ""
        if compact(text) in {"屋顶", "屋面", "天面"}:
            return "屋顶"
        try:
            level = floor(text)
        except BadCell:
            self.refuse("floor", "floor_unclear")
            return ""
        return f"B{-level}" if level < 0 else f"{level}层"

    def _place(self, floor_name: str) -> str:
        text = compact(self.cells.get("place", ""))
        if not text or says_none(text):
            # A piece below ground stands in a basement whether or not the office says so: the strictest holds.
            below = floor_name.startswith("B") or "地下" in compact(self.cells.get("spot", ""))
            return "basement" if below else "ordinary"
        found = next((key for key, words in _PLACES.items() if any(word in text for word in words)), "")
        if not found:
            self.refuse("place", "place_unknown")
        return found or PLACES[0]

    def _count(self) -> int:
        text = compact(self.cells.get("count", ""))
        if not text:
            return 1
        match = _COUNT.fullmatch(text)
        if match is None or not int(match[1]):
            self.refuse("count", "count_unclear")
            return 1
        return int(match[1])

    def _day(self, name: str) -> date | None:
        text = self.cells.get(name, "")
        if not tidy(text) or says_none(text):
            return None
        found = day_of(text)
        if found is None:
            self.refuse(name, "day_unclear")
        elif found < OLDEST:
            self.refuse(name, "day_too_old")
        elif found > self.today:
            self.refuse(name, "day_ahead")
        return found

    def _order(self, given: Mapping[str, Any]) -> None:
        made = given["made_on"]
        if made is None or self.wrong:
            return
        for name in ("installed_on", "serviced_on", "battery_on"):
            if given[name] is not None and given[name] < made:
                self.refuse(name, "before_making", made=made.isoformat())


def kind_of(text: str) -> str:
    """The kind that a cell means: its key, the standard's name, or what offices say; "" for none."""
    found = compact(text)
    kinds = standards().kinds
    for key, kind in kinds.items():
        if found in {key, kind.name, *kind.name.replace("、", "与").split("与")} or found in _KINDS.get(key, ()):
            return key
    for key, words in _KINDS.items():
        if any(len(word) > 2 and word in found for word in words):  # noqa: PLR2004  two signs are in too many words
            return key
    held = [key for key, kind in kinds.items() if kind.name in found]
    return held[0] if held else ""


def subtype_of(kind: str, text: str) -> str:
    """The subtype that a text means; "" for none."""
    known = standards().kinds[kind].subtypes
    found = compact(text).lower()
    for key, (name, _en) in known.items():
        if found == key or (name in found and found):
            return key
    # What the plates of extinguishers say (GA/T 1203): MFZ powder, MSZ water, MT carbon dioxide, MJ clean gas.
    signs = (("mf", "dry_powder"), ("ms", "water_based"), ("mp", "water_based"), ("mt", "co2"), ("mj", "clean_gas"))
    said = (
        ("abc", "dry_powder"),
        ("co2", "co2"),
        ("水", "water_based"),
        ("七氟丙烷", "clean_gas"),
        ("柴油", "diesel"),
        ("烟", "smoke"),
        ("温", "heat"),
    )
    return next(
        (key for sign, key in signs if key in known and found.startswith(sign)),
        next((key for word, key in said if key in known and word in found), ""),
    )


def day_of(text: str) -> date | None:
    """A day: an Excel number, 2020-03-01, 2020.3, 2020年3月, 20200301. A month alone is its first day: the strictest."""
    found = compact(half(text))
    if isinstance(text, Number) or re.fullmatch(r"\d{5}(\.0+)?", found):
        try:
            number = int(float(found))
        except ValueError:
            return None
        if 1_000 < number < 100_000:  # noqa: PLR2004  1902 to 2173; other numbers are written days
            return _EXCEL + timedelta(days=number)
    match = _DAY.match(found) or _PACKED.fullmatch(found)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3] or 1))
    except ValueError:
        return None


def missing(columns: Mapping[str, int]) -> Sequence[str]:
    """What a header lacks before a row can be read."""
    lacking = [name for name in ("kind", "number") if name not in columns]
    if "spot" not in columns and "building" not in columns:
        lacking.append("spot")
    return lacking
