"""What beat and the opening ask for: the head of the day, and counts."""

from celery import shared_task
from django.utils import timezone

from boxes.actions import publish_heads
from boxes.actions.counting import count, due
from boxes.queries.sweeps import compounds_with_boxes, compounds_with_openings
from tenancy.tasks import ScopedTask, SteppedTask


@shared_task(base=ScopedTask, name="boxes.sweep", across="find compounds where an opened box waits for its count")
def sweep() -> int:
    """Queue one task for each compound with something to count; returns how many."""
    found = compounds_with_openings()
    for compound_id in found:
        tend.delay(compound_id=compound_id)
    return len(found)


@shared_task(base=ScopedTask, name="boxes.tend")
def tend(*, compound_id: int) -> None:
    """Queue every count that waits in one compound."""
    for opening_id in due(compound_id=compound_id, now=timezone.now()):
        count_box.delay(compound_id=compound_id, opening_id=opening_id)


@shared_task(base=SteppedTask, name="boxes.count")
def count_box(*, compound_id: int, opening_id: int) -> str | None:
    """Count one opened box."""
    return count(compound_id=compound_id, opening_id=opening_id)


@shared_task(base=ScopedTask, name="boxes.heads_all", across="find compounds with boxes that take ballots")
def heads_all() -> int:
    """Queue one task for each compound whose boxes publish a head today; returns how many."""
    found = compounds_with_boxes()
    for compound_id in found:
        heads.delay(compound_id=compound_id)
    return len(found)


@shared_task(base=ScopedTask, name="boxes.heads")
def heads(*, compound_id: int) -> int:
    """Publish the heads of one compound."""
    return publish_heads(compound_id=compound_id)
