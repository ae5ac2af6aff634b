"""Rounds: an edition to be put up, looked at or taken down, one task a point. Most arise by themselves."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.timezone import localdate

from documents.actions import retire_documents
from notices.models import Notice, State, Version
from notices.pdf import SHEET, target_of
from parties.queries import serving_company
from posting.actions.change import clock, everyone_in, keep, moment, tell, walk_link, walkers
from posting.models import Plan, Point, Round, Task
from posting.permissions import may_plan
from posting.queries import points_with_paper
from posting.refusals import BadInput, NoSuchThing, NotPermitted, OutOfState
from posting.rules.jobs import CHECK, CHECK_EVERY, POST, SIDES, TAKE_DOWN, due_for, side_for, wants_paper
from tenancy.actor import Actor

_TEMPLATES = {
    Round.Reason.CORRECTED: "posting.changed",
    Round.Reason.WITHDRAWN: "posting.take_down",
    Round.Reason.EXPIRED: "posting.take_down",
}
# After these the notice is over: what was past its time by then was missed, and says so.
_ENDS = frozenset({"completed", "withdrawn", "expired"})
_PUT_UP = (Round.Reason.PUBLISHED, Round.Reason.CORRECTED, Round.Reason.ADDED)


@transaction.atomic
def plan(
    *,
    compound_id: int,
    ref: str,
    wanted: bool,
    point_ids: Sequence[int] = (),
    side: str = "",
    due_at: datetime | None = None,
    by: Actor,
    now: datetime,
) -> Plan:
    """Say whether a notice goes on the walls, at which points (none named: all in use), by whom ("" by who speaks), by when.

    Of one that is out the tasks that are missing are made at once. A publicity (公示) always goes up. Refused: NoSuchThing,
    NotPermitted (not_yours), OutOfState (over), BadInput (always_paper, no_such_point, unknown_side, due_in_past).
    """
    found = _to_plan(compound_id=compound_id, ref=ref, by=by)
    asked = sorted(set(point_ids))
    _check_plan(found, wanted=wanted, asked=asked, side=side, due_at=due_at, now=now)
    made: Plan = Plan.objects.update_or_create(
        compound_id=compound_id,
        notice=found,
        defaults={
            "wanted": wanted,
            "point_ids": asked,
            "side": side,
            "due_at": due_at,
            "over_at": None,
            "made_at": now,
            "made_as": by.signature,
        },
    )[0]
    if found.state == State.PUBLISHED and found.current is not None:
        if wanted:
            if side:  # who goes round from now on, with what is still to be done
                Round.objects.filter(compound_id=compound_id, notice=found, state=Round.State.OPEN).update(side=side)
            _post_missing(found, found.current, made, Round.Reason.ADDED, by=by, now=now)
        else:
            void(found, why="unwanted", jobs=(POST, CHECK), now=now)
            take_down(found, Round.Reason.WITHDRAWN, by=by, now=now)
    keep(
        compound_id=compound_id,
        verb="plan",
        target=f"notices.notice:{found.pk}",
        changes={"paper": [None, "yes" if wanted else "no"], "points": [None, ",".join(map(str, asked)) or "all"]},
        by=by,
        now=now,
        notice=found.ref,
    )
    return made


def _to_plan(*, compound_id: int, ref: str, by: Actor) -> Notice:
    found: Notice | None = (
        Notice.objects.select_for_update(of=("self",), no_key=True)
        .select_related("compound", "current")
        .filter(compound_id=compound_id, ref=ref)
        .first()
    )
    if found is None:
        raise NoSuchThing
    if compound_id not in by.compound_ids or not may_plan(by, found):
        raise NotPermitted("not_yours")
    return found


def _check_plan(
    found: Notice, *, wanted: bool, asked: Sequence[int], side: str, due_at: datetime | None, now: datetime
) -> None:
    if found.state in {State.WITHDRAWN, State.EXPIRED}:
        raise OutOfState("over")
    if not wanted and wants_paper(found.kind):
        raise BadInput("always_paper", field="wanted")
    if side and side not in SIDES:
        raise BadInput("unknown_side", field="side")
    if due_at is not None and due_at <= now:
        raise BadInput("due_in_past", field="due_at")
    if asked and len(_active(found.compound_id, asked)) != len(asked):
        raise BadInput("no_such_point", field="points")


def published(notice: Notice, version: Version, now: datetime) -> None:
    """An edition came out (``notices.hooks``): what hung before is to be replaced, and this is to be put up."""
    if version.edition is not None and version.edition > 1:
        # Paper of an older edition is replaced paper, whether or not the new one was printed yet.
        retire_documents(compound_id=notice.compound_id, kind=SHEET, target=target_of(notice), now=now)
    made: Plan | None = Plan.objects.filter(compound_id=notice.compound_id, notice=notice).first()
    if made is None:
        if not wants_paper(notice.kind):
            return
        made = Plan.objects.create(
            compound_id=notice.compound_id, notice=notice, wanted=True, made_at=now, made_as=clock(0).label
        )
    if not made.wanted or made.over_at is not None:
        return
    first = version.edition == 1
    if not first:
        void(notice, why="corrected", jobs=(POST, CHECK), now=now)
    reason = Round.Reason.PUBLISHED if first else Round.Reason.CORRECTED
    _post_missing(notice, version, made, reason, by=clock(notice.compound_id), now=now)


def withdrawn(notice: Notice, version: Version | None, now: datetime) -> None:
    """A notice was withdrawn (``notices.hooks``): nothing more is put up, and what hangs comes down."""
    if version is None:
        return
    retire_documents(compound_id=notice.compound_id, kind=SHEET, target=target_of(notice), now=now)
    void(notice, why="withdrawn", jobs=(POST, CHECK), now=now)
    take_down(notice, Round.Reason.WITHDRAWN, by=clock(notice.compound_id), now=now, version=version)


def take_down(
    notice: Notice,
    reason: str,
    *,
    by: Actor,
    now: datetime,
    version: Version | None = None,
    points: Iterable[Point] | None = None,
) -> Round | None:
    """Have what hangs (or what hangs at these points) taken down; None where nothing does."""
    hanging = list(points) if points is not None else points_with_paper(notice)
    Plan.objects.filter(compound_id=notice.compound_id, notice=notice).update(check_at=None)
    edition = version or notice.current
    if edition is None:
        return None
    return _round(notice, edition, TAKE_DOWN, reason, hanging, by=by, now=now)


def check(notice: Notice, *, by: Actor, now: datetime) -> Round | None:
    """Have what hangs looked at: is it still there, whole?"""
    hanging = [one for one in points_with_paper(notice) if one.retired_at is None]
    Plan.objects.filter(compound_id=notice.compound_id, notice=notice).update(
        check_at=now + CHECK_EVERY if hanging else None
    )
    return _round(notice, notice.current, CHECK, Round.Reason.CHECK, hanging, by=by, now=now)


def post_again(notice: Notice, point: Point, *, by: Actor, now: datetime) -> Round | None:
    """A paper is gone or damaged: put it up again."""
    made = _round(notice, notice.current, POST, Round.Reason.GONE, [point], by=by, now=now, silent=True)
    if made is not None:
        tell(
            notice,
            walkers(everyone_in(notice.compound_id, now), made.side),
            "posting.gone",
            to=walk_link(notice),
            by=by,
            now=now,
            key=f"posting.gone:{made.pk}:{point.pk}",
            place=str(point),
            due=moment(made.due_at),
        )
    return made


@transaction.atomic
def close(notice: Notice, *, why: str, at: datetime, now: datetime) -> int:
    """Ask for nothing more about a notice that stays out: what it hung for ended at ``at``. Returns how many tasks end.

    What was to be done by then and was not stays as missed. May be repeated; ``plan`` opens it again.
    """
    rows = Plan.objects.filter(compound_id=notice.compound_id, notice=notice, wanted=True, over_at__isnull=True)
    if not rows.update(over_at=at):
        return 0
    ended = void(notice, why=why, jobs=(POST, CHECK), now=at)
    keep(
        compound_id=notice.compound_id,
        verb="close",
        target=f"notices.notice:{notice.pk}",
        changes={"over_at": [None, at.isoformat()], "why": [None, why], "ended": [None, ended]},
        by=clock(notice.compound_id),
        now=now,
        notice=notice.ref,
    )
    return ended


def void(notice: Notice, *, why: str, jobs: Sequence[str], now: datetime) -> int:
    """End the open tasks of a notice that nobody needs to do any more; returns how many."""
    rows = Task.objects.filter(compound_id=notice.compound_id, notice=notice, job__in=jobs, state=Task.State.OPEN)
    count = 0
    if why in _ENDS:
        late = rows.filter(round__due_at__lt=now)
        count += late.update(state=Task.State.MISSED, ended_at=now, void_why=why)
    count += rows.update(state=Task.State.VOID, ended_at=now, void_why=why)
    settle_rounds(notice.compound_id, now, notice=notice)
    return count


def done_after_all(task: Task, happened_at: datetime, now: datetime) -> None:
    """Heard of too late, but it was done before the end: it was not missed."""
    rows = Task.objects.filter(
        compound_id=task.compound_id, pk=task.pk, state=Task.State.MISSED, ended_at__gte=happened_at
    )
    if not rows.update(state=Task.State.DONE, ended_at=now, void_why=""):
        return
    left = Task.objects.filter(compound_id=task.compound_id, round=OuterRef("pk"), state=Task.State.MISSED)
    found = Round.objects.filter(compound_id=task.compound_id, pk=task.round_id, state=Round.State.MISSED)
    found.exclude(Exists(left)).update(state=Round.State.DONE)


def point_left(point: Point, now: datetime) -> None:
    """A point went out of use: its open tasks end."""
    rows = Task.objects.filter(compound_id=point.compound_id, point=point, state=Task.State.OPEN)
    rows.update(state=Task.State.VOID, ended_at=now, void_why="retired")
    settle_rounds(point.compound_id, now)


def settle_rounds(compound_id: int, now: datetime, *, notice: Notice | None = None) -> None:
    """Close the rounds in which nothing is open any more: missed, else done when something was, else not needed."""
    tasks = Task.objects.filter(compound_id=compound_id, round=OuterRef("pk"))
    over = Round.objects.filter(compound_id=compound_id, state=Round.State.OPEN).exclude(
        Exists(tasks.filter(state=Task.State.OPEN))
    )
    if notice is not None:
        over = over.filter(notice=notice)
    done = Exists(tasks.filter(state=Task.State.DONE))
    over.filter(Exists(tasks.filter(state=Task.State.MISSED))).update(state=Round.State.MISSED, ended_at=now)
    over.filter(done).update(state=Round.State.DONE, ended_at=now)
    over.update(state=Round.State.VOID, ended_at=now)


def _post_missing(notice: Notice, version: Version, made: Plan, reason: str, *, by: Actor, now: datetime) -> None:
    """Tasks for every point where this edition is wanted and was not asked for yet."""
    asked = set(
        Task.objects.filter(
            compound_id=notice.compound_id, notice=notice, job=POST, round__edition=version.edition
        )
        .exclude(state__in=[Task.State.VOID, Task.State.MISSED])
        .values_list("point_id", flat=True)
    )  # fmt: skip
    points = [one for one in _active(notice.compound_id, made.point_ids) if one.pk not in asked]
    _round(notice, version, POST, reason, points, by=by, now=now, side=made.side, due_at=made.due_at)


def _active(compound_id: int, point_ids: Sequence[int]) -> list[Point]:
    found = Point.objects.filter(compound_id=compound_id, retired_at__isnull=True)
    return list((found.filter(pk__in=point_ids) if point_ids else found).order_by("position", "pk"))


def _round(
    notice: Notice,
    version: Version,
    job: str,
    reason: str,
    points: Sequence[Point],
    *,
    by: Actor,
    now: datetime,
    side: str = "",
    due_at: datetime | None = None,
    silent: bool = False,
) -> Round | None:
    """A round over these points, without those where the same is asked for already; None when none is left."""
    open_ones = set(
        Task.objects.filter(compound_id=notice.compound_id, notice=notice, job=job, state=Task.State.OPEN).values_list(
            "point_id", flat=True
        )
    )
    left = [one for one in points if one.pk not in open_ones]
    if not left:
        return None
    if not side:
        chosen = Plan.objects.filter(compound_id=notice.compound_id, notice=notice).values_list("side", flat=True)
        side = chosen.first() or side_for(
            notice.side, has_company=serving_company(notice.compound_id, localdate(now)) is not None
        )
    due = due_at if due_at is not None and due_at > now else due_for(notice.kind, job, now)
    made: Round = Round.objects.create(
        compound_id=notice.compound_id,
        notice=notice,
        version=version,
        edition=version.edition,
        job=job,
        reason=reason,
        side=side,
        made_at=now,
        due_at=due,
    )
    Task.objects.bulk_create(
        Task(compound_id=notice.compound_id, round=made, notice=notice, point=one, job=job) for one in left
    )
    if not silent and job != CHECK:
        tell(
            notice,
            walkers(everyone_in(notice.compound_id, now), side),
            _TEMPLATES.get(Round.Reason(reason), "posting.todo"),
            to=walk_link(notice),
            by=by,
            now=now,
            key=f"posting.round:{made.pk}",
            count=str(len(left)),
            due=moment(due),
            **({"edition": str(version.edition)} if reason == Round.Reason.CORRECTED else {}),
        )
    return made
