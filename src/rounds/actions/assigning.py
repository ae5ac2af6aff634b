"""Who walks what: rounds given to somebody of the firm or to a post of the rosters, for one time or for good."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import localdate, localtime

from lifecycle.typed import said
from parties.models import Contract
from rosters.models import Absence, Station
from rounds.actions.change import allow_keeping, clock, desk, keep, lock_plans, tell
from rounds.models import MAX_REASON, OPEN, Assignment, Occurrence, Plan
from rounds.queries import whose as queries
from rounds.refusals import BadInput, NoSuchThing, OutOfState
from tenancy.actor import Actor
from tenancy.models import Compound

MOST_AT_ONCE = 300
NAMED = 3
# C4 of the rules of rosters: whoever patrols at night is not on the room's shift (GB 25506: never fewer than it asks for).
NIGHT, ROOM = "night_patrol", "control_room"


@dataclass(frozen=True, slots=True)
class To:
    """Whom rounds are given to: a post of the firm, a station of the rosters, or neither (nobody)."""

    post_id: int | None = None
    station_id: int | None = None


@dataclass(frozen=True, slots=True)
class _Target:
    post_id: int | None
    person_id: int | None
    station: Station | None
    label: str

    def is_of(self, one: Assignment | None) -> bool:
        if one is None:
            return not self.label
        return (one.post_id, one.station_id) == (self.post_id, self.station.pk if self.station else None)


@dataclass(frozen=True, slots=True)
class _Given:
    """What is given, as it stood before."""

    compound: Compound
    rounds: Sequence[Occurrence]
    plans: dict[int, Plan]
    was: dict[int, queries.Whose]


@transaction.atomic
def assign(
    *, compound_id: int, occurrence_ids: Collection[int], to: To, always: bool = False, reason: str = "", by: Actor,
    now: datetime,
) -> int:  # fmt: skip
    """Give rounds to somebody: these times alone, or (``always``) every time of their plans from now on. Returns how many
    changed.

    Who had them and who has them now are told. Refused: NotPermitted (not_yours), NoSuchThing (a round of another compound),
    BadInput (choose_rounds, too_many_rounds, no_such_walker, no_such_station, room_stays, on_leave, assigned_so,
    nothing_given, too_long), OutOfState (round_closed).
    """
    allow_keeping(by, compound_id)
    compound = lock_plans(compound_id)
    why = said(reason, "reason", MAX_REASON)
    rounds = _rounds(compound_id, occurrence_ids)
    plans = {
        one.pk: one for one in Plan.objects.filter(compound_id=compound_id, pk__in={each.plan_id for each in rounds})
    }
    for one in rounds:
        if one.state not in OPEN:
            raise OutOfState("round_closed", field="round", name=plans[one.plan_id].name)
    target = _target(compound_id, to, now)
    keys = {pk: one.key for pk, one in plans.items()}
    was = queries.whose(compound_id, rounds, keys, now=now, day=localdate(now))
    given = _Given(compound, rounds, plans, was)
    _allow_target(given, target, always=always)
    wanted = _changed(given, target, always=always)
    if not wanted:
        raise BadInput("assigned_so" if target.label else "nothing_given", field="to")
    made = _write(given, wanted, target, always=always, why=why, by=by, now=now)
    _tell(given, wanted, target, always=always, why=why, key=f"rounds.assign:{made}", by=by, now=now)
    keep(
        compound_id=compound_id, verb="assign", target=f"rounds.assignment:{made}",
        changes={
            "rounds": [None, ",".join(str(one.pk) for one in wanted[:20])], "count": [None, len(wanted)],
            "who": ["、".join(sorted({was[one.pk].label for one in wanted if one.pk in was})) or None, target.label or None],
            "always": [None, always], "reason": [None, why],
        },
        by=by, now=now,
    )  # fmt: skip
    return len(wanted)


def _rounds(compound_id: int, occurrence_ids: Collection[int]) -> list[Occurrence]:
    ids = set(occurrence_ids)
    if not ids:
        raise BadInput("choose_rounds", field="round")
    if len(ids) > MOST_AT_ONCE:
        raise BadInput("too_many_rounds", field="round", most=str(MOST_AT_ONCE))
    found = list(Occurrence.objects.filter(compound_id=compound_id, pk__in=ids).order_by("due_at", "pk"))
    if len(found) != len(ids):
        raise NoSuchThing
    return found


def _target(compound_id: int, to: To, now: datetime) -> _Target:
    if to.post_id is not None:
        there = {one.post_id: one for one in queries.walkers(compound_id, localdate(now))}
        if to.post_id not in there:
            raise BadInput("no_such_walker", field="to")
        return _Target(to.post_id, there[to.post_id].person_id, None, there[to.post_id].name)
    if to.station_id is not None:
        station: Station | None = Station.objects.filter(
            compound_id=compound_id, pk=to.station_id, ended_at__isnull=True
        ).first()
        if station is None:
            raise BadInput("no_such_station", field="to")
        return _Target(None, None, station, station.name)
    return _Target(None, None, None, "")


def _allow_target(given: _Given, target: _Target, *, always: bool) -> None:
    """Refuse what would take the watch from the control room, and who is on leave for all of a round's hours."""
    nights = [one for one in given.rounds if one.duty == NIGHT]
    if nights and target.station is not None and target.station.kind == ROOM:
        raise BadInput("room_stays", field="to", name=given.plans[nights[0].plan_id].name)
    if target.person_id is None or always:
        return
    away = list(
        Absence.objects.filter(
            compound_id=given.compound.pk, member__person_id=target.person_id, kind="leave", state="granted",
            last__gte=min(_days(one)[0] for one in given.rounds),
        ).values_list("first", "last")
    )  # fmt: skip
    for one in given.rounds:
        first, last = _days(one)
        if any(begins <= first and ends >= last for begins, ends in away):
            raise BadInput(
                "on_leave", field="to", who=target.label, day=f" {first:%m-%d} ", name=given.plans[one.plan_id].name
            )


def _days(one: Occurrence) -> tuple[date, date]:
    """The first and the last day of a round's hours; what ends at midnight ends with the day before."""
    return localdate(one.opens_at), localdate(one.due_at - timedelta(seconds=1))


def _changed(given: _Given, target: _Target, *, always: bool) -> list[Occurrence]:
    """Those that are somebody else's so far; for good, also those that were his for this time alone."""
    there = queries.live(given.compound.pk, [one.pk for one in given.rounds], [one.key for one in given.plans.values()])
    by_time = {one.occurrence_id: one for one in there if one.occurrence_id is not None}
    by_plan = {one.plan_key: one for one in there if one.plan_key}

    def changes(one: Occurrence) -> bool:
        whole = by_plan.get(given.plans[one.plan_id].key)
        if always:
            return one.pk in by_time or not target.is_of(whole)
        return not target.is_of(by_time.get(one.pk, whole))

    return [one for one in given.rounds if changes(one)]


def _write(
    given: _Given, wanted: Sequence[Occurrence], target: _Target, *, always: bool, why: str, by: Actor, now: datetime
) -> int:  # fmt: skip
    """End what held and write what holds now; returns the first new row, or the last that was ended."""
    keys = {given.plans[one.plan_id].key for one in wanted} if always else set()
    ended = queries.live(given.compound.pk, [one.pk for one in wanted], keys)
    Assignment.objects.filter(compound_id=given.compound.pk, pk__in=[one.pk for one in ended]).update(
        ended_at=now, ended_as=by.signature
    )
    common = {
        "compound_id": given.compound.pk, "post_id": target.post_id, "person_id": target.person_id, "station": target.station,
        "label": target.label, "reason": why, "made_at": now, "made_as": by.signature,
    }  # fmt: skip
    rows: Iterable[Assignment]
    if always:
        rows = [Assignment(plan_key=key, **common) for key in sorted(keys)] if target.label else []
    else:
        rows = [Assignment(occurrence_id=one.pk, **common) for one in wanted]
    made = Assignment.objects.bulk_create(rows)
    return int(made[0].pk if made else ended[-1].pk)


def _tell(
    given: _Given, wanted: Sequence[Occurrence], target: _Target, *, always: bool, why: str, key: str, by: Actor,
    now: datetime,
) -> None:  # fmt: skip
    """Tell who has them now and who had them: at a station whoever is on duty within their hours today."""
    names = "、".join(list(dict.fromkeys(given.plans[one.plan_id].name for one in wanted))[:NAMED])
    how = "_always" if always else ""
    new = {target.person_id} if target.person_id is not None else set()
    if target.station is not None:
        keys = {pk: one.key for pk, one in given.plans.items()}
        after = queries.whose(given.compound.pk, wanted, keys, now=now, day=localdate(now))
        new = {person for one in after.values() for person in one.people()}
    old = {person for one in wanted if one.pk in given.was for person in given.was[one.pk].people()}
    for people, template in ((new - old, "given"), (old - new, "taken")):
        tell(
            given.compound, people, f"rounds.{template}{how}", link="today/", by=by, now=now, key=f"{key}:{template}",
            names=names, count=str(len(wanted)), who=by.person_name, why=why,
        )  # fmt: skip


@transaction.atomic
def free_ended(*, compound_id: int, now: datetime) -> int:
    """End what was given to somebody who is not there any more, or to a post that is no longer staffed, and tell the desk.
    Returns how many. May be repeated.
    """
    compound = lock_plans(compound_id)
    there = {one.post_id for one in queries.walkers(compound_id, localdate(now))}
    live = Assignment.objects.filter(compound_id=compound_id, ended_at__isnull=True).select_related("station")
    by = clock(compound_id)
    gone: dict[str, list[Assignment]] = {"post_ended": [], "station_ended": []}
    for one in live.order_by("pk"):
        if one.post_id is not None and one.post_id not in there:
            gone["post_ended"].append(one)
        elif one.station is not None and one.station.ended_at is not None:
            gone["station_ended"].append(one)
    for why, rows in gone.items():
        if not rows:
            continue
        Assignment.objects.filter(compound_id=compound_id, pk__in=[one.pk for one in rows]).update(
            ended_at=now, ended_as=by.signature, ended_why=why
        )
        names, who = _names(compound_id, rows), "、".join(dict.fromkeys(one.label for one in rows))
        if names:
            tell(
                compound, desk(compound_id, now), "rounds.freed", link=f"assign/?day={localtime(now):%Y-%m-%d}", by=by, now=now,
                key=f"rounds.freed:{rows[0].pk}:{len(rows)}", names="、".join(names[:NAMED]), who=who,
            )  # fmt: skip
        keep(
            compound_id=compound_id, verb="free", target=f"rounds.assignment:{rows[0].pk}",
            changes={"who": [who, None], "why": [None, why], "count": [None, len(rows)]}, by=by, now=now,
        )  # fmt: skip
    return sum(len(rows) for rows in gone.values())


def _names(compound_id: int, rows: Sequence[Assignment]) -> list[str]:
    """The plans of what was freed and is still to be walked."""
    single = Occurrence.objects.filter(
        compound_id=compound_id, pk__in=[one.occurrence_id for one in rows if one.occurrence_id], state__in=OPEN
    ).values_list("plan_id", flat=True)
    plans = Plan.objects.filter(compound_id=compound_id, ended_at__isnull=True)
    found = [
        *plans.filter(key__in=[one.plan_key for one in rows if one.plan_key])
        .order_by("pk")
        .values_list("name", flat=True),
        *Plan.objects.filter(compound_id=compound_id, pk__in=list(single))
        .order_by("pk")
        .values_list("name", flat=True),
    ]
    return list(dict.fromkeys(found))


def compounds_to_free(now: datetime) -> list[int]:
    """Compounds where something is given to a post or station that has ended, or to a post of a firm without a contract.
    Runs in a scope of all, for the sweep.
    """
    today = localdate(now)
    served = Contract.objects.filter(
        compound_id=OuterRef("compound_id"), company_id=OuterRef("post__organisation_id"), starts__lte=today
    ).exclude(ends__lt=today)
    live = Assignment.objects.filter(ended_at__isnull=True)
    found = live.filter(
        Q(post__ends__lt=today) | Q(post__isnull=False) & ~Exists(served) | Q(station__ended_at__isnull=False)
    )
    return sorted(found.order_by().values_list("compound_id", flat=True).distinct())
