"""What of a poll was made public through the notice board, and by which notice."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from elections.models.polls import Poll
from elections.models.roll import Edition
from notices.models import Notice
from tenancy.models import TenantForeignKey, TenantModel


class What(models.TextChoices):
    """What is made public."""

    ROLL = "roll", _("业主名册")
    CALL = "call", _("表决公告")


class Announced(TenantModel):
    """One notice about a poll. ``edition``: the roll as it stood. The notice says by itself when and how long it was out."""

    poll: Any = TenantForeignKey(Poll, related_name="announced")
    what = models.CharField(max_length=10, choices=What)
    edition: Any = TenantForeignKey(Edition, null=True, blank=True, related_name="+")
    notice: Any = TenantForeignKey(Notice, related_name="+")
    at = models.DateTimeField()
    person_id = models.BigIntegerField()
    post_id = models.BigIntegerField(null=True)
    label = models.CharField(max_length=160)

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [models.Index(fields=["compound", "poll"], name="poll_announced_of")]
        constraints: ClassVar = [models.UniqueConstraint(fields=["compound", "notice"], name="poll_announced_notice")]

    def __str__(self) -> str:
        return self.what
