"""While a poll runs: its extensions, whom it was told to, and the turnout as it was last announced."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from elections.models import Poll
from elections.models.polls import MAX_REASON
from tenancy.models import TenantForeignKey, TenantModel


class Told(models.TextChoices):
    """What an owner was told."""

    OPENED = "opened", _("投票开始")
    REMINDED = "reminded", _("提醒投票")
    CLOSING = "closing", _("即将截止")


class Extension(TenantModel):
    """A later end, as it was announced: ``notice`` is the reference of the notice on the board. Never changed."""

    poll: Any = TenantForeignKey(Poll, related_name="+")
    number = models.PositiveSmallIntegerField()
    was = models.DateTimeField()
    closes_at = models.DateTimeField(_("新的截止时间"))
    reason = models.CharField(_("延期原因"), max_length=MAX_REASON)
    notice = models.CharField(max_length=16)
    at = models.DateTimeField()
    person_id = models.BigIntegerField()
    post_id = models.BigIntegerField(null=True)
    label = models.CharField(max_length=160)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "poll", "number"], name="ballot_extension_number"),
            models.CheckConstraint(condition=Q(closes_at__gt=F("was")), name="ballot_extension_later"),
        ]

    def __str__(self) -> str:
        return f"{self.number}"


class Delivery(TenantModel):
    """That somebody was told of a poll, for which rights, and when they first opened it afterwards. Proof for each home."""

    poll: Any = TenantForeignKey(Poll, related_name="+")
    what = models.CharField(max_length=8, choices=Told)
    person_id = models.BigIntegerField()
    rights = ArrayField(models.CharField(max_length=24))
    day = models.DateField()
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["compound", "poll", "person_id", "what", "day"], name="ballot_delivery_once"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["compound", "poll", "at"], name="ballot_delivery_when")]

    def __str__(self) -> str:
        return self.what


class Tick(TenantModel):
    """The turnout of a poll as whoever watches was last told it: one event for all of them, whatever their number."""

    poll: Any = TenantForeignKey(Poll, related_name="+")
    voters = models.PositiveIntegerField()
    area = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["compound", "poll"], name="ballot_tick_one")]

    def __str__(self) -> str:
        return f"{self.voters}"
