"""What climbed and must be answered, what is late, and the figures with the lists behind them."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from idempotency.actions import KeyRefused, KeyReused
from idempotency.posting import once
from live.queries import seqs
from repairs import queries
from repairs.actions.change import NoSuchRequest
from repairs.actions.clock import answer_escalation
from repairs.forms import AnswerForm
from repairs.models import Escalation
from repairs.permissions import may_answer, watches
from repairs.refusals import Refused
from repairs.topics import BOARD
from repairs.views.paging import part
from repairs.words import refusal_text
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound

LABELS = {
    "late": _("超时"),
    "open": _("未完成"),
    "committee": _("已报业委会和社区"),
    "street": _("已报街道"),
    "awaiting": _("待确认"),
    "unanswered": _("未反馈"),
    "done": _("近30天办结"),
}
# The figure of ``queries.Counts`` that each list stands behind.
FIGURE = {"committee": "at_committee", "street": "at_street"}
LATE_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing to answer, with what was typed and why it was refused, if it was."""

    escalation: Escalation
    answer: str
    error: str


@require_safe
@never_cache
@in_compound()
def watch(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The page; with ``?list=late`` everything behind one figure, page by page."""
    _must_watch(request)
    name = request.GET.get("list")
    if name is None:
        return _page(request, compound)
    if name not in LABELS:
        raise Http404
    now = timezone.now()
    page = part(
        queries.listed(compound_id=compound.pk, name=name, now=now), request.GET.get("page"), queries.BOARD_LIMIT
    )
    return render(
        request,
        "repairs/watch_list.html",
        {"compound": compound, "name": name, "label": LABELS[name], "page": page, "now": now},
    )


@require_safe
@never_cache
@in_compound()
def rows(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The part of the page that renews itself; the page leaves alone the forms in which someone writes."""
    _must_watch(request)
    return render(request, "repairs/_watch.html", {**_duties(request, compound), **_figures(compound)})


@require_POST
@in_compound()
def answer(request: ActingRequest, compound: Compound, escalation_id: int) -> HttpResponse:
    """Write the answer that a level owes. A refused one comes back with what was typed."""
    _must_watch(request)
    now = timezone.now()
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, compound, tried=escalation_id, form=form, status=422)

    def effect() -> str:
        answer_escalation(
            compound_id=compound.pk,
            escalation_id=escalation_id,
            answer=form.cleaned_data["answer"],
            by=request.actor,
            now=now,
        )
        return reverse("repairs_watch", args=[compound.code])

    try:
        return redirect(once(request, compound_id=compound.pk, now=now, effect=effect))
    except NoSuchRequest as error:
        raise Http404 from error
    except (Refused, KeyRefused) as error:
        form.add_error("answer", refusal_text(error))
        status = error.status if isinstance(error, Refused) else 409 if isinstance(error, KeyReused) else 422
        return _page(request, compound, tried=escalation_id, form=form, status=status)


def _must_watch(request: ActingRequest) -> None:
    if not watches(request.actor):
        raise PermissionDenied


def _page(
    request: ActingRequest,
    compound: Compound,
    *,
    tried: int = 0,
    form: AnswerForm | None = None,
    status: int = 200,
) -> HttpResponse:
    numbers = seqs(compound_id=compound.pk, topics=[BOARD])
    shown = {**_duties(request, compound, tried=tried, form=form), **_figures(compound), "seqs": numbers}
    return render(request, "repairs/watch.html", shown, status=status)


def _duties(
    request: ActingRequest, compound: Compound, *, tried: int = 0, form: AnswerForm | None = None
) -> dict[str, Any]:
    duties = queries.duties(request.actor, compound_id=compound.pk)
    typed = str(form.data.get("answer", "")) if form is not None else ""
    wrong = " ".join(str(error) for error in form.errors.get("answer", [])) if form is not None else ""
    return {
        "duties": [Duty(d, typed if d.pk == tried else "", wrong if d.pk == tried else "") for d in duties],
        # Somebody else of the same party was faster: the duty is gone, the reason is said above.
        "gone": wrong if tried and all(d.pk != tried for d in duties) else "",
        "may_answer": may_answer(request.actor),
    }


def _figures(compound: Compound) -> dict[str, Any]:
    now = timezone.now()
    counts = queries.counts(compound_ids=[compound.pk], now=now)[0]
    late = queries.listed(compound_id=compound.pk, name="late", now=now)[:LATE_SHOWN]
    return {
        "compound": compound,
        "figures": [(name, label, getattr(counts, FIGURE.get(name, name))) for name, label in LABELS.items()],
        "late": late,
        "late_more": max(0, counts.late - LATE_SHOWN),
        "now": now,
    }
