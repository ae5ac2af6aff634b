"""One effect for a form whose content must leave no trace: what is kept with its key is of the address alone."""

import hashlib
from collections.abc import Callable
from datetime import datetime

from ballots.refusals import Refused
from ballots.views.posting import Said
from ballots.words import refusal_field, refusal_text
from idempotency.actions import KeyRefused, claim, settle
from idempotency.forms import key_of
from tenancy.access import ActingRequest


def once_unseen(request: ActingRequest, *, compound_id: int, now: datetime, effect: Callable[[], str]) -> str:
    """As ``idempotency.posting.once``. A fingerprint of the form would let anyone with the table try out what was chosen.

    Raises what the effect raises, and KeyRefused.
    """
    claimed = claim(
        compound_id=compound_id,
        person_id=request.actor.person_id,
        key=key_of(request),
        route=request.path,
        fingerprint=hashlib.sha256(request.path.encode()).hexdigest(),
        now=now,
    )
    if claimed.replay is not None:
        return claimed.replay.location
    location = effect()
    settle(claimed, status=302, location=location)
    return location


def post_unseen(request: ActingRequest, *, compound_id: int, now: datetime, effect: Callable[[], str]) -> str:
    """The same with refusals in words. Raises Said."""
    try:
        return once_unseen(request, compound_id=compound_id, now=now, effect=effect)
    except (Refused, KeyRefused) as error:
        raise Said(error, text=refusal_text(error), field=refusal_field(error)) from error
