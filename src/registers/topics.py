"""What may be watched live of the register: how an import goes."""

from live import topics
from registers.permissions import may_keep
from tenancy.actor import Actor

IMPORT = "registers.import"


def watches_import(actor: Actor, compound_id: int, key: str) -> bool:  # noqa: ARG001  the form of every topic's rule
    """Whoever keeps the register."""
    return may_keep(actor)


def register() -> None:
    """Make the topic known."""
    topics.register(IMPORT, may_watch=watches_import, keyed=True)
