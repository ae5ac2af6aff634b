"""The printed forms of a month: table C.1 of a day, table D.1, the records of duties, and the archive of all of them."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from documents.models import IssuedDocument
from equipment.rules.cadence import add_months
from rounds import pdf
from rounds.actions.printing import print_form
from rounds.permissions import keeps
from rounds.queries import records
from rounds.queries import sheets as queries
from rounds.views.posting import Said, post, sections, walkers
from rounds.words import duty_name
from tenancy.access import ActingRequest
from tenancy.models import Compound

MONTHS = 13
TONES = {"pending": "info", "ready": "good", "failed": "late"}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@walkers
def forms(request: ActingRequest, compound: Compound) -> HttpResponse:
    """What can be printed of a month; a POST has one form made."""
    now = timezone.now()

    def effect() -> str:
        made = print_form(
            compound_id=compound.pk, form=request.POST.get("form", "")[:20], span=request.POST.get("span", "")[:10],
            by=request.actor, now=now,
        )  # fmt: skip
        return reverse("documents:document", args=[compound.code, made.pk])

    if request.method != "POST":
        return _page(request, compound)
    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        return _page(request, compound, refused=said.text, status=said.status)


def _month(typed: str, today: date) -> date:
    months = [add_months(today.replace(day=1), -n) for n in range(MONTHS)]
    return next((one for one in months if f"{one:%Y-%m}" == typed), months[0])


def _page(request: ActingRequest, compound: Compound, *, refused: str = "", status: int = 200) -> HttpResponse:
    today = localdate()
    month = _month(request.GET.get("month", "") or request.POST.get("span", "")[:7], today)
    last = min(today, add_months(month, 1) - timedelta(days=1))
    there = queries.duties_between(compound.pk, month, add_months(month, 1) - timedelta(days=1))
    days = sorted(queries.days_with(compound.pk, month, last, pdf.FACILITY), reverse=True)
    tests = there & {pdf.TEST, pdf.YEARLY}
    return render(
        request,
        "rounds/print.html",
        {
            "compound": compound,
            "sections": sections(request, compound, "rounds_print", waiting=records.waiting(compound.pk)),
            "month": f"{month:%Y-%m}",
            "year": month.year,
            "months": [f"{add_months(today.replace(day=1), -n):%Y-%m}" for n in range(MONTHS)],
            "any": bool(there),
            "keeps": keeps(request.actor),
            "days": [f"{day:%Y-%m-%d}" for day in days],
            "tests": bool(tests),
            "records": [{"form": key, "title": title} for key, title in pdf.TITLES.items() if key in there],
            "made": [_made(one, compound) for one in queries.issued(compound.pk)],
            "refused": refused,
        },
        status=status,
    )  # fmt: skip


def _made(one: IssuedDocument, compound: Compound) -> dict[str, Any]:
    span = one.target.split(":", 2)[2].split(":")
    name = duty_name(span[0]) if len(span) > 1 else one.title
    return {
        "title": f"{name} {span[-1]}",
        "detail": f"{_('编号')} {one.number}",
        "badge": one.get_state_display(),
        "tone": TONES[one.state],
        "moment": one.issued_at or one.requested_at,
        "href": reverse("documents:document", args=[compound.code, one.pk]),
    }
