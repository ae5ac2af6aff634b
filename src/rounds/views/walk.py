"""The page of whoever walks without signal: an app on the phone over REST (docs/decisions/rounds.md).

Without scripts ``today`` does the same.
"""

import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from rounds.views.posting import walkers
from tenancy.access import ActingRequest, public
from tenancy.models import Compound

# What the page needs to open and work without signal.
_ASSETS = (
    "ui/tokens.css",
    "ui/ui.css",
    "ui/ui.js",
    "ui/icons.svg",
    "ui/mark.svg",
    "ui/vendor/htmx-2.0.11.min.js",
    "live/live.js",
    "documents/photos.js",
    "ui/offline/store.js",
    "ui/offline/answers.js",
    "ui/offline/box.js",
    "ui/offline/scan.js",
    "ui/vendor/jsQR-1.4.0.js",
    "posting/posting.css",
    "rounds/walk.css",
    "rounds/walk-day.js",
    "rounds/walk-form.js",
    "rounds/walk.js",
)


@require_safe
@never_cache
@walkers
def walk(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The rounds of the day, place by place. What is shown comes from the package that the phone keeps."""
    actor = request.actor
    return render(
        request,
        "rounds/walk.html",
        {"compound": compound, "person": actor.person_id, "standing": f"{actor.kind}:{actor.key}"},
    )


@require_safe
@walkers
def manifest(_request: ActingRequest, compound: Compound) -> HttpResponse:
    """What a phone needs to put the page on its home screen. Fetched with the session, as the page is."""
    page = reverse("rounds_walk", args=[compound.code])
    icons: list[dict[str, Any]] = [
        {"src": static(f"rounds/icon-{side}.png"), "sizes": f"{side}x{side}", "type": "image/png", "purpose": "any maskable"}
        for side in (192, 512)
    ]  # fmt: skip
    body = {
        "id": page,
        "name": _("消防巡查 · %(name)s") % {"name": compound.name},
        "short_name": _("消防巡查"),
        "lang": "zh-CN",
        "start_url": page,
        "scope": page,
        "display": "standalone",
        "orientation": "portrait",
        "background_color": "#f2f2f0",
        "theme_color": "#f2f2f0",
        "icons": icons,
    }
    return JsonResponse(
        body, content_type="application/manifest+json", headers={"Cache-Control": "private, max-age=3600"}
    )


@require_safe
@public
def service_worker(_request: HttpRequest) -> HttpResponse:
    """The script that opens the page without signal. It may serve only the pages under a compound's /rounds/walk/."""
    addresses = "".join(static(asset) for asset in _ASSETS)
    text = render_to_string(
        "rounds/sw.js", {"assets": _ASSETS, "version": hashlib.sha256(addresses.encode()).hexdigest()[:12]}
    )
    # Asked again at every visit: an old one would go on serving old scripts.
    headers = {"Cache-Control": "no-cache", "Service-Worker-Allowed": "/c/"}
    return HttpResponse(text, content_type="text/javascript; charset=utf-8", headers=headers)
