"""Who sees which figures: named predicates over the actor. No database."""

from collections.abc import Iterable

from repairs.permissions import OVERSEERS, is_desk, oversees
from tenancy.actor import Actor

PARTIES = ("company", *sorted(OVERSEERS))
# Who sees the fire safety of compounds side by side; whoever watches over one compound sees what is overdue and critical there.
FIRE = ("street", "city")


def sees_figures(actor: Actor) -> bool:
    """The firm's desk sees its own figures; committee and administration those of their compounds."""
    return is_desk(actor) or oversees(actor)


def own_firm(actor: Actor) -> int | None:
    """The firm to which the actor's figures are narrowed: a firm never reads those of another's time."""
    return actor.organisation_id if actor.party == "company" else None


def sees_workers(actor: Actor) -> bool:
    """Workers are compared by their own firm's desk and by nobody else."""
    return is_desk(actor)


def may_read_export(actor: Actor, *, person_id: int, post_id: int | None, compound_ids: Iterable[int]) -> bool:
    """An export is for whoever asked, as the post that asked, while that post still covers all that is in it."""
    return (
        sees_figures(actor)
        and actor.person_id == person_id
        and actor.post_id == post_id
        and set(compound_ids) <= set(actor.compound_ids)
    )
