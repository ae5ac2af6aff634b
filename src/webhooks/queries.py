"""Reads of subscriptions and deliveries. An organisation sees its own and no others."""

from datetime import datetime

from django.db import connection
from django.db.models import Count, Q, QuerySet

from webhooks.models import Delivery, Subscription


def subscriptions(*, compound_id: int, organisation_id: int) -> list[Subscription]:
    """An organisation's subscriptions in a compound, those that run first. One statement."""
    rows = Subscription.objects.filter(compound_id=compound_id, organisation_id=organisation_id)
    return sorted(rows.order_by("-created_at", "-pk")[:100], key=lambda row: row.state == Subscription.State.ENDED)


def subscription(*, compound_id: int, organisation_id: int, subscription_id: int) -> Subscription | None:
    """One of them, with ``waiting`` and ``given_up`` counted over its deliveries. One statement."""
    found: Subscription | None = (
        Subscription.objects.filter(compound_id=compound_id, organisation_id=organisation_id, pk=subscription_id)
        .annotate(
            waiting=Count("deliveries", filter=Q(deliveries__state__in=("queued", "sending", "failed"))),
            given_up=Count("deliveries", filter=Q(deliveries__state="given_up")),
        )
        .first()
    )
    return found


def deliveries(subscription: Subscription) -> QuerySet[Delivery]:
    """The deliveries of a subscription, newest first; to be sliced."""
    rows: QuerySet[Delivery] = Delivery.objects.filter(
        compound_id=subscription.compound_id, subscription_id=subscription.pk
    ).order_by("-sequence")
    return rows


def delivery(*, compound_id: int, organisation_id: int, delivery_id: int) -> Delivery | None:
    """One delivery with its subscription, if it belongs to the organisation. One statement."""
    found: Delivery | None = (
        Delivery.objects.filter(compound_id=compound_id, pk=delivery_id, subscription__organisation_id=organisation_id)
        .select_related("subscription")
        .first()
    )
    return found


def compounds_with_waiting(*, now: datetime) -> list[int]:
    """Compounds of the open scope with deliveries that should have left by now. For the sweep."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT d.compound_id FROM webhooks_delivery d JOIN webhooks_subscription s"
            " ON s.compound_id = d.compound_id AND s.id = d.subscription_id AND s.state = 'active'"
            " WHERE d.state IN ('queued', 'sending', 'failed') AND d.next_try_at <= %s ORDER BY 1",
            [now],
        )
        return [row[0] for row in cursor.fetchall()]
