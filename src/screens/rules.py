"""Tokens of screens, how long an urgent notice has one alone, and when one is taken for lost. Plain Python."""

import math
import secrets
from datetime import datetime, timedelta
from typing import Final

# Lower-case letters and digits that are not taken for each other: a remote control types them one by one.
ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
SECRET: Final = 16  # signs, 79 bits
MOST_SCREENS: Final = 60
MOST_SLIDES: Final = 40
MAX_NAME: Final = 24
# Of the papers of a notice so many pages are shown; the rest is read on a phone.
MOST_SHEETS: Final = 3
# A sheet is read in bands as wide as the window, each of them this much of its width high; more than so many are too long.
BAND: Final = 0.36
MOST_BANDS: Final = 4
# An urgent notice has the screen for itself so long after it came out; then it stays as a line and every second page.
ALONE: Final = timedelta(hours=1)
# A screen asks every minute; one that has not for so long is dark or without a network.
LOST_AFTER: Final = timedelta(minutes=5)
SEEN_EVERY: Final = timedelta(seconds=50)


def new_token(code: str) -> str:
    """A fresh token of a screen in the compound of this code; the code stands in front, so that the row is found by it."""
    return f"{code}-{''.join(secrets.choice(ALPHABET) for _ in range(SECRET))}"


def code_of(token: str) -> str:
    """The code of the compound that a token names; "" for what is written otherwise."""
    code, dash, secret = token.rpartition("-")
    return code if dash and len(secret) == SECRET and set(secret) <= set(ALPHABET) else ""


def bands(width: int, height: int) -> int:
    """Into how many bands, one below the other, a sheet is cut to be read on a lying screen; 1 for one that lies itself."""
    if height <= width:
        return 1
    return min(MOST_BANDS, math.ceil(height / width / BAND))


def is_lost(seen_at: datetime | None, now: datetime) -> bool:
    """Whether a screen that was on once has not asked for too long."""
    return seen_at is not None and now - seen_at > LOST_AFTER
