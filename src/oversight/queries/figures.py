"""The figures of compounds, read from the summary tables alone; their requests are never scanned for them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection

from oversight.queries.measures import COLUMNS
from oversight.rules.areas import Place
from oversight.rules.indicators import COUNTS, Counts, total
from oversight.rules.periods import Period, months_back, parts

TREND = 12


@dataclass(frozen=True, slots=True)
class Compare:
    """The counts of a period and of the period before."""

    now: Counts = field(default_factory=Counts)
    then: Counts = field(default_factory=Counts)

    def __add__(self, other: "Compare") -> "Compare":
        return Compare(self.now + other.now, self.then + other.then)


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of some compounds in a period: together, by compound, by category and by firm (0: no firm)."""

    whole: Compare
    compounds: dict[int, Compare]
    categories: dict[str, Compare]
    firms: dict[int, Compare]


_SUMS = ", ".join(f"sum({name})::int AS {name}" for name in COUNTS)
# One LATERAL a compound, because an array gives an index no order. First everything a compound, firm and category has in
# one line each, then the three ways to look at it.
_FIGURES = """
WITH lines AS MATERIALIZED (
  SELECT which, compound, company, category, {sums}
  FROM (SELECT f.which, c.id AS compound, f.company, f.category, {columns}
    FROM unnest(%(ids)s::bigint[]) AS c (id) CROSS JOIN LATERAL ({ranges}) AS f) AS every
  GROUP BY which, compound, company, category)
SELECT which, compound, company, category, {sums} FROM lines
GROUP BY GROUPING SETS ((which, compound), (which, company), (which, category))
"""
_RANGE = (
    "SELECT {which} AS which, company, category, {columns} FROM oversight_{table} "
    "WHERE compound_id = c.id AND {column} >= '{first}' AND {column} < '{end}'{only}"
)


def _ranges(periods: Sequence[Period], *, firm: int | None, urgent: bool | None) -> str:
    """The branches that read each period: its whole months from the monthly figures, its other days from the daily ones."""
    only = "" if firm is None else " AND company = %(firm)s"
    only += "" if urgent is None else " AND urgent" if urgent else " AND NOT urgent"
    branches = []
    for which, one in enumerate(periods):
        cut = parts(one)
        ranges = [("monthfigures", "month", cut.months)] if cut.months else []
        ranges += [("dayfigures", "day", days) for days in cut.days]
        branches += [
            _RANGE.format(
                which=which, columns=COLUMNS, table=table, column=column, first=first, end=end, only=only
            )  # dates of our own making
            for table, column, (first, end) in ranges
        ]
    return " UNION ALL ".join(branches)


def figures(
    *,
    compound_ids: Sequence[int],
    period: Period,
    before: Period,
    firm: int | None = None,
    urgent: bool | None = None,
) -> Figures:
    """The figures of a period beside those of the one before, of one firm's cases or of all. One statement."""
    ranges = _ranges((period, before), firm=firm, urgent=urgent)
    with connection.cursor() as cursor:
        cursor.execute(
            _FIGURES.format(sums=_SUMS, columns=COLUMNS, ranges=ranges), {"ids": list(compound_ids), "firm": firm}
        )
        rows = cursor.fetchall()
    ways: tuple[dict[Any, list[Counts]], ...] = ({}, {}, {})
    for which, compound, company, category, *numbers in rows:
        keys = (compound, company, category)
        place = next(index for index, key in enumerate(keys) if key is not None)
        ways[place].setdefault(keys[place], [Counts(), Counts()])[which] = Counts(tuple(numbers))
    by_compound, by_firm, by_category = ({key: Compare(*two) for key, two in way.items()} for way in ways)
    return Figures(
        whole=sum(by_compound.values(), Compare()),
        compounds=by_compound,
        categories=by_category,
        firms=by_firm,
    )


def trend(
    *, compound_ids: Sequence[int], last: date, firm: int | None = None, months: int = TREND
) -> list[tuple[date, Counts]]:
    """The counts of each month up to the one of ``last``, the oldest first. One statement."""
    wanted = months_back(last, months)
    only = "" if firm is None else " AND f.company = %(firm)s"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT f.month, {_SUMS} FROM unnest(%(ids)s::bigint[]) AS c (id) JOIN oversight_monthfigures f "  # noqa: S608  our own names
            f"ON f.compound_id = c.id AND f.month >= %(first)s AND f.month <= %(last)s{only} GROUP BY f.month",
            {"ids": list(compound_ids), "first": wanted[0], "last": wanted[-1], "firm": firm},
        )
        found = {month: Counts(tuple(numbers)) for month, *numbers in cursor.fetchall()}
    return [(month, found.get(month, Counts())) for month in wanted]


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker of the firm with what was done for the requests that they hold or held last."""

    person_id: int
    name: str
    counts: Counts


def workers(*, compound_ids: Sequence[int], period: Period, firm: int) -> list[Worker]:
    """A firm's workers, who has most first; ``person_id`` 0 is nobody yet. One statement, over the daily figures."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT w.worker, coalesce(p.name, ''), {', '.join(f'w.{name}' for name in COUNTS)} FROM ("  # noqa: S608  our own names
            f"SELECT f.worker, {_SUMS} FROM unnest(%(ids)s::bigint[]) AS c (id) JOIN oversight_dayfigures f "
            "ON f.compound_id = c.id AND f.day >= %(first)s AND f.day <= %(last)s AND f.company = %(firm)s "
            "GROUP BY f.worker) AS w LEFT JOIN accounts_person p ON p.id = w.worker "
            "ORDER BY w.worker = 0, w.filed DESC, p.name, w.worker",
            {"ids": list(compound_ids), "first": period.first, "last": period.last, "firm": firm},
        )
        return [Worker(person, name, Counts(tuple(numbers))) for person, name, *numbers in cursor.fetchall()]


def counted(
    *,
    compound_ids: Sequence[int],
    period: Period,
    category: str | None = None,
    firm: int | None = None,
    worker: int | None = None,
    urgent: bool | None = None,
) -> Counts:
    """The counts behind one cell: of a category, a firm, a worker, or all. One statement."""
    narrowed = {"category": category, "firm": firm, "worker": worker}
    if worker is None:
        source = _ranges((period,), firm=firm, urgent=urgent)
    else:
        only = "" if firm is None else " AND company = %(firm)s"
        only += "" if urgent is None else " AND urgent" if urgent else " AND NOT urgent"
        source = (
            f"SELECT 0 AS which, category, {COLUMNS} FROM oversight_dayfigures WHERE compound_id = c.id "  # noqa: S608  our own names
            f"AND day >= '{period.first}' AND day <= '{period.last}' AND worker = %(worker)s{only}"
        )
    where = "" if category is None else " WHERE f.category = %(category)s"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_SUMS} FROM unnest(%(ids)s::bigint[]) AS c (id) CROSS JOIN LATERAL ({source}) AS f{where}",  # noqa: S608  our own names
            {"ids": list(compound_ids), **narrowed},
        )
        return Counts(tuple(number or 0 for number in cursor.fetchone()))


def places(compound_ids: Sequence[int]) -> list[Place]:
    """Compounds in the order of their areas. One statement; neither belongs to a tenant."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT k.id, k.code, k.name, community.code, community.name, street.code, street.name, city.code, city.name
            FROM tenancy_compound k JOIN tenancy_area community ON community.id = k.community_id
            JOIN tenancy_area street ON street.id = community.parent_id
            JOIN tenancy_area city ON city.id = street.parent_id
            WHERE k.id = ANY (%s) ORDER BY city.code, street.code, community.code, k.code
            """,
            [list(compound_ids)],
        )
        return [Place(pk, code, name, (a, b), (c, d), (e, f)) for pk, code, name, a, b, c, d, e, f in cursor.fetchall()]


def firm_names(firm_ids: Sequence[int]) -> dict[int, str]:
    """The names of firms. One statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, name FROM parties_organisation WHERE id = ANY (%s)", [list(firm_ids)])
        return dict(cursor.fetchall())


def waiting(*, compound_ids: Sequence[int], now: datetime) -> int:
    """How many days of these compounds have still to be counted anew. One statement; 0 means: true at this moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT (SELECT count(DISTINCT (compound_id, day)) FROM oversight_mark WHERE compound_id = ANY (%(ids)s))
              + (SELECT count(*) FROM oversight_day WHERE compound_id = ANY (%(ids)s) AND changes_at < %(now)s)
            """,
            {"ids": list(compound_ids), "now": now},
        )
        return int(cursor.fetchone()[0])


def compounds_to_count(now: datetime) -> list[int]:
    """The compounds with something to count anew. Runs across tenants; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT compound_id FROM oversight_mark UNION SELECT compound_id FROM oversight_day WHERE changes_at < %s "
            "ORDER BY compound_id",
            [now],
        )
        return [row[0] for row in cursor.fetchall()]


def sums(many: Sequence[Compare]) -> Compare:
    """Several together."""
    return Compare(total(one.now for one in many), total(one.then for one in many))
