"""How evenly a month is shared out, with what the year has brought so far; one measure for the solver and the rotation.

People who share posts are a group; within it nights, weekends and turns of duty are to differ by as little as can be. Somebody's
share begins with what they have had more or less than others this year, and leave counts as the share that it took away.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from rosters.rules.cases import Case, Duty, Person, Post, Slot, Year

NIGHTS, WEEKENDS, TURNS = 4, 4, 6
UNWANTED, ALONE = 2, 1
# What the year has left is made good over months, never all in one.
MOST_CARRIED: Final = 6


@dataclass(frozen=True, slots=True)
class Group:
    """People and the posts that only they hold."""

    people: tuple[Person, ...]
    posts: tuple[Post, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """With what somebody goes into the month: turns, nights, weekends more (or fewer) than their share."""

    turns: int = 0
    nights: int = 0
    weekends: int = 0


@dataclass(frozen=True, slots=True)
class Count:
    """What somebody does in the month, and with what they went into it."""

    person: str
    turns: int
    nights: int
    weekends: int
    minutes: int
    share: Share


@dataclass(frozen=True, slots=True)
class Fairness:
    """Most minus fewest, of the group where it is worst; ``score`` is what the solver makes small."""

    turns: int
    nights: int
    weekends: int
    unwanted: int
    alone: int
    score: int
    counts: tuple[Count, ...]


def groups(case: Case) -> list[Group]:
    """Who shares with whom. People who cannot be anywhere this month are in none."""
    left = {
        post.key: {one.name for one in case.people if any(one.may(post, day) for day in case.days)}
        for post in case.posts
    }
    found: list[tuple[set[str], set[str]]] = []
    for key, names in left.items():
        touching = [one for one in found if one[1] & names]
        found = [one for one in found if not one[1] & names]
        found.append(({key}.union(*(one[0] for one in touching)), names.union(*(one[1] for one in touching))))
    return [
        Group(
            tuple(one for one in case.people if one.name in names),
            tuple(one for one in case.posts if one.key in posts),
        )
        for posts, names in found
    ]


def slots_of(case: Case, group: Group) -> list[Slot]:
    """The shifts that a group has to fill."""
    return [one for one in case.slots if one.post in group.posts]


def shares(case: Case, group: Group) -> dict[str, Share]:
    """With what each of a group goes into the month."""
    slots = slots_of(case, group)
    total = Share(
        sum(one.post.persons for one in slots),
        sum(one.post.persons for one in slots if one.turn.is_night),
        sum(one.post.persons for one in slots if case.is_free_day(one.day)),
    )
    months = sum(one.year.months for one in group.people)
    year = Year(
        months,
        sum(one.year.shifts for one in group.people),
        sum(one.year.nights for one in group.people),
        sum(one.year.weekends for one in group.people),
    )
    return {one.name: _share(case, group, one, total, year) for one in group.people}


def _share(case: Case, group: Group, person: Person, total: Share, year: Year) -> Share:
    away = sum(not any(person.may(post, day) for post in group.posts) for day in case.days)

    def of(had: int, all_had: int, now: int) -> int:
        """In whole numbers, halves up: what they had beyond the average of their months, and what leave takes from them now."""
        months, people, days = year.months, len(group.people), len(case.days)
        more = _rounded(had * months - all_had * person.year.months, months) if person.year.months else 0
        return max(-MOST_CARRIED, min(MOST_CARRIED, more)) + _rounded(now * away, people * days)

    return Share(
        of(person.year.shifts, year.shifts, total.turns),
        of(person.year.nights, year.nights, total.nights),
        of(person.year.weekends, year.weekends, total.weekends),
    )


def _rounded(above: int, below: int) -> int:
    return (2 * above + below) // (2 * below)


def measure(case: Case, duties: Iterable[Duty]) -> Fairness:
    """The measure of one roster. Duties of nobody we know, or on no shift of the month, count for nothing."""
    given = [one for one in duties if one.person in case.person and (one.post, one.turn) in case.turn]
    found: list[Count] = []
    score = turns = nights = weekends = 0
    for group in groups(case):
        share = shares(case, group)
        counts = [
            _count(case, one, [duty for duty in given if duty.person == one.name], share[one.name])
            for one in group.people
        ]
        found += counts
        spread = (
            _spread([one.turns + one.share.turns for one in counts]),
            _spread([one.nights + one.share.nights for one in counts]),
            _spread([one.weekends + one.share.weekends for one in counts]),
        )
        score += TURNS * spread[0] + NIGHTS * spread[1] + WEEKENDS * spread[2]
        turns, nights, weekends = max(turns, spread[0]), max(nights, spread[1]), max(weekends, spread[2])
    unwanted = sum(one.day in case.person[one.person].unwanted for one in given)
    alone = sum(_alone(case, person, given) for person in case.people)
    score += UNWANTED * unwanted + ALONE * alone
    return Fairness(turns, nights, weekends, unwanted, alone, score, tuple(sorted(found, key=lambda one: one.person)))


def _spread(numbers: Sequence[int]) -> int:
    return max(numbers) - min(numbers) if numbers else 0


def _count(case: Case, person: Person, duties: Sequence[Duty], share: Share) -> Count:
    turns = [case.turn[one.post, one.turn] for one in duties]
    return Count(
        person=person.name,
        turns=len(duties),
        nights=sum(one.is_night for one in turns),
        weekends=sum(case.is_free_day(one.day) for one in duties),
        minutes=sum(one.minutes for one in turns),
        share=share,
    )


def _alone(case: Case, person: Person, duties: Iterable[Duty]) -> int:
    """Single working days between two free ones. What follows the month is not known, so its last day is none."""
    worked = {one.day for one in (*duties, *case.before) if one.person == person.name}
    step = timedelta(days=1)
    return sum(day in worked and day - step not in worked and day + step not in worked for day in case.days[:-1])
