"""The register as a list: searched, by building and entrance, telephones masked; in and out as .xlsx."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from premises.models import Home, Owner
from registers import queries, sheets
from registers.actions.looking import export as take_out
from registers.actions.looking import reveal_phones
from registers.forms import TYPE, SearchForm
from registers.permissions import may_keep, may_read
from registers.refusals import NoSuchOwner, NotPermitted
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound
from ui.words import masked_phone


@dataclass(frozen=True, slots=True)
class ShownOwner:
    """An owner on the list: telephones masked, share as a fraction (empty when one owns all)."""

    owner: Owner
    phones: str
    share: str


@dataclass(frozen=True, slots=True)
class ShownHome:
    """A home on the list."""

    home: Home
    owners: list[ShownOwner]


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@in_compound()
def register(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The list, fifty homes a page. What someone searches for is posted, so that no address or log holds a name."""
    if not may_read(request.actor):
        raise PermissionDenied
    keeper = may_keep(request.actor)
    form = SearchForm(request.POST or request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    wanted = queries.Wanted(
        words=" ".join((given.get("q") or "").split()) if request.method == "POST" else "",
        building=given.get("building") or 0,
        entrance=given.get("entrance") or 0,
    )
    found = queries.homes(compound.pk, wanted, by_phone=keeper)
    page = Paginator(found, queries.PAGE).get_page(1 if wanted.words else request.GET.get("page"))
    buildings = queries.buildings(compound.pk)
    chosen = next((one for one in buildings if one.pk == wanted.building), None)
    return render(
        request,
        "registers/register.html",
        {
            "compound": compound,
            "page": page,
            "rows": [_shown(home, phones=keeper) for home in page.object_list],
            "totals": queries.totals(compound.pk),
            "buildings": buildings,
            "entrances": list(chosen.entrances.all()) if chosen is not None else [],
            "wanted": wanted,
            "searching": wanted != queries.Wanted(),
            "keeper": keeper,
            "open": queries.open_run(compound.pk) if keeper else None,
        },
    )


def _shown(home: Any, *, phones: bool) -> ShownHome:
    return ShownHome(
        home,
        [
            ShownOwner(
                owner,
                "、".join(masked_phone(one) for one in queries.phones_of(owner)) if phones else "",
                "" if owner.share_denominator == 1 else f"{owner.share_numerator}/{owner.share_denominator}",
            )
            for owner in home.present
        ],
    )


@require_POST
@never_cache
@in_compound()
def reveal(request: ActingRequest, compound: Compound, owner_id: int) -> HttpResponse:
    """Show an owner's telephones once, in this answer alone; the look is recorded."""
    try:
        phones = reveal_phones(compound_id=compound.pk, owner_id=owner_id, by=request.actor, now=timezone.now())
    except NotPermitted as error:
        raise PermissionDenied from error
    except NoSuchOwner as error:
        raise Http404 from error
    template = "registers/_phones.html" if "HX-Request" in request.headers else "registers/phones.html"
    return render(request, template, {"compound": compound, "phones": phones})


@require_POST
@never_cache
@in_compound()
def export(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The register as .xlsx; that it was taken out is recorded."""
    now = timezone.now()
    try:
        content = take_out(compound_id=compound.pk, by=request.actor, now=now)
    except NotPermitted as error:
        raise PermissionDenied from error
    return workbook(content, f"{compound.name}房屋台账{timezone.localdate(now):%Y%m%d}.xlsx")


@require_safe
@in_compound()
def sample(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The empty form with what to write in it."""
    if not may_keep(request.actor):
        raise PermissionDenied
    return workbook(sheets.sample(), f"{compound.name}房屋台账（空表）.xlsx")


def workbook(content: bytes, name: str) -> HttpResponse:
    """An .xlsx as a download, kept by nobody in between."""
    answer = HttpResponse(content, content_type=TYPE)
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"  # noqa: FBT003
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
