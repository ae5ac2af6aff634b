"""What may be watched live of repair requests, and by whom."""

from live import topics
from repairs.permissions import is_desk, is_worker, oversees
from repairs.queries import visible_to
from tenancy.actor import Actor

BOARD = "repairs.board"
REQUEST = "repairs.request"


def watches_board(actor: Actor, compound_id: int, key: str) -> bool:  # noqa: ARG001  the form of every topic's rule
    """Everyone who works on the compound's requests or oversees them; residents watch their own requests only."""
    return is_desk(actor) or is_worker(actor) or oversees(actor)


def watches_request(actor: Actor, compound_id: int, key: str) -> bool:
    """Whoever may open the page of the request. One statement."""
    return visible_to(actor, compound_id=compound_id, ref=key)


def register() -> None:
    """Make both topics known."""
    topics.register(BOARD, may_watch=watches_board)
    topics.register(REQUEST, may_watch=watches_request, keyed=True)
