"""The firm's regular report to residents and the owners' committee: which months have one, and a draft for one that has none."""

from datetime import date
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

from equipment.rules.cadence import add_months
from notices.models import Notice, State
from rounds import report
from rounds.actions.reporting import write_report
from rounds.queries import records
from rounds.views.posting import Said, keepers, post, sections
from tenancy.access import ActingRequest
from tenancy.models import Compound

MONTHS = 6
_TONES = {State.PUBLISHED: "good", State.EXPIRED: "neutral"}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@keepers
def reports(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The months with their reports; a POST drafts one on the notice board."""
    now = timezone.now()

    def effect() -> str:
        said = request.POST.get("month")
        month = next((one for one in _months(request, compound, localdate(now)) if f"{one:%Y-%m}" == said), date.max)
        made = write_report(compound_id=compound.pk, month=month, by=request.actor, now=now)
        messages.success(request, _("已按数字写好草稿，看过、补充后发布。"))
        return reverse("notices_edit", args=[compound.code, made.ref])

    if request.method != "POST":
        return _page(request, compound)
    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        return _page(request, compound, refused=said.text, status=said.status)


def _months(request: ActingRequest, compound: Compound, today: date) -> list[date]:
    """The months that the firm can report on, newest first."""
    first = report.first_month(compound.pk, request.actor.organisation_id, today)
    return [one for one in _last(today) if one >= first]


def _last(today: date) -> list[date]:
    return [add_months(today.replace(day=1), -n) for n in range(MONTHS)]


def _page(request: ActingRequest, compound: Compound, *, refused: str = "", status: int = 200) -> HttpResponse:
    today = localdate()
    there = report.written(compound.pk, _last(today))
    own = _months(request, compound, today)
    months = [one for one in _last(today) if one in own or one in there]
    return render(
        request,
        "rounds/reports.html",
        {
            "compound": compound,
            "sections": sections(request, compound, "rounds_reports", waiting=records.waiting(compound.pk)),
            "rows": [_row(one, there.get(one), compound, running=one == months[0]) for one in months],
            "refused": refused,
        },
        status=status,
    )


def _row(month: date, found: Notice | None, compound: Compound, *, running: bool) -> dict[str, Any]:
    return {
        "month": f"{month:%Y-%m}",
        "title": _("%(month)s 的报告") % {"month": f"{month:%Y-%m}"},
        "running": running,
        "notice": found,
        "badge": found.get_state_display() if found is not None else _("还没有写"),
        "tone": _TONES.get(State(found.state), "info") if found is not None else "neutral" if running else "warn",
        "href": reverse("notices_one", args=[compound.code, found.ref]) if found is not None else "",
        "moment": found.published_at if found is not None else None,
    }
