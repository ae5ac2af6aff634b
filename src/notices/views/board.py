"""The board of a compound for whoever reads it: what is up, the archive, one line for the home page."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from live.queries import seqs
from notices import extras, queries
from notices.forms import FilterForm
from notices.models import Kind, Notice, Side, State
from notices.permissions import is_staff
from notices.queries import Wanted
from notices.rows import key_of
from notices.topics import BOARD
from notices.words import KIND_LOOKS
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound

PAGE = 20


@require_safe
@never_cache
@in_compound()
def board(request: ActingRequest, compound: Compound) -> HttpResponse:
    """What is up, pinned ones first, or what was; with words, kind, side and year to look for."""
    # The number first: what happens while the rows are being read is told again, never missed.
    numbers = seqs(compound_id=compound.pk, topics=[BOARD])
    context = _rows(request, compound)
    past = context["wanted"].past
    here = reverse("notices_board", args=[compound.code])
    return render(
        request,
        "notices/board.html",
        {
            **context,
            "topic": BOARD,
            "numbers": numbers,
            "query": request.GET.urlencode(),
            "years": queries.years(compound.pk),
            "tabs": [
                {"url": here, "label": _("正在公告"), "count": None, "active": not past},
                {"url": f"{here}?past=1", "label": _("以往公告"), "count": None, "active": past},
            ],
            "kinds": Kind.choices,
            "blanks": [blank(kind) for kind in Kind.values],
            "sides": Side.choices,
            "staff": is_staff(request.actor),
        },
    )


@require_safe
@never_cache
@in_compound()
def rows(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The list alone: the part of the page that renews itself."""
    return render(request, "notices/_rows.html", _rows(request, compound))


@require_safe
@never_cache
@in_compound(parties=("resident",))
def line(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The newest notice in one line: the part of a resident's home that renews itself."""
    return render(
        request,
        "notices/_line.html",
        {"compound": compound, "newest": queries.newest(request.actor, compound.pk)},
    )


def _rows(request: ActingRequest, compound: Compound) -> dict[str, Any]:
    asked: QueryDict = request.GET
    wanted = FilterForm(asked).wanted()
    page = Paginator(queries.board(request.actor, compound.pk, wanted), PAGE).get_page(asked.get("page"))
    found = list(page.object_list)
    marks = extras.marks_of(found)
    return {
        "compound": compound,
        "wanted": wanted,
        "searched": bool(wanted.words or wanted.kind or wanted.side or wanted.year),
        "page": page,
        "rows": [{**row_of(one), "marks": marks.get(one.pk, [])} for one in found],
        # What an event says can be put into the list only where the list is the board itself, from its top.
        "plain": wanted == Wanted() and page.number == 1,
    }


def row_of(one: Notice) -> dict[str, Any]:
    """A notice as one row of the board."""
    icon, tone = KIND_LOOKS[one.kind]
    return {
        "notice": one,
        "title": one.current.title,
        "key": key_of(one),
        "icon": icon,
        "tone": tone,
        "kind": one.get_kind_display(),
        "withdrawn": one.state == State.WITHDRAWN,
        "unread": one.state == State.PUBLISHED and not one.read_by_me,  # type: ignore[attr-defined]
    }


def blank(kind: str) -> dict[str, Any]:
    """A row of a kind with every part that there may be, for the page to fill when it hears of a notice."""
    icon, tone = KIND_LOOKS[kind]
    at = timezone.now()
    return {
        "value": kind,
        "notice": {"ref": "REF", "speaker": "", "published_at": at, "pinned_at": at, "current": {"edition": 2}},
        "icon": icon,
        "tone": tone,
        "kind": Kind(kind).label,
        "marks": [{"label": "", "tone": "neutral"}],
        "unread": True,
    }
