"""Compliance: done on time over due, by class of duty, weighted; what was missed is 0 and never leaves the denominator."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tally:
    """Of one class of duty: how many were due, done on time, done late, missed, still open past their time, and skipped.

    ``skipped`` (with a reason and a person) are shown beside and are not part of ``due``.
    """

    duty: str
    weight: int
    due: int = 0
    on_time: int = 0
    late: int = 0
    missed: int = 0
    open: int = 0
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Score:
    """``points`` of ``of``: on time times weight over due times weight; ``share`` 0 to 1, None where nothing was due."""

    points: int
    of: int
    on_time: int
    due: int
    share: float | None


def score(tallies: Iterable[Tally]) -> Score:
    """All classes together."""
    rows = list(tallies)
    points = sum(one.on_time * one.weight for one in rows)
    of = sum(one.due * one.weight for one in rows)
    return Score(
        points, of, sum(one.on_time for one in rows), sum(one.due for one in rows), points / of if of else None
    )


def weight_of(weights: Mapping[str, int], name: str) -> int:
    """The number of a weight; KeyError."""
    return weights[name]
