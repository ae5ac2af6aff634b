"""The figures of each compound by day and by month, what has still to be counted anew, and exports that were asked for.

Firms and workers are plain numbers (0: none), not references: a figure outlives a contract and an account.
"""

from datetime import timedelta
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from documents.models import StoredFile
from oversight.rules.indicators import COUNTS, OUTCOMES
from tenancy.models import TenantForeignKey, TenantModel

# Exports are kept this long; a pending one this long after the last try was lost.
KEPT = timedelta(days=7)
RETRY_AFTER = timedelta(minutes=15)


class Mark(TenantModel):
    """A day whose requests have changed: written with the change itself by a trigger, taken away by the counting.

    Several may stand for one day. So nobody who changes a request waits for somebody else's mark.
    """

    day = models.DateField()

    class Meta(TenantModel.Meta):
        pass


class Day(TenantModel):
    """When a day was counted, and when its figures next change by the clock alone (a deadline passes, an answer is missing)."""

    day = models.DateField()
    counted_at = models.DateTimeField()
    changes_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["compound", "day"], name="oversight_day_one")]
        indexes: ClassVar = [
            models.Index(
                fields=["compound", "changes_at"], name="oversight_day_clock", condition=Q(changes_at__isnull=False)
            )
        ]


class _Tally(TenantModel):
    """The counts of ``oversight.rules.indicators`` for some requests of a compound."""

    company = models.BigIntegerField()
    category = models.CharField(max_length=12)
    urgent = models.BooleanField()
    filed = models.IntegerField()
    done = models.IntegerField()
    forced = models.IntegerField()
    unanswered = models.IntegerField()
    awaiting = models.IntegerField()
    open = models.IntegerField()
    returned = models.IntegerField()
    not_ours = models.IntegerField()
    merged = models.IntegerField()
    withdrawn = models.IntegerField()
    responded = models.IntegerField()
    responded_in_time = models.IntegerField()
    finished = models.IntegerField()
    finished_in_time = models.IntegerField()
    repaired = models.IntegerField()
    reopened = models.IntegerField()
    rated = models.IntegerField()
    satisfied = models.IntegerField()
    handed = models.IntegerField(db_default=0)

    class Meta(TenantModel.Meta):
        abstract = True


def _checks(name: str) -> list[models.CheckConstraint]:
    """Every request is in exactly one outcome, and no rate is above one."""
    whole: Any = F(OUTCOMES[0])
    for outcome in OUTCOMES[1:]:
        whole = whole + F(outcome)
    return [
        models.CheckConstraint(condition=Q(filed=whole), name=f"{name}_outcomes"),
        models.CheckConstraint(
            condition=Q(responded_in_time__lte=F("responded"), finished_in_time__lte=F("finished"))
            & Q(reopened__lte=F("repaired"), satisfied__lte=F("rated")),
            name=f"{name}_rates",
        ),
        models.CheckConstraint(
            condition=Q(**{f"{count}__gte": 0 for count in COUNTS}),
            name=f"{name}_counts",
        ),
    ]


class DayFigures(_Tally):
    """The requests that were filed on one local day, by firm, category, worker and urgency."""

    day = models.DateField()
    worker = models.BigIntegerField()

    class Meta(_Tally.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["compound", "day", "company", "category", "worker", "urgent"], name="day_figures_one"
            ),
            *_checks("day_figures"),
        ]


class MonthFigures(_Tally):
    """The same of a whole month, without the workers: what roll-ups over many compounds read. ``month`` is its first day."""

    month = models.DateField()

    class Meta(_Tally.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["compound", "month", "company", "category", "urgent"], name="month_figures_one"
            ),
            *_checks("month_figures"),
        ]


class Export(TenantModel):
    """Requests of one or more compounds written into a workbook by a task.

    The row lives in ``compound``, the first of ``compound_ids``; the file is for the person and the post that asked, as
    long as the post covers all of these compounds. ``question`` is what was asked for, as ``queries.cases.Question`` reads
    it from an address.
    """

    class State(models.TextChoices):
        """Where the writing stands."""

        PENDING = "pending", _("正在制作")
        READY = "ready", _("已制成")
        FAILED = "failed", _("未能制成")

    compound_ids = ArrayField(models.BigIntegerField())
    question = models.JSONField()
    person_id = models.BigIntegerField()
    post_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=8, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    requested_at = models.DateTimeField()
    tried_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)
    rows = models.IntegerField(default=0)
    file: Any = TenantForeignKey(StoredFile, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state="ready") | Q(ready_at__isnull=False, file__isnull=False),
                name="export_ready_has_file",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["compound", "tried_at"], name="export_pending", condition=Q(state="pending"))
        ]
