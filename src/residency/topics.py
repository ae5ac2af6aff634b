"""What may be watched live of joining, and by whom."""

from live import topics
from residency.permissions import decides
from tenancy.actor import Actor

CLAIMS = "residency.claims"


def watches_claims(actor: Actor, compound_id: int, key: str) -> bool:  # noqa: ARG001  the form of every topic's rule
    """Whoever decides claims there."""
    return decides(actor)


def register() -> None:
    """Make the topic known."""
    topics.register(CLAIMS, may_watch=watches_claims)
