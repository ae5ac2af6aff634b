"""Whole numbers out of what a form or an address says: nobody's typing is trusted to be one."""

# A bigint holds any number of so many digits.
BIGINT = 18


def whole(text: str | None, *, digits: int = BIGINT) -> int | None:
    """The number that a text is, in plain digits alone and at most so many of them; None for anything else."""
    known = text is not None and text.isascii() and text.isdigit() and len(text) <= digits
    return int(text or 0) if known else None
