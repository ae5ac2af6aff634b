"""When owners may be reminded: by day, and not more than once a day. Plain Python."""

from datetime import datetime, timedelta

FIRST_HOUR, LAST_HOUR = 8, 21
APART = timedelta(days=1)
# When those who have not voted are reminded by themselves, before the close.
LAST_CALL = timedelta(days=1)
# How long a code that was answered counts as fresh.
FRESH = timedelta(minutes=10)


def is_day(local: datetime) -> bool:
    """Whether people are told things at this hour (local time): from 8:00 until 21:00."""
    return FIRST_HOUR <= local.hour < LAST_HOUR


def is_fresh(verified_at: datetime | None, now: datetime) -> bool:
    """Whether a code was answered just now."""
    return verified_at is not None and timedelta(0) <= now - verified_at <= FRESH
