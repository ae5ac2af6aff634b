"""What law asks of those on duty: ``standards/duty.yaml``, read once and checked.

A row that cannot be right refuses the whole file. ``confirmed`` goes with every number: what nobody has read in the rule is a
default of the portal, and is never called law.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml

FILE: Final = Path(__file__).resolve().parent.parent / "standards" / "duty.yaml"
MINUTES: Final = 60


class StandardsError(ValueError):
    """The data file cannot be right; says which row."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A number and where it is asked. ``value`` in hours, days or persons, as its name says."""

    value: float
    clause: str
    confirmed: bool

    @property
    def whole(self) -> int:
        """Of persons, days and grades."""
        return int(self.value)

    @property
    def minutes(self) -> int:
        """Of hours, rounded down: 166.64 h are 9,998 minutes."""
        return int(round(self.value * 100) * MINUTES // 100)


@dataclass(frozen=True, slots=True)
class Single:
    """A place whose act lets one person a shift be enough, under a condition."""

    place: str
    name: str
    clause: str
    condition: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Standards:
    """The whole file; the names are those of its rows."""

    version: str
    hours_covered: Limit
    persons: Limit
    shift_hours: Limit
    grade_linked: Limit
    grade_alone: Limit
    single: Mapping[str, Single]
    micro_hours: Limit
    micro_persons: Limit
    day_hours: Limit
    day_overtime: Limit
    days_in_row: Limit
    month_hours: Limit
    month_overtime: Limit
    rest_hours: Limit
    entry_hours: Limit


def read(given: Mapping[str, Any]) -> Standards:
    """Check what the file holds; StandardsError for the first row that cannot be right."""
    try:
        sources = given["sources"]
        room, micro, work = (
            {key: _limit(f"{part}/{key}", row, sources) for key, row in given[part].items()}
            for part in ("control_room", "micro_station", "working_time")
        )
        places = [_single(row, sources) for row in given["single_person"]]
        made = Standards(
            version=str(given["version"]), hours_covered=room["hours_covered"], persons=room["persons"],
            shift_hours=room["shift_hours"], grade_linked=room["grade_linked"], grade_alone=room["grade_alone"],
            single={one.place: one for one in places}, micro_hours=micro["hours_covered"],
            micro_persons=micro["persons"], day_hours=work["day_hours"], day_overtime=work["day_overtime_hours"],
            days_in_row=work["days_in_row"], month_hours=work["month_hours"],
            month_overtime=work["month_overtime_hours"], rest_hours=work["rest_hours"],
            entry_hours=room["entry_hours"],
        )  # fmt: skip
    except (KeyError, TypeError, AttributeError) as error:
        raise StandardsError(f"{FILE.name}: {error!r}") from error
    _must(len(made.single) == len(places), "single_person: twice")
    _must(made.grade_linked.value < made.grade_alone.value, "grade_linked: a lower number is the higher grade")
    _must(made.persons.whole > 1, "persons: one is what single_person is for")
    _must(made.hours_covered.value % made.shift_hours.value == 0, "shift_hours: shifts that make up the day")
    return made


def _limit(where: str, row: Mapping[str, Any], sources: Mapping[str, Any]) -> Limit:
    made = Limit(row["value"], row["clause"], row["confirmed"])
    _must(type(made.value) in {int, float} and made.value > 0, f"{where}: value")
    _check_origin(where, row, sources)
    return made


def _single(row: Mapping[str, Any], sources: Mapping[str, Any]) -> Single:
    made = Single(row["place"], row["name"], row["clause"], row["condition"], row["confirmed"])
    _must(bool(made.name and made.clause and made.condition), f"{made.place}: act and condition")
    _check_origin(made.place, row, sources)
    return made


def _check_origin(where: str, row: Mapping[str, Any], sources: Mapping[str, Any]) -> None:
    _must(row["source"] in sources, f"{where}: source")
    _must(isinstance(row["confirmed"], bool), f"{where}: confirmed")
    _must(not row["confirmed"] or bool(row["clause"]), f"{where}: read somewhere, but no clause")


def _must(holds: bool, where: str) -> None:
    if not holds:
        raise StandardsError(where)


@lru_cache(maxsize=1)
def standards() -> Standards:
    """The file as it is kept with this version of the portal."""
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return read(yaml.load(FILE.read_text(encoding="utf-8"), Loader=loader))  # noqa: S506  a safe loader, in C if there is one
