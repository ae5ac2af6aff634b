"""What the printed forms say of rounds that were walked: rows of tables C.1 and D.1 of GB 25201-2010, records of duties.

Units are counted by system, kind and place ("14 个中 12 个正常"); a place that nobody saw is never counted as in order. The
words are the forms', so they are Chinese whatever language the page has.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from rounds.rules.judging import FAULT, NONE, NORMAL

# The systems in the order of table C.1.
SYSTEMS: Final = (
    "消防供配电", "火灾自动报警", "电气火灾监控", "可燃气体探测报警", "消防供水", "消火栓", "自动喷水", "泡沫", "气体",
    "防烟排烟",
    "应急照明和疏散指示", "应急广播", "消防专用电话", "防火分隔", "细水雾", "干粉", "灭火器", "消防电梯", "其他",
)  # fmt: skip
GOOD, BAD, NOT_THERE, UNSEEN = "√", "×", "/", "未查"
_FLOOR: Final = re.compile(r"-?\d{1,3}")


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of a round as its edition keeps it. ``items``: what is looked at there, in short."""

    point: int
    kind: str
    name: str
    building: str
    floor: str
    address: str
    number: int
    form: str


@dataclass(frozen=True, slots=True)
class Word:
    """An answer that counts. ``results`` as ``rounds.rules.judging.Found.kept`` has them."""

    answer: int
    at: datetime
    who: str
    person: int
    outcome: str
    number: int
    normal: int
    note: str
    results: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Second:
    """A second person's word: a signature under the whole, or what they found at one place (``point``)."""

    point: int | None
    agrees: bool
    note: str
    who: str
    at: datetime


@dataclass(slots=True)
class Walked:
    """A round with its record. ``words`` by point and ``whole`` hold what was said, the newest first.

    ``waiting``: how many answers do not count yet.
    """

    occurrence: int
    plan: str
    plan_id: int
    duty: str
    slot: int
    state: str
    opens_at: datetime
    due_at: datetime
    done_at: datetime | None
    done_as: str
    skipped: str
    makes_up: bool
    spots: list[Spot] = field(default_factory=list)
    forms: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    words: dict[int, list[Word]] = field(default_factory=dict)
    whole: list[Word] = field(default_factory=list)
    seconds: list[Second] = field(default_factory=list)
    waiting: int = 0

    @property
    def signed(self) -> Second | None:
        """The second person's signature."""
        return next((one for one in self.seconds if one.point is None), None)


@dataclass(frozen=True, slots=True)
class Note:
    """What the form says of one place: ``old`` what stood there before (struck through), ``now`` what holds."""

    name: str
    old: tuple[str, ...]
    now: str
    fault: bool
    fixed: bool
    answer: int
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A row of C.1. ``number`` units stand there, ``seen`` of them were looked at, ``normal`` were in order.

    ``mark``: √, ×, / (there is none of it), 未查 (nobody was there). ``remarks``: what is missing, what a spot check found.
    """

    system: str
    content: str
    place: str
    number: int
    seen: int
    normal: int
    mark: str
    notes: tuple[Note, ...]
    remarks: tuple[str, ...]


def lines(rounds: Sequence[Walked], systems: Mapping[str, tuple[str, str]]) -> list[Line]:
    """The rows of C.1 of some rounds; ``systems`` holds of each kind its system and name."""
    groups: dict[tuple[str, str, str, str], list[tuple[Walked, Spot]]] = {}
    for one in rounds:
        for spot in one.spots:
            system, name = systems.get(spot.kind, ("其他", spot.kind or "其他"))
            below = spot.floor if spot.floor[:1] in {"B", "b", "-"} or "地下" in spot.floor else ""
            groups.setdefault((system, name, spot.building, below), []).append((one, spot))
    order = {name: n for n, name in enumerate(SYSTEMS)}
    told: set[tuple[str, str]] = set()
    found = []
    for (system, name, building, below), there in sorted(
        groups.items(),
        key=lambda each: (order.get(each[0][0], len(order)), each[0][0], each[0][1], _natural(each[0][2]), each[0][3]),
    ):  # fmt: skip
        # What is looked at stands once, beside the first place of a kind.
        looked = "" if (system, name) in told else _looked(there)
        told.add((system, name))
        place = _place(building, below, [spot.floor for _one, spot in there])
        found.append(_line(system, f"{name}：{looked}" if looked else name, place, there))
    return found


def _looked(there: Sequence[tuple[Walked, Spot]]) -> str:
    one, spot = there[0]
    return "、".join(str(item["name"]) for item in one.forms.get(spot.form, ()) if item.get("type", "ok") != "photo")


def _place(building: str, below: str, floors: Sequence[str]) -> str:
    where = building or "公共区域"
    if below:
        return f"{where} {below}"
    numbers = sorted({int(one) for one in floors if _FLOOR.fullmatch(one)})
    others = sorted({one for one in floors if one and not _FLOOR.fullmatch(one)})
    told = []
    if numbers:
        told.append(f"{numbers[0]}层" if len(numbers) == 1 else f"{numbers[0]}–{numbers[-1]}层")
    return " ".join((where, "、".join([*told, *others]))).strip()


def _natural(text: str) -> tuple[tuple[int, int | str], ...]:
    return tuple((0, int(part)) if part.isdecimal() else (1, part) for part in re.findall(r"\d+|\D+", text))


def _line(system: str, content: str, place: str, there: Sequence[tuple[Walked, Spot]]) -> Line:
    number = seen = normal = unseen = absent = 0
    notes, remarks = [], []
    for one, spot in there:
        said = one.words.get(spot.point, [])
        number += said[0].number if said else spot.number
        if not said:
            unseen += spot.number
        elif said[0].outcome == NONE:
            absent += said[0].number
        else:
            seen += said[0].number
            normal += said[0].normal
        note = note_of(spot.name, said)
        if note is not None:
            notes.append(note)
        remarks += [
            f"抽查 {spot.name}：{each.note}（{each.who}）"
            for each in one.seconds
            if each.point == spot.point and not each.agrees
        ]
    if absent and seen:
        remarks.insert(0, f"{absent} 个无此项")
    if unseen and seen + absent:
        remarks.insert(0, f"{unseen} 个未查")
    mark = BAD if normal < seen else GOOD if seen and not unseen else UNSEEN if unseen else NOT_THERE
    return Line(system, content, place, number, seen, normal, mark, tuple(notes), tuple(remarks))


def note_of(name: str, said: Sequence[Word]) -> Note | None:
    """What is to be said of one place: what is not in order, and what an earlier entry said otherwise. None for nothing."""
    if not said:
        return None
    newest, now = said[0], _said(said[0])
    old = tuple(
        dict.fromkeys(
            f"{one.at:%H:%M} {one.who.split(' ')[0]}：{_said(one)}" for one in reversed(said[1:]) if _said(one) != now
        )
    )
    bad = [one for one in newest.results if one["outcome"] == FAULT]
    if not old and newest.outcome != FAULT:
        return None
    return Note(
        name, old, now, newest.outcome == FAULT, bool(bad) and all(one["fixed"] for one in bad), newest.answer,
        tuple(str(one["item"]) for one in bad),
    )  # fmt: skip


def _said(one: Word) -> str:
    """An answer in words: "正常", or what is not in order."""
    bad = [_result(each) for each in one.results if each["outcome"] == FAULT]
    if one.outcome == NONE:
        return "无此项"
    if not bad:
        return (
            "正常" if one.outcome == NORMAL and one.normal >= one.number else f"{one.number} 个中 {one.normal} 个正常"
        )
    more = f"；{one.note}" if one.note else ""
    count = f"（{one.number} 个中 {one.normal} 个正常）" if one.number > 1 else ""
    return f"{'；'.join(bad)}{more}{count}"


def _result(one: Mapping[str, Any]) -> str:
    value = "" if one["value"] in {"bad", ""} else f" {one['value']}"
    note = f"（{one['note']}）" if one["note"] else ""
    return f"{one['name']}{value}{note}"


@dataclass(frozen=True, slots=True)
class Test:
    """A row of D.1: one duty of one kind, as it was tested last in the time that the form covers; ``times`` in all.

    ``values``: what was measured. ``faults``: every fault of that time, with its day.
    """

    system: str
    content: str
    number: int
    normal: int
    fault: int
    times: int
    missed: int
    on: datetime | None
    values: tuple[str, ...]
    faults: tuple[Note, ...]


def tests(rounds: Sequence[Walked], systems: Mapping[str, tuple[str, str]]) -> list[Test]:
    """The rows of D.1: by plan, in the order of the systems."""
    plans: dict[int, list[Walked]] = {}
    for one in sorted(rounds, key=lambda each: each.due_at):
        plans.setdefault(one.plan_id, []).append(one)
    order = {name: n for n, name in enumerate(SYSTEMS)}
    found = [_test(there, systems) for there in plans.values()]
    return sorted(found, key=lambda each: (order.get(each.system, len(order)), each.content))


def _test(there: Sequence[Walked], systems: Mapping[str, tuple[str, str]]) -> Test:
    walked = [one for one in there if one.words]
    last = walked[-1] if walked else there[-1]
    kind = next((spot.kind for spot in last.spots), "")
    said = [words[0] for words in last.words.values()]
    seen = [one for one in said if one.outcome != NONE]
    values: dict[tuple[str, str], list[str]] = {}
    units = {
        str(item["key"]): str(item.get("unit", ""))
        for form in last.forms.values()
        for item in form
        if item.get("type") == "number"
    }
    for word in seen:
        for each in word.results:
            if each["item"] in units and each["value"] not in {"", "none"}:
                values.setdefault((str(each["name"]), units[each["item"]]), []).append(str(each["value"]))
    notes = []
    for one in walked:
        for spot in one.spots:
            note = (
                note_of(f"{one.words[spot.point][0].at:%m-%d} {spot.name}", one.words[spot.point])
                if spot.point in one.words
                else None
            )
            if note is not None:
                notes.append(note)
    return Test(
        system=systems.get(kind, ("其他", ""))[0],
        content=last.plan,
        number=sum(spot.number for spot in last.spots),
        normal=sum(one.normal for one in seen),
        fault=sum(one.number - one.normal for one in seen),
        times=len(walked),
        missed=sum(one.state == "missed" for one in there),
        on=max((one.at for one in said), default=None),
        values=tuple(f"{name} {_span(given)} {unit}".strip() for (name, unit), given in values.items()),
        faults=tuple(notes),
    )  # fmt: skip


def _span(given: Iterable[str]) -> str:
    known = sorted(set(given), key=lambda one: (float(one) if re.fullmatch(r"-?\d+(\.\d+)?", one) else 0.0, one))
    return known[0] if len(known) == 1 else f"{known[0]}–{known[-1]}"


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the record of a duty: one place of one round. ``marks`` are by item, as ``mark_of`` has them."""

    at: datetime | None
    round: Walked
    place: str
    marks: tuple[str, ...]
    note: Note | None
    who: str


def entries(rounds: Sequence[Walked], items: Sequence[Mapping[str, Any]]) -> list[Entry]:
    """What was found at each place of rounds of one duty, in the order of their ends."""
    found = []
    for one in sorted(rounds, key=lambda each: (each.due_at, each.slot)):
        for spot in one.spots:
            said = one.words.get(spot.point, [])
            marks = tuple(mark_of(said[0] if said else None, str(item["key"])) for item in items)
            found.append(
                Entry(
                    said[0].at if said else None,
                    one,
                    spot.name,
                    marks,
                    note_of(spot.name, said),
                    said[0].who if said else "",
                )
            )
    return found


def mark_of(said: Word | None, key: str) -> str:
    """The mark of one item: √, ×, /, 未查, with the number or choice that was written; "" where it was not asked."""
    if said is None:
        return UNSEEN
    result = next((one for one in said.results if one["item"] == key), None)
    if result is None:
        return ""
    if result["outcome"] == NONE:
        return NOT_THERE
    value = str(result["value"])
    sign = BAD if result["outcome"] == FAULT else GOOD
    return sign if value in {"ok", "bad"} else f"{sign} {value}"
