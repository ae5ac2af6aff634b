"""Who may do what about joining: named predicates over the actor. No database."""

from premises.actions import DECIDERS
from premises.models import Occupancy
from residency.rules import household
from tenancy.actor import Actor

OFFICE_PARTIES = ("company", "community")
OFFICE_ROLES = ("manager", "dispatcher", "secretary", "officer")


def decides(actor: Actor) -> bool:
    """The firm's desk and the community's officers: they confirm claims, register people, and hand out posters."""
    return (actor.party, actor.role) in DECIDERS


def is_own(actor: Actor, occupancy: Occupancy) -> bool:
    """Whether the link is the acting person's own."""
    return actor.person_id == occupancy.person_id


def may_end(actor: Actor, occupancy: Occupancy, *, own_relation: str | None) -> bool:
    """Whoever moves out, the owner for a tenant of the home (``own_relation``: what the actor is there), the office."""
    if is_own(actor, occupancy) or decides(actor):
        return True
    return household.may_end(own_relation=own_relation, relation=occupancy.relation)


def may_prolong(actor: Actor, occupancy: Occupancy, *, own_relation: str | None) -> bool:
    """A tenant's last day is the owner's and the office's to change, never the tenant's own."""
    if is_own(actor, occupancy):
        return False
    return decides(actor) or household.may_end(own_relation=own_relation, relation=occupancy.relation)
