"""Lists for residents: their own requests, and what goes on in the public areas."""

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from repairs.ongoing import going_on
from repairs.permissions import is_filer, is_joined, may_join
from repairs.queries import own_requests, public_requests
from repairs.rows import own_row
from repairs.rules.categories import CATEGORIES
from repairs.rules.line import line
from repairs.topics import INCIDENTS, PUBLIC, own_topic
from repairs.views.paging import part
from repairs.words import without_numbers
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound

PAGE = 20


@require_safe
@never_cache
@in_compound(parties=("resident",))
def own(request: ActingRequest, compound: Compound) -> HttpResponse:
    """A resident's own requests, the latest first, each with its one line."""
    return render(request, "repairs/own.html", _own(request, compound))


@require_safe
@never_cache
@in_compound(parties=("resident",))
def rows(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The list alone: the part of the page that renews itself."""
    return render(request, "repairs/_own.html", _own(request, compound))


def _own(request: ActingRequest, compound: Compound) -> dict[str, Any]:
    now = timezone.now()
    topic = own_topic(request.actor.person_id)
    found = partial(own_requests, compound_id=compound.pk, person_id=request.actor.person_id, topic=topic)
    page = part(lambda rows: found(rows=rows), request.GET.get("page"), PAGE)
    here = reverse("repairs_own", args=[compound.code])
    return {
        "compound": compound,
        "page": page,
        "rows": [own_row(row, now=now, page=f"{here}{row.ref}/") for row in page.rows],
        "topic": topic,
        "numbers": {topic: page.rows[0].live_seq if page.rows else 0},
    }


@require_safe
@never_cache
@in_compound()
def public_area(request: ActingRequest, compound: Compound) -> HttpResponse:
    """What was reported in the public areas, without who reported it, what they wrote or photographed."""
    # The numbers first: what happens while the rows are being read is told again, never missed.
    incidents, numbers = going_on(compound_id=compound.pk, topics=[PUBLIC, INCIDENTS])
    now = timezone.now()
    return render(
        request,
        "repairs/public.html",
        {
            **_public(request, compound),
            "topic": PUBLIC,
            "numbers": numbers,
            "incidents": [(one, one.line(now)) for one in incidents],
            "incidents_topic": INCIDENTS,
        },
    )


@require_safe
@never_cache
@in_compound()
def public_rows(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The list alone: the part of the page that renews itself."""
    return render(request, "repairs/_public.html", _public(request, compound))


def _public(request: ActingRequest, compound: Compound) -> dict[str, Any]:
    now = timezone.now()
    actor = request.actor
    page = part(public_requests(actor, compound_id=compound.pk), request.GET.get("page"), PAGE)
    shown: list[dict[str, Any]] = [
        {
            "request": row,
            "place": without_numbers(row.place_text),
            "icon": CATEGORIES[row.category].icon,
            "late": line(state=row.state, due=row.due_at, level=row.level, now=now).late,
            "mine": is_filer(actor, row),
            "follows": is_joined(actor, row),
            "may_join": actor.role != "child" and may_join(actor, row) and not is_joined(actor, row),
        }
        for row in page.rows
    ]
    return {"compound": compound, "page": page, "rows": shown}
