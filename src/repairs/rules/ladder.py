"""How a late request climbs: warning, then property manager, owners' committee and community, then the street."""

from dataclasses import dataclass
from datetime import datetime, timedelta

# Who is told at each level. Level 0 is the warning before the deadline.
TOLD: dict[int, tuple[str, ...]] = {
    0: ("assignee", "manager"),
    1: ("manager",),
    2: ("committee", "community"),
    3: ("street",),
}
TOP = 3
# After the deadline: the manager at once; the committee and the community after 4 hours; the street after a day.
# For an urgent request half an hour and two hours.
_ORDINARY = (timedelta(0), timedelta(hours=4), timedelta(hours=24))
_URGENT = (timedelta(0), timedelta(minutes=30), timedelta(hours=2))
# The warning comes when a quarter of the time is left.
_WARN_AT = 3, 4
# An urgent request that nobody has answered does not wait for its deadline: whoever is on duty is reminded, after five
# minutes the manager has it, and at the deadline the committee and the community.
REMIND_URGENT = timedelta(minutes=2)
ANSWER_URGENT = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Step:
    """At ``at`` the request reaches ``level``."""

    at: datetime
    level: int


def steps(started: datetime, due: datetime, *, urgent: bool, answered: bool = True) -> tuple[Step, ...]:
    """Every step of one deadline in order of time: the warning and the three levels.

    ``answered`` is False while the response is awaited.
    """
    later = _URGENT if urgent else _ORDINARY
    if urgent and not answered:
        manager = min(started + ANSWER_URGENT, due)
        others = max(due, manager + ANSWER_URGENT)
        remind = min(started + REMIND_URGENT, manager)
        return (Step(remind, 0), Step(manager, 1), Step(others, 2), Step(others + later[-1], 3))
    done, of = _WARN_AT
    warn = started + (due - started) * done / of
    return (Step(warn, 0), *(Step(due + after, level) for level, after in enumerate(later, start=1)))


def next_step(started: datetime, due: datetime, reached: int, *, urgent: bool, answered: bool = True) -> Step | None:
    """The first step above the level reached so far (-1: none yet), or None at the top.

    No level is ever skipped: after a weekend of downtime the sweep takes one step after the other.
    """
    return next((step for step in steps(started, due, urgent=urgent, answered=answered) if step.level > reached), None)
