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
    CANCELLED = "cancelled", _("已取消")


class Poll(TenantModel):
    """One poll. ``on`` is the day by whose law it is counted; ``jurisdiction`` the code of the place (``rules.jurisdictions``).

    ``building_ids`` and ``entrance_ids`` are its scope (列支范围), empty for the whole compound. ``plan`` is what the compound's
    own rules say in place of the place's, with the parameters' names. ``edition`` is the roll that counts today.
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
    edition: Any = TenantForeignKey("Edition", null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_reason = models.CharField(_("取消原因"), max_length=MAX_REASON, blank=True)
    ended_as = models.CharField(max_length=160, blank=True)

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [models.Index(fields=["compound", "-created_at"], name="poll_newest")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "ref"], name="poll_ref"),
            models.CheckConstraint(condition=Q(state__in=sorted(MACHINE.state_values())), name="poll_state_known"),
            models.CheckConstraint(
                condition=~Q(state="roll_fixed") | Q(edition__isnull=False), name="poll_fixed_has_roll"
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | (Q(ended_at__isnull=False) & ~Q(ended_reason="")),
                name="poll_cancelled_says_why",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title
