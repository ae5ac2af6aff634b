"""The resident's one line: who holds it now, until when, and what happens if it is late."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Line:
    """``holder`` is company, worker, filer, or nobody; ``until`` the deadline; ``late`` and ``then`` say what follows.

    ``then`` names who hears of it next when the deadline passes: manager, committee, street, or "" when no clock runs.
    """

    holder: str
    until: datetime | None
    late: bool
    level: int
    then: str


_HOLDER = {
    "submitted": "company",
    "accepted": "company",
    "assigned": "worker",
    "working": "worker",
    "paused": "company",
    "awaiting": "filer",
    "done": "nobody",
    "returned": "nobody",
    "closed": "nobody",
    "merged": "nobody",
    "withdrawn": "nobody",
}
_THEN = {-1: "manager", 0: "manager", 1: "committee", 2: "street", 3: "top"}


def line(*, state: str, due: datetime | None, level: int, now: datetime) -> Line:
    """The line for a request in a state, with the deadline that runs now and the level that it has reached."""
    holder = _HOLDER[state]
    if due is None or holder in {"nobody", "filer"}:
        return Line(holder=holder, until=None, late=False, level=level, then="")
    return Line(holder=holder, until=due, late=now > due, level=level, then=_THEN[level])
