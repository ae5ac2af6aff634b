"""What every action shares: lock the row, ask the permission and the machine, write, record, tell, announce."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.timezone import localdate

from audit.actions import record
from handover.models import Event, Handover, Role, State
from handover.permissions import DESK, may, may_see
from handover.refusals import NoSuchHandover, NotPermitted, OutOfState
from handover.rules.lists import MAX_WORDS
from handover.states import MACHINE
from handover.topics import HANDOVER, LIST
from lifecycle.machine import NotAllowed
from live.actions import Announcement, announce_all
from messaging.actions import queue
from parties.models import Contract, Organisation, Post
from parties.queries import Holder, holders, posts_in
from tenancy.actor import Actor


@dataclass
class Change:
    """One action on one locked handover: collects what happened and writes it once."""

    handover: Handover
    action: str
    by: Actor
    now: datetime
    before: str
    note: str = ""
    changes: dict[str, list[Any]] = field(default_factory=dict)

    def set(self, **values: Any) -> None:
        """Set fields, keeping what they were for the audit entry."""
        for name, value in values.items():
            old = getattr(self.handover, name)
            if old != value:
                self.changes[name] = [_plain(old), _plain(value)]
                setattr(self.handover, name, value)

    def save(self, *, event: bool = True) -> Handover:
        """Write the row, its event, its audit entry, and announce it."""
        found = self.handover
        found.updated_at = self.now
        found.save()
        if event:
            Event.objects.create(
                compound_id=found.compound_id,
                handover=found,
                action=self.action,
                from_state=self.before,
                to_state=found.state,
                person_id=self.by.person_id,
                post_id=self.by.post_id,
                party=self.by.party,
                label=f"{self.by.person_name} {self.by.label}".strip()[:160],
                note=self.note[:MAX_WORDS],
                at=self.now,
            )
        log(found, self.action, self.changes, by=self.by, now=self.now)
        return found

    def tell(self, sides: Iterable[str], template: str, **context: str) -> None:
        """Queue a message to the people of some sides; the actor is never told of their own act."""
        tell(self.handover, sides, template, by=self.by, now=self.now, **context)


def begin(*, compound_id: int, ref: str, action: str, by: Actor, now: datetime, note: str = "") -> Change:
    """Lock the handover and move it along its machine; refuses with NoSuchHandover, NotPermitted or OutOfState."""
    found: Handover | None = (
        Handover.objects.select_for_update(of=("self",), no_key=True)
        .select_related("outgoing", "incoming", "contract", "incoming_contract")
        .filter(compound_id=compound_id, ref=ref)
        .first()
    )
    if found is None or not may_see(by, found):
        raise NoSuchHandover
    if not may(by, action, found):
        raise NotPermitted("not_yours")
    try:
        target = MACHINE.target(found.state, action)
    except NotAllowed as error:
        raise OutOfState("moved_on", state=str(State(found.state).label)) from error
    change = Change(handover=found, action=action, by=by, now=now, before=found.state, note=note)
    change.set(state=target)
    return change


def log(handover: Handover, action: str, changes: dict[str, list[Any]], *, by: Actor, now: datetime) -> None:
    """The audit entry and the live events of an action."""
    record(
        by=by,
        compound_id=handover.compound_id,
        verb=f"handover.{action}",
        target=f"handover.handover:{handover.pk}",
        changes=changes,
        now=now,
    )
    announce_all(
        compound_id=handover.compound_id,
        announcements=[
            Announcement(f"{HANDOVER}:{handover.ref}", "changed", {"state": handover.state}),
            Announcement(LIST, "changed", {}),
        ],
        now=now,
    )


def people(handover: Handover, sides: Iterable[str], on: date) -> list[int]:
    """Who of these sides is told: the two firms' desks, contract or not, the committee, the community."""
    wanted = set(sides)
    here: list[Holder] = holders(handover.compound_id, on)
    told = {
        one.person_id
        for one in here
        if (one.party == "committee" and Role.COMMITTEE in wanted)
        or (one.party in {"community", "residents"} and Role.COMMUNITY in wanted)
    }
    for role, firm in ((Role.OUTGOING, handover.outgoing_id), (Role.INCOMING, handover.incoming_id)):
        if role in wanted and firm is not None:
            told |= {post.person_id for post in desk_of(firm, handover.compound_id, on)}
    return sorted(told)


def desk_of(organisation_id: int, compound_id: int, on: date) -> list[Post]:
    """The desk of a firm for this compound on a day, whether its contract runs or not. One statement."""
    found = posts_in(organisation_id, sorted(DESK), on)
    return [post for post in found if post.only_compounds is None or compound_id in post.only_compounds]


def tell(
    handover: Handover, sides: Iterable[str], template: str, *, by: Actor, now: datetime, part: str = "", **context: str
) -> None:
    """Queue a message about a handover. ``part`` tells apart what one moment says with one template."""
    told = [person for person in people(handover, sides, localdate(now)) if person != by.person_id]
    if told:
        queue(
            compound_id=handover.compound_id,
            to=told,
            template=template,
            context={"compound": handover.compound.name, **context},
            link=link(handover),
            by=by,
            now=now,
            key=f"{template}:{handover.pk}:{now.isoformat()}:{part}",
        )


def link(handover: Handover) -> str:
    """The page of a handover."""
    return f"/c/{handover.compound.code}/handover/{handover.ref}/"


def firm_name(firm: Organisation | None) -> str:
    """A firm's name, or nothing."""
    return firm.name if firm is not None else ""


def _plain(value: Any) -> Any:
    if isinstance(value, Organisation | Contract):
        return value.name if isinstance(value, Organisation) else value.pk
    return value.isoformat() if isinstance(value, datetime | date) else value
