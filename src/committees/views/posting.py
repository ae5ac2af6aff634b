"""How the forms of results and committees are taken: a page has panels, each a form that does one thing."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise

from committees.refusals import NoSuchCommittee
from committees.words import refusal_field, refusal_text
from documents.actions import request_document
from documents.posting import Posting, Said
from elections.refusals import NoSuchPoll
from tenancy.access import ActingRequest
from tenancy.models import Compound

__all__ = [
    "Failed", "Panel", "Said", "Step", "panel", "panels", "post", "print_sheet", "refusal", "take", "take_page", "there",
]  # fmt: skip

_post = Posting(NoSuchCommittee, refusal_text, refusal_field)
Common = dict[str, Any]
Row = TypeVar("Row")


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


# What was refused: the step, its form as it was filled in, and words that belong to no field.
Failed = tuple[str, forms.Form, str] | None


def panel(act: str, step: Step, form: forms.Form, failed: Failed = None) -> Panel:
    """A panel, or the one that was just refused, as it was filled in."""
    # A page has several panels: each field its own name for its label.
    (failed[1] if failed is not None and failed[0] == act else form).auto_id = f"id_{act}_%s"
    if failed is not None and failed[0] == act:
        return Panel(act, step.title, failed[1], step.tone, failed[2], open=True)
    return Panel(act, step.title, form, step.tone)


def panels(
    steps: Mapping[str, Step],
    acts: Iterable[str],
    failed: Failed,
    *,
    initial: Mapping[str, dict[str, Any]] | None = None,
) -> list[Panel]:
    """Panels with the steps' own forms, some of them begun with ``initial``."""
    begun = initial or {}
    return [panel(act, steps[act], steps[act].form(initial=begun.get(act)), failed) for act in acts]


def refusal(failed: Failed) -> str:
    """What is wrong with a form that has no panel, only a button in a row: every word of it in one line."""
    if failed is None:
        return ""
    return failed[2] or " ".join(str(text) for errors in failed[1].errors.values() for text in errors)


def there(found: Row | None) -> Row:
    """What was looked up; Http404 where it is nothing of this compound."""
    if found is None:
        raise Http404
    return found


def take(
    request: ActingRequest,
    compound: Compound,
    *,
    steps: Mapping[str, Step],
    act: str,
    back: str,
    again: Callable[[Failed, int], HttpResponse],
    form: forms.Form | None = None,
    more: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Take a posted form: what it does, once; or the page again with what is wrong, in words.

    ``form`` where it is not the step's as it stands; ``more`` goes to the step with compound, actor and time. Raises Http404 for
    a step that is none.
    """
    if act not in steps:
        raise Http404
    now, bound = timezone.now(), form or steps[act].form(request.POST, request.FILES)
    if not bound.is_valid():
        return again((act, bound, ""), 422)

    def effect() -> str:
        common = {"compound_id": compound.pk, "by": request.actor, "now": now, **(more or {})}
        steps[act].run(common, bound.cleaned_data)
        messages.success(request, str(steps[act].done))
        return back

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        field = said.field if said.field in bound.fields and not bound.fields[said.field].widget.is_hidden else ""
        if field:
            bound.add_error(field, said.text)
        return again((act, bound, "" if field else said.text), said.status)


def take_page(
    request: ActingRequest,
    compound: Compound,
    form: forms.Form,
    *,
    effect: Callable[[Common], None],
    done: str | Promise,
    back: str,
    again: Callable[[int], HttpResponse],
) -> HttpResponse:
    """Take a form that is a page of its own: ``effect(common)`` once, or the page again."""
    now = timezone.now()

    def run() -> str:
        effect({"compound_id": compound.pk, "by": request.actor, "now": now})
        messages.success(request, str(done))
        return back

    try:
        return _post.form(request, compound, form, now=now, effect=run, again=again)
    except NoSuchPoll as error:
        raise Http404 from error


def print_sheet(
    request: ActingRequest, compound: Compound, kind: str, target: str, *, again: Callable[[Said], HttpResponse]
) -> HttpResponse:
    """Ask for a sheet, once, and go where it is being made; or the page again with why not."""
    now = timezone.now()

    def effect() -> str:
        made = request_document(compound_id=compound.pk, by=request.actor, kind=kind, target=target, now=now)
        return reverse("documents:document", args=[compound.code, made.pk])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        return again(said)
