"""What may be watched live: that something about the defects of a compound changed, not what."""

from defects.permissions import reads, watches
from live import topics
from tenancy.actor import Actor

LIST = "defects.list"


def may_watch(actor: Actor, compound_id: int, key: str) -> bool:
    """The firm, and whoever watches over it."""
    return compound_id in actor.compound_ids and not key and (reads(actor) or watches(actor))


def register() -> None:
    """Make the topic known."""
    topics.register(LIST, may_watch=may_watch)
