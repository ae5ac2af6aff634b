"""What is walked, when, by whom, and what was found: plans and routes, occurrences, walks, and answers that are never changed."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from documents.models import StoredFile
from equipment.models import Piece
from equipment.rules.cadence import CADENCES
from notices.models import Notice
from parties.models import Post
from rosters.models import Station
from tenancy.models import Compound, TenantForeignKey, TenantModel

MAX_NAME = 60
MAX_KEY = 80
MAX_REASON = 200
MAX_ADDRESS = 100


class State(models.TextChoices):
    """How an occurrence stands. What is missed stays missed; a later walk is an occurrence of its own, linked to it."""

    PLANNED = "planned", _("待巡查")
    IN_PROGRESS = "in_progress", _("进行中")
    DONE = "done", _("已完成")
    OVERDUE = "overdue", _("已过时")
    MISSED = "missed", _("没有做")
    SKIPPED = "skipped", _("免做")


OPEN = (State.PLANNED, State.IN_PROGRESS, State.OVERDUE)


class Route(TenantModel):
    """Where one goes: a list of points in order. ``current`` is the number of its newest edition; ``by_hand``: somebody put its
    points in an order of their own, which the register's does not undo.
    """

    name = models.CharField(_("名称"), max_length=MAX_NAME)
    current = models.PositiveIntegerField(default=0)
    by_hand = models.BooleanField(default=False, db_default=False)
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["compound", "name"], condition=Q(retired_at__isnull=True), name="rounds_route_name"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Point(TenantModel):
    """One place of a route. ``form`` is the key of what is looked at there (``rounds.rules.drafts.form_items``)."""

    route: Any = TenantForeignKey(Route, related_name="points")
    piece: Any = TenantForeignKey(Piece, null=True, blank=True, related_name="+")
    name = models.CharField(_("名称"), max_length=MAX_NAME)
    address = models.CharField(_("位置"), max_length=MAX_ADDRESS, blank=True)
    building = models.CharField(_("楼幢"), max_length=MAX_NAME, blank=True)
    floor = models.CharField(_("楼层"), max_length=12, blank=True)
    kind = models.CharField(max_length=30, blank=True)
    count = models.PositiveSmallIntegerField(_("数量"), default=1)
    form = models.CharField(max_length=60)
    position = models.PositiveIntegerField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["compound", "route", "piece"],
                condition=Q(retired_at__isnull=True, piece__isnull=False),
                name="rounds_point_piece_once",
            ),
            models.CheckConstraint(condition=Q(count__gte=1), name="rounds_point_count"),
        ]
        indexes: ClassVar = [models.Index(fields=["compound", "route", "position"], name="rounds_point_walk")]

    def __str__(self) -> str:
        return self.name


class Item(TenantModel):
    """Something that a compound has looked at beyond the standard: added to a form, ended, never changed."""

    form = models.CharField(max_length=60)
    key = models.CharField(max_length=20)
    name = models.CharField(_("看什么"), max_length=40)
    made_at = models.DateTimeField()
    made_as = models.CharField(max_length=160)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["compound", "form", "key"], condition=Q(ended_at__isnull=True), name="rounds_item_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Edition(TenantModel):
    """A route as it was from one change to the next, whole: ``content`` is {"points": […], "forms": {key: […]}}.

    An answer names the edition that it was given to, and is read by it for good.
    """

    route: Any = TenantForeignKey(Route, related_name="editions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    made_at = models.DateTimeField()
    made_as = models.CharField(max_length=160)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "route", "number"], name="rounds_edition_once")
        ]

    def __str__(self) -> str:
        return str(self.number)


class Plan(TenantModel):
    """How often a route is walked, and in which hours. Its cadence and hours never change: a change ends it and makes the next
    ``version`` of its ``key``. ``standard`` is what the standard asks at least; ``months`` its season, empty all year.
    """

    key = models.CharField(max_length=MAX_KEY)
    version = models.PositiveSmallIntegerField(default=1)
    duty = models.CharField(max_length=20)
    name = models.CharField(_("名称"), max_length=MAX_NAME)
    route: Any = TenantForeignKey(Route, null=True, blank=True, related_name="plans")
    form = models.CharField(max_length=60, blank=True)
    every = models.CharField(_("多久一次"), max_length=12)
    standard = models.CharField(max_length=12, blank=True)
    months = ArrayField(models.SmallIntegerField(), default=list, blank=True)
    starts = models.PositiveSmallIntegerField(_("几点开始"))
    ends = models.PositiveSmallIntegerField(_("几点结束"))
    times = models.PositiveSmallIntegerField(_("一次分几轮"), default=1)
    grace = models.PositiveIntegerField()
    weight = models.PositiveSmallIntegerField()
    clause = models.CharField(max_length=80, blank=True)
    confirmed = models.BooleanField(default=False)
    since = models.DateField(_("从哪天起"))
    made_at = models.DateTimeField()
    made_as = models.CharField(max_length=160)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.CharField(_("原因"), max_length=MAX_REASON, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["compound", "key"], condition=Q(ended_at__isnull=True), name="rounds_plan_once"
            ),
            models.CheckConstraint(condition=Q(every__in=CADENCES), name="rounds_plan_every"),
            models.CheckConstraint(
                condition=Q(times__gte=1, times__lte=12, ends__gt=F("starts")), name="rounds_plan_hours"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Horizon(TenantModel):
    """How far ahead a compound's occurrences are made, and until when the clock has judged them. One row a compound.

    ``register_moved_at``: the register or a rule has changed since the plans were last brought up to it.
    """

    until = models.DateField()
    judged_at = models.DateTimeField(null=True)
    register_moved_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["compound"], name="rounds_horizon_one")]

    def __str__(self) -> str:
        return str(self.until)


class Occurrence(TenantModel):
    """One time that a plan is to be walked. Partitioned by month of ``opens_at``.

    ``plan_id``, ``route_id`` and the compound are kept without constraint: one alone costs a third of the speed of millions of
    rows, and none of the three is ever deleted. ``answered`` of ``points`` places have an answer that counts. ``makes_up_for``
    is the missed one that it was walked for later.
    """

    compound = models.ForeignKey(
        Compound, models.PROTECT, related_name="+", db_index=False, db_constraint=False, verbose_name=_("小区")
    )
    plan_id = models.BigIntegerField()
    route_id = models.BigIntegerField(null=True)
    duty = models.CharField(max_length=20)
    weight = models.PositiveSmallIntegerField()
    slot = models.PositiveSmallIntegerField(default=0)
    opens_at = models.DateTimeField()
    due_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State, default=State.PLANNED, db_default=State.PLANNED.value)
    points = models.PositiveSmallIntegerField(default=0, db_default=0)
    answered = models.PositiveSmallIntegerField(default=0, db_default=0)
    faults = models.PositiveSmallIntegerField(default=0, db_default=0)
    begun_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_as = models.CharField(max_length=160, default="", db_default="", blank=True)
    heard_at = models.DateTimeField(null=True)
    skipped_at = models.DateTimeField(null=True)
    skipped_as = models.CharField(max_length=160, default="", db_default="", blank=True)
    skipped_why = models.CharField(max_length=MAX_REASON, default="", db_default="", blank=True)
    makes_up_for = models.BigIntegerField(null=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "plan_id", "opens_at"], name="rounds_occurrence_once"),
            models.CheckConstraint(
                condition=~Q(state="skipped") | (Q(skipped_at__isnull=False) & ~Q(skipped_why="")),
                name="rounds_skipped_says_why",
            ),
            models.CheckConstraint(condition=~Q(state="done") | Q(done_at__isnull=False), name="rounds_done_when"),
        ]
        indexes: ClassVar = [models.Index(fields=["compound", "due_at"], name="rounds_occurrence_due")]

    def __str__(self) -> str:
        return f"{self.duty} {self.opens_at:%Y-%m-%d %H:%M}"


class Assignment(TenantModel):
    """Who is to walk a plan (``plan_key``: every time of it, whatever its version), or one time of it
    (``occurrence_id``), which goes before the plan's. Ended, never changed.

    Somebody of the firm in a post (``post`` with ``person_id``), whoever is on duty at a ``station`` of the rosters, or neither:
    this time is nobody's. ``label`` is the name of either as it was then. ``ended_why``: ``post_ended``, ``station_ended``,
    "" by hand.
    """

    plan_key = models.CharField(max_length=MAX_KEY, blank=True)
    occurrence_id = models.BigIntegerField(null=True)
    post = models.ForeignKey(Post, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    person_id = models.BigIntegerField(null=True)
    station: Any = TenantForeignKey(Station, null=True, blank=True, related_name="+")
    label = models.CharField(max_length=60, blank=True)
    reason = models.CharField(_("原因"), max_length=MAX_REASON, blank=True)
    made_at = models.DateTimeField()
    made_as = models.CharField(max_length=160)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_as = models.CharField(max_length=160, blank=True)
    ended_why = models.CharField(max_length=20, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["compound", "plan_key"],
                condition=Q(ended_at__isnull=True) & ~Q(plan_key=""),
                name="rounds_assigned_plan_once",
            ),
            models.UniqueConstraint(
                fields=["compound", "occurrence_id"],
                condition=Q(ended_at__isnull=True, occurrence_id__isnull=False),
                name="rounds_assigned_time_once",
            ),
            models.CheckConstraint(
                condition=Q(plan_key="", occurrence_id__isnull=False)
                | (~Q(plan_key="") & Q(occurrence_id__isnull=True)),
                name="rounds_assigned_what",
            ),
            models.CheckConstraint(
                condition=Q(post__isnull=True, person_id__isnull=True)
                | Q(post__isnull=False, person_id__isnull=False, station__isnull=True),
                name="rounds_assigned_to_one",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["compound", "plan_key"], name="rounds_assigned_plan"),
            models.Index(fields=["compound", "occurrence_id"], name="rounds_assigned_time"),
            models.Index(fields=["compound", "post"], name="rounds_assigned_post", condition=Q(ended_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.label


class Walk(TenantModel):
    """One person going round with one phone; it may serve several rounds. Times are the phone's."""

    client_id = models.UUIDField()
    person_id = models.BigIntegerField()
    post_id = models.BigIntegerField(null=True)
    label = models.CharField(max_length=160)
    package = models.CharField(max_length=64, blank=True)
    loaded_server = models.DateTimeField(null=True)
    loaded_device = models.DateTimeField(null=True)
    heard_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["compound", "client_id"], name="rounds_walk_once")]

    def __str__(self) -> str:
        return str(self.client_id)


class Answer(TenantModel):
    """What somebody found at one place, or that a round was finished, under the id that their phone gave it. Never changed by a
    repeat. Times as in ``posting.models.Answer``. ``results`` are the items as judged by the edition (``rules.judging``);
    ``flags`` say what is unusual (``rounds.words.FLAGS``). It counts once its photos are there; ``review``: a manager says so.
    """

    class Kind(models.TextChoices):
        """What it says."""

        POINT = "point", _("一处")
        FINISH = "finish", _("完成")

    class State(models.TextChoices):
        """Whether it counts."""

        WAITING = "waiting", _("照片还没到")
        COUNTED = "counted", _("有效")
        REVIEW = "review", _("待核")
        REFUSED = "refused", _("不作数")

    class Way(models.TextChoices):
        """How the place was named."""

        NFC = "nfc", _("碰一碰")
        QR = "qr", _("扫码")
        TYPED = "typed", _("手输编码")
        LIST = "list", _("从列表选")

    client_id = models.UUIDField()
    kind = models.CharField(max_length=6, choices=Kind)
    walk: Any = TenantForeignKey(Walk, null=True, blank=True, related_name="answers")
    order = models.PositiveIntegerField(default=0)
    seconds = models.PositiveIntegerField(null=True)
    piece: Any = TenantForeignKey(Piece, null=True, blank=True, related_name="+")
    place = models.CharField(max_length=MAX_ADDRESS, blank=True)
    way = models.CharField(max_length=5, choices=Way)
    code = models.CharField(max_length=16, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    accuracy = models.FloatField(null=True)
    results = models.JSONField(default=list)
    outcome = models.CharField(max_length=8)
    number = models.PositiveSmallIntegerField(default=1)
    normal = models.PositiveSmallIntegerField(default=0)
    note = models.CharField(_("说明"), max_length=MAX_REASON, blank=True)
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
    # Its photos as pages show them; filled by the queries that say so.
    shown: "list[Photo]"

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "client_id"], name="rounds_answer_once"),
            models.CheckConstraint(
                condition=~Q(state="counted") | Q(complete_at__isnull=False), name="rounds_answer_counts_whole"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["compound", "state"], name="rounds_answer_review", condition=Q(state="review")),
            models.Index(fields=["compound", "-received_at"], name="rounds_answer_latest"),
        ]

    def __str__(self) -> str:
        return str(self.client_id)


class Entry(TenantModel):
    """What an answer says in the record of one round. ``occurrence_id`` None: the phone named a round that is not known here.

    Of several at one point the one that happened last counts; all are kept.
    """

    answer: Any = TenantForeignKey(Answer, related_name="entries")
    occurrence_id = models.BigIntegerField(null=True)
    point: Any = TenantForeignKey(Point, null=True, blank=True, related_name="+")
    edition: Any = TenantForeignKey(Edition, null=True, blank=True, related_name="+")
    named = models.BigIntegerField()

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [models.Index(fields=["compound", "occurrence_id", "point"], name="rounds_entry_record")]


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
            models.UniqueConstraint(fields=["compound", "answer", "digest"], name="rounds_conflict_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["compound", "id"], name="rounds_conflict_new", condition=Q(seen_at__isnull=True))
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
                fields=["compound", "answer", "slot"], condition=Q(conflict__isnull=True), name="rounds_photo_slot"
            ),
            models.UniqueConstraint(
                fields=["compound", "conflict", "slot"],
                condition=Q(conflict__isnull=False),
                name="rounds_photo_conflict_slot",
            ),
            models.CheckConstraint(
                condition=Q(file__isnull=True, received_at__isnull=True)
                | Q(file__isnull=False, received_at__isnull=False),
                name="rounds_photo_arrived_when",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["compound", "sha256"], name="rounds_photo_seen")]


class Report(TenantModel):
    """The firm's regular report of a month, by the notice that it is: its title may be changed, and it is still the month's."""

    month = models.DateField()
    notice: Any = TenantForeignKey(Notice, related_name="+")
    made_at = models.DateTimeField()
    made_as = models.CharField(max_length=160)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "notice"], name="rounds_report_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="rounds_report_month"),
        ]
        indexes: ClassVar = [models.Index(fields=["compound", "month"], name="rounds_report_of")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class Review(TenantModel):
    """A second person's word on a round: its signature, or what a spot check found at one place."""

    class Kind(models.TextChoices):
        """What was done."""

        SIGN = "sign", _("复核签字")
        SPOT = "spot", _("抽查")

    occurrence_id = models.BigIntegerField()
    kind = models.CharField(max_length=4, choices=Kind)
    point: Any = TenantForeignKey(Point, null=True, blank=True, related_name="+")
    agrees = models.BooleanField()
    note = models.CharField(_("说明"), max_length=MAX_REASON, blank=True)
    person_id = models.BigIntegerField()
    post_id = models.BigIntegerField(null=True)
    label = models.CharField(max_length=160)
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["compound", "occurrence_id"], condition=Q(kind="sign"), name="rounds_signed_once"
            ),
            models.CheckConstraint(condition=Q(agrees=True) | ~Q(note=""), name="rounds_review_says_why"),
        ]
        indexes: ClassVar = [models.Index(fields=["compound", "occurrence_id"], name="rounds_review_of")]

    def __str__(self) -> str:
        return self.kind
