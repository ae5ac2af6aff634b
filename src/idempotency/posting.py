"""What every posted form shares: one effect a key, however often the form arrives."""

from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest

from idempotency.actions import claim, settle
from idempotency.forms import fingerprint, key_of


def once(
    request: HttpRequest, *, compound_id: int, now: datetime, effect: Callable[[], str], person_id: int | None = None
) -> str:
    """Run ``effect`` and return the address it leads to; for a key that had its effect, return that address again.

    ``person_id`` is needed only where nobody acts from a standing yet. Raises what the effect raises, and KeyRefused for a
    key that is missing or stands for another form.
    """
    claimed = claim(
        compound_id=compound_id,
        person_id=request.actor.person_id if person_id is None else person_id,  # type: ignore[attr-defined]
        key=key_of(request),
        route=request.path,
        fingerprint=fingerprint(request),
        now=now,
    )
    if claimed.replay is not None:
        return claimed.replay.location
    location = effect()
    settle(claimed, status=302, location=location)
    return location
