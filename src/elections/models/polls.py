"""A poll: a committee's election, or a decision of the owners (民法典 278)."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from elections.states import MACHINE
from parties.models import Organisation
from tenancy.models import TenantForeignKey, TenantModel

MAX_TITLE = 80
MAX_REASON = 300


class Kind(models.TextChoices):
    """What is decided."""

    ELECTION = "election", _("业委会选举、换届")
    DECISION = "decision", _("业主共同决定事项")


class State(models.TextChoices):
    """The states; how they follow each other is declared in ``elections.states``."""

    PREPARING = "preparing", _("准备名册")
    ROLL_FIXED = "roll_fixed", _("名册已定")
    CALLED = "called", _("已公告")
    VOTING = "voting", _("投票中")
    CLOSED = "closed", _("投票已截止")
    COUNTED = "counted", _("已开箱计票")
    ANNOUNCED = "announced", _("结果公示中")
    DECLARED = "declared", _("结果已生效")
    CANCELLED = "cancelled", _("已取消")
    ANNULLED = "annulled", _("已作废")


class Secrecy(models.TextChoices):
    """Whether the opened ballots are published as lines (P37). Sealed until the close they are either way."""

    NAMED = "named", _("记名，截止前密封")
    SECRET = "secret", _("无记名")


class Poll(TenantModel):
    """One poll. ``on`` is the day by whose law it is counted; ``jurisdiction`` the code of the place (``rules.jurisdictions``).

    ``building_ids`` and ``entrance_ids`` are its scope (列支范围), empty for the whole compound. ``plan`` is what the compound's
    own rules say in place of the place's, with the parameters' names. ``edition`` is the roll that counts today.

    ``opens_at`` and ``closes_at`` are the window as it stands; ``first_closes_at`` as it was announced. ``items_hash`` fixes the
    words that are voted on, from the call on. ``filling``: an election of so many seats of a committee that others elected, 0 of
    a whole one. ``vote_again``: the compound's rules let owners vote again until the close.
    """

    ref = models.CharField(max_length=16)
    kind = models.CharField(_("类别"), max_length=10, choices=Kind)
    title = models.CharField(_("标题"), max_length=MAX_TITLE)
    state = models.CharField(_("状态"), max_length=12, choices=State, default=State.PREPARING)
    on = models.DateField(_("表决日期"))
    jurisdiction = models.CharField(max_length=20)
    plan = models.JSONField(default=dict)
    building_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    entrance_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", db_index=False)
    conductor = models.CharField(_("组织单位"), max_length=80)
    person_id = models.BigIntegerField()
    post_id = models.BigIntegerField(null=True)
    label = models.CharField(max_length=160)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    drawn_at = models.DateTimeField(null=True, blank=True)
    filling = models.PositiveSmallIntegerField(default=0)
    edition: Any = TenantForeignKey("Edition", null=True, blank=True, related_name="+")
    secrecy = models.CharField(_("投票方式"), max_length=6, choices=Secrecy, default=Secrecy.NAMED)
    vote_again = models.BooleanField(_("截止前可以改票"), default=False)
    opens_at = models.DateTimeField(_("投票开始"), null=True, blank=True)
    closes_at = models.DateTimeField(_("投票截止"), null=True, blank=True)
    first_closes_at = models.DateTimeField(null=True, blank=True)
    items_hash = models.CharField(max_length=64, blank=True)
    called_at = models.DateTimeField(null=True, blank=True)
    voting_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    counted_at = models.DateTimeField(null=True, blank=True)
    announced_at = models.DateTimeField(null=True, blank=True)
    declared_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_reason = models.CharField(_("取消原因"), max_length=MAX_REASON, blank=True)
    ended_as = models.CharField(max_length=160, blank=True)

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["compound", "-created_at"], name="poll_newest"),
            # The clock's: which are to be opened, which to be closed.
            models.Index(fields=["compound", "opens_at"], condition=Q(state="called"), name="poll_to_open"),
            models.Index(fields=["compound", "closes_at"], condition=Q(state="voting"), name="poll_to_close"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "ref"], name="poll_ref"),
            models.CheckConstraint(condition=Q(state__in=sorted(MACHINE.state_values())), name="poll_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=("preparing", "cancelled")) | Q(edition__isnull=False), name="poll_fixed_has_roll"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("cancelled", "annulled")) | (Q(ended_at__isnull=False) & ~Q(ended_reason="")),
                name="poll_cancelled_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("preparing", "roll_fixed", "cancelled"))
                | (Q(opens_at__isnull=False, closes_at__gt=models.F("opens_at")) & ~Q(items_hash="")),
                name="poll_called_has_window",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title
