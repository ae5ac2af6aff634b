"""Who votes, who runs the vote, who sees how many have voted. Named predicates over the actor; no database."""

from typing import Any

from elections.permissions import READERS, may_agree, may_conduct
from tenancy.actor import Actor

# Who goes from door to door and therefore sees whose vote is missing. The city reads numbers.
ROUNDS = tuple(party for party in READERS if party != "city")
OWNERS = ("resident",)
TURNOUT = (*READERS, *OWNERS)
# States in which owners see a poll.
PUBLIC = ("called", "voting", "closed", "counted", "announced", "declared", "annulled")


def sees_rounds(actor: Actor, compound_id: int) -> bool:
    """Who sees which rights were not used yet, and who was told."""
    return compound_id in actor.compound_ids and actor.party in ROUNDS


def keeps(actor: Actor, poll: Any) -> bool:
    """Who extends, reminds, and records representatives and papers."""
    return may_conduct(actor, poll)


def may_ask(actor: Actor, poll: Any) -> bool:
    """Who asks for a step of two parties, or agrees to one."""
    return may_conduct(actor, poll) or may_agree(actor, poll)
