"""What may be watched live of voting, and by whom."""

from ballots.permissions import TURNOUT
from live import topics
from tenancy.actor import Actor

TURNOUT_TOPIC = "ballots.turnout"


def watches_turnout(actor: Actor, compound_id: int, key: str) -> bool:
    """Officers who see polls, and whoever lives there: the events hold numbers of the whole roll and nothing else."""
    return compound_id in actor.compound_ids and bool(key) and actor.party in TURNOUT


def topic_of(ref: str) -> str:
    """The topic of one poll."""
    return f"{TURNOUT_TOPIC}:{ref}"


def register() -> None:
    """Make the topic known."""
    topics.register(TURNOUT_TOPIC, may_watch=watches_turnout, keyed=True)
