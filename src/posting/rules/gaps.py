"""The gaps in what hung at one point: never put up, put up late, away for a while. Shown, never smoothed over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from posting.rules.jobs import GONE, UP

_OFF = GONE | {"taken_down"}
NEVER, LATE, MISSING = "never", "late", "missing"


@dataclass(frozen=True, slots=True)
class Found:
    """What was found or done at a point at one moment. ``result`` is one of ``posting.rules.jobs.RESULTS``."""

    at: datetime
    result: str


@dataclass(frozen=True, slots=True)
class Gap:
    """``kind``: never, late or missing. ``since`` to ``until`` (None: it goes on).

    A missing paper was last seen at ``seen`` and found gone at ``since``: when it went is known no better than that.
    """

    kind: str
    since: datetime
    until: datetime | None
    seen: datetime | None = None

    def days(self, now: datetime) -> int:
        """Days begun, at least one."""
        lasted = (self.until or now) - self.since
        return max(1, -(-int(lasted.total_seconds()) // 86_400))


def gaps(found: Sequence[Found], *, due_at: datetime, ends_at: datetime | None, now: datetime) -> tuple[Gap, ...]:
    """The gaps of one point until ``ends_at`` (the notice was withdrawn or expired) or now, oldest first.

    ``found`` in order of time. What was never put up is a gap from its due time on, once that has passed.
    """
    last = min(ends_at, now) if ends_at is not None else now
    first = next((one for one in found if one.result == "posted"), None)
    if first is None:
        return (Gap(NEVER, due_at, ends_at),) if due_at < last else ()
    made = [Gap(LATE, due_at, first.at)] if first.at > due_at else []
    seen: datetime | None = None
    gone: datetime | None = None
    for one in found:
        if one.at > last:
            break
        if one.result in UP:
            if gone is not None:
                made.append(Gap(MISSING, gone, one.at, seen))
                gone = None
            seen = one.at
        elif one.result in _OFF and gone is None:
            gone = one.at
    if gone is not None:
        made.append(Gap(MISSING, gone, ends_at, seen))
    return tuple(made)
