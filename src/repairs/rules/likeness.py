"""Which of the open requests that may be the same thing a neighbour is offered, and in which order."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

# So many are offered: more than that nobody reads before they file.
OFFERED = 3


@dataclass(frozen=True, slots=True)
class Like:
    """An open request of the same category: whether it is about the very spot whose code was read, or the same building,
    how many joined it, since when it is open, and its number in the order of filing."""

    here: bool
    building: bool
    joined: int
    since: datetime
    number: int


T = TypeVar("T")


def order(like: Like) -> tuple[bool, bool, int, datetime, int]:
    """The likeliest first: the same spot, the same building; then where most have gathered, then the oldest.

    Whoever comes later is so led to the one that the others joined, and not to whatever was filed a minute ago: one lift
    that is out of order stays one case.
    """
    return not like.here, not like.building, -like.joined, like.since, like.number


def likeliest(found: Iterable[tuple[Like, T]], most: int = OFFERED) -> list[T]:
    """What is offered of all that was found, the likeliest first."""
    return [what for _like, what in sorted(found, key=lambda pair: order(pair[0]))[:most]]
