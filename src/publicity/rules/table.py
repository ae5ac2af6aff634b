"""The rule table: how long a matter must be public in a place on a day, by which article, where, and who must be told.

``data/rules.json`` is read once, checked, and refused as a whole when a row cannot be right. A place without a row of its own
takes that of the place around it; the nation has one for every matter.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from publicity.rules.matters import BINDINGS, CALENDAR, LAW, MATTERS, MAX_DAYS, PLACES, TOLD, UNITS

FILE = Path(__file__).resolve().parent.parent / "data" / "rules.json"
NATIONAL = "national"
# The table knows no law from before this day; an earlier one is asked as this.
FIRST = date(2010, 1, 1)


class TableError(ValueError):
    """The data file cannot be right; says which row."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place with rules of its own. ``division`` begins the codes of its areas."""

    key: str
    name: str
    within: str | None
    division: str


@dataclass(frozen=True, slots=True)
class Rule:
    """How long one matter must be public in one place from one day to another.

    ``article`` names text and article; ``source`` the text with its version and the day on which it came into force.
    """

    place: str
    matter: str
    since: date
    until: date | None
    min_days: int
    unit: str
    binding: str
    confirmed: bool
    rolls: bool
    article: str
    source: str
    hang_at: tuple[str, ...]
    tell: tuple[str, ...]
    ahead_days: int | None
    within_days: int | None
    note: str

    @property
    def refuses(self) -> bool:
        """Whether fewer days are refused: a number that law states and somebody has read there."""
        return self.binding == LAW and self.confirmed

    def holds(self, on: date) -> bool:
        """Whether it is in force on a day."""
        return self.since <= on and (self.until is None or on <= self.until)


@dataclass(frozen=True, slots=True)
class _Table:
    version: str
    places: dict[str, Place]
    rules: tuple[Rule, ...]


def read(given: Mapping[str, Any]) -> _Table:
    """Check what the file holds; TableError for the first thing that cannot be right."""
    try:
        places = {one["key"]: Place(one["key"], one["name"], one["within"], one["division"]) for one in given["places"]}
        rules = tuple(_rule(row, given["laws"]) for row in given["rules"])
        version = str(given["version"])
    except (KeyError, TypeError) as error:
        raise TableError(f"{FILE.name}: {error!r}") from error
    for place in places.values():
        if (place.key == NATIONAL) != (place.within is None) or (place.within or NATIONAL) not in places:
            raise TableError(f"{place.key}: no place around it")
    _check_dates(rules, places)
    return _Table(version, places, rules)


def _rule(row: Mapping[str, Any], laws: Mapping[str, Any]) -> Rule:
    law = laws[row["law"]]
    title = str(law["title"])
    made = Rule(
        place=row["in"],
        matter=row["matter"],
        since=date.fromisoformat(row["since"]),
        until=date.fromisoformat(row["until"]) if row["until"] else None,
        min_days=row["min_days"],
        unit=row["unit"],
        binding=row["binding"],
        confirmed=row["confirmed"],
        rolls=row["rolls"],
        article=f"{title.partition('（')[0]}{row['article']}",
        source=f"{title}，{law['since']}起施行" if row["article"] else title,
        hang_at=tuple(row["hang_at"]),
        tell=tuple(row["tell"]),
        ahead_days=row["ahead_days"],
        within_days=row["within_days"],
        note=row["note"],
    )
    wrong = (
        (made.matter not in MATTERS, "matter"),
        (made.unit not in UNITS, "unit"),
        (made.binding not in BINDINGS, "binding"),
        (type(made.min_days) is not int or not 1 <= made.min_days <= MAX_DAYS, "min_days"),
        (made.binding == LAW and not row["article"], "article"),
        (not set(made.hang_at) <= set(PLACES) or not made.hang_at, "hang_at"),
        (not set(made.tell) <= set(TOLD), "tell"),
        (made.until is not None and made.until < made.since, "until"),
        (made.rolls and made.unit != CALENDAR, "rolls"),
        (made.since < date.fromisoformat(law["since"]), "since"),
    )
    for bad, name in wrong:
        if bad:
            raise TableError(f"{made.place}/{made.matter}/{made.since}: {name}")
    return made


def _check_dates(rules: tuple[Rule, ...], places: Mapping[str, Place]) -> None:
    """No two rows hold at once for the same, and the nation has one for every matter from the first day on."""
    by: dict[tuple[str, str], list[Rule]] = {}
    for rule in rules:
        if rule.place not in places:
            raise TableError(f"{rule.place}: unknown place")
        by.setdefault((rule.place, rule.matter), []).append(rule)
    for (place, matter), found in by.items():
        found.sort(key=lambda rule: rule.since)
        for earlier, later in pairwise(found):
            if earlier.until is None or earlier.until >= later.since:
                raise TableError(f"{place}/{matter}: two rows hold on {later.since}")
    for matter in MATTERS:
        nation = by.get((NATIONAL, matter), [])
        if not any(rule.since <= FIRST for rule in nation) or nation[-1].until is not None:
            raise TableError(f"{NATIONAL}/{matter}: no row")


@lru_cache(maxsize=1)
def _table() -> _Table:
    return read(json.loads(FILE.read_text(encoding="utf-8")))


def version() -> str:
    """The version of the data file."""
    return _table().version


def rules() -> tuple[Rule, ...]:
    """Every row, the nation's first."""
    return _table().rules


def place(key: str) -> Place:
    """A place by its key; KeyError."""
    return _table().places[key]


def places() -> tuple[Place, ...]:
    """Every place, the nation first."""
    return tuple(_table().places.values())


@lru_cache(maxsize=1024)
def place_of(code: str) -> Place:
    """The nearest place to which an area of this statistical code belongs; the nation for any other."""
    fitting = [one for one in places() if one.division and code.startswith(one.division)]
    return max(fitting, key=lambda one: len(one.division), default=place(NATIONAL))


@lru_cache(maxsize=4096)
def rule_for(jurisdiction: str, matter: str, on: date) -> Rule:
    """The rule for a matter in a place on a day: its own, or that of the nearest place around it. KeyError for neither known."""
    if matter not in MATTERS:
        raise KeyError(matter)
    day, at = max(on, FIRST), place(jurisdiction)
    while True:
        found = next(
            (rule for rule in rules() if rule.place == at.key and rule.matter == matter and rule.holds(day)), None
        )
        if found is not None:
            return found
        at = place(at.within or NATIONAL)


def rules_of(jurisdiction: str, on: date) -> list[Rule]:
    """What holds in a place on a day, one rule a matter, in the order of the matters."""
    return [rule_for(jurisdiction, matter, on) for matter in MATTERS]
