"""What somebody found, judged by the form that it was given to: in order, not in order, or not there. Nothing is refused here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

NORMAL, FAULT, NONE, NOTED, UNKNOWN = "normal", "fault", "none", "noted", "unknown"
OK, BAD, NOT_THERE = "ok", "bad", "none"
MOST_WORDS: Final = 200


@dataclass(frozen=True, slots=True)
class Found:
    """One item as it was found; ``item`` {} where the form does not know it. ``slots``: its photos."""

    key: str
    name: str
    value: str
    outcome: str
    severity: str
    note: str
    fixed: bool
    slots: tuple[int, ...]

    def kept(self) -> dict[str, Any]:
        """As an answer keeps it."""
        return {
            "item": self.key, "name": self.name, "value": self.value, "outcome": self.outcome, "severity": self.severity,
            "note": self.note, "fixed": self.fixed, "photos": list(self.slots),
        }  # fmt: skip


def judge(item: Mapping[str, Any] | None, value: str) -> str:
    """How one value stands by its item, None for one that the form does not know."""
    if item is None:
        return UNKNOWN
    kind = item.get("type", "ok")
    if kind in {"photo", "text", "date"}:
        return NOTED
    if value == NOT_THERE or (not value and item.get("optional", False)):
        return NONE
    if kind == "number":
        return _number(item, value)
    return _choice(item, value) if kind == "choice" else {OK: NORMAL, BAD: FAULT}.get(value, UNKNOWN)


def _choice(item: Mapping[str, Any], value: str) -> str:
    if value not in item.get("options", ()):
        return UNKNOWN
    return NORMAL if value in item.get("passes", ()) else FAULT


def _number(item: Mapping[str, Any], value: str) -> str:
    try:
        given = Decimal(value)
        if not given.is_finite():
            return UNKNOWN
        low, high = item.get("min", ""), item.get("max", "")
        if (low and given < Decimal(low)) or (high and given > Decimal(high)):
            return FAULT
    except InvalidOperation:
        # A limit that is no number ("design") is one that the compound has not said: the value is written down.
        return NORMAL if _is_number(value) else UNKNOWN
    return NORMAL


def _is_number(value: str) -> bool:
    try:
        return Decimal(value).is_finite()
    except InvalidOperation:
        return False


def found(items: Sequence[Mapping[str, Any]], results: Iterable[Mapping[str, Any]]) -> list[Found]:
    """What came, item by item, in its order; the last word on an item holds."""
    known = {str(one["key"]): one for one in items}
    last: dict[str, Found] = {}
    for one in results:
        key = str(one.get("item", ""))[:20]
        value = str(one.get("value", ""))[:MOST_WORDS]
        item = known.get(key)
        photos = one.get("photos")
        last[key] = Found(
            key=key,
            name=str(item["name"]) if item else key,
            value=value,
            outcome=judge(item, value),
            severity=str(item.get("severity", "medium")) if item else "medium",
            note=" ".join(str(one.get("note", "")).replace("\x00", "").split())[:MOST_WORDS],
            fixed=one.get("fixed") is True,
            slots=tuple(slot for slot in photos if isinstance(slot, int)) if isinstance(photos, list) else (),
        )
    return list(last.values())


def missing(items: Sequence[Mapping[str, Any]], there: Iterable[Found], month: int) -> list[str]:
    """The items of a form that nothing was said of; of the season and not optional. Photos are no items here."""
    said = {one.key for one in there}
    return [
        str(one["key"])
        for one in items
        if one.get("type", "ok") != "photo"
        and not one.get("optional", False)
        and (not one.get("months") or month in one["months"])
        and one["key"] not in said
    ]


def outcome(there: Sequence[Found]) -> str:
    """How the place stands: a fault where one item has one, none where nothing is there, else in order."""
    if any(one.outcome == FAULT for one in there):
        return FAULT
    judged = [one for one in there if one.outcome in {NORMAL, NONE}]
    if judged and all(one.outcome == NONE for one in judged):
        return NONE
    return NORMAL


def normal_of(number: int, told: int | None, result: str) -> int:
    """How many of what stands there are in order; where nobody said, one is not when there is a fault."""
    if told is not None:
        return max(0, min(number, told))
    if result == FAULT:
        return max(0, number - 1)
    return 0 if result == NONE else number
