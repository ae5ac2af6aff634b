"""An incident in one line and a number, and the requests that may belong to it."""

from datetime import datetime
from typing import Any

from repairs import ongoing
from repairs.models import Incident
from repairs.rules.categories import CATEGORIES
from tenancy.access import ActingRequest


def line_of(row: Incident, now: datetime) -> str:
    """What goes on and until when; of one that is over its title and where it was."""
    where = row.building.name if row.building is not None else ""
    if row.closed_at is not None:
        return row.title if where in row.title else f"{where} {row.title}"
    return ongoing.line(row.title, where, row.expected_end, now)


def people_of(row: Any) -> int:
    """How many said that they have it too: each request once, and who joined without one."""
    return (row.reports or 0) + (row.others or 0)


def by_category(groups: list[ongoing.Group], category: str, refs: list[str]) -> list[dict[str, Any]]:
    """The groups of a choice, and which of them stand open: the incident's category, and where something is chosen."""
    return [
        {
            "group": group,
            "open": group.category == category or any(row.ref in refs for row in group.rows) or len(groups) == 1,
            "icon": CATEGORIES[group.category].icon,
        }
        for group in groups
    ]


def typed_refs(request: ActingRequest) -> list[str]:
    """The requests that were ticked in a posted form."""
    return request.POST.getlist("refs")[: ongoing.CHOICES]
