"""Taking files in, and issuing documents.

A file is written to the store under a fresh random name *before* its row is committed: a row therefore always has its
file. When the transaction is rolled back, or the process dies, the file stays without a row: nothing leads to it, and
``sweep_orphans`` removes it a day later (docs/decisions/stored-files.md).
"""

import hashlib
import secrets
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from os import SEEK_END
from typing import Any, BinaryIO, Final

from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from audit import actions as audit
from documents import access, codes, images, kinds, pdf, qr
from documents.digests import hash_of
from documents.images import FileRefused
from documents.models import (
    DOCUMENT_PURPOSE,
    JPEG,
    PDF,
    RETRY_AFTER,
    XLSX,
    DocumentCheck,
    DocumentCounter,
    IssuedDocument,
    StoredFile,
)
from documents.queries import progress_key
from tenancy.actor import Actor, system_actor
from tenancy.models import Compound

__all__ = [
    "DocumentRefused",
    "FileRefused",
    "Kept",
    "TargetGone",
    "keep_apart",
    "make_document",
    "nudge_pending",
    "request_document",
    "retire_documents",
    "retry_document",
    "store_file",
    "store_image",
    "store_made",
    "sweep_apart",
    "sweep_orphans",
]

MAX_ATTEMPTS: Final = 5
ORPHAN_AFTER: Final = timedelta(days=1)
PROGRESS_KEPT: Final = 3600
_TYPES: Final = {PDF: b"%PDF-"}
_TYPE_NAMES: Final = {PDF: "pdf"}


class DocumentRefused(Exception):
    """A document is not issued. ``code``: unknown_kind, not_allowed, not_failed."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class TargetGone(Exception):
    """What the sheet is about is not there any more. Raised by makers' context getters."""


# --- files ------------------------------------------------------------------------------------------------------------
@transaction.atomic
def store_image(
    *,
    compound_id: int,
    by: Actor,
    upload: Any,
    purpose: str,
    now: datetime,
    target: str = "",
    picture: images.Picture | None = None,
) -> StoredFile:
    """Take a picture in (JPEG, PNG, WebP, HEIC; at most 20 MB and 24 megapixels) as our own JPEG and a small one.

    ``picture``: what ``images.take_in`` made of the upload already, for whoever decodes before taking a lock.

    ``upload`` has ``size``, ``read`` and ``seek`` (Django's UploadedFile). ``target`` may stay empty when the owner keeps
    a reference to the row instead. Writes no audit entry: the owner's action does, which also knows what the picture is
    for (and decoding must not happen under the chain's lock). Raises FileRefused (see ``documents.images``).
    """
    _known(purpose)
    picture = picture or images.take_in(upload)
    path = _fresh_path(compound_id)
    _write(path, ContentFile(picture.jpeg))
    _write(f"{path}-thumb", ContentFile(picture.thumb))
    return _record(
        compound_id=compound_id, by=by, now=now, path=path, content_type=JPEG, bytes=len(picture.jpeg),
        sha256=picture.sha256, width=picture.width, height=picture.height, purpose=purpose, target=target,
    )  # fmt: skip


@transaction.atomic
def store_file(
    *,
    compound_id: int,
    by: Actor,
    upload: Any,
    purpose: str,
    now: datetime,
    target: str = "",
    content_type: str = PDF,
) -> StoredFile:
    """Keep a file as it is, to be served as a download only. At most 20 MB, and it must begin as its type does.

    Only PDF for now. The sender's name for it is not kept. Raises FileRefused (empty, too_large, type).
    """
    _known(purpose)
    images.check_size(upload)
    upload.seek(0)
    # Some writers put a line before the mark; readers accept it within the first kilobyte, but so do they HTML: we do not.
    if not upload.read(8).startswith(_TYPES[content_type]):
        raise FileRefused("type")
    upload.seek(0)
    digest = hash_of(upload)
    path = _fresh_path(compound_id)
    _write(path, upload if isinstance(upload, File) else File(upload))
    return _record(
        compound_id=compound_id, by=by, now=now, path=path, content_type=content_type, bytes=upload.size,
        sha256=digest, purpose=purpose, target=target,
    )  # fmt: skip


@transaction.atomic
def store_made(
    *,
    compound_id: int,
    by: Actor,
    content: BinaryIO,
    content_type: str,
    name: str,
    purpose: str,
    now: datetime,
    target: str = "",
) -> StoredFile:
    """Keep a file that the portal itself has made (a workbook), read block by block; a download is called ``name``."""
    _known(purpose)
    digest = hash_of(content)
    size = content.seek(0, SEEK_END)
    content.seek(0)
    path = _fresh_path(compound_id)
    _write(path, File(content))
    return _record(
        compound_id=compound_id, by=by, now=now, path=path, content_type=content_type, bytes=size,
        sha256=digest, name=name[:100], purpose=purpose, target=target,
    )  # fmt: skip


@transaction.atomic
def copy_image(*, compound_id: int, by: Actor, stored: StoredFile, purpose: str, now: datetime) -> StoredFile:
    """One of our pictures once more, for another purpose: who may read it then goes by that one. Nothing is decoded again."""
    _known(purpose)
    path = _fresh_path(compound_id)
    for old, new in ((stored.path, path), (stored.thumb_path, f"{path}-thumb")):
        with default_storage.open(old) as content:
            _write(new, content)
    return _record(
        compound_id=compound_id, by=by, now=now, path=path, content_type=stored.content_type, bytes=stored.bytes,
        sha256=stored.sha256, width=stored.width, height=stored.height, purpose=purpose,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """A file in the store that no row of ours knows: whoever asked for it keeps these."""

    ref: str
    path: str
    content_type: str
    sha256: str
    sides: str


def keep_apart(*, folder: str, upload: Any) -> Kept:
    """Take a picture or a PDF in for rows that belong to no compound; the caller keeps its path and guards it.

    The same gate as for others: a picture becomes our own JPEG, a PDF must begin as one, at most 20 MB. ``sides`` is
    "1600x1200" for a picture, else empty. What a rolled-back transaction leaves, ``sweep_apart`` removes. Raises FileRefused.
    """
    images.check_size(upload)
    upload.seek(0)
    is_pdf = upload.read(8).startswith(_TYPES[PDF])
    upload.seek(0)
    path, ref = f"{folder}/{secrets.token_hex(16)}", secrets.token_urlsafe(16)
    if not is_pdf:
        picture = images.take_in(upload)
        _write(path, ContentFile(picture.jpeg))
        _write(f"{path}-thumb", ContentFile(picture.thumb))
        return Kept(ref, path, JPEG, picture.sha256, f"{picture.width}x{picture.height}")
    digest = hash_of(upload)
    _write(path, upload if isinstance(upload, File) else File(upload))
    return Kept(ref, path, PDF, digest, "")


def _known(purpose: str) -> None:
    if not access.is_known(purpose):
        raise ValueError(f"No app answers for files of the purpose {purpose}: documents.access.register it.")


def _fresh_path(compound_id: int) -> str:
    return f"c/{compound_id}/{secrets.token_hex(16)}"


def _write(path: str, content: File[Any]) -> None:
    """Write to the store. A store that picks another name would break the row's claim to it."""
    if default_storage.save(path, content) != path:
        raise OSError("The store did not keep the file's name.")


def _record(*, compound_id: int, by: Actor, now: datetime, **fields: Any) -> StoredFile:
    stored: StoredFile = StoredFile.objects.create(
        compound_id=compound_id,
        ref=secrets.token_urlsafe(16),
        uploaded_by=by.person_id,
        post_id=by.post_id,
        created_at=now,
        **fields,
    )
    return stored


def sweep_orphans(*, compound_id: int, now: datetime) -> int:
    """Remove what a rolled-back transaction or a crash left in the store; return how many files went.

    A file younger than a day stays: a running transaction has not committed its row yet. Safe to repeat.
    """

    def known(paths: set[str]) -> set[str]:
        rows = StoredFile.objects.filter(compound_id=compound_id, path__in=paths)
        return set(rows.values_list("path", flat=True))

    return sweep_apart(folder=f"c/{compound_id}", known=known, now=now)


def sweep_apart(*, folder: str, known: Callable[[set[str]], set[str]], now: datetime) -> int:
    """Remove the files of a folder that are older than a day and of which ``known(paths)`` knows no row."""
    try:
        names = default_storage.listdir(folder)[1]
    except FileNotFoundError:
        return 0
    removed = 0
    for start in range(0, len(names), 1000):
        batch = [f"{folder}/{name}" for name in names[start : start + 1000]]
        kept = known({path.removesuffix("-thumb") for path in batch})
        for path in batch:
            if path.removesuffix("-thumb") in kept:
                continue
            if default_storage.get_modified_time(path) < now - ORPHAN_AFTER:
                default_storage.delete(path)
                removed += 1
    return removed


# --- issued documents -------------------------------------------------------------------------------------------------
@transaction.atomic
def request_document(*, compound_id: int, by: Actor, kind: str, target: str, now: datetime) -> IssuedDocument:
    """Ask for a numbered sheet: the row first, a worker makes it after the commit.

    The same sheet asked for again while the first is being made is the first. The number is the next of compound, kind
    and year, and is kept whatever becomes of the sheet. Raises DocumentRefused (unknown_kind, not_allowed).
    """
    maker = kinds.find(kind)
    if maker is None:
        raise DocumentRefused("unknown_kind")
    if not maker.allowed(by, target):
        raise DocumentRefused("not_allowed")
    year = timezone.localtime(now).year
    DocumentCounter.objects.bulk_create(
        [DocumentCounter(compound_id=compound_id, kind=kind, year=year, last=0)], ignore_conflicts=True
    )
    # The counter's lock puts two requests for the same sheet in a row, so the second finds the first.
    counter = DocumentCounter.objects.select_for_update(no_key=True).get(compound_id=compound_id, kind=kind, year=year)
    pending: IssuedDocument | None = IssuedDocument.objects.filter(
        compound_id=compound_id, kind=kind, target=target, state=IssuedDocument.State.PENDING
    ).first()
    if pending is not None:
        return pending
    counter.last += 1
    counter.save(update_fields=["last"])
    document: IssuedDocument = IssuedDocument.objects.create(
        compound_id=compound_id,
        kind=kind,
        title=maker.title,
        number=f"{year}-{counter.last:06d}",
        check_code=codes.new_code(),
        target=target,
        tried_at=now,
        requested_at=now,
        issued_by=by.person_id,
        post_id=by.post_id,
        post_label=by.label[:120],
    )
    audit.record(
        by=by,
        compound_id=compound_id,
        verb="documents.request",
        target=f"documents.document:{document.pk}",
        changes={"number": [None, document.number], "about": [None, f"{kind} {target}"]},
        now=now,
    )
    _make_later(document)
    return document


@transaction.atomic
def retry_document(*, compound_id: int, by: Actor, document_id: int, now: datetime) -> IssuedDocument:
    """Try a failed sheet again, with the number that it has. Raises DocumentRefused (not_allowed, not_failed)."""
    document: IssuedDocument | None = (
        IssuedDocument.objects.select_for_update(of=("self",), no_key=True)
        .filter(compound_id=compound_id, pk=document_id)
        .first()
    )
    maker = kinds.find(document.kind) if document is not None else None
    if document is None or maker is None or not maker.allowed(by, document.target):
        raise DocumentRefused("not_allowed")
    again = IssuedDocument.objects.filter(
        compound_id=compound_id, kind=document.kind, target=document.target, state=IssuedDocument.State.PENDING
    )
    if document.state != IssuedDocument.State.FAILED or again.exists():
        raise DocumentRefused("not_failed")
    document.state = IssuedDocument.State.PENDING
    document.attempts = 0
    document.tried_at = now
    document.failure = document.failure_detail = ""
    document.save(update_fields=["state", "attempts", "tried_at", "failure", "failure_detail"])
    audit.record(
        by=by,
        compound_id=compound_id,
        verb="documents.retry",
        target=f"documents.document:{document.pk}",
        changes={"state": ["failed", "pending"]},
        now=now,
    )
    _make_later(document)
    return document


@transaction.atomic
def retire_documents(*, compound_id: int, kind: str, target: str, now: datetime) -> int:
    """Say in the public register that the sheets about a target are not current any more; returns how many were.

    For what was replaced or withdrawn before a newer sheet was printed. The owner's action writes the audit entry.
    """
    made = IssuedDocument.objects.filter(
        compound_id=compound_id, kind=kind, target=target, state=IssuedDocument.State.READY
    )
    digests = [codes.digest(code) for code in made.values_list("check_code", flat=True)]
    checks = DocumentCheck.objects.filter(code_digest__in=digests, superseded_at__isnull=True)
    return checks.update(superseded_at=now) if digests else 0


def _make_later(document: IssuedDocument) -> None:
    from documents.tasks import make_document as task

    # robust: with the broker away the row is still there, and the sweep makes the sheet.
    transaction.on_commit(partial(task.delay, compound_id=document.compound_id, document_id=document.pk), robust=True)


@dataclass(frozen=True, slots=True)
class _Failure:
    code: str
    detail: str = ""


@transaction.atomic
def make_document(*, compound_id: int, document_id: int, now: datetime) -> IssuedDocument | None:
    """Make a pending sheet and publish it in the register; None when there is nothing to do (made, or in the making).

    A sheet that cannot be printed ends as failed with its reason. Any other error leaves the row pending: the sweep
    counts attempts and gives up after five.
    """
    document: IssuedDocument | None = (
        IssuedDocument.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
        .filter(compound_id=compound_id, pk=document_id, state=IssuedDocument.State.PENDING)
        .first()
    )
    if document is None:
        return None
    made = _print(document, now)
    if isinstance(made, _Failure):
        document.state = IssuedDocument.State.FAILED
        document.failure, document.failure_detail = made.code, made.detail[:200]
        document.save(update_fields=["state", "failure", "failure_detail"])
        return document
    _issue(document, made, now)
    return document


def _print(document: IssuedDocument, now: datetime) -> bytes | _Failure:
    maker = kinds.find(document.kind)
    if maker is None:
        return _Failure("unknown_kind")
    try:
        with transaction.atomic():
            given = maker.context_getter(compound_id=document.compound_id, target=document.target)
        context = {**given, **sheet_context(document)}
        if maker.parts is None:
            return pdf.render(maker.template, context, now=now)
        return _bind(document, maker, maker.parts, context, now)
    except TargetGone:
        return _Failure("gone")
    except pdf.MissingGlyph as lacking:
        return _Failure("glyph", "、".join(pdf.characters(lacking.characters)))


def _bind(
    document: IssuedDocument, maker: kinds.Kind, parts: kinds.PartsGetter, context: dict[str, Any], now: datetime
) -> bytes:
    named = parts(compound_id=document.compound_id, target=document.target)
    made = pdf.bind(maker.template, context, named, now=now, told=partial(_progress, document))
    if maker.book is not None:
        _keep_book(document, maker.book, now)
    return made


def _progress(document: IssuedDocument, done: int, whole: int) -> None:
    """Where whoever waits can see it: the row itself is locked until the sheet is there."""
    cache.set(progress_key(document.compound_id, document.pk), {"done": done, "all": whole}, PROGRESS_KEPT)


def _keep_book(document: IssuedDocument, write: kinds.BookWriter, now: datetime) -> None:
    with tempfile.TemporaryFile() as written:
        write(compound_id=document.compound_id, target=document.target, to=written)
        store_made(
            compound_id=document.compound_id, by=system_actor("documents", (document.compound_id,)), content=written,
            content_type=XLSX, name=f"{document.title} {document.number}.xlsx", purpose=DOCUMENT_PURPOSE, now=now,
            target=f"documents.document:{document.pk}",
        )  # fmt: skip


def sheet_context(document: IssuedDocument) -> dict[str, Any]:
    """What ``print_base.html`` needs: the document, its compound, its check code and QR."""
    check_url = f"{settings.PUBLIC_URL}/v/{document.check_code}/"
    return {
        "document": document,
        "compound": Compound.objects.get(pk=document.compound_id),
        "check_code": codes.grouped(document.check_code),
        "check_page": f"{settings.PUBLIC_URL}/v/",
        "check_qr": qr.svg_data_uri(check_url),
    }


def _issue(document: IssuedDocument, made: bytes, now: datetime) -> None:
    """Keep the sheet, mark older ones about the same target as superseded, and enter it in the public register."""
    system = system_actor("documents", (document.compound_id,))
    path = _fresh_path(document.compound_id)
    _write(path, ContentFile(made))
    document.file = StoredFile.objects.create(
        compound_id=document.compound_id,
        ref=secrets.token_urlsafe(16),
        path=path,
        content_type=PDF,
        bytes=len(made),
        sha256=hashlib.sha256(made).hexdigest(),
        name=f"{document.title} {document.number}.pdf",
        purpose=DOCUMENT_PURPOSE,
        target=f"documents.document:{document.pk}",
        uploaded_by=document.issued_by,
        post_id=document.post_id,
        created_at=now,
    )
    document.sha256 = document.file.sha256
    document.state = IssuedDocument.State.READY
    document.issued_at = now
    document.save(update_fields=["file", "sha256", "state", "issued_at"])
    older = IssuedDocument.objects.filter(
        compound_id=document.compound_id,
        kind=document.kind,
        target=document.target,
        state=IssuedDocument.State.READY,
        superseded_by__isnull=True,
    ).exclude(pk=document.pk)
    old_codes = list(older.values_list("check_code", flat=True))
    older.update(superseded_by=document)
    if old_codes:
        DocumentCheck.objects.filter(
            code_digest__in=[codes.digest(code) for code in old_codes], superseded_at__isnull=True
        ).update(superseded_at=now)
    DocumentCheck.objects.create(
        code_digest=codes.digest(document.check_code),
        issuer_id=document.compound_id,
        title=document.title,
        number=document.number,
        issued_at=now,
        sha256=document.sha256,
    )
    audit.record(
        by=system,
        compound_id=document.compound_id,
        verb="documents.issue",
        target=f"documents.document:{document.pk}",
        changes={"state": ["pending", "ready"], "sha256": [None, document.sha256]},
        now=now,
    )


@transaction.atomic
def nudge_pending(*, compound_id: int, now: datetime) -> list[int]:
    """Find sheets whose making was lost; count the attempt, give up after five, have the rest made again.

    The attempt is committed before the making starts, so a sheet that kills its worker is given up too. Returns the ids
    that were sent to be made.
    """
    late = IssuedDocument.objects.filter(
        compound_id=compound_id, state=IssuedDocument.State.PENDING, tried_at__lt=now - RETRY_AFTER
    )
    late.filter(attempts__gte=MAX_ATTEMPTS - 1).update(state=IssuedDocument.State.FAILED, failure="error")
    ids = list(late.order_by("pk").values_list("pk", flat=True)[:200])
    waiting = IssuedDocument.objects.filter(compound_id=compound_id, pk__in=ids)
    waiting.update(attempts=F("attempts") + 1, tried_at=now)
    for document in waiting:
        _make_later(document)
    return ids
