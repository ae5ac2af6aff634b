"""Keys with which a hotline's system acts as one post, and what it filed with them."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from open311.rules import MAX_KEY_NAME
from parties.models import Organisation, Post
from repairs.models import Request
from tenancy.models import TenantForeignKey, TenantModel


class Key(models.Model):
    """A secret that lets a system act as the post of whoever made it, for as long as that post is held.

    It belongs to no compound: like the post, it covers what the post covers on the day of each call. Only a keyed digest of
    the secret is kept; ``hint`` are its last four characters. Revoked keys stay: what was filed with them names them.
    """

    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=4)
    name = models.CharField(_("名称"), max_length=MAX_KEY_NAME)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    made_as = models.CharField(max_length=160)
    made_at = models.DateTimeField()
    revoked_as = models.CharField(max_length=160, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    # The last day on which it was used; written once a day.
    used_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Filed(TenantModel):
    """What one call filed: that the same call again files nothing, and that its answer can be asked for again.

    Clients repeat a POST whose answer they did not get, and few of those that speak Open311 send an idempotency key. So a
    call is known by its ``token`` (the header Idempotency-Key) for good, and without one by the ``digest`` of its body for
    ten minutes (``rules.SAME_WITHIN``): long enough for every retry that is known, short enough that a caller who reports
    the same again after nothing happened is heard. Rows of one key are written under a lock on the key.
    """

    key = models.ForeignKey(Key, models.PROTECT, related_name="+", db_index=False)
    token = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)
    request: Any = TenantForeignKey(Request, related_name="+")
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["compound", "key", "token"], condition=~models.Q(token=""), name="open311_filed_token"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["compound", "key", "digest", "-at"], name="open311_filed_digest")]

    def __str__(self) -> str:
        return self.token or self.digest
