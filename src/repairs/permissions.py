"""Who may do what with a request: named predicates over the actor and the request. No database."""

from repairs.models import Request
from tenancy.actor import Actor

DESK = {"manager", "dispatcher"}
OVERSEERS = frozenset({"committee", "community", "residents", "street", "city", "preparatory"})


def is_desk(actor: Actor) -> bool:
    """The firm's manager or dispatcher: accepts, assigns, returns."""
    return actor.party == "company" and actor.role in DESK


def is_worker(actor: Actor) -> bool:
    """A worker of the firm."""
    return actor.party == "company" and actor.role == "worker"


def is_filer(actor: Actor, request: Request) -> bool:
    """The person who filed it, acting as a resident."""
    return actor.party == "resident" and actor.person_id == request.filed_by_id


def is_assigned(actor: Actor, request: Request) -> bool:
    """The worker to whom it is assigned, acting from the post to which it was."""
    return is_worker(actor) and actor.post_id is not None and actor.post_id == request.worker_post


def oversees(actor: Actor) -> bool:
    """The committee and the administration: they see and answer for what is late, and change nothing of the work."""
    return actor.party in OVERSEERS


# Who of each party answers for what climbed to it; empty: everyone of the party.
ANSWERING: dict[str, tuple[str, ...]] = {"company": ("manager",), "committee": (), "community": (), "street": ()}


def may_answer(actor: Actor) -> bool:
    """Whether the actor's post owes answers for what climbed to its party."""
    roles = ANSWERING.get(actor.party)
    return roles is not None and (not roles or actor.role in roles)


def watches(actor: Actor) -> bool:
    """Who opens the watch page: the overseers, and the firm's desk, which sees there what it must answer itself."""
    return oversees(actor) or is_desk(actor)


def may_see(actor: Actor, request: Request) -> bool:
    """Residents see their own, workers theirs and what nobody has taken yet, desk and overseers all of the compound."""
    if request.compound_id not in actor.compound_ids:
        return False
    if actor.party == "resident":
        return is_filer(actor, request)
    if is_worker(actor):
        return is_assigned(actor, request) or request.state in {"submitted", "accepted"}
    return is_desk(actor) or oversees(actor)


def may_see_phone(actor: Actor, request: Request) -> bool:
    """The filer's number in full: only whoever the case is assigned to, and the firm's desk; the look is recorded."""
    return is_assigned(actor, request) or (is_desk(actor) and request.is_open)


def may(actor: Actor, action: str, request: Request) -> bool:
    """Whether this actor may take this action on this request, whatever its state."""
    rule = {
        "accept": is_desk(actor),
        "assign": is_desk(actor),
        "reassign": is_desk(actor),
        "return": is_desk(actor),
        "claim": is_worker(actor),
        "start": is_assigned(actor, request),
        "finish": is_assigned(actor, request),
        "confirm": is_filer(actor, request),
        "reopen": is_filer(actor, request),
        "contest": is_filer(actor, request),
        "withdraw": is_filer(actor, request),
        "urge": is_filer(actor, request),
    }
    return rule.get(action, False)
