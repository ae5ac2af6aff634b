"""Periods after the work: reopening and answering."""

from datetime import datetime, timedelta

# A finished request may be reopened for seven days; after seven days without an answer it is shown as 未反馈, never closed.
REOPEN_WITHIN = timedelta(days=7)
NO_ANSWER_AFTER = timedelta(days=7)
MAX_PHOTOS = 9
MAX_WORDS = 1000
MAX_PLACE = 80
MAX_WANTED = 40
MAX_REMARK = 500
MAX_SIGNER = 40
MAX_INCIDENT_TITLE = 60
MAX_INCIDENT_WORDS = 500
# 催办 at most once in this time, so that it stays a signal.
URGE_EVERY = timedelta(hours=1)


def may_reopen(closed_at: datetime, now: datetime) -> bool:
    """Whether a done or returned request may still be reopened; the last second of the seventh day counts."""
    return now <= closed_at + REOPEN_WITHIN


def unanswered(finished_at: datetime | None, state: str, now: datetime) -> bool:
    """Whether a finished repair counts as 未反馈: the filer has said nothing for seven days."""
    return state == "awaiting" and finished_at is not None and now > finished_at + NO_ANSWER_AFTER
