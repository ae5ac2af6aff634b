"""A worker's list: their own requests by building and floor, then those that nobody has taken."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from live.queries import seqs
from posting.queries import open_count
from repairs import queries
from repairs.models import Request
from repairs.rules.rounds import rounds
from repairs.topics import BOARD
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound
from tenancy.queries import compounds

workers_only = in_compound(parties=("company",), roles=("worker",))


@require_safe
@never_cache
@workers_only
def today(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The whole list."""
    numbers = seqs(compound_id=compound.pk, topics=[BOARD])
    several = len(request.actor.compound_ids) > 1
    others = [one for one in compounds(request.actor.compound_ids) if one != compound] if several else []
    papers = open_count(request.actor, compound.pk)
    return render(
        request,
        "repairs/today.html",
        {**_lists(request, compound), "seqs": numbers, "others": others, "papers": papers},
    )


@require_safe
@never_cache
@workers_only
def rows(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The part of the list that renews itself."""
    return render(request, "repairs/_today.html", _lists(request, compound))


def _lists(request: ActingRequest, compound: Compound) -> dict[str, Any]:
    now = timezone.now()
    found = queries.worker_list(request.actor, compound_id=compound.pk)
    own = [row for row in found if row.worker_id is not None]
    free = [row for row in found if row.worker_id is None]
    return {
        "compound": compound,
        "own": rounds(own, _place),
        "own_count": len(own),
        "free": free,
        "free_more": len(free) == queries.FREE_SHOWN,
        "late": sum(_late(row, now) for row in own),
        "now": now,
    }


def _place(row: Request) -> tuple[str, int | None]:
    if row.home is not None:
        return row.home.entrance.building.name, row.home.floor
    return (row.building.name if row.building is not None else ""), None


def _late(row: Request, now: datetime) -> bool:
    return row.due_at is not None and row.due_at < now
