"""Signs that somebody may not have stood where they say: judged here and shown, never refused (rounds-and-rosters B6)."""

from datetime import datetime, timedelta
from typing import Final

# Between two places: opening a cabinet and looking at one item takes longer than this.
AT_LEAST: Final = 8
# Clocks of phones that ask the network agree to a second or two; a minute more is somebody's hand.
MOVED: Final = timedelta(minutes=2)
EARLY: Final = timedelta(minutes=10)


def too_fast(seconds: int | None, before: int | None) -> bool:
    """Whether a place came sooner after the last one of the walk than anybody could look at it. Seconds since its beginning."""
    return seconds is not None and before is not None and 0 <= seconds - before < AT_LEAST


def clock_moved(
    loaded_server: datetime | None, loaded_device: datetime | None, offset_now: int | None
) -> bool:  # fmt: skip
    """Whether the phone's clock was set between loading the package and sending."""
    if loaded_server is None or loaded_device is None or offset_now is None:
        return False
    then = (loaded_server - loaded_device).total_seconds()
    return abs(then - offset_now) > MOVED.total_seconds()


def out_of_window(opens_at: datetime, due_at: datetime, happened_at: datetime) -> str:
    """early, late, or "" for within."""
    if happened_at < opens_at - EARLY:
        return "early"
    return "late" if happened_at > due_at else ""
