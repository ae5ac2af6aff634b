"""The clock: a poll opens at its time when its box is ready, and closes at its time; right after any downtime."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from ballots.messages import link
from ballots.queries.polls import due_polls
from ballots.refusals import OutOfState
from boxes import actions as boxes
from elections.actions.change import begin
from elections.models import Poll
from elections.queries.polls import conductors
from messaging.actions import queue
from tenancy.actor import Actor, system_actor

CLOCK = "ballots.clock"


@transaction.atomic
def open_voting(*, compound_id: int, ref: str, by: Actor, now: datetime) -> Poll:
    """Begin to take ballots, at or after the time that was called; the first entry of the box is written from the roll as it is.

    The end stays as it was called: a box that was ready late shortens the time, and whoever conducts may extend it. Refused:
    NoSuchPoll, NotPermitted (not_your_post), OutOfState (moved_on, too_early, and as ``boxes.actions.start``: no_box,
    key_not_held).
    """
    change = begin(compound_id=compound_id, ref=ref, action="open", by=by, now=now)
    if change.poll.opens_at is None or now < change.poll.opens_at:
        raise OutOfState("too_early")
    change.set(voting_at=now)
    boxes.start(change=change, now=now)
    return change.save()


@transaction.atomic
def close_voting(*, compound_id: int, ref: str, by: Actor, now: datetime) -> Poll:
    """End of voting at its time. No ballot that comes after ``closes_at`` is taken, whenever this runs.

    Refused: NoSuchPoll, NotPermitted (not_your_post), OutOfState (moved_on, too_early, no_box).
    """
    change = begin(compound_id=compound_id, ref=ref, action="close", by=by, now=now)
    if change.poll.closes_at is None or now < change.poll.closes_at:
        raise OutOfState("too_early")
    change.set(closed_at=now)
    boxes.close(change=change, now=now)
    return change.save()


def tend(*, compound_id: int, now: datetime) -> list[str]:
    """Open and close what is due; returns the references of what moved. Each poll is a transaction of its own.

    One that cannot be opened stays as it is, its conductors are told why, once, and it opens at the first run after the box is
    ready. May be repeated.
    """
    by = system_actor(CLOCK, (compound_id,))
    moved = []
    for _twice in range(2):  # a window that passed while nothing ran opens, then closes
        for step, ref in due_polls(compound_id, now):
            act = open_voting if step == "open" else close_voting
            try:
                act(compound_id=compound_id, ref=ref, by=by, now=now)
                moved.append(f"{step} {ref}")
            except OutOfState as error:
                if step == "open":
                    tell_not_ready(compound_id=compound_id, ref=ref, why=error.code, by=by, now=now)
    return moved


@transaction.atomic
def tell_not_ready(*, compound_id: int, ref: str, why: str, by: Actor, now: datetime) -> int:
    """Tell whoever conducts that a poll could not open, once for each reason. Returns how many messages."""
    poll = Poll.objects.select_related("compound").get(compound_id=compound_id, ref=ref)
    if poll.state != "called":
        return 0
    return queue(
        compound_id=compound_id,
        to=conductors(poll, localdate(now)),
        template="ballots.no_key" if why == "key_not_held" else "ballots.no_box",
        context={"compound": poll.compound.name, "title": poll.title},
        link=link(poll, "officer"),
        by=by,
        now=now,
        urgent=True,
        key=f"ballots.not_ready:{poll.pk}:{why}",
    )
