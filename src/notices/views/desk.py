"""The desk of whoever writes notices: what waits for them, and what their body has in each state, wherever they act."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from notices import queries
from notices.models import Notice, Side, State
from notices.permissions import WRITER_PARTIES, WRITER_ROLES
from notices.words import KIND_LOOKS, TONES
from tenancy.access import ActingRequest, acting
from tenancy.queries import compounds

PAGE = 20
WAITING_SHOWN = 50
TODO = "todo"


@require_safe
@never_cache
@acting(parties=WRITER_PARTIES, roles=WRITER_ROLES)
def desk(request: ActingRequest) -> HttpResponse:
    """What waits for my signature first; then drafts, what is under way, and what was."""
    actor = request.actor
    state = request.GET.get("state", TODO)
    state = state if state in State.values else TODO
    counted = queries.own_counts(actor)
    waiting = list(queries.waiting_for(actor)[:WAITING_SHOWN])
    to_sign = list(queries.to_sign(actor)[:WAITING_SHOWN])
    page = Paginator(queries.own_work(actor, state), PAGE).get_page(request.GET.get("page")) if state != TODO else None
    covered = compounds(actor.compound_ids)
    several = len(covered) > 1
    return render(
        request,
        "notices/desk.html",
        {
            "state": state,
            "page": page,
            "rows": [_row(one, several=several) for one in page.object_list] if page is not None else [],
            "waiting": [_row(one, several=several) for one in waiting],
            "to_sign": [_row(one, several=several) for one in to_sign],
            "compounds": covered,
            "tabs": [
                {
                    "url": "?" if value == TODO else f"?state={value}",
                    "label": label,
                    "count": len(waiting) + len(to_sign) if value == TODO else counted.get(value, 0),
                    "active": value == state,
                }
                for value, label in [(TODO, _("等我办")), *State.choices]
            ],
        },
    )


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
