"""Figures of several compounds, and the three parties of one."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from portal import queries
from repairs.permissions import OVERSEERS
from tenancy.access import ActingRequest, acting, in_compound
from tenancy.models import Compound


@require_safe
@acting(parties=("company", *sorted(OVERSEERS)), roles=queries.OVERVIEW_ROLES)
def overview(request: ActingRequest) -> HttpResponse:
    """One row a compound that the post covers; every number leads to the list behind it."""
    now = timezone.now()
    return render(
        request,
        "portal/overview.html",
        {
            "overview": queries.overview(request.actor, now=now),
            "page": "repairs_board" if request.actor.party == "company" else "repairs_watch",
            "now": now,
        },
    )


@require_safe
@in_compound()
def parties(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The three parties of a compound, for everyone in it."""
    found = queries.parties_of(compound.pk, localdate())
    return render(request, "portal/parties.html", {"compound": compound, "parties": found})
