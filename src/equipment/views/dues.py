"""What runs out, the papers that do, and what whoever watches over it sees: what is overdue and critical."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from equipment import queries
from equipment.actions.plans import file_paper
from equipment.forms import PaperForm
from equipment.models import Due
from equipment.permissions import WATCHERS, keeps
from equipment.upkeep import print_upkeep
from equipment.views.posting import Said, keepers, post, readers, sections, taken
from equipment.words import kind_name, left_text, name_of
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound

PER_PAGE = 50
MAX_DIGITS = 19
watchers = in_compound(parties=WATCHERS)


@require_safe
@never_cache
@readers
def dues(request: ActingRequest, compound: Compound) -> HttpResponse:
    """What comes near, what is over, and what nobody knows the day of."""
    return _dues(request, compound)


def _dues(request: ActingRequest, compound: Compound, *, refused: str = "", status: int = 200) -> HttpResponse:
    today = localdate()
    counts = queries.due_counts(compound.pk, today)
    labels = {"over": _("已过期"), "near": _("90 天内"), "unknown": _("日期不明")}
    first = "over" if counts["over"] else "near"
    show = request.GET.get("show", first)
    show = show if show in labels else first
    page = Paginator(queries.dues(compound.pk, show, today), PER_PAGE).get_page(request.GET.get("page"))
    papers = queries.papers(compound.pk)
    return render(
        request,
        "equipment/dues.html",
        {
            "compound": compound,
            "sections": sections(request, compound, "equipment_dues"),
            "tabs": [
                {"url": f"?show={key}", "label": label, "count": counts[key], "active": key == show}
                for key, label in labels.items()
            ],
            "rows": [_row(one, compound, link=True) for one in page.object_list],
            "page": page,
            "show": show,
            "lacking": [name_of(one) for one in queries.lacking(compound.pk, papers, today)],
            "keeps": keeps(request.actor),
            "years": [today.year + 1, today.year, today.year - 1],
            "year": today.year,
            "refused": refused,
        },
        status=status,
    )


@require_POST
@readers
def printed(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The plan or record of maintenance of a year, or the card of a piece."""
    now = timezone.now()
    typed = request.POST.get("which", "")

    def effect() -> str:
        made = print_upkeep(
            compound_id=compound.pk, form=request.POST.get("form", ""),
            which=int(typed) if typed.isascii() and typed.isdigit() and len(typed) < MAX_DIGITS else 0,
            by=request.actor, now=now,
        )  # fmt: skip
        return reverse("documents:document", args=[compound.code, made.pk])

    try:
        return redirect(post(request, compound_id=compound.pk, now=now, effect=effect))
    except Said as said:
        return _dues(request, compound, refused=said.text, status=said.status)


@require_safe
@never_cache
@watchers
def overdue(request: ActingRequest, compound: Compound) -> HttpResponse:
    """What is overdue and critical, what stands still, and nothing else."""
    today = localdate()
    page = Paginator(queries.dues(compound.pk, "over", today, critical=True), PER_PAGE).get_page(
        request.GET.get("page")
    )
    return render(
        request,
        "equipment/overdue.html",
        {
            "compound": compound,
            "rows": [_row(one, compound, link=False) for one in page.object_list],
            "page": page,
            "stops": [one for one in queries.open_stops(compound.pk) if one.state == "stopped"],
            "now": timezone.now(),
            "visits": request.actor.party in {"community", "residents"},
        },
    )


def _row(due: Due, compound: Compound, *, link: bool) -> dict[str, Any]:
    badge, tone = left_text(due.on, localdate())
    href = ""
    if due.piece is not None:
        title, detail = f"{due.piece.number} {kind_name(due.piece.kind)}", due.piece.address
        href = reverse("equipment_piece", args=[compound.code, due.piece_id])
    elif due.paper is not None:
        title, detail = due.paper.title, due.paper.holder
        href = reverse("equipment_papers", args=[compound.code])
    else:
        title, detail = due.subject.address, due.name
        href = reverse("equipment_subject", args=[compound.code, due.subject_id])
    what = due.name if due.piece is not None else due.get_what_display()
    return {
        "due": due, "title": title, "detail": detail, "what": what, "badge": badge, "tone": tone,
        "href": href if link else "",
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@keepers
def papers(request: ActingRequest, compound: Compound) -> HttpResponse:
    """Contracts, certificates and reports with their ends; a POST keeps a new one."""
    now = timezone.now()
    posted = request.method == "POST"
    there = queries.papers(compound.pk)
    choices = [(str(one.pk), one.title) for one in there]
    form = PaperForm(request.POST, request.FILES, papers=choices) if posted else PaperForm(papers=choices)
    today = localdate()

    def again(status: int) -> HttpResponse:
        rows = [
            {"paper": one, "badge": left_text(one.expires_on, today)[0], "tone": left_text(one.expires_on, today)[1]}
            for one in there
        ]
        return render(
            request,
            "equipment/papers.html",
            {
                "compound": compound,
                "sections": sections(request, compound, "equipment_papers"),
                "rows": rows,
                "form": form,
                "lacking": [
                    {"name": name_of(one), "clause": one.clause} for one in queries.lacking(compound.pk, there, today)
                ],
            },
            status=status,
        )

    def effect() -> str:
        given = dict(form.cleaned_data)
        file_paper(compound_id=compound.pk, upload=given.pop("file"), by=request.actor, now=now, **given)
        messages.success(request, _("已保存，到期前 90、30、7 天会提醒。"))
        return reverse("equipment_papers", args=[compound.code])

    return taken(request, compound, form, now=now, effect=effect, again=again) if posted else again(200)
