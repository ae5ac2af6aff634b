"""Naming somebody, from an office or on an owner's phone."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from candidates import actions
from candidates.forms import NominateForm
from candidates.models import Route
from candidates.permissions import is_owner_standing, may_prepare, may_recommend
from candidates.queries import OwnLine, Whole, own_lines
from candidates.rules.windows import nominating
from candidates.views.posting import Said, everyone, found_whole, post
from tenancy.access import ActingRequest
from tenancy.models import Compound


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@everyone
def new(request: ActingRequest, compound: Compound, election: str) -> HttpResponse:
    """Name somebody."""
    whole, now, actor = found_whole(request, compound, election), timezone.now(), request.actor
    homes = (
        own_lines(compound_id=compound.pk, person_id=actor.person_id, on=localdate(now))
        if is_owner_standing(actor, whole.poll)
        else []
    )
    officer = actor.party != "resident"
    routes = _routes(request, whole)
    given: dict[str, Any] = {"routes": routes, "homes": homes, "officer": officer}
    if request.method != "POST":
        form = NominateForm(initial={"route": routes[0][0] if routes else ""}, **given)
        return _page(request, compound, whole, form, homes)
    form = NominateForm(request.POST, request.FILES, **given)
    if not form.is_valid():
        return _page(request, compound, whole, form, homes)

    def effect() -> str:
        made = actions.nominate(
            compound_id=compound.pk,
            ref=election,
            draft=form.draft(),
            photo=form.cleaned_data["photo"],
            by=actor,
            now=now,
        )
        messages.success(request, _("已提名。"), extra_tags=f"draft:nominate:{election}")
        return reverse("candidates_one", args=[compound.code, election, made.ref])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        form.add_error(said.field if said.field in form.fields else None, said.text)
        return _page(request, compound, whole, form, homes, status=said.status)


def _routes(request: ActingRequest, whole: Whole) -> list[tuple[str, Any]]:
    """The ways that this actor may name somebody, the usual one first."""
    actor, plan = request.actor, whole.plan
    found: list[str] = []
    if may_recommend(actor, whole.poll):
        found.append(Route.RECOMMENDED)
    if actor.party == "resident" or may_prepare(actor, whole.poll, whole.group):
        found.append(Route.SELF)
        if plan is not None and plan.joint_owners is not None:
            found.append(Route.JOINT)
        if plan is not None and plan.by_building:
            found.append(Route.BUILDING)
    return [(one, Route(one).label) for one in found]


def _page(
    request: ActingRequest,
    compound: Compound,
    whole: Whole,
    form: NominateForm,
    homes: list[OwnLine],
    *,
    status: int = 0,
) -> HttpResponse:
    plan = whole.plan
    running = plan is not None and nominating(localdate(), starts=plan.starts, ends=plan.ends, opened=whole.open_)
    return render(
        request,
        "candidates/new.html",
        {
            "compound": compound,
            "poll": whole.poll,
            "plan": plan,
            "form": form,
            "homes": homes,
            "officer": form.officer,
            "running": running,
            "owner": form.officer or bool(homes),
        },
        status=status or (422 if form.is_bound else 200),
    )
