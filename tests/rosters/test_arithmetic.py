"""The numbers that no roster can get round: the worked figures of the standard month, and what they can never claim."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rosters.rules.arithmetic import missing, needs
from rosters.rules.checking import check
from rosters.rules.reading import read_case
from rosters.rules.rotation import rotate
from tests.rosters.months import compound, month


def test_a_room_of_two_in_a_long_month() -> None:
    [need] = needs(read_case(month(7)))
    assert (need.turns, need.minutes, need.least, need.least_full) == (186, 186 * 480, 9, 8)
    assert (need.have, need.people_missing, need.most, need.missing) == (7, 2, 175, 11)


@pytest.mark.parametrize(
    ("of", "persons", "turns", "least", "least_full"),
    [
        ("2026-12", 2, 186, 9, 8),
        ("2026-12", 1, 93, 5, 4),
        ("2026-11", 2, 180, 9, 8),
        ("2026-02", 2, 168, 9, 7),
        ("2028-02", 2, 174, 9, 7),
    ],
)
def test_months_of_every_length(of: str, persons: int, turns: int, least: int, least_full: int) -> None:
    [need] = needs(read_case(month(9, of=of, posts=[{"kind": "control_room", "persons": persons}])))
    assert (need.turns, need.least, need.least_full) == (turns, least, least_full)


@pytest.mark.parametrize(("people", "short"), [(0, 186), (1, 161), (5, 61), (6, 36), (7, 11), (8, 0), (9, 0)])
def test_what_stays_open_at_least(people: int, short: int) -> None:
    assert missing(read_case(month(people))) == short


def test_without_a_certificate_nobody_is_there() -> None:
    given = month(9)
    for one in given["people"]:
        one["grade"] = None
    [need] = needs(read_case(given))
    assert (need.have, need.people_missing, need.missing) == (0, 9, 186)


def test_a_month_of_leave_in_february() -> None:
    given = month(9, of="2026-02")
    given["people"][0]["leave"] = [{"from": "2026-02-01", "to": "2026-02-28"}]
    [need] = needs(read_case(given))
    assert (need.have, need.least, need.most, need.missing) == (8, 9, 8 * 24, 0)


def test_days_on_which_too_few_can_come() -> None:
    given = month(9)
    for one in given["people"][:5]:
        one["leave"] = ["2026-12-25"]
    [need] = needs(read_case(given))
    assert [(one.day, one.have, one.need) for one in need.short_days] == [(date(2026, 12, 25), 4, 6)]
    assert missing(read_case(given)) == 2


def test_posts_that_share_their_people_are_counted_together() -> None:
    case = read_case(month(9, posts=[{"kind": "control_room"}, {"kind": "gate"}]))
    room, gate, both = needs(case)
    assert (room.missing, gate.missing, both.turns, both.missing) == (0, 0, 279, 279 - 225)
    assert missing(case) == 54


def test_days_in_a_row_are_part_of_it() -> None:
    [need] = needs(read_case(month(9, rules={"days_in_row": 1})))
    assert need.most == 9 * 16


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 14))
def test_no_roster_leaves_less_open_than_the_arithmetic_says(seed: int, people: int) -> None:
    given = compound(seed)
    case = read_case({**given, "people": given["people"][:people]})
    found = check(case, rotate(case))
    assert {one.code for one in found if one.hard} <= {"short"}
    open_ = sum((one.of or 0) - (one.have or 0) for one in found if one.code == "short")
    assert open_ >= missing(case)
