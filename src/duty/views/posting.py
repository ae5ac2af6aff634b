"""What the posted forms of duty share."""

from collections.abc import Callable
from datetime import datetime

from django.http import Http404

from duty.actions.change import DutyRefused, NoSuchShift
from duty.words import refusal_text
from idempotency.actions import KeyRefused, KeyReused
from idempotency.posting import once
from tenancy.access import ActingRequest


class Said(Exception):
    """A refusal in words: ``text``, the ``field`` beside which it belongs, and the HTTP ``status``."""

    def __init__(self, text: str, field: str, status: int) -> None:
        super().__init__(text)
        self.text = text
        self.field = field
        self.status = status


def post(request: ActingRequest, *, compound_id: int, now: datetime, effect: Callable[[], str]) -> str:
    """Run an effect once; returns where it leads. Raises Said for a refusal, Http404 for what is not there."""
    try:
        return once(request, compound_id=compound_id, now=now, effect=effect)
    except NoSuchShift as error:
        raise Http404 from error
    except DutyRefused as error:
        status = 403 if error.code == "not_yours" else 422 if error.field else 409
        raise Said(refusal_text(error), error.field, status) from error
    except KeyRefused as error:
        raise Said(refusal_text(error), "", 409 if isinstance(error, KeyReused) else 422) from error
