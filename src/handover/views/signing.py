"""The signing page: what is signed in figures, and the place to sign with a finger."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from handover import queries
from handover.actions import signing
from handover.forms import DeclineForm, SignForm
from handover.models import Handover, Kind, Role, State, Verdict
from handover.permissions import needed, signs_as, signs_own
from handover.rules.lists import fours
from handover.views.overview import found_or_404, staff
from handover.views.posting import Said, post
from handover.words import ICONS
from tenancy.access import ActingRequest
from tenancy.actor import Actor
from tenancy.models import Compound


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@staff
def sign(request: ActingRequest, compound: Compound, handover: str, role: str) -> HttpResponse:
    """Sign for a side, or record that it will not sign."""
    found = found_or_404(request, compound, handover)
    if role not in {*needed(found), Role.COMMUNITY} or role not in signs_as(request.actor, found):
        raise Http404
    if request.method != "POST":
        return _page(request, compound, found, role)
    now = timezone.now()
    declines = request.POST.get("how") == "decline"
    form = DeclineForm(request.POST, auto_id="no_%s") if declines else SignForm(request.POST, auto_id="sign_%s")
    if not form.is_valid():
        return _page(request, compound, found, role, form=form, status=422)
    common: dict[str, Any] = {
        "compound_id": compound.pk,
        "ref": handover,
        "role": role,
        "by": request.actor,
        "now": now,
    }

    def effect() -> str:
        given = form.cleaned_data
        said = {name: given[name] for name in ("post", "words")}
        if declines:
            signing.decline(name=given["name"], **said, **common)
            messages.success(request, _("已记录在案。"))
        else:
            signing.sign(
                image=given["signature"],
                name=given["name"] or _own_name(request.actor, role),
                fingerprint=given["fingerprint"],
                **said,
                **common,
            )
            messages.success(request, _("已签字。"))
        return reverse("handover_one", args=[compound.code, handover])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        form.add_error(said.field if said.field in form.fields else None, said.text)
        return _page(request, compound, found, role, form=form, status=said.status)


def _own_name(actor: Actor, role: str) -> str:
    """Whoever draws for themselves need not type as well; for another's signature the name is asked."""
    return actor.person_name if signs_own(actor, role) else ""


def _page(
    request: ActingRequest,
    compound: Compound,
    found: Handover,
    role: str,
    *,
    form: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    tallies = queries.tallies(found)
    given = queries.signatures(found)
    own = signs_own(request.actor, role)
    start = {"role": role, "fingerprint": found.fingerprint}
    if own:
        start |= {"post": request.actor.label.rpartition(" ")[2]}
    return render(
        request,
        "handover/sign.html",
        {
            "compound": compound,
            "handover": found,
            "role": role,
            "label": Role(role).label,
            "own": own,
            "lent": not own,
            "open": found.state in {State.CHECKED, State.SIGNING} and role not in given,
            "first": [Role(one).label for one in needed(found) if one not in given] if role == Role.COMMUNITY else [],
            "lists": [
                {"kind": kind, "icon": ICONS[kind.value], "tally": tallies[kind.value]}
                for kind in Kind
                if kind.value in tallies
            ],
            "disputed": queries.items(found).filter(verdict__in=[Verdict.MISSING, Verdict.DISPUTED])[: queries.PAGE],
            "sign_form": form if isinstance(form, SignForm) else SignForm(initial=start, auto_id="sign_%s"),
            "decline_form": None
            if role == Role.COMMUNITY
            else form
            if isinstance(form, DeclineForm)
            else DeclineForm(initial={"role": role}, auto_id="no_%s"),
            "declines": isinstance(form, DeclineForm),
            "fingerprint": fours(found.fingerprint),
        },
        status=status,
    )
