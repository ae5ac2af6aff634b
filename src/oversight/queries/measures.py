"""The same definitions as SQL over a request ``r``: one condition a count, for the counting and for the lists behind it.

Both read these conditions, so a number and its list cannot disagree. ``%(now)s`` is the moment, ``%(quiet)s`` the moment
before which a repair without an answer counts as 未反馈.
"""

from oversight.rules.indicators import COUNTS, INDICATORS, SATISFIED, SCORED

# In the order in which they are asked: the first that holds is the outcome.
_OUTCOME = {
    "withdrawn": "r.state = 'withdrawn'",
    # Folded into another request about the same thing; that one is counted.
    "merged": "r.state = 'merged'",
    # Returned, and the community agreed that it was never the firm's.
    "not_ours": "r.state = 'returned' AND r.upheld_at IS NOT NULL",
    "returned": "r.state = 'returned'",
    "forced": "r.state = 'closed'",
    "done": "r.state = 'done'",
    "unanswered": "r.state = 'awaiting' AND r.finished_at < %(quiet)s",
    "awaiting": "r.state = 'awaiting'",
}
OUTCOME = "CASE " + " ".join(f"WHEN {held} THEN '{name}'" for name, held in _OUTCOME.items()) + " ELSE 'open' END"
# A deadline stands in the row only while it runs: not while the request is paused, nor once the firm is through with it.
_LATE = "r.due_at < %(now)s"
_RESPONDED = f"(r.responded_in_time IS NOT NULL OR (r.state = 'submitted' AND {_LATE}))"
# What was closed by order without having been repaired was not repaired in time.
_FINISHED = f"(r.finished_in_time IS NOT NULL OR x.outcome = 'forced' OR (r.state <> 'submitted' AND {_LATE}))"
_DUE = f"x.outcome IN ({', '.join(repr(name) for name in SCORED)})"

# Over ``r`` and ``x.outcome``, which is the request's own.
CONDITIONS: dict[str, str] = {
    "filed": "true",
    "due": _DUE,
    **{name: f"x.outcome = '{name}'" for name in (*_OUTCOME, "open")},
    "responded": f"{_DUE} AND {_RESPONDED}",
    "responded_in_time": f"{_DUE} AND r.responded_in_time",
    "finished": f"{_DUE} AND {_FINISHED}",
    "finished_in_time": f"{_DUE} AND r.finished_in_time",
    "repaired": f"{_DUE} AND (r.finished_at IS NOT NULL OR x.outcome = 'forced' OR r.reopened > 0)",
    "reopened": f"{_DUE} AND r.reopened > 0",
    "rated": f"{_DUE} AND r.stars IS NOT NULL",
    "satisfied": f"{_DUE} AND r.stars >= {SATISFIED}",
}
COUNTED = ", ".join(f"count(*) FILTER (WHERE {CONDITIONS[name]})" for name in COUNTS)
SUMMED = ", ".join(f"coalesce(sum(f.{name}), 0)::int" for name in COUNTS)
COLUMNS = ", ".join(COUNTS)
# When the clock alone changes what a request counts as.
CHANGES_AT = (
    "min(CASE WHEN r.due_at >= %(now)s THEN r.due_at "
    "WHEN r.state = 'awaiting' AND r.finished_at >= %(quiet)s THEN r.finished_at + %(silence)s END)"
)


def missed(indicator: str) -> str:
    """The condition of the cases that are in the base of a rate but not in its hits."""
    one = INDICATORS[indicator]
    return f"({CONDITIONS[one.base]}) AND NOT coalesce(({CONDITIONS[one.hit]}), false)"
