"""What may be watched live of letters: each body its own, so that nobody hears that two others write to each other."""

from letters.permissions import may_read_letters
from live import topics
from tenancy.actor import Actor

BOX = "letters"


def topic_of(organisation_id: int) -> str:
    """The topic of one body's letters."""
    return f"{BOX}:{organisation_id}"


def watches_box(actor: Actor, compound_id: int, key: str) -> bool:
    """The posts of that body."""
    return compound_id in actor.compound_ids and may_read_letters(actor) and key == str(actor.organisation_id)


def register() -> None:
    """Make the topic known."""
    topics.register(BOX, may_watch=watches_box, keyed=True)
