"""Which offices know a firm, and the certificates in each body's books."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from documents.delivery import Apart
from firms.wall import WalledModel
from parties.models import Organisation
from tenancy.models import Area


class Listing(models.Model):
    """A firm stands in the register of an area before it has any contract there: the office of that area entered it.

    Name, credit code and telephone of a firm are public (国家企业信用信息公示系统), so this table has no wall.
    """

    firm = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    made_as = models.CharField(max_length=160)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["firm", "area"], name="listing_once")]

    def __str__(self) -> str:
        return f"{self.firm} - {self.area}"


class Kind(models.TextChoices):
    """What a certificate is of."""

    BUSINESS_LICENCE = "business_licence", _("营业执照")
    CREDIT = "credit", _("信用评价")
    FIRE_OPERATOR = "fire_operator", _("消防设施操作员证")
    ELECTRICIAN = "electrician", _("电工作业证")
    LIFT_MANAGER = "lift_manager", _("电梯安全管理证")
    SECURITY_GUARD = "security_guard", _("保安员证")
    PROPERTY_MANAGER = "property_manager", _("物业项目经理证书")
    OTHER = "other", _("其他证书")


FIRM_KINDS = (Kind.BUSINESS_LICENCE, Kind.CREDIT, Kind.OTHER)
PERSON_KINDS = tuple(kind for kind in Kind if kind not in {Kind.BUSINESS_LICENCE, Kind.CREDIT})


class Certificate(WalledModel):
    """A certificate in the books of a body: its own (no ``person``), or of someone who holds a post in it.

    Never changed: one that was entered wrongly is withdrawn with a reason, a renewed one names the one that it replaces.
    The copy is a file in the store under ``o/<organisation>/<random>``; ``copy_ref`` is its address.
    """

    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    kind = models.CharField(_("证书种类"), max_length=20, choices=Kind)
    title = models.CharField(_("证书名称"), max_length=60, blank=True)
    number = models.CharField(_("证书编号"), max_length=60)
    grade = models.CharField(_("等级"), max_length=30, blank=True)
    issuer = models.CharField(_("发证机关"), max_length=80, blank=True)
    starts = models.DateField(_("发证日期"), null=True, blank=True)
    expires = models.DateField(_("有效期至"), null=True, blank=True)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    entered_at = models.DateTimeField()
    entered_by = models.BigIntegerField()
    entered_as = models.CharField(max_length=160)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_as = models.CharField(max_length=160, blank=True)
    withdrawn_why = models.CharField(max_length=200, blank=True)
    copy_ref = models.CharField(max_length=32, blank=True)
    copy_path = models.CharField(max_length=80, blank=True)
    copy_type = models.CharField(max_length=80, blank=True)
    copy_sha256 = models.CharField(max_length=64, blank=True)
    copy_sides = models.CharField(max_length=11, blank=True)

    class Meta(WalledModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "number"],
                condition=Q(withdrawn_at__isnull=True),
                name="certificate_once",
            ),
            models.CheckConstraint(
                condition=Q(starts__isnull=True) | Q(expires__isnull=True) | Q(expires__gte=models.F("starts")),
                name="certificate_ends_after_start",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "person"], name="certificate_holder"),
            models.Index(
                fields=["organisation", "expires"], name="certificate_expires", condition=Q(withdrawn_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"

    @property
    def name(self) -> str:
        """What it is called: its kind, or for another kind what stands on it."""
        return self.title if self.kind == Kind.OTHER and self.title else str(Kind(self.kind).label)

    @property
    def copy(self) -> Apart | None:
        """Its copy as it is handed out, or None."""
        return Apart(self.copy_ref, self.copy_path, self.copy_type, self.copy_sha256) if self.copy_path else None


class Reminder(WalledModel):
    """That somebody was told that a certificate runs out: once a person and step (90, 30, 7 days, 0: it has)."""

    certificate: Any = models.ForeignKey(Certificate, models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    step = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta(WalledModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "certificate", "person", "step"], name="reminder_once"),
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.step}"
