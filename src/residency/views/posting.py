"""What every posted form of joining shares: one effect a key, and how a refusal is answered."""

from idempotency.actions import KeyRefused, KeyReused
from idempotency.posting import once
from residency.refusals import Refused

__all__ = ["REFUSALS", "once", "status_of"]


def status_of(error: Exception) -> int:
    """The HTTP status of a refusal."""
    if isinstance(error, Refused):
        return error.status
    return 409 if isinstance(error, KeyReused) else 422


REFUSALS = (Refused, KeyRefused)
