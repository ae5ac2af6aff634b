"""What every action shares: the right, words on one line, locks, shifts written and judged, who is told, the audit entry."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.timezone import localdate

from audit.actions import record
from documents.actions import store_file, store_image
from documents.models import StoredFile
from live.actions import announce
from messaging.actions import queue
from parties.queries import Holder, holders
from rosters import words
from rosters.messages import URGENT
from rosters.models import Member, Roster, Shift, Station
from rosters.permissions import KEEPER_ROLES, keeps, serves
from rosters.queries.cases import Ground, begins, ground
from rosters.refusals import Against, BadInput, NoSuchThing, NotPermitted, OutOfState
from rosters.rules.cases import Case, Duty
from rosters.rules.checking import Finding, check
from rosters.rules.reading import Malformed
from rosters.states import ROSTER
from rosters.topics import ROSTERS
from tenancy.actor import Actor, system_actor
from tenancy.models import Compound

CLOCK = "rosters"
CERTIFICATE, PROOF = "rosters.certificate", "rosters.proof"


def clock(compound_id: int) -> Actor:
    """The author of what nobody did by hand."""
    return system_actor(CLOCK, (compound_id,))


def allow(by: Actor, compound_id: int, may: bool) -> None:
    """Raise NotPermitted for whoever may not, or is of another compound."""
    if not may or compound_id not in by.compound_ids:
        raise NotPermitted("not_yours")


def allow_keeping(by: Actor, compound_id: int) -> None:
    """Raise NotPermitted for whoever does not make rosters."""
    allow(by, compound_id, keeps(by))


def own_member(by: Actor, compound_id: int) -> Member:
    """The actor as somebody on rosters; NotPermitted (not_yours, not_on_rosters)."""
    allow(by, compound_id, serves(by))
    found: Member | None = Member.objects.filter(
        compound_id=compound_id, person_id=by.person_id, left_at__isnull=True
    ).first()
    if found is None:
        raise NotPermitted("not_on_rosters")
    return found


def locked(compound_id: int, ref: str) -> Roster:
    """An edition under its lock; NoSuchThing."""
    found: Roster | None = (
        Roster.objects.select_for_update(of=("self",), no_key=True)
        .select_related("compound")
        .filter(compound_id=compound_id, ref=ref)
        .first()
    )
    if found is None:
        raise NoSuchThing
    return found


def lock_rosters(compound_id: int) -> Compound:
    """From here to the commit nobody else makes or publishes an edition."""
    found: Compound = Compound.objects.select_for_update(no_key=True).get(pk=compound_id)
    return found


def member_of(compound_id: int, member_id: int) -> Member:
    """Somebody on rosters under their lock; NoSuchThing."""
    found: Member | None = (
        Member.objects.select_for_update(of=("self",), no_key=True)
        .filter(compound_id=compound_id, pk=member_id, left_at__isnull=True)
        .first()
    )
    if found is None:
        raise NoSuchThing
    return found


def station_of(compound_id: int, station_id: int) -> Station:
    """A post under its lock; NoSuchThing."""
    found: Station | None = (
        Station.objects.select_for_update(of=("self",), no_key=True)
        .filter(compound_id=compound_id, pk=station_id, ended_at__isnull=True)
        .first()
    )
    if found is None:
        raise NoSuchThing
    return found


def move(roster: Roster, action: str) -> None:
    """Take a step of the machine; OutOfState (roster_moved_on)."""
    if action not in {one.action for one in ROSTER.actions_from(roster.state)}:
        raise OutOfState("roster_moved_on")
    roster.state = ROSTER.target(roster.state, action)


def grounded(compound_id: int, month: date) -> Ground:
    """The case of a month as things stand; BadInput (case) saying what about it cannot be meant."""
    try:
        return ground(compound_id, month)
    except Malformed as error:
        raise BadInput(
            "no_posts" if error.code == "posts_missing" else "case",
            said=words.problem(error.code, error.where, error.clause),
        ) from error


def write_difference(roster: Roster, before: Sequence[Duty], after: Sequence[Duty], there: Ground) -> None:
    """What a change takes out and brings in; every other shift keeps its row."""
    for one in set(before) - set(after):
        Shift.objects.filter(
            compound_id=roster.compound_id, roster=roster, day=one.day, turn=one.turn,
            station=there.stations[one.post], member=there.members[one.person],
        ).delete()  # fmt: skip
    write_shifts(roster, set(after) - set(before), there)


def write_shifts(roster: Roster, duties: Iterable[Duty], there: Ground) -> None:
    """Shifts that an edition does not have yet. One statement."""
    case = there.case
    Shift.objects.bulk_create(
        [
            Shift(
                compound_id=roster.compound_id,
                roster=roster,
                station=there.stations[one.post],
                member=there.members[one.person],
                day=one.day,
                turn=one.turn,
                starts_at=begins(one.day, case.turn[one.post, one.turn].starts),
                ends_at=begins(one.day, case.turn[one.post, one.turn].ends),
                night=case.turn[one.post, one.turn].is_night,
                free_day=case.is_free_day(one.day),
            )
            for one in sorted(set(duties))
        ]
    )


def known(there: Ground, duties: Iterable[Duty]) -> list[Duty]:
    """Those of shifts and people that there still are."""
    case = there.case
    return [one for one in duties if (one.post, one.turn) in case.turn and one.person in case.person]


def new_against(case: Case, before: Sequence[Duty], after: Sequence[Duty]) -> list[Finding]:
    """What a change adds that may not be: everything hard, but shifts that are left open."""
    had = {_what(one) for one in check(case, before)}
    return [one for one in check(case, after) if one.hard and one.code != "short" and _what(one) not in had]


def _what(one: Finding) -> tuple[object, ...]:
    return (one.code, one.day, one.post, one.turn, one.person, one.have)


def refuse_against(case: Case, found: Sequence[Finding]) -> None:
    """Against, with a sentence for each finding, when there is one."""
    if found:
        raise Against(words.findings(case, found))


def paper(*, compound_id: int, upload: Any, purpose: str, by: Actor, now: datetime) -> StoredFile | None:
    """A picture or a PDF, kept; None for none. Raises FileRefused."""
    if not upload:
        return None
    upload.seek(0)
    is_pdf = upload.read(5) == b"%PDF-"
    upload.seek(0)
    keep_it = store_file if is_pdf else store_image
    return keep_it(compound_id=compound_id, by=by, upload=upload, purpose=purpose, now=now)


def keep(*, compound_id: int, verb: str, target: str, changes: dict[str, Any], by: Actor, now: datetime) -> None:
    """Append the audit entry: the last thing that an action does."""
    record(by=by, compound_id=compound_id, verb=f"rosters.{verb}", target=target, changes=changes, now=now)


def moved(compound_id: int, now: datetime) -> None:
    """Tell the pages that are open that something about rosters has changed."""
    announce(compound_id=compound_id, topic=ROSTERS, kind="rosters.moved", payload={}, now=now)


def desk(compound_id: int, now: datetime) -> list[int]:
    """The firm's people who make rosters. One statement."""
    here: list[Holder] = holders(compound_id, localdate(now))
    return sorted({one.person_id for one in here if one.party == "company" and one.role in KEEPER_ROLES})


def tell(
    compound: Compound, people: Iterable[int], template: str, *, link: str, by: Actor, now: datetime, key: str,
    **context: str,
) -> int:  # fmt: skip
    """Queue a message; nobody is told of their own act. ``link`` is below the compound's rosters."""
    told = sorted(set(people) - {by.person_id})
    if not told:
        return 0
    return queue(
        compound_id=compound.pk,
        to=told,
        template=template,
        context={"compound": compound.name, **context},
        link=f"/c/{compound.code}/rosters/{link}",
        by=by,
        now=now,
        key=key,
        urgent=template in URGENT,
    )
