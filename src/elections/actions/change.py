"""What every action on a poll shares: lock the row, ask the permission and the machine, write, record, announce."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from audit.actions import record
from elections.models import Poll, State
from elections.models.polls import MAX_REASON
from elections.permissions import may_conduct, sees_polls
from elections.refusals import NoSuchPoll, NotPermitted, OutOfState
from elections.states import MACHINE
from elections.topics import STAFF
from lifecycle import typed
from lifecycle.machine import NotAllowed
from live.actions import Announcement, announce_all
from tenancy.actor import Actor


@dataclass
class Change:
    """One action on one locked poll: collects what happened and writes it once."""

    poll: Poll
    action: str
    by: Actor
    now: datetime
    changes: dict[str, list[Any]] = field(default_factory=dict)

    def set(self, **values: Any) -> None:
        """Set fields, keeping what they were for the audit entry."""
        for name, value in values.items():
            old = getattr(self.poll, name)
            if old != value:
                self.changes[name] = [_plain(old), _plain(value)]
                setattr(self.poll, name, value)

    def note(self, name: str, before: Any, after: Any) -> None:
        """Something that the entry must hold besides the poll's own fields."""
        self.changes[name] = [before, after]

    def save(self) -> Poll:
        """Write the row and its audit entry, and announce it."""
        found = self.poll
        found.updated_at = self.now
        found.save()
        said = {"ref": found.ref, "state": found.state}
        announce_all(compound_id=found.compound_id, announcements=[Announcement(STAFF, "changed", said)], now=self.now)
        # The entry is the last thing written: from here on other writers of the compound wait.
        record(
            by=self.by,
            compound_id=found.compound_id,
            verb=f"elections.{self.action}",
            target=f"elections.poll:{found.pk}",
            changes=self.changes,
            now=self.now,
        )
        return found


def begin(
    *,
    compound_id: int,
    ref: str,
    action: str,
    by: Actor,
    now: datetime,
    may: Callable[[Actor, Poll], bool] = may_conduct,
    sees: Callable[[Actor], bool] = sees_polls,
) -> Change:
    """Lock the poll and take a step of its machine; upper floors say who ``may`` take theirs, and who ``sees`` that it is there.

    The clock (``tenancy.actor.system_actor``) may what it is called for. Raises NoSuchPoll, NotPermitted (not_your_post),
    OutOfState (moved_on).
    """
    found = (
        Poll.objects.select_for_update(of=("self",), no_key=True)
        .select_related("compound", "edition")
        .filter(compound_id=compound_id, ref=ref)
        .first()
    )
    clock = by.kind == "system"
    if found is None or not (clock or sees(by)):
        raise NoSuchPoll
    if not (clock or may(by, found)):
        raise NotPermitted("not_your_post")
    change = Change(poll=found, action=action, by=by, now=now)
    try:
        change.set(state=MACHINE.target(found.state, action))
    except NotAllowed as error:
        raise OutOfState("moved_on", state=str(State(found.state).label)) from error
    return change


def said(text: str, name: str, most: int = MAX_REASON) -> str:
    """Words on one line. Raises BadInput: say_why for none, too_long."""
    return typed.said(text, name, most, needed="say_why")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else getattr(value, "number", value)
