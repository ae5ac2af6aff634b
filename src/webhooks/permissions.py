"""Who looks after an organisation's subscriptions: the firm's manager and the community's officers."""

from tenancy.actor import Actor

MANAGING = {"company": ("manager",), "community": ("secretary", "officer")}
PARTIES = tuple(MANAGING)
ROLES = tuple(sorted({role for roles in MANAGING.values() for role in roles}))


def may_manage(actor: Actor) -> bool:
    """Whether the actor's post may read and change its organisation's subscriptions."""
    return actor.role in MANAGING.get(actor.party, ()) and actor.organisation_id is not None
