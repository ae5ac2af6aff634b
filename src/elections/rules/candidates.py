"""Candidates, each tested like a motion of their own, ranked, and never parted by anything but votes.

Civil Code Art. 278 (3): electing or replacing members is decided by more than half of the participants, by owners and by area:
tested per candidate (A1, P24). Among those who passed, more votes win (P25). Equals at the last seat stop the result (A5): not
the order of names, nor of nomination, nor of rows decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from elections.rules.verdicts import Standing, Tied

ORDERS: dict[str, tuple[str, ...]] = {"heads": ("voters",), "area": ("area",), "heads_then_area": ("voters", "area")}


@dataclass(frozen=True, slots=True)
class Seating:
    """``elected`` for certain, in order; ``settled`` when nobody else can be; ``passing`` who met the bar, in order."""

    passing: tuple[Standing, ...]
    elected: tuple[Standing, ...]
    settled: bool
    tied: Tied | None


def seat(standings: Sequence[Standing], *, seats: int | None, order_by: str, remedy: str) -> Seating:
    """Fill so many seats (None: as many as pass). Candidates whose figures are missing may yet outrank anyone."""
    passing = _ranked([one for one in standings if one.tests.met], order_by)
    open_ones = [one for one in standings if one.tests.met is None]
    if seats is None:
        return Seating(passing, () if open_ones else passing, not open_ones, None)
    elected = _certain(passing, open_ones, seats, order_by)
    if open_ones:
        return Seating(passing, elected, len(elected) == seats, None)
    full = min(seats, len(passing))
    return Seating(passing, elected, len(elected) == full, _tie(passing, elected, full, remedy))


def stand_by(
    passing: Sequence[Standing], elected: Sequence[Standing], *, cap: int | None, order_by: str
) -> tuple[Standing, ...]:
    """Who passed and was not elected, in order (A5); up to a cap those who are certain: equals at its end stay out."""
    left = tuple(one for one in passing if one not in elected)
    return left if cap is None else _certain(left, [], cap, order_by)


def _certain(
    passing: Sequence[Standing], open_ones: Sequence[Standing], places: int, order_by: str
) -> tuple[Standing, ...]:
    """Those before whom, or equal to whom, fewer others can come than there are places."""
    return tuple(
        one
        for one in passing
        if sum(other is not one and not _surely_behind(other, one, order_by) for other in (*passing, *open_ones))
        < places
    )


def _tie(passing: Sequence[Standing], elected: Sequence[Standing], full: int, remedy: str) -> Tied | None:
    if len(elected) == full:
        return None
    # Ranks are shared by equals, so all who are tied have the rank of the first who is not certain.
    rank = passing[len(elected)].rank
    return Tied(tuple(one.name for one in passing if one.rank == rank), full - len(elected), remedy)


def _figures(one: Standing, order_by: str) -> tuple[int | None, ...]:
    return tuple(getattr(one.tests, measure).have for measure in ORDERS[order_by])


def _surely_behind(other: Standing, one: Standing, order_by: str) -> bool:
    for theirs, mine in zip(_figures(other, order_by), _figures(one, order_by), strict=True):
        if theirs is None or mine is None:
            return False
        if theirs != mine:
            return theirs < mine
    return False


def by_votes(standings: Sequence[Standing], order_by: str) -> list[Standing]:
    """In order of votes. Equals are listed by the other measure and by name, which decides nothing."""
    return sorted(
        standings,
        key=lambda one: (_key(one, order_by), -(one.tests.voters.have or 0), -(one.tests.area.have or 0), one.name),
    )


def _key(one: Standing, order_by: str) -> tuple[int, ...]:
    return tuple(-(figure or 0) for figure in _figures(one, order_by))


def _ranked(passing: Sequence[Standing], order_by: str) -> tuple[Standing, ...]:
    """In order of votes with ranks that equals share."""
    ranked: list[Standing] = []
    for place, one in enumerate(by_votes(passing, order_by)):
        equal = ranked and _key(ranked[-1], order_by) == _key(one, order_by)
        ranked.append(replace(one, rank=ranked[-1].rank if equal else place + 1))
    return tuple(ranked)
