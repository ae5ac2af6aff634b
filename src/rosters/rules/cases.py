"""A month to be staffed: posts and their shifts, people, the firm's settings. What every other rule here is asked about."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Final

from rosters.rules.standards import standards

DAY: Final = 24 * 60
CONTROL_ROOM, NIGHT_PATROL, GATE, MICRO_STATION = "control_room", "night_patrol", "gate", "micro_station"
KINDS: Final = (CONTROL_ROOM, NIGHT_PATROL, GATE, MICRO_STATION)
ALL_DAY: Final = (CONTROL_ROOM, MICRO_STATION)
# A night: two hours and more of the time from midnight to six.
NIGHT_ENDS, NIGHT_LEAST = 6 * 60, 2 * 60
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Turn:
    """One shift of a post's day. ``starts`` in minutes after midnight, ``minutes`` long; it may end on the next day."""

    key: str
    starts: int
    minutes: int

    @property
    def ends(self) -> int:
        """Minutes after the midnight on which its day begins."""
        return self.starts + self.minutes

    @property
    def is_night(self) -> bool:
        """Whether whoever has it loses a night."""
        return sum(
            max(0, min(self.ends, midnight + NIGHT_ENDS) - max(self.starts, midnight)) for midnight in (0, DAY)
        ) >= NIGHT_LEAST  # fmt: skip


@dataclass(frozen=True, slots=True)
class Post:
    """Where somebody must be. ``persons`` a shift; ``linked``: a control room with linkage control equipment.

    ``place`` and ``proof``: the act by which one person is enough, and the paper that says so.
    """

    key: str
    kind: str
    turns: tuple[Turn, ...]
    persons: int
    linked: bool = True
    place: str = ""
    proof: str = ""

    @property
    def grade(self) -> int | None:
        """The lowest certificate that is enough; None where none is asked."""
        if self.kind != CONTROL_ROOM:
            return None
        return (standards().grade_linked if self.linked else standards().grade_alone).whole


@dataclass(frozen=True, slots=True)
class Year:
    """What somebody has done since the year began, in ``months`` of duty; fairness is carried from it."""

    months: int = 0
    shifts: int = 0
    nights: int = 0
    weekends: int = 0


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may be on duty. ``grade`` of the certificate (1 highest, 5 lowest), ``until`` when it or the contract ends.

    ``posts`` empty: any. ``leave`` cannot be worked, ``unwanted`` is a wish.
    """

    name: str
    grade: int | None = None
    until: date | None = None
    posts: tuple[str, ...] = ()
    leave: frozenset[date] = frozenset()
    unwanted: frozenset[date] = frozenset()
    year: Year = Year()

    def holds(self, post: Post, day: date) -> bool:
        """Whether the certificate that the post asks for is held on a day."""
        if post.grade is None:
            return True
        return self.grade is not None and self.grade <= post.grade and (self.until is None or day <= self.until)

    def may(self, post: Post, day: date) -> bool:
        """Whether they can be put there that day at all."""
        return (not self.posts or post.key in self.posts) and day not in self.leave and self.holds(post, day)


@dataclass(frozen=True, slots=True)
class Firm:
    """What a firm may set: the rest between shifts freely, the others only stricter than the law."""

    rest_minutes: int
    days_in_row: int
    overtime_minutes: int


def firm() -> Firm:
    """The settings of a firm that has set nothing."""
    known = standards()
    return Firm(known.rest_hours.minutes, known.days_in_row.whole, known.month_overtime.minutes)


@dataclass(frozen=True, slots=True, order=True)
class Duty:
    """One person on one shift; ``day`` is the one on which it begins."""

    day: date
    post: str
    turn: str
    person: str


@dataclass(frozen=True, slots=True)
class Slot:
    """One shift of one day: so many are needed there."""

    day: date
    post: Post
    turn: Turn


@dataclass(frozen=True)
class Case:
    """A month (its first day). ``before``: duties of the days before it, ``after``: of those after it where the next month is out
    already; ``holidays`` count as weekends.
    """

    month: date
    posts: tuple[Post, ...]
    people: tuple[Person, ...]
    firm: Firm = field(default_factory=firm)
    before: tuple[Duty, ...] = ()
    after: tuple[Duty, ...] = ()
    holidays: frozenset[date] = frozenset()
    seed: int = 1

    @cached_property
    def days(self) -> tuple[date, ...]:
        """Every day of the month."""
        after = (self.month + timedelta(days=31)).replace(day=1)
        return tuple(self.month + timedelta(days=n) for n in range((after - self.month).days))

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """Every shift of the month, in its order."""
        found = [Slot(day, post, turn) for day in self.days for post in self.posts for turn in post.turns]
        return tuple(sorted(found, key=lambda one: (one.day, one.turn.starts)))

    @cached_property
    def post(self) -> Mapping[str, Post]:
        """The posts by key."""
        return {one.key: one for one in self.posts}

    @cached_property
    def turn(self) -> Mapping[tuple[str, str], Turn]:
        """The shifts by post and key."""
        return {(post.key, turn.key): turn for post in self.posts for turn in post.turns}

    @cached_property
    def person(self) -> Mapping[str, Person]:
        """The people by name."""
        return {one.name: one for one in self.people}

    @cached_property
    def earlier(self) -> Mapping[str, tuple[Duty, ...]]:
        """The duties of the days before, by person, in their order."""
        found: dict[str, list[Duty]] = {}
        for duty in sorted(self.before):
            if duty.day < self.month:
                found.setdefault(duty.person, []).append(duty)
        return {name: tuple(duties) for name, duties in found.items()}

    @cached_property
    def later(self) -> Mapping[str, tuple[Duty, ...]]:
        """The duties of the days after, by person, in their order."""
        found: dict[str, list[Duty]] = {}
        for duty in sorted(self.after):
            if duty.day > self.days[-1]:
                found.setdefault(duty.person, []).append(duty)
        return {name: tuple(duties) for name, duties in found.items()}

    @property
    def cap(self) -> int:
        """Minutes that one person may work in the month."""
        return standards().month_hours.minutes + self.firm.overtime_minutes

    def is_free_day(self, day: date) -> bool:
        """Whether work on it is work on a weekend or holiday."""
        return day.weekday() >= SATURDAY or day in self.holidays

    def without(self, absent: Mapping[str, frozenset[date]]) -> "Case":
        """The same month with more leave."""
        people = (replace(one, leave=one.leave | absent.get(one.name, frozenset())) for one in self.people)
        return replace(self, people=tuple(people))


def runs(days: tuple[date, ...]) -> Iterator[tuple[date, int]]:
    """Each day of a sorted row and how many days without a break it is the last of."""
    length = 0
    for number, day in enumerate(days):
        length = length + 1 if number and (day - days[number - 1]).days == 1 else 1
        yield day, length


def runs_into(days: tuple[date, ...], day: date) -> int:
    """How many days without a break end on the day before one; ``days`` sorted."""
    at, length = bisect_left(days, day) - 1, 0
    while at >= 0 and (day - days[at]).days == length + 1:
        length, at = length + 1, at - 1
    return length
