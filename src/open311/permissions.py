"""Who makes and revokes the keys of an organisation: those who answer for what a system does in its name."""

from tenancy.actor import Actor

MANAGING = {
    "company": ("manager",),
    "community": ("secretary", "officer"),
    "street": ("leader", "officer"),
    "city": ("leader", "officer"),
}
PARTIES = tuple(MANAGING)
ROLES = tuple(sorted({role for roles in MANAGING.values() for role in roles}))


def may_manage(actor: Actor) -> bool:
    """Whether the actor's post may see, make and revoke its organisation's keys."""
    return actor.role in MANAGING.get(actor.party, ()) and actor.organisation_id is not None
