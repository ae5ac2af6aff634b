"""Reads of stored files and issued documents. All run inside the compound's scope but the public one."""

import base64
from datetime import datetime

from django.core.cache import cache
from django.core.files.storage import default_storage

from documents import access, codes, images, kinds
from documents.models import DOCUMENT_PURPOSE, RETRY_AFTER, XLSX, DocumentCheck, IssuedDocument, StoredFile
from tenancy.actor import Actor


def file_for(actor: Actor, compound_id: int, ref: str) -> StoredFile | None:
    """The file, when the actor may read it. Absent, another compound's and refused are alike None."""
    found: StoredFile | None = StoredFile.objects.filter(compound_id=compound_id, ref=ref).first()
    return found if found is not None and access.may_read(actor, found) else None


def files_of(compound_id: int, targets: list[str], *, purpose: str | None = None) -> dict[str, list[StoredFile]]:
    """The files of each target, oldest first; one statement for a whole list. The caller has checked the target."""
    found: dict[str, list[StoredFile]] = {target: [] for target in targets}
    rows = StoredFile.objects.filter(compound_id=compound_id, target__in=targets).order_by("pk")
    for row in rows if purpose is None else rows.filter(purpose=purpose):
        found[row.target].append(row)
    return found


def document_for(actor: Actor, compound_id: int, document_id: int) -> IssuedDocument | None:
    """The issued document with its file and its successor, when the actor may read it; None otherwise."""
    found: IssuedDocument | None = (
        IssuedDocument.objects.select_related("file", "superseded_by")
        .filter(compound_id=compound_id, pk=document_id)
        .first()
    )
    return found if found is not None and _allowed(actor, found) else None


def documents_of(compound_id: int, target: str) -> list[IssuedDocument]:
    """The sheets about a target, newest first. The caller has checked the target."""
    rows = IssuedDocument.objects.select_related("file").filter(compound_id=compound_id, target=target)
    return list(rows.order_by("-pk"))


def book_of(document: IssuedDocument) -> StoredFile | None:
    """The workbook beside a bundle, the newest; None where its kind has none."""
    maker = kinds.find(document.kind)
    if maker is None or maker.book is None:
        return None
    rows = StoredFile.objects.filter(
        compound_id=document.compound_id, target=f"documents.document:{document.pk}", purpose=DOCUMENT_PURPOSE,
        content_type=XLSX,
    )  # fmt: skip
    found: StoredFile | None = rows.order_by("-pk").first()
    return found


def progress_key(compound_id: int, document_id: int) -> str:
    """Under which the progress of a bundle is kept while it is made."""
    return f"documents.progress:{compound_id}:{document_id}"


def progress_of(document: IssuedDocument) -> dict[str, int]:
    """How many parts of a bundle are made: {"done", "all"}; empty where nothing is known."""
    return cache.get(progress_key(document.compound_id, document.pk)) or {}


def may_read_sheet(actor: Actor, stored_file: StoredFile) -> bool:
    """Whether the actor may read the PDF of an issued document: whoever may ask for it."""
    document: IssuedDocument | None = IssuedDocument.objects.filter(
        compound_id=stored_file.compound_id, pk=stored_file.target.rpartition(":")[2]
    ).first()
    return document is not None and _allowed(actor, document)


def _allowed(actor: Actor, document: IssuedDocument) -> bool:
    maker = kinds.find(document.kind)
    return maker is not None and maker.allowed(actor, document.target)


def checked(typed_code: str) -> DocumentCheck | None:
    """The public register's entry for a code as someone typed it. Needs no scope: the register belongs to no tenant."""
    code = codes.normalised(typed_code)
    if code is None:
        return None
    return DocumentCheck.objects.select_related("issuer").filter(code_digest=codes.digest(code)).first()


def compounds_with_late_documents(now: datetime) -> list[int]:
    """Compounds where the making of a sheet was lost. Runs in a scope of all, for the sweep."""
    late = IssuedDocument.objects.filter(state=IssuedDocument.State.PENDING, tried_at__lt=now - RETRY_AFTER)
    return list(late.order_by("compound_id").values_list("compound_id", flat=True).distinct())


def picture_data_uri(stored_file: StoredFile, *, thumb: bool = False) -> str:
    """A stored picture as ``data:image/jpeg``, for a print template (which can reach nothing outside its page)."""
    with default_storage.open(stored_file.thumb_path if thumb else stored_file.path) as content:
        return f"data:image/jpeg;base64,{base64.b64encode(content.read()).decode()}"


# How a picture gives way when it may not be as heavy: share of the side, quality.
_SMALLER = ((1.0, 70), (0.8, 60), (0.6, 55), (0.45, 45))


def print_data_uri(stored_file: StoredFile, *, side: int, most: int | None = None) -> str:
    """As ``picture_data_uri``, its longer side at most ``side`` pixels: for sheets with many pictures.

    ``most`` bytes, if given: a busy picture is made smaller and coarser until it fits, or as small as can still be read.
    """
    small = b""
    with default_storage.open(stored_file.path) as content:
        for share, quality in _SMALLER:
            content.seek(0)
            small = images.for_print(content, side=round(side * share), quality=quality)
            if most is None or len(small) <= most:
                break
    return f"data:image/jpeg;base64,{base64.b64encode(small).decode()}"
