"""The screens that hang in the halls of a compound."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from premises.models import Building, Entrance
from screens.rules import MAX_NAME
from tenancy.models import TenantForeignKey, TenantModel


class Orientation(models.TextChoices):
    """How the picture stands. ``turned``: for a device that cannot turn it by itself."""

    LANDSCAPE = "landscape", _("横屏")
    PORTRAIT = "portrait", _("竖屏")
    TURNED = "turned", _("竖屏，画面转 90 度")


class Screen(TenantModel):
    """One screen: whoever has its address sees its board, without signing in, until it is revoked.

    With a building, or an entrance of it, it shows beside what is for everyone what is meant for that place. Only a keyed
    digest of its token is kept (``accounts.crypto.digest``); ``hint`` are its last four signs. ``seen_at``: when it last
    asked. Revoked ones stay.
    """

    name = models.CharField(_("名称"), max_length=MAX_NAME)
    building: Any = TenantForeignKey(Building, null=True, blank=True, related_name="+")
    entrance: Any = TenantForeignKey(Entrance, null=True, blank=True, related_name="+")
    orientation = models.CharField(_("画面方向"), max_length=10, choices=Orientation, default=Orientation.LANDSCAPE)
    sound = models.BooleanField(_("紧急时响铃"), default=False)
    digest = models.CharField(max_length=64)
    hint = models.CharField(max_length=4)
    made_at = models.DateTimeField()
    made_as = models.CharField(max_length=160)
    seen_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_as = models.CharField(max_length=160, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "digest"], name="screen_digest"),
            models.CheckConstraint(
                condition=Q(entrance__isnull=True) | Q(building__isnull=False), name="screen_entrance_in_building"
            ),
            models.CheckConstraint(
                condition=Q(orientation__in=["landscape", "portrait", "turned"]), name="screen_orientation_known"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | ~Q(revoked_as=""), name="screen_revoked_by_someone"
            ),
        ]

    def __str__(self) -> str:
        return self.name
