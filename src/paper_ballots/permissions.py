"""Who prints ballots, goes from door to door, reads papers. Named predicates over the actor; no database."""

from typing import Any

from elections.permissions import may_conduct
from tenancy.actor import Actor

# Who brings papers to doors and reads what came back. A firm does neither: it is what owners often vote about.
CLERKS = frozenset({"community", "residents", "committee", "preparatory"})
# Who sees how far papers are: they, and the street that guides them.
DESK = ("community", "residents", "committee", "preparatory", "street")


def prints(actor: Actor, poll: Any) -> bool:
    """Who prints and voids ballots, opens batches, sets papers aside, counts a batch in: whoever conducts the poll."""
    return may_conduct(actor, poll)


def handles(actor: Actor, poll: Any) -> bool:
    """Who brings papers, takes them back, reads them."""
    return poll.compound_id in actor.compound_ids and actor.party in CLERKS


def sees(actor: Actor) -> bool:
    """Who sees how far printing, rounds and batches are."""
    return actor.party in DESK
