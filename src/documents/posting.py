"""What the posted forms of apps with papers share: one effect a key, whole or not at all, and refusals in the app's words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from documents.actions import DocumentRefused, FileRefused
from idempotency.actions import KeyRefused, KeyReused
from idempotency.posting import once
from lifecycle.refusals import Refused
from tenancy.access import ActingRequest
from tenancy.models import Compound

Words = Callable[[Exception], str]


class Said(Exception):
    """A refusal in words: ``text``, the ``field`` beside which it belongs ("" for none), and the HTTP ``status``."""

    def __init__(self, error: Exception, *, text: str, field: str) -> None:
        super().__init__(str(error))
        self.text = text
        self.field = field
        if isinstance(error, Refused):
            self.status = error.status
        else:
            self.status = 409 if isinstance(error, KeyReused) else 403 if isinstance(error, DocumentRefused) else 422


@dataclass(frozen=True, slots=True)
class Posting:
    """How an app takes its forms: what means that nothing is there, and its words for a refusal and for the field."""

    absent: type[Exception]
    text: Words
    field: Words

    def __call__(self, request: ActingRequest, *, compound_id: int, now: datetime, effect: Callable[[], str]) -> str:
        """Run an effect once; returns where it leads. Raises Said for a refusal, Http404 where nothing is."""
        try:
            with transaction.atomic():
                return once(request, compound_id=compound_id, now=now, effect=effect)
        except self.absent as error:
            raise Http404 from error
        except (Refused, FileRefused, DocumentRefused, KeyRefused) as error:
            raise Said(error, text=self.text(error), field=self.field(error)) from error

    def form(
        self,
        request: ActingRequest,
        compound: Compound,
        form: Form,
        *,
        now: datetime,
        effect: Callable[[], str],
        again: Callable[[int], HttpResponse],
    ) -> HttpResponse:
        """A posted form: ``effect`` once and on to where it leads, or ``again`` the page with what is wrong beside its field."""
        if not form.is_valid():
            return again(422)
        try:
            return redirect(self(request, compound_id=compound.pk, now=now, effect=effect))
        except Said as said:
            form.add_error(said.field if said.field in form.fields else None, said.text)
            return again(said.status)
