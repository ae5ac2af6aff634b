"""Seats, terms, vacancies, and the ratio of Party members: warnings and reports, each with its place's rule."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elections.rules import committees, slates
from elections.rules.jurisdictions import parameters
from elections.rules.ratios import meets, members_needed, ratio, slate_can_reach
from elections.rules.slates import Nominee

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


# What a committee is reported on, one by one: figures, verdict, and the text that asks for it.


@pytest.mark.parametrize(
    ("place", "members", "planned", "good", "problems", "article"),
    [
        ("national", 5, 5, True, (), "第三十一条"),
        ("national", 11, 11, True, (), "第三十一条"),
        ("national", 6, 7, False, ("seats_even",), "第三十一条"),  # 杭州 27: six of seven is even, which is said
        ("national", 5, 7, False, (), "第三十一条"),  # lawful, and fewer than planned
        ("national", 3, 5, False, ("seats_too_few",), "第三十一条"),
        ("national", 13, 13, False, ("seats_too_many",), "第三十一条"),
        ("ningbo", 13, 13, True, (), "第二十九条"),
        ("taizhou", 13, 13, False, ("seats_too_many",), "第十九条"),
    ],
)
def test_the_size_of_a_committee(
    place: str, members: int, planned: int, good: bool, problems: tuple[str, ...], article: str
) -> None:
    found = slates.size(members, parameters(place, NOW), planned=planned, least=5)
    assert (found.good, found.told["problems"]) == (good, problems)
    assert article in found.source


@pytest.mark.parametrize(
    ("place", "starts", "ends", "good", "years", "article"),
    [
        ("national", date(2024, 3, 1), date(2029, 2, 28), True, 5, "第三十二条"),
        ("national", date(2024, 3, 1), date(2029, 3, 1), False, 5, "第三十二条"),  # a day over five years
        ("national", date(2024, 2, 29), date(2029, 2, 28), True, 5, "第三十二条"),
        ("national", date(2024, 3, 1), date(2026, 2, 28), True, 2, "第三十二条"),
        ("wenzhou", date(2024, 3, 1), date(2026, 2, 28), False, 2, "第二十三条"),
        ("wenzhou", date(2024, 3, 1), date(2027, 2, 27), False, 2, "第二十三条"),  # a day short of three years
        ("wenzhou", date(2024, 3, 1), date(2027, 2, 28), True, 3, "第二十三条"),
        ("beijing", date(2024, 4, 1), date(2029, 3, 31), True, 5, "第四十一条"),
    ],
)
def test_the_term_of_a_committee(place: str, starts: date, ends: date, good: bool, years: int, article: str) -> None:
    found = slates.term(starts, ends, parameters(place, NOW))
    assert (found.good, found.told["years"]) == (good, years)
    assert article in found.source


@pytest.mark.parametrize(("standing", "good"), [(4, False), (5, False), (6, True), (9, True)])
def test_the_differential_share(standing: int, good: bool) -> None:
    found = slates.choice(standing, 5, NATION)
    assert (found.good, found.told["more"], found.source) == (good, standing - 5, "默认：候选人比席位至少多一人")


def told(those: list[Nominee], code: str, place: str = "national") -> slates.Report:
    return next(one for one in slates.people(those, parameters(place, NOW)) if one.code == code)


def test_kin_on_one_slate() -> None:
    pair = [Nominee("甲", kin=frozenset({"乙"})), Nominee("乙", kin=frozenset({"甲", "外人"})), Nominee("丙")]
    found = told(pair, "kin")
    assert (found.good, found.told["names"]) == (False, ["乙", "甲"])
    # Whoever is kin of nobody that stands is reported of nobody.
    assert told([Nominee("乙", kin=frozenset({"外人"}))], "kin").good is True
    assert "只作提醒" in found.source


def test_employment_by_the_serving_firm() -> None:
    assert told([Nominee("甲", firm="none")], "firm").good is True
    assert told([Nominee("甲", firm="none"), Nominee("乙")], "firm").good is None
    found = told([Nominee("丙", firm="kin"), Nominee("甲", firm="self"), Nominee("乙", firm="none")], "firm", "yongjia")
    assert (found.good, found.told["names"]) == (False, ["丙", "甲"])
    assert found.source.startswith("《温州市物业管理条例》（2017-04-06）第十七条")
    assert "法规没有统一规定" in told([], "firm", "hangzhou").source


def test_women_and_buildings_are_told_and_never_judged() -> None:
    those = [
        Nominee("甲", woman=True, building="1幢"),
        Nominee("乙", woman=False, building="1幢"),
        Nominee("丙", building="2幢"),
    ]
    women, buildings = told(those, "women"), told(those, "buildings")
    assert (women.good, women.told) == (None, {"women": 1, "unknown": 1, "of": 3})
    assert (buildings.good, buildings.told["spread"]) == (None, [("1幢", 2), ("2幢", 1)])


def member_flags(yes: int, no: int, unknown: int = 0) -> list[bool | None]:
    return [*[True] * yes, *[False] * no, *[None] * unknown]


@pytest.mark.parametrize(
    ("place", "base", "flags", "good", "source"),
    [
        # 永嘉: above one half of the members; the county's own text, not the nation's silence.
        ("yongjia", "members", member_flags(3, 2), True, "永嘉县住建局2023年工作情况"),
        ("yongjia", "members", member_flags(2, 3), False, "永嘉县住建局2023年工作情况"),
        ("yongjia", "members", member_flags(2, 2, 1), None, "永嘉县住建局2023年工作情况"),
        ("yongjia", "members", member_flags(3, 1, 1), True, "永嘉县住建局2023年工作情况"),
        ("yongjia", "candidates", member_flags(1, 7), None, "永嘉县住建局2023年工作情况"),
        ("yongjia", "members+alternates", member_flags(1, 7), None, "永嘉县住建局2023年工作情况"),
        # 临安: at least one half of the candidates, so four of eight is enough.
        ("linan", "candidates", member_flags(4, 4), True, "临安区通知"),
        ("linan", "candidates", member_flags(3, 5), False, "临安区通知"),
        ("linan", "members", member_flags(1, 4), None, "临安区通知"),
        ("shenzhen", "members", member_flags(3, 3), True, "深圳2022年通知"),
        ("jinjiang", "members", member_flags(2, 3), False, "晋江"),
        ("national", "members", member_flags(3, 3), False, "法规只提“引导和支持”"),
        ("yongkang", "members", member_flags(4, 3), True, "法规只提“引导和支持”"),
    ],
)
def test_the_share_of_party_members(
    place: str, base: str, flags: list[bool | None], good: bool | None, source: str
) -> None:
    found = slates.share(base, flags, parameters(place, NOW))
    assert (found.good, found.told["asked"]) == (good, base == parameters(place, NOW)["ratio_base"])
    assert (found.told["have"], found.told["of"]) == (flags.count(True), len(flags))
    assert source in found.source


def test_nobody_meets_no_share() -> None:
    found = slates.share("members", [], NATION)
    assert (found.good, found.told["of"], found.told["needed"]) == (None, 0, 0)
