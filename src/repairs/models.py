"""Repair requests (报修): the request, what happened to it, its photos, and how late ones climbed."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from documents.models import StoredFile
from parties.models import Organisation
from premises.models import Building, Home
from repairs.rules.categories import CATEGORIES
from repairs.rules.periods import MAX_PLACE, MAX_WANTED, MAX_WORDS
from repairs.states import MACHINE
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
    AWAITING = "awaiting", _("待确认")
    DONE = "done", _("已完成")
    RETURNED = "returned", _("已退回")
    WITHDRAWN = "withdrawn", _("已撤回")


OPEN = [State.SUBMITTED, State.ACCEPTED, State.ASSIGNED, State.WORKING]


class Place(models.TextChoices):
    """Where it is."""

    HOME = "home", _("我家")
    BUILDING = "building", _("本楼")
    PUBLIC = "public", _("公共区域")


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

    filed_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    filed_as = models.CharField(max_length=120)
    filed_post = models.BigIntegerField(null=True, blank=True)
    # The firm that answered for the compound when it was filed; figures are kept by firm even after a contract ends.
    company = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    worker = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    worker_post = models.BigIntegerField(null=True, blank=True)

    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.SUBMITTED)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    # Filing or the last reopening: the completion deadline is counted from here.
    opened_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    # The deadline that runs now: response until it is accepted, then completion; none while nobody of the firm holds it.
    clock_from = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    due_certain = models.BooleanField(default=True)
    level = models.SmallIntegerField(default=-1)
    next_step_at = models.DateTimeField(null=True, blank=True)
    # Kept for the figures once the response, or the repair, is there: was it in time.
    responded_in_time = models.BooleanField(null=True, blank=True)
    finished_in_time = models.BooleanField(null=True, blank=True)
    reopened = models.PositiveSmallIntegerField(default=0)
    urged_at = models.DateTimeField(null=True, blank=True)
    returned_to = models.CharField(_("应由谁处理"), max_length=80, blank=True)

    stars = models.PositiveSmallIntegerField(_("评分"), null=True, blank=True)
    comment = models.CharField(_("评价"), max_length=500, blank=True)

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
        """Whether the firm still has to do something."""
        return self.state in OPEN


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
        indexes: ClassVar = [models.Index(fields=["compound", "request", "at"], name="repairs_event_line")]


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


class DeadlinePolicy(TenantModel):
    """A compound's own deadlines for a category, in place of the defaults."""

    class Basis(models.TextChoices):
        """How minutes are counted."""

        CALENDAR = "calendar", _("自然时间")
        WORKING = "working", _("工作时间")

    category = models.CharField(max_length=12, choices=Category)
    respond_minutes = models.PositiveIntegerField()
    respond_basis = models.CharField(max_length=8, choices=Basis)
    finish_minutes = models.PositiveIntegerField()
    finish_basis = models.CharField(max_length=8, choices=Basis)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "category"], name="policy_category"),
            models.CheckConstraint(condition=Q(respond_minutes__gt=0, finish_minutes__gt=0), name="policy_positive"),
        ]
