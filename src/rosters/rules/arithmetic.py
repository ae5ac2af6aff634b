"""The arithmetic before any roster: how many turns of duty a month has, how many people that takes, how many there are.

It proves nothing that it cannot count: ``missing`` is the least that every roster leaves open, found by counting alone. A roster
may leave more open; the solver says so exactly.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import combinations
from math import ceil

from rosters.rules.cases import Case, Person, Post, runs_into
from rosters.rules.standards import standards


@dataclass(frozen=True, slots=True)
class Short:
    """A day on which fewer people can be there than must be."""

    day: date
    have: int
    need: int


@dataclass(frozen=True, slots=True)
class Need:
    """Of one post, or of several that share their people.

    ``turns`` of duty and ``minutes``; ``least`` people without overtime, ``least_full`` with all the overtime that law allows;
    ``have`` people who can be there on some day; ``most`` turns that they can do at best; ``short_days`` where a day is short.
    """

    posts: tuple[str, ...]
    turns: int
    minutes: int
    least: int
    least_full: int
    have: int
    most: int
    short_days: tuple[Short, ...]

    @property
    def people_missing(self) -> int:
        """How many more people it takes without overtime."""
        return max(0, self.least - self.have)

    @property
    def missing(self) -> int:
        """Turns of duty that stay open whatever anyone does."""
        return max(0, self.turns - self.most, sum(one.need - one.have for one in self.short_days))


def needs(case: Case) -> list[Need]:
    """Each post alone, and, where there are several, all together."""
    free = _free(case)
    alone = [_need(case, [post], free) for post in case.posts]
    return [*alone, _need(case, case.posts, free)] if len(case.posts) > 1 else alone


def missing(case: Case) -> int:
    """The least number of turns of duty that any roster of this month leaves open: the worst of all sets of posts."""
    free = _free(case)
    return max((_need(case, posts, free).missing for posts in _sets(case.posts)), default=0)


def _sets(posts: Sequence[Post]) -> Iterator[Sequence[Post]]:
    for size in range(1, len(posts) + 1):
        yield from combinations(posts, size)


def _free(case: Case) -> dict[tuple[str, str], frozenset[date]]:
    """By post and person: the days on which they can be there."""
    return {
        (post.key, one.name): frozenset(day for day in case.days if one.may(post, day))
        for post in case.posts
        for one in case.people
    }


def _need(case: Case, posts: Sequence[Post], free: Mapping[tuple[str, str], frozenset[date]]) -> Need:
    known = standards()
    each_day = sum(post.persons * len(post.turns) for post in posts)
    minutes = sum(post.persons * turn.minutes for post in posts for turn in post.turns) * len(case.days)
    shortest = min((turn.minutes for post in posts for turn in post.turns), default=0)
    month = Fraction(round(known.month_hours.value * 100), 100) * 60
    days = {
        one.name: frozenset[date]().union(*(free[post.key, one.name] for post in posts)) for one in case.people
    }  # fmt: skip
    there = Counter(day for theirs in days.values() for day in theirs)
    full = case.cap // shortest if shortest else 0
    return Need(
        posts=tuple(post.key for post in posts),
        turns=each_day * len(case.days),
        minutes=minutes,
        least=ceil(minutes / month),
        least_full=ceil(Fraction(each_day * len(case.days), full)) if full else 0,
        have=sum(map(bool, days.values())),
        most=sum(min(full, _workable(case, one, days[one.name])) for one in case.people),
        short_days=tuple(Short(day, there[day], each_day) for day in case.days if there[day] < each_day),
    )


def _workable(case: Case, person: Person, free: Collection[date]) -> int:
    """On how many of these days somebody can work at best, with a day of rest after so many in a row."""
    worked = tuple(sorted({one.day for one in case.earlier.get(person.name, ())}))
    length, days = runs_into(worked, case.month), 0
    for day in case.days:
        works = day in free and length < case.firm.days_in_row
        length = length + 1 if works else 0
        days += works
    return days
