"""What goes on and what is over, for everyone of the compound."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from repairs import ongoing
from repairs.ongoing import going_on
from repairs.permissions import may_run_incident
from repairs.rules.categories import CATEGORIES
from repairs.views.incidents.rows import line_of, people_of
from repairs.views.paging import part
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound

PAGE = 20


@require_safe
@never_cache
@in_compound()
def incidents(request: ActingRequest, compound: Compound) -> HttpResponse:
    """What goes on, then what is over: for everyone of the compound."""
    now = timezone.now()
    page = part(ongoing.incidents_of(compound_id=compound.pk), request.GET.get("page"), PAGE)
    rows = [
        {"incident": row, "icon": CATEGORIES[row.category].icon, "line": line_of(row, now), "people": people_of(row)}
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
