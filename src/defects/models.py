"""Defects of fire equipment: the three steps of form B.1, what was found, photos, corrections, and who was told."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from defects.states import MACHINE
from documents.models import StoredFile
from elections.models import Item
from equipment.models import Piece, Report, Stop
from repairs.models import Request
from tenancy.models import TenantForeignKey, TenantModel

MAX_NAME = 60
MAX_ADDRESS = 120
MAX_WORDS = 300
MAX_REASON = 200
# Signed 64-bit fen would hold more; no repair of a compound costs a thousand million yuan.
MAX_FEN = 10**11


class State(models.TextChoices):
    """The states; how they follow each other is declared in ``defects.states``."""

    FOUND = "found", _("待维修")
    REPAIRED = "repaired", _("待复查")
    CLEARED = "cleared", _("已销号")
    DROPPED = "dropped", _("不是故障")


OPEN = MACHINE.open_values()


class Severity(models.TextChoices):
    """How severe it is; by ``defects.rules.severity``."""

    CRITICAL = "critical", _("严重")
    HIGH = "high", _("重要")
    MEDIUM = "medium", _("一般")
    LOW = "low", _("轻微")


class Source(models.TextChoices):
    """How it became known."""

    REPORT = "report", _("扫码报告")
    ROUND = "round", _("巡查、检查")
    HAND = "hand", _("值班、其他")


class Defect(TenantModel):
    """One thing that is not in order at one piece, or at a place of a round where none stands (``point_id``).

    The three steps of form B.1 are found, repaired and cleared, each with its person and time. ``found_by`` is 0 where
    somebody reported it at a label, who need not say who they are. ``stopped_at`` .. ``restored_at``: its system stands
    still. ``due_at``: from when it is overdue and is seen by whoever watches over the firm.
    """

    ref = models.CharField(max_length=22)
    number = models.CharField(_("编号"), max_length=20)
    piece: Any = TenantForeignKey(Piece, null=True, blank=True, related_name="+")
    point_id = models.BigIntegerField(null=True)
    kind = models.CharField(_("种类"), max_length=30, blank=True)
    item = models.CharField(max_length=20, blank=True)
    item_name = models.CharField(_("哪里不好"), max_length=MAX_NAME)
    place = models.CharField(_("地点"), max_length=MAX_ADDRESS)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.FOUND)
    severity = models.CharField(_("严重程度"), max_length=8, choices=Severity)
    source = models.CharField(_("来源"), max_length=8, choices=Source)
    words = models.CharField(_("故障描述"), max_length=MAX_WORDS)
    times = models.PositiveSmallIntegerField(default=1)
    found_at = models.DateTimeField()
    found_by = models.BigIntegerField()
    found_as = models.CharField(max_length=160)
    due_at = models.DateTimeField()

    stopped_at = models.DateTimeField(_("系统停用时间"), null=True, blank=True)
    restored_at = models.DateTimeField(null=True, blank=True)
    safeguards = models.CharField(_("安全保护措施"), max_length=MAX_WORDS, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.BigIntegerField(null=True)
    approved_as = models.CharField(max_length=160, blank=True)
    stop: Any = TenantForeignKey(Stop, null=True, blank=True, related_name="+")

    repair: Any = TenantForeignKey(Request, null=True, blank=True, related_name="+")
    repaired_at = models.DateTimeField(null=True, blank=True)
    repaired_by = models.BigIntegerField(null=True)
    repaired_as = models.CharField(max_length=160, blank=True)
    method = models.CharField(_("维修方法"), max_length=MAX_WORDS, blank=True)
    cleared_at = models.DateTimeField(null=True, blank=True)
    cleared_by = models.BigIntegerField(null=True)
    cleared_as = models.CharField(max_length=160, blank=True)
    cleared_note = models.CharField(_("复查情况"), max_length=MAX_REASON, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_as = models.CharField(max_length=160, blank=True)
    dropped_why = models.CharField(_("原因"), max_length=MAX_REASON, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "ref"], name="defect_ref"),
            models.UniqueConstraint(fields=["compound", "number"], name="defect_number"),
            models.UniqueConstraint(
                fields=["compound", "piece", "item"],
                condition=Q(state__in=OPEN, piece__isnull=False),
                name="defect_one_open_piece",
            ),
            models.UniqueConstraint(
                fields=["compound", "point_id", "item"],
                condition=Q(state__in=OPEN, piece__isnull=True, point_id__isnull=False),
                name="defect_one_open_point",
            ),
            models.CheckConstraint(condition=Q(state__in=MACHINE.state_values()), name="defect_state"),
            models.CheckConstraint(
                condition=~Q(state__in=["repaired", "cleared"])
                | (Q(repaired_at__isnull=False, repaired_by__isnull=False) & ~Q(method="")),
                name="defect_repaired_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state="cleared") | Q(cleared_at__isnull=False, cleared_by__isnull=False),
                name="defect_cleared_whole",
            ),
            # 复查: never by whoever repaired it.
            models.CheckConstraint(
                condition=Q(cleared_by__isnull=True) | ~Q(cleared_by=F("repaired_by")), name="defect_two_people"
            ),
            models.CheckConstraint(
                condition=~Q(state="dropped") | (Q(dropped_at__isnull=False) & ~Q(dropped_why="")),
                name="defect_dropped_says_why",
            ),
            models.CheckConstraint(
                condition=Q(restored_at__isnull=True) | Q(stopped_at__isnull=False), name="defect_restored_after_stop"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["compound", "due_at", "id"], name="defect_open_due", condition=Q(state__in=OPEN)),
            models.Index(fields=["compound", "-found_at", "-id"], name="defect_latest"),
            models.Index(fields=["compound", "piece"], name="defect_of_piece"),
            models.Index(fields=["compound", "repair"], name="defect_of_repair", condition=Q(repair__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        """Whether it is not cleared and not dropped."""
        return self.state in OPEN

    @property
    def critical(self) -> bool:
        """Whether it is of the gravest class."""
        return bool(self.severity == Severity.CRITICAL)


class Event(TenantModel):
    """What became of a defect, in order. ``answer_id`` is the answer of a round, ``report`` what was said at a label."""

    defect: Any = TenantForeignKey(Defect, related_name="events")
    action = models.CharField(max_length=12)
    note = models.CharField(max_length=MAX_WORDS, blank=True)
    person_id = models.BigIntegerField()
    post_id = models.BigIntegerField(null=True)
    label = models.CharField(max_length=160)
    at = models.DateTimeField()
    answer_id = models.BigIntegerField(null=True)
    report: Any = TenantForeignKey(Report, null=True, blank=True, related_name="+")

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            # What a round or a label said is taken in once, however often it is told.
            models.UniqueConstraint(
                fields=["compound", "defect", "answer_id"],
                condition=Q(answer_id__isnull=False),
                name="defect_event_answer",
            ),
            models.UniqueConstraint(
                fields=["compound", "report"], condition=Q(report__isnull=False), name="defect_event_report"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["compound", "defect", "id"], name="defect_event_line")]

    def __str__(self) -> str:
        return self.action


class Photo(TenantModel):
    """A photo of what was found, or of the result."""

    class Stage(models.TextChoices):
        """What it shows."""

        FOUND = "found", _("发现时")
        REPAIRED = "repaired", _("修好后")

    defect: Any = TenantForeignKey(Defect, related_name="photos")
    file: Any = TenantForeignKey(StoredFile, related_name="+")
    stage = models.CharField(max_length=8, choices=Stage)
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "defect", "file"], name="defect_photo_once")
        ]

    def __str__(self) -> str:
        return self.stage


class Correction(TenantModel):
    """An entry that was put right: what stood there stays readable, also on paper."""

    defect: Any = TenantForeignKey(Defect, related_name="corrections")
    field = models.CharField(max_length=12)
    old = models.CharField(max_length=MAX_WORDS, blank=True)
    new = models.CharField(max_length=MAX_WORDS, blank=True)
    reason = models.CharField(_("原因"), max_length=MAX_REASON)
    person_id = models.BigIntegerField()
    label = models.CharField(max_length=160)
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [models.Index(fields=["compound", "defect", "id"], name="defect_correction_line")]

    def __str__(self) -> str:
        return self.field


class Rung(TenantModel):
    """One step of the ladder of a defect: whom it reaches, when it is due, and who was told by name and when."""

    class Kind(models.TextChoices):
        """Whom it reaches."""

        MANAGER = "manager", _("项目经理")
        FIRM = "firm", _("物业企业")
        WATCHERS = "watchers", _("社区、居委会和业委会")

    defect: Any = TenantForeignKey(Defect, related_name="rungs")
    rung = models.CharField(max_length=8, choices=Kind)
    at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)
    told = ArrayField(models.CharField(max_length=160), default=list, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "defect", "rung"], name="defect_rung_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["compound", "at"], name="defect_rung_due", condition=Q(told_at__isnull=True))
        ]

    def __str__(self) -> str:
        return self.rung


class FireNotice(TenantModel):
    """How the fire service was told of it: when, in which way, under which number, to whom, by whom."""

    class Way(models.TextChoices):
        """In which way."""

        PHONE = "phone", _("电话")
        LETTER = "letter", _("书面")
        PLATFORM = "platform", _("网上平台")
        PERSON = "person", _("当面")

    defect: Any = TenantForeignKey(Defect, related_name="fire_notices")
    told_at = models.DateTimeField(_("什么时候"))
    way = models.CharField(_("怎样报告"), max_length=8, choices=Way)
    number = models.CharField(_("受理编号或号码"), max_length=MAX_NAME)
    receiver = models.CharField(_("对方是谁"), max_length=MAX_NAME)
    person_id = models.BigIntegerField()
    label = models.CharField(max_length=160)
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [models.Index(fields=["compound", "defect", "id"], name="defect_fire_line")]

    def __str__(self) -> str:
        return self.number


class FundRequest(TenantModel):
    """The maintenance fund is asked to pay, because the service fee does not (Order 5 Art. 33). ``item``: what the owners
    vote or voted on it (使用维修资金)."""

    defect: Any = TenantForeignKey(Defect, related_name="fund_requests")
    amount_fen = models.BigIntegerField(_("金额"))
    fee_fen = models.BigIntegerField(_("物业费可以承担"))
    reason = models.CharField(_("原因"), max_length=MAX_WORDS)
    item: Any = TenantForeignKey(Item, null=True, blank=True, related_name="+")
    person_id = models.BigIntegerField()
    label = models.CharField(max_length=160)
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "defect"], name="defect_fund_one"),
            models.CheckConstraint(
                condition=Q(fee_fen__gte=0, amount_fen__gt=F("fee_fen"), amount_fen__lte=MAX_FEN),
                name="defect_fund_more_than_fee",
            ),
        ]

    def __str__(self) -> str:
        return str(self.amount_fen)
