"""The chain of a box, the heads of it that were published, and whose right was used."""

import json
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from boxes.models.box import HASH, Box
from elections.box.chain import Entry as Link
from tenancy.models import TenantForeignKey, TenantModel


class Channel(models.TextChoices):
    """How a ballot came."""

    PHONE = "phone", _("手机")
    PAPER = "paper", _("纸质票")


class Voice(models.TextChoices):
    """Who gave it."""

    OWNER = "owner", _("本人")
    PROXY = "proxy", _("受托人")


class Why(models.TextChoices):
    """On what occasion a head was published."""

    SET_UP = "set_up", _("开始收票")
    DAY = "day", _("每日")
    CLOSE = "close", _("封箱")
    REOPEN = "reopen", _("重新收票")
    OPEN = "open", _("开箱")
    RESET = "reset", _("封存")


class Entry(TenantModel):
    """One entry of a chain, in the form of ``elections.box.chain``. Written by ``boxes_append``, never changed or removed.

    ``body`` is canonical JSON as text (``elections.box.encoding``): what was hashed, to the byte. Number, ``previous``, ``hash``
    and the time (never before the entry before) are given by a trigger, so no one writes an entry beside the chain.
    """

    box: Any = TenantForeignKey(Box, related_name="entries")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=8)
    body = models.TextField()
    previous = models.CharField(max_length=HASH)
    hash = models.CharField(max_length=HASH)
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "box", "number"], name="box_entry_number"),
            models.UniqueConstraint(fields=["compound", "box", "hash"], name="box_entry_hash"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"

    @property
    def link(self) -> Link:
        """As the box's rules and the record take it."""
        return Link(self.number, self.kind, moment(self.at), json.loads(self.body), self.previous, self.hash)


def moment(at: Any) -> str:
    """A time as the chain writes it: UTC, always with microseconds, so that texts are ordered as times are."""
    from datetime import UTC

    return str(at.astimezone(UTC).isoformat(timespec="microseconds"))


class Used(TenantModel):
    """That a right was used: once, whatever the channel. ``number`` is the entry that counts so far."""

    box: Any = TenantForeignKey(Box, related_name="used")
    right = models.CharField(max_length=24)
    channel = models.CharField(max_length=5, choices=Channel)
    by = models.CharField(max_length=5, choices=Voice)
    number = models.PositiveIntegerField()
    hash = models.CharField(max_length=HASH)
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["compound", "box", "right"], name="box_used_once")]

    def __str__(self) -> str:
        return self.right


class Head(TenantModel):
    """A head of a chain as it was published: whoever wrote it down notices any later change before it. Never changed."""

    box: Any = TenantForeignKey(Box, related_name="heads")
    number = models.PositiveIntegerField()
    hash = models.CharField(max_length=HASH)
    at = models.DateTimeField()
    why = models.CharField(max_length=6, choices=Why)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "box", "number", "why"], name="box_head_once")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.why}"
