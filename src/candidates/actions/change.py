"""What every action shares: lock the poll, ask who may, move a candidate, record, tell, announce."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.timezone import localdate

from audit.actions import record
from candidates.models import Candidate, State
from candidates.permissions import sees_work
from candidates.queries.reading import Whole, may_see, prepared
from candidates.refusals import NoSuchCandidate, OutOfState
from candidates.states import MACHINE
from elections.models import Kind, Poll
from elections.models import State as PollState
from elections.topics import STAFF
from lifecycle import typed
from lifecycle.machine import NotAllowed
from live.actions import Announcement, announce_all
from messaging.actions import queue
from parties.queries import holders
from tenancy.actor import Actor

# From the call on nothing of an election's preparation changes (北京 35, 杭州 19).
OPEN = (PollState.PREPARING, PollState.ROLL_FIXED)


@dataclass
class Step:
    """One action on the preparation of one locked poll."""

    whole: Whole
    by: Actor
    now: datetime

    @property
    def poll(self) -> Poll:
        """The poll."""
        return self.whole.poll

    def record(self, verb: str, target: str, changes: Mapping[str, Any]) -> None:
        """Announce to officers, and write the audit entry, last."""
        said = {"ref": self.poll.ref, "state": self.poll.state}
        announce_all(
            compound_id=self.poll.compound_id, announcements=[Announcement(STAFF, "changed", said)], now=self.now
        )
        record(
            by=self.by, compound_id=self.poll.compound_id, verb=f"candidates.{verb}", target=target,
            changes=dict(changes), now=self.now,
        )  # fmt: skip

    def settle(self, verb: str, one: Candidate, changes: Mapping[str, Any]) -> None:
        """The same about a candidate."""
        self.record(verb, f"candidates.candidate:{one.pk}", changes)

    def tell(self, people: Iterable[int | None], template: str, *, link: str = "", **context: str) -> None:
        """Queue a message; the actor is not told of their own act."""
        to = sorted({one for one in people if one} - {self.by.person_id})
        if to:
            queue(
                compound_id=self.poll.compound_id, to=to, template=f"candidates.{template}",
                context={"compound": self.poll.compound.name, "poll": self.poll.title, **context},
                link=link or page_of(self.poll), by=self.by, now=self.now,
                key=f"candidates.{template}:{self.poll.pk}:{self.now.isoformat()}:{context.get('ref', '')}",
            )  # fmt: skip

    def staff(self, organisation_ids: Iterable[int | None]) -> list[int]:
        """The people who hold posts in these bodies today. One statement."""
        from parties.models import Organisation

        wanted = {one for one in organisation_ids if one}
        names = set(Organisation.objects.filter(pk__in=wanted).values_list("name", flat=True))
        here = holders(self.poll.compound_id, localdate(self.now))
        return sorted({one.person_id for one in here if one.organisation in names})


def begin(*, compound_id: int, ref: str, by: Actor, now: datetime, after_call: bool = False) -> Step:
    """Lock an election whose preparation the actor may see. Raises NoSuchCandidate, OutOfState (poll_moved_on)."""
    poll = (
        Poll.objects.select_for_update(of=("self",), no_key=True)
        .select_related("compound", "compound__community")
        .filter(compound_id=compound_id, ref=ref)
        .first()
    )
    if poll is None or compound_id not in by.compound_ids or poll.kind != Kind.ELECTION:
        raise NoSuchCandidate
    whole = prepared(poll)
    if by.party == "resident":
        if not whole.open_ or poll.state == PollState.CANCELLED:
            raise NoSuchCandidate
    elif not sees_work(by):
        raise NoSuchCandidate
    if poll.state not in OPEN and not after_call:
        raise OutOfState("poll_moved_on", state=str(PollState(poll.state).label))
    return Step(whole, by, now)


def locked(step: Step, candidate: str) -> Candidate:
    """A candidate of the poll that the actor may see. Raises NoSuchCandidate."""
    found: Candidate | None = (
        Candidate.objects.select_for_update(of=("self",), no_key=True)
        .filter(compound_id=step.poll.compound_id, poll=step.poll, ref=candidate)
        .first()
    )
    if found is None or not may_see(step.by, found):
        raise NoSuchCandidate
    return found


def moved(one: Candidate, action: str, now: datetime) -> str:
    """Move along the machine; the state before. Raises OutOfState (moved_on)."""
    before: str = one.state
    try:
        one.state = MACHINE.target(before, action)
    except NotAllowed as error:
        raise OutOfState("moved_on", state=str(State(before).label)) from error
    one.updated_at = now
    return before


def said(text: str, field: str, most: int, *, needed: bool = True) -> str:
    """Words on one line. BadInput: say_why for none where one is needed, too_long."""
    return typed.said(text, field, most, needed="say_why" if needed else "")


def page_of(poll: Poll, candidate: str = "") -> str:
    """The page of a preparation, or of one candidate."""
    tail = f"{candidate}/" if candidate else ""
    return f"/c/{poll.compound.code}/polls/{poll.ref}/candidates/{tail}"
