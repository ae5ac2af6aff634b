"""What the posted forms of handovers share."""

from collections.abc import Callable
from datetime import datetime

from django.http import Http404

from documents.actions import DocumentRefused, FileRefused
from handover.refusals import NoSuchHandover, NoSuchItem, NoSuchRecord, Refused
from handover.words import refusal_field, refusal_text
from idempotency.actions import KeyRefused, KeyReused
from idempotency.posting import once
from registers.rules.workbook import WorkbookRefused
from repairs.actions.change import NoSuchRequest
from tenancy.access import ActingRequest


class Said(Exception):
    """A refusal in words: ``text``, the ``field`` beside which it belongs, the HTTP ``status``, and what was refused."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.text = refusal_text(error)
        self.field = refusal_field(error) or ""
        self.error = error
        if isinstance(error, Refused):
            self.status = error.status
        else:
            self.status = 409 if isinstance(error, KeyReused) else 403 if isinstance(error, DocumentRefused) else 422


def post(request: ActingRequest, *, compound_id: int, now: datetime, effect: Callable[[], str]) -> str:
    """Run an effect once; returns where it leads. Raises Said for a refusal, Http404 for what is not there."""
    try:
        return once(request, compound_id=compound_id, now=now, effect=effect)
    except (NoSuchHandover, NoSuchItem, NoSuchRecord, NoSuchRequest) as error:
        raise Http404 from error
    except (Refused, FileRefused, WorkbookRefused, DocumentRefused, KeyRefused) as error:
        raise Said(error) from error
