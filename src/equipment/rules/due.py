"""What runs out, and when it is said: service, scrap, batteries, certificates, tests and contracts by one rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from equipment.rules.cadence import add_months
from equipment.rules.standards import Life

# Days before; the messages go out once at each, and once when it is over.
STEPS: Final = (90, 30, 7)
NOT_YET, OVERDUE = 1000, -1
# Of what runs out, what a community sees when it is over: equipment that may not be used any more.
CRITICAL: Final = frozenset({"scrap", "yearly_test", "certificate", "contract"})


@dataclass(frozen=True, slots=True)
class Due:
    """What of a piece runs out on a day. ``on`` is None where the day from which it is counted is not known."""

    what: str
    name: str
    on: date | None
    clause: str
    confirmed: bool


def dues(lives: list[Life], days: Mapping[str, date | None], last: Mapping[str, date | None]) -> list[Due]:
    """What of a piece runs out next. ``days``: its dates by origin; ``last``: when each thing was done last, by what.

    The first time is counted from its origin, the others from when it was done last. An unknown day gives no day: a piece
    without a date of making is said to have none, never taken for new. What would come after its scrapping is left out.
    """
    found = []
    for life in lives:
        done, origin = last.get(life.what), days.get(life.origin)
        if done is not None and life.then and (origin is None or done >= origin):
            on: date | None = add_months(done, 12 * life.then)
        else:
            on = add_months(origin, 12 * life.first) if origin is not None else None
        found.append(Due(life.what, life.name, on, life.clause, life.confirmed))
    ends = [one.on for one in found if one.what == "scrap" and one.on is not None]
    if ends:
        found = [one for one in found if one.what == "scrap" or one.on is None or one.on < min(ends)]
    return found


def step(on: date, today: date) -> int:
    """How near it is: 90, 30 or 7 (days, at most), OVERDUE once the day is over, NOT_YET before all that."""
    left = (on - today).days
    if left < 0:
        return OVERDUE
    return min((one for one in STEPS if left <= one), default=NOT_YET)


def is_new(on: date, today: date, told: int) -> bool:
    """Whether something is to be said that was not yet: ``told`` is the last step that was."""
    return step(on, today) < told
