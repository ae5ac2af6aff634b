"""What every action shares: lock the row, ask the permission and the machine, write, record, tell, announce."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.timezone import localdate

from audit.actions import Also, record
from lifecycle import typed
from lifecycle.machine import NotAllowed
from live.actions import Announcement, announce_all
from messaging.actions import queue
from notices.models import Event, Notice, State, Version
from notices.permissions import sees_work
from notices.refusals import NoSuchNotice, OutOfState
from notices.rows import event_of
from notices.rules.chain import side_of, signs_for
from notices.rules.kinds import MAX_REASON
from notices.states import MACHINE
from notices.topics import BOARD, HALL, STAFF
from parties.queries import Holder, holders
from tenancy.actor import Actor


@dataclass
class Change:
    """One action on one locked notice: collects what happened and writes it once."""

    notice: Notice
    action: str
    by: Actor
    now: datetime
    before: str
    note: str = ""
    changes: dict[str, list[Any]] = field(default_factory=dict)

    def set(self, **values: Any) -> None:
        """Set fields, keeping what they were for the audit entry."""
        for name, value in values.items():
            old = getattr(self.notice, name)
            if old != value:
                self.changes[name] = [_plain(old), _plain(value)]
                setattr(self.notice, name, value)

    def move(self, action: str) -> None:
        """Take one more step of the machine within this act."""
        self.set(state=MACHINE.target(self.notice.state, action))

    def save(self, *, also: Also | None = None) -> Notice:
        """Write the row, its event, its audit entry (``also`` in the same statement), and announce it."""
        found = self.notice
        found.updated_at = self.now
        found.save()
        Event.objects.create(
            compound_id=found.compound_id,
            notice=found,
            action=self.action,
            from_state=self.before,
            to_state=found.state,
            person_id=self.by.person_id,
            post_id=self.by.post_id,
            party=self.by.party,
            label=self.by.signature,
            note=self.note[:MAX_REASON],
            at=self.now,
        )
        said = {"ref": found.ref, "state": found.state}
        heard = [Announcement(STAFF, "changed", said)]
        # The last signature lets the text out: then it is no longer behind the board.
        if found.current_id is not None and (self.action not in _BEHIND or "current" in self.changes):
            heard.append(Announcement(BOARD, "changed", event_of(found)))
            # In a hall anyone passes: what is for some roles only is not even told of.
            if not found.roles:
                heard.append(Announcement(HALL, "changed", said))
        announce_all(compound_id=found.compound_id, announcements=heard, now=self.now)
        record(
            by=self.by,
            compound_id=found.compound_id,
            verb=f"notices.{self.action}",
            target=f"notices.notice:{found.pk}",
            changes=self.changes,
            now=self.now,
            also=also,
        )
        return found


# What is done behind the board and changes nothing that is public.
_BEHIND = frozenset({"agree", "review", "review_after", "propose", "sign"})


def begin(
    *, compound_id: int, ref: str, action: str, by: Actor, now: datetime, note: str = "", seen: bool = False
) -> Change:
    """Lock the notice and move it along its machine. Raises NoSuchNotice, OutOfState (moved_on).

    ``seen``: the caller has asked already whether the actor may see it.
    """
    found = locked(compound_id=compound_id, ref=ref)
    if found is None or not (seen or sees_work(by, found)):
        raise NoSuchNotice
    change = Change(notice=found, action=action, by=by, now=now, before=found.state, note=note)
    try:
        change.move(action)
    except NotAllowed as error:
        raise OutOfState("moved_on", state=str(State(found.state).label)) from error
    return change


def locked(*, compound_id: int, ref: str) -> Notice | None:
    """The notice, locked until the end of the transaction, with its compound and texts."""
    found: Notice | None = (
        Notice.objects.select_for_update(of=("self",), no_key=True)
        .select_related("compound", "current", "proposed")
        .filter(compound_id=compound_id, ref=ref)
        .first()
    )
    return found


def said(text: str, field: str, most: int = MAX_REASON) -> str:
    """Words on one line; BadInput (too_long)."""
    return typed.said(text, field, most)


def needed(text: str, field: str = "reason", most: int = MAX_REASON, code: str = "say_why") -> str:
    """As ``said``, and refused when nothing was said."""
    return typed.said(text, field, most, needed=code)


def link(notice: Notice) -> str:
    """The page of a notice."""
    return f"/c/{notice.compound.code}/notices/{notice.ref}/"


def signers(here: Iterable[Holder], side: str) -> list[int]:
    """Of those who hold posts there, the people who sign for a side."""
    return sorted({one.person_id for one in here if signs_for(one.party, one.role) == side})


def speakers(notice: Notice, here: Iterable[Holder]) -> list[int]:
    """The people who hand in for the body that speaks, and whoever wrote it while they still hold a post there."""
    found = {
        one.person_id
        for one in here
        if one.organisation == notice.speaker
        and (one.person_id == notice.person_id or signs_for(one.party, one.role) == notice.side)
    }
    return sorted(found)


def present(here: Iterable[Holder]) -> set[str]:
    """The sides for which somebody could sign there today."""
    return {signs_for(one.party, one.role) for one in here} - {""}


def everyone_in(compound_id: int, now: datetime) -> list[Holder]:
    """Who holds posts there today. One statement."""
    return holders(compound_id, localdate(now))


def tell(
    notice: Notice,
    people: Iterable[int],
    template: str,
    *,
    by: Actor,
    now: datetime,
    urgent: bool = False,
    key: str = "",
    **context: str,
) -> int:
    """Queue a message about a notice; the actor is never told of their own act."""
    told = sorted(set(people) - {by.person_id})
    if not told:
        return 0
    return queue(
        compound_id=notice.compound_id,
        to=told,
        template=template,
        context={
            "compound": notice.compound.name,
            "title": notice.title,
            "speaker": notice.speaker,
            **context,
        },
        link=link(notice),
        by=by,
        now=now,
        urgent=urgent,
        key=key or f"{template}:{notice.pk}:{now.isoformat()}",
    )


def side_of_actor(by: Actor) -> str:
    """The side for which the actor speaks."""
    return side_of(by.party)


def _plain(value: Any) -> Any:
    if isinstance(value, Version):
        return value.number
    return value.isoformat() if isinstance(value, datetime | date) else value
