"""The pages of whoever votes for somebody and may live anywhere: a firm's representative, a son in another town, an agent.

They are the owners' pages of one poll with the rights that the record names, and nothing else (``asking.voters``).
"""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ballots.queries.entry import entries
from ballots.queries.polls import polls_named
from ballots.views.asking import OwnerRequest, voters
from ballots.views.ballot import ballot_page, hand_in
from ballots.views.owner import poll_page, receipt_page, votes_for
from ballots.views.proxy import back_page, give_page
from tenancy.access import signed_in
from tenancy.models import Compound
from tenancy.scope import scope


@require_safe
@never_cache
@signed_in
def mine(request: OwnerRequest) -> HttpResponse:
    """Every poll in which the person votes for somebody, wherever that is."""
    now = timezone.now()
    found = entries(request.user, now)
    rows = []
    if found:
        with scope({one.compound_id for one in found}):
            rows = [votes_for(one, now) for one in polls_named({one.poll_id for one in found})]
    return render(request, "ballots/voters.html", {"rows": rows})


@require_safe
@never_cache
@voters
def poll(request: OwnerRequest, compound: Compound, poll: str) -> HttpResponse:
    """One poll with the rights that the record names."""
    return poll_page(request, compound, poll)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@voters
def ballot(request: OwnerRequest, compound: Compound, poll: str, right: str) -> HttpResponse:
    """Vote."""
    return hand_in(request, compound.code, poll, right) or ballot_page(request, compound, poll, right)


@require_safe
@never_cache
@voters
def receipt(request: OwnerRequest, compound: Compound, poll: str, right: str) -> HttpResponse:
    """The receipt."""
    return receipt_page(request, compound, poll, right)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@voters
def give(request: OwnerRequest, compound: Compound, poll: str, right: str) -> HttpResponse:
    """A representative lets somebody else vote."""
    return give_page(request, compound, poll, right)


@require_POST
@voters
def back(request: OwnerRequest, compound: Compound, poll: str, right: str) -> HttpResponse:
    """Take that back."""
    return back_page(request, compound, poll, right)
