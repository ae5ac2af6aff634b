"""The filing page: a resident reports a repair in at most three taps and a photo."""

import hashlib
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
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
from parties.queries import serving_company
from premises.queries import homes_of
from repairs.actions.filing import file_request
from repairs.forms import FilingForm
from repairs.models import Category, Place
from repairs.refusals import NotPermitted, Refused
from repairs.rules.categories import CATEGORIES
from repairs.rules.periods import MAX_PHOTOS
from repairs.views.posting import once
from repairs.words import WANTED, refusal_field, refusal_text
from tenancy.access import ActingRequest, in_compound, public
from tenancy.models import Compound

# The script that sends drafts asks for its answer in this form; a page gets a redirect.
SENT_BY_SCRIPT = "X-Draft"


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@in_compound(parties=("resident",))
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
        location = _file(request, compound, form, now)
    except (Refused, FileRefused, KeyRefused) as error:
        field = refusal_field(error)
        form.add_error(field if field in form.fields else None, refusal_text(error))
        status = error.status if isinstance(error, Refused) else 409 if isinstance(error, KeyReused) else 422
        return _refused(request, compound, form, now, status)
    return JsonResponse({"location": location}, status=201) if _by_script(request) else redirect(location)


def _file(request: ActingRequest, compound: Compound, form: FilingForm, now: datetime) -> str:
    """File once for the form's key; the address of the request's page."""
    # A draft that waited on a shared telephone must not be filed in the name of whoever has signed in since.
    filer = form.cleaned_data["filer"]
    if filer is not None and filer != request.actor.person_id:
        raise NotPermitted("other_person")

    def effect() -> str:
        filed = file_request(compound=compound, draft=form.draft(), photos=form.uploads(), by=request.actor, now=now)
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
    request: ActingRequest, compound: Compound, form: FilingForm, now: datetime, status: int = 200
) -> HttpResponse:
    homes = homes_of(compound_id=compound.pk, person_id=request.actor.person_id, on=localdate(now))
    if len(homes) == 1 and not form.is_bound:
        form.initial["place"] = Place.HOME
    return render(
        request,
        "repairs/new.html",
        {
            "compound": compound,
            "form": form,
            "homes": homes,
            "buildings": list({home.entrance.building.pk: home.entrance.building for home in homes}.values()),
            "firm": serving_company(compound.pk, localdate(now)),
            "categories": _tiles(),
            "wanted": WANTED.items(),
            "max_photos": MAX_PHOTOS,
            "had_photos": bool(request.FILES),
            "person_id": request.actor.person_id,
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
    "repairs/resident.css",
    "repairs/drafts.js",
    "repairs/filing.js",
    "repairs/photos.js",
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
