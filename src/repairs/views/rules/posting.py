"""What the posted forms of rules share: who reads, one effect a key, and a refusal beside its field."""

from collections.abc import Callable
from datetime import datetime

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect

from documents.actions import DocumentRefused
from idempotency.actions import KeyRefused, KeyReused
from idempotency.posting import once
from repairs.actions.places import NoSuchPlace
from repairs.actions.replies import NoSuchReply
from repairs.actions.routing import NoSuchRule
from repairs.permissions import OVERSEERS
from repairs.refusals import Refused
from repairs.words import refusal_field, refusal_text
from tenancy.access import ActingRequest, acting, in_compound

READERS = ("company", *sorted(OVERSEERS))
# Everyone who works for the compound reads; who sets is the action's to say, and the page's to offer.
readers = in_compound(parties=READERS)
manager = in_compound(parties=("company",), roles=("manager",))
desk = in_compound(parties=("company",), roles=("manager", "dispatcher"))
setters = in_compound(parties=("committee", "community"))
officers = acting(parties=("city",))


def post(
    request: ActingRequest,
    *,
    compound_id: int,
    now: datetime,
    effect: Callable[[], str],
    form: forms.Form,
    said: str,
    again: Callable[[int], HttpResponse],
) -> HttpResponse:
    """Run an effect once and go where it leads; a refusal stands beside its field on the page that ``again`` gives."""

    def told() -> str:
        address = effect()
        if said:
            messages.success(request, said)
        return address

    try:
        answer: HttpResponseRedirect = redirect(once(request, compound_id=compound_id, now=now, effect=told))
    except (NoSuchRule, NoSuchReply, NoSuchPlace) as error:
        raise Http404 from error
    except (Refused, KeyRefused, DocumentRefused) as error:
        field = refusal_field(error)
        form.add_error(field if field in form.fields else None, refusal_text(error))
        return again(error.status if isinstance(error, Refused) else 409 if isinstance(error, KeyReused) else 422)
    return answer
