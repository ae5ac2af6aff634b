"""Posters: print them, replace a code, see which were replaced."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from documents.actions import DocumentRefused
from residency import listings, queries
from residency.actions.posters import print_posters, replace_poster
from residency.forms import PostersForm, ReasonForm
from residency.pdf import typed_url
from residency.refusals import NoSuchRow
from residency.rules.codes import grouped
from residency.views.office import office_only
from residency.views.posting import REFUSALS, once, status_of
from residency.words import refusal_field, refusal_text
from tenancy.access import ActingRequest
from tenancy.models import Compound


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@office_only
def posters(request: ActingRequest, compound: Compound) -> HttpResponse:
    """Every place with its code, and the printing of all or of one building."""
    if request.method != "POST":
        return _page(request, compound, PostersForm(initial={"unit": "entrance"}))
    form = PostersForm(request.POST)
    if not form.is_valid():
        return _page(request, compound, form, status=422)
    now = timezone.now()

    def effect() -> str:
        document = print_posters(
            compound_id=compound.pk,
            unit=form.cleaned_data["unit"],
            building_id=form.cleaned_data["building"],
            by=request.actor,
            now=now,
        )
        return reverse("documents:document", args=[compound.code, document.pk])

    try:
        return redirect(
            once(request, compound_id=compound.pk, person_id=request.actor.person_id, now=now, effect=effect)
        )
    except (NoSuchRow, DocumentRefused) as error:
        raise Http404 from error
    except REFUSALS as error:
        field = refusal_field(error)
        form.add_error(field if field in form.fields else None, refusal_text(error))
        return _page(request, compound, form, status=status_of(error))


@require_POST
@office_only
def replace(request: ActingRequest, compound: Compound, poster_id: int) -> HttpResponse:
    """Give a place a new code."""
    form = ReasonForm(request.POST, auto_id=f"replace-{poster_id}_%s")
    if not form.is_valid():
        return _page(
            request, compound, PostersForm(initial={"unit": "entrance"}), replacing=(poster_id, form), status=422
        )
    now = timezone.now()

    def effect() -> str:
        replace_poster(
            compound_id=compound.pk, poster_id=poster_id, reason=form.cleaned_data["reason"], by=request.actor, now=now
        )
        return reverse("residency_posters", args=[compound.code])

    try:
        location = once(request, compound_id=compound.pk, person_id=request.actor.person_id, now=now, effect=effect)
    except NoSuchRow as error:
        raise Http404 from error
    except REFUSALS as error:
        form.add_error(None, refusal_text(error))
        return _page(
            request,
            compound,
            PostersForm(initial={"unit": "entrance"}),
            replacing=(poster_id, form),
            status=status_of(error),
        )
    messages.success(request, _("短码已换新，请重新打印并换下旧海报。"))
    return redirect(location)


def _page(
    request: ActingRequest,
    compound: Compound,
    form: PostersForm,
    *,
    replacing: tuple[int, ReasonForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    places = [
        *queries.poster_places(compound_id=compound.pk, unit="entrance"),
        *queries.poster_places(compound_id=compound.pk, unit="building"),
    ]
    current = [place for place in places if place[2] is not None]
    return render(
        request,
        "residency/posters.html",
        {
            "compound": compound,
            "form": form,
            "buildings": list({building.pk: building for building, _entrance, _poster in places}.values()),
            "chosen_building": form["building"].value(),
            "current": [
                {
                    "building": building,
                    "entrance": entrance,
                    "poster": poster,
                    "code": grouped(poster.code),
                    "form": replacing[1]
                    if replacing is not None and replacing[0] == poster.pk
                    else ReasonForm(auto_id=f"replace-{poster.pk}_%s"),
                    "open": replacing is not None and replacing[0] == poster.pk,
                }
                for building, entrance, poster in current
                if poster is not None
            ],
            "old": [{"poster": poster, "code": grouped(poster.code)} for poster in listings.old_posters(compound.pk)],
            "typed_url": typed_url(),
        },
        status=status,
    )
