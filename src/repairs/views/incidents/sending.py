"""What the desk is about to tell many people, seen word for word, and sent once."""

from collections.abc import Callable
from datetime import datetime

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from idempotency.actions import KeyRefused, KeyReused
from idempotency.posting import once
from messaging.queries import preview
from repairs.actions import incidents as actions
from repairs.actions.incidents import NoSuchIncident
from repairs.models import Incident
from repairs.refusals import Refused
from repairs.words import refusal_field, refusal_text
from tenancy.access import ActingRequest
from tenancy.models import Compound

# What of a form is its own and not of what is typed in it.
_OWN_OF_A_FORM = {"csrfmiddlewaretoken", "idempotency_key", "send", "edit"}


def too_early(expected_end: datetime | None, now: datetime) -> str | None:
    """Why an expected end cannot be, or None."""
    return _("预计恢复时间要晚于现在。") if expected_end is not None and expected_end <= now else None


def preview_of(
    request: ActingRequest,
    compound: Compound,
    step: str,
    said: list[tuple[str, int, str, str, datetime | None]],
    *,
    reach: actions.Audience,
    incident: Incident | None = None,
    home: str = "",
) -> HttpResponse:
    """What will be sent, word for word, and to how many: (template, people, title, words, expected end) each."""
    typed = [(name, value) for name, values in request.POST.lists() if name not in _OWN_OF_A_FORM for value in values]
    texts = [
        {"people": people, "said": preview(template, actions.told(title, words, end), request.LANGUAGE_CODE)}
        for template, people, title, words, end in said
        if people
    ]
    shown = {
        "compound": compound,
        "step": step,
        "incident": incident,
        "texts": texts,
        "reach": reach,
        "finished": request.POST.get("finished") == "yes",
        "home": home,
        "typed": typed,
        "action": reverse("repairs_incident_step", args=[compound.code, incident.ref, step])
        if incident is not None
        else reverse("repairs_incident_new", args=[compound.code]),
    }
    return render(request, "repairs/incident_preview.html", shown)


def send(
    request: ActingRequest,
    compound: Compound,
    form: forms.Form,
    now: datetime,
    *,
    effect: Callable[[], str],
    again: Callable[[int], HttpResponse],
) -> HttpResponse:
    """Do it once; what is refused comes back beside its field, with everything typed."""
    try:
        return redirect(once(request, compound_id=compound.pk, now=now, effect=effect))
    except NoSuchIncident as error:
        raise Http404 from error
    except (Refused, KeyRefused) as error:
        field = refusal_field(error)
        form.add_error(field if field in form.fields else None, refusal_text(error))
        return again(error.status if isinstance(error, Refused) else 409 if isinstance(error, KeyReused) else 422)
