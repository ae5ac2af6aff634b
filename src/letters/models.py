"""Letters (函件) between the parties of a compound: the letter, to whom it went, who signed for it, what is attached."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from documents.models import StoredFile
from letters.rules import MAX_REASON, MAX_SUBJECT, number_text
from letters.states import MACHINE
from notices.models import Side
from parties.models import Organisation
from tenancy.models import TenantForeignKey, TenantModel


class State(models.TextChoices):
    """The states; how they follow each other is declared in ``letters.states``."""

    DRAFT = "draft", _("草稿")
    SENT = "sent", _("已发出")
    WITHDRAWN = "withdrawn", _("已撤回")
    REPLACED = "replaced", _("已被替代")
    DROPPED = "dropped", _("不发了")


# What has gone out: its text never changes again, which a trigger holds.
GONE_OUT = (State.SENT, State.WITHDRAWN, State.REPLACED)


class Letter(TenantModel):
    """One letter from one body to one or several. ``reply_to`` is what it answers, ``replaces`` what it takes the place of.

    ``number`` counts the letters that a body sent in a compound and year; ``body_html`` and ``fingerprint`` (SHA-256 over
    subject, text and the digests of the files) are cut when it is sent. ``reply_by`` is the last day for a reply.
    """

    ref = models.CharField(max_length=16)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.DRAFT)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    number = models.PositiveIntegerField(null=True, blank=True)
    subject = models.CharField(_("标题"), max_length=MAX_SUBJECT)
    source = models.TextField(_("正文"))
    body_html = models.TextField(blank=True)
    body_text = models.TextField(blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    side = models.CharField(_("发函方"), max_length=10, choices=Side)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    sender = models.CharField(_("发函单位"), max_length=80)
    person_id = models.BigIntegerField()
    post_id = models.BigIntegerField(null=True)
    label = models.CharField(max_length=160)
    reply_by = models.DateField(_("请在哪天前回复"), null=True, blank=True)
    reply_to: Any = TenantForeignKey("self", null=True, blank=True, related_name="replies")
    replaces: Any = TenantForeignKey("self", null=True, blank=True, related_name="replaced_by")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_reason = models.CharField(_("撤回原因"), max_length=MAX_REASON, blank=True)
    ended_as = models.CharField(max_length=160, blank=True)

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["compound", "organisation", "-sent_at"], name="letter_out"),
            models.Index(
                fields=["compound", "reply_by"], name="letter_due", condition=Q(state="sent", reply_by__isnull=False)
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "ref"], name="letter_ref"),
            models.UniqueConstraint(fields=["compound", "organisation", "year", "number"], name="letter_number"),
            models.CheckConstraint(condition=Q(state__in=sorted(MACHINE.state_values())), name="letter_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "dropped"])
                | Q(sent_at__isnull=False, number__isnull=False, year__isnull=False) & ~Q(fingerprint=""),
                name="letter_sent_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | (Q(ended_at__isnull=False) & ~Q(ended_reason="")),
                name="letter_withdrawn_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def number_text(self) -> str:
        """和美物业函〔2026〕3号; empty before it is sent."""
        return f"{self.sender}函{number_text(self.year, self.number)}" if self.year and self.number else ""


class Addressee(TenantModel):
    """One body that a letter goes to: when it signed for it and as which post, and with what letter it replied."""

    letter: Any = TenantForeignKey(Letter, related_name="addressees")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    side = models.CharField(max_length=10, choices=Side)
    name = models.CharField(max_length=80)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.BigIntegerField(null=True)
    signed_post = models.BigIntegerField(null=True)
    signed_as = models.CharField(max_length=160, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answer: Any = TenantForeignKey(Letter, null=True, blank=True, related_name="+")
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["compound", "organisation", "letter"], name="letter_addressee_in"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "letter", "organisation"], name="letter_addressee_once"),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, signed_by__isnull=True)
                | Q(signed_at__isnull=False, signed_by__isnull=False) & ~Q(signed_as=""),
                name="letter_signed_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(signed_at__isnull=False, answer__isnull=False),
                name="letter_answered_after_signing",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Attachment(TenantModel):
    """A picture or a PDF of a letter."""

    letter: Any = TenantForeignKey(Letter, related_name="attachments")
    file: Any = TenantForeignKey(StoredFile, related_name="+")
    name = models.CharField(_("名称"), max_length=80)
    added_at = models.DateTimeField()
    dropped_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["compound", "file"], name="letter_attachment_file")]

    def __str__(self) -> str:
        return self.name


class Counter(TenantModel):
    """The last number that a body gave in a compound and year."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "organisation", "year"], name="letter_counter_once")
        ]
