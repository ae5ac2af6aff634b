"""Pictures and PDFs of a notice: added and dropped while it is written, public with the version that names them."""

from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from documents.actions import store_file, store_image
from notices.actions.approving import moved_on, opened
from notices.actions.change import Change, said
from notices.models import Attachment, Notice, State
from notices.permissions import speaks_for
from notices.refusals import BadInput, NoSuchNotice, NotPermitted, OutOfState
from notices.rules.kinds import MAX_FILES
from tenancy.actor import Actor

PURPOSE = "notices.file"
NAME = 80
_PDF = b"%PDF-"


def _open_for_files(*, compound_id: int, ref: str, by: Actor) -> Notice:
    """The notice while its attachments may change: a draft, or one that is out and has no correction under way."""
    found = opened(compound_id=compound_id, ref=ref, by=by)
    if not speaks_for(by, found):
        raise NotPermitted("not_yours")
    if found.state not in {State.DRAFT, State.PUBLISHED}:
        raise moved_on(found)
    if found.proposed_id is not None:
        raise OutOfState("correction_waits")
    return found


@transaction.atomic
def attach(*, compound_id: int, ref: str, upload: Any, name: str = "", by: Actor, now: datetime) -> Attachment:
    """Add a picture (re-encoded as our own) or a PDF (checked by its first bytes), 20 MB at most.

    Of a notice that is out it becomes public with the next correction. Raises documents.actions.FileRefused (empty,
    too_large, type, ...); refused: NoSuchNotice, NotPermitted (not_yours), OutOfState (moved_on, correction_waits),
    BadInput (too_many, too_long).
    """
    found = _open_for_files(compound_id=compound_id, ref=ref, by=by)
    if found.attachments.filter(dropped_at__isnull=True).count() >= MAX_FILES:
        raise BadInput("too_many_files", field="file", most=str(MAX_FILES))
    shown = said(name, "name", NAME)
    upload.seek(0)
    is_pdf = upload.read(len(_PDF)) == _PDF
    upload.seek(0)
    store = store_file if is_pdf else store_image
    stored = store(
        compound_id=compound_id, by=by, upload=upload, purpose=PURPOSE, target=f"notices.notice:{found.pk}", now=now
    )
    made: Attachment = Attachment.objects.create(
        compound_id=compound_id, notice=found, file=stored, name=shown or ("附件" if is_pdf else "图片"), added_at=now
    )
    change = Change(notice=found, action="attach", by=by, now=now, before=found.state)
    change.changes["file"] = [None, stored.sha256]
    change.save()
    if is_pdf:
        transaction.on_commit(partial(_draw_later, compound_id, made.pk), robust=True)
    return made


def _draw_later(compound_id: int, attachment_id: int) -> None:
    from notices.tasks import draw

    draw.delay(compound_id=compound_id, attachment_id=attachment_id)


@transaction.atomic
def detach(*, compound_id: int, ref: str, attachment_id: int, by: Actor, now: datetime) -> Notice:
    """Leave an attachment out of the next version; older ones keep it. Refused as ``attach``; dropping again is nothing."""
    found = _open_for_files(compound_id=compound_id, ref=ref, by=by)
    row: Attachment | None = found.attachments.select_related("file").filter(pk=attachment_id).first()
    if row is None:
        raise NoSuchNotice
    if row.dropped_at is None:
        row.dropped_at = now
        row.save(update_fields=["dropped_at"])
        change = Change(notice=found, action="detach", by=by, now=now, before=found.state)
        change.changes["file"] = [row.file.sha256, None]
        change.save()
    return found
