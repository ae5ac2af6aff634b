"""Return visits (回访): which of a month's finished requests the community asks about.

The sample is drawn by a digest of compound, month and request, so nobody chooses, and anybody can draw it again.
"""

import hashlib
from collections.abc import Iterable
from datetime import date

# One in ten, at least five where there are as many, at most thirty: what one officer telephones in a day.
SHARE = 10
LEAST, MOST = 5, 30


def size(population: int) -> int:
    """How many of so many are visited."""
    return min(population, max(LEAST, min(MOST, -(-population // SHARE))))


def sample(*, compound_id: int, month: date, requests: Iterable[int]) -> list[int]:
    """The drawn requests, in the order of their digests. ``month`` is its first day."""
    found = sorted(set(requests), key=lambda pk: (_digest(compound_id, month, pk), pk))
    return found[: size(len(found))]


def _digest(compound_id: int, month: date, pk: int) -> bytes:
    return hashlib.sha256(f"{compound_id}:{month:%Y-%m}:{pk}".encode()).digest()


def month_after(month: date) -> date:
    """The first day of the next month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def last_month(day: date) -> date:
    """The first day of the month before the one that a day is in."""
    return date(day.year - (day.month == 1), (day.month - 2) % 12 + 1, 1)
