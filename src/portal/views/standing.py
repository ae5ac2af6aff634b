"""Choosing what to act as: a post, or being a resident of a compound."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.entry import safe_next
from accounts.models import Person
from ballots.queries.entry import entries
from portal import queries
from portal.forms import StandingForm
from tenancy.access import signed_in
from tenancy.middleware import choose_standing


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def standing(request: HttpRequest) -> HttpResponse:
    """Show every standing as a card. Someone with exactly one is taken on at once; a standing not held is refused."""
    person_id = int(request.user.pk or 0)
    onward = safe_next(request, request.POST.get("next", "") or request.GET.get("next", ""))
    today = localdate()
    refused = False
    if request.method == "POST":
        form = StandingForm(request.POST)
        if form.is_valid() and queries.holds(person_id, form.kind, form.key, today):
            choose_standing(request, form.kind, form.key)
            return redirect(onward)
        refused = True
    found = queries.standings(person_id, today)
    if len(found) == 1 and not refused:
        choose_standing(request, found[0].kind, found[0].key)
        return redirect(onward)
    votes = entries(request.user, timezone.now()) if isinstance(request.user, Person) else []
    acting = getattr(request, "actor", None)
    return render(
        request,
        "portal/standing.html",
        {
            "standings": found,
            "onward": onward,
            "votes": sorted({one.compound for one in votes}),
            "refused": refused,
            "current": (acting.kind, acting.key) if acting else None,
        },
        status=422 if refused else 200,
    )
