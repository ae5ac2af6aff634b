"""The very cases behind a number: found by the condition that it was counted with."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from oversight.queries.measures import CONDITIONS, OUTCOME, PARTS, missed
from oversight.rules.indicators import INDICATORS
from oversight.rules.periods import BadPeriod, Period, period
from repairs.models import Category
from repairs.rules.periods import NO_ANSWER_AFTER
from ui.numbers import whole

CHINA = ZoneInfo("Asia/Shanghai")
MISSED = "missed-"
# Of these the lists are: each count, and for each rate the cases that it lacks.
LISTED = frozenset({*CONDITIONS, *(MISSED + code for code in INDICATORS)})


class BadQuestion(ValueError):
    """No list of ours."""


@dataclass(frozen=True, slots=True)
class Question:
    """Which cases: a list of LISTED in a period, of a category, a firm, a worker (0: none), urgent or not; None: all."""

    of: str
    period: Period
    category: str | None = None
    firm: int | None = None
    worker: int | None = None
    urgent: bool | None = None

    def pairs(self) -> dict[str, str]:
        """How an address carries it."""
        given: dict[str, Any] = {
            "of": self.of,
            "period": self.period.code,
            "category": self.category,
            "firm": self.firm,
            "worker": self.worker,
            "urgent": None if self.urgent is None else int(self.urgent),
        }
        return {name: str(value) for name, value in given.items() if value is not None}


def question(given: Mapping[str, str]) -> Question:
    """Read what ``Question.pairs`` wrote; raises BadQuestion for anything else."""
    of, category = given.get("of", "filed"), given.get("category") or None
    if of not in LISTED or (category is not None and category not in Category.values):
        raise BadQuestion
    try:
        wanted = period(given.get("period", ""))
    except BadPeriod as error:
        raise BadQuestion from error
    urgent = given.get("urgent") or None
    if urgent not in {None, "0", "1"}:
        raise BadQuestion
    return Question(
        of=of,
        period=wanted,
        category=category,
        firm=_number(given.get("firm")),
        worker=_number(given.get("worker")),
        urgent=None if urgent is None else urgent == "1",
    )


def _number(text: str | None) -> int | None:
    if not text:
        return None
    number = whole(text)
    if number is None:
        raise BadQuestion
    return number


@dataclass(frozen=True, slots=True)
class Case:
    """One request as the lists show it. Nothing of the filer; ``outcome`` is one of ``rules.indicators.OUTCOMES``, or handed.

    ``part`` is 0, or else it is what a firm had done of it before it went on to the next one (outcome "handed").
    """

    compound_id: int
    pk: int
    part: int
    ref: str
    number: str
    category: str
    place: str
    place_text: str
    words: str
    urgent: bool
    state: str
    created_at: datetime
    accepted_at: datetime | None
    finished_at: datetime | None
    closed_at: datetime | None
    due_at: datetime | None
    responded_in_time: bool | None
    finished_in_time: bool | None
    reopened: int
    stars: int | None
    returned_to: str
    outcome: str
    worker: str
    firm: str


_FIELDS = (
    "r.compound_id, r.id, r.part, r.ref, r.number, r.category, r.place, r.place_text, r.words, r.urgent, r.state, r.created_at, "
    "r.accepted_at, r.finished_at, r.closed_at, r.due_at, r.responded_in_time, r.finished_in_time, r.reopened, r.stars, "
    "r.returned_to, r.outcome"
)
_NAMED = (
    f"SELECT {_FIELDS}, coalesce(w.name, ''), coalesce(o.name, '') FROM ({{found}}) AS r "  # noqa: S608  our own names
    "LEFT JOIN accounts_person w ON w.id = r.worker_id LEFT JOIN parties_organisation o ON o.id = r.company_id"
)
_RANGE = "q.compound_id = {compound} AND q.created_at >= %(first)s AND q.created_at < %(end)s"


def _found(compound: str, condition: str, order: str) -> str:
    """The cases of a compound: the requests and what went on, each in its order and cut, so that an index gives the order."""
    branches = (
        f"(SELECT r.*, x.outcome FROM ({part}{_RANGE.format(compound=compound)}) AS r "  # noqa: S608  our own names
        f"CROSS JOIN LATERAL (SELECT {OUTCOME} AS outcome) AS x WHERE {condition} {order})"
        for part in PARTS
    )
    return " UNION ALL ".join(branches)


def _condition(asked: Question) -> str:
    found = missed(asked.of.removeprefix(MISSED)) if asked.of.startswith(MISSED) else CONDITIONS[asked.of]
    narrowed = {
        "r.category = %(category)s": asked.category is not None,
        "coalesce(r.company_id, 0) = %(firm)s": asked.firm is not None,
        "coalesce(r.worker_id, 0) = %(worker)s": asked.worker is not None,
        "r.urgent": asked.urgent is True,
        "NOT r.urgent": asked.urgent is False,
    }
    return " AND ".join([f"({found})", *(text for text, held in narrowed.items() if held)])


def _told(asked: Question, now: datetime) -> dict[str, Any]:
    return {
        "first": _midnight(asked.period.first),
        "end": _midnight(asked.period.last + timedelta(days=1)),
        "category": asked.category,
        "firm": asked.firm,
        "worker": asked.worker,
        "now": now,
        "quiet": now - NO_ANSWER_AFTER,
    }


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=CHINA).astimezone(UTC)


def cases(*, compound_ids: Sequence[int], asked: Question, now: datetime, skip: int, most: int) -> list[Case]:
    """The cases behind a number over one or many compounds, the latest first. One statement, LATERAL by compound."""
    inner = _found("c.id", _condition(asked), "ORDER BY r.created_at DESC, r.id DESC LIMIT %(reach)s")
    found = (
        f"SELECT l.* FROM unnest(%(ids)s::bigint[]) AS c (id) CROSS JOIN LATERAL ({inner}) AS l "  # noqa: S608  our own names
        "ORDER BY l.created_at DESC, l.id DESC, l.part LIMIT %(most)s OFFSET %(skip)s"
    )
    told = {**_told(asked, now), "ids": list(compound_ids), "reach": skip + most, "most": most, "skip": skip}
    with connection.cursor() as cursor:
        cursor.execute(f"{_NAMED.format(found=found)} ORDER BY r.created_at DESC, r.id DESC, r.part", told)
        return [Case(*row) for row in cursor.fetchall()]


def every_case(*, compound_ids: Sequence[int], asked: Question, now: datetime, batch: int) -> Iterator[list[Case]]:
    """All cases behind a number, compound by compound and the oldest first, in batches: one statement each.

    The place is kept by the last row, not by a cursor: memory stays the same however many there are.
    """
    after = "AND (r.created_at, r.id, r.part) > (%(at)s, %(pk)s, %(part)s)"
    inner = _found("%(compound)s", _condition(asked), f"{after} ORDER BY r.created_at, r.id, r.part LIMIT %(batch)s")
    found = f"SELECT l.* FROM ({inner}) AS l ORDER BY l.created_at, l.id, l.part LIMIT %(batch)s"  # noqa: S608  our own names
    for compound_id in compound_ids:
        told = {**_told(asked, now), "compound": compound_id, "batch": batch}
        told |= {"at": told["first"] - timedelta(days=1), "pk": 0, "part": 0}
        while True:
            with connection.cursor() as cursor:
                cursor.execute(f"{_NAMED.format(found=found)} ORDER BY r.created_at, r.id, r.part", told)
                rows = [Case(*row) for row in cursor.fetchall()]
            if rows:
                yield rows
            if len(rows) < batch:
                break
            told |= {"at": rows[-1].created_at, "pk": rows[-1].pk, "part": rows[-1].part}
