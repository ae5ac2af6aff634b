"""Plans and routes: made from the register and the standards with one act, changed by hand, never looser than the standard."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.timezone import get_current_timezone, localdate

from equipment.models import Piece, Run
from equipment.queries import buildings, own_words, unit_of
from equipment.rules.cadence import CADENCES, TWO_HOURS, is_looser
from lifecycle.typed import said
from rounds.actions.ahead import make_plan
from rounds.actions.change import allow_keeping, clock, keep, lock_plans
from rounds.actions.records import recount_open
from rounds.models import (
    MAX_ADDRESS,
    MAX_NAME,
    MAX_REASON,
    Edition,
    Horizon,
    Item,
    Occurrence,
    Plan,
    Point,
    Route,
    State,
)
from rounds.refusals import BadInput, NoSuchThing
from rounds.rules.drafts import PlanDraft, PointDraft, Standing, drafts, form_items
from rounds.rules.duties import MOST_TIMES, WHOLE_DAY, duties
from tenancy.actor import Actor

MOST_POINTS = 1000
MOST_ITEMS = 20
OWN = "own"
# Why a plan ended that nobody ended by hand (``rounds.words.ENDED``).
NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class Made:
    """What one act brought: plans that are new, points that came and points that went."""

    plans: int
    points: int
    retired: int


@dataclass(frozen=True, slots=True)
class Change:
    """How a plan is to be from now on: minutes from midnight, ``ends`` over 1440 on the day after."""

    name: str
    every: str
    starts: int
    ends: int
    times: int
    reason: str = ""


class TooLoose(BadInput):
    """A cadence that asks less than the standard; ``plan`` says what it asks and where."""

    def __init__(self, plan: Plan) -> None:
        super().__init__("looser", field="every")
        self.plan = plan


@transaction.atomic
def make_plans(*, compound_id: int, by: Actor, now: datetime) -> Made:
    """Make every plan that the register and the standards ask for and that is not there; bring routes up to the register.

    Plans that somebody changed stay as they are, but none stays looser than the standard. Refused: NotPermitted (not_yours).
    """
    allow_keeping(by, compound_id)
    lock_plans(compound_id)
    return _bring_up(compound_id, ended_by_hand=frozenset(), by=by, now=now)


def mark(compound_id: int, now: datetime) -> None:
    """The register or a rule has changed: the plans are brought up to it after the commit, and by the sweep whatever happens."""
    Horizon.objects.bulk_create(
        [Horizon(compound_id=compound_id, until=localdate(now), register_moved_at=now)],
        update_conflicts=True,
        unique_fields=["compound"],
        update_fields=["register_moved_at"],
    )
    transaction.on_commit(partial(_queue, compound_id), robust=True)


def _queue(compound_id: int) -> None:
    from rounds.tasks import follow

    follow.delay(compound_id=compound_id)


@transaction.atomic
def follow_register(*, compound_id: int, now: datetime) -> Made | None:
    """Bring the plans up to a register or rules that have changed. May be repeated; None where nothing had changed.

    A compound that planned nothing yet and took no list in goes on entering pieces; its first plans are the manager's act.
    What somebody ended by hand stays ended.
    """
    lock_plans(compound_id)
    marked = Horizon.objects.select_for_update(no_key=True).filter(
        compound_id=compound_id, register_moved_at__isnull=False
    )
    if not marked.exists():
        return None
    plans = Plan.objects.filter(compound_id=compound_id)
    made = None
    if plans.exists() or Run.objects.filter(compound_id=compound_id, state="done").exists():
        latest = plans.order_by("key", "-version", "-pk").distinct("key")
        ended = {one.key for one in latest if one.ended_at is not None and one.ended_why != NOT_ASKED}
        made = _bring_up(compound_id, ended_by_hand=ended, by=clock(compound_id), now=now)
    marked.update(register_moved_at=None)
    return made


def moved_registers() -> list[int]:
    """Compounds whose plans wait to be brought up to their register. Runs across compounds."""
    rows = Horizon.objects.filter(register_moved_at__isnull=False)
    return sorted(rows.values_list("compound_id", flat=True))


def _bring_up(compound_id: int, *, ended_by_hand: Collection[str], by: Actor, now: datetime) -> Made:
    """Every plan that the register and the standards ask for, its route with it; the compound is locked."""
    wanted = drafts(
        _register(compound_id),
        unit=unit_of(compound_id),
        buildings=[(one.pk, one.name) for one in buildings(compound_id)],
        own=own_words(compound_id),
    )
    there = {
        one.key: one
        for one in Plan.objects.filter(compound_id=compound_id, ended_at__isnull=True).select_related("route")
    }
    fresh, points, retired = 0, 0, 0
    for draft in wanted:
        plan = there.get(draft.key)
        if plan is None and draft.key in ended_by_hand:
            continue
        if plan is None:
            _make(compound_id, draft, by=by, now=now)
            fresh, points = fresh + 1, points + len(draft.points)
            continue
        if plan.standard != draft.every:
            plan = _tightened(plan, draft, by=by, now=now)
        if plan.route is not None and ":" in draft.key:
            came, went = _bring(plan.route, draft.points, by=by, now=now)
            points, retired = points + came, retired + went
    for key in sorted(set(there) - {one.key for one in wanted}):
        # Of pieces that stand there no more, or are asked for more often now: their rounds go on under another plan.
        if ":" in key:
            _end(there[key], reason=NOT_ASKED, since=localdate(now) + timedelta(days=1), now=now)
            _let_go(there[key], now=now)
            retired += 1
    made = Made(fresh, points, retired)
    if fresh or points or retired:
        keep(
            compound_id=compound_id, verb="make_plans", target=f"tenancy.compound:{compound_id}",
            changes={"plans": [None, fresh], "points": [None, points], "retired": [None, retired]}, by=by, now=now,
        )  # fmt: skip
    return made


def _register(compound_id: int) -> list[Standing]:
    rows = (
        Piece.objects.filter(compound_id=compound_id)
        .exclude(state=Piece.State.GONE)
        .select_related("building")
        .order_by("position", "number", "pk")
    )
    return [_standing(one) for one in rows]


def _standing(one: Piece) -> Standing:
    return Standing(
        one.pk, one.kind, one.subtype, one.place, one.building_id, one.building.name if one.building else "", one.floor,
        one.number, one.address, one.count,
    )  # fmt: skip


def _make(compound_id: int, draft: PlanDraft, *, by: Actor, now: datetime) -> Plan:
    duty = duties().by_key[draft.duty]
    route = None
    if draft.points:
        route = Route.objects.create(
            compound_id=compound_id, name=_free_name(compound_id, draft.name), made_at=now
        )  # fmt: skip
        _add(route, list(enumerate(draft.points)))
        _publish(route, by=by, now=now)
    plan: Plan = Plan.objects.create(
        compound_id=compound_id, key=draft.key, duty=draft.duty, name=draft.name[:MAX_NAME], route=route,
        form=draft.form, every=draft.every, standard=draft.every, months=list(draft.months), starts=duty.starts,
        ends=duty.ends, times=duty.times, grace=duty.grace, weight=duties().weights[duty.weight],
        clause=draft.clause[:80], confirmed=draft.confirmed, since=localdate(now), made_at=now, made_as=by.signature,
    )  # fmt: skip
    make_plan(plan, now=now)
    return plan


def _free_name(compound_id: int, name: str) -> str:
    taken = set(
        Route.objects.filter(compound_id=compound_id, retired_at__isnull=True, name__startswith=name[:MAX_NAME - 4])
        .values_list("name", flat=True)
    )  # fmt: skip
    tried, n = name[:MAX_NAME], 1
    while tried in taken:
        n += 1
        tried = f"{name[: MAX_NAME - 4]} {n}"
    return tried


def _add(route: Route, wanted: Sequence[tuple[int, PointDraft]]) -> None:
    """Points with their positions."""
    Point.objects.bulk_create(
        Point(
            compound_id=route.compound_id, route=route, piece_id=one.piece, name=one.name[:MAX_NAME],
            address=one.address[:MAX_ADDRESS], building=one.building[:MAX_NAME], floor=one.floor[:12], kind=one.kind,
            count=one.count, form=one.form, position=position,
        )
        for position, one in wanted
    )  # fmt: skip


def _bring(route: Route, wanted: Sequence[PointDraft], *, by: Actor, now: datetime) -> tuple[int, int]:
    """Bring a route up to the register: what is new is added in its place, what is gone retires."""
    live = list(
        Point.objects.filter(compound_id=route.compound_id, route=route, retired_at__isnull=True).order_by(
            "position", "pk"
        )
    )
    by_piece = {one.piece_id: one for one in live if one.piece_id is not None}
    asked = {one.piece for one in wanted}
    fresh = [one for one in wanted if one.piece not in by_piece]
    gone = [one for piece, one in by_piece.items() if piece not in asked]
    stay = [one for one in live if one.piece_id is None or one.piece_id in asked]
    position = {key: n for n, key in enumerate(_order(stay, wanted, by_hand=route.by_hand))}
    changed = False
    for one in wanted:
        there = by_piece.get(one.piece)
        told = (one.name[:MAX_NAME], one.address[:MAX_ADDRESS], one.building[:MAX_NAME], one.floor[:12], one.count)
        if there is not None and told != (there.name, there.address, there.building, there.floor, there.count):
            there.name, there.address, there.building, there.floor, there.count = told
            changed = True
    for point in stay:
        if point.position != position[_key(point)]:
            point.position = position[_key(point)]
            changed = True
    if not (fresh or gone or changed):
        return 0, 0
    Point.objects.bulk_update(stay, ["name", "address", "building", "floor", "count", "position"])
    _add(route, [(position[one.piece or 0], one) for one in fresh])
    Point.objects.filter(compound_id=route.compound_id, pk__in=[one.pk for one in gone]).update(retired_at=now)
    _publish(route, by=by, now=now)
    if gone:
        recount_open(route.compound_id, route.pk, now=now)
    return len(fresh), len(gone)


def _key(point: Point) -> int:
    """What a point is told from others by: its piece, or below zero itself."""
    return point.piece_id if point.piece_id is not None else -point.pk


def _order(stay: Sequence[Point], wanted: Sequence[PointDraft], *, by_hand: bool) -> list[int]:
    """The keys of a route's points in order: the register's, what was added by hand last; where somebody put them in an order of
    their own that one, and what is new after its neighbour in the register.
    """
    pieces = [one.piece or 0 for one in wanted]
    if not by_hand:
        return [*pieces, *(_key(one) for one in stay if one.piece_id is None)]
    line = [_key(one) for one in stay]
    for n, piece in enumerate(pieces):
        if piece not in line:
            line.insert(line.index(pieces[n - 1]) + 1 if n else 0, piece)
    return line


def _publish(route: Route, *, by: Actor, now: datetime) -> Edition:
    """A new edition of a route, as it stands."""
    points = list(
        Point.objects.filter(compound_id=route.compound_id, route=route, retired_at__isnull=True).order_by(
            "position", "pk"
        )
    )
    forms = sorted({one.form for one in points})
    content = {
        "points": [
            {
                "id": one.pk, "piece": one.piece_id, "kind": one.kind, "name": one.name, "address": one.address,
                "building": one.building, "floor": one.floor, "number": one.count, "form": one.form,
            }
            for one in points
        ],
        "forms": {form: form_of(route.compound_id, form) for form in forms},
    }  # fmt: skip
    route.current += 1
    route.save(update_fields=["current"])
    made: Edition = Edition.objects.create(
        compound_id=route.compound_id, route=route, number=route.current, content=content, made_at=now,
        made_as=by.signature,
    )  # fmt: skip
    return made


def form_of(compound_id: int, form: str) -> list[dict[str, Any]]:
    """A form as an edition keeps it: the standard's items and the compound's own. One statement."""
    own = Item.objects.filter(compound_id=compound_id, form=form, ended_at__isnull=True).order_by("pk")
    items = [one.kept() for one in form_items(form)]
    photos = [one for one in items if one["type"] == "photo"]
    return [
        *(one for one in items if one["type"] != "photo"),
        *({"key": one.key, "name": one.name, "type": "ok", "severity": "medium"} for one in own),
        *photos,
    ]


def _tightened(plan: Plan, draft: PlanDraft, *, by: Actor, now: datetime) -> Plan:
    """What the standard asks has changed: a plan that followed it follows, one that has become looser is tightened."""
    if plan.every == plan.standard or is_looser(plan.every, draft.every):
        plan.standard = draft.every
        plan.clause, plan.confirmed = draft.clause[:80], draft.confirmed
        return _next(
            plan, Change(plan.name, draft.every, plan.starts, plan.ends, plan.times), by=by, now=now
        )  # fmt: skip
    plan.standard, plan.clause, plan.confirmed = draft.every, draft.clause[:80], draft.confirmed
    plan.save(update_fields=["standard", "clause", "confirmed"])
    return plan


@transaction.atomic
def change_plan(*, compound_id: int, plan_id: int, change: Change, by: Actor, now: datetime) -> Plan:
    """Have a plan walked otherwise from tomorrow on; what is planned from then is made anew.

    Refused: NoSuchThing, NotPermitted (not_yours), BadInput (say_name, too_long, unknown_every, hours, times), TooLoose for
    what asks less than the standard.
    """
    allow_keeping(by, compound_id)
    lock_plans(compound_id)
    plan = _active(compound_id, plan_id)
    name = said(change.name, "name", MAX_NAME, needed="say_name")
    reason = said(change.reason, "reason", MAX_REASON)
    if change.every not in CADENCES or change.every == TWO_HOURS:
        raise BadInput("unknown_every", field="every")
    if plan.standard and is_looser(change.every, plan.standard):
        raise TooLoose(plan)
    if not 0 <= change.starts < WHOLE_DAY or not change.starts < change.ends <= change.starts + WHOLE_DAY:
        raise BadInput("hours", field="ends")
    if not 1 <= change.times <= MOST_TIMES:
        raise BadInput("times", field="times", most=str(MOST_TIMES))
    if duties().by_key[plan.duty].times > change.times and plan.every == change.every:
        raise BadInput("fewer_times", field="times", least=str(duties().by_key[plan.duty].times))
    wanted = Change(name, change.every, change.starts, change.ends, change.times, reason)
    if (name, change.every, change.starts, change.ends, change.times) == (
        plan.name, plan.every, plan.starts, plan.ends, plan.times
    ):  # fmt: skip
        return plan
    return _next(plan, wanted, by=by, now=now)


def _next(plan: Plan, change: Change, *, by: Actor, now: datetime) -> Plan:
    """The next version of a plan: the old one ends with today, and what it had planned from tomorrow on is gone."""
    tomorrow = localdate(now) + timedelta(days=1)
    before = [plan.every, plan.starts, plan.ends, plan.times]
    old, was_every = plan.pk, plan.every
    _end(plan, reason=change.reason, since=tomorrow, now=now)
    plan.pk = None
    plan.version, plan.since, plan.made_at, plan.made_as = plan.version + 1, tomorrow, now, by.signature
    plan.ended_at, plan.ended_why = None, ""
    plan.name, plan.every, plan.starts, plan.ends, plan.times = (
        change.name, change.every, change.starts, change.ends, change.times
    )  # fmt: skip
    plan.save(force_insert=True)
    make_plan(plan, now=now)
    _once_a_period(plan, was_every, old, tomorrow)
    keep(
        compound_id=plan.compound_id, verb="change_plan", target=f"rounds.plan:{plan.pk}",
        changes={
            "was": [None, old], "hours": [before, [plan.every, plan.starts, plan.ends, plan.times]],
            "reason": [None, change.reason],
        },
        by=by, now=now,
    )  # fmt: skip
    return plan


def _once_a_period(plan: Plan, was_every: str, was_id: int, tomorrow: date) -> None:
    """Of a period that runs on over a change, the plan's rounds are owed once: by the new version where nobody had begun, by the
    old one where somebody had. What is asked more often from now on is owed beside what was begun.
    """
    rounds = Occurrence.objects.filter(compound_id=plan.compound_id)
    starts = datetime.combine(tomorrow, time(), get_current_timezone())
    fresh = list(rounds.filter(plan_id=plan.pk, opens_at__lt=starts))
    for one in rounds.filter(plan_id=was_id, due_at__gt=starts):
        same = [each for each in fresh if each.opens_at < one.due_at and one.opens_at < each.due_at]
        if same and one.state == State.PLANNED:
            rounds.filter(pk=one.pk).delete()
        elif same and plan.every == was_every:
            rounds.filter(pk__in=[each.pk for each in same]).delete()


def _end(plan: Plan, *, reason: str, since: date, now: datetime) -> None:
    Plan.objects.filter(compound_id=plan.compound_id, pk=plan.pk).update(ended_at=now, ended_why=reason)
    ahead = Occurrence.objects.filter(compound_id=plan.compound_id, plan_id=plan.pk, state=State.PLANNED)
    # The second round of a night belongs to the evening on which the night began.
    gone = [one.pk for one in ahead if localdate(one.opens_at - one.slot * (one.due_at - one.opens_at)) >= since]
    ahead.filter(pk__in=gone).delete()


def _let_go(plan: Plan, *, now: datetime) -> None:
    """Nobody owes a look at pieces that are gone: what is left of an ended plan's running rounds is counted without them."""
    live = Point.objects.filter(compound_id=plan.compound_id, route=plan.route, retired_at__isnull=True)
    live.filter(piece__state=Piece.State.GONE).update(retired_at=now)
    if plan.route_id is not None and not live.exists():
        Occurrence.objects.filter(compound_id=plan.compound_id, plan_id=plan.pk, state=State.PLANNED).delete()
    elif plan.route_id is not None:
        recount_open(plan.compound_id, plan.route_id, now=now)


@transaction.atomic
def end_plan(*, compound_id: int, plan_id: int, reason: str, by: Actor, now: datetime) -> None:
    """Have a plan walked no more. Refused: NoSuchThing, NotPermitted (not_yours), BadInput (say_why, too_long, owed: a law that
    was read asks for it).
    """
    allow_keeping(by, compound_id)
    lock_plans(compound_id)
    plan = _active(compound_id, plan_id)
    why = said(reason, "reason", MAX_REASON, needed="say_why")
    if plan.standard and plan.confirmed:
        raise BadInput("owed", field="reason", clause=plan.clause)
    _end(plan, reason=why, since=localdate(now) + timedelta(days=1), now=now)
    keep(
        compound_id=compound_id, verb="end_plan", target=f"rounds.plan:{plan.pk}",
        changes={"ended": [None, plan.name], "reason": [None, why]}, by=by, now=now,
    )  # fmt: skip


@transaction.atomic
def add_point(
    *, compound_id: int, route_id: int, name: str, address: str = "", building: str = "", by: Actor, now: datetime
) -> Point:
    """Add a place to a route, at its end; it is looked at as the places without a piece are.

    Refused: NoSuchThing, NotPermitted (not_yours), BadInput (say_name, too_long, too_many_points, point_there).
    """
    allow_keeping(by, compound_id)
    lock_plans(compound_id)
    route = _route(compound_id, route_id)
    called = said(name, "name", MAX_NAME, needed="say_name")
    where = said(address, "address", MAX_ADDRESS)
    live = Point.objects.filter(compound_id=compound_id, route=route, retired_at__isnull=True)
    if live.count() >= MOST_POINTS:
        raise BadInput("too_many_points", field="name", most=str(MOST_POINTS))
    if live.filter(name=called, address=where).exists():
        raise BadInput("point_there", field="name")
    plain = live.filter(piece__isnull=True).values_list("form", flat=True).first()
    duty = Plan.objects.filter(compound_id=compound_id, route=route).values_list("duty", flat=True).first()
    items = duties().by_key[duty].items if duty else ()
    last = live.aggregate(last=Max("position"))["last"]
    made: Point = Point.objects.create(
        compound_id=compound_id, route=route, name=called, address=where, building=said(building, "building", MAX_NAME),
        form=plain or (f"duty:{duty}" if items else "duty:fire_patrol"), position=0 if last is None else last + 1,
    )  # fmt: skip
    _publish(route, by=by, now=now)
    _log_route(route, {"point": [None, called]}, by, now)
    return made


@transaction.atomic
def retire_point(*, compound_id: int, point_id: int, by: Actor, now: datetime) -> None:
    """Take a place from its route; what was found there stays. Refused: NoSuchThing, NotPermitted (not_yours), BadInput
    (piece_owed: a piece of the register that a law has looked at).
    """
    allow_keeping(by, compound_id)
    lock_plans(compound_id)
    found: Point | None = (
        Point.objects.select_related("route", "piece").filter(compound_id=compound_id, pk=point_id, retired_at__isnull=True)
        .first()
    )  # fmt: skip
    if found is None:
        raise NoSuchThing
    if found.piece is not None and found.piece.state != Piece.State.GONE:
        raise BadInput("piece_owed", field="point")
    found.retired_at = now
    found.save(update_fields=["retired_at"])
    _publish(found.route, by=by, now=now)
    _log_route(found.route, {"point": [found.name, None]}, by, now)


@transaction.atomic
def order_points(*, compound_id: int, route_id: int, point_ids: Iterable[int], by: Actor, now: datetime) -> None:
    """Walk a route in another order; points that are not named keep theirs, after those that are.

    Refused: NoSuchThing (also for a point of another route), NotPermitted (not_yours).
    """
    allow_keeping(by, compound_id)
    lock_plans(compound_id)
    route = _route(compound_id, route_id)
    live = {
        one.pk: one
        for one in Point.objects.filter(compound_id=compound_id, route=route, retired_at__isnull=True).order_by(
            "position", "pk"
        )
    }
    first = list(dict.fromkeys(point_ids))
    if not set(first) <= set(live):
        raise NoSuchThing
    was = list(live)
    order = [*first, *(pk for pk in live if pk not in set(first))]
    if order == was:
        return
    for n, pk in enumerate(order):
        live[pk].position = n
    Point.objects.bulk_update(live.values(), ["position"])
    route.by_hand = True
    route.save(update_fields=["by_hand"])
    _publish(route, by=by, now=now)
    _log_route(route, {"order": [None, len(order)]}, by, now)


@transaction.atomic
def add_item(*, compound_id: int, form: str, name: str, by: Actor, now: datetime) -> Item:
    """Have something more looked at than the standard names; every route with this form gets a new edition.

    Refused: NotPermitted (not_yours), BadInput (unknown_form, say_name, too_long, too_many_items, item_there).
    """
    allow_keeping(by, compound_id)
    lock_plans(compound_id)
    words = said(name, "name", 40, needed="say_name")
    try:
        names = {one.name for one in form_items(form)}
    except KeyError as error:
        raise BadInput("unknown_form", field="form") from error
    own = Item.objects.filter(compound_id=compound_id, form=form)
    live = list(own.filter(ended_at__isnull=True).values_list("name", flat=True))
    if words in names or words in live:
        raise BadInput("item_there", field="name")
    if len(live) >= MOST_ITEMS:
        raise BadInput("too_many_items", field="name", most=str(MOST_ITEMS))
    made: Item = Item.objects.create(
        compound_id=compound_id, form=form, key=f"{OWN}{own.count() + 1}", name=words, made_at=now, made_as=by.signature
    )
    _republish(compound_id, form, by=by, now=now)
    keep(
        compound_id=compound_id,
        verb="item",
        target=f"rounds.item:{made.pk}",
        changes={form: [None, words]},
        by=by,
        now=now,
    )
    return made


@transaction.atomic
def end_item(*, compound_id: int, item_id: int, by: Actor, now: datetime) -> None:
    """Look at it no more; what was found stays. Refused: NoSuchThing, NotPermitted (not_yours)."""
    allow_keeping(by, compound_id)
    lock_plans(compound_id)
    found: Item | None = Item.objects.filter(compound_id=compound_id, pk=item_id, ended_at__isnull=True).first()
    if found is None:
        raise NoSuchThing
    found.ended_at = now
    found.save(update_fields=["ended_at"])
    _republish(compound_id, found.form, by=by, now=now)
    keep(
        compound_id=compound_id, verb="item", target=f"rounds.item:{found.pk}", changes={found.form: [found.name, None]},
        by=by, now=now,
    )  # fmt: skip


def _republish(compound_id: int, form: str, *, by: Actor, now: datetime) -> None:
    for route in Route.objects.filter(
        compound_id=compound_id, retired_at__isnull=True, points__form=form, points__retired_at__isnull=True
    ).distinct():
        _publish(route, by=by, now=now)


def _active(compound_id: int, plan_id: int) -> Plan:
    found: Plan | None = (
        Plan.objects.select_related("route").filter(compound_id=compound_id, pk=plan_id, ended_at__isnull=True).first()
    )
    if found is None:
        raise NoSuchThing
    return found


def _route(compound_id: int, route_id: int) -> Route:
    found: Route | None = Route.objects.filter(compound_id=compound_id, pk=route_id, retired_at__isnull=True).first()
    if found is None:
        raise NoSuchThing
    return found


def _log_route(route: Route, changes: dict[str, Any], by: Actor, now: datetime) -> None:
    keep(
        compound_id=route.compound_id, verb="route", target=f"rounds.route:{route.pk}", changes=changes, by=by, now=now
    )
