"""What comes after the work: return visits (回访) to a sample, and what a firm had done of a request that went on to the next."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from parties.models import Organisation
from repairs.models.request import Request
from tenancy.models import TenantForeignKey, TenantModel


class ReturnVisit(TenantModel):
    """One request of a month's sample, and what the filer said when the community asked."""

    class Result(models.TextChoices):
        """What came of it. 未解决 reopens the request."""

        SOLVED = "solved", _("已解决")
        UNSOLVED = "unsolved", _("未解决")
        UNREACHED = "unreached", _("未联系上")

    request: Any = TenantForeignKey(Request, related_name="visits")
    # The first day of the month that the sample was drawn from.
    month = models.DateField()
    drawn_at = models.DateTimeField()
    visited_at = models.DateTimeField(null=True, blank=True)
    result = models.CharField(_("结果"), max_length=10, choices=Result, blank=True)
    satisfied = models.BooleanField(_("满意"), null=True, blank=True)
    note = models.CharField(_("记录"), max_length=500, blank=True)
    visited_by = models.BigIntegerField(null=True, blank=True)
    visited_as = models.CharField(max_length=160, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "request", "month"], name="visit_once"),
            models.CheckConstraint(
                condition=Q(result="", visited_at__isnull=True, visited_by__isnull=True)
                | Q(result__in=["solved", "unsolved", "unreached"], visited_at__isnull=False, visited_by__isnull=False),
                name="visit_whole",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["compound", "month", "id"], name="visit_month")]


class Stint(TenantModel):
    """What a firm had done of a request when it went on to the next one: for the figures, and never changed.

    The request itself says only what the firm does that has it now.
    """

    request: Any = TenantForeignKey(Request, related_name="stints")
    company = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    # Who held it last there.
    worker = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()
    # None: it was not yet to be answered, or finished, when the firm's time was over.
    responded_in_time = models.BooleanField(null=True)
    finished_in_time = models.BooleanField(null=True)
    # How often a repair of this firm's did not hold.
    reopened = models.PositiveSmallIntegerField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "request", "at"], name="stint_once"),
        ]
