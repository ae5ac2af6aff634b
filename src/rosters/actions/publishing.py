"""A draft changed by hand and published; acknowledged by everyone who is in it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from lifecycle.typed import said
from rosters import words
from rosters.actions.change import (
    allow_keeping,
    grounded,
    keep,
    known,
    lock_rosters,
    locked,
    move,
    moved,
    new_against,
    own_member,
    refuse_against,
    tell,
    write_difference,
)
from rosters.actions.making import new_edition
from rosters.making import changes
from rosters.models import MAX_REASON, Member, Roster, Seen, Shift
from rosters.queries.cases import Ground, duties_of, shifts_of
from rosters.queries.months import published
from rosters.refusals import BadInput, NoSuchThing, OutOfState
from rosters.rules.cases import Duty
from rosters.rules.checking import check
from rosters.rules.reading import read_case, written
from tenancy.actor import Actor

HAND = "hand"


@transaction.atomic
def revise(*, compound_id: int, ref: str, by: Actor, now: datetime) -> Roster:
    """Begin a draft from the published edition, to be changed by hand.

    Refused: NotPermitted (not_yours), NoSuchThing, OutOfState (roster_moved_on), BadInput (no_posts, case).
    """
    allow_keeping(by, compound_id)
    compound = lock_rosters(compound_id)
    base = locked(compound_id, ref)
    if base.state != "published":
        raise OutOfState("roster_moved_on")
    there = grounded(compound_id, base.month)
    case = written(there.case)
    made = new_edition(compound, base.month, Roster.Task.HAND, case=case, base=base, by=by, now=now, state="draft")
    made.made, made.made_at = {"by": HAND}, now
    made.save(update_fields=["made", "made_at"])
    copy_shifts(base, made)
    _log(made, {"state": [None, made.state], "base": [None, base.edition]}, by, now)
    return made


@transaction.atomic
def put(
    *, compound_id: int, ref: str, day: date, station_id: int, turn: str, out: int | None, into: int | None, by: Actor,
    now: datetime,
) -> Roster:  # fmt: skip
    """Change one cell of a draft: somebody out, somebody in, or one for the other. The checker judges it before it is saved.

    Refused: NotPermitted (not_yours), NoSuchThing, OutOfState (roster_moved_on, day_over), BadInput (nobody_chosen,
    already_on_shift), Against with what the checker says.
    """
    allow_keeping(by, compound_id)
    lock_rosters(compound_id)
    found = locked(compound_id, ref)
    if found.state != "draft":
        raise OutOfState("roster_moved_on")
    if day < localdate(now):
        raise OutOfState("day_over")
    if out is None and into is None:
        raise BadInput("nobody_chosen", field="into")
    there = grounded(compound_id, found.month)
    before = known(there, duties_of(shifts_of(found)))
    after, changed = changed_cell(there, before, day=day, station_id=station_id, turn=turn, out=out, into=into)
    refuse_against(there.case, new_against(there.case, before, after))
    write_difference(found, before, after, there)
    found.made = {"by": HAND}
    found.save(update_fields=["made"])
    moved(compound_id, now)
    _log(found, {f"{day} {turn}": list(changed)}, by, now)
    return found


def changed_cell(
    there: Ground, before: Sequence[Duty], *, day: date, station_id: int, turn: str, out: int | None, into: int | None
) -> tuple[list[Duty], tuple[str, str]]:
    """A roster with one cell changed, and who was and is there. Raises NoSuchThing, BadInput (already_on_shift)."""
    post = next((one for one in there.stations.values() if one.pk == station_id), None)
    names = {one.pk: one.name for one in there.members.values()}
    if post is None or (post.name, turn) not in there.case.turn or day.replace(day=1) != there.case.month:
        raise NoSuchThing
    if (out is not None and out not in names) or (into is not None and into not in names):
        raise NoSuchThing
    duty = Duty(day, post.name, turn, "")
    gone = replace(duty, person=names[out]) if out is not None else None
    come = replace(duty, person=names[into]) if into is not None else None
    if gone is not None and gone not in before:
        raise NoSuchThing
    if come is not None and come in before:
        raise BadInput("already_on_shift", field="into")
    after = sorted([one for one in before if one != gone] + ([come] if come is not None else []))
    return after, (gone.person if gone else "", come.person if come else "")


@transaction.atomic
def publish(*, compound_id: int, ref: str, gap_note: str = "", by: Actor, now: datetime) -> Roster:
    """Publish a draft: it holds from now on, and everyone in it is told. Nothing hard may stand against it.

    Shifts that nobody has are told by date, and stay open only with a word on how they are to be filled. What was wrong in the
    days before today is past. Refused: NotPermitted (not_yours), NoSuchThing, OutOfState (roster_moved_on, base_moved_on),
    BadInput (say_gaps, empty_roster, no_posts, case), Against.
    """
    allow_keeping(by, compound_id)
    lock_rosters(compound_id)
    found = locked(compound_id, ref)
    move(found, "publish")
    base = published(compound_id, found.month)
    if (base.pk if base else None) != found.base_id:
        raise OutOfState("base_moved_on")
    there = grounded(compound_id, found.month)
    duties = duties_of(shifts_of(found))
    if not duties:
        raise BadInput("empty_roster")
    today = localdate(now)
    findings = [one for one in check(there.case, duties) if one.hard]
    hard = [one for one in findings if one.code != "short"]
    if base is not None:
        had = duties_of(shifts_of(base))
        hard = new_against(there.case, had, duties)
    refuse_against(there.case, hard)
    note = said(gap_note, "gap_note", MAX_REASON)
    if not note and any(one.code == "short" and (one.day or today) >= today for one in findings):
        raise BadInput("say_gaps", field="gap_note")
    found.gap_note = note
    if base is not None:
        retire(base, now)
    hold(found, base, by, now)
    return found


def retire(base: Roster, now: datetime) -> None:
    """An edition holds no longer."""
    found = locked(base.compound_id, base.ref)
    move(found, "replace")
    found.ended_at = now
    found.save()


def hold(found: Roster, base: Roster | None, by: Actor, now: datetime) -> None:
    """An edition holds from now on, instead of ``base``. Who has the same shifts as before need not acknowledge again."""
    found.state, found.published_at, found.published_as = "published", now, by.signature
    found.save()
    rows = shifts_of(found)
    now_has = _by_member(rows)
    had = _by_member(shifts_of(base)) if base is not None else {}
    same = {one for one in now_has if had.get(one) == now_has[one]}
    if base is not None:
        seen = Seen.objects.filter(compound_id=found.compound_id, roster=base, member_id__in=same)
        Seen.objects.bulk_create(
            [Seen(compound_id=found.compound_id, roster=found, member_id=one.member_id, at=one.at) for one in seen]
        )
    people = {one.pk: one.person_id for one in Member.objects.filter(compound_id=found.compound_id)}
    told = {people[one] for one in {*now_has, *had} - same}
    template = "rosters.published" if base is None else "rosters.changed"
    month = f"{found.month.year}年{found.month.month}月"
    tell(found.compound, told, template, link="mine/", by=by, now=now, key=f"roster:{found.pk}:published", month=month)
    moved(found.compound_id, now)
    _log(found, {"state": ["draft", found.state], "replaces": [None, base.edition if base else None]}, by, now)


def _by_member(rows: Iterable[Shift]) -> dict[int, frozenset[tuple[object, ...]]]:
    found: dict[int, set[tuple[object, ...]]] = {}
    for one in rows:
        found.setdefault(one.member_id, set()).add((one.day, one.station_id, one.turn))
    return {key: frozenset(value) for key, value in found.items()}


@transaction.atomic
def acknowledge(*, compound_id: int, ref: str, by: Actor, now: datetime) -> Seen:
    """Somebody has read their shifts of a month. Again is the same.

    Refused: NotPermitted (not_yours, not_on_rosters), NoSuchThing (also where no shift is theirs), OutOfState (roster_moved_on).
    """
    member = own_member(by, compound_id)
    found = locked(compound_id, ref)
    if found.state != "published":
        raise OutOfState("roster_moved_on")
    if not Shift.objects.filter(compound_id=compound_id, roster=found, member=member).exists():
        raise NoSuchThing
    made: Seen
    made, new = Seen.objects.get_or_create(compound_id=compound_id, roster=found, member=member, defaults={"at": now})
    if new:
        moved(compound_id, now)
        _log(found, {"seen": [None, member.name]}, by, now)
    return made


def copy_shifts(base: Roster, made: Roster) -> None:
    """The shifts of one edition as another's."""
    Shift.objects.bulk_create(
        [
            Shift(
                compound_id=made.compound_id, roster=made, station_id=one.station_id, member_id=one.member_id, day=one.day,
                turn=one.turn, starts_at=one.starts_at, ends_at=one.ends_at, night=one.night, free_day=one.free_day,
            )
            for one in shifts_of(base)
        ]
    )  # fmt: skip


def what_changes(found: Roster) -> list[str]:
    """In words, what an edition changes against the one that it replaces; nothing for a first one."""
    if found.base is None:
        return []
    return words.changed(read_case(found.case), changes(duties_of(shifts_of(found.base)), duties_of(shifts_of(found))))


def _log(made: Roster, changed: dict[str, Any], by: Actor, now: datetime) -> None:
    keep(
        compound_id=made.compound_id, verb="roster", target=f"rosters.roster:{made.pk}",
        changes={"month": [None, f"{made.month:%Y-%m}"], "edition": [None, made.edition], **changed}, by=by, now=now,
    )  # fmt: skip
