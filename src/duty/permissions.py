"""Who plans duty and who is on it: the firm's desk plans, everyone of the firm sees the week and their own shifts."""

from tenancy.actor import Actor

PARTIES = ("company",)
PLANNING = ("manager", "dispatcher")


def may_plan(actor: Actor) -> bool:
    """Writes patterns and shifts, and takes them off."""
    return actor.party in PARTIES and actor.role in PLANNING


def may_see(actor: Actor) -> bool:
    """Sees the week: everyone of the firm."""
    return actor.party in PARTIES
