"""Where screens are put up, changed and taken down."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents import qr
from idempotency.actions import KeyRefused, KeyReused
from idempotency.posting import once
from notices.queries import places_to_choose
from screens import actions, queries, rules
from screens.forms import ScreenForm, initial_of
from screens.models import Screen
from screens.permissions import PARTIES, ROLES
from screens.refusals import BadInput, Refused
from screens.words import place_text, refusal_text
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound

managing = in_compound(parties=PARTIES, roles=ROLES)


@require_safe
@never_cache
@managing
def screens(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The screens of a compound, and when each was last on."""
    return _list(request, compound, timezone.now())


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@managing
def new(request: ActingRequest, compound: Compound) -> HttpResponse:
    """Put a screen up. The answer to the form shows its address, this once; the same form sent again does not."""
    now = timezone.now()
    places = places_to_choose(compound.pk)
    if request.method != "POST":
        return _form(request, compound, ScreenForm(places=places))
    form = ScreenForm(request.POST, places=places)
    if not form.is_valid():
        return _form(request, compound, form, status=422)
    made: list[tuple[Screen, str]] = []

    def effect() -> str:
        made.append(actions.put_up(compound_id=compound.pk, settings=form.settings(), by=request.actor, now=now))
        return reverse("screens_list", args=[compound.code])

    try:
        location = once(request, compound_id=compound.pk, now=now, effect=effect)
    except (Refused, KeyRefused) as error:
        return _refused(request, compound, form, error)
    if not made:
        return redirect(location)
    screen, token = made[0]
    address = f"{settings.PUBLIC_URL}{reverse('screens_show', args=[token])}"
    return render(
        request,
        "screens/made.html",
        {"compound": compound, "screen": screen, "address": address, "qr": qr.svg_data_uri(address, scale=6)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@managing
def edit(request: ActingRequest, compound: Compound, screen_id: int) -> HttpResponse:
    """Change what is said of a screen."""
    found = _found(compound, screen_id)
    if found.revoked_at is not None:
        return redirect("screens_list", compound.code)
    now = timezone.now()
    places = places_to_choose(compound.pk)
    if request.method != "POST":
        return _form(request, compound, ScreenForm(initial=initial_of(found), places=places), found)
    form = ScreenForm(request.POST, places=places)
    if not form.is_valid():
        return _form(request, compound, form, found, status=422)

    def effect() -> str:
        actions.change(
            compound_id=compound.pk, screen_id=screen_id, settings=form.settings(), by=request.actor, now=now
        )
        messages.success(request, _("已保存，屏幕一分钟内换过来。"))
        return reverse("screens_list", args=[compound.code])

    try:
        return redirect(once(request, compound_id=compound.pk, now=now, effect=effect))
    except (Refused, KeyRefused) as error:
        return _refused(request, compound, form, error, found)


@require_POST
@never_cache
@managing
def revoke(request: ActingRequest, compound: Compound, screen_id: int) -> HttpResponse:
    """Take a screen down at once."""
    _found(compound, screen_id)
    now = timezone.now()

    def effect() -> str:
        actions.revoke(compound_id=compound.pk, screen_id=screen_id, by=request.actor, now=now)
        messages.success(request, _("已停用，这块屏从现在起什么也不放。"))
        return reverse("screens_list", args=[compound.code])

    try:
        return redirect(once(request, compound_id=compound.pk, now=now, effect=effect))
    except (Refused, KeyRefused) as error:
        return _list(request, compound, now, error=refusal_text(error), status=409)


def _found(compound: Compound, screen_id: int) -> Screen:
    found = queries.screen_of(compound.pk, screen_id)
    if found is None:
        raise Http404
    return found


def _list(
    request: ActingRequest, compound: Compound, now: datetime, *, error: str = "", status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "compound": compound,
        "rows": [
            {"screen": one, "place": place_text(one), "lost": rules.is_lost(one.seen_at, now)}
            for one in queries.screens_of(compound.pk)
        ],
        "error": error,
    }
    return render(request, "screens/list.html", context, status=status)


def _form(
    request: ActingRequest, compound: Compound, form: ScreenForm, found: Screen | None = None, *, status: int = 200
) -> HttpResponse:
    return render(request, "screens/form.html", {"compound": compound, "form": form, "screen": found}, status=status)


def _refused(
    request: ActingRequest,
    compound: Compound,
    form: ScreenForm,
    error: Refused | KeyRefused,
    found: Screen | None = None,
) -> HttpResponse:
    field = error.details.get("field") if isinstance(error, BadInput) else None
    form.add_error(field, refusal_text(error))
    status = error.status if isinstance(error, Refused) else 409 if isinstance(error, KeyReused) else 422
    return _form(request, compound, form, found, status=status)
