"""Rules, not code: deadlines, routing and reply templates, each version kept with who changed what."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from parties.models import Organisation
from premises.models import Building
from repairs.models.request import Category, Place
from tenancy.models import Area, TenantForeignKey, TenantModel

_PERIOD = Q(ended_at__isnull=True) | Q(ended_at__gte=F("since"))


class Versioned(models.Model):
    """A rule that holds from ``since`` up to, but not including, ``ended_at``; a change ends it and adds the next version."""

    version = models.PositiveIntegerField(default=1)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.BigIntegerField()
    changed_as = models.CharField(max_length=160)
    # Who took it away; empty where the next version took its place.
    ended_as = models.CharField(max_length=160, blank=True)

    class Meta:
        abstract = True


class Basis(models.TextChoices):
    """How minutes are counted."""

    CALENDAR = "calendar", _("自然时间")
    WORKING = "working", _("工作时间")


class Deadline(Versioned):
    """The two deadlines of a category, ordinary or urgent."""

    category = models.CharField(max_length=12, choices=Category)
    urgent = models.BooleanField(_("紧急"), default=False)
    # All four empty: from then on what stands above holds again.
    respond_minutes = models.PositiveIntegerField(null=True, blank=True)
    respond_basis = models.CharField(max_length=8, choices=Basis, blank=True)
    finish_minutes = models.PositiveIntegerField(null=True, blank=True)
    finish_basis = models.CharField(max_length=8, choices=Basis, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.category} {self.version}"


_WHOLE = Q(respond_minutes__isnull=True, finish_minutes__isnull=True, respond_basis="", finish_basis="") | Q(
    respond_minutes__gt=0,
    finish_minutes__gt=0,
    respond_basis__in=["calendar", "working"],
    finish_basis__in=["calendar", "working"],
)


class DeadlinePolicy(Deadline, TenantModel):
    """A compound's own deadlines for a category, in place of the city's and the portal's defaults."""

    Basis: ClassVar = Basis

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "category", "urgent", "version"], name="policy_version"),
            models.UniqueConstraint(
                fields=["compound", "category", "urgent"], condition=Q(ended_at__isnull=True), name="policy_last"
            ),
            models.CheckConstraint(condition=_WHOLE, name="policy_whole"),
            models.CheckConstraint(condition=_PERIOD, name="policy_period"),
        ]


class CityDeadline(Deadline):
    """A city's deadlines for a category: they hold wherever a compound has none of its own. Belongs to no compound."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["area", "category", "urgent", "version"], name="city_deadline_version"),
            models.UniqueConstraint(
                fields=["area", "category", "urgent"], condition=Q(ended_at__isnull=True), name="city_deadline_last"
            ),
            models.CheckConstraint(condition=_WHOLE, name="city_deadline_whole"),
            models.CheckConstraint(condition=_PERIOD, name="city_deadline_period"),
        ]


class RoutingRule(Versioned, TenantModel):
    """Where a new request goes: empty conditions hold for everything, the first rule that fits decides.

    ``rule`` stays the same over the versions of one rule. ``company`` binds a rule to a contract: it holds only while that
    firm serves the compound.
    """

    class Hours(models.TextChoices):
        """When it holds."""

        ANY = "", _("任何时间")
        WORKING = "working", _("上班时间")
        OFF = "off", _("下班时间")

    class Target(models.TextChoices):
        """To whom it leads."""

        POST = "post", _("指定师傅")
        DUTY = "duty", _("当班人员")
        DESK = "desk", _("客服调度")
        RECEIVER = "receiver", _("其他单位")

    rule = models.PositiveIntegerField()
    position = models.PositiveSmallIntegerField(_("顺序"))
    category = models.CharField(_("类别"), max_length=12, choices=Category, blank=True)
    place = models.CharField(_("地点"), max_length=10, choices=Place, blank=True)
    building: Any = TenantForeignKey(Building, null=True, blank=True, related_name="+")
    urgent = models.BooleanField(_("紧急"), null=True, blank=True)
    hours = models.CharField(_("时段"), max_length=8, choices=Hours, blank=True)
    company = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    target = models.CharField(_("交给"), max_length=8, choices=Target)
    post_id = models.BigIntegerField(null=True, blank=True)
    receiver = models.CharField(_("单位"), max_length=80, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "rule", "version"], name="routing_version"),
            models.UniqueConstraint(
                fields=["compound", "rule"], condition=Q(ended_at__isnull=True), name="routing_last"
            ),
            models.CheckConstraint(
                condition=Q(target="post", post_id__isnull=False, receiver="")
                | Q(target__in=["duty", "desk"], post_id__isnull=True, receiver="")
                | (Q(target="receiver", post_id__isnull=True) & ~Q(receiver="")),
                name="routing_target_whole",
            ),
            models.CheckConstraint(condition=_PERIOD, name="routing_period"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["compound", "position"], name="routing_now", condition=Q(ended_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.rule}.{self.version}"


class Reply(Versioned):
    """A ready sentence that staff choose instead of typing."""

    class Step(models.TextChoices):
        """With which step it is offered."""

        REMARK = "remark", _("回复")
        PAUSE = "pause", _("暂停")
        RETURN = "return", _("退回")
        FINISH = "finish", _("完工")
        FORCE_CLOSE = "force_close", _("强制结单")

    reply = models.PositiveIntegerField()
    step = models.CharField(max_length=12, choices=Step)
    title = models.CharField(_("名称"), max_length=30)
    text = models.CharField(_("内容"), max_length=300)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title


class ReplyTemplate(Reply, TenantModel):
    """A compound's own reply templates, in place of the city's and the portal's."""

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "reply", "version"], name="reply_version"),
            models.UniqueConstraint(
                fields=["compound", "reply"], condition=Q(ended_at__isnull=True), name="reply_last"
            ),
            models.CheckConstraint(condition=_PERIOD & ~Q(text=""), name="reply_whole"),
        ]


class CityReply(Reply):
    """A city's reply templates. Belongs to no compound."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["area", "reply", "version"], name="city_reply_version"),
            models.UniqueConstraint(
                fields=["area", "reply"], condition=Q(ended_at__isnull=True), name="city_reply_last"
            ),
            models.CheckConstraint(condition=_PERIOD & ~Q(text=""), name="city_reply_whole"),
        ]
