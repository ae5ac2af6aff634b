"""What leaves the pages of the figures: workbooks and the monthly report."""

import io
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from documents.actions import DocumentRefused, request_document
from documents.models import XLSX
from idempotency.actions import KeyRefused, KeyReused
from idempotency.posting import once
from oversight import pdf
from oversight.actions.exporting import request_export
from oversight.models import Export
from oversight.permissions import PARTIES, own_firm, sees_workers
from oversight.queries import exports, figures
from oversight.queries.figures import Figures
from oversight.rules import areas
from oversight.rules.areas import Place
from oversight.rules.indicators import Counts
from oversight.rules.periods import BadPeriod, Period, before, period
from oversight.sheets import write_figures
from oversight.views.cases import question_of
from oversight.views.figures import must_see, period_of
from oversight.words import period_text
from repairs.models import Category
from tenancy.access import ActingRequest, acting, in_compound
from tenancy.models import Compound

Lines = list[tuple[str, Counts]]


@require_safe
@never_cache
@acting(parties=PARTIES)
def overview_sheet(request: ActingRequest) -> HttpResponse:
    """The figures of the overview as a workbook."""
    must_see(request)
    covered, _area = covered_places(request)
    return _sheet(request, covered)


@require_safe
@never_cache
@in_compound(parties=PARTIES)
def compound_sheet(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The figures of one compound as a workbook."""
    must_see(request)
    return _sheet(request, figures.places([compound.pk]))


def covered_places(request: ActingRequest) -> tuple[list[Place], str]:
    """The places that the standing covers in the area of an address, and the area's name; Http404 for no such area."""
    found = figures.places(request.actor.compound_ids)
    chosen = request.GET.get("area") or request.POST.get("area")
    try:
        table = areas.table(found, chosen)
    except areas.NoSuchArea as error:
        raise Http404 from error
    return [found[at] for at in table.members], table.above[-1][1] if chosen and table.above else ""


def _sheet(request: ActingRequest, covered: list[Place]) -> HttpResponse:
    now, asked, firm = timezone.now(), period_of(request), own_firm(request.actor)
    ids = [one.compound_id for one in covered]
    found = figures.figures(compound_ids=ids, period=asked.period, before=before(asked.period), firm=firm)
    months = figures.trend(compound_ids=ids, last=min(asked.period.last, localdate(now)), firm=firm)
    tables = [
        (
            "合计",
            "时间",
            [(period_text(asked.period), found.whole.now), (period_text(before(asked.period)), found.whole.then)],
        ),
        ("小区", "小区", _by_compound(covered, found)),
        ("类别", "类别", [(str(Category(code).label), both.now) for code, both in sorted(found.categories.items())]),
        ("月份", "月份", [(f"{day:%Y-%m}", counts) for day, counts in months]),
    ]
    if firm is None:
        names = figures.firm_names(list(found.firms))
        firms: Lines = [(names.get(pk, "没有物业企业"), both.now) for pk, both in sorted(found.firms.items())]
        tables.append(("企业", "物业企业", firms))
    elif sees_workers(request.actor):
        crew = figures.workers(compound_ids=ids, period=asked.period, firm=firm)
        tables.append(("师傅", "维修人员", [(one.name or "未派工", one.counts) for one in crew]))
    made = io.BytesIO()
    write_figures(
        tables, about=[f"报修数字（{period_text(asked.period)}）", f"截至 {localtime(now):%Y-%m-%d %H:%M}"], to=made
    )
    answer = HttpResponse(made.getvalue(), content_type=XLSX)
    answer.headers["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=f"报修数字{asked.period.code}.xlsx") or "attachment"
    )
    return answer


def _by_compound(covered: list[Place], found: Figures) -> Lines:
    return [
        (" ".join((one.street[1], one.community[1], one.name)), both.now)
        for one in covered
        for both in [found.compounds.get(one.compound_id)]
        if both is not None
    ]


@require_POST
@acting(parties=PARTIES)
def export_many(request: ActingRequest) -> HttpResponse:
    """Ask for the cases behind a number of an area as a workbook."""
    must_see(request)
    covered, _area = covered_places(request)
    if not covered:
        raise Http404
    first = min(covered, key=lambda one: one.compound_id)
    return _export(request, [one.compound_id for one in covered], first.code, first.compound_id)


@require_POST
@in_compound(parties=PARTIES)
def export_one(request: ActingRequest, compound: Compound) -> HttpResponse:
    """Ask for the cases behind a number of one compound as a workbook."""
    must_see(request)
    return _export(request, [compound.pk], compound.code, compound.pk)


def _export(request: ActingRequest, ids: list[int], code: str, anchor: int) -> HttpResponse:
    asked, now = question_of(request), timezone.now()

    def effect() -> str:
        made = request_export(compound_ids=ids, asked=asked, by=request.actor, now=now)
        return reverse("oversight_export", args=[code, made.pk])

    try:
        return redirect(once(request, compound_id=anchor, now=now, effect=effect))
    except KeyRefused as error:
        return _stale(request, error)


@require_safe
@never_cache
@in_compound(parties=PARTIES)
def export(request: ActingRequest, compound: Compound, pk: int) -> HttpResponse:
    """An export: its writing while it lasts, then the workbook to download."""
    return _export_page(request, compound, pk, "oversight/export.html")


@require_safe
@never_cache
@in_compound(parties=PARTIES)
def export_state(request: ActingRequest, compound: Compound, pk: int) -> HttpResponse:
    """The part of that page that changes by itself."""
    return _export_page(request, compound, pk, "oversight/_export.html")


def _export_page(request: ActingRequest, compound: Compound, pk: int, template: str) -> HttpResponse:
    found = exports.export_for(request.actor, compound_id=compound.pk, pk=pk)
    if found is None:
        raise Http404
    return render(
        request,
        template,
        {
            "compound": compound,
            "export": found,
            "pending": found.state == Export.State.PENDING,
            "ready": found.state == Export.State.READY,
        },
    )


@require_POST
@in_compound(parties=PARTIES)
def report(request: ActingRequest, compound: Compound) -> HttpResponse:
    """Ask for the monthly report of the compound; a firm gets that of its own cases."""
    must_see(request)
    month, now = _month(request.POST.get("period", "")), timezone.now()
    if month is None or month.first > localdate(now):
        raise Http404
    target = pdf.target_of(month, own_firm(request.actor))

    def effect() -> str:
        made = request_document(compound_id=compound.pk, by=request.actor, kind=pdf.KIND, target=target, now=now)
        return reverse("documents:document", args=[compound.code, made.pk])

    try:
        return redirect(once(request, compound_id=compound.pk, now=now, effect=effect))
    except DocumentRefused as error:
        raise Http404 from error
    except KeyRefused as error:
        return _stale(request, error)


def _month(code: str) -> Period | None:
    try:
        found = period(code)
    except BadPeriod:
        return None
    return found if found.kind == "month" else None


def _stale(request: ActingRequest, error: KeyRefused) -> HttpResponse:
    """The page from which it was asked is too old, or has had its effect for something else."""
    told: dict[str, Any] = {"reason": _("页面已经过期，请回到数字页再点一次。")}
    return render(request, "oversight/stale.html", told, status=409 if isinstance(error, KeyReused) else 422)
