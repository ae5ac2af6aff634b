"""A month made or mended: the row first, then a worker, in three steps: what is needed is read, a roster is found without any
lock, and what came out is written at once or not at all. A second worker finds it taken; what a crash left the sweep takes again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.timezone import localdate

from rosters.actions.absences import enter_off
from rosters.actions.change import (
    allow_keeping,
    clock,
    grounded,
    keep,
    lock_rosters,
    locked,
    member_of,
    move,
    moved,
    write_shifts,
)
from rosters.making import Made, make, mend
from rosters.models import Absence, Roster
from rosters.queries.cases import Ground, duties_of, month_of, shifts_of
from rosters.queries.months import published
from rosters.refusals import BadInput, OutOfState
from rosters.rules.cases import Case, Duty
from rosters.rules.reading import read_case, read_day, read_duties, written, written_duties
from rosters.solving import Solver, is_installed, lent
from tenancy.actor import Actor
from tenancy.models import Compound
from tenancy.refs import new_ref
from tenancy.scope import scope

# Longer than any worker needs: whoever has been at it for so long has died.
SILENT = timedelta(seconds=60)
MOST_TRIES = 3
FARTHEST = timedelta(days=400)


@transaction.atomic
def ask_month(*, compound_id: int, month: date, by: Actor, now: datetime) -> Roster:
    """Have a month's roster made, as a draft instead of the one there may be; what is published stays.

    Refused: NotPermitted (not_yours), BadInput (no_posts, case, no_people, month_over, too_far).
    """
    allow_keeping(by, compound_id)
    compound = lock_rosters(compound_id)
    _ahead(month, now)
    there = grounded(compound_id, month)
    if not there.case.people:
        raise BadInput("no_people")
    made = new_edition(compound, month, Roster.Task.MAKE, case=written(there.case), by=by, now=now)
    _log(made, {"state": [None, made.state]}, by, now)
    queue_work(made)
    return made


@dataclass(frozen=True, slots=True)
class Sick:
    """Who cannot come from when to when, and why."""

    member_id: int
    first: date
    last: date
    reason: str = ""


@transaction.atomic
def ask_mend(*, compound_id: int, ref: str, sick: Sick, by: Actor, now: datetime) -> Roster:
    """Somebody falls ill: their leave is written down and a new edition asked for, with few changes and none before today.

    What of today has begun stays too. Refused: NotPermitted (not_yours), NoSuchThing, OutOfState (roster_moved_on, month_over),
    BadInput as for leave, and (not_this_month, no_posts, case).
    """
    allow_keeping(by, compound_id)
    compound = lock_rosters(compound_id)
    base = locked(compound_id, ref)
    if base.state != "published":
        raise OutOfState("roster_moved_on")
    member = member_of(compound_id, sick.member_id)
    since = max(sick.first, localdate(now))
    if month_of(base.month) not in {month_of(sick.first), month_of(sick.last)}:
        raise BadInput("not_this_month", field="first")
    if month_of(since) > base.month:
        raise OutOfState("month_over")
    since = max(since, base.month)
    enter_off(
        compound_id=compound_id, member_id=member.pk, kind=Absence.Kind.LEAVE, first=sick.first, last=sick.last,
        reason=sick.reason, by=by, now=now,
    )  # fmt: skip
    there = grounded(compound_id, base.month)
    rows = shifts_of(base)
    made = new_edition(compound, base.month, Roster.Task.MEND, case=written(there.case), base=base, by=by, now=now)
    made.asked = {
        "member": member.name,
        "since": since.isoformat(),
        "roster": written_duties(duties_of(rows)),
        "fixed": written_duties(duties_of(one for one in rows if one.starts_at <= now)),
    }
    made.save(update_fields=["asked"])
    _log(made, {"state": [None, made.state], "since": [None, str(since)], "away": [None, member.name]}, by, now)
    queue_work(made)
    return made


@transaction.atomic
def drop(*, compound_id: int, ref: str, by: Actor, now: datetime) -> Roster:
    """Give up a draft. Refused: NotPermitted (not_yours), NoSuchThing, OutOfState (roster_moved_on)."""
    allow_keeping(by, compound_id)
    found = locked(compound_id, ref)
    had = found.state
    move(found, "drop")
    found.ended_at = now
    found.save()
    moved(compound_id, now)
    _log(found, {"state": [had, found.state]}, by, now)
    return found


def new_edition(
    compound: Compound,
    month: date,
    task: str,
    *,
    case: dict[str, Any],
    by: Actor,
    now: datetime,
    base: Roster | None = None,
    state: str = "waiting",
) -> Roster:
    """The next edition of a month; a draft is dropped for a newer one. Needs the lock of the rosters."""
    mine = Roster.objects.filter(compound_id=compound.pk, month=month)
    if state != "published":
        mine.filter(state__in=["waiting", "making", "draft"]).update(state="dropped", ended_at=now)
    last = mine.aggregate(last=Max("edition"))["last"] or 0
    made: Roster = Roster.objects.create(
        compound=compound,
        ref=new_ref(),
        month=month,
        edition=last + 1,
        task=task,
        state=state,
        case=case,
        base=base if base is not None else published(compound.pk, month),
        asked_by=by.person_id,
        asked_at=now,
        asked_as=by.signature,
    )
    moved(compound.pk, now)
    return made


def queue_work(made: Roster) -> None:
    """After the commit a worker begins."""
    transaction.on_commit(partial(_queue, made.compound_id, made.pk))


def _queue(compound_id: int, roster_id: int) -> None:
    from rosters.tasks import work_on

    work_on.delay(compound_id=compound_id, roster_id=roster_id)


# The worker.


@dataclass(frozen=True, slots=True)
class Work:
    """What a worker has taken: the row, and the try by which it knows that it is still its own."""

    roster_id: int
    token: int
    task: str
    case: dict[str, Any]
    asked: dict[str, Any]


def waiting(*, compound_id: int, now: datetime) -> list[int]:
    """Editions that nobody is at work on. One statement."""
    rows = Roster.objects.filter(compound_id=compound_id, state__in=["waiting", "making"])
    return [
        one.pk
        for one in rows.order_by("pk")
        if one.state == "waiting" or one.tried_at is None or one.tried_at <= now - SILENT
    ]


def work(*, compound_id: int, roster_id: int, now: datetime | None = None) -> str | None:
    """Make or mend one edition; returns its state, None when there is nothing to do. May be repeated."""
    with scope(compound_id), transaction.atomic():
        taken = _taken(compound_id, roster_id, now or timezone.now())
    if taken is None:
        return None
    case = read_case(taken.case)
    with lent() as solver:
        made = _found(case, taken, solver if is_installed() else None)
    with scope(compound_id), transaction.atomic():
        return _written(compound_id, taken, case, made, now or timezone.now())


def _found(case: Case, taken: Work, solver: Solver | None) -> Made:
    if taken.task != Roster.Task.MEND:
        return make(case, solver)
    roster = _read(taken, "roster", case)
    since = read_day(taken.asked["since"], "since")
    return mend(case, roster, since=since, fixed=_read(taken, "fixed", case), solver=solver)


def _read(taken: Work, key: str, case: Case) -> Sequence[Duty]:
    """Duties of shifts that there still are; people who left keep what is past."""
    return [one for one in read_duties(taken.asked[key], key) if (one.post, one.turn) in case.turn]


def _taken(compound_id: int, roster_id: int, now: datetime) -> Work | None:
    row: Roster | None = (
        Roster.objects.select_for_update(of=("self",), no_key=True)
        .filter(compound_id=compound_id, pk=roster_id)
        .first()
    )
    if row is None or row.state not in {"waiting", "making"}:
        return None
    if row.state == "making" and row.tried_at is not None and row.tried_at > now - SILENT:
        return None
    if row.tries >= MOST_TRIES:
        move(row, "drop")
        row.ended_at, row.made = now, {"failed": True}
        row.save()
        moved(compound_id, now)
        _log(row, {"state": ["making", row.state]}, clock(compound_id), now)
        return None
    row.state, row.tries, row.tried_at = "making", row.tries + 1, now
    row.save(update_fields=["state", "tries", "tried_at"])
    moved(compound_id, now)
    return Work(row.pk, row.tries, row.task, row.case, row.asked)


def _written(compound_id: int, taken: Work, case: Case, made: Made, now: datetime) -> str | None:
    """The roster that was found, unless somebody has dropped it meanwhile or another worker has it."""
    lock_rosters(compound_id)
    row: Roster | None = (
        Roster.objects.select_for_update(of=("self",), no_key=True)
        .filter(compound_id=compound_id, pk=taken.roster_id, state="making", tries=taken.token)
        .first()
    )
    if row is None:
        return None
    there = named(row, case)
    write_shifts(row, [one for one in made.duties if one.person in there.members and one.post in there.stations], there)
    row.made = {
        "by": made.by,
        "proved": made.proved,
        "missing_proved": made.missing_proved,
        "gap": made.gap,
        "seconds": round((now - row.tried_at).total_seconds(), 1) if row.tried_at else None,
    }
    move(row, "finish")
    row.made_at = now
    row.save()
    moved(compound_id, now)
    about = {"state": ["making", row.state], "by": [None, made.by], "open": [None, made.open]}
    _log(row, about, clock(compound_id), now)
    return str(row.state)


def named(row: Roster, case: Case) -> Ground:
    """A case with the rows behind its names, those included that have left since. Two statements."""
    from rosters.models import Member, Station

    posts = Station.objects.filter(compound_id=row.compound_id, name__in=list(case.post)).order_by("ended_at", "pk")
    people = Member.objects.filter(compound_id=row.compound_id)
    return Ground(case, {one.name: one for one in reversed(posts)}, {one.name: one for one in people})


def _ahead(month: date, now: datetime) -> None:
    today = localdate(now)
    if month < today.replace(day=1):
        raise BadInput("month_over", field="month")
    if month - today > FARTHEST:
        raise BadInput("too_far", field="month")


def _log(made: Roster, changes: dict[str, Any], by: Actor, now: datetime) -> None:
    keep(
        compound_id=made.compound_id, verb="roster", target=f"rosters.roster:{made.pk}",
        changes={"month": [None, f"{made.month:%Y-%m}"], "edition": [None, made.edition], **changes}, by=by, now=now,
    )  # fmt: skip
