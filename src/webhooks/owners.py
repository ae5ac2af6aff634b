"""What webhooks must ask of the floors above: does the owner still act for the compound, and how is the owner told."""

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from webhooks.models import Subscription

Acting = Callable[[int, date], set[int]]
Tell = Callable[["Subscription", datetime], None]
_acting: list[Acting] = []
_tell: list[Tell] = []


def register_acting(acting: Acting) -> None:
    """``acting(compound_id, on)``: the ids of the organisations that act for a compound on that day. The last one counts."""
    _acting[:] = [acting]


def register_tell(tell: Tell) -> None:
    """``tell(subscription, now)``: message to the owner that a subscription was switched off. The last one counts."""
    _tell[:] = [tell]


def acting(compound_id: int, on: date) -> set[int]:
    """The organisations whose subscriptions are served on that day; none when nobody has said."""
    return _acting[0](compound_id, on) if _acting else set()


def tell(subscription: "Subscription", now: datetime) -> None:
    """Tell the owner that the subscription was switched off, in the transaction that did it."""
    for one in _tell:
        one(subscription, now)
