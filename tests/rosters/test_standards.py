"""The numbers that law gives, and what a file that cannot be right says."""

import copy
from typing import Any

import pytest
import yaml

from rosters.rules.standards import FILE, StandardsError, read, standards


def given() -> dict[str, Any]:
    return dict(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def test_the_numbers_that_law_gives() -> None:
    known = standards()
    assert (known.hours_covered.whole, known.persons.whole, known.shift_hours.whole) == (24, 2, 8)
    assert (known.grade_linked.whole, known.grade_alone.whole) == (4, 5)
    assert (known.micro_hours.whole, known.micro_persons.whole) == (24, 3)
    assert (known.day_hours.whole, known.day_overtime.whole, known.days_in_row.whole) == (8, 3, 6)
    assert (known.month_hours.minutes, known.month_overtime.minutes) == (9_998, 2_160)
    assert known.version == "2026-11"


def test_rest_between_shifts_is_a_default_and_never_called_law() -> None:
    rest = standards().rest_hours
    assert (rest.whole, rest.clause, rest.confirmed) == (11, "", False)


def test_only_one_act_on_single_duty_was_read() -> None:
    assert [one.name for one in standards().single.values() if one.confirmed] == ["广东"]
    assert not standards().single["zhejiang"].confirmed


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (("control_room", "persons", "value"), 1, "persons"),
        (("control_room", "persons", "value"), "two", "control_room/persons: value"),
        (("control_room", "shift_hours", "value"), 7, "shift_hours"),
        (("control_room", "grade_linked", "value"), 5, "grade_linked"),
        (("working_time", "rest_hours", "confirmed"), True, "no clause"),
        (("working_time", "rest_hours", "source"), "rumour", "source"),
        (("working_time", "day_hours", "confirmed"), "yes", "confirmed"),
        (("single_person", 0, "condition"), "", "zhejiang"),
        (("single_person", 1, "place"), "zhejiang", "twice"),
    ],
)
def test_a_row_that_cannot_be_right_refuses_the_file(path: tuple[Any, ...], value: Any, says: str) -> None:
    wrong = copy.deepcopy(given())
    at: Any = wrong
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    with pytest.raises(StandardsError, match=says):
        read(wrong)


@pytest.mark.parametrize(
    "part", ["version", "sources", "control_room", "micro_station", "working_time", "single_person"]
)
def test_a_part_that_is_missing_is_named(part: str) -> None:
    wrong = given()
    del wrong[part]
    with pytest.raises(StandardsError, match=part):
        read(wrong)
