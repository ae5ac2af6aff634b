"""Signed calls to systems outside (webhooks): who wants to hear of what, and every delivery."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tenancy.models import TenantForeignKey, TenantModel
from webhooks.rules import MAX_URL


class Subscription(TenantModel):
    """One organisation's wish to be called about one compound. Ended ones stay, for the record of what was sent.

    Both secrets are encrypted (``accounts.crypto``). ``failing_since`` is the first failure since the last success.
    """

    class State(models.TextChoices):
        """``disabled`` by failures, ``paused`` and ``ended`` by a person or with the contract."""

        ACTIVE = "active", _("启用")
        PAUSED = "paused", _("已暂停")
        DISABLED = "disabled", _("已停用，连续失败")
        ENDED = "ended", _("已结束")

    organisation_id = models.BigIntegerField()
    name = models.CharField(_("名称"), max_length=40)
    url = models.CharField(_("接收地址"), max_length=MAX_URL)
    events = ArrayField(models.CharField(max_length=60), verbose_name=_("事件"))
    secret = models.TextField()
    previous_secret = models.TextField(blank=True)
    previous_until = models.DateTimeField(null=True)
    state = models.CharField(_("状态"), max_length=10, choices=State)
    made_by = models.BigIntegerField()
    made_as = models.CharField(max_length=160)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    last_success_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["compound", "id"], name="webhooks_subscription_active", condition=Q(state="active")),
            models.Index(fields=["compound", "organisation_id", "-created_at"], name="webhooks_subscription_own"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=("active", "paused", "disabled", "ended")), name="webhooks_subscription_state"
            ),
            models.CheckConstraint(condition=Q(url__startswith="https://"), name="webhooks_subscription_https"),
        ]

    def __str__(self) -> str:
        return self.name


class Counter(TenantModel):
    """The last number given to a delivery of a subscription. Apart from it: a settled delivery never waits for a cause."""

    subscription: Any = TenantForeignKey(Subscription, related_name="+")
    last = models.BigIntegerField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "subscription"], name="webhooks_counter_once")
        ]


class Delivery(TenantModel):
    """One call to one subscriber about one event. Partitioned by month of ``created_at``.

    Written by the SQL function ``webhooks_emit`` in the transaction of its cause. ``uid`` goes out as webhook-id, the same
    in every attempt; ``sequence`` numbers a subscription's deliveries without gaps, in the order of their commits.
    """

    class State(models.TextChoices):
        """Where it is. ``failed`` is tried again at ``next_try_at``; ``sent`` and ``given_up`` are final."""

        QUEUED = "queued", _("待发送")
        SENDING = "sending", _("发送中")
        SENT = "sent", _("已送达")
        FAILED = "failed", _("失败，将重试")
        GIVEN_UP = "given_up", _("已放弃")

    subscription: Any = TenantForeignKey(Subscription, related_name="deliveries")
    uid = models.CharField(max_length=40)
    event = models.CharField(max_length=60)
    sequence = models.BigIntegerField()
    payload = models.JSONField()
    state = models.CharField(max_length=10, choices=State)
    attempts = models.PositiveSmallIntegerField()
    next_try_at = models.DateTimeField(null=True)
    answer = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=("queued", "sending", "sent", "failed", "given_up")),
                name="webhooks_delivery_state",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("sent", "given_up")) | Q(next_try_at__isnull=False),
                name="webhooks_delivery_waits_for_a_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["compound", "subscription", "-sequence"], name="webhooks_delivery_line"),
            models.Index(
                fields=["compound", "next_try_at"],
                name="webhooks_delivery_waiting",
                condition=Q(state__in=("queued", "sending", "failed")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.sequence} {self.state}"
