"""What may be watched live of polls, and by whom."""

from elections.permissions import sees_polls
from live import topics
from tenancy.actor import Actor

STAFF = "elections.staff"


def watches_staff(actor: Actor, compound_id: int, key: str) -> bool:
    """Whoever sees polls before they are called."""
    return compound_id in actor.compound_ids and not key and sees_polls(actor)


def register() -> None:
    """Make the topic known."""
    topics.register(STAFF, may_watch=watches_staff)
