"""The page of one incident for everyone of the compound, and every step on it."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from idempotency.actions import KeyRefused, KeyReused
from idempotency.posting import once
from live.queries import seqs
from repairs import ongoing
from repairs.actions import incidents as actions
from repairs.actions.incidents import NoSuchIncident
from repairs.incident_forms import AddForm, CloseForm, TellForm
from repairs.models import Category, Incident
from repairs.ongoing import incident_for
from repairs.permissions import is_community, may_run_incident, oversees
from repairs.refusals import Refused
from repairs.rules.categories import CATEGORIES
from repairs.topics import INCIDENTS
from repairs.views.incidents.rows import by_category, line_of, people_of, typed_refs
from repairs.views.incidents.sending import preview_of, send, too_early
from repairs.views.paging import part
from repairs.words import refusal_text, without_numbers
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound

IN_PAGE = 30
FORMS: dict[str, type[forms.Form]] = {"add": AddForm, "tell": TellForm, "close": CloseForm}
RESIDENTS = {"join": actions.join_incident, "leave": actions.leave_incident}
SAID = {
    "add": gettext_lazy("已归入，报修的人都通知到了。"),
    "tell": gettext_lazy("已发出，首页也改好了。"),
    "close": gettext_lazy("这件事已结束，相关的人都通知到了。"),
    "join": gettext_lazy("记下了。有新情况会告诉您，不用再报修。"),
    "leave": gettext_lazy("不再告诉您这件事了。"),
}


@require_safe
@never_cache
@in_compound()
def incident(request: ActingRequest, compound: Compound, incident: str) -> HttpResponse:
    """One incident, without personal data, for everyone; for the desk what can be done. ``?part=`` only what renews itself."""
    return _page(request, compound, incident, timezone.now())


@require_POST
@in_compound()
def step(request: ActingRequest, compound: Compound, incident: str, step: str) -> HttpResponse:
    """The desk adds, tells or closes, seen before it is sent; a resident joins or leaves."""
    now = timezone.now()
    if step in RESIDENTS:
        return _resident(request, compound, incident, step, now)
    actor = request.actor
    if not may_run_incident(actor) and not (
        is_community(actor) and may_run_incident(actor, _found(compound, incident))
    ):
        raise PermissionDenied
    if step not in FORMS:
        raise Http404
    form = FORMS[step](request.POST, auto_id=f"{step}_%s")
    if not form.is_valid():
        return _page(request, compound, incident, now, tried=step, form=form, status=422)
    given = form.cleaned_data
    if "edit" in request.POST:
        return _page(request, compound, incident, now, tried=step, form=form)
    if "send" not in request.POST:
        return _preview_step(request, compound, ref=incident, step=step, form=form, now=now)
    if step == "close":
        given = {**given, "finished": given["finished"] == "yes"}
    call: Any = {
        "add": actions.add_to_incident,
        "tell": actions.tell_incident,
        "close": actions.close_incident,
    }[step]

    def effect() -> str:
        call(compound_id=compound.pk, incident_ref=incident, by=request.actor, now=now, **given)
        messages.success(request, str(SAID[step]))
        return reverse("repairs_incident", args=[compound.code, incident])

    return send(
        request,
        compound,
        form,
        now,
        effect=effect,
        again=lambda status: _page(request, compound, incident, now, tried=step, form=form, status=status),
    )


def _resident(request: ActingRequest, compound: Compound, ref: str, step: str, now: datetime) -> HttpResponse:
    def effect() -> str:
        RESIDENTS[step](compound_id=compound.pk, incident_ref=ref, by=request.actor, now=now)
        messages.success(request, str(SAID[step]))
        return reverse("repairs_incident", args=[compound.code, ref])

    try:
        return redirect(once(request, compound_id=compound.pk, now=now, effect=effect))
    except NoSuchIncident as error:
        raise Http404 from error
    except (Refused, KeyRefused) as error:
        status = error.status if isinstance(error, Refused) else 409 if isinstance(error, KeyReused) else 422
        return _page(request, compound, ref, now, refused=refusal_text(error), status=status)


def _preview_step(
    request: ActingRequest, compound: Compound, *, ref: str, step: str, form: forms.Form, now: datetime
) -> HttpResponse:
    found = _found(compound, ref)
    given = form.cleaned_data

    def again(field: str | None, words: str, status: int) -> HttpResponse:
        form.add_error(field, words)
        return _page(request, compound, ref, now, tried=step, form=form, status=status)

    if found.closed_at is not None:
        return again(None, _("“%(title)s”已经结束，不能再改。") % {"title": found.title}, 409)
    late = too_early(given.get("expected_end"), now)
    if late is not None:
        return again("expected_end", late, 422)
    where = found.building.name if found.building is not None else ""
    if step == "add":
        people = actions.reached(compound_id=compound.pk, refs=given["refs"], by=request.actor)
        reach = actions.Audience(people=people, open=len(given["refs"]))
        said = [(actions.news(found.expected_end), people, found.title, found.words, found.expected_end)]
        return preview_of(request, compound, step, said, incident=found, reach=reach)
    reach = actions.audience(incident=found, finished=given.get("finished") == "yes", by=request.actor)
    if step == "tell":
        end = given["expected_end"]
        said = [(actions.news(end), reach.people, found.title, given["words"], end)]
        home = ongoing.line(found.title, where, end, now)
        return preview_of(request, compound, step, said, incident=found, reach=reach, home=home)
    said = [
        (template, number, found.title, given["words"], None)
        for template, number in (
            ("repairs.incident_done", reach.asked),
            ("repairs.incident_over", reach.people - reach.asked),
        )
        if number
    ]
    return preview_of(request, compound, step, said, incident=found, reach=reach)


def _found(compound: Compound, ref: str) -> Incident:
    found = incident_for(compound_id=compound.pk, ref=ref)
    if found is None:
        raise Http404
    return found


def _page(
    request: ActingRequest,
    compound: Compound,
    ref: str,
    now: datetime,
    *,
    tried: str = "",
    form: forms.Form | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    actor = request.actor
    # The number first: what happens while the page is being read is told again, never missed.
    numbers = seqs(compound_id=compound.pk, topics=[INCIDENTS])
    found = _found(compound, ref)
    shown: dict[str, Any] = {
        "compound": compound,
        "incident": found,
        "label": Category(found.category).label,
        "icon": CATEGORIES[found.category].icon,
        "line": line_of(found, now),
        "people": people_of(found),
        "topic": INCIDENTS,
        "numbers": numbers,
        "now": now,
        "refused": refused,
    }
    if actor.party == "resident":
        mine = ongoing.mine_in(incident=found, person_id=actor.person_id)
        may_join = found.closed_at is None and not mine.joined and not mine.requests and actor.role != "child"
        shown |= {"mine": mine, "may_join": may_join}
    if "part" in request.GET:
        return render(request, "repairs/_incident.html", shown)
    desk, runs = may_run_incident(actor), may_run_incident(actor, found)
    if desk or oversees(actor):
        page = part(ongoing.requests_in(incident=found), request.GET.get("page"), IN_PAGE)
        rows = [(row, row.place_text if desk else without_numbers(row.place_text)) for row in page.rows]
        shown |= {"page": page, "rows": rows, "lists": True}
    if runs and found.closed_at is None:
        shown |= _panels(request, compound, found, tried, form)
    elif form is not None:
        # It ended while someone was writing: what they wrote is of no use any more, why is said above.
        shown["refused"] = " ".join(str(text) for texts in form.errors.values() for text in texts)
    return render(request, "repairs/incident.html", shown, status=status)


def _panels(
    request: ActingRequest, compound: Compound, found: Incident, tried: str, form: forms.Form | None
) -> dict[str, Any]:
    refs = typed_refs(request) or request.GET.getlist("request")[:1]
    groups = ongoing.candidates(compound_id=compound.pk, category=found.category, refs=refs)

    def blank(name: str, **initial: Any) -> forms.Form:
        if form is not None and tried == name:
            return form
        return FORMS[name](auto_id=f"{name}_%s", initial=initial)

    local = timezone.localtime(found.expected_end) if found.expected_end is not None else None
    return {
        "add_form": blank("add"),
        "tell_form": blank("tell", expected_end=local),
        "close_form": blank("close"),
        "groups": by_category(groups, found.category, refs),
        "chosen": refs,
        "tried": tried or ("add" if refs else ""),
    }
