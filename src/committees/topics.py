"""What may be watched live of committees: everyone of the compound sees who is in office."""

from committees.permissions import sees_committee
from live import topics
from tenancy.actor import Actor

OFFICE = "committees.office"


def watches(actor: Actor, compound_id: int, key: str) -> bool:
    """Everyone of the compound."""
    return compound_id in actor.compound_ids and not key and sees_committee(actor)


def register() -> None:
    """Make the topic known."""
    topics.register(OFFICE, may_watch=watches)
