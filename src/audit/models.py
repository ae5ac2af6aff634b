"""Who, as which post, did what to what, from what to what: one unbroken chain of entries a compound."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenancy.models import TenantManager, TenantModel, TenantQuerySet


class EntryQuerySet(TenantQuerySet["Entry"]):
    """Filters on entries."""

    def about(self, compound_id: int, target: str) -> "EntryQuerySet":
        """Keep what happened to one target of one compound."""
        return self.filter(compound_id=compound_id, target=target)


class Entry(TenantModel):
    """One thing that was done. Never changed and never removed: triggers refuse both, the chain shows both.

    The person and the post are plain numbers, not references: an entry outlives the account and the post it names.
    Written only by the database function ``audit_append`` (see ``audit.actions``).
    """

    seq = models.BigIntegerField(_("序号"))
    at = models.DateTimeField(_("时间"))
    person_id = models.BigIntegerField(_("操作人"))
    post_id = models.BigIntegerField(_("岗位"), null=True)
    actor_label = models.TextField(_("以何身份"))
    party = models.TextField(_("所属一方"))
    verb = models.TextField(_("动作"))
    target = models.TextField(_("对象"))
    changes = models.JSONField(_("变化"))
    previous = models.BinaryField(_("上一条摘要"))
    digest = models.BinaryField(_("摘要"))

    objects: ClassVar[TenantManager["Entry"]] = TenantManager.from_queryset(EntryQuerySet)()

    class Meta(TenantModel.Meta):
        verbose_name = _("留痕")
        indexes: ClassVar = [models.Index(fields=["compound", "target", "seq"], name="audit_entry_target")]
        constraints: ClassVar = [
            # `at` is in it because PostgreSQL wants the partition column in every unique key; the locked head keeps
            # `seq` alone without gaps or repeats.
            models.UniqueConstraint(fields=["compound", "seq", "at"], name="audit_entry_seq"),
        ]

    def __str__(self) -> str:
        return f"{self.compound_id}/{self.seq} {self.verb} {self.target}"


class Head(TenantModel):
    """Where a compound's chain stands: the number and digest of its last entry. Its lock orders the writers."""

    seq = models.BigIntegerField()
    digest = models.BinaryField()

    class Meta(TenantModel.Meta):
        verbose_name = _("留痕链头")
        constraints: ClassVar = [models.UniqueConstraint(fields=["compound"], name="audit_head_one_a_compound")]

    def __str__(self) -> str:
        return f"{self.compound_id}/{self.seq}"
