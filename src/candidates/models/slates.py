"""The slate: in which order the names stand on the ballot, how that was found, where it was made public."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from elections.models import Poll
from tenancy.models import TenantForeignKey, TenantModel

MAX_HOW = 300


class Method(models.TextChoices):
    """How the order was found."""

    LOT = "lot", _("抽签")
    STROKES = "strokes", _("按姓氏笔画")
    RULES = "rules", _("按议事规则或选举办法")


class Slate(TenantModel):
    """One edition of the slate, never changed: another follows when somebody leaves or comes. ``order`` holds candidates' refs.

    ``seed`` is what the witness of a lot said, by which anyone can draw it again (``rules.order``).
    """

    poll: Any = TenantForeignKey(Poll, related_name="+")
    number = models.PositiveSmallIntegerField()
    method = models.CharField(_("排序办法"), max_length=8, choices=Method)
    how = models.CharField(_("说明"), max_length=MAX_HOW, blank=True)
    witness = models.CharField(_("见证人"), max_length=80, blank=True)
    seed = models.CharField(max_length=80, blank=True)
    seats = models.PositiveSmallIntegerField()
    order = models.JSONField()
    at = models.DateTimeField()
    label = models.CharField(max_length=160)
    notice_ref = models.CharField(max_length=16, blank=True)
    posted_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "poll", "number"], name="candidates_slate_number")
        ]

    def __str__(self) -> str:
        return f"{self.number}"
