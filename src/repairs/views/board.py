"""The dispatch board of the firm's desk: what is new, late, in hand and finished, and who is free."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from documents.actions import DocumentRefused, request_document
from repairs import pdf, queries
from repairs.rows import Card, Cards
from repairs.topics import BOARD
from repairs.views.paging import part
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound

LABELS = {
    "new": _("新提交"),
    "accepted": _("已受理"),
    "working": _("处理中"),
    "paused": _("已暂停"),
    "awaiting": _("待确认"),
}
# A card that changed so lately is marked for a moment when the board renews itself.
FRESH = timedelta(seconds=20)
desk_only = in_compound(parties=("company",), roles=("manager", "dispatcher"))


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the first cards, how many there are and how many more than shown."""

    name: str
    label: Any
    cards: list[Card]
    total: int
    late: int

    @property
    def more(self) -> int:
        """How many are not shown."""
        return max(0, self.total - len(self.cards))


@require_safe
@never_cache
@desk_only
def board(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The whole board, or with ``?column=new`` everything in one column, page by page."""
    name = request.GET.get("column")
    if name is None:
        return render(request, "repairs/board.html", _columns(request, compound))
    if name not in queries.COLUMNS:
        raise Http404
    return render(request, "repairs/board_column.html", _one_column(request, compound, name))


@require_safe
@never_cache
@desk_only
def cards(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The part of the board that renews itself."""
    return render(request, "repairs/_board.html", _columns(request, compound))


@require_POST
@in_compound(parties=("company",))
def slip(request: ActingRequest, compound: Compound, ref: str) -> HttpResponse:
    """Ask for the work slip of a request; it is made by a worker and shown on the page of the document."""
    found = queries.request_for(request.actor, compound_id=compound.pk, ref=ref)
    if found is None:
        raise Http404
    try:
        document = request_document(
            compound_id=compound.pk,
            by=request.actor,
            kind=pdf.KIND,
            target=pdf.target_of(found),
            now=timezone.now(),
        )
    except DocumentRefused as error:
        raise Http404 from error
    return redirect("documents:document", compound.code, document.pk)


def _columns(request: ActingRequest, compound: Compound) -> dict[str, Any]:
    now = timezone.now()
    # The live number comes with the figures, before the cards: what happens in between is told again, never missed.
    figures = queries.figures(compound_id=compound.pk, on=localdate(now), now=now)
    found = queries.board(compound_id=compound.pk)
    cards = _cards(request, compound, figures, now)
    columns = [
        Column(
            name=name,
            label=LABELS[name],
            cards=[cards.card(row) for row in found if row.state in states],
            total=figures.columns[name][0],
            late=figures.columns[name][1],
        )
        for name, (states, _limit) in queries.COLUMNS.items()
        # Seldom anything is paused: an empty column would take the width that the others need.
        if name != "paused" or figures.columns[name][0]
    ]
    return {
        "compound": compound,
        "figures": figures,
        "columns": columns,
        "now": now,
        "seqs": {BOARD: figures.seq},
        "incidents": [(one, one.line(now)) for one in figures.incidents],
        "several": len(request.actor.compound_ids) > 1,
        "empty": not any(column.total for column in columns),
    }


def _one_column(request: ActingRequest, compound: Compound, name: str) -> dict[str, Any]:
    now = timezone.now()
    figures = queries.figures(compound_id=compound.pk, on=localdate(now), now=now)
    page = part(queries.column(compound_id=compound.pk, name=name), request.GET.get("page"), queries.BOARD_LIMIT)
    cards = _cards(request, compound, figures, now)
    return {
        "compound": compound,
        "figures": figures,
        "name": name,
        "label": LABELS[name],
        "cards": [cards.card(row) for row in page.rows],
        "page": page,
        "total": figures.columns[name][0],
        "now": now,
    }


def _cards(request: ActingRequest, compound: Compound, figures: queries.Figures, now: datetime) -> Cards:
    return Cards(
        now=now,
        here=reverse("repairs_own", args=[compound.code]),
        crew=figures.crew,
        posts=figures.posts,
        token=get_token(request),
        fresh=FRESH,
    )
