"""Fire safety of many compounds: what is overdue and critical, and how much was done on time. One statement for all of them.

The numbers are those of each compound's own pages: ``rounds.queries.occurrences`` (``tallies``, ``critical_late``),
``equipment.queries.dues`` and ``defects.queries.seen_by``; a test holds them together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.utils.timezone import localdate

from defects.models import OPEN as OPEN_DEFECTS
from rounds.models import OPEN
from rounds.queries.occurrences import day_bounds
from rounds.rules.duties import duties

# How far back a missed round is told (``rounds.queries.occurrences.critical_late``).
BACK: Final = timedelta(days=31)
_ROWS = """
SELECT k.id, k.code, k.name, area.code, area.name, street.code, street.name,
  o.due, o.on_time, o.missed, coalesce(o.points, 0), coalesce(o.whole, 0), c.late, e.over, f.critical, f.overdue
FROM tenancy_compound k
JOIN tenancy_area area ON area.id = k.community_id
JOIN tenancy_area street ON street.id = area.parent_id
CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE o.state <> 'skipped')::int AS due,
    count(*) FILTER (WHERE o.state = 'done' AND o.done_at <= o.due_at)::int AS on_time,
    count(*) FILTER (WHERE o.state = 'missed')::int AS missed,
    sum(o.weight) FILTER (WHERE o.state = 'done' AND o.done_at <= o.due_at)::int AS points,
    sum(o.weight) FILTER (WHERE o.state <> 'skipped')::int AS whole
  FROM rounds_occurrence o
  WHERE o.compound_id = k.id AND o.due_at > %(since)s AND o.due_at <= %(until)s AND o.makes_up_for IS NULL
) o
CROSS JOIN LATERAL (
  SELECT count(*)::int AS late FROM rounds_occurrence o
  WHERE o.compound_id = k.id AND o.weight = %(weight)s AND o.due_at <= %(now)s AND o.due_at > %(back)s
    AND o.state = ANY (%(late)s)
    AND NOT EXISTS (SELECT FROM rounds_occurrence m WHERE m.compound_id = k.id AND m.makes_up_for = o.id
      AND m.state = 'done' AND m.opens_at >= %(back)s)
) c
CROSS JOIN LATERAL (
  SELECT count(*)::int AS over FROM equipment_due d WHERE d.compound_id = k.id AND d.critical AND d."on" < %(today)s
) e
CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE d.severity = 'critical')::int AS critical,
    count(*) FILTER (WHERE d.severity <> 'critical' AND d.due_at <= %(now)s)::int AS overdue
  FROM defects_defect d WHERE d.compound_id = k.id AND d.state = ANY (%(open)s)
) f
WHERE k.id = ANY (%(compounds)s)
ORDER BY c.late + e.over + f.critical + f.overdue DESC, k.code
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One compound. ``due`` rounds were over by then, ``on_time`` of them were done in time; ``points`` of ``whole`` is the same
    weighted. ``late``: critical rounds that are over their time and not made up for; ``over``: critical things that ran out;
    ``critical`` and ``overdue``: open defects of the gravest class, and others that are over their time.
    """

    compound_id: int
    code: str
    name: str
    community_code: str
    community: str
    street_code: str
    street: str
    due: int
    on_time: int
    missed: int
    points: int
    whole: int
    late: int
    over: int
    critical: int
    overdue: int

    @property
    def worst(self) -> int:
        """What is overdue or critical, together."""
        return self.late + self.over + self.critical + self.overdue

    @property
    def percent(self) -> str:
        """The weighted share, "" where nothing was due."""
        return f"{self.points * 100 / self.whole:.1f}%" if self.whole else ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for: a street, a community, only what is overdue or critical, words of a name."""

    street: str = ""
    community: str = ""
    worst: bool = False
    words: str = ""


def lines(compound_ids: Sequence[int], first: date, last: date, now: datetime) -> list[Line]:
    """Every compound of the open scope, the worst first; what was due from ``first`` to ``last`` and is over by ``now``."""
    given: dict[str, Any] = {
        "compounds": list(compound_ids), "since": day_bounds(first)[0], "until": min(day_bounds(last)[1], now), "now": now,
        "back": now - BACK, "today": localdate(now), "weight": duties().weights["critical"],
        "late": [*(str(one.value) for one in OPEN), "missed"], "open": list(OPEN_DEFECTS),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, given)
        return [Line(*row) for row in cursor.fetchall()]


def chosen(found: Sequence[Line], wanted: Wanted) -> list[Line]:
    """Those that are wanted, in their order."""
    return [
        one
        for one in found
        if (not wanted.street or one.street_code == wanted.street)
        and (not wanted.community or one.community_code == wanted.community)
        and (not wanted.worst or one.worst)
        and (not wanted.words or wanted.words in one.name)
    ]
