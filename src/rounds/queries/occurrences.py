"""Reads of plans and of what is due: the day of whoever walks, the desk's calendar, figures, what is overdue and critical."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from rounds.models import OPEN, Edition, Item, Occurrence, Plan, Point, Route, State
from rounds.rules.duties import duties
from rounds.rules.score import Tally

# What is due longest ahead: a year's duty can be done all year.
MOST_ROUNDS = 300


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """The first moment of a day and of the next one, here."""
    zone = timezone.get_current_timezone()
    begins = datetime.combine(day, time(), zone)
    return begins, begins + timedelta(days=1)


def on_day(compound_id: int, day: date) -> QuerySet[Occurrence]:
    """What may be walked on a day and is not done, in the order of its end."""
    begins, ends = day_bounds(day)
    found: QuerySet[Occurrence] = (
        Occurrence.objects.filter(
            compound_id=compound_id, state__in=OPEN, opens_at__lt=ends, due_at__gt=begins - timedelta(days=8),
            closes_at__gt=begins,
        )
        .order_by("due_at", "pk")
    )  # fmt: skip
    return found


def plans_of(compound_id: int, plan_ids: Collection[int]) -> dict[int, Plan]:
    """Plans by their key, with their routes; also those that have ended. One statement."""
    found = Plan.objects.filter(compound_id=compound_id, pk__in=set(plan_ids)).select_related("route")
    return {one.pk: one for one in found}


def editions_of(compound_id: int, route_ids: Collection[int]) -> dict[int, Edition]:
    """The newest edition of each route, by route. One statement."""
    found = Edition.objects.filter(compound_id=compound_id, route__in=set(route_ids), number=F("route__current"))
    return {one.route_id: one for one in found}


def active_plans(compound_id: int) -> list[Plan]:
    """The plans that hold, with their routes and how many points each has. One statement."""
    return list(
        Plan.objects.filter(compound_id=compound_id, ended_at__isnull=True)
        .select_related("route")
        .annotate(n=Count("route__points", filter=Q(route__points__retired_at__isnull=True)))
        .order_by("pk")
    )


def plan_of(compound_id: int, plan_id: int) -> Plan | None:
    """One plan that holds."""
    found: Plan | None = (
        Plan.objects.filter(compound_id=compound_id, pk=plan_id, ended_at__isnull=True).select_related("route").first()
    )
    return found


def versions_of(plan: Plan) -> list[Plan]:
    """What a plan was before, the newest first."""
    return list(
        Plan.objects.filter(compound_id=plan.compound_id, key=plan.key, ended_at__isnull=False).order_by("-pk")[:20]
    )


def route_of(compound_id: int, route_id: int) -> Route | None:
    """One route in use."""
    found: Route | None = Route.objects.filter(compound_id=compound_id, pk=route_id, retired_at__isnull=True).first()
    return found


def points_of(compound_id: int, route_id: int) -> list[Point]:
    """The places of a route that are walked today, in order."""
    return list(
        Point.objects.filter(compound_id=compound_id, route_id=route_id, retired_at__isnull=True).order_by(
            "position", "pk"
        )
    )


def own_items(compound_id: int, forms: Collection[str]) -> list[Item]:
    """What the compound has looked at beyond the standard, of these forms."""
    return list(Item.objects.filter(compound_id=compound_id, form__in=forms, ended_at__isnull=True).order_by("pk"))


# --- the desk ------------------------------------------------------------------------------------------------------------
def occurrence_of(compound_id: int, occurrence_id: int) -> Occurrence | None:
    """One occurrence."""
    found: Occurrence | None = Occurrence.objects.filter(compound_id=compound_id, pk=occurrence_id).first()
    return found


def made_up(compound_id: int, occurrence_id: int) -> Occurrence | None:
    """What was walked for a missed one."""
    found: Occurrence | None = (
        Occurrence.objects.filter(compound_id=compound_id, makes_up_for=occurrence_id).order_by("-pk").first()
    )
    return found


def due_between(compound_id: int, since: date, until: date, state: str = "") -> QuerySet[Occurrence]:
    """Occurrences that end from one day to another (both included), in that order."""
    # What ends at midnight ends with the day before.
    begins, ends = day_bounds(since)[0], day_bounds(until)[1]
    found: QuerySet[Occurrence] = Occurrence.objects.filter(
        compound_id=compound_id, due_at__gt=begins, due_at__lte=ends
    ).order_by("due_at", "pk")
    return found.filter(state=state) if state else found


def counts_by_day(compound_id: int, since: date, until: date) -> dict[date, dict[str, int]]:
    """How many occurrences of each state end on each day. One statement."""
    rows = (
        due_between(compound_id, since, until)
        .order_by()
        .annotate(day=TruncDate(F("due_at") - timedelta(seconds=1)))
        .values_list("day", "state")
        .annotate(n=Count("pk"))
    )
    found: dict[date, dict[str, int]] = {}
    for day, state, n in rows:
        found.setdefault(day, {})[state] = n
    return found


def tallies(compound_id: int, since: date, until: date, now: datetime) -> list[Tally]:
    """What was due from one day to another and is over by now, by duty; what makes up for a missed one is none. One statement."""
    rows = (
        due_between(compound_id, since, until)
        .filter(due_at__lte=now, makes_up_for__isnull=True)
        .order_by()
        .values("duty", "weight")
        .annotate(
            due=Count("pk", filter=~Q(state=State.SKIPPED)),
            on_time=Count("pk", filter=Q(state=State.DONE, done_at__lte=F("due_at"))),
            late=Count("pk", filter=Q(state=State.DONE, done_at__gt=F("due_at"))),
            missed=Count("pk", filter=Q(state=State.MISSED)),
            open=Count("pk", filter=Q(state__in=OPEN)),
            skipped=Count("pk", filter=Q(state=State.SKIPPED)),
        )
    )
    order = list(duties().by_key)
    found = [Tally(**row) for row in rows]
    return sorted(found, key=lambda one: (order.index(one.duty) if one.duty in order else len(order), one.weight))


def critical_late(compound_id: int, now: datetime) -> QuerySet[Occurrence]:
    """What is critical and over its time: open still, or missed in the last thirty days and not made up for."""
    critical = duties().weights["critical"]
    made = Occurrence.objects.filter(
        compound_id=compound_id, makes_up_for__isnull=False, state=State.DONE, opens_at__gte=now - timedelta(days=31)
    ).values("makes_up_for")
    found: QuerySet[Occurrence] = (
        Occurrence.objects.filter(
            compound_id=compound_id, weight=critical, due_at__lte=now, due_at__gt=now - timedelta(days=31),
            state__in=[*OPEN, State.MISSED],
        )
        .exclude(pk__in=made)
        .order_by("-due_at", "-pk")
    )  # fmt: skip
    return found


def compounds_with_work(now: datetime) -> list[int]:
    """Compounds where something is over its time and not judged. Runs in a scope of all, for the sweep."""
    over = Occurrence.objects.filter(
        Q(due_at__lte=now, state__in=[State.PLANNED, State.IN_PROGRESS])
        | Q(closes_at__lte=now, due_at__lte=now, state=State.OVERDUE)
    )
    return sorted(over.order_by().values_list("compound_id", flat=True).distinct())


def names_of(rows: Collection[Occurrence]) -> dict[int, str]:
    """The names of the plans of these, by plan. One statement; none for none."""
    ids = {one.plan_id for one in rows}
    if not ids:
        return {}
    found: dict[int, str] = dict(
        Plan.objects.filter(compound_id=next(iter(rows)).compound_id, pk__in=ids).values_list("pk", "name")
    )
    return found


@dataclass(frozen=True, slots=True)
class Task:
    """A round of today as pages show it."""

    occurrence: Occurrence
    plan: Plan
    points: int

    @property
    def part(self) -> tuple[int, int]:
        """How many of how many places."""
        return self.occurrence.answered, self.points


def tasks_on(compound_id: int, day: date) -> list[Task]:
    """What may be walked on a day, with its plan and its number of places. Three statements."""
    rows = list(on_day(compound_id, day)[:MOST_ROUNDS])
    plans = plans_of(compound_id, {one.plan_id for one in rows})
    counts: dict[int, int] = dict(
        Point.objects.filter(
            compound_id=compound_id, route__in={one.route_id for one in rows if one.route_id}, retired_at__isnull=True
        )
        .values_list("route_id")
        .annotate(n=Count("pk"))
    )
    return [Task(one, plans[one.plan_id], counts.get(one.route_id or 0, 0)) for one in rows if one.plan_id in plans]


def occurrences(compound_id: int, since: date | None, until: date | None, state: str) -> QuerySet[Occurrence]:
    """Occurrences for the API: newest end first."""
    found: QuerySet[Occurrence] = Occurrence.objects.filter(compound_id=compound_id)
    if since is not None:
        found = found.filter(due_at__gt=day_bounds(since)[0])
    if until is not None:
        found = found.filter(due_at__lte=day_bounds(until)[1])
    wanted: dict[str, Any] = {"state": state} if state in State.values else {}
    return found.filter(**wanted)


def route_of_point(compound_id: int, point_id: int) -> Route | None:
    """The route of a place that is walked today."""
    found: Route | None = Route.objects.filter(
        compound_id=compound_id, retired_at__isnull=True, points__pk=point_id, points__retired_at__isnull=True
    ).first()
    return found


def unchecked(compound_id: int, piece_ids: Collection[int], now: datetime) -> dict[int, str]:
    """Of some pieces those that a round of the last month should have seen and nobody has looked at since it opened, as plans
    mark them. Two statements.
    """
    late: dict[int, datetime] = dict(
        Occurrence.objects.filter(
            compound_id=compound_id, state__in=[State.OVERDUE, State.MISSED], due_at__lte=now,
            due_at__gt=now - timedelta(days=31), route_id__isnull=False,
        )
        .order_by()
        .values_list("route_id")
        .annotate(at=Max("opens_at"))
    )  # fmt: skip
    points = Point.objects.filter(
        compound_id=compound_id, piece__in=list(piece_ids), route__in=list(late), retired_at__isnull=True
    ).values_list("piece_id", "route_id", "piece__checked_on")
    return {
        piece: "unchecked"
        for piece, route, checked in points
        if checked is None or checked < timezone.localdate(late[route])
    }
