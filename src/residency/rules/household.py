"""Who of a home may invite, end and act, and how long a claim may wait. Plain Python, no clock.

Sources: 民法典 第705条 (a lease lasts at most twenty years), 第944条 and the service contract (owner and user of a home).
"""

from datetime import date, datetime, timedelta

OWNER, FAMILY, TENANT = "owner", "family", "tenant"
# Whom a person of a home may let in, by what they are themselves. Nobody lets in an owner: that is the register's.
INVITES: dict[str, tuple[str, ...]] = {OWNER: (FAMILY, TENANT), FAMILY: (FAMILY,), TENANT: (FAMILY,)}
LEASE_YEARS = 20
REMIND_AFTER = timedelta(days=2)
ENDS_SOON = timedelta(days=14)
# More would be a mistake or an abuse: of one home's open invitations, of one parent's children, of one child's parents.
MAX_OPEN_INVITATIONS = 10
MAX_BONDS = 6


def may_invite(relation: str, invited: str) -> bool:
    """Whether someone who belongs to a home as ``relation`` may let in someone as ``invited``."""
    return invited in INVITES.get(relation, ())


def last_day(invited: str, *, asked: date | None, own: date | None, today: date) -> date | None:
    """The last day of someone let in: a tenant's own is asked for; nobody stays longer than who let them in.

    Raises ValueError with a reason code: ``last_day_missing``, ``last_day_past``, ``last_day_far``.
    """
    if invited == TENANT:
        if asked is None:
            raise ValueError("last_day_missing")
        if asked < today:
            raise ValueError("last_day_past")
        if asked > farthest(today):
            raise ValueError("last_day_far")
    else:
        asked = None
    return min((day for day in (asked, own) if day is not None), default=None)


def farthest(today: date) -> date:
    """The last day that a lease which begins today may have."""
    try:
        return today.replace(year=today.year + LEASE_YEARS)
    except ValueError:  # 29 February
        return today.replace(year=today.year + LEASE_YEARS, day=28)


def may_end(*, own_relation: str | None, relation: str) -> bool:
    """Whether someone of the same home may end another's link to it: the owner a tenant's, nobody else's."""
    return own_relation == OWNER and relation == TENANT


def reminder_due(*, claimed_at: datetime, reminded_at: datetime | None, now: datetime) -> bool:
    """Whether those who decide must be reminded of a claim: two days after it was made, and every two days again."""
    return now - (reminded_at or claimed_at) >= REMIND_AFTER


def is_late(claimed_at: datetime | None, now: datetime) -> bool:
    """Whether a claim has waited longer than it should."""
    return claimed_at is not None and now - claimed_at >= REMIND_AFTER
