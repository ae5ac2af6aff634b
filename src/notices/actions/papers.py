"""The pages of attached PDFs as pictures, to be read on a phone: drawn once a file, by a worker."""

import logging
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F

from documents.actions import FileRefused, store_image
from documents.models import PDF
from notices import drawing
from notices.models import Attachment, Page
from notices.queries import MOST_TRIES
from tenancy.actor import system_actor
from tenancy.scope import scope

log = logging.getLogger(__name__)
PURPOSE = "notices.page"
MOST_PAGES = 10
PATIENCE = 90  # seconds


def draw_pages(*, compound_id: int, attachment_id: int, now: datetime) -> int | None:
    """Draw the pages of a PDF; returns how many it has, 0 for one that cannot be drawn, None when there is nothing to do.

    Three steps, so that nothing is locked while it draws. May be repeated: who comes second finds it done. A file that kills
    the drawing three times is given up; it can be downloaded all the same.
    """
    with scope(compound_id):
        found = _taken(compound_id, attachment_id)
        if found is None:
            return None
        with default_storage.open(found.file.path) as content:
            source = content.read()
    total, pages = drawn(source)
    with scope(compound_id), transaction.atomic():
        row: Attachment | None = (
            Attachment.objects.select_for_update(of=("self",), no_key=True)
            .filter(compound_id=compound_id, pk=attachment_id, pages__isnull=True)
            .first()
        )
        if row is None or (not total and row.tries < MOST_TRIES):
            return None
        try:
            _keep(row, pages, now)
        except FileRefused:
            total = 0
        row.pages = total
        row.save(update_fields=["pages"])
        return total


def _taken(compound_id: int, attachment_id: int) -> Attachment | None:
    rows = Attachment.objects.filter(
        compound_id=compound_id, pk=attachment_id, pages__isnull=True, file__content_type=PDF, tries__lt=MOST_TRIES
    )
    found: Attachment | None = rows.select_related("file").first()
    if found is not None:
        Attachment.objects.filter(compound_id=compound_id, pk=found.pk).update(tries=F("tries") + 1)
    return found


def _keep(row: Attachment, pages: list[bytes], now: datetime) -> None:
    by = system_actor("notices", (row.compound_id,))
    with transaction.atomic():
        for number, picture in enumerate(pages, start=1):
            stored = store_image(
                compound_id=row.compound_id,
                by=by,
                upload=ContentFile(picture),
                purpose=PURPOSE,
                target=f"notices.attachment:{row.pk}",
                now=now,
            )
            Page.objects.create(compound_id=row.compound_id, attachment=row, number=number, file=stored)


def drawn(source: bytes, *, most: int = MOST_PAGES) -> tuple[int, list[bytes]]:
    """How many pages there are and the first as JPEGs; (0, []) for a file that cannot be drawn."""
    with tempfile.TemporaryDirectory(prefix="gongzhi-pages-") as folder:
        paper = Path(folder) / "in.pdf"
        paper.write_bytes(source)
        # Our own script and our own arguments; the file is only read.
        command = [sys.executable, "-I", drawing.__file__, str(paper), folder, str(most)]
        try:
            said = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=True)  # noqa: S603
        except (subprocess.SubprocessError, OSError) as error:
            log.info("A PDF could not be drawn: %s", type(error).__name__)
            return 0, []
        total = int(said.stdout or b"0")
        return total, [path.read_bytes() for path in sorted(Path(folder).glob("*.jpg"))]
