"""How people come to a home: posters, invitations, and parents bound by a child. Who belongs to a home is ``premises``'."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.crypto import decrypt
from accounts.models import Person
from premises.models import Building, Entrance, Home, Occupancy
from tenancy.models import Compound, TenantForeignKey, TenantModel


class JoinCode(models.Model):
    """The public register of codes: what a nine-digit code stands for, and nothing else.

    Whoever scans a poster has no scope, so this one table belongs to no tenant. It is found by a keyed digest of the code
    (``accounts.crypto.digest``) and says only which compound's row to open; it holds no personal data.
    """

    class Kind(models.TextChoices):
        """What a code opens."""

        POSTER = "poster", _("海报")
        INVITATION = "invitation", _("邀请")
        PARENT = "parent", _("亲情代办")

    code_digest = models.CharField(max_length=64, primary_key=True)
    kind = models.CharField(max_length=10, choices=Kind)
    place = models.ForeignKey(Compound, models.PROTECT, related_name="+", db_index=False)
    row = models.BigIntegerField()

    def __str__(self) -> str:
        return self.kind


class Poster(TenantModel):
    """The code that hangs at a building or an entrance. A replaced one stays, so that its paper can say so.

    ``made_by`` and ``replaced_by`` are people's ids (0: the system), ``…_as`` the post that they acted from.
    """

    building: Any = TenantForeignKey(Building, related_name="+")
    entrance: Any = TenantForeignKey(Entrance, null=True, blank=True, related_name="+")
    code = models.CharField(_("短码"), max_length=9)
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField()
    made_as = models.CharField(max_length=120)
    replaced_at = models.DateTimeField(null=True, blank=True)
    replaced_by = models.BigIntegerField(null=True, blank=True)
    replaced_as = models.CharField(max_length=120, blank=True)
    replace_reason = models.CharField(_("更换原因"), max_length=200, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "code"], name="poster_code"),
            models.UniqueConstraint(
                fields=["compound", "building", "entrance"],
                condition=Q(replaced_at__isnull=True),
                nulls_distinct=False,
                name="poster_one_current",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Invitation(TenantModel):
    """A one-time code by which someone of a home lets in family or a tenant."""

    home: Any = TenantForeignKey(Home, related_name="+")
    # The link of whoever invites: what they are, and until when, bounds what they may give.
    inviter: Any = TenantForeignKey(Occupancy, related_name="+")
    relation = models.CharField(_("身份"), max_length=10, choices=Occupancy.Relation)
    ends = models.DateField(_("住到哪天"), null=True, blank=True)
    code_cipher = models.TextField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(relation="owner"), name="invitation_never_owner"),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(used_by__isnull=False), name="invitation_used_by_someone"
            ),
        ]

    def __str__(self) -> str:
        return self.relation

    @property
    def code(self) -> str:
        """The code, decrypted: for whoever made it, while it can still be used."""
        return decrypt(self.code_cipher)


class ParentCode(TenantModel):
    """A parent's one-time code for 亲情代办: making it is the parent's consent, and says how it was given."""

    class How(models.TextChoices):
        """How the parent agreed."""

        PHONE = "phone", _("本人在手机上同意")
        PAPER = "paper", _("本人当面签字同意")

    parent = models.ForeignKey(Person, models.PROTECT, related_name="+")
    how = models.CharField(max_length=5, choices=How)
    code_cipher = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField()
    made_as = models.CharField(max_length=120)
    made_post = models.BigIntegerField(null=True, blank=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [models.Index(fields=["compound", "parent"], name="parent_code_parent")]

    def __str__(self) -> str:
        return self.how

    @property
    def code(self) -> str:
        """The code, decrypted: for the parent's own page and for the paper that is handed to them."""
        return decrypt(self.code_cipher)


class Bond(TenantModel):
    """A child who acts for a parent in a compound (亲情代办), from when to when, and how the parent agreed.

    It gives nothing by itself: the child acts only while the parent is a confirmed resident there.
    """

    parent = models.ForeignKey(Person, models.PROTECT, related_name="+")
    child = models.ForeignKey(Person, models.PROTECT, related_name="+")
    how = models.CharField(max_length=5, choices=ParentCode.How)
    consented_at = models.DateTimeField()
    consented_as = models.CharField(max_length=120)
    bound_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    ended_as = models.CharField(max_length=120, blank=True)
    end_reason = models.CharField(max_length=200, blank=True)

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["compound", "parent"], name="bond_compound_parent"),
            # Read before any scope exists, through the entry policy: for whom does this person act, and where.
            models.Index(fields=["child"], name="bond_child"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["compound", "parent", "child"], condition=Q(ended_at__isnull=True), name="bond_once"
            ),
            models.CheckConstraint(condition=~Q(parent=F("child")), name="bond_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.parent_id} {self.child_id}"
