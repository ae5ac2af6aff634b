"""The register of cross-posts (双向进入、交叉任职): who holds a post on both sides, on what basis, from when to when."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from committees.models.office import MAX_NAME, MAX_REASON
from parties.models import Organisation
from tenancy.models import TenantModel


class Direction(models.TextChoices):
    """Which way someone enters."""

    INTO_COMMITTEE = "into", _("社区进入业委会")
    OUT_OF_COMMITTEE = "out", _("业委会进入社区")


class CrossState(models.TextChoices):
    """Where a cross-post stands."""

    PROPOSED = "proposed", _("拟任")
    HELD = "held", _("在任")
    ENDED = "ended", _("已结束")
    DROPPED = "dropped", _("未任")


class CrossPost(TenantModel):
    """One person with a post in the community's body and one in the committee.

    Into the committee one is elected, never appointed: such a row is proposed before the election and recorded when the
    committee takes office. ``community_post`` and ``committee_post`` are ids of ``parties.Post``; when either ends, it ends.
    """

    direction = models.CharField(_("方向"), max_length=4, choices=Direction)
    name = models.CharField(_("姓名"), max_length=MAX_NAME)
    person_id = models.BigIntegerField()
    body = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    title = models.CharField(_("拟任职务"), max_length=20)
    basis = models.CharField(_("依据"), max_length=MAX_REASON)
    community_post = models.BigIntegerField(null=True)
    committee_post = models.BigIntegerField(null=True)
    state = models.CharField(max_length=8, choices=CrossState, default=CrossState.PROPOSED)
    proposed_at = models.DateTimeField()
    proposed_as = models.CharField(max_length=160)
    starts = models.DateField(null=True, blank=True)
    ends = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=MAX_REASON, blank=True)

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [models.Index(fields=["compound", "state", "-id"], name="cross_post_list")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["compound", "person_id", "body", "direction"],
                condition=Q(state__in=("proposed", "held")),
                name="cross_post_one_open",
            ),
            models.CheckConstraint(
                condition=~Q(state="held")
                | Q(starts__isnull=False, community_post__isnull=False, committee_post__isnull=False),
                name="cross_post_held_has_both",
            ),
        ]

    def __str__(self) -> str:
        return self.name
