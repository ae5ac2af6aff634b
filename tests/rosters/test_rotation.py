"""The rotation: the row that everyone walks through, and what is done about leave."""

from collections import Counter
from datetime import date

import pytest

from rosters.rules.cases import Case
from rosters.rules.checking import check, is_lawful
from rosters.rules.fairness import measure
from rosters.rules.reading import read_case, written_duties
from rosters.rules.rotation import mend, rotate
from tests.rosters.months import NAMES, month

SIGNS = {"00:00-08:00": "N", "08:00-16:00": "D", "16:00-24:00": "E"}


def row(case: Case, name: str) -> str:
    there = {one.day: SIGNS[one.turn] for one in rotate(case) if one.person == name}
    return "".join(there.get(day, "-") for day in case.days)


def test_nine_walk_through_one_row() -> None:
    case = read_case(month(9))
    assert row(case, NAMES[0]) == (row(case, NAMES[0])[:9] * 4)[:31]
    assert sorted(row(case, NAMES[0])[:9]) == sorted("NNDDEE---")
    assert row(case, NAMES[1])[1:] == row(case, NAMES[0])[:-1]


def test_the_row_goes_on_into_the_next_month() -> None:
    first = read_case(month(9))
    tail = [one for one in written_duties(rotate(first)) if one["date"] >= "2026-12-25"]
    then = read_case(month(9, of="2027-01", before=tail))
    assert is_lawful(check(then, rotate(then)))
    assert row(then, NAMES[3])[5:] == (row(first, NAMES[3])[:9] * 8)[36:][:26]


@pytest.mark.parametrize("people", [8, 9, 10, 11, 12, 14, 20])
def test_enough_people_get_a_lawful_month(people: int) -> None:
    case = read_case(month(people))
    assert is_lawful(check(case, rotate(case)))


def test_it_is_the_same_every_time() -> None:
    case, again = read_case(month(10)), read_case(month(10))
    assert rotate(case) == rotate(again)


@pytest.mark.parametrize("people", [0, 1, 3, 6, 7])
def test_too_few_leave_shifts_open_and_break_nothing_else(people: int) -> None:
    case = read_case(month(people))
    assert {one.code for one in check(case, rotate(case)) if one.hard} == {"short"}


def test_leave_is_filled_by_others() -> None:
    given = month(10)
    for number, one in enumerate(given["people"]):
        one["leave"] = [f"2026-12-{2 + 2 * number:02}", f"2026-12-{3 + 2 * number:02}"]
    case = read_case(given)
    assert is_lawful(check(case, rotate(case)))
    assert measure(case, rotate(case)).turns <= 2


def test_somebody_sick_is_replaced_and_no_past_day_is_touched() -> None:
    case = read_case(month(10))
    before = rotate(case)
    sick = NAMES[2]
    away = case.without({sick: frozenset(date(2026, 12, n) for n in range(14, 19))})
    after = mend(away, before, since=date(2026, 12, 14))
    assert is_lawful(check(away, after))
    assert [one for one in after if one.day < date(2026, 12, 14)] == [
        one for one in before if one.day < date(2026, 12, 14)
    ]
    lost = [one for one in before if one.person == sick and 14 <= one.day.day <= 18]
    assert set(before) - set(after) >= set(lost)
    assert len(set(before) - set(after)) <= 2 * len(lost)


def test_what_has_begun_is_left_alone_even_if_wrong() -> None:
    case = read_case(month(10))
    before = rotate(case)
    begun = next(one for one in before if one.day == date(2026, 12, 14))
    away = case.without({begun.person: frozenset([date(2026, 12, 14)])})
    after = mend(away, before, since=date(2026, 12, 14), fixed=[begun])
    assert begun in after
    assert Counter(one.code for one in check(away, after) if one.hard) == {"on_leave": 1}


def test_a_mended_roster_without_anything_wrong_is_the_same() -> None:
    case = read_case(month(9))
    assert mend(case, rotate(case), since=date(2026, 12, 1)) == rotate(case)
