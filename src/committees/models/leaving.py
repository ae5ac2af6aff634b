"""Recalls, and what is handed over at the end of an office."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from committees.models.office import MAX_REASON, MAX_TEXT, Committee, Member
from elections.models import Poll
from tenancy.models import TenantForeignKey, TenantModel


class RecallWay(models.TextChoices):
    """Who proposes a recall."""

    MEMBERS = "members", _("三分之一以上委员")
    OWNERS = "owners", _("20%以上业主")
    COMMITTEE = "committee", _("业主委员会")


class RecallGround(models.TextChoices):
    """What the assembly decides on (指导规则 44)."""

    ASKED_TO_GO = "asked_to_go", _("书面提出辞职")
    NOT_ACTING = "not_acting", _("不履行委员职责")
    PRIVATE_GAIN = "private_gain", _("利用委员资格谋取私利")
    DUTIES_REFUSED = "duties_refused", _("拒不履行业主义务")
    HARM = "harm", _("侵害他人合法权益")
    OTHER_HARM = "other_harm", _("其他不宜担任委员的情形")


class RecallState(models.TextChoices):
    """Where a recall stands; see ``committees.states``."""

    PROPOSED = "proposed", _("已提议，待听取本人意见")
    HEARD = "heard", _("已听取本人意见")
    VOTING = "voting", _("已提交业主表决")
    REMOVED = "removed", _("已罢免")
    KEPT = "kept", _("未通过，继续任职")
    WITHDRAWN = "withdrawn", _("已撤回")


class Recall(TenantModel):
    """A recall of one member: proposed by enough, the member heard, decided by a poll of the owners (民法典 278 (3))."""

    committee: Any = TenantForeignKey(Committee, related_name="recalls")
    member: Any = TenantForeignKey(Member, related_name="+")
    way = models.CharField(max_length=10, choices=RecallWay)
    have = models.PositiveIntegerField()
    of = models.PositiveIntegerField()
    ground = models.CharField(max_length=16, choices=RecallGround)
    reason = models.CharField(_("事实和理由"), max_length=MAX_TEXT)
    source = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=RecallState, default=RecallState.PROPOSED)
    proposed_at = models.DateTimeField()
    proposed_as = models.CharField(max_length=160)
    heard_on = models.DateField(null=True, blank=True)
    heard_note = models.CharField(_("本人意见"), max_length=MAX_TEXT, blank=True)
    poll: Any = TenantForeignKey(Poll, null=True, blank=True, related_name="+")
    item_key = models.CharField(max_length=24, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_as = models.CharField(max_length=160, blank=True)

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [models.Index(fields=["compound", "committee", "id"], name="recall_of_committee")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["compound", "member"],
                condition=Q(state__in=("proposed", "heard", "voting")),
                name="recall_one_open",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("proposed", "withdrawn")) | Q(heard_on__isnull=False), name="recall_heard_first"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("voting", "removed", "kept")) | Q(poll__isnull=False), name="recall_by_poll"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}"


class Handing(TenantModel):
    """A list of what is handed over: of a whole committee at the end of its term, or of one member who leaves."""

    committee: Any = TenantForeignKey(Committee, related_name="handings")
    member: Any = TenantForeignKey(Member, null=True, blank=True, related_name="+")
    since = models.DateField()
    due = models.DateField()
    article = models.CharField(max_length=200)
    to = models.CharField(_("接收方"), max_length=80)
    opened_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    late_told = models.BooleanField(default=False)

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["compound", "committee", "id"], name="handing_of_committee"),
            models.Index(fields=["compound", "due"], condition=Q(done_at__isnull=True), name="handing_due"),
        ]

    def __str__(self) -> str:
        return self.to


class HandingItem(TenantModel):
    """One thing: handed over by one side, received by the other; or said to be missing, with a word why."""

    handing: Any = TenantForeignKey(Handing, related_name="items")
    number = models.PositiveSmallIntegerField()
    what = models.CharField(_("移交内容"), max_length=120)
    given_at = models.DateTimeField(null=True, blank=True)
    given_as = models.CharField(max_length=160, blank=True)
    given_note = models.CharField(max_length=MAX_REASON, blank=True)
    missing = models.BooleanField(default=False)
    taken_at = models.DateTimeField(null=True, blank=True)
    taken_as = models.CharField(max_length=160, blank=True)
    taken_party = models.CharField(max_length=20, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "handing", "number"], name="handing_item_number"),
            models.CheckConstraint(
                condition=Q(taken_at__isnull=True) | Q(given_at__isnull=False), name="handing_item_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.what
