"""What became of a request that a client may send twice."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenancy.models import TenantModel


class Receipt(TenantModel):
    """The answer to one keyed request, written in the transaction of its effect: they live or die together.

    ``status`` is empty until the effect is settled. A receipt that was committed without one stands for a request that
    was refused: nothing happened, so the same key may be tried again.
    """

    person_id = models.BigIntegerField()
    key = models.CharField(max_length=64)
    route = models.TextField()
    body_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    location = models.TextField(blank=True)
    body = models.JSONField(null=True)
    repeats = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        verbose_name = _("防重回执")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "person_id", "key"], name="idempotency_receipt_key"),
            models.CheckConstraint(
                condition=models.Q(key__regex=r"^[A-Za-z0-9_-]{16,64}$"), name="idempotency_receipt_key_form"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["compound", "created_at"], name="idempotency_receipt_age")]

    def __str__(self) -> str:
        return f"{self.compound_id}/{self.person_id}/{self.key}"
