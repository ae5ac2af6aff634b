"""Who is told of a defect that is not cleared, and when: the manager at once, the firm, then whoever watches over it.

No rule of law gives these hours; they are the portal's defaults. A critical one is over its time after a day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

MANAGER, FIRM, WATCHERS = "manager", "firm", "watchers"
RUNGS: Final = (MANAGER, FIRM, WATCHERS)
DAY: Final = timedelta(hours=24)
THREE_DAYS: Final = timedelta(hours=72)
_AFTER: Final[Mapping[bool, Mapping[str, timedelta]]] = {
    False: {MANAGER: timedelta(0), FIRM: DAY, WATCHERS: THREE_DAYS},
    True: {MANAGER: timedelta(0), FIRM: DAY, WATCHERS: DAY},
}


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder, and when it is due."""

    rung: str
    at: datetime


def rungs(found_at: datetime, *, critical: bool) -> tuple[Rung, ...]:
    """The whole ladder of a defect, lowest first."""
    return tuple(Rung(rung, found_at + _AFTER[critical][rung]) for rung in RUNGS)


def due_at(found_at: datetime, *, critical: bool) -> datetime:
    """From when it is overdue: from then on whoever watches over the firm sees it."""
    return found_at + _AFTER[critical][WATCHERS]
