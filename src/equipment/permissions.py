"""Who may do what about equipment: named predicates over the actor. No database."""

from tenancy.actor import Actor

KEEPER_ROLES = ("manager", "dispatcher")
COMMUNITY = ("community", "residents")
# Who sees what is overdue and critical, and nothing else of the register.
WATCHERS = ("community", "residents", "committee", "preparatory", "street", "city")


def reads(actor: Actor) -> bool:
    """Who reads the register: everyone of the firm."""
    return actor.party == "company"


def keeps(actor: Actor) -> bool:
    """Who keeps it: the firm's desk."""
    return actor.party == "company" and actor.role in KEEPER_ROLES


def watches(actor: Actor) -> bool:
    """Who sees what is overdue and critical."""
    return actor.party in WATCHERS


def sets_rules(actor: Actor) -> bool:
    """Who says what class the compound is, and makes rules of its own stricter: the firm's manager."""
    return (actor.party, actor.role) == ("company", "manager")


def asks_stop(actor: Actor) -> bool:
    """Who asks that a system may stand still, begins and ends it: everyone of the firm."""
    return actor.party == "company"


def approves_stop(actor: Actor) -> bool:
    """Who approves it: the firm's manager, who answers for it (高层民用建筑消防安全管理规定 Art. 32)."""
    return (actor.party, actor.role) == ("company", "manager")


def sees_visits(actor: Actor, kind: str) -> bool:
    """Who keeps visits: of gas the firm, which gives access, and of houses the community, which goes."""
    return keeps(actor) if kind != "house" else actor.party in COMMUNITY


def keeps_visits(actor: Actor) -> bool:
    """Whether the actor keeps visits of any kind."""
    return keeps(actor) or actor.party in COMMUNITY
