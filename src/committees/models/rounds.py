"""Another vote on seats that are open: among equals, a further round after too few were elected, on seats that became empty."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from committees.models.office import Committee
from elections.models import Poll
from tenancy.models import TenantForeignKey, TenantModel


class Purpose(models.TextChoices):
    """Why it is voted on."""

    REVOTE = "revote", _("得票相等，再次投票")
    FURTHER = "further", _("当选人数不足，继续选举")
    FILLING = "filling", _("委员缺额，补选")


class Round(TenantModel):
    """One such vote. ``poll`` is the vote itself; ``first`` the election that it follows, or ``committee`` whose seats it fills.

    ``item_key`` is the item of the tie. ``filled_on``: the day from which those who were elected sit.
    """

    poll: Any = TenantForeignKey(Poll, related_name="+")
    purpose = models.CharField(max_length=7, choices=Purpose)
    first: Any = TenantForeignKey(Poll, null=True, blank=True, related_name="+")
    committee: Any = TenantForeignKey(Committee, null=True, blank=True, related_name="+")
    item_key = models.CharField(max_length=24, blank=True)
    seats = models.PositiveSmallIntegerField()
    filled_on = models.DateField(null=True, blank=True)
    at = models.DateTimeField()
    label = models.CharField(max_length=160)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "poll"], name="committee_round_poll"),
            models.CheckConstraint(
                condition=Q(purpose="filling", committee__isnull=False)
                | (~Q(purpose="filling") & Q(first__isnull=False)),
                name="committee_round_follows",
            ),
        ]

    def __str__(self) -> str:
        return self.purpose
