"""The roll of a poll: what the register said on a day, who was told apart by whom, and the editions that were fixed."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from elections.models.polls import MAX_REASON, Poll
from premises.models import Source
from publicity.models import Objection
from tenancy.models import TenantForeignKey, TenantModel


class Unit(TenantModel):
    """One exclusive part as the register had it when the roll was drawn, in the order of the roll.

    ``area`` in 0.0001 square metres. ``owners`` in the register's order: ``[{"line", "name", "share", "account", "phones"}]``,
    where ``line`` is the register's row. ``left_out`` says why a part does not count; empty: it does.
    """

    poll: Any = TenantForeignKey(Poll, related_name="units")
    number = models.PositiveIntegerField()
    home_id = models.BigIntegerField()
    address = models.CharField(max_length=60)
    building_id = models.BigIntegerField()
    entrance_id = models.BigIntegerField()
    use = models.CharField(max_length=10)
    area = models.BigIntegerField()
    area_source = models.CharField(max_length=10, choices=Source)
    owners = models.JSONField(default=list)
    left_out = models.CharField(_("不计入的原因"), max_length=MAX_REASON, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "poll", "number"], name="poll_unit_number"),
            models.UniqueConstraint(fields=["compound", "poll", "home_id"], name="poll_unit_home"),
            models.CheckConstraint(condition=Q(area__gt=0), name="poll_unit_area"),
        ]

    def __str__(self) -> str:
        return self.address


class Likeness(TenantModel):
    """Lines of the register that may be one owner, and what a person decided: ``same`` are the sets of lines that are."""

    poll: Any = TenantForeignKey(Poll, related_name="likenesses")
    number = models.PositiveIntegerField()
    lines = ArrayField(models.BigIntegerField())
    reasons = ArrayField(models.CharField(max_length=10))
    same = models.JSONField(null=True, blank=True)
    note = models.CharField(_("依据"), max_length=MAX_REASON, blank=True)
    decided_as = models.CharField(max_length=160, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "poll", "number"], name="poll_likeness_number"),
            models.CheckConstraint(
                condition=Q(same__isnull=True, decided_at__isnull=True)
                | (Q(same__isnull=False, decided_at__isnull=False) & ~Q(decided_as="")),
                name="poll_likeness_decided_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}"


class Edition(TenantModel):
    """The roll as it was fixed: never changed, another is cut after it. Edition 1 is the freeze, later ones are corrections.

    ``fingerprint`` is of the rights (``box.record.roll_fingerprint``), ``units_fingerprint`` of the parts with names and areas.
    ``area`` in 0.0001 square metres.
    """

    poll: Any = TenantForeignKey(Poll, related_name="editions")
    number = models.PositiveSmallIntegerField()
    voters = models.PositiveIntegerField()
    area = models.BigIntegerField()
    units = models.PositiveIntegerField()
    fingerprint = models.CharField(max_length=64)
    units_fingerprint = models.CharField(max_length=64)
    at = models.DateTimeField()
    person_id = models.BigIntegerField()
    post_id = models.BigIntegerField(null=True)
    label = models.CharField(max_length=160)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "poll", "number"], name="poll_edition_number")
        ]

    def __str__(self) -> str:
        return f"{self.number}"


class Right(TenantModel):
    """One voter of an edition: one owner by law, the parts (numbers of units), their area, and the area in each scope.

    ``key`` is the pseudonym in the box and in the published record; the same parts and owner keep it in later editions.
    """

    edition: Any = TenantForeignKey(Edition, related_name="rights")
    number = models.PositiveIntegerField()
    key = models.CharField(max_length=24)
    holder = models.CharField(max_length=200)
    developer = models.BooleanField(default=False)
    units = ArrayField(models.PositiveIntegerField())
    area = models.BigIntegerField()
    scopes = models.JSONField(default=dict)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "edition", "number"], name="poll_right_number"),
            models.UniqueConstraint(fields=["compound", "edition", "key"], name="poll_right_key"),
        ]

    def __str__(self) -> str:
        return self.key


class Amendment(TenantModel):
    """A correction of a fixed roll, signed: which part, what it said and says now, why, on what evidence. Never changed.

    ``objection``: the one to the published roll that led to it, where one did.
    """

    edition: Any = TenantForeignKey(Edition, related_name="amendments")
    unit: Any = TenantForeignKey(Unit, related_name="amendments")
    changes = models.JSONField()
    reason = models.CharField(_("更正原因"), max_length=MAX_REASON)
    evidence = models.CharField(_("依据"), max_length=MAX_REASON)
    objection: Any = TenantForeignKey(Objection, null=True, blank=True, related_name="corrections")
    at = models.DateTimeField()
    person_id = models.BigIntegerField()
    post_id = models.BigIntegerField(null=True)
    label = models.CharField(max_length=160)

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [models.Index(fields=["compound", "edition"], name="poll_amendment_edition")]

    def __str__(self) -> str:
        return self.reason
