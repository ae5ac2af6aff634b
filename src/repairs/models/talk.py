"""What is said about a request between those who may see it."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from repairs.models.request import Request
from tenancy.models import TenantForeignKey, TenantModel


class Remark(TenantModel):
    """One remark in the conversation on a request. An internal one never reaches a resident, in any form."""

    class Visibility(models.TextChoices):
        """Who may read it."""

        SHARED = "shared", _("报修人可见")
        INTERNAL = "internal", _("内部备注")

    request: Any = TenantForeignKey(Request, related_name="remarks")
    visibility = models.CharField(max_length=8, choices=Visibility)
    text = models.CharField(_("内容"), max_length=500)
    person_id = models.BigIntegerField()
    post_id = models.BigIntegerField(null=True, blank=True)
    party = models.CharField(max_length=12)
    label = models.CharField(max_length=160)
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(visibility__in=["shared", "internal"]), name="remark_visibility_known"),
            # Whoever may not read internal ones cannot have written one.
            models.CheckConstraint(
                condition=Q(visibility="shared") | ~Q(party__in=["resident", "committee"]),
                name="remark_internal_by_staff",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["compound", "request", "at"], name="remark_line")]
