"""Homes visited for gas, and self-built houses: who is due, what was agreed, what came of it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from equipment import queries
from equipment.actions import visits as actions
from equipment.forms import AppointmentForm, SubjectForm, VisitForm
from equipment.models import Subject
from equipment.permissions import COMMUNITY, KEEPER_ROLES, sees_visits
from equipment.rules.standards import standards
from equipment.views.posting import sections, taken
from equipment.words import left_text, name_of
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound

PER_PAGE = 50
visitors = in_compound(
    parties=("company", *COMMUNITY), roles=(*KEEPER_ROLES, "secretary", "officer", "part_time_member", "director")
)
OUTCOME_TONES = {"done": "good", "absent": "warn", "refused": "late"}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@visitors
def visits(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The homes or houses of one kind of visit; a POST enters one."""
    kinds = [key for key in standards().visits if sees_visits(request.actor, key)]
    if not kinds:
        raise PermissionDenied
    kind = request.GET.get("kind", kinds[0])
    kind = kind if kind in kinds else kinds[0]
    now, today = timezone.now(), localdate()
    posted = request.method == "POST"
    form = SubjectForm(request.POST, kind=kind) if posted else SubjectForm(kind=kind)
    here = f"{reverse('equipment_visits', args=[compound.code])}?kind={kind}"

    def again(status: int) -> HttpResponse:
        page = Paginator(queries.subjects(compound.pk, kind), PER_PAGE).get_page(request.GET.get("page"))
        known = standards().visits[kind]
        company = request.actor.party == "company"
        return render(
            request,
            "equipment/visits.html",
            {
                "compound": compound,
                "sections": sections(request, compound, "equipment_visits") if company else None,
                "tabs": [
                    {"url": f"?kind={key}", "label": name_of(standards().visits[key]), "active": key == kind}
                    for key in kinds
                ],
                "title": name_of(known),
                "who": known.who,
                "rows": [
                    {
                        "subject": one,
                        "risk": name_of(known.risks[one.risk]),
                        "left": left_text(one.due_on, today),
                    }
                    for one in page.object_list
                ],
                "page": page,
                "form": form,
                "here": here,
            },
            status=status,
        )

    def effect() -> str:
        actions.enter(compound_id=compound.pk, kind=kind, by=request.actor, now=now, **form.cleaned_data)
        messages.success(request, _("已登记。"))
        return here

    return taken(request, compound, form, now=now, effect=effect, again=again) if posted else again(200)


@require_safe
@never_cache
@visitors
def subject(request: ActingRequest, compound: Compound, subject_id: int) -> HttpResponse:
    """One home or house with its visits."""
    return _subject(request, compound, _found(request, compound, subject_id))


@require_POST
@visitors
def step(request: ActingRequest, compound: Compound, subject_id: int, step: str) -> HttpResponse:
    """Agree on a visit, write down what came of one, change the class of risk, or visit it no more."""
    found = _found(request, compound, subject_id)
    known = standards().visits[found.kind]
    forms: dict[str, Any] = {
        "appoint": AppointmentForm(request.POST),
        "visit": VisitForm(request.POST, kind=found.kind),
        "risk": SubjectForm({**request.POST.dict(), "address": found.address}, kind=found.kind),
        "end": SubjectForm({"address": found.address, "risk": found.risk}, kind=found.kind),
    }
    if step not in forms or found.risk not in known.risks:
        raise Http404
    now, form = timezone.now(), forms[step]

    def effect() -> str:
        common: dict[str, Any] = {"compound_id": compound.pk, "subject_id": found.pk, "by": request.actor, "now": now}
        given = form.cleaned_data
        if step == "appoint":
            actions.appoint(at=given["at"], **common)
        elif step == "visit":
            actions.record_visit(
                outcome=given["outcome"], visited_on=given["visited_on"], findings=given["findings"], note=given["note"],
                parts=form.parts(), **common,
            )  # fmt: skip
        elif step == "risk":
            actions.set_risk(risk=given["risk"], **common)
        else:
            actions.end_subject(**common)
            return f"{reverse('equipment_visits', args=[compound.code])}?kind={found.kind}"
        messages.success(request, _("已保存。"))
        return reverse("equipment_subject", args=[compound.code, found.pk])

    return taken(
        request, compound, form, now=now, effect=effect,
        again=lambda status: _subject(request, compound, found, tried=step, form=form, status=status),
    )  # fmt: skip


def _found(request: ActingRequest, compound: Compound, subject_id: int) -> Subject:
    found = queries.subject_of(compound.pk, subject_id)
    if found is None or not sees_visits(request.actor, found.kind):
        raise Http404
    return found


def _subject(
    request: ActingRequest, compound: Compound, found: Subject, *, tried: str = "", form: Any = None, status: int = 200
) -> HttpResponse:
    known = standards().visits[found.kind]
    items = {key: name for key, name, _en in known.items}
    today = localdate()
    badge, tone = left_text(found.due_on, today)
    return render(
        request,
        "equipment/subject.html",
        {
            "compound": compound,
            "subject": found,
            "kind": name_of(known),
            "risk": name_of(known.risks[found.risk]),
            "badge": badge,
            "tone": tone,
            "live": found.ended_at is None,
            "appointment": form if tried == "appoint" else AppointmentForm(),
            "visit": form if tried == "visit" else VisitForm(kind=found.kind, initial={"visited_on": today}),
            "risks": [
                {"key": key, "name": name_of(one), "active": key == found.risk} for key, one in known.risks.items()
            ],
            "tried": tried,
            "parts": [
                {"name": part.name, "on": on, "badge": left_text(on, today)[0], "tone": left_text(on, today)[1]}
                for part, on in queries.parts_of(found)
            ],
            "visits": [
                {
                    "visit": one,
                    "tone": OUTCOME_TONES[one.outcome],
                    "findings": "、".join(items.get(key, key) for key in one.findings),
                }
                for one in queries.visits_of(found)
            ],
        },
        status=status,
    )
