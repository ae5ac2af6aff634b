"""What may be watched live of repair requests, and by whom."""

from live import topics
from repairs.permissions import is_desk, is_worker, oversees, reads_internal
from repairs.queries import visible_to
from tenancy.actor import Actor

BOARD = "repairs.board"
REQUEST = "repairs.request"
OWN = "repairs.own"
PUBLIC = "repairs.public"
INTERNAL = "repairs.internal"
INCIDENTS = "repairs.incidents"


def own_topic(person_id: int) -> str:
    """What a person's own list watches: one topic for all of their requests in a compound, and for those to come."""
    return f"{OWN}:{person_id}"


def watches_board(actor: Actor, compound_id: int, key: str) -> bool:  # noqa: ARG001  the form of every topic's rule
    """Everyone who works on the compound's requests or oversees them; residents watch their own requests only."""
    return is_desk(actor) or is_worker(actor) or oversees(actor)


def watches_request(actor: Actor, compound_id: int, key: str) -> bool:
    """Whoever may open the page of the request. One statement."""
    return visible_to(actor, compound_id=compound_id, ref=key)


def watches_own(actor: Actor, compound_id: int, key: str) -> bool:  # noqa: ARG001  the form of every topic's rule
    """Residents, their own list only."""
    return actor.party == "resident" and key == str(actor.person_id)


def watches_public(actor: Actor, compound_id: int, key: str) -> bool:  # noqa: ARG001  the form of every topic's rule
    """Everyone in the compound: it says only that something of the public areas, or a mass incident, has changed."""
    return True


def watches_internal(actor: Actor, compound_id: int, key: str) -> bool:
    """Whoever reads the internal remarks of the request; a resident does not even learn that there was one."""
    return reads_internal(actor) and visible_to(actor, compound_id=compound_id, ref=key)


def register() -> None:
    """Make the topics known."""
    topics.register(BOARD, may_watch=watches_board)
    topics.register(REQUEST, may_watch=watches_request, keyed=True)
    topics.register(PUBLIC, may_watch=watches_public)
    topics.register(INCIDENTS, may_watch=watches_public)
    topics.register(INTERNAL, may_watch=watches_internal, keyed=True)
    topics.register(OWN, may_watch=watches_own, keyed=True)
