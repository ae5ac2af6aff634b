"""The list of defects, what is entered by hand or taken from a report, the list as a file, and form B.1 of a month."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from defects import pdf, queries, sheets
from defects.actions.finding import accept_report, enter
from defects.forms import MonthForm, NewForm, month_of
from defects.models import Defect, Severity
from defects.permissions import keeps, reads
from defects.topics import LIST
from defects.views.posting import Said, everyone, firm, keepers, post, renewing, taken
from defects.words import badges
from documents.models import XLSX
from equipment.words import kind_name
from live.queries import seqs
from tenancy.access import ActingRequest
from tenancy.models import Compound

PER_PAGE = 50
MAX_DIGITS = 18
WHOLE, PART = "defects/list.html", "defects/_list.html"


@require_safe
@never_cache
@everyone
def defects(request: ActingRequest, compound: Compound) -> HttpResponse:
    """What is open, overdue, to be re-checked, cleared; whoever watches sees what is overdue and critical.

    ``part``: what of it renews itself.
    """
    # The number first: what happens while the rows are being read is told again, never missed.
    part = renewing(request)
    numbers = None if part else seqs(compound_id=compound.pk, topics=[LIST])
    return _list(request, compound, numbers=numbers, template=PART if part else WHOLE)


def _list(
    request: ActingRequest, compound: Compound, *, refused: str = "", status: int = 200, numbers: Any = None,
    template: str = WHOLE,
) -> HttpResponse:  # fmt: skip
    now = timezone.now()
    actor = request.actor
    all_of_it = reads(actor)
    wanted = wanted_of(request, all_of_it=all_of_it)
    page = Paginator(queries.defects(actor, compound.pk, wanted, now), PER_PAGE).get_page(request.GET.get("page"))
    counts = queries.counts(compound.pk, now) if all_of_it else {}
    labels = {
        "open": _("未销号"), "overdue": _("超时"), "check": _("待复查"), "cleared": _("已销号"), "dropped": _("不是故障"),
    }  # fmt: skip
    return render(
        request,
        template,
        {
            "compound": compound,
            "tabs": [
                {"url": f"?show={key}", "label": label, "count": counts[key], "active": key == wanted.show}
                for key, label in labels.items()
            ]
            if all_of_it
            else [],
            "rows": [_row(one, compound, now) for one in page.object_list],
            "page": page,
            "wanted": wanted,
            "searching": bool(wanted.words or wanted.severity),
            "severities": Severity.choices,
            "firm": all_of_it,
            "keeps": keeps(actor),
            "reports": queries.new_reports(compound.pk) if all_of_it else 0,
            "month": month_of(now),
            "refused": refused,
            "topic": LIST,
            "numbers": numbers,
        },
        status=status,
    )


def wanted_of(request: Any, *, all_of_it: bool) -> queries.Wanted:
    """What of the list is asked for in the address; whoever watches has one list."""
    given = request.GET
    show = given.get("show", "open")
    severity = given.get("severity", "")
    return queries.Wanted(
        show=show if all_of_it and show in queries.SHOWN else "open",
        words=given.get("q", "").replace("\x00", "")[:60],
        severity=severity if severity in Severity.values else "",
    )


def _row(one: Defect, compound: Compound, now: Any) -> dict[str, Any]:
    return {
        "href": reverse("defects_one", args=[compound.code, one.ref]),
        # Of a piece as a whole the place names the piece already: what is wrong with it stands above.
        "title": one.item_name if one.item else Truncator(one.words or one.item_name).chars(40, truncate="…"),
        "place": one.place,
        "number": one.number,
        "request": one.repair.number if one.repair is not None else "",
        "times": one.times,
        "badges": badges(one, now),
        "due": one.due_at if one.is_open else None,
        "found_at": one.found_at,
        "critical": one.critical and one.is_open,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@firm
def new(request: ActingRequest, compound: Compound) -> HttpResponse:
    """Choose a piece, then say what is wrong with it."""
    now = timezone.now()
    asked = request.GET.get("piece", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= MAX_DIGITS else 0
    piece = queries.live_piece(compound.pk, number) if number else None
    if piece is None:
        words = request.GET.get("q", "").replace("\x00", "")[:60]
        found = queries.pieces(compound.pk, words) if words else []
        rows = [{"piece": one, "kind": kind_name(one.kind)} for one in found]
        return render(
            request, "defects/choose.html", {"compound": compound, "rows": rows, "words": words},
            status=404 if asked else 200,
        )  # fmt: skip
    posted = request.method == "POST"
    form = NewForm(request.POST, request.FILES, piece=piece) if posted else NewForm(piece=piece)

    def again(status: int) -> HttpResponse:
        context = {"compound": compound, "form": form, "piece": piece, "kind": kind_name(piece.kind)}
        return render(request, "defects/new.html", context, status=status)

    def effect() -> str:
        made = enter(compound_id=compound.pk, piece_id=piece.pk, by=request.actor, now=now, **form.cleaned_data)
        messages.success(
            request, _("已登记，编号 %(number)s，已经派修。") % {"number": made.number}, extra_tags="draft:defect"
        )
        return reverse("defects_one", args=[compound.code, made.ref])

    return taken(request, compound, form, now=now, effect=effect, again=again) if posted else again(200)


@require_POST
@keepers
def accept(request: ActingRequest, compound: Compound, report_id: int) -> HttpResponse:
    """Make a defect of a report at a label."""
    now = timezone.now()

    def effect() -> str:
        made = accept_report(compound_id=compound.pk, report_id=report_id, by=request.actor, now=now)
        messages.success(request, _("已记为故障 %(number)s，已经派修。") % {"number": made.number})
        return reverse("defects_one", args=[compound.code, made.ref])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        return _list(request, compound, refused=said.text, status=said.status)


@require_safe
@never_cache
@everyone
def export(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The list as it is asked for, as .xlsx."""
    now = timezone.now()
    wanted = wanted_of(request, all_of_it=reads(request.actor))
    rows = queries.defects(request.actor, compound.pk, wanted, now)[: queries.MOST_ROWS]
    answer = HttpResponse(sheets.hazards(rows, now), content_type=XLSX)
    answer.headers["Content-Disposition"] = 'attachment; filename="fire-defects.xlsx"'
    return answer


@require_POST
@firm
def printed(request: ActingRequest, compound: Compound) -> HttpResponse:
    """Form B.1 of a month."""
    now = timezone.now()
    form = MonthForm(request.POST)
    if not form.is_valid():
        return _list(request, compound, refused=str(form.errors["month"][0]), status=422)

    def effect() -> str:
        document = pdf.print_month(compound_id=compound.pk, month=form.cleaned_data["month"], by=request.actor, now=now)
        return reverse("documents:document", args=[compound.code, document.pk])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        return _list(request, compound, refused=said.text, status=said.status)
