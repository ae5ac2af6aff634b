"""Batches of papers that came back: what two people read on each, what a third decided, and what was left out and why."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from boxes.models import Box
from documents.models import StoredFile
from elections.models import Poll
from elections.models.polls import MAX_REASON
from elections.rules.measures import area_text
from paper_ballots.models.papers import Paper
from paper_ballots.states import MACHINE
from tenancy.models import TenantForeignKey, TenantModel


class State(models.TextChoices):
    """The states; how they follow each other is declared in ``paper_ballots.states``."""

    OPEN = "open", _("录入中")
    REFUSED = "refused", _("清点不符，已退回")
    COUNTED = "counted", _("已清点入箱")


class Batch(TenantModel):
    """Papers that are counted in together. ``by_hand`` is how many two people counted on the table, before they were scanned."""

    poll: Any = TenantForeignKey(Poll, related_name="batches")
    box: Any = TenantForeignKey(Box, related_name="batches")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(_("批次"), max_length=60)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    by_hand = models.PositiveIntegerField(_("清点张数"))
    witnesses = models.CharField(_("清点人、监票人"), max_length=120)
    opened_at = models.DateTimeField()
    opened_as = models.CharField(max_length=160)
    refused_reason = models.CharField(_("退回原因"), max_length=MAX_REASON, blank=True)
    counted_at = models.DateTimeField(null=True, blank=True)
    counted_as = models.CharField(max_length=160, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "box", "number"], name="paper_batch_number"),
            models.CheckConstraint(condition=Q(state__in=sorted(MACHINE.state_values())), name="paper_batch_state"),
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(refused_reason=""), name="paper_batch_says_why"),
        ]

    def __str__(self) -> str:
        return self.name


class Sheet(TenantModel):
    """A paper in a batch. ``choices`` is what counts, once two readings agree or a third person decided; ``photo`` of the paper.

    ``aside``: why it does not count although it came back (the owner's own stands above a proxy's; not signed). ``paper`` is the
    printed one by its code. Of a secret poll the code was cut off before the paper went into the ballot box: such a sheet has no
    paper, only the ``area`` that is printed on it, in 0.0001 square metres.
    """

    batch: Any = TenantForeignKey(Batch, related_name="sheets")
    paper: Any = TenantForeignKey(Paper, null=True, blank=True, related_name="sheets")
    area = models.BigIntegerField(null=True, blank=True)
    place = models.PositiveIntegerField()
    photo: Any = TenantForeignKey(StoredFile, null=True, blank=True, related_name="+")
    choices = models.JSONField(null=True, blank=True)
    differs = models.BooleanField(default=False)
    aside = models.CharField(_("不计入的原因"), max_length=MAX_REASON, blank=True)
    aside_as = models.CharField(max_length=160, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "batch", "place"], name="paper_sheet_place"),
            models.UniqueConstraint(fields=["compound", "paper"], name="paper_sheet_once"),
            models.CheckConstraint(
                condition=Q(paper__isnull=False, area__isnull=True) | Q(paper__isnull=True, area__isnull=False),
                name="paper_sheet_code_or_area",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place}"

    @property
    def area_words(self) -> str:
        """The area as it is printed on a paper without a code, or ""."""
        return "" if self.area is None else area_text(self.area)


class Reading(TenantModel):
    """What one person read on a sheet. Nobody sees another's before their own is kept. Never changed.

    ``choices`` by the items' keys as ``elections.box.questions`` takes them; ``VOID`` for an item that cannot count.
    """

    sheet: Any = TenantForeignKey(Sheet, related_name="readings")
    place = models.PositiveSmallIntegerField()
    choices = models.JSONField()
    person_id = models.BigIntegerField()
    label = models.CharField(max_length=160)
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "sheet", "place"], name="paper_reading_place"),
            models.UniqueConstraint(fields=["compound", "sheet", "person_id"], name="paper_reading_person"),
            models.CheckConstraint(condition=Q(place__in=(1, 2, 3)), name="paper_reading_places"),
        ]

    def __str__(self) -> str:
        return f"{self.place}"
