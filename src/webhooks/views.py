"""The pages on which a firm's manager and a community's officers connect their own systems."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from idempotency.actions import KeyRefused, KeyReused
from idempotency.posting import once
from tenancy.access import ActingRequest, in_compound
from tenancy.models import Compound
from webhooks import actions, events, permissions, queries
from webhooks.actions import WebhookRefused
from webhooks.forms import SubscriptionForm
from webhooks.models import Delivery, Subscription
from webhooks.words import outcome_text, refusal_text

PER_PAGE = 30
TONES = {"sent": "good", "failed": "warn", "given_up": "late", "active": "good", "disabled": "late", "paused": "warn"}
managing = in_compound(parties=permissions.PARTIES, roles=permissions.ROLES)


@dataclass(frozen=True, slots=True)
class Shown:
    """A subscription or a delivery as a row: its state in words and colour."""

    row: Any
    state: str
    tone: str
    events: str
    outcome: str = ""
    again: bool = False


def _shown(row: Subscription) -> Shown:
    said = "、".join(events.label(event) for event in row.events)
    return Shown(row, str(Subscription.State(row.state).label), TONES.get(row.state, "neutral"), said)


def _called(row: Delivery, *, active: bool) -> Shown:
    return Shown(
        row,
        str(Delivery.State(row.state).label),
        TONES.get(row.state, "neutral"),
        events.label(row.event),
        outcome_text(row),
        again=active and row.state in {"sent", "given_up"},
    )


def _own(request: ActingRequest) -> int:
    if not permissions.may_manage(request.actor):
        raise PermissionDenied
    return request.actor.organisation_id or 0


@require_safe
@never_cache
@managing
def subscriptions(request: ActingRequest, compound: Compound) -> HttpResponse:
    """The organisation's subscriptions in this compound."""
    rows = queries.subscriptions(compound_id=compound.pk, organisation_id=_own(request))
    return render(request, "webhooks/subscriptions.html", {"compound": compound, "rows": [_shown(row) for row in rows]})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@managing
def new(request: ActingRequest, compound: Compound) -> HttpResponse:
    """Subscribe. The answer to the form shows the secret, this once; the same form sent again does not."""
    _own(request)
    now = timezone.now()
    if request.method != "POST":
        first = {"events": [event for event, _label in events.choices()]}
        return _form(request, compound, SubscriptionForm(initial=first))
    form = SubscriptionForm(request.POST)
    if not form.is_valid():
        return _form(request, compound, form, status=422)
    made: list[tuple[Subscription, str]] = []

    def effect() -> str:
        made.append(
            actions.subscribe(
                compound_id=compound.pk,
                name=form.cleaned_data["name"],
                url=form.cleaned_data["url"],
                wanted=form.cleaned_data["events"],
                by=request.actor,
                now=now,
            )
        )
        return reverse("webhooks_subscription", args=[compound.code, made[0][0].pk])

    try:
        location = once(request, compound_id=compound.pk, now=now, effect=effect)
    except (WebhookRefused, KeyRefused) as error:
        return _refused_form(request, compound, form, error)
    return _secret(request, compound, *made[0]) if made else redirect(location)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@managing
def edit(request: ActingRequest, compound: Compound, subscription_id: int) -> HttpResponse:
    """Change name, address and events."""
    found = _find(request, compound, subscription_id)
    now = timezone.now()
    if request.method != "POST":
        first = {"name": found.name, "url": found.url, "events": found.events}
        return _form(request, compound, SubscriptionForm(initial=first), found)
    form = SubscriptionForm(request.POST)
    if not form.is_valid():
        return _form(request, compound, form, found, status=422)

    def effect() -> str:
        actions.change(
            compound_id=compound.pk,
            subscription_id=subscription_id,
            name=form.cleaned_data["name"],
            url=form.cleaned_data["url"],
            wanted=form.cleaned_data["events"],
            by=request.actor,
            now=now,
        )
        messages.success(request, _("已保存。"))
        return reverse("webhooks_subscription", args=[compound.code, subscription_id])

    try:
        return redirect(once(request, compound_id=compound.pk, now=now, effect=effect))
    except (WebhookRefused, KeyRefused) as error:
        return _refused_form(request, compound, form, error, found)


@require_safe
@never_cache
@managing
def subscription(request: ActingRequest, compound: Compound, subscription_id: int) -> HttpResponse:
    """One subscription with its deliveries, newest first."""
    return _page(request, compound, _find(request, compound, subscription_id))


# What a button does, and what is said when it is done.
Deed = Callable[..., Any]
DEEDS: dict[str, tuple[Deed, str | Promise]] = {
    "pause": (actions.pause, gettext_lazy("已暂停。")),
    "resume": (actions.resume, gettext_lazy("已启用。")),
    "end": (actions.end, gettext_lazy("已结束。")),
    "test": (actions.send_test, gettext_lazy("已发出一条测试，稍后刷新看结果。")),
    "rotate": (actions.rotate, ""),
}


@require_POST
@never_cache
@managing
def act(request: ActingRequest, compound: Compound, subscription_id: int, action: str) -> HttpResponse:
    """One button of the subscription's page. A new secret is shown in the answer, this once."""
    if action not in DEEDS:
        raise Http404
    found = _find(request, compound, subscription_id)
    now = timezone.now()
    deed, said = DEEDS[action]
    result: list[Any] = []

    def effect() -> str:
        result.append(deed(compound_id=compound.pk, subscription_id=subscription_id, by=request.actor, now=now))
        if said:
            messages.success(request, str(said))
        return reverse("webhooks_subscription", args=[compound.code, subscription_id])

    try:
        location = once(request, compound_id=compound.pk, now=now, effect=effect)
    except (WebhookRefused, KeyRefused) as error:
        return _page(request, compound, found, error=error)
    return _secret(request, compound, *result[0]) if action == "rotate" and result else redirect(location)


@require_POST
@managing
def resend(request: ActingRequest, compound: Compound, delivery_id: int) -> HttpResponse:
    """Send one delivery again."""
    row = queries.delivery(compound_id=compound.pk, organisation_id=_own(request), delivery_id=delivery_id)
    if row is None:
        raise Http404
    now = timezone.now()

    def effect() -> str:
        actions.resend(compound_id=compound.pk, delivery_id=delivery_id, by=request.actor, now=now)
        messages.success(request, _("已排队重发，稍后刷新看结果。"))
        return reverse("webhooks_subscription", args=[compound.code, row.subscription_id])

    try:
        return redirect(once(request, compound_id=compound.pk, now=now, effect=effect))
    except (WebhookRefused, KeyRefused) as error:
        return _page(request, compound, _find(request, compound, row.subscription_id), error=error)


def _find(request: ActingRequest, compound: Compound, subscription_id: int) -> Subscription:
    found = queries.subscription(
        compound_id=compound.pk, organisation_id=_own(request), subscription_id=subscription_id
    )
    if found is None:
        raise Http404
    return found


def _page(
    request: ActingRequest,
    compound: Compound,
    found: Subscription,
    *,
    error: WebhookRefused | KeyRefused | None = None,
) -> HttpResponse:
    page = Paginator(queries.deliveries(found), PER_PAGE).get_page(request.GET.get("page"))
    active = found.state == Subscription.State.ACTIVE
    return render(
        request,
        "webhooks/subscription.html",
        {
            "compound": compound,
            "one": _shown(found),
            "found": found,
            "page": page,
            "deliveries": [_called(row, active=active) for row in page],
            "error": refusal_text(error) if error else "",
        },
        status=409 if error else 200,
    )


def _form(
    request: ActingRequest,
    compound: Compound,
    form: SubscriptionForm,
    found: Subscription | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    return render(request, "webhooks/form.html", {"compound": compound, "form": form, "found": found}, status=status)


def _refused_form(
    request: ActingRequest,
    compound: Compound,
    form: SubscriptionForm,
    error: WebhookRefused | KeyRefused,
    found: Subscription | None = None,
) -> HttpResponse:
    field = error.field if isinstance(error, WebhookRefused) else ""
    form.add_error(field or None, refusal_text(error))
    return _form(request, compound, form, found, status=409 if isinstance(error, KeyReused) else 422)


def _secret(request: ActingRequest, compound: Compound, found: Subscription, secret: str) -> HttpResponse:
    return render(
        request,
        "webhooks/secret.html",
        {"compound": compound, "found": found, "secret": secret, "at": _overlap(found, timezone.now())},
    )


def _overlap(found: Subscription, now: datetime) -> datetime | None:
    return found.previous_until if found.previous_until and found.previous_until > now else None
