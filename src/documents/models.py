"""Stored files, the documents that are issued from the portal, and the public register by which a sheet is checked."""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenancy.models import Compound, TenantForeignKey, TenantModel

JPEG = "image/jpeg"
PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# The purpose of the PDFs of issued documents.
DOCUMENT_PURPOSE = "document"
# A sheet that is still pending this long after the last try was lost.
RETRY_AFTER = timedelta(minutes=1)


class StoredFile(TenantModel):
    """One file in the store, found by a random reference; who may read it is said by its purpose.

    ``path`` is its name in Django's default storage: ``c/<compound id>/<random>``. A picture is always our own JPEG and
    has a small one beside it. ``name`` is what a download is called: made by us, never the sender's. ``target`` names
    what it belongs to ("repairs.request:12"), or is empty when the owner keeps a reference to the row. ``uploaded_by`` is
    a person's id (0: the system), ``post_id`` the post that they acted from.
    """

    ref = models.CharField(max_length=32)
    path = models.CharField(max_length=80)
    content_type = models.CharField(max_length=80)
    bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    name = models.CharField(max_length=100, blank=True)
    purpose = models.CharField(max_length=40)
    target = models.CharField(max_length=80, blank=True)
    uploaded_by = models.BigIntegerField()
    post_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "ref"], name="stored_file_ref"),
            models.UniqueConstraint(fields=["compound", "path"], name="stored_file_path"),
        ]
        indexes: ClassVar = [models.Index(fields=["compound", "target", "id"], name="stored_file_target")]

    def __str__(self) -> str:
        return self.ref

    @property
    def is_picture(self) -> bool:
        """Whether it is one of our re-encoded pictures: the only kind that a browser may show in place."""
        return self.content_type == JPEG and self.width is not None

    @property
    def thumb_path(self) -> str:
        """Name of the small picture in the store."""
        return f"{self.path}-thumb"


class DocumentCounter(TenantModel):
    """The last number given, per compound, kind and year."""

    kind = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "kind", "year"], name="document_counter_one"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.year}"


class IssuedDocument(TenantModel):
    """A numbered sheet (PDF). The row comes first; a worker makes the sheet and fills in file, hash and time.

    ``kind`` names the maker in ``documents.kinds``; ``title`` is its title on that day (报修单), ``number`` is
    "2026-000123" within compound and kind. ``check_code`` is printed on the sheet; ``superseded_by`` is the newer sheet
    about the same target.
    """

    class State(models.TextChoices):
        """Where the making of the sheet stands."""

        PENDING = "pending", _("正在制作")
        READY = "ready", _("已制成")
        FAILED = "failed", _("未能制成")

    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=60)
    number = models.CharField(max_length=16)
    check_code = models.CharField(max_length=16)
    target = models.CharField(max_length=80)
    state = models.CharField(max_length=8, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField()
    failure = models.CharField(max_length=20, blank=True)
    failure_detail = models.CharField(max_length=200, blank=True)
    requested_at = models.DateTimeField()
    issued_by = models.BigIntegerField()
    post_id = models.BigIntegerField(null=True)
    post_label = models.CharField(max_length=120, blank=True)
    issued_at = models.DateTimeField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    file = TenantForeignKey(StoredFile, null=True, related_name="+")
    superseded_by = TenantForeignKey("self", null=True, related_name="+")

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compound", "kind", "number"], name="issued_document_number"),
            models.UniqueConstraint(fields=["compound", "check_code"], name="issued_document_code"),
            models.UniqueConstraint(
                fields=["compound", "kind", "target"],
                condition=models.Q(state="pending"),
                name="issued_document_one_pending",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="ready")
                | models.Q(issued_at__isnull=False, file__isnull=False, sha256__gt=""),
                name="issued_document_ready_has_file",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["compound", "kind", "target", "id"], name="issued_document_target"),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}"


class DocumentCheck(models.Model):
    """The public register: exactly what ``/v/<check code>/`` may tell anyone, and nothing else.

    Whoever checks a sheet is not signed in and has no scope, so the page reads this one table, which belongs to no
    tenant, instead of opening somebody's scope for a stranger. It holds no personal data and no reference into a
    compound's rows. It is found by the SHA-256 of the code, so the table alone gives no code away; no key goes into that
    digest, because codes stay on paper for longer than any key lives.
    """

    code_digest = models.CharField(max_length=64, primary_key=True)
    issuer = models.ForeignKey(Compound, models.PROTECT, related_name="+", db_index=False)
    title = models.CharField(max_length=60)
    number = models.CharField(max_length=16)
    issued_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)
    superseded_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.title} {self.number}"
