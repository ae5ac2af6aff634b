"""A shift changes hands: asked for by its holder, agreed by the colleague, approved by the desk; judged each time."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction

from lifecycle.typed import said
from rosters.actions.change import (
    allow_keeping,
    desk,
    grounded,
    keep,
    known,
    lock_rosters,
    member_of,
    moved,
    new_against,
    own_member,
    refuse_against,
    tell,
    write_difference,
)
from rosters.actions.making import new_edition
from rosters.actions.publishing import copy_shifts, hold, retire
from rosters.models import MAX_REASON, Member, Roster, Seen, Shift, Swap
from rosters.queries.cases import Ground, duties_of, shifts_of
from rosters.queries.months import published
from rosters.refusals import BadInput, NoSuchThing, OutOfState
from rosters.rules.cases import Duty
from rosters.rules.reading import written
from rosters.states import SWAP
from tenancy.actor import Actor


@dataclass(frozen=True, slots=True)
class Wish:
    """Which of one's own shifts goes to whom, and which of theirs comes back (None: none)."""

    shift_id: int
    taker_id: int
    back_id: int | None = None
    reason: str = ""


@transaction.atomic
def ask_swap(*, compound_id: int, wish: Wish, by: Actor, now: datetime) -> Swap:
    """Ask a colleague to take one's shift. What the checker would refuse is said now, not after they have agreed.

    Refused: NotPermitted (not_yours, not_on_rosters), NoSuchThing, OutOfState (shift_begun, swap_open), BadInput (no_such_person,
    not_their_shift, other_month, too_long), Against.
    """
    giver = own_member(by, compound_id)
    lock_rosters(compound_id)
    given = _shift(compound_id, wish.shift_id, giver, now)
    try:
        taker = member_of(compound_id, wish.taker_id)
    except NoSuchThing as error:
        raise BadInput("no_such_person", field="taker") from error
    if taker.pk == giver.pk:
        raise BadInput("no_such_person", field="taker")
    back: Shift | None = None
    if wish.back_id is not None:
        try:
            back = _shift(compound_id, wish.back_id, taker, now)
        except NoSuchThing as error:
            raise BadInput("not_their_shift", field="back") from error
        if back.roster_id != given.roster_id:
            raise BadInput("other_month", field="back")
    if Swap.objects.filter(
        compound_id=compound_id, giver=giver, station=given.station_id, day=given.day, turn=given.turn,
        state__in=SWAP.open_values(),
    ).exists():  # fmt: skip
        raise OutOfState("swap_open")
    made = Swap(
        compound_id=compound_id, month=given.roster.month, giver=giver, station_id=given.station_id, day=given.day,
        turn=given.turn, taker=taker, back_station_id=back.station_id if back else None, back_day=back.day if back else None,
        back_turn=back.turn if back else "", reason=said(wish.reason, "reason", MAX_REASON), asked_at=now,
    )  # fmt: skip
    _judged(made, now)
    made.save()
    moved(compound_id, now)
    tell(
        made.compound, {taker.person_id}, "rosters.swap_asked", link="mine/", by=by, now=now, key=f"swap:{made.pk}",
        who=giver.name, when=spoken(made.day, made.turn),
    )  # fmt: skip
    _log(made, {"state": [None, made.state]}, by, now)
    return made


@transaction.atomic
def answer_swap(*, compound_id: int, swap_id: int, agree: bool, by: Actor, now: datetime) -> Swap:
    """The colleague agrees or not; nothing changes before the desk approves.

    Refused: NotPermitted (not_yours, not_on_rosters), NoSuchThing, OutOfState (swap_moved_on, shift_begun).
    """
    taker = own_member(by, compound_id)
    found = _locked(compound_id, swap_id)
    if found.taker_id != taker.pk:
        raise NoSuchThing
    _move(found, "agree" if agree else "decline")
    found.answered_at = now
    found.save()
    moved(compound_id, now)
    when = spoken(found.day, found.turn)
    if agree:
        tell(
            found.compound, desk(compound_id, now), "rosters.swap_agreed", link="swaps/", by=by, now=now,
            key=f"swap:{found.pk}:agreed", who=found.giver.name, to=taker.name, when=when,
        )  # fmt: skip
    else:
        tell(
            found.compound, {found.giver.person_id}, "rosters.swap_declined", link="mine/", by=by, now=now,
            key=f"swap:{found.pk}:declined", to=taker.name, when=when,
        )  # fmt: skip
    _log(found, {"state": ["asked", found.state]}, by, now)
    return found


@transaction.atomic
def decide_swap(*, compound_id: int, swap_id: int, approve: bool, reason: str = "", by: Actor, now: datetime) -> Swap:
    """Approve it, which publishes a new edition, or not. Every rule and certificate is asked again.

    Refused: NotPermitted (not_yours), NoSuchThing, OutOfState (swap_moved_on, shift_begun), BadInput (say_why), Against.
    """
    allow_keeping(by, compound_id)
    compound = lock_rosters(compound_id)
    found = _locked(compound_id, swap_id)
    _move(found, "approve" if approve else "refuse")
    found.decided_at, found.decided_as = now, by.signature
    found.decided_why = said(reason, "reason", MAX_REASON, needed="" if approve else "say_why")
    if approve:
        base, there, before, after = _judged(found, now)
        made = _edition(compound, base, there, before=before, after=after, by=by, now=now)
        both = [Seen(compound_id=compound_id, roster=made, member=one, at=now) for one in (found.giver, found.taker)]
        Seen.objects.bulk_create(both, ignore_conflicts=True)
    found.save()
    moved(compound_id, now)
    template = "rosters.swap_approved" if approve else "rosters.swap_refused"
    tell(
        found.compound, {found.giver.person_id, found.taker.person_id}, template, link="mine/", by=by, now=now,
        key=f"swap:{found.pk}:{found.state}", when=spoken(found.day, found.turn), who=found.giver.name,
        to=found.taker.name, why=found.decided_why or "—",
    )  # fmt: skip
    _log(found, {"state": ["agreed", found.state]}, by, now)
    return found


@transaction.atomic
def withdraw_swap(*, compound_id: int, swap_id: int, by: Actor, now: datetime) -> Swap:
    """Take one's own wish back. Refused: NotPermitted (not_on_rosters), NoSuchThing, OutOfState (swap_moved_on)."""
    giver = own_member(by, compound_id)
    found = _locked(compound_id, swap_id)
    if found.giver_id != giver.pk:
        raise NoSuchThing
    had = found.state
    _move(found, "withdraw")
    found.decided_at, found.decided_as = now, by.signature
    found.save()
    moved(compound_id, now)
    _log(found, {"state": [had, found.state]}, by, now)
    return found


def spoken(day: date, turn: str) -> str:
    """A shift in words."""
    return f"{day.month}月{day.day}日 {turn}"


def _shift(compound_id: int, shift_id: int, member: Member, now: datetime) -> Shift:
    found: Shift | None = (
        Shift.objects.filter(compound_id=compound_id, pk=shift_id, member=member, roster__state="published")
        .select_related("roster", "station")
        .first()
    )
    if found is None:
        raise NoSuchThing
    if found.starts_at <= now:
        raise OutOfState("shift_begun")
    return found


def _judged(swap: Swap, now: datetime) -> tuple[Roster, Ground, list[Duty], list[Duty]]:
    """The published edition before and after the swap; OutOfState (swap_moved_on, shift_begun) or Against."""
    base = published(swap.compound_id, swap.month)
    if base is None:
        raise OutOfState("swap_moved_on")
    there = grounded(swap.compound_id, swap.month)
    rows = shifts_of(base)
    before = known(there, duties_of(rows))
    names = {one.pk: one.name for one in there.stations.values()}
    if swap.station_id not in names or (swap.back_station_id is not None and swap.back_station_id not in names):
        raise OutOfState("swap_moved_on")
    away = Duty(swap.day, names[swap.station_id], swap.turn, swap.giver.name)
    gone, come = [away], [replace(away, person=swap.taker.name)]
    if swap.back_day is not None and swap.back_station_id is not None:
        back = Duty(swap.back_day, names[swap.back_station_id], swap.back_turn, swap.taker.name)
        gone, come = [*gone, back], [*come, replace(back, person=swap.giver.name)]
    if not set(gone) <= set(before) or set(come) & set(before):
        raise OutOfState("swap_moved_on")
    keys = {(one.day, one.post, one.turn, one.person) for one in gone}
    if any((one.day, one.station.name, one.turn, one.member.name) in keys and one.starts_at <= now for one in rows):
        raise OutOfState("shift_begun")
    after = sorted([*(set(before) - set(gone)), *come])
    refuse_against(there.case, new_against(there.case, before, after))
    return base, there, before, after


def _edition(
    compound: Any, base: Roster, there: Ground, *, before: list[Duty], after: list[Duty], by: Actor, now: datetime
) -> Roster:
    retire(base, now)
    # A draft that somebody is at work on stays; its publishing says that the month has moved on.
    made = new_edition(
        compound, base.month, Roster.Task.SWAP, case=written(there.case), base=base, by=by, now=now, state="published"
    )
    made.made, made.made_at, made.gap_note = {"by": "hand"}, now, base.gap_note
    copy_shifts(base, made)
    write_difference(made, before, after, there)
    hold(made, base, by, now)
    return made


def _locked(compound_id: int, swap_id: int) -> Swap:
    found: Swap | None = (
        Swap.objects.select_for_update(of=("self",), no_key=True)
        .select_related("giver", "taker", "compound")
        .filter(compound_id=compound_id, pk=swap_id)
        .first()
    )
    if found is None:
        raise NoSuchThing
    return found


def _move(found: Swap, action: str) -> None:
    if action not in {one.action for one in SWAP.actions_from(found.state)}:
        raise OutOfState("swap_moved_on")
    found.state = SWAP.target(found.state, action)


def _log(made: Swap, changes: dict[str, Any], by: Actor, now: datetime) -> None:
    about = {"shift": [None, spoken(made.day, made.turn)], "to": [None, made.taker.name], **changes}
    keep(compound_id=made.compound_id, verb="swap", target=f"rosters.swap:{made.pk}", changes=about, by=by, now=now)
