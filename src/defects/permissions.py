"""Who may do what about defects: named predicates over the actor. No database."""

from tenancy.actor import Actor

DESK_ROLES = ("manager", "dispatcher")
FIRM = "company"
# Who watches over the firm: they see what is overdue and critical, and nothing else.
WATCHERS = ("community", "residents", "committee", "preparatory", "street", "city")
# Whom the ladder reaches: the community's offices, and the owners' own.
TOLD_LAST = ("community", "residents", "committee", "preparatory")


def reads(actor: Actor) -> bool:
    """Who reads all of them: the firm."""
    return actor.party == FIRM


def watches(actor: Actor) -> bool:
    """Who sees what is overdue and critical."""
    return actor.party in WATCHERS


def finds(actor: Actor) -> bool:
    """Who enters one, adds to it, sends it to be repaired and says that it is: everyone of the firm, from their post."""
    return actor.party == FIRM and actor.post_id is not None


def keeps(actor: Actor) -> bool:
    """Who accepts reports, re-checks and clears, corrects, reports out: the firm's desk."""
    return actor.party == FIRM and actor.role in DESK_ROLES


def approves(actor: Actor) -> bool:
    """Who signs that a system may stand still: the firm's manager, who answers for fire safety."""
    return (actor.party, actor.role) == (FIRM, "manager")
