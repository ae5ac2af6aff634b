"""What every action shares: find and lock the letter, move it, record, tell both ends, announce to both."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.timezone import localdate

from audit.actions import record
from letters.models import Letter, State
from letters.permissions import WRITER_PARTIES, WRITER_ROLES, may_read_letters
from letters.refusals import NoSuchLetter, OutOfState
from letters.states import MACHINE
from letters.topics import topic_of
from lifecycle.machine import NotAllowed
from live.actions import Announcement, announce_all
from messaging.actions import queue
from parties.queries import Holder, holders
from tenancy.actor import Actor


def locked(*, compound_id: int, ref: str, by: Actor) -> Letter:
    """The letter, locked, when the actor's body wrote it or was sent it. Raises NoSuchLetter."""
    found: Letter | None = (
        Letter.objects.select_for_update(of=("self",), no_key=True)
        .select_related("compound", "reply_to", "replaces")
        .filter(compound_id=compound_id, ref=ref)
        .first()
    )
    if found is None or compound_id not in by.compound_ids or not may_read_letters(by):
        raise NoSuchLetter
    if found.organisation_id == by.organisation_id:
        return found
    mine = found.addressees.filter(organisation_id=by.organisation_id or 0)
    if found.state in {State.DRAFT, State.DROPPED} or not mine.exists():
        raise NoSuchLetter
    return found


def moved(letter: Letter, action: str) -> str:
    """Move along the machine and return the state before. Raises OutOfState (moved_on)."""
    before: str = letter.state
    try:
        letter.state = MACHINE.target(before, action)
    except NotAllowed as error:
        raise OutOfState("moved_on", state=str(State(before).label)) from error
    return before


def everyone_in(compound_id: int, now: datetime) -> list[Holder]:
    """Who holds posts there today. One statement."""
    return holders(compound_id, localdate(now))


def staff_of(here: Iterable[Holder], names: Iterable[str]) -> list[int]:
    """Of those who hold posts there, the people who write for one of these bodies."""
    wanted = set(names)
    return sorted(
        {
            one.person_id
            for one in here
            if one.organisation in wanted and one.party in WRITER_PARTIES and one.role in WRITER_ROLES
        }
    )


def link(letter: Letter) -> str:
    """The page of a letter."""
    return f"/c/{letter.compound.code}/letters/{letter.ref}/"


def tell(
    letter: Letter, people: Iterable[int], template: str, *, by: Actor, now: datetime, key: str = "", **context: str
) -> int:
    """Queue a message about a letter; the actor is never told of their own act."""
    told = sorted(set(people) - {by.person_id})
    if not told:
        return 0
    return queue(
        compound_id=letter.compound_id,
        to=told,
        template=template,
        context={
            "compound": letter.compound.name,
            "subject": letter.subject,
            "number": letter.number_text,
            "sender": letter.sender,
            **context,
        },
        link=link(letter),
        by=by,
        now=now,
        key=key or f"{template}:{letter.pk}:{now.isoformat()}",
    )


def settle(letter: Letter, action: str, changes: Mapping[str, list[Any]], *, by: Actor, now: datetime) -> None:
    """Announce to both ends (to the sender alone while it is a draft) and write the audit entry, last."""
    bodies = {letter.organisation_id}
    if letter.state not in {State.DRAFT, State.DROPPED}:
        bodies |= set(letter.addressees.values_list("organisation_id", flat=True))
    payload = {"ref": letter.ref, "state": letter.state}
    announce_all(
        compound_id=letter.compound_id,
        announcements=[Announcement(topic_of(body), "changed", payload) for body in sorted(bodies)],
        now=now,
    )
    record(
        by=by,
        compound_id=letter.compound_id,
        verb=f"letters.{action}",
        target=f"letters.letter:{letter.pk}",
        changes=dict(changes),
        now=now,
    )
