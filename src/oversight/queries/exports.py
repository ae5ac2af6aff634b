"""Reads of exports."""

from datetime import datetime

from documents.models import StoredFile
from oversight.models import KEPT, RETRY_AFTER, Export
from oversight.permissions import may_read_export
from tenancy.actor import Actor


def export_for(actor: Actor, *, compound_id: int, pk: int) -> Export | None:
    """The export with its file, if the actor may have it; absent, another's and refused are alike None. One statement."""
    found: Export | None = Export.objects.filter(compound_id=compound_id, pk=pk).select_related("file").first()
    return found if found is not None and _allowed(actor, found) else None


def may_read_file(actor: Actor, file: StoredFile) -> bool:
    """Whether a stored file is an export that the actor may have. One statement."""
    found: Export | None = Export.objects.filter(compound_id=file.compound_id, file_id=file.pk).first()
    return found is not None and _allowed(actor, found)


def _allowed(actor: Actor, export: Export) -> bool:
    return may_read_export(actor, person_id=export.person_id, post_id=export.post_id, compound_ids=export.compound_ids)


def compounds_with_lost_exports(now: datetime) -> list[int]:
    """Compounds where the writing of an export was lost. Runs across tenants."""
    lost = Export.objects.filter(state=Export.State.PENDING, tried_at__lt=now - RETRY_AFTER)
    return list(lost.order_by("compound_id").values_list("compound_id", flat=True).distinct())


def compounds_with_old_exports(now: datetime) -> list[int]:
    """Compounds with exports that are to be removed. Runs across tenants."""
    old = Export.objects.filter(requested_at__lt=now - KEPT)
    return list(old.order_by("compound_id").values_list("compound_id", flat=True).distinct())
