"""Exports: asked for as a row, written by a task, kept for a week, and only for whoever asked."""

import logging
import tempfile
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils import timezone, translation

from audit.actions import record
from documents.actions import store_made
from documents.models import XLSX, StoredFile
from messaging.actions import queue
from oversight.models import KEPT, RETRY_AFTER, Export
from oversight.permissions import sees_figures
from oversight.queries.cases import Question, every_case, question
from oversight.queries.figures import places
from oversight.sheets import write_cases
from oversight.words import list_title, period_text
from tenancy.actor import Actor, system_actor

log = logging.getLogger(__name__)

PURPOSE = "oversight.export"
BATCH = 2000
MAX_ATTEMPTS = 3


class ExportRefused(Exception):
    """An export is not made. ``code``: not_allowed."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def request_export(*, compound_ids: Sequence[int], asked: Question, by: Actor, now: datetime) -> Export:
    """Ask for the cases behind a number as a workbook: the row first, a task writes it after the commit.

    The same asked for again while the first is being written is the first. Every compound's record says that its requests
    were taken out, by whom. Raises ExportRefused.
    """
    ids = sorted(set(compound_ids))
    if not ids or not sees_figures(by) or not set(ids) <= set(by.compound_ids):
        raise ExportRefused("not_allowed")
    given = asked.pairs()
    pending: Export | None = Export.objects.filter(
        compound_id=ids[0],
        compound_ids=ids,
        question=given,
        person_id=by.person_id,
        post_id=by.post_id,
        state=Export.State.PENDING,
    ).first()
    if pending is not None:
        return pending
    export: Export = Export.objects.create(
        compound_id=ids[0],
        compound_ids=ids,
        question=given,
        person_id=by.person_id,
        post_id=by.post_id,
        requested_at=now,
        tried_at=now,
    )
    for compound_id in ids:
        record(
            by=by,
            compound_id=compound_id,
            verb="oversight.export",
            target=f"oversight.export:{export.pk}",
            changes={"question": [None, given]},
            now=now,
        )
    _write_later(export)
    return export


def _write_later(export: Export) -> None:
    from oversight.tasks import write_export

    # robust: with the broker away the row is still there, and the sweep writes it.
    transaction.on_commit(
        partial(write_export.delay, compound_ids=list(export.compound_ids), export_id=export.pk), robust=True
    )


@transaction.atomic
def make_export(*, export_id: int, now: datetime) -> Export | None:
    """Write a pending export in the scope of its compounds; None when there is nothing to do (made, or in the making)."""
    export: Export | None = (
        Export.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
        .filter(pk=export_id, state=Export.State.PENDING)
        .first()
    )
    if export is None:
        return None
    asked = question(export.question)
    found = places(export.compound_ids)
    with tempfile.TemporaryFile() as written, translation.override("zh-hans"):
        rows = write_cases(
            every_case(compound_ids=[one.compound_id for one in found], asked=asked, now=now, batch=BATCH),
            names={one.compound_id: one.name for one in found},
            about=[
                f"{list_title(asked.of)}（{period_text(asked.period)}）",
                f"截至 {timezone.localtime(now):%Y-%m-%d %H:%M}",
                "手机号已隐去。按提交报修的日子算。",
            ],
            to=written,
        )
        export.file = store_made(
            compound_id=export.compound_id,
            by=system_actor("oversight", (export.compound_id,)),
            content=written,
            content_type=XLSX,
            name=f"报修明细（{list_title(asked.of)}）{asked.period.code}.xlsx",
            purpose=PURPOSE,
            now=now,
            target=f"oversight.export:{export.pk}",
        )
    export.rows, export.state, export.ready_at = rows, Export.State.READY, now
    export.save(update_fields=["file", "rows", "state", "ready_at"])
    queue(
        compound_id=export.compound_id,
        to=[export.person_id],
        template="oversight.export_ready",
        context={"rows": str(rows)},
        link=f"/c/{export.compound.code}/figures/exports/{export.pk}/",
        by=system_actor("oversight", (export.compound_id,)),
        now=now,
        key=f"oversight.export_ready:{export.pk}",
    )
    return export


@transaction.atomic
def nudge_exports(*, compound_id: int, now: datetime) -> list[int]:
    """Find exports whose writing was lost; count the attempt, give up after three, have the rest written again."""
    late = Export.objects.filter(compound_id=compound_id, state=Export.State.PENDING, tried_at__lt=now - RETRY_AFTER)
    late.filter(attempts__gte=MAX_ATTEMPTS - 1).update(state=Export.State.FAILED)
    again = list(late.order_by("pk"))
    for export in again:
        export.attempts, export.tried_at = export.attempts + 1, now
        export.save(update_fields=["attempts", "tried_at"])
        _write_later(export)
    return [export.pk for export in again]


@transaction.atomic
def forget_exports(*, compound_id: int, now: datetime) -> int:
    """Remove exports that are a week old with their files; returns how many. The records of them stay."""
    old = list(Export.objects.filter(compound_id=compound_id, requested_at__lt=now - KEPT))
    files = [export.file_id for export in old if export.file_id is not None]
    Export.objects.filter(compound_id=compound_id, pk__in=[export.pk for export in old]).delete()
    # The files themselves lose their rows here and are swept as orphans.
    StoredFile.objects.filter(compound_id=compound_id, pk__in=files).delete()
    return len(old)
