"""What belongs to the work on the spot: price, signatures, and the codes of places and devices."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from documents.models import StoredFile
from premises.models import Building
from repairs.models.request import Category, Request
from repairs.rules.periods import MAX_PLACE
from tenancy.models import TenantForeignKey, TenantModel


class Quote(TenantModel):
    """A price told before the work goes on (有偿维修). Money is in fen; the lines add up to the total."""

    class State(models.TextChoices):
        """Where it stands. A later quote takes the place of an earlier one."""

        TOLD = "told", _("等您同意")
        AGREED = "agreed", _("已同意")
        DECLINED = "declined", _("未同意")
        REPLACED = "replaced", _("已改报价")

    request: Any = TenantForeignKey(Request, related_name="quotes")
    number = models.PositiveSmallIntegerField()
    total_fen = models.BigIntegerField(_("合计(分)"))
    note = models.CharField(_("说明"), max_length=200, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.TOLD)
    told_at = models.DateTimeField()
    told_by = models.BigIntegerField()
    told_as = models.CharField(max_length=160)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.BigIntegerField(null=True, blank=True)
    decided_as = models.CharField(max_length=160, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "request", "number"], name="quote_number"),
            models.UniqueConstraint(
                fields=["compound", "request"], condition=Q(state__in=["told", "agreed"]), name="quote_one_stands"
            ),
            models.CheckConstraint(condition=Q(total_fen__gt=0), name="quote_positive"),
            models.CheckConstraint(
                condition=Q(state__in=["told", "replaced"])
                | Q(state__in=["agreed", "declined"], decided_at__isnull=False, decided_by__isnull=False),
                name="quote_decision_dated",
            ),
        ]


class QuoteLine(TenantModel):
    """One line of a quote: parts or labour, so many at so much each."""

    class Kind(models.TextChoices):
        """What is paid for."""

        PARTS = "parts", _("材料")
        LABOUR = "labour", _("人工")

    quote: Any = TenantForeignKey(Quote, related_name="lines")
    kind = models.CharField(max_length=6, choices=Kind)
    words = models.CharField(_("项目"), max_length=60)
    quantity = models.PositiveIntegerField(_("数量"))
    unit_fen = models.BigIntegerField(_("单价(分)"))
    amount_fen = models.BigIntegerField(_("金额(分)"))

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=["parts", "labour"]), name="quote_line_kind_known"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, unit_fen__gte=0, amount_fen=F("quantity") * F("unit_fen")),
                name="quote_line_adds_up",
            ),
        ]


class Signature(TenantModel):
    """A signature drawn on a phone: what was signed, by whom and as what."""

    class Of(models.TextChoices):
        """What was signed."""

        WORK = "work", _("维修结果")
        QUOTE = "quote", _("报价")

    class Role(models.TextChoices):
        """As what somebody signed."""

        RESIDENT = "resident", _("报修人")
        WORKER = "worker", _("维修人员")

    request: Any = TenantForeignKey(Request, related_name="signatures")
    quote: Any = TenantForeignKey(Quote, null=True, blank=True, related_name="signatures")
    file: Any = TenantForeignKey(StoredFile, related_name="+")
    of = models.CharField(max_length=6, choices=Of)
    role = models.CharField(max_length=8, choices=Role)
    name = models.CharField(_("签名人"), max_length=40)
    # On whose phone: the worker holds the phone out to the resident as a rule.
    taken_by = models.BigIntegerField()
    taken_as = models.CharField(max_length=160)
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(of__in=["work", "quote"], role__in=["resident", "worker"]), name="signature_known"
            ),
            models.CheckConstraint(
                condition=Q(of="work", quote__isnull=True) | Q(of="quote", quote__isnull=False),
                name="signature_of_a_quote",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["compound", "request", "at"], name="signature_line")]


class PlaceCode(TenantModel):
    """The QR code of a public place or a device: who reads it files for that place with no typing."""

    code = models.CharField(max_length=8)
    place_text = models.CharField(_("具体位置"), max_length=MAX_PLACE)
    building: Any = TenantForeignKey(Building, null=True, blank=True, related_name="+")
    category = models.CharField(_("类别"), max_length=12, choices=Category, blank=True)
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "code"], name="place_code"),
            models.UniqueConstraint(
                fields=["compound", "place_text"], condition=Q(retired_at__isnull=True), name="place_code_once"
            ),
        ]

    def __str__(self) -> str:
        return self.place_text


class PlaceSheet(TenantModel):
    """The codes that were chosen to be printed together as labels; the sheet itself is an issued document."""

    codes: Any = ArrayField(models.CharField(max_length=8))
    made_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [models.Index(fields=["compound", "id"], name="place_sheet_own")]

    def __str__(self) -> str:
        return ", ".join(self.codes)
