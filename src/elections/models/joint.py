"""Steps that no party takes alone: one asks, another agrees, and both are read by everyone."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from elections.models.polls import MAX_REASON, Poll
from tenancy.models import TenantForeignKey, TenantModel


class Joint(models.TextChoices):
    """The steps of the machine that need two parties."""

    END_EARLY = "end_early", _("提前截止")
    REOPEN = "reopen", _("重新开放投票")
    RESET = "reset", _("封存票箱、重新表决")
    ANNUL = "annul", _("作废")


class JointStep(TenantModel):
    """One such step of a poll: who asked for it and why, who of another party agreed, or that it was taken back.

    ``given`` is what the step needs besides its reason (``reopen``: the new end). Organisations are kept as numbers: the one
    that agrees is never the one that asked. What is settled is never changed.
    """

    poll: Any = TenantForeignKey(Poll, related_name="joint_steps")
    action = models.CharField(max_length=10, choices=Joint)
    reason = models.CharField(_("理由"), max_length=MAX_REASON)
    given = models.JSONField(default=dict)
    asked_at = models.DateTimeField()
    asked_party = models.CharField(max_length=20)
    asked_organisation_id = models.BigIntegerField()
    asked_person_id = models.BigIntegerField()
    asked_as = models.CharField(max_length=160)
    agreed_at = models.DateTimeField(null=True, blank=True)
    agreed_party = models.CharField(max_length=20, blank=True)
    agreed_organisation_id = models.BigIntegerField(null=True, blank=True)
    agreed_person_id = models.BigIntegerField(null=True, blank=True)
    agreed_as = models.CharField(max_length=160, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_as = models.CharField(max_length=160, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["compound", "poll"],
                condition=Q(agreed_at__isnull=True, withdrawn_at__isnull=True),
                name="poll_joint_one_open",
            ),
            models.CheckConstraint(condition=Q(action__in=sorted(Joint.values)), name="poll_joint_action"),
            models.CheckConstraint(
                condition=Q(agreed_at__isnull=True)
                | (
                    Q(withdrawn_at__isnull=True)
                    & ~Q(agreed_organisation_id=F("asked_organisation_id"))
                    & ~Q(agreed_party=F("asked_party"))
                    & ~Q(agreed_person_id=F("asked_person_id"))
                    & ~Q(agreed_as="")
                ),
                name="poll_joint_two_parties",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["compound", "poll", "asked_at"], name="poll_joint_in_order")]

    def __str__(self) -> str:
        return f"{self.get_action_display()}"
