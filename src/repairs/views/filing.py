"""The filing page: a resident reports a repair in at most three taps and a photo."""

import hashlib
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from documents.actions import FileRefused
from idempotency.actions import KeyRefused, KeyReused
from idempotency.posting import once
from repairs import nearby
from repairs.actions.filing import Behalf, Draft, SimilarOpen, file_request
from repairs.forms import CONSENTS, OTHER, FilingForm
from repairs.models import Category, Place
from repairs.permissions import FILES_FOR_OTHERS
from repairs.refusals import BadInput, NotPermitted, Refused
from repairs.rules.categories import CATEGORIES
from repairs.rules.periods import MAX_PHOTOS
from repairs.standings import elsewhere
from repairs.words import WANTED, refusal_field, refusal_text
from tenancy.access import ActingRequest, acting, in_compound, public
from tenancy.models import Compound
from ui.numbers import whole

# The script that sends drafts asks for its answer in this form; a page gets a redirect.
SENT_BY_SCRIPT = "X-Draft"
# What a form has of its own: the next one brings another.
_OWN_OF_A_FORM = {"csrfmiddlewaretoken", "idempotency_key", "photos"}


# Residents for themselves, a parent or a neighbour; whoever serves them, for a resident who asked.
filers = in_compound(parties=tuple(sorted({"resident", *FILES_FOR_OTHERS})))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@filers
def new(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The form, and its filing. A refused form comes back with everything typed in it."""
    now = timezone.now()
    if request.method != "POST":
        chosen = request.GET.get("category", "")
        return _page(request, compound, FilingForm(initial={"category": chosen if chosen in CATEGORIES else ""}), now)
    form = FilingForm(request.POST, request.FILES)
    if not form.is_valid():
        return _refused(request, compound, form, now, 422)
    try:
        draft = _draft(request, compound, form)
        if "edit" in request.POST:
            return _page(request, compound, form, now)
        location = _file(request, compound, form, draft, now)
    except SimilarOpen:
        return _offer(request, compound, draft, now)
    except (Refused, FileRefused, KeyRefused) as error:
        field = refusal_field(error)
        if field == "home" and form.cleaned_data["whom"]:
            field = "for_home" if form.cleaned_data["whom"] == OTHER else "whom"
        form.add_error(field if field in form.fields else None, refusal_text(error))
        status = error.status if isinstance(error, Refused) else 409 if isinstance(error, KeyReused) else 422
        return _refused(request, compound, form, now, status)
    return JsonResponse({"location": location}, status=201) if _by_script(request) else redirect(location)


@require_safe
@never_cache
@acting()
def spot(request: ActingRequest, code: str, spot: str) -> HttpResponse:
    """What the QR code of a place or device leads to: the form, with the place filled in.

    A code that is out of use, of the next compound or never was, is 404; its page says so and is the form all the same.
    Whoever cannot file here as what they act now, but could as something else that they are, is offered to change to that.
    """
    try:
        return _spot(request, code=code, spot=spot)
    except (Http404, PermissionDenied):
        found = elsewhere(person_id=request.actor.person_id, code=code, on=localdate())
        if found is None:
            raise
    compound, others = found
    return render(request, "repairs/elsewhere.html", {"here": compound.name, "others": others, "onward": request.path})


@filers
def _spot(request: ActingRequest, compound: Compound, spot: str) -> HttpResponse:
    found = nearby.spot(compound_id=compound.pk, code=spot)
    initial = {"place": Place.PUBLIC, "spot": found.code, "category": found.category} if found else {}
    form = FilingForm(initial=initial)
    return _page(request, compound, form, timezone.now(), 404 if found is None else 200, spot=found, gone=found is None)


@require_safe
@never_cache
@filers
def similar(request: ActingRequest, compound: Compound) -> HttpResponse:
    """What neighbours reported already, while somebody fills in the form; empty as a rule.

    For whoever files for another, of the home that they typed or of the parent's.
    """
    now = timezone.now()
    asked = request.GET
    where = nearby.Where(
        category=asked.get("category", ""),
        place=asked.get("place", ""),
        home_id=whole(asked.get("home", "")) if asked.get("place") == Place.HOME else None,
        building_id=whole(asked.get("building", "")),
        spot=asked.get("spot", "")[:8].replace("\x00", ""),
    )
    kind, _colon, which = asked.get("whom", "").partition(":")
    found = nearby.Near()
    if where.category in CATEGORIES and where.place in Place.values:
        if request.actor.party != "resident" or kind == OTHER:
            where = _of_caller(where, compound, asked.get("for_home", ""))
        elif kind == "parent":
            home_id = whole(which.rpartition(":")[2]) if where.place != Place.PUBLIC else None
            where = replace(where, home_id=home_id, building_id=None)
        found = nearby.similar(where, compound_id=compound.pk, person_id=request.actor.person_id, now=now)
    shown = {"compound": compound, "near": found, "now": now, **_who_reads(request, for_another=bool(kind))}
    return render(request, "repairs/_similar.html", shown)


def _who_reads(request: ActingRequest, *, for_another: bool) -> dict[str, bool]:
    """How the like is offered: staff open it, residents join it; whoever stands here as a child has no home to join from."""
    return {
        "staff": request.actor.party != "resident",
        "joins": request.actor.party == "resident" and request.actor.role != "child",
        "for_another": for_another,
    }


def _of_caller(where: nearby.Where, compound: Compound, address: str) -> nearby.Where:
    """Where it is for whom staff file: the home that they typed and its building, where there is one."""
    there = nearby.home_typed(compound_id=compound.pk, address=address[:60].replace("\x00", "")) if address else None
    home_id, building_id = there if there is not None else (None, None)
    return replace(where, home_id=home_id, building_id=building_id if where.place != Place.PUBLIC else None)


def _draft(request: ActingRequest, compound: Compound, form: FilingForm) -> Draft:
    """What was given, with whom it is for; raises BadInput for a home that there is not."""
    kind, _colon, which = form.cleaned_data["whom"].partition(":")
    # A child who does not live here has nothing of their own to report, and speaks for nobody but the parent.
    if request.actor.role == "child" and kind != "parent":
        raise BadInput("say_for_whom", field="whom")
    if not kind:
        return form.draft()
    if kind == OTHER:
        found = nearby.home_typed(compound_id=compound.pk, address=form.cleaned_data["for_home"])
        if found is None:
            raise BadInput("no_such_home", field="for_home")
        behalf = Behalf(*(form.cleaned_data[name] for name in ("for_name", "for_phone", "consent")))
        return form.draft(behalf=behalf, home_id=found[0], building_id=found[1])
    parent_id, home_id = map(int, which.split(":"))
    in_building = form.cleaned_data["place"] == Place.BUILDING
    building_id = nearby.building_of(compound_id=compound.pk, home_id=home_id) if in_building else None
    return form.draft(behalf=Behalf(parent_id=parent_id), home_id=home_id, building_id=building_id)


def _asks(request: ActingRequest) -> bool:
    """Whether to ask about the like before it is filed: where no script has asked while it was written.

    Never about photos, which would have to be chosen again.
    """
    return not (_by_script(request) or request.FILES or "apart" in request.POST)


def _offer(request: ActingRequest, compound: Compound, draft: Draft, now: datetime) -> HttpResponse:
    """The choice between joining one of these and filing all the same, with everything that was typed."""
    where = nearby.Where(draft.category, draft.place, draft.home_id, draft.building_id, draft.spot)
    offered = nearby.similar(where, compound_id=compound.pk, person_id=request.actor.person_id, now=now)
    typed = [(name, value) for name, values in request.POST.lists() if name not in _OWN_OF_A_FORM for value in values]
    shown = {
        "compound": compound,
        "near": offered,
        "typed": typed,
        "now": now,
        **_who_reads(request, for_another=draft.behalf is not None),
    }
    return render(request, "repairs/similar.html", shown)


def _file(request: ActingRequest, compound: Compound, form: FilingForm, draft: Draft, now: datetime) -> str:
    """File once for the form's key; the address of the request's page."""
    # A draft that waited on a shared telephone must not be filed in the name of whoever has signed in since.
    filer = form.cleaned_data["filer"]
    if filer is not None and filer != request.actor.person_id:
        raise NotPermitted("other_person")

    def effect() -> str:
        filed = file_request(
            compound=compound,
            draft=draft,
            photos=form.uploads(),
            by=request.actor,
            now=now,
            ask_similar=_asks(request),
        )
        return f"{reverse('repairs_request', args=[compound.code, filed.ref])}?filed=1"

    return once(request, compound_id=compound.pk, now=now, effect=effect)


def _by_script(request: HttpRequest) -> bool:
    return SENT_BY_SCRIPT in request.headers


def _refused(request: ActingRequest, compound: Compound, form: FilingForm, now: datetime, status: int) -> HttpResponse:
    if not _by_script(request):
        return _page(request, compound, form, now, status=status)
    errors = {name if name != "__all__" else "": list(map(str, found)) for name, found in form.errors.items()}
    return JsonResponse({"errors": errors}, status=status)


def _page(
    request: ActingRequest,
    compound: Compound,
    form: FilingForm,
    now: datetime,
    status: int = 200,
    *,
    spot: nearby.Spot | None = None,
    gone: bool = False,
) -> HttpResponse:
    actor = request.actor
    staff = actor.party != "resident"
    offered = nearby.filing(compound_id=compound.pk, person_id=actor.person_id, on=localdate(now))
    if staff:
        offered = replace(offered, homes=(), parents=())
    if form.is_bound and form.data.get("spot"):
        spot = nearby.spot(compound_id=compound.pk, code=form.data["spot"][:8].replace("\x00", ""))
    if not form.is_bound:
        if not form.initial.get("place") and len(offered.homes) == 1:
            form.initial["place"] = Place.HOME
        if staff:
            form.initial["whom"] = OTHER
        elif actor.role == "child" and len(offered.parents) == 1:
            form.initial["whom"] = offered.parents[0].key
            form.initial["place"] = form.initial.get("place") or Place.HOME
    return render(
        request,
        "repairs/new.html",
        {
            "compound": compound,
            "form": form,
            "homes": offered.homes,
            "buildings": list({home.building_id: home for home in offered.homes}.values()),
            "parents": offered.parents,
            "firm": offered,
            "staff": staff,
            "child": actor.role == "child",
            "spot": spot,
            "spot_gone": gone,
            "consents": CONSENTS.items(),
            "categories": _tiles(),
            "wanted": WANTED.items(),
            "max_photos": MAX_PHOTOS,
            "had_photos": bool(request.FILES),
            "person_id": actor.person_id,
        },
        status=status,
    )


def _tiles() -> list[dict[str, Any]]:
    return [
        {"value": code, "icon": category.icon, "label": Category(code).label} for code, category in CATEGORIES.items()
    ]


# What the filing page needs to open and work without signal.
_ASSETS = (
    "ui/tokens.css",
    "ui/ui.css",
    "ui/ui.js",
    "ui/icons.svg",
    "ui/mark.svg",
    "ui/vendor/htmx-2.0.11.min.js",
    "ui/offline/store.js",
    "repairs/resident.css",
    "repairs/drafts.js",
    "repairs/filing.js",
    "documents/photos.js",
)


@require_safe
@public
def service_worker(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  Django passes it
    """The script that opens the filing page without signal. It stands at the root so that it may serve every page."""
    addresses = "".join(static(asset) for asset in _ASSETS)
    text = render_to_string(
        "repairs/sw.js",
        {
            "assets": _ASSETS,
            "version": hashlib.sha256(addresses.encode()).hexdigest()[:12],
            "logout": reverse("account_logout"),
        },
    )
    # Asked again at every visit: an old one would go on serving old scripts.
    return HttpResponse(text, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})
