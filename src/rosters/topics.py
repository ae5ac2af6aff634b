"""What may be watched live of rosters: that something changed, for the desk."""

from live import topics
from rosters.permissions import serves
from tenancy.actor import Actor

ROSTERS = "rosters"


def watches(actor: Actor, compound_id: int, key: str) -> bool:
    """Everyone of the firm."""
    return compound_id in actor.compound_ids and not key and serves(actor)


def register() -> None:
    """Make the topic known."""
    topics.register(ROSTERS, may_watch=watches)
