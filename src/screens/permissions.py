"""Who puts screens up and takes them down: those who answer for what hangs in the halls."""

from tenancy.actor import Actor

MANAGING = {
    "community": frozenset({"secretary", "officer"}),
    "residents": frozenset({"director", "officer"}),
    "committee": frozenset({"chair", "vice_chair"}),
    "company": frozenset({"manager"}),
}
PARTIES = tuple(MANAGING)
ROLES = tuple(sorted(set().union(*MANAGING.values())))


def may_manage(actor: Actor, compound_id: int) -> bool:
    """Whether the actor puts up, changes and revokes the screens of a compound."""
    return compound_id in actor.compound_ids and actor.role in MANAGING.get(actor.party, ())
