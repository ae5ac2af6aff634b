"""What may be watched live of the parts that do not know the live board themselves: a person's inbox."""

from collections.abc import Iterable

from live import topics
from live.actions import moved
from messaging.actions import on_inbox
from messaging.queries import inbox_numbers
from tenancy.actor import Actor

INBOX = "messaging.inbox"


def watches_inbox(actor: Actor, compound_id: int, key: str) -> bool:  # noqa: ARG001  the form of every topic's rule
    """Everyone their own."""
    return key == str(actor.person_id)


def inbox_moved(compound_id: int, people: Iterable[int]) -> None:
    """Pass on that messages came to people or were read by them."""
    moved(compound_id=compound_id, topics=[f"{INBOX}:{person}" for person in people])


def register() -> None:
    """Make the topic known, and listen to the outbox."""
    topics.register(INBOX, may_watch=watches_inbox, keyed=True, numbers=inbox_numbers)
    on_inbox(inbox_moved)
