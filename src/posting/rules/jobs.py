"""What is to be done at a point, by whom and until when."""

from datetime import datetime, timedelta
from typing import Final

# What there is to do at a point.
POST, CHECK, TAKE_DOWN = "post", "check", "take_down"
JOBS: Final = (POST, CHECK, TAKE_DOWN)
# What can be found or done there, by the job that it answers.
RESULTS: Final = {
    POST: ("posted",),
    CHECK: ("hanging", "missing", "damaged"),
    TAKE_DOWN: ("taken_down",),
}
# The results after which the paper is on the wall; after ``damaged`` something is, but not what was put up.
UP: Final = frozenset({"posted", "hanging"})
THERE: Final = UP | {"damaged"}
GONE: Final = frozenset({"missing", "damaged"})

COMPANY, COMMUNITY = "company", "community"
SIDES: Final = (COMPANY, COMMUNITY)
PAPER_KINDS: Final = frozenset({"publicity"})

CHECK_EVERY: Final = timedelta(days=3)
CLIMB_AFTER: Final = timedelta(hours=24)
_HOURS: Final = {"urgent": 4, "publicity": 24}
_OTHERS: Final = 48


def wants_paper(kind: str) -> bool:
    """Whether a notice of this kind goes on the walls without being asked for."""
    return kind in PAPER_KINDS


def due_for(kind: str, job: str, at: datetime) -> datetime:
    """Until when a job that arose at ``at`` is to be done: urgent 4 hours, publicity 24, others and taking down 48."""
    hours = _OTHERS if job == TAKE_DOWN else _HOURS.get(kind, _OTHERS)
    return at + timedelta(hours=hours)


def side_for(speaker: str, *, has_company: bool) -> str:
    """Who goes round: the community for its own word and the street's, the firm for its own and the committee's.

    Without a firm under contract it is always the community.
    """
    if not has_company or speaker in {"community", "street"}:
        return COMMUNITY
    return COMPANY
