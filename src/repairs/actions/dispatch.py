"""What the firm's desk does: accept, assign, reassign, return."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from parties.queries import Holder, holders
from repairs.actions.change import Change, begin, followers, responded, stop_clock
from repairs.models import Request
from repairs.refusals import BadInput
from tenancy.actor import Actor


@transaction.atomic
def accept(*, compound_id: int, ref: str, by: Actor, now: datetime) -> Request:
    """Accept a request (受理): the firm has it and has answered."""
    change = begin(compound_id=compound_id, ref=ref, action="accept", by=by, now=now)
    responded(change)
    request = change.save()
    change.tell(request.askers, "repairs.accepted")
    return request


@transaction.atomic
def assign(*, compound_id: int, ref: str, worker_post: int, by: Actor, now: datetime) -> Request:
    """Assign a request to a worker's post (派工). Assigning one that was only submitted accepts it too."""
    change = begin(compound_id=compound_id, ref=ref, action="assign", by=by, now=now)
    worker = _worker(compound_id, worker_post, now)
    responded(change)
    return _give(change, worker)


@transaction.atomic
def reassign(*, compound_id: int, ref: str, worker_post: int, reason: str, by: Actor, now: datetime) -> Request:
    """Give an assigned request to another worker (转派), saying why; the first one is told."""
    if not reason.strip():
        raise BadInput("say_why", field="reason")
    change = begin(compound_id=compound_id, ref=ref, action="reassign", by=by, now=now, note=reason.strip()[:500])
    worker = _worker(compound_id, worker_post, now)
    if worker.post_id == change.request.worker_post:
        raise BadInput("same_worker", field="worker")
    before = change.request.worker_id
    request = _give(change, worker)
    change.tell([before or 0], "repairs.taken_away", reason=reason.strip())
    return request


@transaction.atomic
def return_(*, compound_id: int, ref: str, reason: str, receiver: str, by: Actor, now: datetime) -> Request:
    """Return a request that is not the firm's (退回): the reason and who is to take it are both required.

    The community is told, because a returned request must not fall between two parties.
    """
    if not reason.strip():
        raise BadInput("say_why", field="reason")
    if not receiver.strip():
        raise BadInput("say_who", field="receiver")
    change = begin(compound_id=compound_id, ref=ref, action="return", by=by, now=now, note=reason.strip()[:500])
    responded(change)
    change.set(
        returned_to=receiver.strip()[:80],
        closed_reason=reason.strip()[:500],
        closed_at=now,
        worker_id=None,
        worker_post=None,
    )
    stop_clock(change)
    request = change.save()
    change.tell(
        [*request.askers, *followers(request)], "repairs.returned", reason=reason.strip(), receiver=request.returned_to
    )
    community = [h.person_id for h in holders(compound_id, localdate(now)) if h.party == "community"]
    change.tell(community, "repairs.returned_seen", reason=reason.strip(), receiver=request.returned_to)
    return request


@transaction.atomic
def force_close(*, compound_id: int, ref: str, reason: str, by: Actor, now: datetime) -> Request:
    """Close a request without the filer's word (强制结单), saying why: recorded apart, and the community is told.

    The filer may reopen it for seven days.
    """
    why = reason.strip()[:500]
    if not why:
        raise BadInput("say_why", field="reason")
    change = begin(compound_id=compound_id, ref=ref, action="force_close", by=by, now=now, note=why)
    change.set(closed_at=now, closed_reason=why)
    stop_clock(change)
    request = change.save()
    people = holders(compound_id, localdate(now))
    change.tell([*request.askers, *followers(request)], "repairs.force_closed", reason=why)
    community = [h.person_id for h in people if h.party == "community"]
    change.tell([request.worker_id or 0, *community], "repairs.force_closed_seen", reason=why, place=request.place_text)
    return request


def _worker(compound_id: int, post_id: int, now: datetime) -> Holder:
    """The worker who holds this post for the compound today; BadInput otherwise, whoever's post it may be elsewhere."""
    for holder in holders(compound_id, localdate(now)):
        if holder.post_id == post_id and holder.party == "company" and holder.role == "worker":
            return holder
    raise BadInput("no_such_worker", field="worker")


def _give(change: Change, worker: Holder) -> Request:
    change.set(worker_id=worker.person_id, worker_post=worker.post_id, arrived_at=None)
    change.note = " ".join(part for part in (f"→ {worker.name}", change.note) if part)
    request = change.save()
    change.tell([worker.person_id], "repairs.assigned", urgent=request.urgent, place=request.place_text)
    change.tell(request.askers, "repairs.assigned_told", worker=worker.name)
    return request
