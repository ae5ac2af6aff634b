"""What every action shares: find and lock the committee, record, tell, count days by the place's calendar."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from django.utils.timezone import localdate

from audit.actions import record
from calendars.queries import work_calendar
from committees.models import Committee, OfficeEvent
from committees.models.office import MAX_REASON, MAX_TEXT
from committees.refusals import NoSuchCommittee, NotPermitted, OutOfState
from committees.topics import OFFICE
from elections.rules import jurisdictions
from elections.rules.jurisdictions import Parameters
from lifecycle import typed
from live.actions import Announcement, announce_all
from messaging.actions import queue
from parties.queries import holders
from publicity.rules.counting import span
from publicity.rules.matters import CALENDAR, WORKING
from tenancy.actor import Actor

May = Callable[[Actor, int, int], bool]


def locked(*, compound_id: int, committee_id: int, by: Actor, may: May) -> Committee:
    """The committee, locked. Raises NoSuchCommittee, NotPermitted (not_your_post), OutOfState (over)."""
    found: Committee | None = (
        Committee.objects.select_for_update(of=("self",), no_key=True)
        .select_related("term__committee", "compound", "poll")
        .filter(compound_id=compound_id, pk=committee_id)
        .first()
    )
    if found is None or not (by.kind == "system" or compound_id in by.compound_ids):
        raise NoSuchCommittee
    if by.kind != "system" and not may(by, compound_id, found.term.committee_id):
        raise NotPermitted("not_your_post")
    return found


def local(committee: Committee, on: date) -> Parameters:
    """The parameters of a committee's place on a day."""
    return jurisdictions.parameters(committee.jurisdiction, on)


def places(code: str) -> tuple[str, ...]:
    """A place and those around it, the nearest first, by their codes."""
    return tuple(one.code for one in jurisdictions.chain(jurisdictions.parameters(code, date.max).jurisdiction))


def until(since: date, days: int, *, working: bool = False) -> date:
    """The last of so many days after one that does not count; a day off moves to the next working day (民法典 201, 203)."""
    return span(
        since, days=days, unit=WORKING if working else CALENDAR, rolls=not working, calendar=work_calendar()
    ).ends_on


def said(text: str, field: str, most: int = MAX_REASON, *, needed: bool = True) -> str:
    """Words on one line. Raises BadInput: say_why for none, too_long."""
    return typed.said(text, field, most, needed="say_why" if needed else "")


def note(committee: Committee, action: str, text: str, *, on: date, by: Actor, now: datetime) -> None:
    """What everyone reads of it."""
    OfficeEvent.objects.create(
        compound_id=committee.compound_id, committee=committee, action=action, text=text[:MAX_TEXT], on=on, at=now,
        label=by.signature,
    )  # fmt: skip


def settle(
    committee: Committee, action: str, changes: dict[str, list[Any]], *, by: Actor, now: datetime, target: str = ""
) -> None:
    """Announce and write the audit entry, last."""
    announce_all(
        compound_id=committee.compound_id,
        announcements=[Announcement(OFFICE, "changed", {"committee": committee.pk})],
        now=now,
    )
    record(
        by=by,
        compound_id=committee.compound_id,
        verb=f"committees.{action}",
        target=target or f"committees.committee:{committee.pk}",
        changes=changes,
        now=now,
    )


def people_of(compound_id: int, parties: Iterable[str], now: datetime) -> list[int]:
    """Who holds a post of one of these parties there today. One statement."""
    wanted = set(parties)
    return sorted({one.person_id for one in holders(compound_id, localdate(now)) if one.party in wanted})


def tell(
    committee: Committee,
    to: Iterable[int],
    template: str,
    *,
    by: Actor,
    now: datetime,
    key: str = "",
    link: str = "",
    **context: str,
) -> None:
    """Queue a message about a committee; the actor is never told of their own act."""
    people = sorted(set(to) - {by.person_id})
    if people:
        queue(
            compound_id=committee.compound_id,
            to=people,
            template=f"committees.{template}",
            context={"compound": committee.compound.name, **context},
            link=link or f"/c/{committee.compound.code}/committee/",
            by=by,
            now=now,
            key=key or f"{template}:{committee.pk}:{now.isoformat()}",
        )


def in_office(committee: Committee, on: date) -> None:
    """Raises OutOfState (over) once the term has ended."""
    if committee.term.ends is not None and committee.term.ends < on:
        raise OutOfState("over", ended=f"{committee.term.ends:%Y-%m-%d}")
