"""Who may do what about rounds: named predicates over the actor. No database."""

from tenancy.actor import Actor

DESK_ROLES = ("manager", "dispatcher")
WALKERS = ("company",)
# Who sees what is overdue and critical, and the figures, and nothing else of rounds.
WATCHERS = ("community", "residents", "committee", "preparatory", "street", "city")


def may_walk(actor: Actor) -> bool:
    """Who walks rounds, and reads what was found: everyone of the firm."""
    return actor.party in WALKERS


def keeps(actor: Actor) -> bool:
    """Who makes plans and routes, skips a round, judges answers and signs as the second person: the firm's desk."""
    return actor.party == "company" and actor.role in DESK_ROLES


def watches(actor: Actor) -> bool:
    """Who sees what is overdue and critical."""
    return actor.party in WATCHERS
