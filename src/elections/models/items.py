"""What a poll decides: motions, or the names of an election (民法典 278)."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from elections.models.polls import Poll
from elections.rules.matters import MATTERS
from tenancy.models import TenantForeignKey, TenantModel

MAX_ITEM = 600


class Item(TenantModel):
    """One item of a poll; it becomes a ``box.questions.Item``. Changed until the call, never after (北京 35, 杭州 19).

    ``scope`` is empty for the whole roll, or ``b<building id>`` or ``e<entrance id>``, as the rights of the roll have it.
    ``candidates`` of an election in the order of the ballot: ``[{"key", "name", "party_member"}]``, where ``key`` is what is
    sealed into ballots; ``party_member`` true, false or null. ``also`` are the other matters that it is at once: ``matter`` is
    the strictest of them all. ``confirmed_as`` says who else agreed on the matter (P2), ``worded_by`` who may not.
    """

    poll: Any = TenantForeignKey(Poll, related_name="items")
    number = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=24)
    matter = models.CharField(_("事项"), max_length=20)
    also = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    text = models.CharField(_("表决内容"), max_length=MAX_ITEM)
    scope = models.CharField(max_length=24, blank=True)
    seats = models.PositiveSmallIntegerField(_("应选人数"), null=True, blank=True)
    candidates = models.JSONField(default=list)
    worded_by = models.BigIntegerField(null=True)
    worded_as = models.CharField(max_length=160, blank=True)
    confirmed_as = models.CharField(max_length=160, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "poll", "number"], name="poll_item_number"),
            models.UniqueConstraint(fields=["compound", "poll", "key"], name="poll_item_key"),
            models.CheckConstraint(condition=Q(matter__in=sorted(MATTERS)), name="poll_item_matter"),
        ]

    def __str__(self) -> str:
        return self.text
