"""That somebody voted for a right on a phone: who, as what, known how. What was chosen is in the box and nowhere else."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ballots.models.speaking import MAX_NAME, Proxy
from elections.models import Poll
from tenancy.models import TenantForeignKey, TenantModel


class Via(models.TextChoices):
    """As what somebody voted."""

    OWNER = "owner", _("业主本人")
    CHOSEN = "chosen", _("共有人推选的代表")
    SPEAKER = "speaker", _("登记的代表人")
    PROXY = "proxy", _("受托人")


class Cast(TenantModel):
    """One ballot by phone. ``receipt`` is the hash of its entry in the box's chain, ``items_hash`` what it was voted on.

    A right has more than one where an owner voted after a proxy, or again: the last one of the chain counts, all stay.
    ``verified_at``: when the person answered a code sent to their number. ``confirmed``: a co-owner said that the others chose
    them (P9). ``untold``: whoever else has the right was not told of it yet.
    """

    poll: Any = TenantForeignKey(Poll, related_name="+")
    right = models.CharField(max_length=24)
    via = models.CharField(max_length=8, choices=Via)
    person_id = models.BigIntegerField()
    name = models.CharField(max_length=MAX_NAME)
    confirmed = models.BooleanField(default=False)
    verified_at = models.DateTimeField()
    device = models.CharField(max_length=40, blank=True)
    items_hash = models.CharField(max_length=64)
    number = models.PositiveIntegerField()
    receipt = models.CharField(max_length=64)
    proxy: Any = TenantForeignKey(Proxy, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    untold = models.BooleanField(default=False, db_default=False)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "poll", "receipt"], name="ballot_cast_receipt"),
            models.CheckConstraint(condition=Q(via__in=sorted(Via.values)), name="ballot_cast_via"),
            models.CheckConstraint(condition=~Q(via="proxy") | Q(proxy__isnull=False), name="ballot_cast_by_authority"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["compound", "poll", "right"], name="ballot_cast_right"),
            models.Index(fields=["compound", "id"], condition=Q(untold=True), name="ballot_cast_untold"),
        ]

    def __str__(self) -> str:
        return self.receipt
