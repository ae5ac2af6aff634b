"""Months as JSON: what is written is what was read, and what cannot be meant names its field."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rosters.rules.reading import Malformed, read_absences, read_case, read_duties, written
from tests.rosters.months import compound, month


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000))
def test_a_month_that_was_written_is_read_as_the_same(seed: int) -> None:
    case = read_case(compound(seed))
    assert read_case(written(case)) == case


def test_what_is_left_out_is_the_standard() -> None:
    case = read_case(month(2))
    [room] = case.posts
    assert (room.persons, room.grade, [one.key for one in room.turns]) == (
        2,
        4,
        ["00:00-08:00", "08:00-16:00", "16:00-24:00"],
    )
    assert [one.is_night for one in room.turns] == [True, False, False]
    assert (case.firm.rest_minutes, case.firm.days_in_row, case.firm.overtime_minutes) == (660, 6, 2160)


def test_a_shift_may_end_on_the_next_day() -> None:
    [patrol] = read_case(month(posts=[{"kind": "night_patrol"}])).posts
    assert [(one.starts, one.minutes, one.is_night) for one in patrol.turns] == [(22 * 60, 480, True)]


@pytest.mark.parametrize(
    ("change", "code", "where"),
    [
        ({"month": "2026-13"}, "not_a_month", "month"),
        ({"month": None}, "not_a_month", "month"),
        ({"posts": []}, "posts_missing", "posts"),
        ({"posts": {}}, "not_a_list", "posts"),
        ({"posts": [{"kind": "roof"}]}, "unknown_kind", "posts.0.kind"),
        ({"posts": [{"kind": "gate"}] * 2}, "twice", "posts"),
        ({"posts": [{"kind": "gate", "shifts": ["8-16"]}]}, "not_hours", "posts.0.shifts.0.hours"),
        ({"posts": [{"kind": "gate", "shifts": ["08:00-24:30"]}]}, "not_hours", "posts.0.shifts.0.hours"),
        ({"posts": [{"kind": "gate", "shifts": []}]}, "shifts_missing", "posts.0.shifts"),
        ({"posts": [{"kind": "gate", "persons": 0}]}, "not_a_number", "posts.0.persons"),
        ({"posts": [{"kind": "gate", "linked": 1}]}, "not_yes_or_no", "posts.0.linked"),
        (
            {"posts": [{"kind": "control_room", "single": {"place": "atlantis"}}]},
            "unknown_place",
            "posts.0.single.place",
        ),
        ({"people": [{"name": " "}]}, "missing", "people.0.name"),
        ({"people": [{"name": "甲"}, {"name": "甲"}]}, "twice", "people"),
        ({"people": [{"name": "甲" * 81}]}, "too_long", "people.0.name"),
        ({"people": [{"name": "甲", "grade": 6}]}, "not_a_number", "people.0.grade"),
        ({"people": [{"name": "甲", "posts": ["roof"]}]}, "unknown_post", "people.0.posts"),
        ({"people": [{"name": "甲", "leave": ["2026-02-30"]}]}, "not_a_date", "people.0.leave.0"),
        (
            {"people": [{"name": "甲", "leave": [{"from": "2026-12-05", "to": "2026-12-04"}]}]},
            "ends_before_it_begins",
            "people.0.leave.0",
        ),
        ({"people": [{"name": str(n)} for n in range(61)]}, "too_many", "people"),
        ({"people": [3]}, "not_an_object", "people.0"),
        ({"rules": {"rest_hours": -1}}, "not_a_number", "rules.rest_hours"),
        ({"rules": {"days_in_row": 0}}, "not_a_number", "rules.days_in_row"),
        (
            {"before": [{"date": "2026-11-30", "post": "gate", "shift": "x", "person": "甲"}]},
            "unknown_shift",
            "before.0",
        ),
        ({"seed": "1"}, "not_a_number", "seed"),
    ],
)
def test_what_cannot_be_meant_names_its_field(change: dict[str, Any], code: str, where: str) -> None:
    with pytest.raises(Malformed) as refused:
        read_case({**month(), **change})
    assert (refused.value.code, refused.value.where) == (code, where)


@pytest.mark.parametrize(
    ("rules", "clause"), [({"days_in_row": 7}, "劳动法第三十八条"), ({"overtime_hours": 40}, "劳动法第四十一条")]
)
def test_looser_than_law_is_refused_with_the_clause(rules: dict[str, Any], clause: str) -> None:
    with pytest.raises(Malformed) as refused:
        read_case(month(rules=rules))
    assert (refused.value.code, refused.value.clause) == ("looser_than_law", clause)


def test_duties_and_absences() -> None:
    case = read_case(month(2))
    with pytest.raises(Malformed, match="not_a_date"):
        read_duties([{"date": "soon", "post": "gate", "shift": "x", "person": "甲"}], "roster")
    with pytest.raises(Malformed, match="unknown_person"):
        read_absences([{"person": "路人", "from": "2026-12-01", "to": "2026-12-02"}], "absent", case)
    away = read_absences([{"person": "赵师傅", "from": "2026-12-01", "to": "2026-12-02"}], "absent", case)
    assert [len(days) for days in away.values()] == [2]


KEYS = st.sampled_from(["month", "posts", "people", "kind", "name", "rules"])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda one: st.lists(one, max_size=3) | st.dictionaries(KEYS, one, max_size=4),
    max_leaves=12,
)


@settings(max_examples=100, deadline=None)
@given(ANYTHING)
def test_anything_else_is_refused_and_never_breaks(given: Any) -> None:
    with pytest.raises(Malformed):
        read_case(given)
