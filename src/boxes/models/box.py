"""A ballot box, who holds the shares of its key, and where its chain stands."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from boxes.states import MACHINE
from documents.models import StoredFile
from elections.models import Edition, Poll
from parties.models import Organisation
from tenancy.models import TenantForeignKey, TenantModel

MAX_NAME = 120
HASH = 64


class State(models.TextChoices):
    """The states; how they follow each other is declared in ``boxes.states``."""

    MADE = "made", _("钥匙已分发")
    SEALED = "sealed", _("收票中")
    CLOSED = "closed", _("已封箱")
    OPENED = "opened", _("已开箱，计票中")
    COUNTED = "counted", _("已计票")
    RESET = "reset", _("未开箱，已封存")


class Box(TenantModel):
    """One box of a poll; ``number`` is the round, a second one only after a reset.

    ``name`` is what shares, ballots and the record are bound to. ``commitments`` are of the shares, by holder's number. Of the
    key there is only its public half. ``edition`` is the roll that the first entry fixed. ``paper_only``: no key, no ballot by
    phone. ``receipts`` and ``root`` are those of the close. ``record`` is what was published; ``whole`` the lines of a secret
    election, which are not.
    """

    poll: Any = TenantForeignKey(Poll, related_name="boxes")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=MAX_NAME)
    state = models.CharField(max_length=8, choices=State, default=State.MADE)
    public_key = models.CharField(max_length=HASH, blank=True)
    threshold = models.PositiveSmallIntegerField(default=0)
    holders_count = models.PositiveSmallIntegerField(default=0)
    commitments = models.JSONField(default=dict)
    paper_only = models.BooleanField(default=False)
    edition: Any = TenantForeignKey(Edition, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()
    made_as = models.CharField(max_length=160)
    started_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    counted_at = models.DateTimeField(null=True, blank=True)
    receipts = models.PositiveIntegerField(null=True, blank=True)
    root = models.CharField(max_length=HASH, blank=True)
    reset_reason = models.CharField(_("封存原因"), max_length=300, blank=True)
    record: Any = TenantForeignKey(StoredFile, null=True, blank=True, related_name="+")
    whole: Any = TenantForeignKey(StoredFile, null=True, blank=True, related_name="+")

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "poll", "number"], name="box_number"),
            models.UniqueConstraint(fields=["compound", "name"], name="box_name"),
            models.CheckConstraint(condition=Q(state__in=sorted(MACHINE.state_values())), name="box_state_known"),
            models.CheckConstraint(
                condition=Q(paper_only=True, public_key="", threshold=0, holders_count=0)
                | (Q(paper_only=False) & (Q(threshold=2, holders_count=3) | Q(threshold=3, holders_count=5))),
                name="box_scheme",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Holder(TenantModel):
    """Who holds a share. ``person_id`` is empty for an owner without a post, who gives theirs on the officer's page."""

    box: Any = TenantForeignKey(Box, related_name="holders")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(_("姓名"), max_length=60)
    party = models.CharField(max_length=20)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", db_index=False)
    stands_for = models.CharField(_("代表"), max_length=120)
    person_id = models.BigIntegerField(null=True)
    post_id = models.BigIntegerField(null=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_as = models.CharField(max_length=160, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "box", "number"], name="box_holder_number"),
            models.UniqueConstraint(fields=["compound", "box", "name", "stands_for"], name="box_holder_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Tip(TenantModel):
    """Where the chain of a box stands: its lock orders those who write. ``accepts``: whether ballots may be put in."""

    box: Any = TenantForeignKey(Box, related_name="tips")
    number = models.PositiveIntegerField(default=0)
    hash = models.CharField(max_length=HASH)
    at = models.DateTimeField()
    accepts = models.BooleanField(default=False)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["compound", "box"], name="box_tip_one")]

    def __str__(self) -> str:
        return f"{self.number}"
