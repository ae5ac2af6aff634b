"""The committees of every compound of a post, by the end of their term; the numbers that a county publishes."""

import io
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from committees.forms import FindForm
from committees.permissions import OVERSEERS
from committees.queries import overview as queries
from committees.sheets import write_overview
from committees.words import left_words, standing_words
from documents.models import XLSX
from tenancy.access import ActingRequest, acting

PAGE = 50
LABELS: dict[str, Any] = {
    "": gettext_lazy("全部"),
    "soon": gettext_lazy("应当换届"),
    "overdue": gettext_lazy("超期"),
    "reelection": gettext_lazy("换届中"),
    "vacancy": gettext_lazy("委员不足"),
    "ratio": gettext_lazy("党员比例不足"),
    "none": gettext_lazy("没有业委会"),
}
seers = acting(parties=OVERSEERS)


@require_safe
@never_cache
@seers
def overview(request: ActingRequest) -> HttpResponse:
    """The roll-up, fifty compounds a page."""
    form = FindForm(request.GET)
    wanted = form.wanted()
    today = localdate()
    everything = queries.lines(request.actor.compound_ids, today)
    placed = queries.chosen(everything, queries.Wanted(wanted.street, wanted.community, "", wanted.words))
    found = queries.chosen(placed, queries.Wanted(state=wanted.state))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    counted = queries.counts(placed)
    year = form.which_year(today.year)
    rows = [
        {"line": one, "words": standing_words(one.standing), "left": left_words(one.ends, today)}
        for one in page.object_list
    ]
    return render(
        request,
        "committees/overview.html",
        {
            "wanted": wanted,
            "page": page,
            "rows": rows,
            "all": len(placed),
            "counted": counted,
            "crossed": sum(one.crossed for one in placed),
            "numbers": queries.numbers([one.compound_id for one in placed], year),
            "years": range(today.year, today.year - 5, -1),
            "streets": sorted({(one.street_code, one.street) for one in everything}),
            "communities": sorted(
                {
                    (one.community_code, one.community)
                    for one in everything
                    if not wanted.street or one.street_code == wanted.street
                }
            ),
            "states": [
                {"key": key, "label": label, "count": len(placed) if not key else counted[key]} for key, label in LABELS.items()
            ],
        },
    )  # fmt: skip


@require_safe
@never_cache
@seers
def sheet(request: ActingRequest) -> HttpResponse:
    """The same rows as a workbook."""
    form = FindForm(request.GET)
    wanted = form.wanted()
    today = localdate()
    found = queries.chosen(queries.lines(request.actor.compound_ids, today), wanted)
    year = queries.numbers([one.compound_id for one in found], form.which_year(today.year))
    made = io.BytesIO()
    write_overview(found, today, year=year, to=made)
    name = f"committees-{today:%Y%m%d}.xlsx"
    return HttpResponse(
        made.getvalue(), content_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
