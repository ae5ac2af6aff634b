"""A handover from one property firm to another: its lists, signatures and events, what went on with it, what came too late."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from documents.models import IssuedDocument, StoredFile
from handover.rules.lists import KINDS, MAX_NOTE, MAX_TITLE, MAX_WORDS, VERDICTS
from handover.states import MACHINE
from parties.models import Contract, Organisation
from repairs.models import Request
from tenancy.models import Compound, TenantForeignKey, TenantModel


class State(models.TextChoices):
    """The states; how they follow each other is declared in ``handover.states``."""

    OPENED = "opened", _("已发起")
    LISTING = "listing", _("填清单")
    CHECKED = "checked", _("待签字")
    SIGNING = "signing", _("签字中")
    COMPLETED = "completed", _("已完成")
    CANCELLED = "cancelled", _("已取消")


class Kind(models.TextChoices):
    """The lists."""

    CASE = "case", _("未结报修")
    KEY = "key", _("钥匙")
    DEVICE = "device", _("设施设备")
    PAPER = "paper", _("台账和资料")
    MONEY = "money", _("钱款")
    PEOPLE = "people", _("人员联系")


class Verdict(models.TextChoices):
    """What the receiving side says of a row."""

    OPEN = "open", _("未核对")
    HANDED = "handed", _("已交")
    MISSING = "missing", _("缺少")
    DISPUTED = "disputed", _("有异议")


class Role(models.TextChoices):
    """As what somebody signs."""

    OUTGOING = "outgoing", _("原物业")
    INCOMING = "incoming", _("新物业")
    COMMITTEE = "committee", _("业委会")
    COMMUNITY = "community", _("社区见证")


class Handover(TenantModel):
    """One handover. ``last_day`` is the contract's own when the lists were last settled; ``due_on`` when all is handed over.

    ``version`` grows with every amendment, and when signed lists were taken back: signatures belong to one version.
    """

    ref = models.CharField(max_length=16)
    contract: Any = TenantForeignKey(Contract, related_name="+")
    outgoing = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    last_day = models.DateField(_("最后服务日"))
    incoming_contract: Any = TenantForeignKey(Contract, null=True, blank=True, related_name="+")
    incoming = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    state = models.CharField(max_length=10, choices=State, default=State.OPENED)
    due_on = models.DateField(_("交接完成期限"))
    note = models.CharField(_("说明"), max_length=MAX_WORDS, blank=True)
    version = models.PositiveSmallIntegerField(default=1)
    opened_at = models.DateTimeField()
    opened_by = models.BigIntegerField()
    opened_party = models.CharField(max_length=12)
    opened_as = models.CharField(max_length=160)
    updated_at = models.DateTimeField()
    frozen_at = models.DateTimeField(null=True, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    ended_reason = models.CharField(max_length=MAX_WORDS, blank=True)
    reminded_on = models.DateField(null=True, blank=True)
    pack: Any = TenantForeignKey(IssuedDocument, null=True, blank=True, related_name="+")
    copied_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [models.Index(fields=["compound", "-opened_at"], name="handover_recent")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "ref"], name="handover_ref"),
            models.UniqueConstraint(
                fields=["compound", "contract"], condition=~Q(state="cancelled"), name="handover_one_a_contract"
            ),
            models.CheckConstraint(condition=Q(state__in=sorted(MACHINE.state_values())), name="handover_state_known"),
            models.CheckConstraint(
                condition=~Q(state__in=["checked", "signing", "completed"])
                | (Q(frozen_at__isnull=False) & ~Q(fingerprint="")),
                name="handover_frozen_has_mark",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(ended_reason=""), name="handover_cancelled_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(state="completed") | Q(completed_at__isnull=False), name="handover_completed_dated"
            ),
            models.CheckConstraint(condition=Q(due_on__gte=models.F("last_day")), name="handover_due_after_last_day"),
        ]

    def __str__(self) -> str:
        return self.ref


class Item(TenantModel):
    """One row of a list. For an open request ``source`` is its reference and the rest a snapshot; money is in fen."""

    handover: Any = TenantForeignKey(Handover, related_name="items")
    kind = models.CharField(max_length=6, choices=Kind)
    title = models.CharField(_("名称"), max_length=MAX_TITLE)
    detail = models.CharField(_("说明"), max_length=MAX_WORDS, blank=True)
    place = models.CharField(_("位置"), max_length=MAX_WORDS, blank=True)
    condition = models.CharField(_("状况"), max_length=MAX_WORDS, blank=True)
    quantity = models.PositiveIntegerField(_("数量"), null=True, blank=True)
    amount_fen = models.BigIntegerField(_("金额(分)"), null=True, blank=True)
    since = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    source = models.CharField(max_length=40, blank=True)
    verdict = models.CharField(max_length=8, choices=Verdict, default=Verdict.OPEN)
    note = models.CharField(_("备注"), max_length=MAX_NOTE, blank=True)
    photo: Any = TenantForeignKey(StoredFile, null=True, blank=True, related_name="+")
    judged_as = models.CharField(max_length=160, blank=True)
    judged_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [
            models.Index(
                fields=["compound", "handover", "kind", "id"], name="handover_item_list", condition=Q(dropped_at=None)
            )
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=sorted(KINDS)), name="handover_item_kind"),
            models.CheckConstraint(condition=Q(verdict__in=sorted(VERDICTS)), name="handover_item_verdict"),
            models.UniqueConstraint(
                fields=["compound", "handover", "kind", "source"],
                condition=~Q(source="") & Q(dropped_at=None),
                name="handover_item_source_once",
            ),
            models.CheckConstraint(
                condition=~Q(verdict__in=["missing", "disputed"]) | ~Q(note=""), name="handover_item_says_what"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Signature(TenantModel):
    """One party's signature to one version, or the record that it would not sign, with the words."""

    handover: Any = TenantForeignKey(Handover, related_name="signatures")
    version = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=10, choices=Role)
    file: Any = TenantForeignKey(StoredFile, null=True, blank=True, related_name="+")
    name = models.CharField(_("签名人"), max_length=40)
    post = models.CharField(_("职务"), max_length=60)
    organisation = models.CharField(max_length=80)
    words = models.CharField(_("意见"), max_length=MAX_WORDS, blank=True)
    declined = models.BooleanField(default=False)
    # On whose phone: the community holds out its own to a firm that sees nothing of the compound yet, or no more.
    taken_by = models.BigIntegerField()
    taken_as = models.CharField(max_length=160)
    own = models.BooleanField()
    fingerprint = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "handover", "version", "role"], name="handover_sign_once"),
            models.CheckConstraint(
                condition=Q(role__in=["outgoing", "incoming", "committee", "community"]), name="handover_sign_role"
            ),
            models.CheckConstraint(
                condition=Q(declined=False, file__isnull=False) | (Q(declined=True) & ~Q(words="")),
                name="handover_sign_or_words",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Event(TenantModel):
    """What happened to a handover, in order."""

    handover: Any = TenantForeignKey(Handover, related_name="events")
    action = models.CharField(max_length=20)
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10)
    person_id = models.BigIntegerField()
    post_id = models.BigIntegerField(null=True, blank=True)
    party = models.CharField(max_length=12)
    label = models.CharField(max_length=160)
    note = models.CharField(max_length=MAX_WORDS, blank=True)
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [models.Index(fields=["compound", "handover", "at"], name="handover_event_line")]


class Passed(TenantModel):
    """A repair request that went on when a contract ended: from whom, to whom, and how it stood."""

    request: Any = TenantForeignKey(Request, related_name="+")
    # Plain numbers: what happened outlives a contract and an account.
    from_company = models.BigIntegerField(null=True)
    from_name = models.CharField(max_length=80, blank=True)
    to_company = models.BigIntegerField(null=True)
    to_name = models.CharField(max_length=80, blank=True)
    from_person = models.BigIntegerField(null=True)
    from_post = models.BigIntegerField(null=True)
    from_state = models.CharField(max_length=10)
    due_at = models.DateTimeField(null=True)
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [models.Index(fields=["compound", "-at"], name="handover_passed_recent")]


class LateRecord(TenantModel):
    """What a dismissed firm's worker sent on a request after the contract's end: refused, and kept aside."""

    class State(models.TextChoices):
        """Where it stands."""

        KEPT = "kept", _("等接收")
        TAKEN = "taken", _("已接收")

    request: Any = TenantForeignKey(Request, related_name="+")
    ref = models.CharField(max_length=16)
    effect = models.CharField(max_length=64)
    company = models.BigIntegerField()
    company_name = models.CharField(max_length=80)
    person_id = models.BigIntegerField()
    person_name = models.CharField(max_length=60)
    post_id = models.BigIntegerField()
    role_label = models.CharField(max_length=20)
    action = models.CharField(max_length=20)
    words = models.TextField(blank=True)
    signer = models.CharField(max_length=40, blank=True)
    signature: Any = TenantForeignKey(StoredFile, null=True, blank=True, related_name="+")
    unread_files = models.PositiveSmallIntegerField(default=0)
    last_day = models.DateField()
    received_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.KEPT)
    taken_as = models.CharField(max_length=160, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [models.Index(fields=["compound", "-received_at"], name="handover_late_recent")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "ref"], name="handover_late_ref"),
            models.UniqueConstraint(fields=["compound", "effect"], name="handover_late_once"),
            models.CheckConstraint(
                condition=Q(state="kept", taken_at__isnull=True) | Q(state="taken", taken_at__isnull=False),
                name="handover_late_state",
            ),
        ]

    def __str__(self) -> str:
        return self.ref


class LatePhoto(TenantModel):
    """A photo of a late record."""

    record: Any = TenantForeignKey(LateRecord, related_name="photos")
    file: Any = TenantForeignKey(StoredFile, related_name="+")

    class Meta(TenantModel.Meta):
        pass


class FirmCopy(models.Model):
    """A firm's own copy of a signed pack, which it reads after its contract has ended.

    It belongs to the firm and to no tenant: a dismissed firm has no scope, and gets none for this. The file is a copy of
    the issued sheet, byte by byte; nothing in the row leads into the compound's tables.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    issuer = models.ForeignKey(Compound, models.PROTECT, related_name="+", db_index=False)
    ref = models.CharField(max_length=32, unique=True)
    title = models.CharField(max_length=60)
    number = models.CharField(max_length=16)
    version = models.PositiveSmallIntegerField()
    path = models.CharField(max_length=80)
    bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    issued_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "issuer", "number"], name="handover_copy_once"),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}"
