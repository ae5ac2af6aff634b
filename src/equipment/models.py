"""A compound's fire equipment: the register, its labels, what runs out, what is away or stopped, and what people report of it."""

from datetime import date
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from documents.models import StoredFile
from equipment.rules.cadence import CADENCES
from equipment.rules.due import NOT_YET
from equipment.states import IMPORT, STOP
from notices.models import Notice
from premises.models import Building, Home
from tenancy.models import TenantForeignKey, TenantModel

MAX_NUMBER = 20
MAX_NAME = 40
MAX_SPOT = 60
MAX_REASON = 200
MAX_WORDS = 300
# A spot on a plan in thousandths of its width and height.
FULL = 1000


class Place(models.TextChoices):
    """Where a piece stands, as far as a rule asks."""

    ORDINARY = "ordinary", _("一般场所")
    BASEMENT = "basement", _("地下室")
    BOILER_ROOM = "boiler_room", _("锅炉房")
    YARD = "yard", _("堆场、罐区")
    CROWDED = "crowded", _("人员密集场所")


class What(models.TextChoices):
    """What runs out."""

    SERVICE = "service", _("维修")
    SCRAP = "scrap", _("报废")
    BATTERY = "battery", _("备用电池更换")
    BATTERY_TEST = "battery_test", _("备用电池测试")
    SENSOR = "sensor", _("传感器更换")
    YEARLY_TEST = "yearly_test", _("年度检测")
    ASSESSMENT = "assessment", _("消防安全评估")
    CERTIFICATE = "certificate", _("证书")
    CONTRACT = "contract", _("合同")
    VISIT = "visit", _("上门检查")
    PART = "part", _("部件更换")


class Profile(TenantModel):
    """What the standards ask to know of a compound: its class. One row; absent it is a high-rise compound."""

    unit = models.CharField(_("小区类别"), max_length=16, default="high_rise")
    changed_at = models.DateTimeField()
    changed_as = models.CharField(max_length=160)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["compound"], name="equipment_profile_one")]

    def __str__(self) -> str:
        return self.unit


class OwnRule(TenantModel):
    """A compound's own, stricter word (``equipment.rules.standards.Tighter``); ended, never changed."""

    kind = models.CharField(_("种类"), max_length=30)
    subject = models.CharField(_("内容"), max_length=30)
    place = models.CharField(_("场所"), max_length=12, choices=Place, blank=True)
    subtype = models.CharField(_("类型"), max_length=20, blank=True)
    every = models.CharField(_("多久一次"), max_length=12, blank=True)
    years = models.PositiveSmallIntegerField(default=0)
    then = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(_("原因"), max_length=MAX_REASON, blank=True)
    made_at = models.DateTimeField()
    made_as = models.CharField(max_length=160)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_as = models.CharField(max_length=160, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["compound", "kind", "subject", "place", "subtype"],
                condition=Q(ended_at__isnull=True),
                name="equipment_own_rule_one",
            ),
            models.CheckConstraint(
                condition=Q(every__in=CADENCES, years=0, then=0) | Q(every="", years__gt=0),
                name="equipment_own_rule_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class FloorPlan(TenantModel):
    """A picture of a floor on which pieces are placed; a newer one takes its place, the old one is kept."""

    building: Any = TenantForeignKey(Building, null=True, blank=True, related_name="+")
    name = models.CharField(_("名称"), max_length=MAX_NAME)
    file: Any = TenantForeignKey(StoredFile, related_name="+")
    made_at = models.DateTimeField()
    made_as = models.CharField(max_length=160)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["compound", "name"], condition=Q(retired_at__isnull=True), name="equipment_plan_name"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Piece(TenantModel):
    """One piece of equipment, or several alike at one spot (``count``). ``address`` says where in words, for lists.

    ``number`` is what the firm calls it. ``unit`` is its placement unit (配置单元): of one unit never more than a quarter is
    away. Days are those on its plate or in its papers; None where nobody knows. ``position`` is the order of walking.
    """

    class State(models.TextChoices):
        """Whether it can be used."""

        IN_USE = "in_use", _("在用")
        AWAY = "away", _("送修")
        STOPPED = "stopped", _("停用")
        GONE = "gone", _("已报废或拆除")

    kind = models.CharField(_("种类"), max_length=30)
    subtype = models.CharField(_("类型"), max_length=20, blank=True)
    number = models.CharField(_("编号"), max_length=MAX_NUMBER)
    building: Any = TenantForeignKey(Building, null=True, blank=True, related_name="+")
    floor = models.CharField(_("楼层"), max_length=12, blank=True)
    spot = models.CharField(_("位置"), max_length=MAX_SPOT, blank=True)
    address = models.CharField(max_length=100)
    position = models.IntegerField(default=0)
    place = models.CharField(_("场所"), max_length=12, choices=Place, default=Place.ORDINARY)
    unit = models.CharField(_("配置单元"), max_length=MAX_NAME, blank=True)
    count = models.PositiveSmallIntegerField(_("数量"), default=1)
    maker = models.CharField(_("厂家"), max_length=MAX_NAME, blank=True)
    model = models.CharField(_("型号规格"), max_length=MAX_NAME, blank=True)
    made_on = models.DateField(_("出厂日期"), null=True, blank=True)
    installed_on = models.DateField(_("启用日期"), null=True, blank=True)
    serviced_on = models.DateField(_("上次维修"), null=True, blank=True)
    battery_on = models.DateField(_("电池更换日期"), null=True, blank=True)
    battery_tested_on = models.DateField(_("电池测试日期"), null=True, blank=True)
    service_body = models.CharField(_("维修单位"), max_length=MAX_NAME, blank=True)
    note = models.CharField(_("备注"), max_length=MAX_REASON, blank=True)
    plan: Any = TenantForeignKey(FloorPlan, null=True, blank=True, related_name="pieces")
    plan_x = models.PositiveSmallIntegerField(null=True, blank=True)
    plan_y = models.PositiveSmallIntegerField(null=True, blank=True)
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.IN_USE)
    checked_on = models.DateField(_("上次检查"), null=True, blank=True)
    made_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True, blank=True)
    gone_reason = models.CharField(max_length=MAX_REASON, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["compound", "number"], condition=~Q(state="gone"), name="equipment_piece_number"
            ),
            models.CheckConstraint(
                condition=Q(state="gone", gone_at__isnull=False) | (~Q(state="gone") & Q(gone_at__isnull=True)),
                name="equipment_piece_gone_when",
            ),
            models.CheckConstraint(condition=Q(count__gte=1), name="equipment_piece_count"),
            models.CheckConstraint(
                condition=Q(plan__isnull=True, plan_x__isnull=True, plan_y__isnull=True)
                | Q(plan__isnull=False, plan_x__lte=FULL, plan_y__lte=FULL),
                name="equipment_piece_spot",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["compound", "position", "id"], name="equipment_piece_walk"),
            models.Index(fields=["compound", "kind", "position"], name="equipment_piece_kind"),
            models.Index(fields=["compound", "unit"], name="equipment_piece_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.address}"


class PieceEvent(TenantModel):
    """What became of a piece, in order."""

    piece: Any = TenantForeignKey(Piece, related_name="events")
    action = models.CharField(max_length=12)
    note = models.CharField(max_length=MAX_WORDS, blank=True)
    person_id = models.BigIntegerField()
    post_id = models.BigIntegerField(null=True)
    label = models.CharField(max_length=160)
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [models.Index(fields=["compound", "piece", "id"], name="equipment_event_line")]

    def __str__(self) -> str:
        return self.action


class Label(TenantModel):
    """The code that is stuck on a piece; a replaced one is kept, and still leads to the piece, saying that it is old."""

    piece: Any = TenantForeignKey(Piece, related_name="labels")
    code = models.CharField(max_length=7)
    made_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, blank=True)
    replaced_reason = models.CharField(_("更换原因"), max_length=MAX_REASON, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "code"], name="equipment_label_code"),
            models.UniqueConstraint(
                fields=["compound", "piece"], condition=Q(replaced_at__isnull=True), name="equipment_label_one"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class LabelSheet(TenantModel):
    """The pieces whose labels were chosen to be printed together; the sheet itself is an issued document."""

    piece_ids = ArrayField(models.BigIntegerField())
    made_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [models.Index(fields=["compound", "id"], name="equipment_sheet_own")]

    def __str__(self) -> str:
        return str(self.pk)


class Run(TenantModel):
    """One import: the file as it came, what was found in it, and what became of it. At most one a compound is open.

    ``report`` is {"bad": [{"row", "column", "ref", "code", "value", "words"}], "header": last row of the header}; ``plan`` the
    digest of what would be written, so that what is confirmed is what was shown.
    """

    ref = models.CharField(max_length=22)
    name = models.CharField(_("文件名"), max_length=120)
    content = models.BinaryField()
    sheet = models.CharField(max_length=64)
    state = models.CharField(_("状态"), max_length=10, choices=IMPORT.choices(), default=IMPORT.initial)
    counts = models.JSONField(default=dict)
    report = models.JSONField(default=dict)
    plan = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    created_by = models.BigIntegerField()
    created_as = models.CharField(max_length=160)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "ref"], name="equipment_run_ref"),
            models.UniqueConstraint(
                fields=["compound"], condition=Q(state__in=IMPORT.open_values()), name="equipment_run_one_open"
            ),
            models.CheckConstraint(condition=Q(state__in=IMPORT.state_values()), name="equipment_run_state"),
        ]

    def __str__(self) -> str:
        return self.name


class Paper(TenantModel):
    """A dated paper of the compound: a contract, a certificate, the yearly test, the assessment. A newer one takes its place."""

    class Kind(models.TextChoices):
        """What it is."""

        CONTRACT = "contract", _("维保合同")
        CERTIFICATE = "certificate", _("证书、资质")
        YEARLY_TEST = "yearly_test", _("年度检测报告")
        ASSESSMENT = "assessment", _("消防安全评估报告")

    kind = models.CharField(_("种类"), max_length=12, choices=Kind)
    title = models.CharField(_("名称"), max_length=MAX_NAME)
    holder = models.CharField(_("单位或持有人"), max_length=MAX_NAME, blank=True)
    number = models.CharField(_("编号"), max_length=MAX_NAME, blank=True)
    issued_on = models.DateField(_("签订、出具日期"), null=True, blank=True)
    expires_on = models.DateField(_("到期日"))
    file: Any = TenantForeignKey(StoredFile, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()
    made_as = models.CharField(max_length=160)
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(issued_on__isnull=True) | Q(expires_on__gte=F("issued_on")), name="equipment_paper_dates"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["compound", "expires_on"], name="equipment_paper_ends")]

    def __str__(self) -> str:
        return self.title


class Subject(TenantModel):
    """A home or house that is visited: for gas by the supplier, a self-built house by the community's grid worker.

    ``risk`` is its class, by which its cadence goes; ``appointed_at`` the visit that was agreed.
    """

    # When it is due, where ``queries.subjects`` reads it along.
    due_on: date | None
    kind = models.CharField(_("种类"), max_length=12)
    home: Any = TenantForeignKey(Home, null=True, blank=True, related_name="+")
    address = models.CharField(_("地址"), max_length=100)
    risk = models.CharField(_("风险等级"), max_length=12)
    part_dates = models.JSONField(default=dict)
    visited_on = models.DateField(_("上次检查"), null=True, blank=True)
    appointed_at = models.DateTimeField(_("约定时间"), null=True, blank=True)
    failed = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["compound", "kind", "address"],
                condition=Q(ended_at__isnull=True),
                name="equipment_subject_once",
            )
        ]

    def __str__(self) -> str:
        return self.address


class Visit(TenantModel):
    """What came of one visit. ``findings`` are the keys of what was not in order."""

    class Outcome(models.TextChoices):
        """How it went."""

        DONE = "done", _("已检")
        ABSENT = "absent", _("不遇")
        REFUSED = "refused", _("拒检")

    subject: Any = TenantForeignKey(Subject, related_name="visits")
    outcome = models.CharField(_("结果"), max_length=8, choices=Outcome)
    visited_on = models.DateField()
    findings = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    note = models.CharField(_("说明"), max_length=MAX_WORDS, blank=True)
    appraisal_by = models.DateField(null=True, blank=True)
    person_id = models.BigIntegerField()
    post_id = models.BigIntegerField(null=True)
    label = models.CharField(max_length=160)
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [models.Index(fields=["compound", "subject", "-visited_on"], name="equipment_visit_line")]

    def __str__(self) -> str:
        return self.outcome


class Due(TenantModel):
    """What runs out next of a piece, a paper or a home: written anew by whatever changes it, so that lists and the clock
    read one table. ``on`` None: the day is not known. ``told``: the last step that was said (``equipment.rules.due``).
    """

    piece: Any = TenantForeignKey(Piece, null=True, blank=True, related_name="dues")
    paper: Any = TenantForeignKey(Paper, null=True, blank=True, related_name="dues")
    subject: Any = TenantForeignKey(Subject, null=True, blank=True, related_name="dues")
    what = models.CharField(max_length=12, choices=What)
    name = models.CharField(max_length=40)
    on = models.DateField(null=True)
    clause = models.CharField(max_length=80, blank=True)
    confirmed = models.BooleanField()
    critical = models.BooleanField()
    told = models.SmallIntegerField(default=NOT_YET)
    told_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(piece__isnull=False, paper__isnull=True, subject__isnull=True)
                | Q(piece__isnull=True, paper__isnull=False, subject__isnull=True)
                | Q(piece__isnull=True, paper__isnull=True, subject__isnull=False),
                name="equipment_due_of_one",
            ),
            models.UniqueConstraint(
                fields=["compound", "piece", "what", "name"],
                condition=Q(piece__isnull=False),
                name="equipment_due_piece",
            ),
            models.UniqueConstraint(
                fields=["compound", "paper"], condition=Q(paper__isnull=False), name="equipment_due_paper"
            ),
            models.UniqueConstraint(
                fields=["compound", "subject", "what", "name"],
                condition=Q(subject__isnull=False),
                name="equipment_due_subject",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["compound", "on"], name="equipment_due_on"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.on}"


class Batch(TenantModel):
    """Pieces of one placement unit that went away for service together, and the equal ones that stand in for them."""

    unit = models.CharField(max_length=MAX_NAME)
    piece_ids = ArrayField(models.BigIntegerField())
    body = models.CharField(_("维修单位"), max_length=MAX_NAME)
    lent = models.PositiveSmallIntegerField(_("替代数量"), default=0)
    out_at = models.DateTimeField()
    out_as = models.CharField(max_length=160)
    back_at = models.DateTimeField(null=True, blank=True)
    back_as = models.CharField(max_length=160, blank=True)

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["compound", "out_at"], name="equipment_batch_out", condition=Q(back_at__isnull=True))
        ]

    def __str__(self) -> str:
        return self.unit


class Stop(TenantModel):
    """A system that is to stand still: asked for, approved by another person, announced at the entrance, begun, ended.

    ``fire_service``: that the fire service was told, which table B.1 asks for what stands still longer than 24 hours.
    """

    ref = models.CharField(max_length=22)
    state = models.CharField(_("状态"), max_length=10, choices=STOP.choices(), default=STOP.initial)
    systems = ArrayField(models.CharField(max_length=20))
    place = models.CharField(_("范围"), max_length=MAX_SPOT)
    reason = models.CharField(_("原因"), max_length=MAX_WORDS)
    emergency_plan = models.CharField(_("应急方案"), max_length=MAX_WORDS)
    safeguards = models.CharField(_("安全保护措施"), max_length=MAX_WORDS)
    starts_at = models.DateTimeField(_("停用开始"))
    ends_at = models.DateTimeField(_("预计恢复"))
    fire_service = models.CharField(_("报消防部门"), max_length=MAX_REASON, blank=True)
    asked_by = models.BigIntegerField()
    asked_as = models.CharField(max_length=160)
    asked_at = models.DateTimeField()
    decided_by = models.BigIntegerField(null=True)
    decided_as = models.CharField(max_length=160, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_why = models.CharField(max_length=MAX_REASON, blank=True)
    notice: Any = TenantForeignKey(Notice, null=True, blank=True, related_name="+")
    began_at = models.DateTimeField(null=True)
    began_as = models.CharField(max_length=160, blank=True)
    restored_at = models.DateTimeField(null=True)
    restored_as = models.CharField(max_length=160, blank=True)
    late_told_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "ref"], name="equipment_stop_ref"),
            models.CheckConstraint(condition=Q(state__in=STOP.state_values()), name="equipment_stop_state"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="equipment_stop_ends_after"),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "withdrawn"]) | Q(decided_by__isnull=False),
                name="equipment_stop_decided",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")) | Q(state="refused"),
                name="equipment_stop_two_people",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["compound", "-id"], name="equipment_stop_latest")]

    def __str__(self) -> str:
        return self.place


class Report(TenantModel):
    """A fault that somebody reported at a label, who need not say who they are. Kept as a row; nothing of the person is.

    ``origin`` is a keyed digest of where it came from, for the limit of a day, and is emptied by the clock after it.
    """

    piece: Any = TenantForeignKey(Piece, related_name="reports")
    item = models.CharField(_("哪里不好"), max_length=20, blank=True)
    words = models.CharField(_("看到了什么"), max_length=MAX_WORDS, blank=True)
    at = models.DateTimeField()
    origin = models.CharField(max_length=64, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_as = models.CharField(max_length=160, blank=True)
    outcome = models.CharField(_("处理结果"), max_length=MAX_REASON, blank=True)

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["compound", "at"], name="equipment_report_new", condition=Q(seen_at__isnull=True)),
            models.Index(fields=["compound", "origin", "at"], name="equipment_report_origin"),
        ]

    def __str__(self) -> str:
        return self.words or self.item


class ReportPhoto(TenantModel):
    """A photo of what was reported, re-encoded by the intake; whoever took it is not known."""

    report: Any = TenantForeignKey(Report, related_name="photos")
    file: Any = TenantForeignKey(StoredFile, related_name="+")
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "report", "file"], name="equipment_report_photo_once")
        ]
        indexes: ClassVar = [models.Index(fields=["compound", "at"], name="equipment_report_photo_day")]

    def __str__(self) -> str:
        return str(self.report_id)
