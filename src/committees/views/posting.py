"""How the forms of results and committees are taken: a page has panels, each a form that does one thing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import Promise

from committees.refusals import NoSuchCommittee
from committees.words import refusal_field, refusal_text
from documents.posting import Posting, Said
from elections.refusals import NoSuchPoll
from tenancy.access import ActingRequest

__all__ = ["Panel", "Said", "Step", "panel", "post", "take"]

_post = Posting(NoSuchCommittee, refusal_text, refusal_field)
Common = dict[str, Any]


def post(request: ActingRequest, *, compound_id: int, now: datetime, effect: Callable[[], str]) -> str:
    """Run an effect once; a poll that is not there is a page that is not there."""
    try:
        return _post(request, compound_id=compound_id, now=now, effect=effect)
    except NoSuchPoll as error:
        raise Http404 from error


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a form does: ``run(common, cleaned)`` with ``common`` = compound, actor and time."""

    run: Callable[[Common, dict[str, Any]], object]
    title: str | Promise
    done: str | Promise
    form: type[forms.Form]
    tone: str = "primary"


@dataclass(frozen=True, slots=True)
class Panel:
    """A step as a page shows it."""

    act: str
    title: str | Promise
    form: forms.Form
    tone: str
    said: str = ""
    open: bool = False


def panel(act: str, step: Step, form: forms.Form, failed: tuple[str, forms.Form, str] | None = None) -> Panel:
    """A panel, or the one that was just refused, as it was filled in."""
    # A page has several panels: each field its own name for its label.
    (failed[1] if failed is not None and failed[0] == act else form).auto_id = f"id_{act}_%s"
    if failed is not None and failed[0] == act:
        return Panel(act, step.title, failed[1], step.tone, failed[2], open=True)
    return Panel(act, step.title, form, step.tone)


def take(
    request: ActingRequest,
    *,
    compound_id: int,
    steps: Mapping[str, Step],
    act: str,
    form: forms.Form,
    back: str,
    again: Callable[[tuple[str, forms.Form, str], int], HttpResponse],
    more: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Take a posted form: what it does, once; or the page again with what is wrong, in words.

    ``more`` goes to the step with compound, actor and time. Raises Http404 for a step that is none.
    """
    if act not in steps:
        raise Http404
    now = timezone.now()
    if not form.is_valid():
        return again((act, form, ""), 422)

    def effect() -> str:
        common = {"compound_id": compound_id, "by": request.actor, "now": now, **(more or {})}
        steps[act].run(common, form.cleaned_data)
        messages.success(request, str(steps[act].done))
        return back

    try:
        return redirect(post(request, compound_id=compound_id, now=now, effect=effect))
    except Said as said:
        field = said.field if said.field in form.fields and not form.fields[said.field].widget.is_hidden else ""
        if field:
            form.add_error(field, said.text)
        return again((act, form, "" if field else said.text), said.status)
