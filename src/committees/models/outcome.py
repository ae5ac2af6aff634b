"""What a poll came to, as it is announced: the facts, the text, and who declared it."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from committees.models.office import MAX_REASON, MAX_TEXT
from elections.models import Poll
from notices.models import Notice
from tenancy.models import TenantForeignKey, TenantModel


class Outcome(TenantModel):
    """The result of a poll: one for each poll, drafted when it is counted, fixed when it is announced.

    ``facts`` is the whole of it as data (``queries.outcomes.Facts``): what the page, the sheet and REST show. ``ties`` by item
    key: how a tie was settled ``{"remedy", "chosen", "ground", "witnesses", "at", "as"}``. ``supervisors`` are the names of
    those who watched the count (监票人), ``contact`` who to ask.
    """

    poll: Any = TenantForeignKey(Poll, related_name="+")
    supervisors = models.CharField(_("监票人"), max_length=MAX_REASON, blank=True)
    contact = models.CharField(_("咨询方式"), max_length=MAX_REASON, blank=True)
    note = models.CharField(_("补充说明"), max_length=MAX_TEXT, blank=True)
    ties = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)
    fingerprint = models.CharField(max_length=64, blank=True)
    notice: Any = TenantForeignKey(Notice, null=True, blank=True, related_name="+")
    announced_at = models.DateTimeField(null=True, blank=True)
    announced_as = models.CharField(max_length=160, blank=True)
    declared_at = models.DateTimeField(null=True, blank=True)
    declared_as = models.CharField(max_length=160, blank=True)
    annulled_at = models.DateTimeField(null=True, blank=True)
    annulled_ground = models.CharField(max_length=MAX_REASON, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "poll"], name="outcome_one_a_poll"),
            models.CheckConstraint(
                condition=Q(announced_at__isnull=True) | (~Q(fingerprint="") & ~Q(announced_as="")),
                name="outcome_announced_says",
            ),
            models.CheckConstraint(
                condition=Q(declared_at__isnull=True) | (Q(announced_at__isnull=False) & ~Q(declared_as="")),
                name="outcome_declared_after",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.poll_id}"
