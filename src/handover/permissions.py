"""Who may do what with a handover: named predicates over the actor and the handover. No database.

Rights end with the contract: the outgoing firm's people do not cover the compound after its last day, the incoming firm's
not before its first. Between them stand the committee and the community, who see all of it.
"""

from handover.models import Handover, LateRecord, Role
from tenancy.actor import Actor

DESK = frozenset({"manager", "dispatcher"})
# Whoever opens these pages at all.
PARTIES = ("company", "committee", "community", "residents", "street", "city", "preparatory")
ADMINISTRATION = frozenset({"community", "residents"})


def is_community(actor: Actor) -> bool:
    """The community's Party organisation or the residents' committee."""
    return actor.party in ADMINISTRATION


def is_chair(actor: Actor) -> bool:
    """Who signs for the owners' committee."""
    return actor.party == "committee" and actor.role in {"chair", "vice_chair"}


def is_outgoing(actor: Actor, handover: Handover) -> bool:
    """The desk of the firm that leaves."""
    return actor.party == "company" and actor.role in DESK and actor.organisation_id == handover.outgoing_id


def is_incoming(actor: Actor, handover: Handover) -> bool:
    """The desk of the firm that comes, once its contract runs."""
    return actor.party == "company" and actor.role in DESK and actor.organisation_id == handover.incoming_id


def reads_pages(actor: Actor) -> bool:
    """Who reads about handovers at all: everyone who works for the compound but the firm's workers."""
    return actor.party in PARTIES and (actor.party != "company" or actor.role in DESK)


def may_see(actor: Actor, handover: Handover) -> bool:
    """The two firms while their contracts run, the committee and the administration."""
    if handover.compound_id not in actor.compound_ids or not reads_pages(actor):
        return False
    return actor.party != "company" or is_outgoing(actor, handover) or is_incoming(actor, handover)


def may_open(actor: Actor) -> bool:
    """Who opens a handover: the community, the residents' committee, or the committee's chair."""
    return is_community(actor) or is_chair(actor)


def may_see_stranded(actor: Actor) -> bool:
    """Who looks after requests while there is no firm: the community and the committee; others of the administration read."""
    return actor.party in {"committee", "community", "residents", "street", "city"}


def may_print_cases(actor: Actor) -> bool:
    """Who prints the list of open requests: the desk of the firm under contract, the committee and the community."""
    return (actor.party == "company" and actor.role in DESK) or actor.party == "committee" or is_community(actor)


def receives(actor: Actor, handover: Handover) -> bool:
    """The receiving side, which looks at each row: the incoming firm, the committee, the community as its witness."""
    return is_incoming(actor, handover) or actor.party == "committee" or is_community(actor)


def may(actor: Actor, action: str, handover: Handover) -> bool:
    """Whether this actor may take this action on this handover, whatever its state."""
    if not may_see(actor, handover):
        return False
    return {
        "begin": is_outgoing(actor, handover) or may_open(actor),
        "list": is_outgoing(actor, handover) or is_community(actor),
        "judge": receives(actor, handover),
        "freeze": receives(actor, handover),
        "unfreeze": actor.party == "committee" or is_community(actor),
        "sign": bool(signs_as(actor, handover)),
        "decline": bool(signs_as(actor, handover)) and signs_as(actor, handover) != (Role.COMMUNITY,),
        "witness": is_community(actor),
        "amend": is_chair(actor) or is_community(actor),
        "cancel": may_open(actor),
    }.get(action, False)


def signs_as(actor: Actor, handover: Handover) -> tuple[str, ...]:
    """As what the actor may take a signature: their own side; the community also holds its phone out to the others."""
    if is_outgoing(actor, handover) and actor.role == "manager":
        return (Role.OUTGOING,)
    if is_incoming(actor, handover) and actor.role == "manager":
        return (Role.INCOMING,)
    if is_chair(actor):
        return (Role.COMMITTEE,)
    if is_community(actor):
        others = (Role.OUTGOING, Role.INCOMING) if handover.incoming_id is not None else (Role.OUTGOING,)
        return (Role.COMMUNITY, *others, Role.COMMITTEE)
    return ()


def signs_own(actor: Actor, role: str) -> bool:
    """Whether a signature in this role would be the actor's own."""
    return (role == Role.COMMUNITY) == is_community(actor)


def needed(handover: Handover) -> tuple[str, ...]:
    """Whose signature, or record that they would not sign, a handover needs before the community's own."""
    return (Role.OUTGOING, *((Role.INCOMING,) if handover.incoming_id is not None else ()), Role.COMMITTEE)


def may_see_late(actor: Actor, record: LateRecord) -> bool:
    """Who reads what came too late: the desk of the firm under contract now, and the community."""
    if record.compound_id not in actor.compound_ids:
        return False
    return (actor.party == "company" and actor.role in DESK) or is_community(actor)


def reads_late(actor: Actor) -> bool:
    """Who has the list of late records at all."""
    return (actor.party == "company" and actor.role in DESK) or is_community(actor)


def may_take_late(actor: Actor, record: LateRecord) -> bool:
    """Who takes one over into its request."""
    return may_see_late(actor, record) and actor.party in {"company", "community"}
