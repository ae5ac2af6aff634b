"""What form B.1 (GB 25201-2010) asks of a system that stands still: approval always, two more columns over 24 hours."""

from datetime import datetime, timedelta
from typing import Final

LONG: Final = timedelta(hours=24)


def is_long(stopped_at: datetime | None, restored_at: datetime | None, now: datetime) -> bool:
    """Whether it stood or stands still for more than 24 hours."""
    return stopped_at is not None and (restored_at or now) - stopped_at > LONG


def lacking(
    stopped_at: datetime | None,
    restored_at: datetime | None,
    now: datetime,
    *,
    approved: bool,
    safeguards: bool,
    fire_service: bool,
) -> tuple[str, ...]:
    """Which columns must still be filled before the clearing may be signed: approved, safeguards, fire_service."""
    if stopped_at is None:
        return ()
    missing = [] if approved else ["approved"]
    if is_long(stopped_at, restored_at, now):
        missing += [] if safeguards else ["safeguards"]
        missing += [] if fire_service else ["fire_service"]
    return tuple(missing)
