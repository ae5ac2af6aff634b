"""The pages on which an office makes and revokes the keys of its hotline's system."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from idempotency.actions import KeyRefused as FormRefused
from idempotency.actions import KeyReused
from idempotency.posting import once
from open311 import actions, permissions, queries
from open311.actions import KeyRefused, NoSuchKey
from open311.forms import KeyForm
from open311.models import Key
from open311.words import refusal_text
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound

managing = in_compound(parties=permissions.PARTIES, roles=permissions.ROLES)


def _own(request: ActingRequest) -> int:
    if not permissions.may_manage(request.actor):
        raise PermissionDenied
    return request.actor.organisation_id or 0


@require_safe
@never_cache
@managing
def keys(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The organisation's keys."""
    return _page(request, compound)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@managing
def new(request: ActingRequest, compound: Compound) -> HttpResponse:
    """Make a key. The answer to the form shows the secret, this once; the same form sent again does not."""
    _own(request)
    now = timezone.now()
    if request.method != "POST":
        return _form(request, compound, KeyForm())
    form = KeyForm(request.POST)
    if not form.is_valid():
        return _form(request, compound, form, status=422)
    made: list[tuple[Key, str]] = []

    def effect() -> str:
        made.append(
            actions.make_key(compound_id=compound.pk, name=form.cleaned_data["name"], by=request.actor, now=now)
        )
        return reverse("open311_keys", args=[compound.code])

    try:
        location = once(request, compound_id=compound.pk, now=now, effect=effect)
    except (KeyRefused, FormRefused) as error:
        field = error.field if isinstance(error, KeyRefused) else ""
        form.add_error(field or None, refusal_text(error))
        return _form(request, compound, form, status=409 if isinstance(error, KeyReused) else 422)
    if not made:
        return redirect(location)
    key, secret = made[0]
    return render(request, "open311/secret.html", {"compound": compound, "key": key, "secret": secret})


@require_POST
@never_cache
@managing
def revoke(request: ActingRequest, compound: Compound, key_id: int) -> HttpResponse:
    """Revoke a key at once."""
    _own(request)
    now = timezone.now()

    def effect() -> str:
        actions.revoke_key(compound_id=compound.pk, key_id=key_id, by=request.actor, now=now)
        messages.success(request, _("已停用。用这个密钥的系统从现在起进不来。"))
        return reverse("open311_keys", args=[compound.code])

    try:
        return redirect(once(request, compound_id=compound.pk, now=now, effect=effect))
    except NoSuchKey:
        raise Http404 from None
    except (KeyRefused, FormRefused) as error:
        return _page(request, compound, error=refusal_text(error), status=409)


def _page(request: ActingRequest, compound: Compound, *, error: str = "", status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "compound": compound,
        "rows": queries.keys_of(_own(request), localdate()),
        "covered": len(request.actor.compound_ids),
        "endpoint": request.build_absolute_uri("/open311/v2/"),
        "rest": reverse("api_schema"),
        "hooks": request.actor.party in {"company", "community"},
        "error": error,
    }
    return render(request, "open311/keys.html", context, status=status)


def _form(request: ActingRequest, compound: Compound, form: KeyForm, *, status: int = 200) -> HttpResponse:
    context = {"compound": compound, "form": form, "covered": len(request.actor.compound_ids)}
    return render(request, "open311/form.html", context, status=status)
