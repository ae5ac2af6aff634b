"""What may be watched live of handovers, and by whom."""

from handover import queries
from handover.permissions import reads_pages
from live import topics
from tenancy.actor import Actor

HANDOVER = "handover.handover"
LIST = "handover.list"


def watches_one(actor: Actor, compound_id: int, key: str) -> bool:
    """Whoever may open its page. One statement."""
    return queries.visible_to(actor, compound_id=compound_id, ref=key)


def watches_list(actor: Actor, compound_id: int, key: str) -> bool:  # noqa: ARG001  the form of every topic's rule
    """Whoever has the page of handovers."""
    return reads_pages(actor)


def register() -> None:
    """Make the topics known."""
    topics.register(HANDOVER, may_watch=watches_one, keyed=True)
    topics.register(LIST, may_watch=watches_list)
