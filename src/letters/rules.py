"""Limits of a letter and when it may go where. Plain Python."""

from datetime import date

MAX_SUBJECT = 80
MAX_SOURCE = 20_000
MAX_REASON = 300
MAX_FILES = 12
MAX_ADDRESSEES = 12
MAX_WORDS = 60


def number_text(year: int, number: int) -> str:
    """The number as letters carry it: 〔2026〕3号."""
    return f"〔{year}〕{number}号"


def is_overdue(reply_by: date | None, today: date) -> bool:
    """Whether a reply is late: the day named is still in time."""
    return reply_by is not None and today > reply_by
