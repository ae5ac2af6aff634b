"""What every action on papers shares: the poll and its box, who may, one audit entry, one live event."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from audit.actions import record
from boxes.models import Box
from boxes.queries import box_of
from elections.actions.change import said
from elections.models import Poll, Secrecy, State
from elections.topics import STAFF
from live.actions import Announcement, announce_all
from paper_ballots.models import Batch, Paper
from paper_ballots.models import State as BatchState
from paper_ballots.permissions import sees
from paper_ballots.refusals import BadInput, NoSuchPoll, NotPermitted, OutOfState
from posting.rules.labels import normalised
from tenancy.actor import Actor

__all__ = ["PURPOSE", "Ground", "batch_of", "found_poll", "ground", "paper_of", "said", "told"]

# Photos of doors and of papers.
PURPOSE = "paper_ballots.photo"


@dataclass(frozen=True, slots=True)
class Ground:
    """A poll with the box of the round that counts."""

    poll: Poll
    box: Box

    @property
    def compound_id(self) -> int:
        """The tenant."""
        return int(self.poll.compound_id)

    @property
    def secret(self) -> bool:
        """Whether codes are cut off before papers go into the ballot box, so that no paper leads to its owner."""
        return bool(self.poll.secrecy == Secrecy.SECRET)


def found_poll(
    *, compound_id: int, ref: str, states: tuple[str, ...], by: Actor, may: Callable[[Actor, Any], bool]
) -> Poll:
    """The poll for a step that starts in these states. Raises NoSuchPoll, NotPermitted (not_your_post), OutOfState (moved_on)."""
    found: Poll | None = (
        Poll.objects.select_related("compound", "edition").filter(compound_id=compound_id, ref=ref).first()
    )
    if found is None or not sees(by):
        raise NoSuchPoll
    if not may(by, found):
        raise NotPermitted("not_your_post")
    if found.state not in states:
        raise OutOfState("moved_on", state=str(State(found.state).label))
    return found


def ground(
    *, compound_id: int, ref: str, states: tuple[str, ...], by: Actor, may: Callable[[Actor, Any], bool]
) -> Ground:
    """The poll and its box for a step that starts in these states.

    Raises NoSuchPoll, NotPermitted (not_your_post), OutOfState (moved_on, no_box).
    """
    found = found_poll(compound_id=compound_id, ref=ref, states=states, by=by, may=may)
    box = box_of(found)
    if box is None:
        raise OutOfState("no_box")
    return Ground(found, box)


def paper_of(at: Ground, code: str = "", *, number: int | None = None) -> Paper:
    """The paper with a code, or of a number, locked. Raises BadInput: mistyped, no_such_paper, and voided_paper with why."""
    rows = Paper.objects.select_for_update(of=("self",), no_key=True).filter(compound_id=at.compound_id, box=at.box)
    if number is None:
        read = normalised(code)
        if not read:
            raise BadInput("mistyped", field="code")
        rows = rows.filter(code=read)
    else:
        rows = rows.filter(number=number)
    found: Paper | None = rows.first()
    if found is None:
        raise BadInput("no_such_paper", field="code")
    if found.voided_at is not None:
        raise BadInput("voided_paper", field="code", reason=found.voided_reason)
    return found


def batch_of(at: Ground, number: int, *, state: str = BatchState.OPEN) -> Batch:
    """A batch of the round, locked. Raises BadInput (no_such_batch), OutOfState (batch_moved_on)."""
    found: Batch | None = (
        Batch.objects.select_for_update(of=("self",), no_key=True)
        .filter(compound_id=at.compound_id, box=at.box, number=number)
        .first()
    )
    if found is None:
        raise BadInput("no_such_batch", field="batch")
    if found.state != state:
        raise OutOfState("batch_moved_on", state=str(found.get_state_display()))
    return found


def told(at: Ground | Poll, *, action: str, changes: dict[str, list[Any]], by: Actor, now: datetime) -> None:
    """Announce that something moved, and write the entry. No entry holds what a paper says."""
    poll = at.poll if isinstance(at, Ground) else at
    announce_all(
        compound_id=poll.compound_id,
        announcements=[Announcement(STAFF, "changed", {"ref": poll.ref, "state": poll.state})],
        now=now,
    )
    record(
        by=by, compound_id=poll.compound_id, verb=f"paper_ballots.{action}", target=f"elections.poll:{poll.pk}",
        changes=changes, now=now,
    )  # fmt: skip
