"""What happens to the requests of a worker whose post ends: they go back to the desk, which is told."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from parties.queries import holders
from repairs.actions.change import Change
from repairs.models import HELD, Request, State
from repairs.permissions import DESK
from repairs.states import MACHINE
from tenancy.actor import Actor


@transaction.atomic
def release_all(*, compound_id: int, post_id: int, by: Actor, now: datetime) -> int:
    """Take back every request that a post holds in a compound; returns how many. Safe to repeat.

    What was assigned or begun is 已受理 again, its clock runs on; what is paused stays paused and comes back to the desk. Who may
    end a post decides this, not the desk: the right is asked where the post ends.
    """
    rows = Request.objects.select_for_update(of=("self",), no_key=True).filter(
        compound_id=compound_id, worker_post=post_id, state__in=HELD
    )
    found = list(rows.order_by("pk"))
    desk = [one for one in holders(compound_id, localdate(now)) if one.party == "company" and one.role in DESK]
    for request in found:
        paused = request.state == State.PAUSED
        action = "release_paused" if paused else "release"
        target = MACHINE.target(request.state, action)
        worker = request.worker.name if request.worker is not None else ""
        change = Change(request=request, action=action, by=by, now=now, before=request.state)
        change.set(state=target, worker_id=None, worker_post=None, arrived_at=None)
        if paused:
            change.set(paused_from=State.ACCEPTED)
        change.save()
        change.tell([one.person_id for one in desk], "repairs.released", worker=worker, place=request.place_text)
    return len(found)
