"""Fire safety of every compound of a street or city: what is overdue and critical, and how much was done on time."""

import io
from datetime import date, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from documents.models import XLSX
from equipment.rules.cadence import add_months
from oversight.permissions import FIRE
from oversight.queries import fire as queries
from oversight.sheets import write_fire
from tenancy.access import ActingRequest, acting

PAGE, MONTHS = 50, 13
seers = acting(parties=FIRE)


def _asked(request: ActingRequest, today: date) -> tuple[queries.Wanted, date, date]:
    given = request.GET
    months = [add_months(today.replace(day=1), -n) for n in range(MONTHS)]
    month = next((one for one in months if f"{one:%Y-%m}" == given.get("month")), months[0])
    wanted = queries.Wanted(
        given.get("street", ""), given.get("community", ""), given.get("show") == "worst",
        given.get("q", "").replace("\x00", "").strip()[:40],
    )  # fmt: skip
    return wanted, month, add_months(month, 1) - timedelta(days=1)


@require_safe
@never_cache
@seers
def fire(request: ActingRequest) -> HttpResponse:
    """The table, fifty compounds a page, the worst first."""
    now = timezone.now()
    wanted, first, last = _asked(request, localdate(now))
    everything = queries.lines(request.actor.compound_ids, first, last, now)
    found = queries.chosen(everything, wanted)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    months = [add_months(localdate(now).replace(day=1), -n) for n in range(MONTHS)]
    return render(
        request,
        "oversight/fire.html",
        {
            "wanted": wanted,
            "page": page,
            "rows": list(page.object_list),
            "sums": _sums(found),
            "month": f"{first:%Y-%m}",
            "months": [f"{one:%Y-%m}" for one in months],
            "streets": sorted({(one.street_code, one.street) for one in everything}),
            "communities": sorted(
                {(one.community_code, one.community) for one in everything if wanted.street in {"", one.street_code}}
            ),
        },
    )


def _sums(found: list[queries.Line]) -> dict[str, Any]:
    points, whole = sum(one.points for one in found), sum(one.whole for one in found)
    return {
        "compounds": len(found),
        "worst": sum(one.worst for one in found),
        "with_worst": sum(one.worst > 0 for one in found),
        "on_time": sum(one.on_time for one in found),
        "due": sum(one.due for one in found),
        "points": points,
        "whole": whole,
        "percent": f"{points * 100 / whole:.1f}%" if whole else "—",
    }


@require_safe
@never_cache
@seers
def fire_sheet(request: ActingRequest) -> HttpResponse:
    """The same rows as a workbook."""
    now = timezone.now()
    wanted, first, last = _asked(request, localdate(now))
    found = queries.chosen(queries.lines(request.actor.compound_ids, first, last, now), wanted)
    made = io.BytesIO()
    write_fire(found, first, now, to=made)
    name = f"fire-{first:%Y%m}.xlsx"
    return HttpResponse(
        made.getvalue(), content_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
