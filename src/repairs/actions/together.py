"""Many about one: join another's request (我也遇到), leave it, merge duplicates, and tie a part to the whole."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from parties.queries import holders
from premises.queries import homes_of
from repairs.actions.change import Change, NoSuchRequest, begin, stop_clock
from repairs.models import HELD, Follower, Link, Request, asked_by
from repairs.permissions import is_filer, is_joined, may, may_join, may_see
from repairs.refusals import BadInput, NotPermitted, OutOfState
from tenancy.actor import Actor

# The desk hears of the third, the tenth ... who has the same trouble: then it is worth one word to all of them.
TOLD_AT = frozenset({3, 10, 30, 100, 300})


@transaction.atomic
def join(*, compound_id: int, ref: str, home_id: int | None, by: Actor, now: datetime) -> Request:
    """我也遇到: follow another's open request of a public area or a building, from one of one's homes, and count.

    Refused with NotPermitted (not_joinable), OutOfState (moved_on) or BadInput (your_own, joined_already, not_your_home).
    """
    request = _locked(compound_id, ref, by)
    if is_filer(by, request):
        raise BadInput("your_own", field="join")
    if is_joined(by, request):
        raise BadInput("joined_already", field="join")
    if not may_join(by, request):
        if may_join_at_all(by, request):
            raise OutOfState("moved_on", state=request.get_state_display())
        raise NoSuchRequest
    homes = homes_of(compound_id=compound_id, person_id=by.person_id, on=localdate(now))
    home = next((h for h in homes if home_id in {None, h.pk}), None)
    if home is None:
        raise BadInput("not_your_home", field="home")
    Follower.objects.create(
        compound_id=compound_id, request=request, person_id=by.person_id, home=home, kind=Follower.Kind.JOINED, at=now
    )
    change = Change(request=request, action="join", by=by, now=now, before=request.state)
    change.set(joined=request.joined + 1)
    change.save()
    if request.joined in TOLD_AT:
        change.tell(_desk(compound_id, now), "repairs.joined", count=str(request.joined), place=request.place_text)
    return request


@transaction.atomic
def leave(*, compound_id: int, ref: str, by: Actor, now: datetime) -> Request:
    """Follow it no longer. Whoever was merged into it stays: it is their own case."""
    request = _locked(compound_id, ref, by)
    if not may_see(by, request):
        raise NoSuchRequest
    if not may(by, "leave", request):
        raise NotPermitted("not_yours")
    Follower.objects.filter(compound_id=compound_id, request=request, person_id=by.person_id).delete()
    change = Change(request=request, action="leave", by=by, now=now, before=request.state)
    change.set(joined=request.joined - 1)
    return change.save()


@transaction.atomic
def merge(*, compound_id: int, ref: str, into: str, by: Actor, now: datetime) -> Request:
    """Merge a duplicate (并入) into another request that is still held. Returns the one that went.

    Nobody is lost: whoever filed or followed it follows the other from now on, is told where it went, and may say 未解决
    there. Refused with BadInput (no_such_request, same_request, one_unlisted) or OutOfState.
    """
    child, parent = _both(compound_id, (ref, into), by, action="merge", field="into")
    change = begin(compound_id=compound_id, ref=ref, action="merge", by=by, now=now, note=parent.number)
    worker = child.worker_id
    change.set(
        parent_id=parent.pk,
        parent_number=parent.number,
        link=Link.DUPLICATE,
        closed_at=now,
        worker_id=None,
        worker_post=None,
    )
    stop_clock(change)
    gone = change.save()
    moved = _move_followers(gone, parent, now)
    # What was merged into the child before now shows where it is.
    Request.objects.filter(compound_id=compound_id, parent_id=gone.pk).update(
        parent_id=parent.pk, parent_number=parent.number
    )
    taken = Change(request=parent, action="absorb", by=by, now=now, before=parent.state, note=gone.number)
    taken.set(joined=Follower.objects.filter(compound_id=compound_id, request_id=parent.pk).count())
    taken.save()
    change.tell([*gone.askers, *moved], "repairs.merged", into=parent.number)
    change.tell([worker or 0], "repairs.merged_away", into=parent.number)
    return gone


@transaction.atomic
def tie(*, compound_id: int, ref: str, to: str, by: Actor, now: datetime) -> Request:
    """Tie a request to a larger one as a part of it: both go on by themselves, each shows the other.

    Refused with BadInput (no_such_request, same_request, one_unlisted, tied_in_a_ring) or OutOfState.
    """
    child, parent = _both(compound_id, (ref, to), by, action="tie", field="to")
    if child.state not in HELD:
        raise OutOfState("moved_on", state=child.get_state_display())
    if parent.parent_id is not None:
        raise BadInput("tied_in_a_ring", field="to")
    change = Change(request=child, action="tie", by=by, now=now, before=child.state, note=parent.number)
    change.set(parent_id=parent.pk, parent_number=parent.number, link=Link.PART)
    made = change.save()
    change.tell(made.askers, "repairs.tied", other=parent.number)
    return made


def may_join_at_all(by: Actor, request: Request) -> bool:
    """Whether it is the kind of request that neighbours join, over or not."""
    listed = request.place in {"public", "building"} and not request.unlisted
    return by.party == "resident" and request.compound_id in by.compound_ids and listed


def _locked(compound_id: int, ref: str, by: Actor) -> Request:
    """The request, locked; for a resident who need not see it yet."""
    found: Request | None = asked_by(
        Request.objects.select_for_update(of=("self",), no_key=True).filter(compound_id=compound_id, ref=ref), by
    ).first()
    if found is None or compound_id not in by.compound_ids or by.party != "resident":
        raise NoSuchRequest
    return found


def _both(compound_id: int, refs: tuple[str, str], by: Actor, *, action: str, field: str) -> tuple[Request, Request]:
    """The request and the one that it goes to, both locked in the order of their keys, so that two merges never cross."""
    ref, other = refs
    rows = {
        row.ref: row
        for row in asked_by(
            Request.objects.select_for_update(of=("self",), no_key=True).filter(
                compound_id=compound_id, ref__in={ref, other}
            ),
            by,
        ).order_by("pk")
    }
    child, parent = rows.get(ref), rows.get(other)
    if child is None or not may_see(by, child):
        raise NoSuchRequest
    if not may(by, action, child):
        raise NotPermitted("not_yours")
    if ref == other:
        raise BadInput("same_request", field=field)
    if parent is None or not may_see(by, parent):
        raise BadInput("no_such_request", field=field)
    # Whoever follows one would read the other: residents of what is unlisted, or of what its number tells.
    if child.unlisted != parent.unlisted:
        raise BadInput("one_unlisted", field=field)
    if parent.state not in HELD:
        raise OutOfState("moved_on", state=parent.get_state_display())
    if parent.parent_id == child.pk:
        raise BadInput("tied_in_a_ring", field=field)
    return child, parent


def _move_followers(child: Request, parent: Request, now: datetime) -> list[int]:
    """Let everyone of the child follow the parent; returns whoever was following the child."""
    following = list(Follower.objects.filter(compound_id=child.compound_id, request_id=child.pk))
    rows = {row.person_id: Follower(compound_id=child.compound_id, request_id=parent.pk, person_id=row.person_id,
                                    home_id=row.home_id, kind=row.kind, at=now) for row in following}  # fmt: skip
    for person in child.askers:
        rows[person] = Follower(
            compound_id=child.compound_id,
            request_id=parent.pk,
            person_id=person,
            home_id=child.home_id,
            kind=Follower.Kind.MERGED,
            at=now,
        )
    present = {
        row.person_id: row for row in Follower.objects.filter(compound_id=child.compound_id, request_id=parent.pk)
    }
    fresh = [row for person, row in rows.items() if person not in {*present, *parent.askers}]
    Follower.objects.bulk_create(fresh)
    raised = [
        present[person].pk
        for person, row in rows.items()
        if person in present and row.kind == Follower.Kind.MERGED and present[person].kind == Follower.Kind.JOINED
    ]
    if raised:
        Follower.objects.filter(compound_id=child.compound_id, pk__in=raised).update(kind=Follower.Kind.MERGED)
    return [row.person_id for row in following]


def _desk(compound_id: int, now: datetime) -> Iterable[int]:
    return [
        h.person_id
        for h in holders(compound_id, localdate(now))
        if h.party == "company" and h.role in {"manager", "dispatcher"}
    ]
