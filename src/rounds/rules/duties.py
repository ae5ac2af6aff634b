"""The duties that are walked or held: ``standards/duties.yaml``, read once. A row that cannot be right refuses the file."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml

from equipment.rules.cadence import CADENCES
from equipment.rules.standards import SEVERITIES

FILE: Final = Path(__file__).resolve().parent.parent / "standards" / "duties.yaml"
# What a duty is walked over: a point a building, one for all, the pieces whose patrol, check or test is asked, nothing.
OVERS: Final = ("buildings", "compound", "patrolled", "checked", "tested", "none")
TYPES: Final = ("ok", "number", "choice", "photo", "text", "date")
WHOLE_DAY: Final = 1440
MOST_TIMES: Final = 12


class DutiesError(ValueError):
    """The data file cannot be right; says which row."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing to look at or to write down, of a form."""

    key: str
    name: str
    en: str = ""
    type: str = "ok"
    severity: str = "medium"
    unit: str = ""
    least: str = ""
    most: str = ""
    options: tuple[str, ...] = ()
    passes: tuple[str, ...] = ()
    months: tuple[int, ...] = ()
    optional: bool = False

    def kept(self) -> dict[str, Any]:
        """As an edition keeps it and a phone gets it; what is not said is its default."""
        told: dict[str, Any] = {
            "key": self.key, "name": self.name, "en": self.en, "type": self.type, "severity": self.severity,
            "unit": self.unit, "min": self.least, "max": self.most, "options": list(self.options),
            "passes": list(self.passes), "months": list(self.months), "optional": self.optional,
        }  # fmt: skip
        return {name: value for name, value in told.items() if value not in ("", [], False)}


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty: what it is walked over, how often by class of compound, its hours in minutes, and where it is written."""

    key: str
    name: str
    en: str
    weight: str
    over: str
    every: Mapping[str, str]
    starts: int
    ends: int
    times: int
    grace: int
    clause: str
    confirmed: bool
    items: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Duties:
    """The whole file; ``weights`` are those of the compliance figures."""

    version: str
    weights: Mapping[str, int]
    by_key: Mapping[str, Duty]


def read(given: Mapping[str, Any]) -> Duties:
    """Check what the file holds; DutiesError for the first row that cannot be right."""
    try:
        weights = dict(given["weights"])
        found = [_duty(row, weights) for row in given["duties"]]
        version = str(given["version"])
    except (KeyError, TypeError, AttributeError) as error:
        raise DutiesError(f"{FILE.name}: {error!r}") from error
    by_key = {one.key: one for one in found}
    _must(len(by_key) == len(found), "duties: twice")
    return Duties(version, weights, by_key)


def _duty(row: Mapping[str, Any], weights: Mapping[str, int]) -> Duty:
    items = tuple(_item(one) for one in row.get("items", ()))
    made = Duty(
        key=row["key"], name=row["name"], en=row["en"], weight=row["weight"], over=row["over"],
        every=dict(row.get("every", {})), starts=row.get("starts", 0), ends=row.get("ends", WHOLE_DAY),
        times=row.get("times", 1), grace=row["grace"], clause=row["clause"], confirmed=row["confirmed"], items=items,
    )  # fmt: skip
    _must(made.weight in weights, f"{made.key}: weight")
    _must(made.over in OVERS, f"{made.key}: over")
    _must(set(made.every.values()) <= set(CADENCES), f"{made.key}: every")
    _must(0 <= made.starts < WHOLE_DAY and made.starts < made.ends <= 2 * WHOLE_DAY, f"{made.key}: hours")
    _must(1 <= made.times <= MOST_TIMES, f"{made.key}: times")
    _must(made.grace >= 0, f"{made.key}: grace")
    _must(not made.confirmed or bool(made.clause), f"{made.key}: read somewhere, but no clause")
    _must(len({one.key for one in items}) == len(items), f"{made.key}: items twice")
    return made


def _item(row: Mapping[str, Any]) -> Asked:
    made = Asked(
        key=row["key"], name=row["name"], en=row["en"], type=row.get("type", "ok"),
        severity=row.get("severity", "medium"), unit=row.get("unit", ""), least=row.get("min", ""),
        most=row.get("max", ""), options=tuple(row.get("options", ())), passes=tuple(row.get("passes", ())),
        optional=row.get("optional", False),
    )  # fmt: skip
    _must(made.type in TYPES and made.severity in SEVERITIES, f"{made.key}: type or severity")
    _must(
        (made.type == "choice") == bool(made.options) and set(made.passes) <= set(made.options), f"{made.key}: options"
    )
    return made


def _must(holds: bool, where: str) -> None:
    if not holds:
        raise DutiesError(where)


@lru_cache(maxsize=1)
def duties() -> Duties:
    """The file as it is kept with this version of the portal."""
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return read(yaml.load(FILE.read_text(encoding="utf-8"), Loader=loader))  # noqa: S506  a safe loader, in C if there is one
