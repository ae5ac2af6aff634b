"""The same definitions as SQL over a case ``r``: one condition a count, for the counting and for the lists behind it.

A case is a request as the firm has it that holds it now (``part`` 0), or as a firm had it before it went on to the next
(``part``: the stint's id). So each firm has what it did and was late with itself, and the request is filed once.

Both read these conditions, so a number and its list cannot disagree. ``%(now)s`` is the moment, ``%(quiet)s`` the moment
before which a repair without an answer counts as 未反馈.
"""

from oversight.rules.indicators import COUNTS, INDICATORS, SATISFIED, SCORED

# What a case consists of: (of the request ``q`` itself, of a stint ``s`` of it).
_FIELDS: dict[str, tuple[str, str]] = {
    "part": ("0::bigint", "s.id"),
    **{
        name: (f"q.{name}",) * 2
        for name in (
            *("compound_id", "id", "ref", "number", "category", "place", "place_text", "words", "urgent", "state"),
            *("created_at", "upheld_at"),
        )
    },
    "company_id": ("q.company_id", "s.company_id"),
    "worker_id": ("q.worker_id", "s.worker_id"),
    "accepted_at": ("q.accepted_at", "NULL::timestamptz"),
    "finished_at": ("q.finished_at", "NULL::timestamptz"),
    "closed_at": ("q.closed_at", "s.at"),
    "due_at": ("q.due_at", "NULL::timestamptz"),
    "responded_in_time": ("q.responded_in_time", "s.responded_in_time"),
    "finished_in_time": ("q.finished_in_time", "s.finished_in_time"),
    # What did not hold is whose repair it was.
    "reopened": (
        (
            "CASE WHEN q.reopened > 0 THEN q.reopened - coalesce((SELECT sum(p.reopened) FROM repairs_stint p "
            "WHERE p.compound_id = q.compound_id AND p.request_id = q.id), 0) ELSE 0 END"
        ),
        "s.reopened",
    ),
    "stars": ("q.stars", "NULL::smallint"),
    "returned_to": ("q.returned_to", "''"),
}
_NOW, _BEFORE = (", ".join(f"{both[place]} AS {name}" for name, both in _FIELDS.items()) for place in (0, 1))
# Both of ``q``: a condition on it is added by whoever asks. What leaves the score leaves it for all who had it.
PARTS = (
    f"SELECT {_NOW} FROM repairs_request q WHERE ",  # noqa: S608  our own names
    (
        f"SELECT {_BEFORE} FROM repairs_stint s "  # noqa: S608  our own names
        "JOIN repairs_request q ON q.compound_id = s.compound_id AND q.id = s.request_id "
        "WHERE q.state NOT IN ('withdrawn', 'merged') AND NOT (q.state = 'returned' AND q.upheld_at IS NOT NULL) AND "
    ),
)
# In the order in which they are asked: the first that holds is the outcome.
_OUTCOME = {
    "handed": "r.part > 0",
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
_IN_SCORED = ", ".join(repr(name) for name in SCORED)
_DUE = f"x.outcome IN ({_IN_SCORED})"
# What a firm did, and was late with, is its own also where another finishes it.
_HAD = f"x.outcome IN ({_IN_SCORED}, 'handed')"

# Over ``r`` and ``x.outcome``, which is the request's own.
CONDITIONS: dict[str, str] = {
    "filed": "r.part = 0",
    "due": _DUE,
    **{name: f"x.outcome = '{name}'" for name in (*_OUTCOME, "open")},
    "responded": f"{_HAD} AND {_RESPONDED}",
    "responded_in_time": f"{_HAD} AND r.responded_in_time",
    "finished": f"{_HAD} AND {_FINISHED}",
    "finished_in_time": f"{_HAD} AND r.finished_in_time",
    "repaired": f"{_HAD} AND (r.finished_at IS NOT NULL OR x.outcome = 'forced' OR r.reopened > 0)",
    "reopened": f"{_HAD} AND r.reopened > 0",
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
