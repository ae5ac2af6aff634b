"""What may be watched live of the walls: that something changed there, for the desk."""

from live import topics
from posting.permissions import may_read
from tenancy.actor import Actor

WALLS = "posting"


def watches(actor: Actor, compound_id: int, key: str) -> bool:
    """Whoever reads the desk."""
    return compound_id in actor.compound_ids and not key and may_read(actor)


def register() -> None:
    """Make the topic known."""
    topics.register(WALLS, may_watch=watches)
