"""That somebody asked for a paper ballot: on the phone, or at the desk for an owner who has none (杭州 20)."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from elections.models import Poll
from elections.models.polls import MAX_REASON
from tenancy.models import TenantForeignKey, TenantModel

MAX_NAME = 60


class Way(models.TextChoices):
    """How the paper gets to whoever asked."""

    COLLECT = "collect", _("自己来领")
    DOOR = "door", _("送到家里")


class Asked(TenantModel):
    """One request for the paper of a right. Whether it was made and handed over is read from ``Paper`` and ``Delivery``.

    ``person_id``: the owner who asked while signed in; none where an officer entered what ``name`` asked for. Ended: taken back
    by whoever asked, or refused by an officer with ``ended_reason``. A right has one request that is not ended.
    """

    poll: Any = TenantForeignKey(Poll, related_name="asked_papers")
    right = models.CharField(max_length=24)
    way = models.CharField(_("怎么拿到"), max_length=8, choices=Way)
    name = models.CharField(_("谁要的"), max_length=MAX_NAME)
    note = models.CharField(_("说明"), max_length=MAX_REASON, blank=True)
    person_id = models.BigIntegerField(null=True, blank=True)
    at = models.DateTimeField()
    label = models.CharField(max_length=160)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_as = models.CharField(max_length=160, blank=True)
    ended_reason = models.CharField(_("为什么不给"), max_length=MAX_REASON, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["compound", "poll", "right"], condition=Q(ended_at__isnull=True), name="paper_asked_once"
            ),
            models.CheckConstraint(condition=Q(way__in=Way.values), name="paper_asked_way"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | ~Q(ended_as=""), name="paper_asked_ended_by_someone"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["compound", "poll", "at"], name="paper_asked_order")]

    def __str__(self) -> str:
        return self.name
