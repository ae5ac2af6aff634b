"""The desk of whoever writes notices: what waits for them, and what their body has in each state, wherever they act."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from live.queries import read_heads
from notices import queries
from notices.models import Notice, Side, State
from notices.permissions import WRITER_PARTIES, WRITER_ROLES
from notices.topics import STAFF
from notices.words import KIND_LOOKS, TONES
from tenancy.access import ActingRequest, acting
from tenancy.models import Compound
from tenancy.queries import compounds

PAGE = 20
WAITING_SHOWN = 50
TODO = "todo"
WATCHED = 20  # compounds; a socket may watch thirty topics


@require_safe
@never_cache
@acting(parties=WRITER_PARTIES, roles=WRITER_ROLES)
def desk(request: ActingRequest) -> HttpResponse:
    """What waits for my signature first; then drafts, what is under way, and what was."""
    covered = compounds(request.actor.compound_ids)
    # The numbers first; a post that covers more than one socket watches asks every minute instead.
    numbers = [(one, heads[one.pk]) for one in covered] if (heads := _heads(covered)) else []
    context = {**_rows(request, covered), "numbers": numbers, "topic": STAFF, "query": request.GET.urlencode()}
    return render(request, "notices/desk.html", context)


@require_safe
@never_cache
@acting(parties=WRITER_PARTIES, roles=WRITER_ROLES)
def rows(request: ActingRequest) -> HttpResponse:
    """The lists alone: the part of the desk that renews itself."""
    return render(request, "notices/_desk.html", _rows(request, compounds(request.actor.compound_ids)))


def _heads(covered: Sequence[Compound]) -> dict[int, int]:
    if not 0 < len(covered) <= WATCHED:
        return {}
    return {pk: number for (pk, _topic), number in read_heads([(one.pk, STAFF) for one in covered]).items()}


def _rows(request: ActingRequest, covered: Sequence[Compound]) -> dict[str, Any]:
    actor = request.actor
    state = request.GET.get("state", TODO)
    state = state if state in State.values else TODO
    counted = queries.own_counts(actor)
    waiting = list(queries.waiting_for(actor)[:WAITING_SHOWN])
    to_sign = list(queries.to_sign(actor)[:WAITING_SHOWN])
    page = Paginator(queries.own_work(actor, state), PAGE).get_page(request.GET.get("page")) if state != TODO else None
    several = len(covered) > 1
    here = reverse("notices_desk")
    return {
        "state": state,
        "page": page,
        "rows": [_row(one, several=several) for one in page.object_list] if page is not None else [],
        "waiting": [_row(one, several=several) for one in waiting],
        "to_sign": [_row(one, several=several) for one in to_sign],
        "compounds": covered,
        "tabs": [
            {
                "url": here if value == TODO else f"{here}?state={value}",
                "label": label,
                "count": len(waiting) + len(to_sign) if value == TODO else counted.get(value, 0),
                "active": value == state,
            }
            for value, label in [(TODO, _("等我办")), *State.choices]
        ],
    }


def _row(one: Notice, *, several: bool) -> dict[str, Any]:
    turn = getattr(one, "turn", None)
    parts = [
        one.compound.name if several else "",
        one.speaker,
        str(one.get_kind_display()),
        _("等%(side)s会签") % {"side": Side(turn).label} if turn else "",
    ]
    return {
        "notice": one,
        "title": one.title,
        "icon": KIND_LOOKS[one.kind][0],
        "state": one.get_state_display(),
        "tone": TONES[one.state],
        "detail": " · ".join(part for part in parts if part),
    }
