"""What beat asks for: count what has changed; write exports that a crash left. The sweeps find, one task a compound works."""

from typing import Any

from celery import Task, shared_task
from django.utils import timezone

from oversight.actions import counting, exporting
from oversight.queries import exports, figures
from tenancy.scope import ScopeError, scope
from tenancy.tasks import ScopedTask


class SeveralTask(ScopedTask):
    """A task about several compounds names them all: ``task.delay(compound_ids=[7, 8], ...)`` runs inside their scope."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Open the scope, then run."""
        if not kwargs.get("compound_ids"):
            raise ScopeError(f"Task {self.name} was called without compound_ids.")
        with scope(kwargs["compound_ids"]):
            return Task.__call__(self, *args, **kwargs)


@shared_task(base=ScopedTask, name="oversight.sweep", across="find the compounds whose figures have to be counted anew")
def sweep() -> int:
    """Queue one task for each compound with something to count; returns how many."""
    found = figures.compounds_to_count(timezone.now())
    for compound_id in found:
        count_compound.delay(compound_id=compound_id)
    return len(found)


@shared_task(base=ScopedTask, name="oversight.count")
def count_compound(*, compound_id: int) -> int:
    """Count what has changed in one compound."""
    return counting.count_anew(compound_id=compound_id, now=timezone.now())


@shared_task(base=SeveralTask, name="oversight.write_export")
def write_export(*, compound_ids: list[int], export_id: int) -> None:  # noqa: ARG001  read by the base class
    """Write one export."""
    exporting.make_export(export_id=export_id, now=timezone.now())


@shared_task(base=ScopedTask, name="oversight.sweep_exports", across="find exports whose writing was lost")
def sweep_exports() -> None:
    """Queue one task for each compound in which an export was lost."""
    for compound_id in exports.compounds_with_lost_exports(timezone.now()):
        nudge_exports.delay(compound_id=compound_id)


@shared_task(base=ScopedTask, name="oversight.nudge_exports")
def nudge_exports(*, compound_id: int) -> None:
    """Write again what was lost in one compound."""
    exporting.nudge_exports(compound_id=compound_id, now=timezone.now())


@shared_task(base=ScopedTask, name="oversight.forget_all", across="find exports that were kept for a week")
def forget_all() -> None:
    """Once a night: one task a compound."""
    for compound_id in exports.compounds_with_old_exports(timezone.now()):
        forget_exports.delay(compound_id=compound_id)


@shared_task(base=ScopedTask, name="oversight.forget_exports")
def forget_exports(*, compound_id: int) -> None:
    """Remove the old exports of one compound."""
    exporting.forget_exports(compound_id=compound_id, now=timezone.now())
