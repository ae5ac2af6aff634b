"""What the posted forms of letters share."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.http import Http404

from documents.actions import DocumentRefused, FileRefused
from idempotency.actions import KeyRefused, KeyReused
from idempotency.posting import once
from letters.refusals import NoSuchLetter, Refused
from letters.words import refusal_field, refusal_text
from tenancy.access import ActingRequest


class Said(Exception):
    """A refusal in words: ``text``, the ``field`` beside which it belongs ("" for none), and the HTTP ``status``."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.text = refusal_text(error)
        self.field = refusal_field(error)
        if isinstance(error, Refused):
            self.status = error.status
        else:
            self.status = 409 if isinstance(error, KeyReused) else 403 if isinstance(error, DocumentRefused) else 422


def post(request: ActingRequest, *, compound_id: int, now: datetime, effect: Callable[[], str]) -> str:
    """Run an effect once, whole or not at all; returns where it leads. Raises Said for a refusal, Http404 where nothing is."""
    try:
        with transaction.atomic():
            return once(request, compound_id=compound_id, now=now, effect=effect)
    except NoSuchLetter as error:
        raise Http404 from error
    except (Refused, FileRefused, DocumentRefused, KeyRefused) as error:
        raise Said(error) from error
