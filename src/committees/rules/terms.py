"""The clock of a term: when a re-election must begin, who is told, and when the term is over.

指导规则 47 (three months before the end), 浙江 15 and 温州 23 (two months), 宁波 36 (sixty days): parameter P34. After the end:
温州 23 and 指导规则 57, the street orders it and sees that it is done.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Standing = Literal["open", "running", "soon", "overdue"]
MONTHS, DAYS = "months", "days"
# Who is told at each step, and how long after the one before; everyone told earlier is told again.
OVER_AGAIN = timedelta(days=30)


def back(day: date, amount: int, unit: str) -> date:
    """The day so many months or days before another; a day that its month does not have is the month's last."""
    if unit == DAYS:
        return day - timedelta(days=amount)
    if unit != MONTHS:
        raise ValueError(f"Unknown unit {unit!r}.")
    month = day.year * 12 + day.month - 1 - amount
    year, index = divmod(month, 12)
    return date(year, index + 1, min(day.day, monthrange(year, index + 1)[1]))


def standing(ends: date | None, on: date, warn_on: date | None) -> Standing:
    """Where a term stands on a day: without an end, running, to be re-elected soon, or over its time."""
    if ends is None or warn_on is None:
        return "open"
    if on > ends:
        return "overdue"
    return "soon" if on >= warn_on else "running"


@dataclass(frozen=True, slots=True)
class Step:
    """One telling: its name, the day from which it is due, and the parties that it goes to."""

    name: str
    on: date
    to: tuple[str, ...]


def steps(ends: date, warn_on: date) -> tuple[Step, ...]:
    """Every telling of a term in order: when the lead begins, half-way, after the end, and thirty days after it."""
    near = ("committee", "community", "residents")
    return (
        Step("lead", warn_on, near),
        Step("half", warn_on + (ends - warn_on) / 2, (*near, "street")),
        Step("over", ends + timedelta(days=1), (*near, "street")),
        Step("over_again", ends + OVER_AGAIN, ("community", "residents", "street", "city")),
    )


def due(found: tuple[Step, ...], on: date, done: frozenset[str]) -> tuple[Step | None, tuple[str, ...]]:
    """The telling that is due on a day, and the names of those that it takes the place of; nothing is told twice.

    A term that is met late is told of once, by its furthest step: nobody hears four times in one night.
    """
    open_ones = [one for one in found if one.on <= on]
    if not open_ones or open_ones[-1].name in done:
        return None, ()
    return open_ones[-1], tuple(one.name for one in open_ones[:-1] if one.name not in done)
