"""What every posted form of joining shares: one effect a key, however often the form arrives."""

from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest

from idempotency.actions import KeyRefused, KeyReused, claim, settle
from idempotency.forms import fingerprint, key_of
from residency.refusals import Refused


def once(request: HttpRequest, *, compound_id: int, person_id: int, now: datetime, effect: Callable[[], str]) -> str:
    """Run ``effect`` and return the address it leads to; for a key that had its effect, return that address again.

    Raises what the effect raises, and KeyRefused for a key that is missing or stands for another form.
    """
    claimed = claim(
        compound_id=compound_id,
        person_id=person_id,
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


def status_of(error: Exception) -> int:
    """The HTTP status of a refusal."""
    if isinstance(error, Refused):
        return error.status
    return 409 if isinstance(error, KeyReused) else 422


REFUSALS = (Refused, KeyRefused)
