"""Many about one: who joined a request (我也遇到), and the mass incident that many requests belong to."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from parties.models import Organisation
from premises.models import Building, Home
from repairs.models.request import Category, Request
from tenancy.models import TenantForeignKey, TenantModel


class Follower(TenantModel):
    """A resident who follows a request that another filed: joined it, or filed the one that was merged into it."""

    class Kind(models.TextChoices):
        """How they came to it. Whoever was merged keeps the filer's right to say 未解决."""

        JOINED = "joined", _("我也遇到")
        MERGED = "merged", _("并案")

    request: Any = TenantForeignKey(Request, related_name="followers")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    home: Any = TenantForeignKey(Home, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "request", "person"], name="follower_once"),
            models.CheckConstraint(condition=Q(kind__in=["joined", "merged"]), name="follower_kind_known"),
        ]
        indexes: ClassVar = [models.Index(fields=["compound", "person", "-at"], name="follower_own")]


class Incident(TenantModel):
    """A mass incident (停水, 电梯停用): what staff say of it, until when it is expected to last, and how it ended."""

    ref = models.CharField(max_length=16)
    category = models.CharField(_("类别"), max_length=12, choices=Category)
    title = models.CharField(_("标题"), max_length=60)
    words = models.CharField(_("说明"), max_length=500)
    # None: the whole compound.
    building: Any = TenantForeignKey(Building, null=True, blank=True, related_name="+")
    expected_end = models.DateTimeField(_("预计恢复"), null=True, blank=True)
    # Which firm runs it; None while none serves the compound: the community then does.
    company = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", db_index=False)
    opened_at = models.DateTimeField()
    opened_by = models.BigIntegerField()
    opened_as = models.CharField(max_length=160)
    told_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_as = models.CharField(max_length=160, blank=True)
    closing_words = models.CharField(_("处理结果"), max_length=500, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "ref"], name="incident_ref"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closing_words="")
                | (Q(closed_at__isnull=False) & ~Q(closing_words="")),
                name="incident_end_says_how",
            ),
            models.CheckConstraint(
                condition=Q(expected_end__isnull=True) | Q(expected_end__gt=F("opened_at")), name="incident_ends_later"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["compound", "-opened_at"], name="incident_open", condition=Q(closed_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.title


class Affected(TenantModel):
    """A resident who said 我也遇到 of a mass incident itself, without a request of their own: told what the others are told."""

    incident: Any = TenantForeignKey(Incident, related_name="affected")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    home: Any = TenantForeignKey(Home, related_name="+")
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "incident", "person"], name="affected_once"),
        ]
