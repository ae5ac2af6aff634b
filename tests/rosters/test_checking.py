"""The checker: each rule by a roster that breaks it and one that does not, and all of them beside a program of its own."""

from collections import Counter
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings

from rosters.rules.cases import Case, Duty
from rosters.rules.checking import Finding, check, is_lawful
from rosters.rules.reading import read_case, read_duties, written
from rosters.rules.rotation import rotate
from tests.rosters.months import NAMES, duty, month, rosters, told
from tests.rosters.recheck import recheck

N, D, E = "00:00-08:00", "08:00-16:00", "16:00-24:00"
ZHAO = NAMES[0]


def found(case: Case, *duties: Duty, code: str) -> list[Finding]:
    return [one for one in check(case, duties) if one.code == code]


def codes(case: Case, *duties: Duty) -> set[str]:
    return {one.code for one in check(case, duties)} - {"short"}


def test_a_month_without_anyone_is_short_on_every_shift() -> None:
    case = read_case(month())
    short = check(case, [])
    assert Counter(one.code for one in short) == {"short": 93}
    assert sum((one.of or 0) - (one.have or 0) for one in short) == 186
    assert short[0].clause.startswith("应急管理部令第5号第二十六条")
    assert {one.binding for one in short} == {"law"}


def test_one_duty_is_fine_by_itself() -> None:
    assert codes(read_case(month()), duty("2026-12-01", D, ZHAO)) == set()


def test_two_duties_on_one_day() -> None:
    case = read_case(month())
    [one] = found(case, duty("2026-12-01", N, ZHAO), duty("2026-12-01", E, ZHAO), code="two_in_a_day")
    assert (one.day, one.turn, one.person, one.binding, one.clause) == (
        date(2026, 12, 1),
        E,
        ZHAO,
        "law",
        "劳动法第三十六条",
    )


@pytest.mark.parametrize(
    ("first", "then", "rest", "fine"),
    [
        (D, E, 11, True),
        (D, D, 11, True),
        (E, D, 11, False),
        (E, N, 11, False),
        (D, N, 11, False),
        (N, N, 11, True),
        (E, D, 8, True),
    ],
)
def test_rest_between_two_duties_is_the_firms_and_not_the_laws(first: str, then: str, rest: int, *, fine: bool) -> None:
    case = read_case(month(rules={"rest_hours": rest}))
    short = found(case, duty("2026-12-01", first, ZHAO), duty("2026-12-02", then, ZHAO), code="short_rest")
    assert bool(short) is not fine
    assert all((one.binding, one.clause) == ("firm", "") for one in short)


def test_rest_counts_from_the_end_of_the_month_before() -> None:
    case = read_case(month(before=[{"date": "2026-11-30", "post": "control_room", "shift": E, "person": ZHAO}]))
    assert codes(case, duty("2026-12-01", N, ZHAO)) == {"short_rest"}
    assert codes(case, duty("2026-12-01", E, ZHAO)) == set()


def test_seven_days_in_a_row() -> None:
    case = read_case(month())
    six = [duty(f"2026-12-{n:02}", D, ZHAO) for n in range(1, 7)]
    assert codes(case, *six) == set()
    [one] = found(case, *six, duty("2026-12-07", D, ZHAO), code="too_many_in_row")
    assert (one.day, one.have, one.of, one.binding, one.clause) == (date(2026, 12, 7), 7, 6, "law", "劳动法第三十八条")


def test_days_in_a_row_begin_in_the_month_before() -> None:
    tail = [{"date": f"2026-11-{n}", "post": "control_room", "shift": D, "person": ZHAO} for n in range(25, 31)]
    assert codes(read_case(month(before=tail)), duty("2026-12-01", D, ZHAO)) == {"too_many_in_row"}
    assert codes(read_case(month(before=tail[1:])), duty("2026-12-01", D, ZHAO)) == set()


def test_rest_and_days_in_a_row_reach_into_a_month_that_is_out() -> None:
    """The last days of a month are changed while the next one hangs on the wall already."""
    first = [{"date": "2027-01-01", "post": "control_room", "shift": N, "person": ZHAO}]
    [one] = found(read_case(month(after=first)), duty("2026-12-31", E, ZHAO), code="short_rest")
    assert (one.day, one.have, one.of) == (date(2027, 1, 1), 0, 11)
    assert codes(read_case(month(after=first)), duty("2026-12-31", D, ZHAO)) == {"short_rest"}
    assert codes(read_case(month(after=first)), duty("2026-12-30", E, ZHAO)) == set()
    row = [{"date": f"2027-01-0{n}", "post": "control_room", "shift": D, "person": ZHAO} for n in range(1, 8)]
    case = read_case(month(after=row[:6]))
    [many] = found(case, duty("2026-12-31", D, ZHAO), code="too_many_in_row")
    assert (many.day, many.have) == (date(2027, 1, 6), 7)
    # What is wrong within the next month is the next month's.
    assert codes(read_case(month(after=row)), duty("2026-12-29", D, ZHAO)) == set()


def test_a_firm_may_be_stricter_and_its_own_number_is_not_called_law() -> None:
    case = read_case(month(rules={"days_in_row": 5}))
    [one] = found(case, *[duty(f"2026-12-{n:02}", D, ZHAO) for n in range(1, 7)], code="too_many_in_row")
    assert (one.have, one.of, one.binding) == (6, 5, "firm")


def test_hours_of_the_month() -> None:
    days = [n for n in range(1, 31) if n % 7]
    case = read_case(month())
    assert codes(case, *[duty(f"2026-12-{n:02}", D, ZHAO) for n in days[:20]]) == set()
    [over] = found(case, *[duty(f"2026-12-{n:02}", D, ZHAO) for n in days[:21]], code="overtime")
    assert (over.binding, over.have, over.of) == ("note", 168, 166.64)
    [many] = found(case, *[duty(f"2026-12-{n:02}", D, ZHAO) for n in days[:26]], code="too_many_hours")
    assert (many.binding, many.have, many.of, many.clause) == ("law", 208, 202.63, "劳动法第四十一条")


def test_leave_certificates_and_posts() -> None:
    given = month(3)
    given["posts"].append({"kind": "gate"})
    given["people"][0] |= {
        "grade": None,
        "leave": [{"from": "2026-12-05", "to": "2026-12-06"}],
        "unwanted": ["2026-12-08"],
    }
    given["people"][1] |= {"grade": 5}
    given["people"][2] |= {"until": "2026-12-10", "posts": ["control_room"]}
    case = read_case(given)
    zhao, qian, sun = NAMES[:3]
    assert codes(case, duty("2026-12-01", D, zhao)) == {"no_certificate"}
    assert codes(case, duty("2026-12-01", D, qian)) == {"no_certificate"}
    assert codes(case, duty("2026-12-10", D, sun)) == set()
    assert codes(case, duty("2026-12-11", D, sun)) == {"certificate_ended"}
    assert codes(case, duty("2026-12-01", D, zhao, "gate")) == set()
    assert codes(case, duty("2026-12-06", D, zhao, "gate")) == {"on_leave"}
    assert codes(case, duty("2026-12-08", D, zhao, "gate")) == {"unwanted"}
    assert codes(case, duty("2026-12-01", D, sun, "gate")) == {"not_of_this_post"}
    assert codes(case, duty("2026-12-01", D, "路人")) == {"unknown_person"}
    assert codes(case, duty("2026-12-01", "X", zhao)) == {"unknown_shift"}
    assert codes(case, duty("2027-01-01", D, zhao, "gate")) == {"not_this_month"}


def test_a_room_without_linkage_asks_for_the_lowest_grade() -> None:
    given = month(posts=[{"kind": "control_room", "linked": False}])
    given["people"][0]["grade"] = 5
    assert codes(read_case(given), duty("2026-12-01", D, ZHAO)) == set()


@pytest.mark.parametrize(
    ("post", "said"),
    [
        ({}, []),
        ({"persons": 1}, [("too_few_persons", "law", 1, 2)]),
        ({"persons": 1, "single": {"place": "zhejiang"}}, [("proof_missing", "law", 1, 2)]),
        ({"persons": 1, "single": {"place": "zhejiang", "proof": "函"}}, [("single_by_act_unread", "note", 1, 2)]),
        ({"persons": 1, "single": {"place": "guangdong", "proof": "函"}}, [("single_by_act", "note", 1, 2)]),
        ({"shifts": ["08:00-20:00", "20:00-08:00"]}, [("shift_too_long", "law", 12, 8)] * 2),
        ({"shifts": ["08:00-08:00"]}, [("shift_too_long", "law", 24, 8)]),
        ({"shifts": ["08:00-16:00", "16:00-24:00"]}, [("not_all_day", "law", 16, 24)]),
        ({"kind": "micro_station"}, []),
        ({"kind": "micro_station", "persons": 2}, [("too_few_persons", "law", 2, 3)]),
        ({"kind": "gate", "shifts": ["08:00-18:00"]}, [("long_shift", "note", 10, 8)]),
        ({"kind": "gate", "shifts": ["08:00-20:00", "20:00-08:00"]}, [("shift_too_long", "law", 12, 11)] * 2),
    ],
)
def test_posts_by_themselves(post: dict[str, Any], said: list[tuple[Any, ...]]) -> None:
    case = read_case(month(posts=[{"kind": "control_room", **post}]))
    posts = [one for one in check(case, []) if one.code != "short"]
    assert [(one.code, one.binding, one.have, one.of) for one in posts] == said
    assert all(one.clause for one in posts)


def test_too_many_on_a_shift_is_only_told() -> None:
    case = read_case(month())
    [one] = found(case, *[duty("2026-12-01", D, name) for name in NAMES[:3]], code="more_than_needed")
    assert (one.hard, one.have, one.of) == (False, 3, 2)


def test_the_same_entry_twice_counts_once_and_is_told() -> None:
    case = read_case(month())
    twice = [duty("2026-12-01", D, ZHAO)] * 2
    [short] = [
        one for one in check(case, twice) if one.code == "short" and (one.day, one.turn) == (date(2026, 12, 1), D)
    ]
    assert short.have == 1
    assert "two_in_a_day" in codes(case, *twice)


@settings(max_examples=200, deadline=None)
@given(rosters())
def test_the_separate_program_finds_exactly_the_same(given: tuple[dict[str, Any], list[dict[str, str]]]) -> None:
    case = read_case(given[0])
    assert told(case, check(case, read_duties(given[1], "roster"))) == recheck(written(case), given[1])


@settings(max_examples=60, deadline=None)
@given(rosters())
def test_the_order_of_a_roster_means_nothing_and_less_is_never_worse_but_shorter(
    given: tuple[dict[str, Any], list[dict[str, str]]],
) -> None:
    case = read_case(given[0])
    duties = list(read_duties(given[1], "roster"))
    whole = check(case, duties)
    assert check(case, duties[::-1]) == whole
    if duties:
        rest = [
            one
            for one in check(case, duties[1:])
            if one.hard and one.code not in {"short", "too_many_hours", "short_rest"}
        ]
        less = {(one.code, one.day, one.post, one.turn, one.person) for one in rest}
        assert less <= {(one.code, one.day, one.post, one.turn, one.person) for one in whole}


def test_what_the_rotation_makes_of_nine_is_lawful() -> None:
    case = read_case(month(9))
    findings = check(case, rotate(case))
    assert is_lawful(findings)
    assert recheck(written(case), [
        {"date": str(one.day), "post": one.post, "shift": one.turn, "person": one.person} for one in rotate(case)
    ]) == []  # fmt: skip
