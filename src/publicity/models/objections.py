"""An objection to what is made public, its evidence, its answer, and the levels that it climbed without one."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from documents.models import StoredFile
from notices.models import Notice
from premises.models import Home
from publicity.models.periods import Period
from publicity.objection_states import MACHINE
from publicity.rules.objecting import MAX_ANSWER, MAX_PASSAGE, MAX_REASON, MAX_WORDS, OUTCOMES
from tenancy.models import TenantForeignKey, TenantModel


class ObjectionState(models.TextChoices):
    """The states; how they follow each other is declared in ``publicity.objection_states``."""

    OPEN = "open", _("等答复")
    ANSWERED = "answered", _("已答复")
    WITHDRAWN = "withdrawn", _("已撤回")
    LAPSED = "lapsed", _("公示作废")


class Outcome(models.TextChoices):
    """What the answer comes to."""

    ACCEPTED = "accepted", _("采纳")
    PARTLY = "partly", _("部分采纳")
    REFUSED = "refused", _("不采纳")


class Objection(TenantModel):
    """One objection by one named person during a period. ``earlier``: it objects to the answer of that one, once.

    ``edition`` and ``fingerprint`` are of the text that was objected to. ``building`` is all that others read of a home.
    ``due_on`` is the last day for the answer, ``ground`` where that comes from. ``level`` is the highest step that was taken
    (-1 none) and ``next_step_at`` when the next one is due. An answer is given once and never changed.
    ``shown_passage`` and ``shown_words`` are what everyone reads since then, with what names somebody under ×.
    """

    ref = models.CharField(max_length=16)
    period: Any = TenantForeignKey(Period, related_name="objections")
    notice: Any = TenantForeignKey(Notice, related_name="+")
    edition = models.PositiveSmallIntegerField()
    fingerprint = models.CharField(max_length=64)
    state = models.CharField(_("状态"), max_length=10, choices=ObjectionState, default=ObjectionState.OPEN)
    person_id = models.BigIntegerField()
    post_id = models.BigIntegerField(null=True)
    name = models.CharField(_("姓名"), max_length=80)
    label = models.CharField(max_length=160)
    relation = models.CharField(max_length=20)
    home: Any = TenantForeignKey(Home, null=True, blank=True, related_name="+")
    address = models.CharField(max_length=60, blank=True)
    building = models.CharField(max_length=20, blank=True)
    passage = models.CharField(_("针对哪一段"), max_length=MAX_PASSAGE)
    words = models.TextField(_("异议内容"), max_length=MAX_WORDS)
    earlier: Any = TenantForeignKey("self", null=True, blank=True, related_name="later")
    filed_at = models.DateTimeField()
    due_on = models.DateField(_("答复期限"))
    ground = models.CharField(_("期限依据"), max_length=200)
    by_law = models.BooleanField(default=False)
    level = models.SmallIntegerField(default=-1)
    next_step_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(_("结论"), max_length=10, choices=Outcome, blank=True)
    answer = models.TextField(_("答复"), max_length=MAX_ANSWER, blank=True)
    shown_passage = models.CharField(max_length=MAX_PASSAGE, blank=True)
    shown_words = models.TextField(max_length=MAX_WORDS, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.BigIntegerField(null=True)
    answered_post = models.BigIntegerField(null=True)
    answered_body = models.CharField(max_length=80, blank=True)
    answered_as = models.CharField(max_length=160, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_reason = models.CharField(_("撤回原因"), max_length=MAX_REASON, blank=True)

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["compound", "notice", "id"], name="objection_of_notice"),
            models.Index(fields=["compound", "person_id", "-id"], name="objection_own"),
            models.Index(fields=["compound", "next_step_at"], name="objection_due", condition=Q(state="open")),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "ref"], name="objection_ref"),
            models.UniqueConstraint(
                fields=["compound", "earlier"], condition=~Q(state="withdrawn"), name="objection_further_once"
            ),
            models.CheckConstraint(condition=Q(state__in=sorted(MACHINE.state_values())), name="objection_state_known"),
            models.CheckConstraint(condition=Q(outcome__in=["", *sorted(OUTCOMES)]), name="objection_outcome_known"),
            models.CheckConstraint(
                condition=Q(state="answered", answered_at__isnull=False, answered_by__isnull=False)
                & ~Q(answer="")
                & ~Q(outcome="")
                | ~Q(state="answered") & Q(answered_at__isnull=True, answer="", outcome=""),
                name="objection_answered_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(state="open") | Q(next_step_at__isnull=True), name="objection_clock_stands_when_over"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="objection_never_nameless"),
        ]

    def __str__(self) -> str:
        return self.passage


class Evidence(TenantModel):
    """A photo or a PDF that an objector gave."""

    objection: Any = TenantForeignKey(Objection, related_name="evidence")
    file: Any = TenantForeignKey(StoredFile, related_name="+")
    name = models.CharField(max_length=80)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["compound", "file"], name="objection_evidence_file")]

    def __str__(self) -> str:
        return self.name


class ObjectionStep(TenantModel):
    """One level that an unanswered objection reached, when, and who was told; once each."""

    objection: Any = TenantForeignKey(Objection, related_name="steps")
    level = models.SmallIntegerField()
    told = models.CharField(max_length=10)
    people = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "objection", "level"], name="objection_step_once")
        ]
