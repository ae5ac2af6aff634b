"""Who keeps watch when: posts to be staffed, people with certificates, rosters of a month by editions, swaps, the room's log."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from documents.models import StoredFile
from parties.models import Post
from rosters.states import ABSENCE, ROSTER, SWAP
from tenancy.models import TenantForeignKey, TenantModel

MAX_NAME = 30
MAX_REASON = 200
MAX_WORDS = 300
MAX_TURN = 40
SIGNED = 160


class Terms(TenantModel):
    """What the firm has set for its rosters here; absent, the portal's defaults. Only the rest may be anything."""

    rest_hours = models.PositiveSmallIntegerField(_("两班之间休息几小时"))
    days_in_row = models.PositiveSmallIntegerField(_("最多连续上几天"))
    overtime_hours = models.PositiveSmallIntegerField(_("每月最多加班几小时"))
    changed_at = models.DateTimeField()
    changed_as = models.CharField(max_length=SIGNED)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["compound"], name="rosters_terms_one")]

    def __str__(self) -> str:
        return f"{self.rest_hours}/{self.days_in_row}/{self.overtime_hours}"


class Station(TenantModel):
    """A post to be staffed. ``shifts`` as hours (``00:00-08:00``); ``place`` and ``proof`` let one person be enough.

    ``last_entry_at`` is when somebody last wrote into its log, None before the first; ``told_for`` the entry after which it was
    last told that the next is missing.
    """

    class Kind(models.TextChoices):
        """What it is; the rules differ."""

        CONTROL_ROOM = "control_room", _("消防控制室")
        NIGHT_PATROL = "night_patrol", _("夜间巡查")
        GATE = "gate", _("门岗")
        MICRO_STATION = "micro_station", _("微型消防站")

    name = models.CharField(_("名称"), max_length=MAX_NAME)
    kind = models.CharField(_("种类"), max_length=16, choices=Kind)
    shifts = ArrayField(models.CharField(max_length=MAX_TURN), verbose_name=_("班次"))
    persons = models.PositiveSmallIntegerField(_("每班几人"))
    linked = models.BooleanField(_("有联动控制设备"), default=True)
    place = models.CharField(_("单人值班的地方规定"), max_length=16, blank=True)
    proof = models.CharField(_("证明文件"), max_length=80, blank=True)
    proof_file: Any = TenantForeignKey(StoredFile, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()
    made_as = models.CharField(max_length=SIGNED)
    ended_at = models.DateTimeField(null=True, blank=True)
    last_entry_at = models.DateTimeField(null=True, blank=True)
    told_for = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["compound", "name"], condition=Q(ended_at__isnull=True), name="rosters_station_name"
            ),
            models.CheckConstraint(condition=Q(persons__gt=0), name="rosters_station_persons"),
        ]

    def __str__(self) -> str:
        return self.name


class Member(TenantModel):
    """Somebody of the firm who may be put on rosters. ``name`` is theirs in every roster and once in the compound.

    ``stations`` empty: any. ``grade`` 1 (highest) to 5. A certificate has no end of its own that we have read: ``valid_until``
    is for those that have one.
    """

    post = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    person_id = models.BigIntegerField()
    name = models.CharField(_("姓名"), max_length=60)
    stations = ArrayField(models.BigIntegerField(), default=list, blank=True)
    grade = models.PositiveSmallIntegerField(_("证书等级"), null=True, blank=True)
    certificate = models.CharField(_("证书编号"), max_length=40, blank=True)
    picture: Any = TenantForeignKey(StoredFile, null=True, blank=True, related_name="+")
    valid_until = models.DateField(_("有效期至"), null=True, blank=True)
    added_at = models.DateTimeField()
    added_as = models.CharField(max_length=SIGNED)
    left_at = models.DateTimeField(null=True, blank=True)
    # What their calendar address is made from; empty: there is none.
    feed_key = models.CharField(max_length=22, blank=True, default="")

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "name"], name="rosters_member_name"),
            models.UniqueConstraint(fields=["compound", "person_id"], name="rosters_member_person"),
            models.CheckConstraint(
                condition=Q(grade__isnull=True) | Q(grade__range=(1, 5)), name="rosters_member_grade"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Absence(TenantModel):
    """Days on which somebody cannot (leave) or would rather not (a wish) be on duty. Leave counts once it is granted."""

    class Kind(models.TextChoices):
        """Leave cannot be worked; a wish may be."""

        LEAVE = "leave", _("请假")
        WISH = "wish", _("希望休息")

    member: Any = TenantForeignKey(Member, related_name="absences")
    kind = models.CharField(_("种类"), max_length=6, choices=Kind)
    first = models.DateField(_("第一天"))
    last = models.DateField(_("最后一天"))
    reason = models.CharField(_("原因"), max_length=MAX_REASON, blank=True)
    state = models.CharField(max_length=10, choices=ABSENCE.choices(), default=ABSENCE.initial)
    asked_at = models.DateTimeField()
    asked_as = models.CharField(max_length=SIGNED)
    decided_at = models.DateTimeField(null=True)
    decided_as = models.CharField(max_length=SIGNED, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="rosters_absence_ends_later"),
            models.CheckConstraint(condition=Q(state__in=ABSENCE.state_values()), name="rosters_absence_state"),
        ]
        indexes: ClassVar = [models.Index(fields=["compound", "last"], name="rosters_absence_last")]

    def __str__(self) -> str:
        return f"{self.first}-{self.last}"


class Roster(TenantModel):
    """One edition of a month. ``task`` is what the worker was asked for (``make``, ``mend``), or how it came about.

    ``case`` is the input as it was understood, with its seed; ``asked`` what ``mend`` needs beside it. ``made`` is what the
    solver or the rotation said (``by``, ``proved``, ``missing_proved``, ``gap``). ``base``: the edition that it changes.
    """

    class Task(models.TextChoices):
        """Where an edition comes from."""

        MAKE = "make", _("自动排班")
        MEND = "mend", _("补班")
        HAND = "hand", _("修改")
        SWAP = "swap", _("换班")

    ref = models.CharField(max_length=22)
    month = models.DateField()
    edition = models.PositiveSmallIntegerField()
    task = models.CharField(max_length=4, choices=Task)
    state = models.CharField(max_length=10, choices=ROSTER.choices(), default=ROSTER.initial)
    case = models.JSONField()
    asked = models.JSONField(default=dict)
    made = models.JSONField(default=dict)
    base: Any = TenantForeignKey("self", null=True, blank=True, related_name="+")
    tries = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(null=True)
    asked_by = models.BigIntegerField()
    asked_at = models.DateTimeField()
    asked_as = models.CharField(max_length=SIGNED)
    # How the shifts that stay open are to be filled; printed with them.
    gap_note = models.CharField(_("空班怎么办"), max_length=MAX_REASON, blank=True)
    published_at = models.DateTimeField(null=True)
    published_as = models.CharField(max_length=SIGNED, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "ref"], name="rosters_roster_ref"),
            models.UniqueConstraint(fields=["compound", "month", "edition"], name="rosters_roster_edition"),
            models.UniqueConstraint(
                fields=["compound", "month"], condition=Q(state="published"), name="rosters_roster_one_published"
            ),
            models.UniqueConstraint(
                fields=["compound", "month"],
                condition=Q(state__in=["waiting", "making", "draft"]),
                name="rosters_roster_one_draft",
            ),
            models.CheckConstraint(condition=Q(state__in=ROSTER.state_values()), name="rosters_roster_state"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["compound", "tried_at"],
                condition=Q(state__in=["waiting", "making"]),
                name="rosters_roster_waits",
            )
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.edition}"


class Shift(TenantModel):
    """One person's duty in an edition. ``day`` is the one on which it begins; ``night`` and ``free_day`` are for sums."""

    roster: Any = TenantForeignKey(Roster, related_name="shifts")
    station: Any = TenantForeignKey(Station, related_name="+")
    member: Any = TenantForeignKey(Member, related_name="+")
    day = models.DateField()
    turn = models.CharField(max_length=MAX_TURN)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    night = models.BooleanField()
    free_day = models.BooleanField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["compound", "roster", "day", "station", "turn", "member"], name="rosters_shift_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["compound", "starts_at"], name="rosters_shift_time"),
            models.Index(fields=["compound", "member", "day"], name="rosters_shift_member"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.turn}"


class Seen(TenantModel):
    """Somebody has acknowledged their shifts of an edition."""

    roster: Any = TenantForeignKey(Roster, related_name="seen")
    member: Any = TenantForeignKey(Member, related_name="+")
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "roster", "member"], name="rosters_seen_once")
        ]

    def __str__(self) -> str:
        return f"{self.at}"


class Swap(TenantModel):
    """A shift that its holder gives to a colleague, for one of theirs or for none; the colleague agrees, the desk approves.

    Shifts are named by what they are and not by their row: editions come and go.
    """

    month = models.DateField()
    giver: Any = TenantForeignKey(Member, related_name="+")
    station: Any = TenantForeignKey(Station, related_name="+")
    day = models.DateField()
    turn = models.CharField(max_length=MAX_TURN)
    taker: Any = TenantForeignKey(Member, related_name="+")
    back_station: Any = TenantForeignKey(Station, null=True, blank=True, related_name="+")
    back_day = models.DateField(null=True)
    back_turn = models.CharField(max_length=MAX_TURN, blank=True)
    reason = models.CharField(_("原因"), max_length=MAX_REASON, blank=True)
    state = models.CharField(max_length=10, choices=SWAP.choices(), default=SWAP.initial)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_as = models.CharField(max_length=SIGNED, blank=True)
    decided_why = models.CharField(max_length=MAX_REASON, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["compound", "giver", "station", "day", "turn"],
                condition=Q(state__in=SWAP.open_values()),
                name="rosters_swap_one_open",
            ),
            models.CheckConstraint(condition=~Q(giver=F("taker")), name="rosters_swap_two_people"),
            models.CheckConstraint(condition=Q(state__in=SWAP.state_values()), name="rosters_swap_state"),
        ]
        indexes: ClassVar = [models.Index(fields=["compound", "-asked_at"], name="rosters_swap_latest")]

    def __str__(self) -> str:
        return f"{self.day} {self.turn}"


class Entry(TenantModel):
    """A line of a control room's log (GB 25201 table A.1). Partitioned by month of ``at``; never changed.

    ``at`` is the moment that it speaks of. A correction is a line of its own that names the one it ``corrects`` and says why;
    the old one stays to be read. ``on_turn``: the shift on whose roster the writer was; else ``instead_of`` and ``instead_why``
    name whom they stand in for, or ``unplanned``: no roster says who should be there.
    """

    class Kind(models.TextChoices):
        """What the line is about."""

        ROUTINE = "routine", _("运行记录")
        FAULT = "fault", _("故障")
        ALARM = "alarm", _("报警")
        CHECK = "check", _("每日检查")
        TAKE_OVER = "take_over", _("接班")
        HAND_OVER = "hand_over", _("交班")

    class Alarm(models.TextChoices):
        """The kinds of alarm of the form."""

        FIRE = "fire", _("火警")
        FALSE = "false", _("误报")
        FAULT = "fault", _("故障报警")
        SUPERVISORY = "supervisory", _("监管报警")
        MISSED = "missed", _("漏报")

    station: Any = TenantForeignKey(Station, related_name="+")
    at = models.DateTimeField()
    written_at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=Kind)
    normal = models.BooleanField(_("控制器运行正常"))
    alarm = models.CharField(max_length=12, choices=Alarm, blank=True)
    spot = models.CharField(_("部位"), max_length=60, blank=True)
    words = models.CharField(_("原因及处理"), max_length=MAX_WORDS, blank=True)
    system = models.CharField(_("系统及设备名称"), max_length=40, blank=True)
    automatic = models.BooleanField(_("控制状态自动"), null=True)
    running = models.BooleanField(_("运行状态正常"), null=True)
    check_list = models.JSONField(null=True, blank=True)
    person_id = models.BigIntegerField()
    signed = models.CharField(max_length=SIGNED)
    on_turn = models.CharField(max_length=MAX_TURN, blank=True)
    instead_of = models.CharField(max_length=60, blank=True)
    instead_why = models.CharField(max_length=MAX_REASON, blank=True)
    unplanned = models.BooleanField(default=False)
    certified = models.BooleanField()
    corrects = models.BigIntegerField(null=True)
    corrects_why = models.CharField(max_length=MAX_REASON, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(corrects__isnull=True) | ~Q(corrects_why=""), name="rosters_entry_corrected_why"
            ),
            models.CheckConstraint(
                condition=Q(on_turn__gt="") | Q(instead_of__gt="") | Q(unplanned=True), name="rosters_entry_whose"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["compound", "station", "at"], name="rosters_entry_day")]

    def __str__(self) -> str:
        return f"{self.at}"


class Relief(TenantModel):
    """One shift hands over to the next: signed by who goes, then by who comes."""

    station: Any = TenantForeignKey(Station, related_name="+")
    words = models.CharField(_("交接内容"), max_length=MAX_WORDS)
    given_by = models.BigIntegerField()
    given_as = models.CharField(max_length=SIGNED)
    given_at = models.DateTimeField()
    taken_by = models.BigIntegerField(null=True)
    taken_as = models.CharField(max_length=SIGNED, blank=True)
    taken_at = models.DateTimeField(null=True)
    taken_words = models.CharField(max_length=MAX_REASON, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["compound", "station"], condition=Q(taken_at__isnull=True), name="rosters_relief_one_open"
            ),
            models.CheckConstraint(
                condition=Q(taken_by__isnull=True) | ~Q(taken_by=F("given_by")), name="rosters_relief_two_people"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["compound", "station", "given_at"], name="rosters_relief_day")]

    def __str__(self) -> str:
        return f"{self.given_at}"


class Alarm(TenantModel):
    """An alarm as it is dealt with: confirmed, linkage automatic, 119 called, the plan begun (GB 25506 4.2.2), in that order."""

    class Found(models.TextChoices):
        """What was found on the spot."""

        FIRE = "fire", _("真的着火")
        FALSE = "false", _("误报")
        FAULT = "fault", _("设备故障")

    station: Any = TenantForeignKey(Station, related_name="+")
    spot = models.CharField(_("哪里报警"), max_length=60)
    began_at = models.DateTimeField()
    began_as = models.CharField(max_length=SIGNED)
    found = models.CharField(max_length=6, choices=Found, blank=True)
    burning = models.CharField(_("什么着火"), max_length=60, blank=True)
    size = models.CharField(_("火势"), max_length=60, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    linkage_at = models.DateTimeField(null=True)
    called_at = models.DateTimeField(null=True)
    plan_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_as = models.CharField(max_length=SIGNED, blank=True)
    words = models.CharField(_("原因及处理"), max_length=MAX_WORDS, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["compound", "station"], condition=Q(closed_at__isnull=True), name="rosters_alarm_one_open"
            ),
            models.CheckConstraint(
                condition=(Q(linkage_at__isnull=True) | Q(confirmed_at__isnull=False))
                & (Q(called_at__isnull=True) | Q(linkage_at__isnull=False))
                & (Q(plan_at__isnull=True) | Q(called_at__isnull=False)),
                name="rosters_alarm_in_order",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["compound", "station", "began_at"], name="rosters_alarm_day")]

    def __str__(self) -> str:
        return self.spot


class Lapse(TenantModel):
    """Two hours went by without an entry: since the last one, until the next."""

    station: Any = TenantForeignKey(Station, related_name="+")
    since = models.DateTimeField()
    told_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "station", "since"], name="rosters_lapse_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["compound", "since"], condition=Q(ended_at__isnull=True), name="rosters_lapse_open")
        ]

    def __str__(self) -> str:
        return f"{self.since}"
