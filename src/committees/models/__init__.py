"""Committees in office, results of polls, filings, leaving and handing over, cross-posts."""

from committees.models.crossing import CrossPost
from committees.models.filing import Filing, FilingPaper
from committees.models.leaving import Handing, HandingItem, Recall
from committees.models.office import Committee, Member, OfficeEvent, TermNotice
from committees.models.outcome import Outcome
from committees.models.rounds import Purpose, Round

__all__ = [
    "Committee",
    "CrossPost",
    "Filing",
    "FilingPaper",
    "Handing",
    "HandingItem",
    "Member",
    "OfficeEvent",
    "Outcome",
    "Purpose",
    "Recall",
    "Round",
    "TermNotice",
]
