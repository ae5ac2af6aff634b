"""Filing with the street (备案): of a new committee, and of each change after it."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from committees.models.office import MAX_REASON, Committee
from documents.models import StoredFile
from tenancy.models import TenantForeignKey, TenantModel


class FilingKind(models.TextChoices):
    """What is filed."""

    FIRST = "first", _("业委会备案")
    CHANGE = "change", _("变更备案")


class Paper(models.TextChoices):
    """The papers that places ask for (P33), in the order of the pack."""

    MINUTES = "minutes", _("业主大会会议记录")
    DECISIONS = "decisions", _("业主大会决定（选举结果）")
    STATISTICS = "statistics", _("选票统计表")
    MEMBERS = "members", _("业委会委员名单")
    ALTERNATES = "alternates", _("候补委员名单")
    DUTIES = "duties", _("委员分工")
    CONTACTS = "contacts", _("委员联系方式")
    PLEDGES = "pledges", _("委员承诺书")
    RULES = "rules", _("业主大会议事规则")
    COVENANT = "covenant", _("管理规约")
    TRAINING = "training", _("培训记录")
    OTHER = "other", _("其他材料")


# What the portal writes by itself out of its own rows; the rest is handed in on paper.
GENERATED = ("decisions", "statistics", "members", "alternates", "duties", "contacts", "pledges")


class Answer(models.TextChoices):
    """What the office said."""

    ACCEPTED = "accepted", _("予以备案")
    RETURNED = "returned", _("退回补正")


class Filing(TenantModel):
    """One filing. ``due`` is counted from ``since``; ``answer_due`` from the day of handing in, where the place says."""

    committee: Any = TenantForeignKey(Committee, related_name="filings")
    kind = models.CharField(_("类别"), max_length=6, choices=FilingKind)
    cause = models.CharField(_("事由"), max_length=MAX_REASON)
    since = models.DateField(_("自"))
    due = models.DateField(_("应在此前备案"))
    article = models.CharField(max_length=200)
    handed_at = models.DateTimeField(null=True, blank=True)
    handed_as = models.CharField(max_length=160, blank=True)
    answer_due = models.DateField(null=True, blank=True)
    answer = models.CharField(max_length=8, choices=Answer, blank=True)
    answer_number = models.CharField(_("备案号"), max_length=60, blank=True)
    answer_note = models.CharField(max_length=MAX_REASON, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_as = models.CharField(max_length=160, blank=True)

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["compound", "committee", "id"], name="filing_of_committee"),
            models.Index(fields=["compound", "due"], condition=Q(answer="") | Q(answer="returned"), name="filing_due"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(answer="") | (Q(handed_at__isnull=False, answered_at__isnull=False) & ~Q(answered_as="")),
                name="filing_answered_after",
            ),
        ]

    def __str__(self) -> str:
        return self.cause


class FilingPaper(TenantModel):
    """An uploaded paper of a filing; dropped ones stay as rows."""

    filing: Any = TenantForeignKey(Filing, related_name="papers")
    kind = models.CharField(_("材料"), max_length=10, choices=Paper)
    name = models.CharField(_("名称"), max_length=80)
    file: Any = TenantForeignKey(StoredFile, related_name="+")
    at = models.DateTimeField()
    label = models.CharField(max_length=160)
    dropped_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [models.Index(fields=["compound", "filing", "id"], name="filing_paper_of")]

    def __str__(self) -> str:
        return self.name
