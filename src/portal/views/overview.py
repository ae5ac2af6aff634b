"""Figures of several compounds, and the three parties of one."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from portal import queries
from repairs.permissions import OVERSEERS
from repairs.queries import Counts
from repairs.views.watch import FIGURE, LABELS
from tenancy.access import ActingRequest, acting, in_compound
from tenancy.actor import Actor
from tenancy.models import Compound


@require_safe
@acting(parties=("company", *sorted(OVERSEERS)), roles=queries.OVERVIEW_ROLES)
def overview(request: ActingRequest) -> HttpResponse:
    """One row a compound that the post covers, or an area to look into first; every number leads to what is behind it."""
    now = timezone.now()
    asked = {name: request.GET.get(name, "") for name in ("street", "community", "page")}
    found = queries.overview(request.actor, now=now, **asked)
    if found is None:
        raise Http404
    return render(
        request,
        "portal/overview.html",
        {
            "overview": found,
            "columns": LABELS.values(),
            "shares": [
                Line(*_into(share, found.street), share.compounds, _cells(share.total)) for share in found.shares
            ],
            "groups": [(group, [_line(row, request.actor) for row in group.rows]) for group in found.groups],
            "now": now,
        },
    )


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure under its label; ``list`` names the list behind it."""

    label: str
    value: int
    list: str

    @property
    def late(self) -> bool:
        """Whether it is a number of late ones, and not none."""
        return self.list == "late" and self.value > 0


@dataclass(frozen=True, slots=True)
class Line:
    """One row: a compound, or an area with how many compounds; ``behind`` is the page of a compound's lists."""

    name: str
    address: str
    compounds: int
    cells: list[Cell]
    behind: str = ""


def _line(row: Counts, actor: Actor) -> Line:
    page = "repairs_board" if actor.party == "company" else "repairs_watch"
    return Line(
        row.name,
        reverse(page, args=[row.code]),
        1,
        _cells({name: getattr(row, name) for name in queries.FIGURES}),
        reverse("repairs_watch", args=[row.code]),
    )


def _cells(figures: dict[str, int]) -> list[Cell]:
    return [Cell(str(label), figures[FIGURE.get(name, name)], name) for name, label in LABELS.items()]


def _into(share: queries.Share, street: str) -> tuple[str, str]:
    """Name and address of an area: the street is named where there are several, so that the way back leads through it."""
    if not share.community:
        return share.street, f"?{urlencode({'street': share.street})}"
    within = {"street": street} if street else {}
    return share.community, f"?{urlencode({**within, 'community': share.community})}"


@require_safe
@in_compound()
def parties(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The three parties of a compound, for everyone in it."""
    found = queries.parties_of(compound.pk, localdate())
    return render(request, "portal/parties.html", {"compound": compound, "parties": found})
