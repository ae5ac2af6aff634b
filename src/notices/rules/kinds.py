"""What a notice may be: its kind, its matter, who speaks, to whom. Plain data, and the limits of what may be typed."""

from datetime import datetime

KINDS = ("notice", "publicity", "announcement", "reminder", "urgent")
URGENT = "urgent"
MATTERS = (
    *("general", "property_fee", "common_income", "maintenance_fund", "election", "meeting"),
    *("works", "outage", "safety", "parking", "environment", "activity"),
)
# Who may be among those that a notice is for; none named means everyone.
ROLES = ("owner", "family", "tenant", "committee", "company", "worker", "community")
RESIDENT_ROLES = frozenset({"owner", "family", "tenant"})

MAX_TITLE = 80
MAX_SOURCE = 20_000
MAX_REASON = 300
MAX_CHANGED = 300
MAX_FILES = 12
MAX_COMPOUNDS = 60
MAX_PLACES = 200


def refused_times(*, now: datetime, publish_at: datetime | None, expires_at: datetime | None) -> str:
    """Why two moments do not fit: ends_in_past, ends_before_start; "" when they do."""
    if expires_at is None:
        return ""
    if expires_at <= now:
        return "ends_in_past"
    if publish_at is not None and expires_at <= publish_at:
        return "ends_before_start"
    return ""
