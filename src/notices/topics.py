"""What may be watched live of the board, and by whom."""

from live import topics
from notices.permissions import is_staff
from tenancy.actor import Actor

BOARD = "notices"
STAFF = "notices.staff"
HALL = "notices.hall"


def watches_board(actor: Actor, compound_id: int, key: str) -> bool:
    """Everyone of the compound. The events say which notice and no more; what one may read of it is asked with its page."""
    return compound_id in actor.compound_ids and not key


def watches_staff(actor: Actor, compound_id: int, key: str) -> bool:
    """Whoever has the pages behind the board."""
    return compound_id in actor.compound_ids and not key and is_staff(actor)


def watches_hall(_actor: Actor, _compound_id: int, _key: str) -> bool:
    """Nobody who signs in: what hangs in a hall watches it by a pass (``live.admission``)."""
    return False


def register() -> None:
    """Make the topics known."""
    topics.register(BOARD, may_watch=watches_board)
    topics.register(STAFF, may_watch=watches_staff)
    topics.register(HALL, may_watch=watches_hall)
