"""Who keeps boxes, who may hold a share, who may give one. No database."""

from typing import Any

from elections.permissions import READERS, may_conduct
from tenancy.actor import Actor

# A firm holds no share: it is what owners often vote about, and it sees nothing of a poll before it is called.
HOLDING = READERS


def may_keep(actor: Actor, poll: Any) -> bool:
    """Who makes the key, opens the box and counts: whoever conducts the poll."""
    return may_conduct(actor, poll)


def may_take_share(actor: Actor, poll: Any) -> bool:
    """Who types a share in: whoever conducts, for those who stand there, and whoever may hold one, on their own phone."""
    return poll.compound_id in actor.compound_ids and actor.party in HOLDING
