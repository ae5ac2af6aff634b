"""A publicity period: how long a notice must be shown without a break, by which rule, and what became of it."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from notices.models import Notice, Version
from publicity.rules.matters import BINDINGS, MATTERS, MAX_DAYS, MAX_WHY, UNITS
from publicity.states import MACHINE
from tenancy.models import TenantForeignKey, TenantModel


class Matter(models.TextChoices):
    """What is made public: decides how long, where, and who must be told."""

    ASSEMBLY = "assembly", _("业主大会会议议题")
    EXTRA_ASSEMBLY = "extra_assembly", _("业主大会临时会议议题")
    PREPARATORY = "preparatory", _("筹备组成员名单")
    RULES_DRAFT = "rules_draft", _("管理规约、议事规则草案")
    ROLL = "roll", _("业主名册和投票权数")
    CANDIDATES = "candidates", _("业委会委员候选人")
    RESULT = "result", _("表决和选举结果")
    DELEGATES = "delegates", _("业主代表大会决定")
    COMMITTEE_AGENDA = "committee_agenda", _("业委会会议议题")
    COMMITTEE_DECISION = "committee_decision", _("业委会决定")
    COMMITTEE_INFO = "committee_info", _("业委会应公开的资料")
    TERM = "term", _("业委会任期和换届")
    HANDOVER = "handover", _("业委会移交")
    COMMON_INCOME = "common_income", _("公共收益收支")
    SEAL_USE = "seal_use", _("印章使用情况")
    FIRM_DATA = "firm_data", _("物业服务信息")
    FEE_CHANGE = "fee_change", _("物业费调整")
    MAINTENANCE_FUND = "maintenance_fund", _("维修资金使用")
    EMERGENCY_FUND = "emergency_fund", _("维修资金应急使用")
    FIRM_HIRING = "firm_hiring", _("选聘、续聘物业企业")
    GENERAL = "general", _("其他事项")


class Unit(models.TextChoices):
    """How days are counted."""

    CALENDAR = "calendar", _("自然日")
    WORKING = "working", _("工作日")


class Binding(models.TextChoices):
    """Whether the number of days is law or a recommendation."""

    LAW = "law", _("法定")
    ADVICE = "advice", _("建议")


class State(models.TextChoices):
    """The states; how they follow each other is declared in ``publicity.states``."""

    RUNNING = "running", _("公示中")
    COMPLETED = "completed", _("公示期满")
    VOIDED = "voided", _("公示作废")


class Plan(TenantModel):
    """What its writer wants of a notice's publicity while it is not out; one a notice, kept after.

    ``days`` None: as few as the rule allows. ``last_day``: at least until then; a late publication moves the end, never
    shortens the count. ``accepted``: the writer was warned (too short for a recommendation, an unknown calendar year) and
    said that it is meant. ``small``: numbers of versions whose correction leaves the period as it runs.
    """

    notice: Any = TenantForeignKey(Notice, related_name="+")
    matter = models.CharField(_("公示事项"), max_length=20, choices=Matter)
    days = models.PositiveSmallIntegerField(_("公示天数"), null=True, blank=True)
    last_day = models.DateField(_("公示到"), null=True, blank=True)
    accepted = models.BooleanField(default=False)
    small = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    set_at = models.DateTimeField()
    set_as = models.CharField(max_length=160)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "notice"], name="publicity_plan_once"),
            models.CheckConstraint(condition=Q(matter__in=sorted(MATTERS)), name="publicity_plan_matter_known"),
            models.CheckConstraint(
                condition=Q(days__isnull=True) | Q(days__gte=1, days__lte=MAX_DAYS), name="publicity_plan_days"
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_matter_display())


class Period(TenantModel):
    """The publicity of one notice; one a notice. The rule that it was measured by stands here as it was on that day.

    ``posted_on`` is the day on which it came out, which does not count; ``starts_on`` and ``ends_on`` are the first and
    the last full day, both included. ``days`` in ``unit`` is how many were asked for, never fewer than ``min_days``
    where ``binding`` is law. ``certain``: False when the count went through a year whose holidays nobody has entered.
    ``opened_at``: when it came out or, after a correction of its content, came out anew; ``restarts`` and
    ``corrections`` count what happened since. ``objections_until``: the last day on which one may object.
    """

    notice: Any = TenantForeignKey(Notice, related_name="publicity_periods")
    version: Any = TenantForeignKey(Version, related_name="+")
    matter = models.CharField(_("公示事项"), max_length=20, choices=Matter)
    jurisdiction = models.CharField(_("适用地"), max_length=20)
    min_days = models.PositiveSmallIntegerField(_("最短"))
    unit = models.CharField(_("单位"), max_length=10, choices=Unit)
    binding = models.CharField(_("效力"), max_length=10, choices=Binding)
    confirmed = models.BooleanField(_("已核对"))
    rolls = models.BooleanField()
    article = models.CharField(_("依据"), max_length=200)
    source = models.CharField(_("来源"), max_length=200)
    hang_at = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    tell = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    days = models.PositiveSmallIntegerField(_("公示天数"))
    posted_on = models.DateField(_("发布日"))
    starts_on = models.DateField(_("起"))
    ends_on = models.DateField(_("止"))
    objections_until = models.DateField(_("异议截止"))
    certain = models.BooleanField(default=True)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.RUNNING)
    restarts = models.PositiveSmallIntegerField(default=0)
    corrections = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(_("作废原因"), max_length=MAX_WHY, blank=True)
    ended_as = models.CharField(max_length=160, blank=True)

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["compound", "state", "-ends_on", "-id"], name="publicity_period_list"),
            models.Index(fields=["compound", "ends_on"], name="publicity_period_due", condition=Q(state="running")),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "notice"], name="publicity_period_once"),
            models.CheckConstraint(condition=Q(matter__in=sorted(MATTERS)), name="publicity_period_matter_known"),
            models.CheckConstraint(condition=Q(unit__in=sorted(UNITS)), name="publicity_period_unit_known"),
            models.CheckConstraint(condition=Q(binding__in=sorted(BINDINGS)), name="publicity_period_binding_known"),
            models.CheckConstraint(
                condition=Q(state__in=sorted(MACHINE.state_values())), name="publicity_period_state_known"
            ),
            models.CheckConstraint(
                condition=Q(posted_on__lt=F("starts_on"), starts_on__lte=F("ends_on")), name="publicity_period_in_order"
            ),
            models.CheckConstraint(
                condition=Q(days__gte=F("min_days")) | Q(binding="advice"), name="publicity_period_long_enough"
            ),
            models.CheckConstraint(
                condition=Q(state="running", ended_at__isnull=True) | ~Q(state="running") & Q(ended_at__isnull=False),
                name="publicity_period_ended_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="voided") | ~Q(void_reason=""), name="publicity_period_void_says_why"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_matter_display()} {self.starts_on}–{self.ends_on}"


class PeriodEvent(TenantModel):
    """What happened to a period, in order, with its days as they were from then on."""

    period: Any = TenantForeignKey(Period, related_name="events")
    action = models.CharField(max_length=10)
    person_id = models.BigIntegerField()
    label = models.CharField(max_length=160)
    note = models.CharField(max_length=MAX_WHY, blank=True)
    edition = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [models.Index(fields=["compound", "period", "id"], name="publicity_event_line")]

    def __str__(self) -> str:
        return self.action
