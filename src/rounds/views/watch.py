"""Figures of what was done on time, and what whoever watches over the firm sees: what is overdue and critical, nothing else."""

from datetime import date, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from equipment.rules.cadence import add_months
from rounds.permissions import WATCHERS
from rounds.queries import occurrences as queries
from rounds.queries import records
from rounds.rules.score import Tally, score
from rounds.views.posting import keepers, sections
from rounds.words import STATES, duty_name
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound

watchers = in_compound(parties=WATCHERS)
PER_PAGE = 50
MONTHS = 6


def _month(typed: str, today: date) -> date:
    first = today.replace(day=1)
    for n in range(MONTHS):
        month = add_months(first, -n)
        if f"{month:%Y-%m}" == typed:
            return month
    return first


@require_safe
@never_cache
@keepers
def figures(request: ActingRequest, compound: Compound) -> HttpResponse:
    """Done on time over due, by duty and weighted, both numbers shown; what was missed is 0."""
    now = timezone.now()
    today = localdate(now)
    month = _month(request.GET.get("month", ""), today)
    rows = queries.tallies(compound.pk, month, min(today, add_months(month, 1) - timedelta(days=1)), now)
    return render(
        request,
        "rounds/figures.html",
        {
            "compound": compound,
            "sections": sections(request, compound, "rounds_figures", waiting=records.waiting(compound.pk)),
            "months": [
                {
                    "url": f"?month={one:%Y-%m}",
                    "label": _("%(month)s 月") % {"month": one.month},
                    "active": one == month,
                    "count": None,
                }
                for one in (add_months(today.replace(day=1), -n) for n in range(MONTHS))
            ],
            "rows": [_row(one) for one in rows],
            "score": score(rows),
            "share": _percent(score(rows).share),
        },
    )


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share * 100:.1f}%"


def _row(one: Tally) -> dict[str, Any]:
    return {"tally": one, "name": duty_name(one.duty), "share": _percent(one.on_time / one.due if one.due else None)}


@require_safe
@never_cache
@watchers
def watch(request: ActingRequest, compound: Compound) -> HttpResponse:
    """What is critical and over its time, still open or missed and not made up for."""
    now = timezone.now()
    page = Paginator(queries.critical_late(compound.pk, now), PER_PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    names = queries.names_of(rows)
    return render(
        request,
        "rounds/watch.html",
        {
            "compound": compound,
            "rows": [
                {
                    "title": names.get(one.plan_id, duty_name(one.duty)),
                    "detail": _("应在 %(due)s 前做完") % {"due": localtime(one.due_at).strftime("%Y-%m-%d %H:%M")},
                    "badge": STATES[one.state][0],
                    "tone": STATES[one.state][1],
                    "due": one.due_at,
                }
                for one in rows
            ],
            "page": page,
        },
    )
