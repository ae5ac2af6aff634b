"""Occurrences, sixty days ahead: set-based, repeatable, and caught up after any standstill.

One statement makes what is missing of many compounds: their plans joined with the windows of their hours. Thousands of plans
share a handful of hours, so Python cuts the windows (``rounds.rules.windows``) and PostgreSQL has no calendar to think about.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.utils.timezone import get_current_timezone, localdate

from equipment.rules.cadence import TWO_HOURS, periods
from rounds.models import Horizon, Plan
from rounds.rules.windows import Hours, cut

AHEAD = timedelta(days=60)
# A second run is spared by the horizon; ON CONFLICT keeps two runs at once from harming each other, and a repeat harmless.
_MAKE = """
INSERT INTO rounds_occurrence
  (compound_id, plan_id, route_id, duty, weight, slot, opens_at, due_at, closes_at)
SELECT p.compound_id, p.id, p.route_id, p.duty, p.weight, w.slot, w.opens, w.due, w.due + make_interval(mins => p.grace)
FROM rounds_plan p
JOIN unnest(
  %(every)s::text[], %(starts)s::int[], %(ends)s::int[], %(times)s::int[], %(first)s::date[], %(last)s::date[],
  %(slot)s::int[], %(opens)s::timestamptz[], %(due)s::timestamptz[]
) AS w (every, starts, ends, times, first, last, slot, opens, due)
  ON w.every = p.every AND w.starts = p.starts AND w.ends = p.ends AND w.times = p.times
WHERE p.compound_id = ANY (%(compounds)s::bigint[]) AND p.ended_at IS NULL AND (%(plan)s::bigint IS NULL OR p.id = %(plan)s)
  AND w.last >= p.since AND (w.first >= p.since OR (w.last - p.since) * 2 >= w.last - w.first)
  AND (p.months = '{}' OR extract(month FROM w.first)::int = ANY (p.months))
ON CONFLICT (compound_id, plan_id, opens_at) DO NOTHING
"""
_COLUMNS = ("every", "starts", "ends", "times", "first", "last", "slot", "opens", "due")


def make(compound_ids: Sequence[int], *, since: date, until: date, plan_id: int | None = None) -> int:
    """Make what is missing of these compounds from one day to another; returns how many. Two statements.

    Every period with a day in between is made, of plans that had begun. May be repeated, and by two at once.
    """
    plans = Plan.objects.filter(compound_id__in=compound_ids, ended_at__isnull=True)
    if plan_id is not None:
        plans = plans.filter(pk=plan_id)
    hours = plans.order_by().values_list("every", "starts", "ends", "times").distinct()
    rows = [
        (every, starts, ends, times, period.first, period.last, one.slot, one.opens_at, one.due_at)
        for every, starts, ends, times in sorted(hours)
        if every != TWO_HOURS
        for period in periods(every, since, until)
        for one in cut(period, Hours(starts, ends, times, 0), get_current_timezone())
    ]
    columns = dict(zip(_COLUMNS, map(list, zip(*rows, strict=True)), strict=True)) if rows else {}
    if not columns:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_MAKE, {**columns, "compounds": list(compound_ids), "plan": plan_id})
        return int(cursor.rowcount)


def make_ahead(*, compound_ids: Collection[int], now: datetime) -> int:
    """Bring compounds to their horizon of sixty days, from wherever each of them stood; returns how many were made.

    Where the program stood still, everything since then is made too: what is over by now is found missed by the clock.
    """
    today = localdate(now)
    until = today + AHEAD
    stood = dict(Horizon.objects.filter(compound_id__in=compound_ids).values_list("compound_id", "until"))
    behind: dict[date, list[int]] = {}
    for compound_id in sorted(compound_ids):
        # Its last day is made again: a plan may have begun since, and a second time makes nothing.
        at = stood.get(compound_id, today)
        if at < until:
            behind.setdefault(at, []).append(compound_id)
    done = 0
    with transaction.atomic():
        for at, ids in sorted(behind.items()):
            done += make(ids, since=min(at, today), until=until)
            Horizon.objects.bulk_create(
                [Horizon(compound_id=one, until=until) for one in ids],
                update_conflicts=True,
                unique_fields=["compound"],
                update_fields=["until"],
            )
    return done


def make_plan(plan: Plan, *, now: datetime) -> int:
    """The occurrences of one new plan, as far as its compound's horizon; returns how many."""
    today = localdate(now)
    return make([plan.compound_id], since=plan.since, until=today + AHEAD, plan_id=plan.pk)


def behind(now: datetime) -> list[int]:
    """Compounds with plans whose horizon is not sixty days away. Runs across compounds."""
    until = localdate(now) + AHEAD
    level = Horizon.objects.filter(until__gte=until).values_list("compound_id", flat=True)
    found = Plan.objects.filter(ended_at__isnull=True).exclude(compound_id__in=level)
    return sorted(found.order_by().values_list("compound_id", flat=True).distinct())
