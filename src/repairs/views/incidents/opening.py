"""Opening an incident: the form, then what will be sent and to how many, then the sending."""

from datetime import datetime

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from premises.queries import buildings
from repairs import ongoing
from repairs.actions import incidents as actions
from repairs.incident_forms import NewIncidentForm
from repairs.ongoing import going_on
from repairs.views.incidents.rows import by_category, typed_refs
from repairs.views.incidents.sending import preview_of, send, too_early
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound

desk_only = in_compound(parties=("company",), roles=("manager", "dispatcher"))


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
        return _new(request, compound, form, now, refs=typed_refs(request), status=422)
    given = form.cleaned_data
    if "send" not in request.POST:
        refused = too_early(given["expected_end"], now)
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
        return preview_of(request, compound, "new", said, reach=reach, home=home)

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

    return send(
        request,
        compound,
        form,
        now,
        effect=effect,
        again=lambda status: _new(request, compound, form, now, refs=typed_refs(request), status=status),
    )


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
        "groups": by_category(groups, category, refs),
        "chosen": refs,
        # One request that is to belong somewhere: what goes on already may be it.
        "instead": [(one, one.line(now)) for one in found] if there is not None and not form.is_bound else [],
        "candidate": there,
    }
    return render(request, "repairs/incident_new.html", shown, status=status)
