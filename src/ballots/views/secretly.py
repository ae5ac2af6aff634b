"""One effect for a form whose content must leave no trace: what is kept with its key is of the address alone.

A fingerprint of the form would let anyone with the table try out what was chosen.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime

from ballots.refusals import Refused
from ballots.views.posting import Said
from ballots.words import refusal_field, refusal_text
from idempotency.actions import KeyRefused, Once, claim, settle
from idempotency.forms import key_of
from tenancy.access import ActingRequest


def unseen(request: ActingRequest, *, compound_id: int, location: str) -> Once:
    """The form's key for an action that claims and settles it itself. Raises KeyMalformed."""
    return Once(
        compound_id, request.actor.person_id, key_of(request), request.path, _fingerprint(request), location=location
    )


def _fingerprint(request: ActingRequest) -> str:
    return hashlib.sha256(request.path.encode()).hexdigest()


def post_unseen(request: ActingRequest, *, compound_id: int, now: datetime, effect: Callable[[], str]) -> str:
    """As ``idempotency.posting.once``, with refusals in words. Raises Said."""
    try:
        claimed = claim(
            compound_id=compound_id,
            person_id=request.actor.person_id,
            key=key_of(request),
            route=request.path,
            fingerprint=_fingerprint(request),
            now=now,
        )
        if claimed.replay is not None:
            return claimed.replay.location
        location = effect()
        settle(claimed, status=302, location=location)
    except (Refused, KeyRefused) as error:
        raise Said(error, text=refusal_text(error), field=refusal_field(error)) from error
    return location
