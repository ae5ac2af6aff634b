"""The phone's clock against ours: when something happened that is heard of later."""

from datetime import datetime, timedelta
from typing import Final

# Beyond this a clock is said to be wrong; phones that ask the network are right to a second or two.
TOLERATED: Final = timedelta(minutes=5)
LONGEST: Final = timedelta(days=3660)


def offset_seconds(device_now: datetime | None, received_at: datetime) -> int | None:
    """How far the phone's clock is behind ours (negative: ahead), by what it showed while sending; None when it did not say."""
    if device_now is None:
        return None
    behind = max(-LONGEST, min(LONGEST, received_at - device_now))
    return round(behind.total_seconds())


def happened(device_at: datetime, offset: int | None, received_at: datetime) -> datetime:
    """When it happened by our clock: the phone's time put right, and never later than we heard of it."""
    put_right = device_at + timedelta(seconds=offset or 0)
    return min(put_right, received_at)


def is_off(offset: int | None) -> bool:
    """Whether the phone's clock is too far from ours to be taken at its word."""
    return offset is not None and abs(offset) > TOLERATED.total_seconds()
