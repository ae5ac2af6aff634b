"""A printed ballot from the printer to the box: its code, how it was delivered, that it came back."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from boxes.models import Box, Voice
from documents.models import StoredFile
from elections.models import Poll
from elections.models.polls import MAX_REASON
from tenancy.models import TenantForeignKey, TenantModel

CODE = 7


class Paper(TenantModel):
    """One printed ballot of one right in one round. A new one for the same right voids the one before; each code is used once.

    ``number`` is its place in the printing. ``returned_at`` is when it was put into the ballot box before witnesses: from then on
    the right is used (``boxes.models.Used``), though nobody knows what the paper says.
    """

    poll: Any = TenantForeignKey(Poll, related_name="papers")
    box: Any = TenantForeignKey(Box, related_name="papers")
    number = models.PositiveIntegerField()
    right = models.CharField(max_length=24)
    code = models.CharField(max_length=CODE)
    printed_at = models.DateTimeField()
    printed_as = models.CharField(max_length=160)
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_as = models.CharField(max_length=160, blank=True)
    voided_reason = models.CharField(_("作废原因"), max_length=MAX_REASON, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    returned_as = models.CharField(max_length=160, blank=True)
    voice = models.CharField(max_length=5, choices=Voice, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "code"], name="paper_code"),
            models.UniqueConstraint(fields=["compound", "box", "number"], name="paper_number"),
            models.UniqueConstraint(
                fields=["compound", "box", "right"], condition=Q(voided_at__isnull=True), name="paper_one_a_right"
            ),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True) | (~Q(voided_reason="") & Q(returned_at__isnull=True)),
                name="paper_voided_says_why",
            ),
            models.CheckConstraint(
                condition=Q(returned_at__isnull=True) | Q(voice__in=Voice.values), name="paper_returned_by"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Outcome(models.TextChoices):
    """What came of going to a door."""

    HANDED = "handed", _("当面交给本人")
    FAMILY = "family", _("交给同住的成年家人")
    LEFT = "left", _("留置在信箱或门口")
    ABSENT = "absent", _("家中无人")
    REFUSED = "refused", _("拒绝接收")


# With these the paper is where its owner is; the others are tries. One that was left counts with its photo, where rules allow it.
DELIVERED = (Outcome.HANDED, Outcome.FAMILY, Outcome.LEFT)


class Delivery(TenantModel):
    """One try to bring a paper to its owner: proof of delivery (送达). Never changed; another try is another row.

    ``device_at`` is the clock of the phone at the door, ``at`` the portal's when it heard of it, ``offset_seconds`` how far the
    phone was behind while it sent (None: it did not say). ``client_id`` is the phone's own name for the answer, ``digest`` the
    SHA-256 of what was sent: sent twice, it is one.
    """

    paper: Any = TenantForeignKey(Paper, related_name="deliveries")
    client_id = models.CharField(max_length=40)
    digest = models.CharField(max_length=64, blank=True, default="")
    outcome = models.CharField(_("结果"), max_length=8, choices=Outcome)
    taken_by = models.CharField(_("接收人"), max_length=60, blank=True)
    note = models.CharField(_("说明"), max_length=MAX_REASON, blank=True)
    photo: Any = TenantForeignKey(StoredFile, null=True, blank=True, related_name="+")
    device_at = models.DateTimeField()
    offset_seconds = models.IntegerField(null=True, blank=True)
    at = models.DateTimeField()
    person_id = models.BigIntegerField()
    label = models.CharField(max_length=160)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "client_id"], name="paper_delivery_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["compound", "paper", "at"], name="paper_delivery_order")]

    def __str__(self) -> str:
        return self.outcome


class DoorPhoto(TenantModel):
    """A photo that a delivery announced by its hash and that comes in a request of its own, when there is signal."""

    delivery: Any = TenantForeignKey(Delivery, related_name="photos")
    sha256 = models.CharField(max_length=64)
    bytes = models.PositiveIntegerField()
    file: Any = TenantForeignKey(StoredFile, null=True, blank=True, related_name="+")
    received_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "delivery"], name="paper_door_photo_once"),
        ]

    def __str__(self) -> str:
        return self.sha256[:8]


class Terms(TenantModel):
    """Where and when papers of a poll are handed in, and who is asked: on every printed ballot and on the owners' page.

    ``letter_box``: the sentence of the compound's rules by which a paper may be left in a letter box; empty: it may not.
    """

    poll: Any = TenantForeignKey(Poll, related_name="paper_terms")
    place = models.CharField(_("交到哪里"), max_length=120)
    hours = models.CharField(_("什么时间"), max_length=120)
    contact = models.CharField(_("问谁"), max_length=120)
    letter_box = models.CharField(_("可以留置的规则原文"), max_length=MAX_REASON, blank=True)
    set_at = models.DateTimeField()
    set_as = models.CharField(max_length=160)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["compound", "poll"], name="paper_terms_once")]

    def __str__(self) -> str:
        return self.place
