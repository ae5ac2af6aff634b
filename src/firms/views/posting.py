"""What the posted forms of the register share."""

from collections.abc import Callable
from datetime import datetime

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404

from documents.actions import FileRefused
from firms import permissions
from firms.actions.change import FirmRefused, NotThere
from firms.words import file_refusal_text, refusal_text
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


def post(request: ActingRequest, *, now: datetime, effect: Callable[[], str], compound_id: int | None = None) -> str:
    """Run an effect once; returns where it leads. Raises Said for a refusal, Http404 for what is not reached.

    The key of a form that is about no one compound is kept in the first of the standing's.
    """
    if compound_id is None and not request.actor.compound_ids:
        raise Said(refusal_text(FirmRefused("no_compound")), "", 409)
    anchor = compound_id if compound_id is not None else min(request.actor.compound_ids)
    try:
        return once(request, compound_id=anchor, now=now, effect=effect)
    except NotThere as error:
        raise Http404 from error
    except FirmRefused as error:
        status = 403 if error.code == "not_yours" else 422 if error.field else 409
        raise Said(refusal_text(error), error.field, status) from error
    except FileRefused as error:
        raise Said(file_refusal_text(error.code), "copy", 422) from error
    except KeyRefused as error:
        raise Said(refusal_text(error), "", 409 if isinstance(error, KeyReused) else 422) from error


def put(form: forms.Form, said: Said) -> int:
    """Show a refusal beside its field, or above the form where there is none; returns the status."""
    form.add_error(said.field if said.field in form.fields else None, said.text)
    return said.status


def must_read(request: ActingRequest) -> None:
    """Refuse whoever has no business in the register."""
    if not permissions.may_read(request.actor):
        raise PermissionDenied
