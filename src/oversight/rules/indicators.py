"""What each number means: counts of cases, and rates of one count in another. Integers only, from case to percentage.

Every request that was filed ends in exactly one of OUTCOMES. What leaves the firm's score (withdrawn by the filer, merged
into another request, or returned with the community's agreement because it was never the firm's) stays visible as a count
of its own; everything else is what the firm had to do (``due``).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# Where a request stands, each in exactly one.
SCORED = ("done", "forced", "unanswered", "awaiting", "open", "returned")
APART = ("not_ours", "merged", "withdrawn")
OUTCOMES = (*SCORED, *APART)
# What is counted besides, of those that the firm had to do; of those that it handed on too.
MARKS = (
    "responded",  # answered, or the time to answer is over
    "responded_in_time",
    "finished",  # repaired, or the time to repair is over
    "finished_in_time",
    "repaired",  # reported repaired at least once, or closed by order: what can be reopened
    "reopened",
    "rated",
    "satisfied",
    "handed",  # what a firm had and another has now: not filed once more, but its answers and delays are the first firm's
)
COUNTS = ("filed", *OUTCOMES, *MARKS)
# Satisfied: four or five stars of five.
SATISFIED = 4
# Below this many cases a percentage alone says too much: 3/4 is shown, not 75%.
SMALL = 10
_WHOLE = 1000


@dataclass(frozen=True, slots=True)
class Indicator:
    """A rate: ``hit`` cases of ``base`` cases, both counts of ours. ``more`` tells whether more is better."""

    code: str
    hit: str
    base: str
    more: bool = True


INDICATORS: dict[str, Indicator] = {
    one.code: one
    for one in (
        Indicator("resolved", "done", "due"),
        Indicator("satisfaction", "satisfied", "rated"),
        Indicator("response", "responded_in_time", "responded"),
        Indicator("completion", "finished_in_time", "finished"),
        Indicator("reopening", "reopened", "repaired", more=False),
    )
}
# The two that a street of this city publishes.
HEADLINES = ("resolved", "satisfaction")


@dataclass(frozen=True, slots=True)
class Counts:
    """The counts of some cases, by the names of COUNTS."""

    numbers: tuple[int, ...] = (0,) * len(COUNTS)

    def __getitem__(self, name: str) -> int:
        """A count by name; ``due`` is what the firm had to do."""
        if name == "due":
            return sum(self.numbers[_PLACE[one]] for one in SCORED)
        return self.numbers[_PLACE[name]]

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(tuple(a + b for a, b in zip(self.numbers, other.numbers, strict=True)))

    def __bool__(self) -> bool:
        return any(self.numbers)


_PLACE = {name: place for place, name in enumerate(COUNTS)}


def total(many: Iterable[Counts]) -> Counts:
    """The sum."""
    columns = [one.numbers for one in many]
    return Counts(tuple(map(sum, zip(*columns, strict=True)))) if columns else Counts()


def counts(given: Mapping[str, int]) -> Counts:
    """Counts from numbers by name; what is missing is none."""
    return Counts(tuple(given.get(name, 0) for name in COUNTS))


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of so many."""

    hit: int
    base: int

    @property
    def per_mille(self) -> int | None:
        """Tenths of a percent, half rounded up; None of nothing."""
        return per_mille(self.hit, self.base)

    @property
    def is_small(self) -> bool:
        """Too few cases for a percentage alone."""
        return self.base < SMALL

    @property
    def percent(self) -> str:
        """98.6%, or a dash of nothing."""
        return percent(self.per_mille)

    @property
    def fraction(self) -> str:
        """986/1000."""
        return f"{self.hit}/{self.base}"

    @property
    def shown(self) -> str:
        """The percentage, or the fraction alone where the cases are few."""
        return "—" if not self.base else self.fraction if self.is_small else self.percent


def rate(indicator: str, given: Counts) -> Rate:
    """The rate of an indicator. Raises KeyError for none of ours."""
    one = INDICATORS[indicator]
    return Rate(given[one.hit], given[one.base])


def per_mille(hit: int, base: int) -> int | None:
    """Tenths of a percent, half rounded up; None when there is no case."""
    return (2 * _WHOLE * hit + base) // (2 * base) if base > 0 else None


def percent(tenths: int | None) -> str:
    """986 as 98.6%; a dash for None."""
    return "—" if tenths is None else f"{tenths // 10}.{tenths % 10}%"


def change(now: Rate, then: Rate) -> int | None:
    """The difference in tenths of a percentage point, or None where either has too few cases to compare."""
    if now.is_small or then.is_small or now.per_mille is None or then.per_mille is None:
        return None
    return now.per_mille - then.per_mille


def points(tenths: int) -> str:
    """A difference as people read it: +1.2, -0.4, 0.0 (percentage points)."""
    sign = "+" if tenths > 0 else "−" if tenths < 0 else ""
    return f"{sign}{abs(tenths) // 10}.{abs(tenths) % 10}"
