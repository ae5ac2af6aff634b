"""The request itself, what happened to it, its photos, and how late ones climbed."""

from typing import Any, ClassVar

from django.apps import apps
from django.db import models
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from accounts.crypto import decrypt
from accounts.models import Person
from documents.models import StoredFile
from parties.models import Organisation
from premises.models import Building, Home
from repairs.rules.behalf import MAX_CONSENT, MAX_NAME
from repairs.rules.categories import CATEGORIES
from repairs.rules.pauses import MAX_REASON
from repairs.rules.periods import MAX_PLACE, MAX_WANTED, MAX_WORDS
from repairs.states import MACHINE
from tenancy.actor import Actor
from tenancy.models import TenantForeignKey, TenantModel


class Category(models.TextChoices):
    """The categories, in the words that residents use. Their deadlines are in ``repairs.rules.categories``."""

    WATER = "water", _("水")
    POWER = "power", _("电")
    LIFT = "lift", _("电梯")
    ACCESS = "access", _("门禁")
    FIRE = "fire", _("消防")
    FACILITY = "facility", _("公共设施")
    LEAK = "leak", _("渗漏")
    NOISE = "noise", _("噪音")
    ENVIRONMENT = "environment", _("环境")
    OTHER = "other", _("其他")


class State(models.TextChoices):
    """The states; how they follow each other is declared in ``repairs.states``."""

    SUBMITTED = "submitted", _("已提交")
    ACCEPTED = "accepted", _("已受理")
    ASSIGNED = "assigned", _("已派工")
    WORKING = "working", _("处理中")
    PAUSED = "paused", _("已暂停")
    AWAITING = "awaiting", _("待确认")
    DONE = "done", _("已完成")
    RETURNED = "returned", _("已退回")
    CLOSED = "closed", _("已强制结单")
    MERGED = "merged", _("已并入")
    WITHDRAWN = "withdrawn", _("已撤回")


# A deadline runs in these; the firm still has to do something in the held ones, and a paused one comes back by itself.
OPEN = [State.SUBMITTED, State.ACCEPTED, State.ASSIGNED, State.WORKING]
HELD = [*OPEN, State.PAUSED]


class Place(models.TextChoices):
    """Where it is."""

    HOME = "home", _("我家")
    BUILDING = "building", _("本楼")
    PUBLIC = "public", _("公共区域")


class Link(models.TextChoices):
    """How a request belongs to its parent."""

    NONE = "", ""
    DUPLICATE = "duplicate", _("同一件事，已并入")
    PART = "part", _("其中一部分")


class Request(TenantModel):
    """One repair request, from filing to what the filer says of the result."""

    # Known outside only by ``ref`` (cannot be guessed) and ``number`` (spoken on the telephone).
    ref = models.CharField(max_length=16)
    number = models.CharField(_("编号"), max_length=20)
    category = models.CharField(_("类别"), max_length=12, choices=Category)
    place = models.CharField(_("地点"), max_length=10, choices=Place)
    home: Any = TenantForeignKey(Home, null=True, blank=True, related_name="+")
    building: Any = TenantForeignKey(Building, null=True, blank=True, related_name="+")
    place_text = models.CharField(_("具体位置"), max_length=MAX_PLACE)
    words = models.TextField(_("描述"), max_length=MAX_WORDS)
    urgent = models.BooleanField(_("紧急"), default=False)
    wanted_time = models.CharField(_("希望上门时间"), max_length=MAX_WANTED, blank=True)
    # For those who work on it and oversee it: on no list of residents, who neither find nor join it (technical rooms).
    unlisted = models.BooleanField(_("不公开"), default=False, db_default=False)
    # The device or place whose QR code was read.
    spot: Any = TenantForeignKey("repairs.PlaceCode", null=True, blank=True, related_name="+")

    filed_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    filed_as = models.CharField(max_length=120)
    filed_post = models.BigIntegerField(null=True, blank=True)
    # 代报: for whom it was filed. A resident who has an account, or else a name and a number; never without a consent.
    for_person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    for_name = models.CharField(_("代谁报修"), max_length=MAX_NAME, blank=True, db_default="")
    for_phone_cipher = models.TextField(_("联系电话(密文)"), blank=True, db_default="")
    consent = models.CharField(_("本人同意"), max_length=MAX_CONSENT, blank=True, db_default="")
    # The firm that answered for the compound when it was filed; figures are kept by firm even after a contract ends.
    company = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    worker = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    worker_post = models.BigIntegerField(null=True, blank=True)
    # What the compound's routing rules said at filing: whom to give it to, or who answers for it outside the firm.
    routed_rule = models.CharField(max_length=20, blank=True, db_default="")
    routed_post = models.BigIntegerField(null=True, blank=True)
    routed_to = models.CharField(max_length=80, blank=True, db_default="")

    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.SUBMITTED)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    # Filing or the last reopening: the completion deadline is counted from here.
    opened_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    # The deadline that runs now: response until it is accepted, then completion; none while nobody of the firm holds it.
    clock_from = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    due_certain = models.BooleanField(default=True)
    clock_basis = models.CharField(max_length=8, blank=True, db_default="")
    level = models.SmallIntegerField(default=-1)
    next_step_at = models.DateTimeField(null=True, blank=True)
    # While it is paused: since when, until when, why, from which state, and the deadline that stands still.
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_until = models.DateTimeField(_("暂停到"), null=True, blank=True)
    pause_reason = models.CharField(_("暂停原因"), max_length=MAX_REASON, blank=True, db_default="")
    paused_from = models.CharField(max_length=10, blank=True, db_default="")
    paused_due_at = models.DateTimeField(null=True, blank=True)
    paused_seconds = models.PositiveIntegerField(db_default=0)
    # Kept for the figures once the response, or the repair, is there: was it in time.
    responded_in_time = models.BooleanField(null=True, blank=True)
    finished_in_time = models.BooleanField(null=True, blank=True)
    reopened = models.PositiveSmallIntegerField(default=0)
    urged_at = models.DateTimeField(null=True, blank=True)
    returned_to = models.CharField(_("应由谁处理"), max_length=80, blank=True)
    # Why it was returned or closed by force; a return that the community upheld leaves the firm's score and stays visible.
    closed_reason = models.CharField(_("原因"), max_length=500, blank=True, db_default="")
    upheld_at = models.DateTimeField(null=True, blank=True)
    upheld_as = models.CharField(max_length=160, blank=True, db_default="")

    # Many about one: the request that it belongs to, its number as a line says it, and the mass incident.
    parent: Any = TenantForeignKey("self", null=True, blank=True, related_name="children")
    parent_number = models.CharField(max_length=20, blank=True, db_default="")
    link = models.CharField(max_length=10, choices=Link, blank=True, db_default="")
    incident: Any = TenantForeignKey("repairs.Incident", null=True, blank=True, related_name="requests")
    # How many others said 我也遇到.
    joined = models.PositiveIntegerField(db_default=0)

    stars = models.PositiveSmallIntegerField(_("评分"), null=True, blank=True)
    comment = models.CharField(_("评价"), max_length=500, blank=True)

    # As what the resident who asks follows it (None or a ``Follower.Kind``); see ``asked_by``.
    joined_as: str | None = None

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["compound", "-created_at"], name="request_recent"),
            models.Index(fields=["compound", "filed_by", "-created_at"], name="request_own"),
            # The dispatch board: open ones by what is due first.
            models.Index(
                fields=["compound", "due_at"], name="request_board", condition=Q(state__in=[s.value for s in OPEN])
            ),
            models.Index(fields=["compound", "state", "-updated_at"], name="request_state"),
            models.Index(
                fields=["compound", "worker", "due_at"], name="request_worker", condition=Q(worker__isnull=False)
            ),
            models.Index(
                fields=["compound", "next_step_at"], name="request_clock", condition=Q(next_step_at__isnull=False)
            ),
            models.Index(
                fields=["compound", "for_person", "-created_at"],
                name="request_for",
                condition=Q(for_person__isnull=False),
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "ref"], name="request_ref"),
            models.UniqueConstraint(fields=["compound", "number"], name="request_number"),
            models.CheckConstraint(condition=Q(state__in=sorted(MACHINE.state_values())), name="request_state_known"),
            models.CheckConstraint(condition=Q(category__in=sorted(CATEGORIES)), name="request_category_known"),
            models.CheckConstraint(
                condition=Q(stars__isnull=True) | Q(stars__range=(1, 5)), name="request_stars_range"
            ),
            models.CheckConstraint(
                condition=Q(due_at__isnull=True) | Q(state__in=OPEN), name="request_clock_when_open"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["assigned", "working"]) | Q(worker__isnull=False), name="request_has_worker"
            ),
            models.CheckConstraint(
                condition=(
                    Q(state="paused", paused_at__isnull=False, paused_until__gt=F("paused_at"))
                    & Q(paused_from__in=["accepted", "assigned", "working"])
                    & ~Q(pause_reason="")
                )
                | (
                    ~Q(state="paused")
                    & Q(paused_at__isnull=True, paused_until__isnull=True, paused_due_at__isnull=True)
                ),
                name="request_pause_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["closed", "merged"]) | Q(closed_at__isnull=False), name="request_end_dated"
            ),
            models.CheckConstraint(condition=~Q(state="closed") | ~Q(closed_reason=""), name="request_forced_says_why"),
            models.CheckConstraint(
                condition=Q(link="", parent__isnull=True, parent_number="")
                | (Q(link__in=["duplicate", "part"], parent__isnull=False) & ~Q(parent_number="")),
                name="request_link_whole",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="request_not_its_own_parent"
            ),
            models.CheckConstraint(condition=~Q(state="merged") | Q(link="duplicate"), name="request_merged_into_one"),
            models.CheckConstraint(
                condition=Q(upheld_at__isnull=True) | Q(state="returned"), name="request_upheld_is_returned"
            ),
            models.CheckConstraint(
                condition=Q(for_person__isnull=True, for_name="", for_phone_cipher="", consent="")
                | (~Q(consent="") & (Q(for_person__isnull=False) | ~Q(for_name=""))),
                name="request_behalf_consented",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_category_display(self) -> str:  # type: ignore[no-redef]  # the plugin has declared Django's own
        """The category's word. Django's own method translates every category to find one."""
        return str(Category(self.category).label)

    def get_state_display(self) -> str:  # type: ignore[no-redef]
        """The state's word."""
        return str(State(self.state).label)

    @property
    def is_open(self) -> bool:
        """Whether the firm still has to do something; a paused request waits for it too."""
        return self.state in HELD

    @property
    def for_phone(self) -> str:
        """The number (E.164) of a person without an account, for whom it was filed; "" without one."""
        return decrypt(self.for_phone_cipher) if self.for_phone_cipher else ""

    @property
    def phone_to_call(self) -> str:
        """The number (E.164) to call about it: of whom it was filed for, else of the filer; "" where a caller left none.

        Reads ``filed_by`` and ``for_person``: select them with the request.
        """
        if self.for_phone_cipher:
            return self.for_phone
        if self.for_name and self.for_person_id is None:
            return ""
        phone: str = (self.for_person or self.filed_by).phone
        return phone

    @property
    def is_finding(self) -> bool:
        """Whether the firm itself filed it, of what its own people found."""
        return self.filed_post is not None and self.for_person_id is None and not self.for_name

    @property
    def askers(self) -> list[int]:
        """Whoever gets its answers: who filed it, and the person for whom."""
        return [self.filed_by_id, *([self.for_person_id] if self.for_person_id is not None else [])]


def asked_by(rows: QuerySet[Request], actor: Actor) -> QuerySet[Request]:
    """The rows, each saying as what the asking resident follows it, for ``permissions``. Costs no statement."""
    if actor.party != "resident":
        return rows
    # By its name: a follower's table is declared after the request.
    following = apps.get_model("repairs", "Follower").objects.filter(
        compound_id=OuterRef("compound_id"), request_id=OuterRef("pk"), person_id=actor.person_id
    )
    return rows.annotate(joined_as=Subquery(following.values("kind")[:1]))  # type: ignore[no-redef]  # the plain attribute is for rows read without it


class Counter(TenantModel):
    """The last number given in a compound and year."""

    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["compound", "year"], name="counter_year")]


class Event(TenantModel):
    """What happened to a request, in order; the time line that people see."""

    request: Any = TenantForeignKey(Request, related_name="events")
    action = models.CharField(max_length=20)
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10)
    person_id = models.BigIntegerField()
    post_id = models.BigIntegerField(null=True, blank=True)
    party = models.CharField(max_length=12)
    label = models.CharField(max_length=160)
    note = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["compound", "request", "at"], name="repairs_event_line"),
            # What the community looks back at: closed by force, and what it said of returns.
            models.Index(
                fields=["compound", "action", "-at"],
                name="repairs_event_endings",
                condition=Q(action__in=["force_close", "uphold", "deny"]),
            ),
        ]


class Photo(TenantModel):
    """A photo of a request: before (by the filer or the worker) or after."""

    class Stage(models.TextChoices):
        """When it was taken."""

        FILED = "filed", _("报修照片")
        BEFORE = "before", _("维修前")
        AFTER = "after", _("维修后")

    request: Any = TenantForeignKey(Request, related_name="photos")
    file: Any = TenantForeignKey(StoredFile, related_name="+")
    stage = models.CharField(max_length=8, choices=Stage)
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        pass


class Escalation(TenantModel):
    """One step that a late request climbed, whom it reached, and what that level answered."""

    request: Any = TenantForeignKey(Request, related_name="escalations")
    level = models.SmallIntegerField()
    due_at = models.DateTimeField()
    at = models.DateTimeField()
    party = models.CharField(max_length=12)
    answer = models.CharField(_("答复"), max_length=500, blank=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    answered_as = models.CharField(max_length=160, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "request", "due_at", "level", "party"], name="escalation_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["compound", "party", "-at"], name="escalation_open", condition=Q(answered_at__isnull=True)
            ),
        ]
