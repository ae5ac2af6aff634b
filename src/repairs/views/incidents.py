"""Mass incidents: the list and one page for everyone of the compound, and what the desk does, seen before it is sent."""

from collections.abc import Callable
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
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from idempotency.actions import KeyRefused, KeyReused
from idempotency.posting import once
from live.queries import seqs
from messaging.queries import preview
from premises.queries import buildings
from repairs import ongoing
from repairs.actions import incidents as actions
from repairs.actions.incidents import NoSuchIncident
from repairs.incident_forms import AddForm, CloseForm, NewIncidentForm, TellForm
from repairs.models import Category, Incident
from repairs.ongoing import going_on, incident_for
from repairs.permissions import may_run_incident, oversees
from repairs.refusals import Refused
from repairs.rules.categories import CATEGORIES
from repairs.topics import INCIDENTS
from repairs.views.paging import part
from repairs.words import refusal_field, refusal_text, without_numbers
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound

PAGE = 20
IN_PAGE = 30
desk_only = in_compound(parties=("company",), roles=("manager", "dispatcher"))
# What of a form is its own and not of what is typed in it.
_OWN_OF_A_FORM = {"csrfmiddlewaretoken", "idempotency_key", "send", "edit"}
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
def incidents(request: ActingRequest, compound: Compound) -> HttpResponse:
    """What goes on, then what is over: for everyone of the compound."""
    now = timezone.now()
    page = part(ongoing.incidents_of(compound_id=compound.pk), request.GET.get("page"), PAGE)
    rows = [
        {"incident": row, "icon": CATEGORIES[row.category].icon, "line": _line(row, now), "people": _people(row)}
        for row in page.rows
    ]
    shown = {"compound": compound, "page": page, "rows": rows, "desk": may_run_incident(request.actor), "now": now}
    return render(request, "repairs/incidents.html", shown)


@require_safe
@never_cache
@in_compound()
def lines(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The part of the home page and of the public list that renews itself: one line for each that goes on."""
    now = timezone.now()
    found, _numbers = going_on(compound_id=compound.pk)
    shown = {"compound": compound, "incidents": [(one, one.line(now)) for one in found]}
    return render(request, "repairs/_incident_lines.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@desk_only
def new(request: ActingRequest, compound: Compound) -> HttpResponse:
    """Open one: the form, then what will be sent and to how many, then the sending. ``?request=`` is chosen already."""
    now = timezone.now()
    places = list(buildings(compound.pk))
    if request.method != "POST":
        chosen = request.GET.getlist("request")[:1]
        kind = request.GET.get("category", "")
        form = NewIncidentForm(buildings=places, initial={"refs": chosen, "category": kind})
        return _new(request, compound, form, now, refs=chosen)
    form = NewIncidentForm(request.POST, buildings=places)
    if not form.is_valid():
        return _new(request, compound, form, now, refs=_typed_refs(request), status=422)
    given = form.cleaned_data
    if "send" not in request.POST:
        refused = _late(given["expected_end"], now)
        if refused is not None:
            form.add_error("expected_end", refused)
            return _new(request, compound, form, now, refs=given["refs"], status=422)
        if "edit" in request.POST:
            return _new(request, compound, form, now, refs=given["refs"])
        where = next((one.name for one in places if one.pk == given["building"]), "")
        reach = actions.Audience(
            people=actions.reached(compound_id=compound.pk, refs=given["refs"], by=request.actor),
            open=len(given["refs"]),
        )
        home = ongoing.line(given["title"], where, given["expected_end"], now)
        said = [
            (actions.news(given["expected_end"]), reach.people, given["title"], given["words"], given["expected_end"])
        ]
        return _preview(request, compound, "new", said, reach=reach, home=home)

    def effect() -> str:
        made = actions.open_incident(
            compound_id=compound.pk,
            building_id=given["building"],
            by=request.actor,
            now=now,
            **{name: given[name] for name in ("title", "words", "category", "expected_end", "refs")},
        )
        messages.success(request, _("已公布，报修的人都通知到了。"), extra_tags="draft:repairs:incident")
        return reverse("repairs_incident", args=[compound.code, made.ref])

    return _send(
        request,
        compound,
        form,
        now,
        effect=effect,
        again=lambda status: _new(request, compound, form, now, refs=_typed_refs(request), status=status),
    )


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
    if not may_run_incident(request.actor):
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

    return _send(
        request,
        compound,
        form,
        now,
        effect=effect,
        again=lambda status: _page(request, compound, incident, now, tried=step, form=form, status=status),
    )


def _send(
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


def _new(
    request: ActingRequest,
    compound: Compound,
    form: forms.Form,
    now: datetime,
    *,
    refs: list[str],
    status: int = 200,
) -> HttpResponse:
    # An unbound field keeps the value it is asked for first: its initial one is still to come.
    category = str((form.data if form.is_bound else form.initial).get("category") or "")
    groups = ongoing.candidates(compound_id=compound.pk, category=category, refs=refs)
    there = next((row for group in groups for row in group.rows if row.ref in refs), None)
    if there is not None and not form.is_bound and not category:
        form.initial["category"] = category = there.category
    found, _numbers = going_on(compound_id=compound.pk)
    shown = {
        "compound": compound,
        "form": form,
        "groups": _groups(groups, category, refs),
        "chosen": refs,
        # One request that is to belong somewhere: what goes on already may be it.
        "instead": [(one, one.line(now)) for one in found] if there is not None and not form.is_bound else [],
        "candidate": there,
    }
    return render(request, "repairs/incident_new.html", shown, status=status)


def _groups(groups: list[ongoing.Group], category: str, refs: list[str]) -> list[dict[str, Any]]:
    return [
        {
            "group": group,
            "open": group.category == category or any(row.ref in refs for row in group.rows) or len(groups) == 1,
            "icon": CATEGORIES[group.category].icon,
        }
        for group in groups
    ]


def _typed_refs(request: ActingRequest) -> list[str]:
    return request.POST.getlist("refs")[: ongoing.CHOICES]


def _late(expected_end: datetime | None, now: datetime) -> str | None:
    return _("预计恢复时间要晚于现在。") if expected_end is not None and expected_end <= now else None


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
    late = _late(given.get("expected_end"), now)
    if late is not None:
        return again("expected_end", late, 422)
    where = found.building.name if found.building is not None else ""
    if step == "add":
        people = actions.reached(compound_id=compound.pk, refs=given["refs"], by=request.actor)
        reach = actions.Audience(people=people, open=len(given["refs"]))
        said = [(actions.news(found.expected_end), people, found.title, found.words, found.expected_end)]
        return _preview(request, compound, step, said, incident=found, reach=reach)
    reach = actions.audience(incident=found, finished=given.get("finished") == "yes", by=request.actor)
    if step == "tell":
        end = given["expected_end"]
        said = [(actions.news(end), reach.people, found.title, given["words"], end)]
        home = ongoing.line(found.title, where, end, now)
        return _preview(request, compound, step, said, incident=found, reach=reach, home=home)
    said = [
        (template, number, found.title, given["words"], None)
        for template, number in (
            ("repairs.incident_done", reach.asked),
            ("repairs.incident_over", reach.people - reach.asked),
        )
        if number
    ]
    return _preview(request, compound, step, said, incident=found, reach=reach)


def _preview(
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
        "line": _line(found, now),
        "people": _people(found),
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
    desk = may_run_incident(actor)
    if desk or oversees(actor):
        page = part(ongoing.requests_in(incident=found), request.GET.get("page"), IN_PAGE)
        rows = [(row, row.place_text if desk else without_numbers(row.place_text)) for row in page.rows]
        shown |= {"page": page, "rows": rows, "lists": True}
    if desk and found.closed_at is None:
        shown |= _panels(request, compound, found, tried, form)
    elif form is not None:
        # It ended while someone was writing: what they wrote is of no use any more, why is said above.
        shown["refused"] = " ".join(str(text) for texts in form.errors.values() for text in texts)
    return render(request, "repairs/incident.html", shown, status=status)


def _panels(
    request: ActingRequest, compound: Compound, found: Incident, tried: str, form: forms.Form | None
) -> dict[str, Any]:
    refs = _typed_refs(request) or request.GET.getlist("request")[:1]
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
        "groups": _groups(groups, found.category, refs),
        "chosen": refs,
        "tried": tried or ("add" if refs else ""),
    }


def _line(row: Incident, now: datetime) -> str:
    where = row.building.name if row.building is not None else ""
    if row.closed_at is not None:
        return row.title if where in row.title else f"{where} {row.title}"
    return ongoing.line(row.title, where, row.expected_end, now)


def _people(row: Any) -> int:
    """How many said that they have it too: each request once, and who joined without one."""
    return (row.reports or 0) + (row.others or 0)
