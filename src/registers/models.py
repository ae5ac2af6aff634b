"""Imports of a compound's household register, what each brought and changed, and the form in which an office keeps it."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registers.states import MACHINE
from tenancy.models import TenantForeignKey, TenantModel

# The machine's own labels are for drawings; these are for pages, in the reader's language.
STATES: dict[str, Any] = {
    "mapping": _("待对列"),
    "checking": _("核对中"),
    "checked": _("已核对"),
    "importing": _("导入中"),
    "done": _("已导入"),
    "failed": _("未导成"),
    "dropped": _("已放弃"),
    "undone": _("已撤销"),
}


class Run(TenantModel):
    """One import: from the file that arrived to what became of it. At most one a compound is open.

    ``columns`` are [{"label", "field"}] in the sheet's order, ``header`` [first row, last row]; ``answers`` go by the
    question's key; ``gone`` are homes that the office says are no more. ``skip_bad``: import without the bad rows.
    ``plan`` is the digest of the difference that was shown; what is written must have the same. ``tried_at`` is when a
    worker took it, ``attempts`` how often. People are kept as numbers and words, as in the audit chain; ``confirmed`` is the
    actor who confirmed it, as whom the worker writes.
    """

    ref = models.CharField(max_length=22)
    name = models.CharField(_("文件名"), max_length=120)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(_("状态"), max_length=10, choices=MACHINE.choices(), default=MACHINE.initial)
    sheet = models.CharField(_("工作表"), max_length=64)
    header = models.JSONField(default=list)
    columns = models.JSONField(default=list)
    area_source = models.CharField(_("面积来源"), max_length=10, blank=True)
    owner_source = models.CharField(_("产权来源"), max_length=10, blank=True)
    answers = models.JSONField(default=dict)
    gone = models.JSONField(default=list)
    skip_bad = models.BooleanField(default=False)
    counts = models.JSONField(default=dict)
    plan = models.CharField(max_length=64, blank=True)
    stale = models.BooleanField(default=False)
    failure = models.CharField(max_length=30, blank=True)
    failure_words = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField()
    created_at = models.DateTimeField()
    created_by = models.BigIntegerField()
    created_name = models.CharField(max_length=40, blank=True)
    created_label = models.CharField(max_length=120, blank=True)
    organisation_id = models.BigIntegerField(null=True)
    post_id = models.BigIntegerField(null=True)
    confirmed = models.JSONField(null=True)
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_name = models.CharField(max_length=40, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "ref"], name="register_run_ref"),
            models.UniqueConstraint(
                fields=["compound"], condition=Q(state__in=MACHINE.open_values()), name="register_run_one_open"
            ),
            models.CheckConstraint(condition=Q(state__in=MACHINE.state_values()), name="register_run_state"),
        ]
        indexes: ClassVar = [models.Index(fields=["compound", "-id"], name="register_run_latest")]

    def __str__(self) -> str:
        return self.name

    @property
    def state_label(self) -> str:
        """Where it stands, in words."""
        return str(STATES[self.state])


class Part(TenantModel):
    """What belongs to an import and holds personal data, encrypted (``accounts.crypto``), apart from the row that lists read.

    ``file`` is the .xlsx as it came, ``report`` the findings and the difference, ``undo`` what was there before.
    """

    class Kind(models.TextChoices):
        """What the part is."""

        FILE = "file", _("原表")
        REPORT = "report", _("核对结果")
        UNDO = "undo", _("导入前的内容")

    run = TenantForeignKey(Run, related_name="parts")
    kind = models.CharField(max_length=6, choices=Kind)
    content = models.BinaryField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["compound", "run", "kind"], name="register_part_one")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.kind}"


class Layout(TenantModel):
    """The form of one office in one compound: what stands above its rows, how wide its columns are, what each means.

    ``rows`` are the texts of the rows down to the header's last, ``header`` its [first, last]; ``merges`` are
    [top, left, bottom, right] in them; ``widths`` go by column; ``columns`` as in ``Run``.
    """

    organisation_id = models.BigIntegerField()
    sheet = models.CharField(max_length=64)
    rows = models.JSONField(default=list)
    header = models.JSONField(default=list)
    merges = models.JSONField(default=list)
    widths = models.JSONField(default=list)
    columns = models.JSONField(default=list)
    updated_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "organisation_id"], name="register_layout_office")
        ]

    def __str__(self) -> str:
        return self.sheet
