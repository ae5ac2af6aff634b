"""Whole numbers and days out of what a form or an address says: nobody's typing is trusted to be one."""

from datetime import date

# A bigint holds any number of so many digits.
BIGINT = 18
# No calendar here goes further, and a day that can be reckoned with has others before and after it.
YEARS = range(1900, 2200)


def whole(text: str | None, *, digits: int = BIGINT) -> int | None:
    """The number that a text is, in plain digits alone and at most so many of them; None for anything else."""
    known = text is not None and text.isascii() and text.isdigit() and len(text) <= digits
    return int(text or 0) if known else None


def day(text: str | None) -> date | None:
    """The day that a text is (2026-12-05); None for anything else, and for one that no calendar here reaches."""
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    return found if found.year in YEARS else None
