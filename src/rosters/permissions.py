"""Who may do what about rosters and the log: named predicates over the actor. No database."""

from tenancy.actor import Actor

KEEPER_ROLES = ("manager", "dispatcher")
# Who sees that a log is overdue, and nothing else of it.
WATCHERS = ("community", "residents")


def keeps(actor: Actor) -> bool:
    """Who makes rosters and decides about leave and swaps: the firm's desk."""
    return actor.party == "company" and actor.role in KEEPER_ROLES


def serves(actor: Actor) -> bool:
    """Who may be on duty, and writes into the log: everyone of the firm."""
    return actor.party == "company"


def watches(actor: Actor) -> bool:
    """Who sees that a log is overdue."""
    return actor.party in WATCHERS
