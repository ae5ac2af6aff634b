"""Leave and wishes: asked for by whose they are, granted by the desk. A wish needs no grant."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from lifecycle.typed import said
from rosters.actions.change import allow_keeping, desk, keep, member_of, moved, own_member, tell
from rosters.models import MAX_REASON, Absence, Member
from rosters.refusals import BadInput, NoSuchThing, NotPermitted, OutOfState
from rosters.states import ABSENCE
from tenancy.actor import Actor

LONGEST = timedelta(days=366)
FARTHEST = timedelta(days=400)


@transaction.atomic
def ask_off(
    *, compound_id: int, kind: str, first: date, last: date, reason: str = "", by: Actor, now: datetime
) -> Absence:
    """Ask for leave, or say on which days one would rather rest. The desk is told of leave.

    Refused: NotPermitted (not_yours, not_on_rosters), BadInput (unknown_kind, ends_before_start, too_far, in_past, too_long).
    """
    member = own_member(by, compound_id)
    made = _made(member, kind=kind, first=first, last=last, reason=reason, by=by, now=now)
    if made.kind == Absence.Kind.LEAVE:
        tell(
            made.compound, desk(compound_id, now), "rosters.leave_asked", link="leave/", by=by, now=now,
            key=f"absence:{made.pk}", who=member.name, first=_day(first), last=_day(last),
        )  # fmt: skip
    _log(made, {"days": [None, _days(made)], "state": [None, made.state]}, by, now)
    return made


@transaction.atomic
def enter_off(
    *, compound_id: int, member_id: int, kind: str, first: date, last: date, reason: str = "", by: Actor, now: datetime
) -> Absence:
    """The desk writes down somebody's leave or wish; it counts at once.

    Refused: NotPermitted (not_yours), NoSuchThing, BadInput as ``ask_off``.
    """
    allow_keeping(by, compound_id)
    made = _made(
        member_of(compound_id, member_id),
        kind=kind,
        first=first,
        last=last,
        reason=reason,
        by=by,
        now=now,
        granted=True,
    )
    _log(made, {"days": [None, _days(made)], "state": [None, made.state]}, by, now)
    return made


@transaction.atomic
def decide_off(*, compound_id: int, absence_id: int, grant: bool, by: Actor, now: datetime) -> Absence:
    """Grant leave or not; whoever asked is told.

    Refused: NotPermitted (not_yours, own_leave), NoSuchThing, OutOfState (absence_moved_on).
    """
    allow_keeping(by, compound_id)
    found = _locked(compound_id, absence_id)
    _move(found, "grant" if grant else "refuse")
    if found.member.person_id == by.person_id:
        raise NotPermitted("own_leave")
    found.decided_at, found.decided_as = now, by.signature
    found.save()
    moved(compound_id, now)
    tell(
        found.compound, {found.member.person_id}, "rosters.leave_granted" if grant else "rosters.leave_refused",
        link="mine/", by=by, now=now, key=f"absence:{found.pk}:{found.state}", first=_day(found.first),
        last=_day(found.last),
    )  # fmt: skip
    _log(found, {"state": ["asked", found.state]}, by, now)
    return found


@transaction.atomic
def withdraw_off(*, compound_id: int, absence_id: int, by: Actor, now: datetime) -> Absence:
    """Take one's own back; the desk may take back anybody's.

    Refused: NotPermitted (not_yours, not_on_rosters), NoSuchThing, OutOfState (absence_moved_on).
    """
    from rosters.permissions import keeps

    found = _locked(compound_id, absence_id)
    if keeps(by):
        allow_keeping(by, compound_id)
    elif own_member(by, compound_id).pk != found.member_id:
        raise NoSuchThing
    had = found.state
    _move(found, "withdraw")
    found.decided_at, found.decided_as = now, by.signature
    found.save()
    moved(compound_id, now)
    _log(found, {"state": [had, found.state]}, by, now)
    return found


def _made(
    member: Member, *, kind: str, first: date, last: date, reason: str, by: Actor, now: datetime, granted: bool = False
) -> Absence:
    if kind not in Absence.Kind.values:
        raise BadInput("unknown_kind", field="kind")
    if last < first:
        raise BadInput("ends_before_start", field="last")
    today = localdate(now)
    if last < today:
        raise BadInput("in_past", field="last")
    if last - first > LONGEST or first - today > FARTHEST:
        raise BadInput("too_far", field="last")
    counts = granted or kind == Absence.Kind.WISH
    made: Absence = Absence.objects.create(
        compound_id=member.compound_id,
        member=member,
        kind=kind,
        first=first,
        last=last,
        reason=said(reason, "reason", MAX_REASON),
        state="granted" if counts else ABSENCE.initial,
        asked_at=now,
        asked_as=by.signature,
        decided_at=now if counts else None,
        decided_as=by.signature if counts else "",
    )
    moved(member.compound_id, now)
    return made


def _locked(compound_id: int, absence_id: int) -> Absence:
    found: Absence | None = (
        Absence.objects.select_for_update(of=("self",), no_key=True)
        .select_related("member", "compound")
        .filter(compound_id=compound_id, pk=absence_id)
        .first()
    )
    if found is None:
        raise NoSuchThing
    return found


def _move(found: Absence, action: str) -> None:
    if action not in {one.action for one in ABSENCE.actions_from(found.state)}:
        raise OutOfState("absence_moved_on")
    found.state = ABSENCE.target(found.state, action)


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _days(one: Absence) -> str:
    return f"{one.first} – {one.last}"


def _log(found: Absence, changes: dict[str, list[object]], by: Actor, now: datetime) -> None:
    target = f"rosters.absence:{found.pk}"
    keep(compound_id=found.compound_id, verb="absence", target=target, changes=changes, by=by, now=now)
