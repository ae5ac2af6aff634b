"""Where papers hang, which papers are to hang there, and what people found when they went to look."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from documents.models import StoredFile
from notices.models import Notice, Version
from posting.rules.jobs import JOBS, RESULTS, SIDES
from premises.models import Building, Entrance
from tenancy.models import TenantForeignKey, TenantModel

MAX_NAME = 30
MAX_PLACE = 60
MAX_REASON = 200


class Job(models.TextChoices):
    """What there is to do at a point."""

    POST = "post", _("张贴")
    CHECK = "check", _("查看")
    TAKE_DOWN = "take_down", _("撤下")


class Result(models.TextChoices):
    """What was done or found there."""

    POSTED = "posted", _("已张贴")
    HANGING = "hanging", _("还在")
    MISSING = "missing", _("不见了")
    DAMAGED = "damaged", _("破损")
    TAKEN_DOWN = "taken_down", _("已撤下")


class Side(models.TextChoices):
    """Who goes round."""

    COMPANY = "company", _("物业")
    COMMUNITY = "community", _("社区")


class Point(TenantModel):
    """A place where paper hangs. ``address`` says it in words ("3幢2单元", "公共区域"), kept beside the references for lists."""

    class Kind(models.TextChoices):
        """What it is."""

        BOARD = "board", _("公告栏")
        ENTRANCE = "entrance", _("单元门口")
        LIFT = "lift", _("电梯厅")
        GATE = "gate", _("大门")
        OTHER = "other", _("其他")

    class Size(models.TextChoices):
        """The largest sheet that fits."""

        A4 = "A4", "A4"
        A3 = "A3", "A3"

    kind = models.CharField(_("种类"), max_length=10, choices=Kind)
    name = models.CharField(_("名称"), max_length=MAX_NAME)
    building: Any = TenantForeignKey(Building, null=True, blank=True, related_name="+")
    entrance: Any = TenantForeignKey(Entrance, null=True, blank=True, related_name="+")
    address = models.CharField(_("位置"), max_length=MAX_PLACE)
    # Buildings in their order, what belongs to none first: how one walks.
    position = models.PositiveIntegerField(default=0)
    size = models.CharField(_("纸张"), max_length=2, choices=Size, default=Size.A4)
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_reason = models.CharField(_("停用原因"), max_length=MAX_REASON, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["compound", "address", "name"], condition=Q(retired_at__isnull=True), name="posting_point_once"
            ),
            models.CheckConstraint(
                condition=Q(retired_at__isnull=True) | ~Q(retired_reason=""), name="posting_point_retired_says_why"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["compound", "position", "id"], name="posting_point_walk")]

    def __str__(self) -> str:
        return f"{self.address} {self.name}"


class PointEvent(TenantModel):
    """What became of a point, in order: made, changed, relabelled, retired, taken up again."""

    point: Any = TenantForeignKey(Point, related_name="events")
    action = models.CharField(max_length=12)
    note = models.CharField(max_length=MAX_REASON, blank=True)
    person_id = models.BigIntegerField()
    post_id = models.BigIntegerField(null=True)
    label = models.CharField(max_length=160)
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [models.Index(fields=["compound", "point", "id"], name="posting_point_line")]

    def __str__(self) -> str:
        return self.action


class Label(TenantModel):
    """The code that hangs at a point; a replaced one is kept, and says so to whoever reads it."""

    point: Any = TenantForeignKey(Point, related_name="labels")
    code = models.CharField(max_length=7)
    made_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, blank=True)
    replaced_reason = models.CharField(_("更换原因"), max_length=MAX_REASON, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "code"], name="posting_label_code"),
            models.UniqueConstraint(
                fields=["compound", "point"], condition=Q(replaced_at__isnull=True), name="posting_label_one"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class LabelSheet(TenantModel):
    """The points whose labels were chosen to be printed together; the sheet itself is an issued document."""

    point_ids = ArrayField(models.BigIntegerField())
    made_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [models.Index(fields=["compound", "id"], name="posting_sheet_own")]

    def __str__(self) -> str:
        return str(self.pk)


class Plan(TenantModel):
    """Whether a notice goes on the walls, where (no points named: everywhere) and who goes round ("": by who speaks).

    ``check_at``: when it is to be looked at next; empty while nothing hangs. ``over_at``: from when on nothing more is put up
    or looked at although the notice stays out (its publicity is complete); what hangs comes down with the notice.
    """

    notice: Any = TenantForeignKey(Notice, related_name="+")
    wanted = models.BooleanField()
    point_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    side = models.CharField(max_length=10, choices=Side, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    check_at = models.DateTimeField(null=True, blank=True)
    over_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField()
    made_as = models.CharField(max_length=160)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["compound", "notice"], name="posting_plan_once")]
        indexes: ClassVar = [
            models.Index(
                fields=["compound", "check_at"], name="posting_plan_check", condition=Q(check_at__isnull=False)
            )
        ]


class Round(TenantModel):
    """One job to be done at several points: an edition to put up, one to look at, one to take down.

    ``told_at``: the desk was told that it is late; ``climbed_at``: the community was.
    """

    class Reason(models.TextChoices):
        """Why it arose."""

        PUBLISHED = "published", _("发布")
        CORRECTED = "corrected", _("更正，换新版")
        ADDED = "added", _("补增张贴点")
        GONE = "gone", _("缺失或破损，重贴")
        CHECK = "check", _("定期查看")
        WITHDRAWN = "withdrawn", _("公告已撤回")
        EXPIRED = "expired", _("公告已到期")

    class State(models.TextChoices):
        """How far it is."""

        OPEN = "open", _("进行中")
        DONE = "done", _("已完成")
        VOID = "void", _("不再需要")
        MISSED = "missed", _("没有办完")

    notice: Any = TenantForeignKey(Notice, related_name="+")
    version: Any = TenantForeignKey(Version, related_name="+")
    edition = models.PositiveSmallIntegerField()
    job = models.CharField(max_length=10, choices=Job)
    reason = models.CharField(max_length=10, choices=Reason)
    side = models.CharField(max_length=10, choices=Side)
    state = models.CharField(max_length=6, choices=State, default=State.OPEN)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    climbed_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(job__in=JOBS), name="posting_round_job_known"),
            models.CheckConstraint(condition=Q(side__in=SIDES), name="posting_round_side_known"),
            models.CheckConstraint(
                condition=Q(state="open", ended_at__isnull=True)
                | Q(state__in=["done", "void", "missed"], ended_at__isnull=False),
                name="posting_round_ended_when",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["compound", "notice", "id"], name="posting_round_notice"),
            models.Index(fields=["compound", "due_at"], name="posting_round_open", condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"{self.job} {self.reason}"


class Task(TenantModel):
    """One point of a round.

    ``void_why``: why nobody is asked any more (completed, withdrawn, expired, corrected, unwanted, retired). ``missed``: it was
    past its time by then, and nobody had done it.
    """

    class State(models.TextChoices):
        """How far it is."""

        OPEN = "open", _("待办")
        DONE = "done", _("已办")
        VOID = "void", _("不再需要")
        MISSED = "missed", _("到期没有办")

    round: Any = TenantForeignKey(Round, related_name="tasks")
    notice: Any = TenantForeignKey(Notice, related_name="+")
    point: Any = TenantForeignKey(Point, related_name="+")
    job = models.CharField(max_length=10, choices=Job)
    state = models.CharField(max_length=6, choices=State, default=State.OPEN)
    ended_at = models.DateTimeField(null=True, blank=True)
    void_why = models.CharField(max_length=10, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "round", "point"], name="posting_task_once"),
            models.UniqueConstraint(
                fields=["compound", "notice", "point", "job"], condition=Q(state="open"), name="posting_task_one_open"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["compound", "point"], name="posting_task_open", condition=Q(state="open")),
            models.Index(fields=["compound", "notice", "point"], name="posting_task_notice"),
        ]

    def __str__(self) -> str:
        return f"{self.job} {self.state}"


class Answer(TenantModel):
    """What somebody did or found at a point, under the id that their phone gave it. Never changed by a repeat.

    ``device_at`` is the phone's word, ``received_at`` ours, ``offset_seconds`` how far its clock was behind ours when it
    sent, ``happened_at`` the time put right. ``digest`` is of the body as it was sent. ``flags`` say what is unusual
    (``posting.words.FLAGS``). It counts once every photo is there; ``review``: a manager says whether it does.
    """

    class State(models.TextChoices):
        """Whether it counts."""

        WAITING = "waiting", _("照片还没到")
        COUNTED = "counted", _("有效")
        REVIEW = "review", _("待核")
        REFUSED = "refused", _("不作数")

    class Way(models.TextChoices):
        """How the point was named."""

        QR = "qr", _("扫码")
        LIST = "list", _("从列表选")

    client_id = models.UUIDField()
    task: Any = TenantForeignKey(Task, related_name="answers")
    notice: Any = TenantForeignKey(Notice, related_name="+")
    point: Any = TenantForeignKey(Point, related_name="+")
    edition = models.PositiveSmallIntegerField()
    result = models.CharField(max_length=10, choices=Result)
    note = models.CharField(_("说明"), max_length=MAX_REASON, blank=True)
    way = models.CharField(max_length=4, choices=Way)
    device_at = models.DateTimeField()
    offset_seconds = models.IntegerField(null=True)
    received_at = models.DateTimeField()
    happened_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    flags = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    digest = models.CharField(max_length=64)
    body = models.JSONField()
    person_id = models.BigIntegerField()
    post_id = models.BigIntegerField(null=True)
    label = models.CharField(max_length=160)
    complete_at = models.DateTimeField(null=True, blank=True)
    judged_at = models.DateTimeField(null=True, blank=True)
    judged_as = models.CharField(max_length=160, blank=True)
    judged_why = models.CharField(max_length=MAX_REASON, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "client_id"], name="posting_answer_once"),
            models.CheckConstraint(
                condition=Q(result__in=sorted({one for some in RESULTS.values() for one in some})),
                name="posting_answer_result_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="counted") | Q(complete_at__isnull=False), name="posting_answer_counts_whole"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["compound", "notice", "point", "happened_at"], name="posting_answer_notice"),
            models.Index(fields=["compound", "state"], name="posting_answer_review", condition=Q(state="review")),
        ]

    def __str__(self) -> str:
        return str(self.client_id)


class Conflict(TenantModel):
    """Other bytes that came under the id of an answer that was there: kept for the manager, counting for nothing.

    ``body`` is None where only a photo was another.
    """

    answer: Any = TenantForeignKey(Answer, related_name="conflicts")
    digest = models.CharField(max_length=64)
    body = models.JSONField(null=True)
    person_id = models.BigIntegerField()
    label = models.CharField(max_length=160)
    received_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_as = models.CharField(max_length=160, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "answer", "digest"], name="posting_conflict_once")
        ]


class Photo(TenantModel):
    """A photo that an answer announced, by its slot and the hash of its bytes; ``file`` once it arrived.

    ``conflict``: it came with other bytes under the answer's id, and is kept with those.
    """

    answer: Any = TenantForeignKey(Answer, related_name="photos")
    conflict: Any = TenantForeignKey(Conflict, null=True, blank=True, related_name="photos")
    slot = models.PositiveSmallIntegerField()
    sha256 = models.CharField(max_length=64)
    bytes = models.PositiveIntegerField()
    file: Any = TenantForeignKey(StoredFile, null=True, blank=True, related_name="+")
    received_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["compound", "answer", "slot"], condition=Q(conflict__isnull=True), name="posting_photo_slot"
            ),
            models.UniqueConstraint(
                fields=["compound", "conflict", "slot"],
                condition=Q(conflict__isnull=False),
                name="posting_photo_conflict_slot",
            ),
            models.CheckConstraint(
                condition=Q(file__isnull=True, received_at__isnull=True)
                | Q(file__isnull=False, received_at__isnull=False),
                name="posting_photo_arrived_when",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["compound", "sha256"], name="posting_photo_seen")]
