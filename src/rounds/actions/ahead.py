"""Occurrences, sixty days ahead: set-based, repeatable, and caught up after any standstill.

One statement makes what is missing of many compounds: their plans joined with the periods of their cadence, which Python cuts
(``equipment.rules.cadence``). The same windows stand in ``rounds.rules.windows``; a test compares them.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.utils.timezone import localdate

from equipment.rules.cadence import CADENCES, TWO_HOURS, periods
from rounds.models import Horizon, Plan

AHEAD = timedelta(days=60)
ZONE = "Asia/Shanghai"
# A second run is spared by the horizon; ON CONFLICT keeps two runs at once from harming each other, and a repeat harmless.
_MAKE = """
INSERT INTO rounds_occurrence
  (compound_id, plan_id, route_id, duty, weight, slot, opens_at, due_at, closes_at)
SELECT x.compound_id, x.id, x.route_id, x.duty, x.weight, x.slot, x.opens_at, x.due_at,
  x.due_at + make_interval(mins => x.grace)
FROM (
  SELECT p.compound_id, p.id, p.route_id, p.duty, p.weight, p.grace, s.slot,
    w.opens + (w.due - w.opens) * s.slot / p.times AS opens_at,
    w.opens + (w.due - w.opens) * (s.slot + 1) / p.times AS due_at
  FROM rounds_plan p
  JOIN unnest(%(every)s::text[], %(first)s::date[], %(last)s::date[]) AS c (every, first, last) ON c.every = p.every
  CROSS JOIN LATERAL (SELECT
    (c.first + make_interval(mins => p.starts)) AT TIME ZONE %(zone)s AS opens,
    (c.last + make_interval(mins => p.ends)) AT TIME ZONE %(zone)s AS due) w
  CROSS JOIN LATERAL generate_series(0, p.times - 1) AS s (slot)
  WHERE p.compound_id = ANY (%(compounds)s::bigint[]) AND p.ended_at IS NULL AND (%(plan)s::bigint IS NULL OR p.id = %(plan)s)
    AND c.last >= p.since AND (c.first >= p.since OR (c.last - p.since) * 2 >= c.last - c.first)
    AND (p.months = '{}' OR extract(month FROM c.first)::int = ANY (p.months))
) x
ON CONFLICT (compound_id, plan_id, opens_at) DO NOTHING
"""


def make(compound_ids: Sequence[int], *, since: date, until: date, plan_id: int | None = None) -> int:
    """Make what is missing of these compounds from one day to another; returns how many. One statement.

    Every period with a day in between is made, of plans that had begun. May be repeated, and by two at once.
    """
    every, first, last = [], [], []
    for cadence in CADENCES:
        if cadence == TWO_HOURS:
            continue
        for one in periods(cadence, since, until):
            every.append(cadence)
            first.append(one.first)
            last.append(one.last)
    with connection.cursor() as cursor:
        cursor.execute(
            _MAKE,
            {
                "every": every,
                "first": first,
                "last": last,
                "compounds": list(compound_ids),
                "plan": plan_id,
                "zone": ZONE,
            },
        )
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
