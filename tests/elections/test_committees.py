"""Seats, terms, vacancies, and the ratio of Party members: warnings and reports, each with its place's rule."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elections.rules import committees
from elections.rules.jurisdictions import parameters
from elections.rules.ratios import meets, members_needed, ratio, slate_can_reach
from elections.rules.slates import Nominee, report

NOW = date(2026, 11, 21)
NATION, HANGZHOU = parameters("national", NOW), parameters("hangzhou", NOW)
HALF = (1, 2)


@pytest.mark.parametrize(("of", "needed"), [(3, 2), (5, 3), (7, 4), (9, 5), (11, 6)])
def test_an_odd_committee_needs_the_same_of_above_and_at_least_half(of: int, needed: int) -> None:
    for operator in (">", ">="):
        assert members_needed(of, operator=operator, share=HALF) == needed
        assert meets(needed, of, operator=operator, share=HALF)
        assert not meets(needed - 1, of, operator=operator, share=HALF)


def test_four_of_eight_is_at_least_half_and_not_above() -> None:
    assert meets(4, 8, operator=">=", share=HALF)
    assert not meets(4, 8, operator=">", share=HALF)
    assert not meets(0, 0, operator=">=", share=HALF)


@given(
    st.lists(st.sampled_from((True, False)), min_size=1, max_size=15), st.integers(1, 11), st.sampled_from((">", ">="))
)
def test_a_slate_can_reach_the_target_exactly_when_some_committee_of_it_does(
    flags: list[bool], seats: int, operator: str
) -> None:
    size = min(seats, len(flags))
    best = max(
        meets(have, size, operator=operator, share=HALF)
        for have in range(size + 1)
        if have <= sum(flags) and size - have <= len(flags) - sum(flags)
    )
    assert slate_can_reach(flags, seats=seats, base="members", operator=operator, share=HALF) is best


def test_what_is_not_known_of_members_leaves_it_open_unless_it_cannot_matter() -> None:
    assert slate_can_reach([True, None, False], seats=3, base="members", operator=">", share=HALF) is None
    assert slate_can_reach([True, True, None], seats=3, base="members", operator=">", share=HALF) is True
    assert slate_can_reach([False, False, None], seats=3, base="members", operator=">", share=HALF) is False
    assert slate_can_reach([], seats=3, base="members", operator=">", share=HALF) is None
    assert ratio("members", [True, True, None], operator=">", share=HALF).met is True
    assert ratio("members", [True, None, None], operator=">", share=HALF).met is None
    assert ratio("members", [], operator=">", share=HALF).met is None


def test_the_smallest_committee() -> None:
    assert committees.least_members(NATION, households=20, building_area=1) == 5
    assert committees.least_members(HANGZHOU, households=100, building_area=None) == 3
    assert committees.least_members(HANGZHOU, households=101, building_area=None) == 5
    assert committees.least_members(HANGZHOU, households=None, building_area=None) == 5
    shanghai = parameters("shanghai", NOW)
    assert committees.least_members(shanghai, households=500, building_area=100_000_000) == 3
    assert committees.least_members(shanghai, households=500, building_area=100_000_001) == 5


def test_vacancies_at_exactly_half() -> None:
    """指导规则 Art. 46 不足二分之一; 杭州 Art. 28 未超过二分之一."""
    assert not committees.ends_by_vacancy(3, 6, NATION)
    assert committees.ends_by_vacancy(3, 6, HANGZHOU)
    assert committees.ends_by_vacancy(2, 5, NATION)
    assert not committees.ends_by_vacancy(3, 5, HANGZHOU)


def test_terms() -> None:
    assert [committees.term_problems(years, NATION) for years in (2, 5, 6)] == [(), (), ("term_too_long",)]
    wenzhou = parameters("wenzhou", NOW)
    assert [committees.term_problems(years, wenzhou) for years in (2, 3, 5, 6)] == [
        ("term_too_short",), (), (), ("term_too_long",)
    ]  # fmt: skip


def test_reports_on_a_slate() -> None:
    found = report(
        [
            Nominee("甲", woman=True, building="1幢", kin=frozenset({"乙"})),
            Nominee("乙", woman=False, building="1幢", kin=frozenset({"甲", "外人"})),
            Nominee("丙", woman=None, building="2幢", firm="kin"),
        ],
        seats=3,
        parameters=NATION,
    )
    assert found.problems == (("no_choice", ()), ("kin_on_slate", ("乙", "甲")), ("employed_by_firm", ("丙",)))
    assert (found.women, found.women_unknown, found.buildings) == (1, 1, (("1幢", 2), ("2幢", 1)))
    fine = report([Nominee(name, woman=True) for name in "甲乙丙丁"], seats=3, parameters=NATION)
    assert (fine.problems, fine.women, fine.buildings) == ((), 4, ())
