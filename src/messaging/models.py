"""The outbox: a row for every message to every person on every channel, written in the transaction that causes it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tenancy.models import TenantModel


class Channel(models.TextChoices):
    """How a message reaches a person. The inbox of the portal always has it."""

    IN_APP = "in_app", _("站内消息")
    SMS = "sms", _("短信")
    EMAIL = "email", _("电子邮件")


class State(models.TextChoices):
    """Where a message is. ``failed`` will be tried again at ``next_try_at``; ``sent`` and ``given_up`` are final."""

    QUEUED = "queued", _("待发送")
    SENDING = "sending", _("发送中")
    SENT = "sent", _("已送达网关")
    FAILED = "failed", _("发送失败，将重试")
    GIVEN_UP = "given_up", _("已放弃")


# What a worker may still claim once ``next_try_at`` has come. A claim that was never settled (a killed worker) is one.
WAITING = (State.QUEUED, State.SENDING, State.FAILED)


class Message(TenantModel):
    """One message to one person on one channel. Partitioned by month of ``created_at``.

    ``person_id`` is an account, which belongs to no compound. Title and body are rendered when the message is queued, in the
    person's language: what was said stays what was said. ``context`` holds the parameters for gateways that have templates
    of their own; no secrets. ``effect`` is unique a compound, person and channel; see Effect for how.

    Someone without an account (``person_id`` 0) is reached by text message at ``number_cipher`` (E.164, encrypted), which
    is emptied when the message is sent or given up; ``number_digest`` (``accounts.crypto.digest``) counts what a number gets.
    """

    person_id = models.BigIntegerField()
    number_cipher = models.TextField(blank=True, db_default="")
    number_digest = models.CharField(max_length=64, blank=True, db_default="")
    template = models.CharField(max_length=60)
    channel = models.CharField(max_length=10, choices=Channel)
    context = models.JSONField()
    title = models.CharField(max_length=120)
    body = models.TextField()
    link = models.CharField(max_length=200, blank=True)
    urgent = models.BooleanField()
    effect = models.CharField(max_length=160)
    by_person_id = models.BigIntegerField()
    by_post_id = models.BigIntegerField(null=True)
    by_label = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=State)
    attempts = models.PositiveSmallIntegerField()
    next_try_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, blank=True)
    receipt = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("消息")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state__in=("queued", "sending", "sent", "failed", "given_up")), name="message_state"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=("sent", "given_up")) | models.Q(next_try_at__isnull=False),
                name="message_waits_for_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(number_cipher="", number_digest="") | models.Q(person_id=0, channel="sms"),
                name="message_number_has_no_account",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["compound", "person_id", "-created_at", "-id"],
                name="message_inbox",
                condition=models.Q(channel="in_app"),
            ),
            models.Index(
                fields=["compound", "person_id"],
                name="message_unread",
                condition=models.Q(channel="in_app", read_at__isnull=True),
            ),
            models.Index(
                fields=["compound", "next_try_at"],
                name="message_waiting",
                condition=models.Q(state__in=("queued", "sending", "failed")),
            ),
            models.Index(
                fields=["compound", "number_digest", "created_at"],
                name="message_to_number",
                condition=models.Q(person_id=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.channel} {self.state}"


class Effect(TenantModel):
    """One key of an effect that a person was told of on a channel: queueing it again does nothing.

    A unique key on Message itself would need the partition column in it, and a repeat comes at another time. So the key has
    a table of its own, written by the same statement that queues the message, and forgotten after 90 days.
    """

    key = models.CharField(max_length=160)
    person_id = models.BigIntegerField()
    channel = models.CharField(max_length=10)
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "key", "person_id", "channel"], name="message_effect_once")
        ]
        indexes: ClassVar = [models.Index(fields=["compound", "at"], name="message_effect_at")]

    def __str__(self) -> str:
        return self.key


class Preference(models.Model):
    """How a person wants ordinary messages beside the inbox. Urgent ones come by text message too, at once, whatever stands here.

    ``kinds`` overrides ``ordinary`` for messages of one kind (the first part of a template's code). Within the quiet hours
    nothing ordinary leaves; it waits until they end. With ``digest_at`` nothing ordinary leaves at all but one message a day
    at that time, in ``digest_compound``; ``digested_on`` is the last day of one.
    """

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", primary_key=True)
    ordinary = models.CharField(max_length=10, choices=Channel, default=Channel.IN_APP)
    kinds = models.JSONField(default=dict)
    quiet_from = models.TimeField(null=True)
    quiet_to = models.TimeField(null=True)
    digest_at = models.TimeField(null=True)
    digest_compound = models.BigIntegerField(null=True)
    digested_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("消息偏好")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(quiet_from__isnull=True, quiet_to__isnull=True)
                | models.Q(quiet_from__isnull=False, quiet_to__isnull=False),
                name="preference_quiet_has_both_ends",
            ),
            models.CheckConstraint(
                condition=models.Q(digest_at__isnull=True) | models.Q(digest_compound__isnull=False),
                name="preference_digest_has_a_compound",
            ),
        ]

    def __str__(self) -> str:
        return self.ordinary


class Turn(models.Model):
    """When a person last had ordinary news, in whichever compound; it leaves after their quiet hours, if it came in them.

    Not more than one an hour: see ``actions.turns.take_turns``. It belongs to no compound, like the person.
    """

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", primary_key=True)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["at"], name="message_turn_at")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.at:%Y-%m-%d %H:%M}"
