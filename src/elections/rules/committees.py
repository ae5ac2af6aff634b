"""The committee that an election makes: how many, what when too few were elected, when vacancies end it.

指导规则 Art. 31: five to eleven members, an odd number; Hangzhou Art. 27 and Beijing Art. 39 allow three up to 100 households,
Shanghai Art. 20 up to 10,000 square metres (以下 includes the number, Civil Code Art. 1259).
"""

from datetime import date, timedelta

from elections.rules.jurisdictions import Parameters
from elections.rules.measures import parse_area


def least_members(parameters: Parameters, *, households: int | None, building_area: int | None) -> int:
    """The smallest lawful committee of a compound. Area in 0.0001 square metres; what is not known gives no exception."""
    small: int | None = parameters["seats_least_small"]
    if small is not None:
        limit, area = parameters["small_households"], parameters["small_building_area"]
        if limit is not None and households is not None and households <= limit:
            return small
        if area is not None and building_area is not None and building_area <= parse_area(area):
            return small
    least: int = parameters["seats_least"]
    return least


def seat_problems(seats: int, parameters: Parameters, *, least: int) -> tuple[str, ...]:
    """What is unlawful about a planned number of members: seats_even, seats_too_few, seats_too_many."""
    most: int | None = parameters["seats_most"]
    return tuple(
        code
        for code, wrong in (
            ("seats_even", parameters["seats_odd"] and seats % 2 == 0),
            ("seats_too_few", seats < least),
            ("seats_too_many", most is not None and seats > most),
        )
        if wrong
    )


def can_act(members: int, planned: int, parameters: Parameters, *, least: int) -> bool:
    """Whether a committee of so many members can act although more were planned (P27, P29).

    杭州 Art. 27: elected members reach the legal minimum and are more than half of the planned number. Elsewhere 指导规则 Art. 31
    (minimum) and 46 (fewer than half left: a new election, so half exactly is enough).
    """
    return members >= least and not ends_by_vacancy(members, planned, parameters)


def ends_by_vacancy(members: int, planned: int, parameters: Parameters) -> bool:
    """Whether so few members are left that there must be a new election (P29).

    指导规则 Art. 46 不足二分之一: half exactly does not end it. 杭州 Art. 28 未超过二分之一: half exactly does.
    """
    return 2 * members <= planned if parameters["vacancy_at"] == "not_over_half" else 2 * members < planned


def term_problems(years: int, parameters: Parameters) -> tuple[str, ...]:
    """What is unlawful about a term: term_too_long, term_too_short (指导规则 Art. 32; 浙江 Art. 15: three to five years)."""
    least, most = parameters["term_years_least"], parameters["term_years_most"]
    return tuple(
        code
        for code, wrong in (
            ("term_too_short", least is not None and years < least),
            ("term_too_long", most is not None and years > most),
        )
        if wrong
    )


def years_on(starts: date, years: int) -> date:
    """The last day of a term of so many years: the day before its anniversary."""
    try:
        anniversary = starts.replace(year=starts.year + years)
    except ValueError:  # the 29th of February
        anniversary = date(starts.year + years, 3, 1)
    return anniversary - timedelta(days=1)
