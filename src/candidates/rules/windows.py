"""When nominations and reviews are due, and how a stage of the preparation stands. No clock of its own."""

from datetime import date, timedelta
from typing import Literal

Mark = Literal["done", "now", "later", "late", "blocked"]


def nominating(today: date, *, starts: date | None, ends: date | None, opened: bool) -> bool:
    """Whether somebody may be named today; both days count (民法典 1259)."""
    return opened and starts is not None and ends is not None and starts <= today <= ends


def review_due(complete_on: date, days: int) -> date:
    """The last day for a body's answer; the day on which the papers were complete does not count (民法典 201)."""
    return complete_on + timedelta(days=days)


def mark(*, done: bool, open_: bool, due: date | None, today: date, blocked: bool = False) -> Mark:
    """How a stage stands: over its day it is late, whatever else."""
    if done:
        return "done"
    if due is not None and due < today:
        return "late"
    if blocked:
        return "blocked"
    return "now" if open_ else "later"
