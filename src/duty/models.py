"""Duty (值班): who is on duty when, by which weekly pattern, and shifts that change hands."""

from typing import Any, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from parties.models import Post
from tenancy.models import TenantForeignKey, TenantModel


class TimeRange(Func):
    """PostgreSQL's tstzrange(starts, ends, '[)')."""

    function = "tstzrange"
    output_field = DateTimeRangeField()


class Pattern(TenantModel):
    """A weekly pattern of one post. Shifts are written out of it weeks ahead; ended by ``until``, never removed.

    ``phone`` is encrypted (``accounts.crypto``); empty: the firm's own number answers.
    """

    post = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("星期几"))
    starts = models.TimeField(_("开始"))
    ends = models.TimeField(_("结束"))
    phone = models.TextField(blank=True)
    since = models.DateField(_("从哪天起"))
    until = models.DateField(_("到哪天止"), null=True)
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [models.Index(fields=["compound", "since"], name="duty_pattern_since")]

    def __str__(self) -> str:
        return f"{self.starts:%H:%M}-{self.ends:%H:%M}"


class Shift(TenantModel):
    """One stretch of duty of one post. A cancelled one stays, so that its pattern does not write it again."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    starts_at = models.DateTimeField(_("开始"))
    ends_at = models.DateTimeField(_("结束"))
    phone = models.TextField(blank=True)
    pattern: Any = TenantForeignKey(Pattern, null=True, related_name="shifts")
    # A plan made elsewhere (rosters) names its shifts, and may write them again.
    source = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [
            models.Index(
                fields=["compound", "starts_at"], name="duty_shift_time", condition=Q(cancelled_at__isnull=True)
            ),
            models.Index(
                fields=["compound", "post", "ends_at"], name="duty_shift_post", condition=Q(cancelled_at__isnull=True)
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="duty_shift_ends_later"),
            models.UniqueConstraint(fields=["compound", "pattern", "starts_at"], name="duty_shift_of_pattern"),
            models.UniqueConstraint(
                fields=["compound", "source"], name="duty_shift_of_source", condition=~Q(source="")
            ),
            ExclusionConstraint(
                name="duty_shift_one_at_a_time",
                expressions=[
                    ("compound", RangeOperators.EQUAL),
                    ("post", RangeOperators.EQUAL),
                    (
                        TimeRange("starts_at", "ends_at", RangeBoundary(inclusive_lower=True, inclusive_upper=False)),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(cancelled_at__isnull=True),
                # Looked at when a statement is done: two shifts that change places may meet in between.
                deferrable=models.Deferrable.IMMEDIATE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"


class Offer(TenantModel):
    """A shift that its holder wants to hand over: to one colleague (``to_post``) or to whoever takes it.

    With ``in_return`` the colleague gives a shift of their own for it. Nothing changes before both have agreed.
    """

    class State(models.TextChoices):
        """``void``: the shift changed otherwise, or began, before anybody agreed."""

        OPEN = "open", _("等答复")
        AGREED = "agreed", _("已同意")
        REFUSED = "refused", _("没有同意")
        WITHDRAWN = "withdrawn", _("已撤回")
        VOID = "void", _("已失效")

    shift: Any = TenantForeignKey(Shift, related_name="offers")
    from_post = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    to_post = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False, null=True)
    in_return: Any = TenantForeignKey(Shift, null=True, related_name="+")
    note = models.CharField(_("说明"), max_length=100, blank=True)
    state = models.CharField(max_length=10, choices=State)
    created_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.BigIntegerField(null=True)

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["compound", "-created_at"], name="duty_offer_open", condition=Q(state="open"))
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=("open", "agreed", "refused", "withdrawn", "void")), name="duty_offer_state"
            ),
            models.UniqueConstraint(
                fields=["compound", "shift"], name="duty_offer_one_open", condition=Q(state="open")
            ),
        ]

    def __str__(self) -> str:
        return self.state
