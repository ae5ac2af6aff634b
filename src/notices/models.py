"""A notice with its texts as they were made public, who countersigned, who read and who signed for it."""

import uuid
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from documents.models import StoredFile
from notices.rules.chain import SIDES
from notices.rules.kinds import KINDS, MATTERS, MAX_CHANGED, MAX_REASON, MAX_TITLE
from notices.states import MACHINE
from parties.models import Organisation, Post
from tenancy.models import TenantForeignKey, TenantModel


class Kind(models.TextChoices):
    """The kinds that a board knows."""

    NOTICE = "notice", _("通知")
    PUBLICITY = "publicity", _("公示")
    ANNOUNCEMENT = "announcement", _("公告")
    REMINDER = "reminder", _("温馨提示")
    URGENT = "urgent", _("紧急")


class Matter(models.TextChoices):
    """What it is about: decides who must countersign."""

    GENERAL = "general", _("日常事务")
    PROPERTY_FEE = "property_fee", _("物业费")
    COMMON_INCOME = "common_income", _("公共收益")
    MAINTENANCE_FUND = "maintenance_fund", _("维修资金")
    ELECTION = "election", _("选举换届")
    MEETING = "meeting", _("业主大会和会议")
    WORKS = "works", _("施工维修")
    OUTAGE = "outage", _("停水停电")
    SAFETY = "safety", _("安全消防")
    PARKING = "parking", _("停车")
    ENVIRONMENT = "environment", _("环境卫生")
    ACTIVITY = "activity", _("活动")


class Side(models.TextChoices):
    """The sides that speak and countersign."""

    COMMUNITY = "community", _("社区")
    COMMITTEE = "committee", _("业委会")
    COMPANY = "company", _("物业")
    STREET = "street", _("街道")


class State(models.TextChoices):
    """The states; how they follow each other is declared in ``notices.states``."""

    DRAFT = "draft", _("草稿")
    AWAITING = "awaiting", _("等会签")
    SCHEDULED = "scheduled", _("待发布")
    PUBLISHED = "published", _("已发布")
    EXPIRED = "expired", _("已到期")
    WITHDRAWN = "withdrawn", _("已撤回")


class Notice(TenantModel):
    """One notice in one compound; one that is for several compounds has a row in each, with the same ``campaign``.

    ``title`` and ``source`` are what is being written; what is public is ``current``, and ``proposed`` is the text that
    waits for its countersignatures (of a notice that is out already: its correction). ``roles``, ``building_ids`` and
    ``entrance_ids`` say for whom it is, empty for everyone; a home is meant by its building or its entrance.
    ``public``: anyone may read it, without signing in. ``told_at``: when its messages were queued. ``pinned_at`` of one that
    is not out says that it will be on top when it is.
    """

    ref = models.CharField(max_length=16)
    campaign = models.UUIDField(default=uuid.uuid4)
    kind = models.CharField(_("类别"), max_length=12, choices=Kind)
    matter = models.CharField(_("事项"), max_length=20, choices=Matter, default=Matter.GENERAL)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.DRAFT)
    title = models.CharField(_("标题"), max_length=MAX_TITLE)
    source = models.TextField(_("正文"))
    side = models.CharField(_("发布方"), max_length=10, choices=Side)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", db_index=False)
    speaker = models.CharField(_("发布单位"), max_length=80)
    person_id = models.BigIntegerField()
    post_id = models.BigIntegerField(null=True)
    label = models.CharField(max_length=160)
    roles = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    building_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    entrance_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    public = models.BooleanField(_("公开"), default=False)
    pinned_at = models.DateTimeField(null=True, blank=True)
    publish_at = models.DateTimeField(_("定时发布"), null=True, blank=True)
    expires_at = models.DateTimeField(_("到期"), null=True, blank=True)
    current: Any = TenantForeignKey("Version", null=True, blank=True, related_name="+")
    proposed: Any = TenantForeignKey("Version", null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_reason = models.CharField(_("撤回原因"), max_length=MAX_REASON, blank=True)
    ended_as = models.CharField(max_length=160, blank=True)

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["compound", "-published_at"], name="notice_board", condition=~Q(current=None)),
            models.Index(
                fields=["compound", "state"],
                name="notice_open",
                condition=Q(state__in=["draft", "awaiting", "scheduled"]),
            ),
            models.Index(
                fields=["compound", "expires_at"],
                name="notice_expiring",
                condition=Q(state="published", expires_at__isnull=False),
            ),
            models.Index(
                fields=["compound"], name="notice_untold", condition=Q(state="published", told_at__isnull=True)
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "ref"], name="notice_ref"),
            models.UniqueConstraint(fields=["compound", "campaign"], name="notice_campaign_once"),
            models.CheckConstraint(condition=Q(kind__in=sorted(KINDS)), name="notice_kind_known"),
            models.CheckConstraint(condition=Q(matter__in=sorted(MATTERS)), name="notice_matter_known"),
            models.CheckConstraint(condition=Q(side__in=sorted(SIDES)), name="notice_side_known"),
            models.CheckConstraint(condition=Q(state__in=sorted(MACHINE.state_values())), name="notice_state_known"),
            models.CheckConstraint(
                condition=~Q(state__in=["published", "expired"])
                | Q(current__isnull=False, published_at__isnull=False),
                name="notice_out_has_text",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["awaiting", "scheduled"]) | Q(proposed__isnull=False),
                name="notice_under_way_has_text",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | (Q(ended_at__isnull=False) & ~Q(ended_reason="")),
                name="notice_withdrawn_says_why",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title


class Version(TenantModel):
    """One text of a notice as it was handed in, never changed after. ``edition`` counts those that became public.

    ``files`` are ids of attachments, in order; ``fingerprint`` is of kind, title, text and their digests
    (``notices.richtext.fingerprint``). A trigger refuses every other change than that it came out or was refused.
    """

    notice: Any = TenantForeignKey(Notice, related_name="versions")
    number = models.PositiveSmallIntegerField()
    edition = models.PositiveSmallIntegerField(null=True, blank=True)
    title = models.CharField(max_length=MAX_TITLE)
    source = models.TextField()
    body_html = models.TextField()
    body_text = models.TextField()
    changed = models.CharField(_("改了什么"), max_length=MAX_CHANGED, blank=True)
    files = ArrayField(models.BigIntegerField(), default=list, blank=True)
    fingerprint = models.CharField(max_length=64)
    person_id = models.BigIntegerField()
    post_id = models.BigIntegerField(null=True)
    label = models.CharField(max_length=160)
    at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "notice", "number"], name="notice_version_number"),
            models.UniqueConstraint(fields=["compound", "notice", "edition"], name="notice_version_edition"),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, edition__isnull=True)
                | Q(published_at__isnull=False, edition__isnull=False),
                name="notice_version_out_counted",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Attachment(TenantModel):
    """A picture or a PDF of a notice. It is public with the version that names it; dropped ones stay with older versions.

    ``pages`` of a PDF: how many it has, once they are drawn (``Page``); 0 when it cannot be. ``tries``: to draw it.
    """

    notice: Any = TenantForeignKey(Notice, related_name="attachments")
    file: Any = TenantForeignKey(StoredFile, related_name="+")
    name = models.CharField(_("名称"), max_length=80)
    added_at = models.DateTimeField()
    dropped_at = models.DateTimeField(null=True, blank=True)
    pages = models.PositiveSmallIntegerField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["compound", "file"], name="notice_attachment_file")]
        indexes: ClassVar = [models.Index(fields=["compound", "notice", "id"], name="notice_attachment_list")]

    def __str__(self) -> str:
        return self.name


class Page(TenantModel):
    """One page of an attached PDF as a picture: who may read the PDF may read it."""

    attachment: Any = TenantForeignKey(Attachment, related_name="drawn")
    number = models.PositiveSmallIntegerField()
    file: Any = TenantForeignKey(StoredFile, related_name="+")

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "attachment", "number"], name="notice_page_number"),
            models.UniqueConstraint(fields=["compound", "file"], name="notice_page_file"),
        ]

    def __str__(self) -> str:
        return str(self.number)


class Step(TenantModel):
    """One countersignature that a version needs, in order. ``review``: asked for after it was out (urgent)."""

    class Answer(models.TextChoices):
        """What was said."""

        OPEN = "open", _("等会签")
        AGREED = "agreed", _("同意")
        REFUSED = "refused", _("不同意")
        VOID = "void", _("不再需要")

    version: Any = TenantForeignKey(Version, related_name="steps")
    position = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=10, choices=Side)
    answer = models.CharField(max_length=8, choices=Answer, default=Answer.OPEN)
    review = models.BooleanField(default=False)
    reason = models.CharField(_("意见"), max_length=MAX_REASON, blank=True)
    person_id = models.BigIntegerField(null=True)
    post_id = models.BigIntegerField(null=True)
    label = models.CharField(max_length=160, blank=True)
    at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["compound", "side"], name="notice_step_open", condition=Q(answer="open"))
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "version", "position"], name="notice_step_position"),
            models.CheckConstraint(
                condition=Q(answer__in=["open", "void"]) | Q(person_id__isnull=False, at__isnull=False),
                name="notice_step_signed",
            ),
            models.CheckConstraint(condition=~Q(answer="refused") | ~Q(reason=""), name="notice_step_refusal_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.answer}"


class ApprovalRule(TenantModel):
    """The compound's own rule of who countersigns; an empty kind, matter or speaker stands for any. Ended, not deleted."""

    kind = models.CharField(_("类别"), max_length=12, choices=Kind, blank=True)
    matter = models.CharField(_("事项"), max_length=20, choices=Matter, blank=True)
    speaker = models.CharField(_("发布方"), max_length=10, choices=Side, blank=True)
    sides = ArrayField(models.CharField(max_length=10, choices=Side), default=list, blank=True)
    ground = models.CharField(_("依据"), max_length=200, blank=True)
    made_at = models.DateTimeField()
    made_as = models.CharField(max_length=160)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_as = models.CharField(max_length=160, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["compound", "kind", "matter", "speaker"],
                condition=Q(ended_at__isnull=True),
                name="notice_rule_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.matter} {self.speaker}"


class Template(TenantModel):
    """A text with places to fill in, of the compound's own; it stands above the built-in one of the same name."""

    name = models.CharField(_("名称"), max_length=40)
    kind = models.CharField(_("类别"), max_length=12, choices=Kind)
    matter = models.CharField(_("事项"), max_length=20, choices=Matter)
    title = models.CharField(_("标题"), max_length=MAX_TITLE)
    source = models.TextField(_("正文"))
    made_at = models.DateTimeField()
    made_as = models.CharField(max_length=160)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["compound", "name"], condition=Q(ended_at__isnull=True), name="notice_template_name"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Reading(TenantModel):
    """That a person opened a notice: when first, and of which homes (none for a post)."""

    notice: Any = TenantForeignKey(Notice, related_name="readings")
    person_id = models.BigIntegerField()
    home_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    label = models.CharField(max_length=160)
    edition = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "notice", "person_id"], name="notice_reading_once")
        ]


class Pending(TenantModel):
    """That a person is still to be told of a notice: they had other ordinary news within the hour."""

    notice: Any = TenantForeignKey(Notice, related_name="+")
    person_id = models.BigIntegerField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "notice", "person_id"], name="notice_pending_once")
        ]
        indexes: ClassVar = [models.Index(fields=["compound", "person_id"], name="notice_pending_person")]

    def __str__(self) -> str:
        return str(self.person_id)


class Signature(TenantModel):
    """That a named post must sign for a notice (签收), and when it did, for which edition."""

    notice: Any = TenantForeignKey(Notice, related_name="signatures")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    person_id = models.BigIntegerField()
    label = models.CharField(max_length=160)
    asked_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True, blank=True)
    edition = models.PositiveSmallIntegerField(null=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "notice", "post"], name="notice_signature_once"),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, edition__isnull=True)
                | Q(signed_at__isnull=False, edition__isnull=False),
                name="notice_signature_of_edition",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Event(TenantModel):
    """What happened to a notice, in order."""

    notice: Any = TenantForeignKey(Notice, related_name="events")
    action = models.CharField(max_length=20)
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10)
    person_id = models.BigIntegerField()
    post_id = models.BigIntegerField(null=True)
    party = models.CharField(max_length=12)
    label = models.CharField(max_length=160)
    note = models.CharField(max_length=MAX_REASON, blank=True)
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [models.Index(fields=["compound", "notice", "id"], name="notice_event_line")]

    def __str__(self) -> str:
        return self.action
