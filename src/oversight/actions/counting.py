"""Keeping the figures right: the days whose requests have changed, or whose deadlines have passed, are counted anew."""

from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from oversight.queries.measures import CHANGES_AT, COLUMNS, COUNTED, OUTCOME, PARTS, SUMMED
from oversight.rules.periods import DAY, containing, runs
from repairs.rules.periods import NO_ANSWER_AFTER
from tenancy.scope import ScopeError, current_scope

# Two countings of one compound would write the same rows: the second waits, and then finds less to do.
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('oversight.count', %(compound)s))"
# What has come until here is counted below, by a later statement that sees at least as much; a change that commits in
# between leaves its own mark and is counted once more.
_TAKE = """
WITH taken AS (DELETE FROM oversight_mark WHERE compound_id = %(compound)s RETURNING day)
SELECT day FROM taken UNION
SELECT day FROM oversight_day WHERE compound_id = %(compound)s AND changes_at < %(now)s
"""
_CASES = f"""
FROM (SELECT p.*, (p.created_at AT TIME ZONE 'Asia/Shanghai')::date AS day FROM (
  {PARTS[0]}q.compound_id = %(compound)s AND ({{ranges}})
  UNION ALL {PARTS[1]}q.compound_id = %(compound)s AND ({{ranges}})) AS p) AS r
CROSS JOIN LATERAL (SELECT {OUTCOME} AS outcome) AS x
WHERE r.day = ANY (%(days)s)
"""  # noqa: S608  our own names
_FORGET_DAYS = "DELETE FROM oversight_dayfigures WHERE compound_id = %(compound)s AND day = ANY (%(days)s)"
_COUNT_DAYS = f"""
INSERT INTO oversight_dayfigures (compound_id, day, company, category, worker, urgent, {COLUMNS})
SELECT %(compound)s, r.day, coalesce(r.company_id, 0), r.category, coalesce(r.worker_id, 0), r.urgent, {COUNTED}
{_CASES} GROUP BY r.day, coalesce(r.company_id, 0), r.category, coalesce(r.worker_id, 0), r.urgent
"""
_COUNTED_DAYS = f"""
INSERT INTO oversight_day (compound_id, day, counted_at, changes_at)
SELECT %(compound)s, every.day, %(now)s, found.changes_at FROM unnest(%(days)s::date[]) AS every (day)
LEFT JOIN (SELECT r.day, {CHANGES_AT} AS changes_at {_CASES} GROUP BY r.day) AS found ON found.day = every.day
ON CONFLICT (compound_id, day) DO UPDATE SET counted_at = excluded.counted_at, changes_at = excluded.changes_at
"""  # noqa: S608  our own names
_FORGET_MONTHS = "DELETE FROM oversight_monthfigures WHERE compound_id = %(compound)s AND month = ANY (%(months)s)"
_COUNT_MONTHS = f"""
INSERT INTO oversight_monthfigures (compound_id, month, company, category, urgent, {COLUMNS})
SELECT %(compound)s, m.month, f.company, f.category, f.urgent, {SUMMED}
FROM oversight_dayfigures f CROSS JOIN LATERAL (SELECT date_trunc('month', f.day)::date AS month) AS m
WHERE f.compound_id = %(compound)s AND f.day >= %(first)s AND f.day < %(end)s AND m.month = ANY (%(months)s)
GROUP BY m.month, f.company, f.category, f.urgent
"""  # noqa: S608  our own names


@transaction.atomic
def count_anew(*, compound_id: int, now: datetime) -> int:
    """Count the days of a compound that have something to be counted; returns how many there were.

    Marks go in the same transaction as the figures come, so what a crash interrupts is done again. May be repeated, and
    may run beside itself.
    """
    if compound_id not in current_scope():
        raise ScopeError(f"Compound {compound_id} is outside the open scope.")
    told: dict[str, Any] = {"compound": compound_id, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, told)
        cursor.execute(_TAKE, told)
        days = sorted(row[0] for row in cursor.fetchall())
        if days:
            _count(days, compound_id=compound_id, now=now)
    return len(days)


@transaction.atomic
def count_everything(*, compound_id: int, now: datetime) -> int:
    """Count every day of a compound from its requests, whatever marks there are; returns how many days.

    Figures of days that have no request any more go. For an installation that gets its figures, and for whoever doubts them.
    """
    if compound_id not in current_scope():
        raise ScopeError(f"Compound {compound_id} is outside the open scope.")
    told: dict[str, Any] = {"compound": compound_id}
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, told)
        cursor.execute(
            "WITH taken AS (DELETE FROM oversight_mark WHERE compound_id = %(compound)s RETURNING day) "
            "SELECT day FROM taken UNION SELECT day FROM oversight_dayfigures WHERE compound_id = %(compound)s UNION "
            "SELECT (created_at AT TIME ZONE 'Asia/Shanghai')::date FROM repairs_request WHERE compound_id = %(compound)s",
            told,
        )
        days = sorted(row[0] for row in cursor.fetchall())
        if days:
            _count(days, compound_id=compound_id, now=now)
    return len(days)


def _count(days: list[date], *, compound_id: int, now: datetime) -> None:
    months = sorted({day.replace(day=1) for day in days})
    told: dict[str, Any] = {
        "compound": compound_id,
        "days": days,
        "months": months,
        "first": months[0],
        "end": containing("month", months[-1]).last + DAY,
        "now": now,
        "quiet": now - NO_ANSWER_AFTER,
        "silence": NO_ANSWER_AFTER,
    }
    ranges = " OR ".join(
        f"(q.created_at >= '{first} 00:00+08' AND q.created_at < '{end} 00:00+08')" for first, end in runs(days)
    )
    with connection.cursor() as cursor:
        for statement in (_FORGET_DAYS, _COUNT_DAYS, _COUNTED_DAYS, _FORGET_MONTHS, _COUNT_MONTHS):
            cursor.execute(statement.replace("{ranges}", ranges), told)
