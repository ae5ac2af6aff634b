"""Pausing a request: for a reason, until a day, and never for good."""

from datetime import datetime, timedelta

MAX_REASON = 120
# No pause is longer: whoever waits longer for a part says so again.
LONGEST = timedelta(days=30)
SHORTEST = timedelta(minutes=15)
# The worker and the desk hear of the end a day before, or when a quarter of a shorter pause is left.
WARN_BEFORE = timedelta(days=1)


def refused(now: datetime, until: datetime) -> str:
    """Why a pause until then is refused (``pause_too_short``, ``pause_too_long``), or ""."""
    if until < now + SHORTEST:
        return "pause_too_short"
    return "pause_too_long" if until > now + LONGEST else ""


def warn_at(since: datetime, until: datetime) -> datetime:
    """When to say that the pause is about to end."""
    return until - min(WARN_BEFORE, (until - since) / 4)


def still(due: datetime, since: datetime, until: datetime) -> datetime:
    """The deadline by the clock on the wall, had it stood still from ``since`` to ``until``."""
    return due + (until - since)
