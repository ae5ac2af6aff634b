"""What beat asks for: let out, take down and tell what is due. One task a compound."""

from celery import shared_task
from django.utils import timezone

from notices.actions.papers import draw_pages
from notices.actions.publishing import expire_due, publish_due
from notices.actions.telling import tell_due
from notices.queries import DRAW_AGAIN, compounds_with_work, papers_to_draw
from tenancy.tasks import ScopedTask, SteppedTask


@shared_task(base=ScopedTask, name="notices.sweep", across="find compounds where a notice is due")
def sweep() -> int:
    """Queue one task for each compound with something to do; returns how many."""
    found = compounds_with_work(timezone.now())
    for compound_id in found:
        tend.delay(compound_id=compound_id)
    return len(found)


@shared_task(base=ScopedTask, name="notices.tend")
def tend(*, compound_id: int) -> None:
    """Do what is due in one compound."""
    now = timezone.now()
    expire_due(compound_id=compound_id, now=now)
    publish_due(compound_id=compound_id, now=now)
    tell_due(compound_id=compound_id, now=now)
    for attachment_id in papers_to_draw(compound_id, now - DRAW_AGAIN):
        draw.delay(compound_id=compound_id, attachment_id=attachment_id)


@shared_task(base=SteppedTask, name="notices.draw")
def draw(*, compound_id: int, attachment_id: int) -> int | None:
    """Draw the pages of one PDF."""
    return draw_pages(compound_id=compound_id, attachment_id=attachment_id, now=timezone.now())


@shared_task(base=ScopedTask, name="notices.tell")
def tell_in(*, compound_id: int) -> int:
    """Tell what is not told yet in one compound."""
    return tell_due(compound_id=compound_id, now=timezone.now())
