"""The figures told once more from what happened: the events read by plain SQL and replayed, deadlines worked out anew.

Nothing of ``oversight`` is used here, and of the request's own row only what no event says: stars, and in how far a pause
moved a deadline.
"""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from calendars.queries import work_calendar
from repairs.rules.categories import terms

WEEK = timedelta(days=7)
_LIVES = """
SELECT r.id, (r.created_at + interval '8 hours')::date, r.company_id, r.category, r.worker_id, r.urgent, r.stars,
  r.finished_in_time, r.due_at,
  (SELECT array_agg(ARRAY[e.action, e.from_state, e.to_state] ORDER BY e.at, e.id) FROM repairs_event e
    WHERE e.request_id = r.id AND e.compound_id = r.compound_id),
  (SELECT array_agg(e.at ORDER BY e.at, e.id) FROM repairs_event e
    WHERE e.request_id = r.id AND e.compound_id = r.compound_id)
FROM repairs_request r WHERE r.compound_id = %s ORDER BY r.id
"""
Key = tuple[Any, ...]


def figures(compound_id: int, now: datetime) -> dict[Key, Counter[str]]:
    """Counts by (day, firm, category, worker, urgent)."""
    told: dict[Key, Counter[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_LIVES, [compound_id])
        rows = cursor.fetchall()
    for row in rows:
        _pk, day, firm, category, worker, urgent, *rest = row
        key = (day, firm or 0, category, worker or 0, urgent)
        told.setdefault(key, Counter()).update(counted(category, urgent, *rest, now=now))
    return told


def counted(  # noqa: C901  a life is told step by step
    category: str,
    urgent: bool,
    stars: int | None,
    stored_finish: bool | None,
    due_at: datetime | None,
    steps: list[list[str]],
    moments: list[datetime],
    *,
    now: datetime,
) -> list[str]:
    """The names of all counts that one request is in."""
    respond, finish = terms(category, urgent=urgent)
    calendar = work_calendar()
    state, opened, asked = "submitted", moments[0], moments[0]
    upheld = reopened = repaired = rated = paused = False
    answered: bool | None = None
    finished: bool | None = None
    last_finish = moments[0]
    for (action, before, after), at in zip(steps, moments, strict=True):
        state = after
        if before == "submitted" and action in {"accept", "assign", "claim", "return"}:
            answered = at <= calendar.due(asked, respond.minutes, respond.basis).at
        if action in {"contest", "deny"}:
            asked = opened = at
            answered = None
        if action == "uphold":
            upheld = True
        if action == "reopen":
            reopened, opened, finished, rated, paused = True, at, None, False, False
        if action == "pause":
            paused = True
        if action in {"finish", "settle"}:
            repaired, last_finish = True, at
            finished = stored_finish if paused else at <= calendar.due(opened, finish.minutes, finish.basis).at
        repaired = repaired or action == "force_close"
        rated = rated or action == "confirm"
    outcome = {
        "withdrawn": "withdrawn",
        "merged": "merged",
        "closed": "forced",
        "done": "done",
        "returned": "not_ours" if upheld else "returned",
        "awaiting": "unanswered" if now > last_finish + WEEK else "awaiting",
    }.get(state, "open")
    names = ["filed", outcome]
    if outcome in {"withdrawn", "merged", "not_ours"}:
        return names
    late = due_at is not None and due_at < now
    if answered is not None or (state == "submitted" and late):
        names += ["responded", *(["responded_in_time"] if answered else [])]
    if finished is not None or outcome == "forced" or (state in {"accepted", "assigned", "working"} and late):
        names += ["finished", *(["finished_in_time"] if finished else [])]
    if repaired:
        names += ["repaired", *(["reopened"] if reopened else [])]
    if rated:
        names += ["rated", *(["satisfied"] if (stars or 0) >= 4 else [])]
    return names
