"""位置码: the codes of public places and devices, their labels, and taking one out of use."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from premises.queries import buildings
from repairs import rule_rows as rows
from repairs.actions import places as actions
from repairs.forms import NoForm
from repairs.permissions import may_print_places, may_set_rules
from repairs.rule_forms import PlaceForm, PrintForm
from repairs.views.paging import part
from repairs.views.rules.posting import desk, manager, post, readers
from tenancy.access import ActingRequest
from tenancy.models import Compound

SHOWN = 50


@require_http_methods(["GET", "HEAD"])
@never_cache
@readers
def places(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The codes in use, 50 a page, the retired ones, and the form for a new one."""
    return _page(request, compound)


@require_POST
@never_cache
@manager
def make(request: ActingRequest, compound: Compound) -> HttpResponse:
    """Give a place a code."""
    now = timezone.now()
    form = PlaceForm(request.POST, buildings=_buildings(compound))
    if not form.is_valid():
        return _page(request, compound, form=form, status=422)
    given = form.cleaned_data

    def effect() -> str:
        actions.make_place(
            compound_id=compound.pk,
            place_text=given["place_text"],
            building_id=given["building"],
            category=given["category"],
            by=request.actor,
            now=now,
        )
        return reverse("repairs_places", args=[compound.code])

    return post(
        request,
        compound_id=compound.pk,
        now=now,
        effect=effect,
        form=form,
        said=_("位置码已做好，打印标签贴上就能用。"),
        again=lambda status: _page(request, compound, form=form, status=status),
    )


@require_POST
@manager
def retire(request: ActingRequest, compound: Compound, spot: str) -> HttpResponse:
    """Take a code out of use."""
    now = timezone.now()
    form = NoForm(request.POST)

    def effect() -> str:
        actions.retire_place(compound_id=compound.pk, code=spot, by=request.actor, now=now)
        return reverse("repairs_places", args=[compound.code])

    return post(
        request,
        compound_id=compound.pk,
        now=now,
        effect=effect,
        form=form,
        said=_("位置码已停用，请把贴着的标签撕下来。"),
        again=lambda status: _page(request, compound, refused=form, status=status),
    )


@require_POST
@desk
def print_(request: ActingRequest, compound: Compound) -> HttpResponse:
    """A sheet of labels: of the ticked codes, or of all."""
    now = timezone.now()
    known = list(rows.places_used(compound_id=compound.pk).values_list("code", flat=True))
    form = PrintForm(request.POST, codes=known)
    if not form.is_valid() or not (form.cleaned_data["codes"] or form.cleaned_data["every"]):
        form.add_error(None, _("请勾选要打印的位置码，或选“打印全部”。"))
        return _page(request, compound, refused=form, status=422)
    codes = [] if form.cleaned_data["every"] else form.cleaned_data["codes"]

    def effect() -> str:
        document = actions.print_places(compound_id=compound.pk, codes=codes, by=request.actor, now=now)
        return reverse("documents:document", args=[compound.code, document.pk])

    return post(
        request,
        compound_id=compound.pk,
        now=now,
        effect=effect,
        form=form,
        said="",
        again=lambda status: _page(request, compound, refused=form, status=status),
    )


def _buildings(compound: Compound) -> list[tuple[int, str]]:
    return [(building.pk, building.name) for building in buildings(compound.pk)]


def _page(
    request: ActingRequest,
    compound: Compound,
    *,
    form: PlaceForm | None = None,
    refused: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    may_set = may_set_rules(request.actor)
    page = part(rows.places_used(compound_id=compound.pk), request.GET.get("page"), SHOWN)
    ticked = set(refused.data.getlist("codes")) if isinstance(refused, PrintForm) else set()  # type: ignore[attr-defined]
    return render(
        request,
        "repairs/rules/places.html",
        {
            "compound": compound,
            "page": page,
            "places": [{"row": row, "ticked": row.code in ticked} for row in page.rows],
            "retired": rows.places_retired(compound_id=compound.pk),
            "form": (form or PlaceForm(buildings=_buildings(compound))) if may_set else None,
            "may_set": may_set,
            "may_print": may_print_places(request.actor),
            "errors": [text for found in refused.errors.values() for text in found] if refused is not None else [],
        },
        status=status,
    )
