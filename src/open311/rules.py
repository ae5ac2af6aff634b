"""What of GeoReport v2 is rules: what is open, which days a list spans, how a call is known again. No clock, no database.

The specification: https://wiki.open311.org/GeoReport_v2 (frozen).
"""

import re
from datetime import datetime, timedelta

MAX_KEY_NAME = 24
MOST_KEYS = 10
# “Default query limit is a span of 90 days or first 1000 requests returned, whichever is smallest.”
SPAN = timedelta(days=90)
MOST_ROWS = 1000
MOST_IDS = 100
LAST_PAGE = 10_000
SAME_WITHIN = timedelta(minutes=10)
# Kept in the request as it stands here, whatever language the call asked for: who works on it reads it.
CONSENT = "来电时同意（{}）"
# A minute of one key: a hotline with forty seats files far less.
READS_PER_MINUTE = 300
FILINGS_PER_MINUTE = 60
WRONG_KEYS_PER_MINUTE = 30

# The machine's states that are open to a caller: somebody still has to do something. Everything else is closed.
OPEN_STATES = frozenset({"submitted", "accepted", "assigned", "working", "paused", "awaiting"})

TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}", re.ASCII)
# The W3C note on date and time, with the zone that the specification demands.
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)", re.ASCII)


class Unfit(ValueError):
    """An argument that is none: its name and why (``code``)."""

    def __init__(self, argument: str, code: str) -> None:
        super().__init__(f"{argument}: {code}")
        self.argument = argument
        self.code = code


def status_of(state: str) -> str:
    """open or closed."""
    return "open" if state in OPEN_STATES else "closed"


def moment(argument: str, text: str) -> datetime:
    """A moment in W3C form with its zone; Unfit otherwise."""
    # A form turns the plus of a zone into a blank where the client forgot to encode it.
    said = text.replace(" ", "+")
    if not _MOMENT.fullmatch(said):
        raise Unfit(argument, "moment")
    try:
        return datetime.fromisoformat(said)
    except (ValueError, OverflowError):
        raise Unfit(argument, "moment") from None


def window(start: str, end: str, now: datetime) -> tuple[datetime, datetime]:
    """The days that a list spans: ninety at most, the latest ninety by default. Raises Unfit."""
    try:
        last = moment("end_date", end) if end else None
        first = moment("start_date", start) if start else None
        if first is None:
            last = last or now
            return last - SPAN, last
        if last is None:
            return first, first + SPAN
        if last < first:
            raise Unfit("end_date", "order")
        if last - first > SPAN:
            raise Unfit("start_date", "span")
    except OverflowError:
        raise Unfit("start_date", "moment") from None
    return first, last


def listed(text: str) -> list[str]:
    """What a comma separated argument names, each once."""
    return list(dict.fromkeys(part for part in (part.strip() for part in text.split(",")) if part))


def whole(argument: str, text: str, *, default: int, most: int) -> int:
    """A whole number from 1 to ``most``, ``default`` for none; Unfit otherwise."""
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and 1 <= int(text) <= most):  # noqa: PLR2004
        raise Unfit(argument, "number")
    return int(text)


def coordinate(argument: str, text: str, most: int) -> str:
    """A latitude or longitude with five places (about a metre), "" for none; Unfit otherwise."""
    if not text:
        return ""
    if not re.fullmatch(r"[+-]?\d{1,3}(\.\d{1,20})?", text, re.ASCII) or abs(float(text)) > most:
        raise Unfit(argument, "coordinate")
    return f"{float(text):.5f}"


def caller_name(first: str, last: str) -> str:
    """A caller's name as one: Chinese names family first and without a blank, others as they are spoken."""
    first, last = " ".join(first.split()), " ".join(last.split())
    if first.isascii() and last.isascii():
        return f"{first} {last}".strip()
    return last + first
