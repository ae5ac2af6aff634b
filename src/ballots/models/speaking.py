"""Who votes for a right in the place of its owners: a recorded representative, or a proxy."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from documents.models import StoredFile
from elections.models import Poll
from tenancy.models import TenantForeignKey, TenantModel

MAX_NAME = 40
MAX_GROUND = 300


class Ground(models.TextChoices):
    """Why somebody votes for a right in place of whoever the roll names (指导规则 25)."""

    CHOSEN = "chosen", _("共有人推选的代表")
    AUTHORISED = "authorised", _("单位业主授权的人")
    GUARDIAN = "guardian", _("监护人")
    ESTATE = "estate", _("业主去世，继承人推选")
    BUYER = "buyer", _("名册更正后的业主")


class Form(models.TextChoices):
    """How an authority was given."""

    PHONE = "phone", _("业主在手机上委托")
    PAPER = "paper", _("纸质委托书")


class Speaker(TenantModel):
    """Somebody recorded by an officer as the one who votes for a right; while it stands nobody else of the right does.

    The person is known by name and telephone (``accounts.crypto.digest`` of the number, and how the number is shown); they sign
    in with that number. ``paper`` is a photo of what was shown.
    """

    poll: Any = TenantForeignKey(Poll, related_name="+")
    right = models.CharField(max_length=24)
    ground = models.CharField(_("身份"), max_length=10, choices=Ground)
    name = models.CharField(_("姓名"), max_length=MAX_NAME)
    phone_digest = models.CharField(max_length=64)
    phone_shown = models.CharField(max_length=20)
    note = models.CharField(_("依据"), max_length=MAX_GROUND)
    paper: Any = TenantForeignKey(StoredFile, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    person_id = models.BigIntegerField()
    post_id = models.BigIntegerField(null=True)
    label = models.CharField(max_length=160)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_as = models.CharField(max_length=160, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["compound", "poll", "right"], condition=Q(ended_at__isnull=True), name="ballot_speaker_one"
            ),
            models.CheckConstraint(condition=Q(ground__in=sorted(Ground.values)), name="ballot_speaker_ground"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["compound", "poll", "phone_digest"],
                condition=Q(ended_at__isnull=True),
                name="ballot_speaker_who",
            ),
            # Before any scope: in which polls a person has a record.
            models.Index(fields=["phone_digest"], condition=Q(ended_at__isnull=True), name="ballot_speaker_enters"),
        ]

    def __str__(self) -> str:
        return self.name


class Proxy(TenantModel):
    """A written authority to vote for a right. ``stated``: the ballot that the owner sealed with it, where the place asks for the
    owner's own word on each item (上海 18, 浙江 9): the agent hands in that and nothing else. Nobody reads it before the opening.
    """

    poll: Any = TenantForeignKey(Poll, related_name="+")
    right = models.CharField(max_length=24)
    form = models.CharField(max_length=5, choices=Form)
    giver = models.CharField(_("委托人"), max_length=MAX_NAME)
    giver_id = models.BigIntegerField(default=0)
    agent = models.CharField(_("受托人"), max_length=MAX_NAME)
    agent_digest = models.CharField(max_length=64)
    agent_shown = models.CharField(max_length=20)
    stated = models.BinaryField(null=True, blank=True)
    paper: Any = TenantForeignKey(StoredFile, null=True, blank=True, related_name="+")
    note = models.CharField(_("说明"), max_length=MAX_GROUND, blank=True)
    at = models.DateTimeField()
    person_id = models.BigIntegerField()
    post_id = models.BigIntegerField(null=True)
    label = models.CharField(max_length=160)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_as = models.CharField(max_length=160, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["compound", "poll", "right"], condition=Q(ended_at__isnull=True), name="ballot_proxy_one"
            ),
            models.CheckConstraint(
                condition=Q(form="phone", giver_id__gt=0) | Q(form="paper", paper__isnull=False),
                name="ballot_proxy_written",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["compound", "poll", "agent_digest"],
                condition=Q(ended_at__isnull=True),
                name="ballot_proxy_agent",
            ),
            models.Index(fields=["agent_digest"], condition=Q(ended_at__isnull=True), name="ballot_proxy_enters"),
        ]

    def __str__(self) -> str:
        return self.agent
