"""One's own calendar address: made, made anew, taken back. Whoever has it reads one's shifts and nothing of anybody else."""

from datetime import datetime

from django.db import transaction

from rosters.actions.change import keep, own_member
from rosters.models import Member
from tenancy.actor import Actor
from tenancy.refs import new_ref


@transaction.atomic
def open_feed(*, compound_id: int, by: Actor, now: datetime) -> Member:
    """A new address; the one before opens nothing any more. Refused: NotPermitted (not_yours, not_on_rosters)."""
    return _set(compound_id, new_ref(), by, now)


@transaction.atomic
def close_feed(*, compound_id: int, by: Actor, now: datetime) -> Member:
    """No address. Again is the same. Refused: NotPermitted (not_yours, not_on_rosters)."""
    return _set(compound_id, "", by, now)


def _set(compound_id: int, key: str, by: Actor, now: datetime) -> Member:
    found = own_member(by, compound_id)
    had, found.feed_key = bool(found.feed_key), key
    found.save(update_fields=["feed_key"])
    keep(
        compound_id=compound_id, verb="feed", target=f"rosters.member:{found.pk}", changes={"open": [had, bool(key)]}, by=by,
        now=now,
    )  # fmt: skip
    return found
