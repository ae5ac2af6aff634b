"""Stopping a system: asked for with a plan and safeguards, approved by another person, announced at the entrance, begun, ended.

高层民用建筑消防安全管理规定 Art. 32 and 47(6): inner approval, an emergency plan, safeguards and a notice at the entrance.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import localtime

from equipment import queries
from equipment.actions.change import allow, clock, community, desk, everyone_in, keep, managers, tell
from equipment.models import MAX_REASON, MAX_SPOT, MAX_WORDS, Stop
from equipment.permissions import approves_stop, asks_stop, keeps
from equipment.refusals import BadInput, NoSuchThing, NotPermitted, OutOfState
from equipment.rules.standards import standards
from equipment.states import STOP
from lifecycle.typed import said
from notices.actions import submit, withdraw, write
from notices.actions.writing import Draft
from notices.models import Kind, Matter, Notice, State
from posting.actions.rounds import plan
from posting.models import Point
from tenancy.actor import Actor
from tenancy.models import Compound
from tenancy.refs import new_ref

LONG = timedelta(hours=24)
LONGEST = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class StopDraft:
    """What is asked for. ``systems`` as in table C.1; ``fire_service``: how the fire service was told, for over 24 hours."""

    systems: Sequence[str]
    place: str
    reason: str
    emergency_plan: str
    safeguards: str
    starts_at: datetime
    ends_at: datetime
    fire_service: str = ""


def systems() -> list[str]:
    """The systems of table C.1 that can be stopped."""
    return list(dict.fromkeys(kind.system for kind in standards().kinds.values() if kind.system != "其他"))


@transaction.atomic
def ask(*, compound_id: int, draft: StopDraft, by: Actor, now: datetime) -> Stop:
    """Ask that a system may stand still.

    Refused: NotPermitted (not_yours), BadInput (say_system, say_scope, say_why, say_plan, say_safeguards, too_long,
    ends_before_start, ends_in_past, stop_too_long, say_fire_service for more than 24 hours).
    """
    allow(by, compound_id, asks_stop(by))
    chosen = [one for one in systems() if one in set(draft.systems)]
    if not chosen or len(chosen) != len(set(draft.systems)):
        raise BadInput("say_system", field="systems")
    if draft.ends_at <= draft.starts_at:
        raise BadInput("ends_before_start", field="ends_at")
    if draft.ends_at <= now:
        raise BadInput("ends_in_past", field="ends_at")
    if draft.ends_at - draft.starts_at > LONGEST:
        raise BadInput("stop_too_long", field="ends_at", most=str(LONGEST.days))
    long = draft.ends_at - draft.starts_at > LONG
    made: Stop = Stop.objects.create(
        compound_id=compound_id,
        ref=new_ref(),
        systems=chosen,
        place=said(draft.place, "place", MAX_SPOT, needed="say_scope"),
        reason=said(draft.reason, "reason", MAX_WORDS, needed="say_why"),
        emergency_plan=said(draft.emergency_plan, "emergency_plan", MAX_WORDS, needed="say_plan"),
        safeguards=said(draft.safeguards, "safeguards", MAX_WORDS, needed="say_safeguards"),
        fire_service=said(draft.fire_service, "fire_service", MAX_REASON, needed="say_fire_service" if long else ""),
        starts_at=draft.starts_at,
        ends_at=draft.ends_at,
        asked_by=by.person_id,
        asked_as=by.signature,
        asked_at=now,
    )
    _tell(made, managers(everyone_in(compound_id, now)), "equipment.stop_asked", by, now)
    _log(made, {"state": [None, made.state], "systems": [None, "、".join(chosen)]}, by, now)
    return made


@transaction.atomic
def approve(*, compound_id: int, ref: str, by: Actor, now: datetime) -> Stop:
    """Approve it, which publishes the notice on the board and has it put up at the entrances.

    Refused: NotPermitted (not_yours, own_stop: whoever asked), NoSuchThing, OutOfState (stop_moved_on), BadInput
    (ends_in_past), and as the board refuses a notice.
    """
    allow(by, compound_id, approves_stop(by))
    found = _locked(compound_id, ref)
    _move(found, "approve")
    if found.asked_by == by.person_id:
        raise NotPermitted("own_stop")
    if found.ends_at <= now:
        raise BadInput("ends_in_past", field="ends_at")
    found.decided_by, found.decided_as, found.decided_at = by.person_id, by.signature, now
    found.notice = _announce(found, by, now)
    found.save()
    _tell(found, {found.asked_by}, "equipment.stop_approved", by, now)
    _log(found, {"state": ["asked", found.state], "notice": [None, found.notice.ref]}, by, now)
    return found


@transaction.atomic
def refuse(*, compound_id: int, ref: str, reason: str, by: Actor, now: datetime) -> Stop:
    """Do not approve it, saying why. Refused: NotPermitted, NoSuchThing, OutOfState (stop_moved_on), BadInput (say_why)."""
    allow(by, compound_id, approves_stop(by))
    found = _locked(compound_id, ref)
    _move(found, "refuse")
    found.decided_by, found.decided_as, found.decided_at = by.person_id, by.signature, now
    found.decided_why = said(reason, "reason", MAX_REASON, needed="say_why")
    found.save()
    _tell(found, {found.asked_by}, "equipment.stop_refused", by, now, why=found.decided_why)
    _log(found, {"state": ["asked", found.state], "why": [None, found.decided_why]}, by, now)
    return found


@transaction.atomic
def begin(*, compound_id: int, ref: str, by: Actor, now: datetime) -> Stop:
    """The system stands still from now on. Its notice must be out: without one at the entrance it may not begin.

    Refused: NotPermitted (not_yours), NoSuchThing, OutOfState (stop_moved_on, notice_not_out).
    """
    allow(by, compound_id, keeps(by))
    found = _locked(compound_id, ref)
    _move(found, "begin")
    if found.notice is None or found.notice.state != State.PUBLISHED:
        raise OutOfState("notice_not_out")
    found.began_at, found.began_as = now, by.signature
    found.save()
    here = everyone_in(compound_id, now)
    _tell(found, [*desk(here), *community(here)], "equipment.stop_began", by, now)
    _log(found, {"state": ["approved", found.state]}, by, now)
    return found


@transaction.atomic
def restore(*, compound_id: int, ref: str, by: Actor, now: datetime) -> Stop:
    """It runs again; the notice comes down. Refused: NotPermitted (not_yours), NoSuchThing, OutOfState (stop_moved_on)."""
    allow(by, compound_id, keeps(by))
    found = _locked(compound_id, ref)
    _move(found, "restore")
    found.restored_at, found.restored_as = now, by.signature
    found.save()
    _take_down(found, "消防设施已恢复运行", by, now)
    here = everyone_in(compound_id, now)
    _tell(found, [*desk(here), *community(here)], "equipment.stop_ended", by, now)
    _log(found, {"state": ["stopped", found.state]}, by, now)
    return found


@transaction.atomic
def give_up(*, compound_id: int, ref: str, by: Actor, now: datetime) -> Stop:
    """Take the request back before anything stood still; a notice that is out comes down.

    Refused: NotPermitted (not_yours), NoSuchThing, OutOfState (stop_moved_on).
    """
    allow(by, compound_id, asks_stop(by))
    found = _locked(compound_id, ref)
    was = found.state
    _move(found, "withdraw")
    if found.asked_by != by.person_id and not keeps(by):
        raise NotPermitted("not_yours")
    if found.notice_id is not None and not keeps(by):
        raise NotPermitted("not_yours")  # who may not speak on the board cannot take a notice down
    found.save()
    _take_down(found, "不再停用", by, now)
    _log(found, {"state": [was, found.state]}, by, now)
    return found


def tell_late(*, compound_id: int, now: datetime) -> int:
    """Tell the desk and the community what still stands though its time is over; once. May be repeated."""
    done = 0
    for pk in queries.late_stops(now).filter(compound_id=compound_id).values_list("pk", flat=True):
        with transaction.atomic():
            found = (
                queries.late_stops(now)
                .select_for_update(of=("self",), no_key=True)
                .filter(compound_id=compound_id, pk=pk)
                .first()
            )
            if found is None:
                continue
            found.late_told_at = now
            found.save(update_fields=["late_told_at"])
            here = everyone_in(compound_id, now)
            _tell(found, [*desk(here), *community(here)], "equipment.stop_late", clock(compound_id), now)
            done += 1
    return done


def _announce(stop: Stop, by: Actor, now: datetime) -> Notice:
    """The notice: on the board at once, and on paper at the entrances."""
    what = "、".join(stop.systems)
    draft = Draft(
        kind=Kind.ANNOUNCEMENT,
        matter=Matter.SAFETY,
        title=f"消防设施停用公告：{what}"[:80],
        source=(
            f"**停用设施**：{what}\n\n**范围**：{stop.place}\n\n"
            f"**时间**：{_moment(stop.starts_at)} 至 {_moment(stop.ends_at)}\n\n**原因**：{stop.reason}\n\n"
            f"**应急方案**：{stop.emergency_plan}\n\n**安全保护措施**：{stop.safeguards}\n\n"
            "停用期间请注意用火用电安全，发现火情立即拨打 119，并告诉物业。"
        ),
        expires_at=stop.ends_at + timedelta(hours=12),
    )
    written = write(compound_ids=[stop.compound_id], draft=draft, by=by, now=now)[0]
    points = list(
        Point.objects.filter(compound_id=stop.compound_id, retired_at__isnull=True, kind__in=["entrance", "gate"])
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    # Without a point at an entrance it goes to every point that there is.
    plan(compound_id=stop.compound_id, ref=written.ref, wanted=True, point_ids=points, by=by, now=now)
    return submit(compound_id=stop.compound_id, ref=written.ref, by=by, now=now)


def _take_down(stop: Stop, why: str, by: Actor, now: datetime) -> None:
    if stop.notice is not None and stop.notice.state not in {State.WITHDRAWN, State.EXPIRED}:
        withdraw(compound_id=stop.compound_id, ref=stop.notice.ref, reason=why, by=by, now=now)


def _moment(at: datetime) -> str:
    local = localtime(at)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def _locked(compound_id: int, ref: str) -> Stop:
    found: Stop | None = (
        Stop.objects.select_for_update(of=("self",), no_key=True)
        .select_related("notice")
        .filter(compound_id=compound_id, ref=ref)
        .first()
    )
    if found is None:
        raise NoSuchThing
    return found


def _move(stop: Stop, action: str) -> None:
    if action not in {one.action for one in STOP.actions_from(stop.state)}:
        raise OutOfState("stop_moved_on")
    stop.state = STOP.target(stop.state, action)


def _tell(stop: Stop, people: Sequence[int] | set[int], template: str, by: Actor, now: datetime, **more: str) -> None:
    tell(
        Compound.objects.get(pk=stop.compound_id), people, template, link=f"stops/{stop.ref}/", by=by, now=now,
        key=f"{template}:{stop.pk}", what="、".join(stop.systems), place=stop.place,
        ends=f"{localtime(stop.ends_at):%m-%d %H:%M}",
        **more,
    )  # fmt: skip


def _log(stop: Stop, changes: dict[str, list[str | None]], by: Actor, now: datetime) -> None:
    keep(compound_id=stop.compound_id, verb="stop", target=f"equipment.stop:{stop.pk}", changes=changes, by=by, now=now)
