"""``rls``: what isolation costs a transaction, on a table of the shape of requests with 1 or 10 million rows.

The policy is the product's own text, the scope is opened as ``tenancy.scope`` opens it: both settings as literal
``SET LOCAL`` in the round trip of BEGIN. Every case is a whole transaction of one connection, by the application's role,
which owns the table (the policy is forced on it). Statements go out as Django sends them, with values bound by the client;
the same with prepared statements stands beside it, where a round trip weighs more.
"""

import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

import psycopg
from psycopg import sql

from benchmarks.databases import Cluster
from benchmarks.measure import Report, interleave, median, say, wait_for_quiet
from tenancy.operations import POLICY

TABLE = "isolated"
ONE = 7
MANY = tuple(range(1, 101))
COLUMNS = "id, title, status, created_at"
LATEST = f"SELECT {COLUMNS} FROM {TABLE} WHERE compound_id = %(one)s ORDER BY created_at DESC LIMIT 20"
LATEST_ALONE = f"SELECT {COLUMNS} FROM {TABLE} ORDER BY created_at DESC LIMIT 20"
BY_KEY = f"SELECT {COLUMNS} FROM {TABLE} WHERE id = %(one)s - 1"
LATERAL = f"""
SELECT r.* FROM unnest(%(many)s::bigint[]) AS c (id) CROSS JOIN LATERAL (
  SELECT {COLUMNS} FROM {TABLE} WHERE compound_id = c.id ORDER BY created_at DESC LIMIT 20) AS r
ORDER BY r.created_at DESC LIMIT 20"""
ARRAY = f"SELECT {COLUMNS} FROM {TABLE} WHERE compound_id = ANY (%(many)s) ORDER BY created_at DESC LIMIT 20"
# name, statement, scope (None: none is opened), policy on
Case = tuple[str, str, tuple[int, ...] | None, bool]
CASES: list[Case] = [
    ("latest 20 of one compound: plain WHERE", LATEST, None, False),
    ("the same with the scope opened, no policy", LATEST, (ONE,), False),
    ("the same with scope and policy", LATEST, (ONE,), True),
    ("by primary key: plain", BY_KEY, None, False),
    ("by primary key: scope and policy", BY_KEY, (ONE,), True),
    ("latest 20 over 100 compounds: LATERAL, plain", LATERAL, None, False),
    ("the same with scope and policy", LATERAL, MANY, True),
    ("the same as one array, plain", ARRAY, None, False),
    ("policy alone, no compound named, 100 in scope", LATEST_ALONE, MANY, True),
]


def run(report: Report, cluster: Cluster, *, rounds: int, rows: int) -> None:
    """Make the table, measure every case, hold the ratios."""
    say(f"making {rows:,} rows")
    url = cluster.fresh("bench_isolation")
    with (
        closing(psycopg.connect(url, autocommit=True)) as keeper,
        closing(psycopg.connect(url, autocommit=True, cursor_factory=psycopg.ClientCursor)) as plain,
        closing(psycopg.connect(url, autocommit=True, prepare_threshold=2)) as prepared,
    ):
        _make(keeper, rows)
        _assert_isolated(keeper, plain)
        found = {
            way: _measure(keeper, link, rounds, f"{way}, ") for way, link in (("Django", plain), ("prepared", prepared))
        }
    cluster.drop("bench_isolation")
    told = found["Django"]

    def ratio(name: int, to: int, way: str = "Django") -> float:
        return median(one / other for one, other in zip(found[way][name], found[way][to], strict=True))

    size = f"{rows // 1_000_000} million rows" if rows >= 1_000_000 else f"{rows:,} rows"  # noqa: PLR2004
    report.hold(f"{size}: transaction with scope and policy : plain WHERE", ratio(2, 0), 1.30)
    # The statements of hot pages are prepared (tenancy.statements): planning the policy is paid once a connection.
    report.hold(f"{size}: the policy alone, prepared as hot pages send it", ratio(2, 1, "prepared"), 1.05)
    report.hold(f"{size}: latest 20 over 100 compounds, isolated : plain LATERAL", ratio(6, 5), 1.5)
    report.table(
        f"isolation, {size} | us a transaction | prepared",
        [
            [name, f"{median(told[number]):.0f}", f"{median(found['prepared'][number]):.0f}"]
            for number, (name, *_others) in enumerate(CASES)
        ],
    )
    report.remarks.append(
        f"rls: with prepared statements scope and policy cost {ratio(2, 0, 'prepared'):.2f}x of the plain query, the list over "
        f"100 compounds {ratio(6, 5, 'prepared'):.2f}x; as Django's ORM sends it the policy alone costs {ratio(2, 1):.2f}x."
    )


def _make(keeper: psycopg.Connection[Any], rows: int) -> None:
    keeper.execute(
        f"CREATE TABLE {TABLE} (id bigint PRIMARY KEY, compound_id bigint NOT NULL, title text NOT NULL,"
        " status smallint NOT NULL, created_at timestamptz NOT NULL)"
    )
    keeper.execute(
        sql.SQL(
            f"INSERT INTO {TABLE} SELECT n, 1 + n % {{}}, 'Lift stuck on floor ' || n % 40, n % 5,"
            " timestamptz '2026-01-01' + n * interval '3 second' FROM generate_series(1, {}) n"
        ).format(max(100, rows // 1000), rows)
    )
    keeper.execute(f"CREATE INDEX ON {TABLE} (compound_id, created_at DESC)")
    keeper.execute(sql.SQL(f"CREATE POLICY tenant ON {TABLE} USING ({POLICY}) WITH CHECK ({POLICY})"))
    keeper.execute(f"VACUUM ANALYZE {TABLE}")


def _switch(keeper: psycopg.Connection[Any], *, on: bool) -> None:
    words = ("ENABLE", "FORCE") if on else ("DISABLE", "NO FORCE")
    for word in words:
        keeper.execute(sql.SQL(f"ALTER TABLE {TABLE} {word} ROW LEVEL SECURITY"))


def _assert_isolated(keeper: psycopg.Connection[Any], link: psycopg.Connection[Any]) -> None:
    """The policy really holds for this role, and the index gives the order."""
    _switch(keeper, on=True)
    count = f"SELECT count(*) FROM {TABLE}"
    with link.transaction():
        if link.execute(count).fetchone() != (0,):
            raise RuntimeError("Rows can be read without a scope: this role is not subject to the policy.")
    _begin(link, (ONE,))
    plan = "\n".join(row[0] for row in link.execute(f"EXPLAIN {LATEST}", {"one": ONE}))
    link.commit()
    if "Index Scan" not in plan or "Sort" in plan:
        raise RuntimeError(f"The latest of one compound do not come from the index:\n{plan}")


def _begin(link: psycopg.Connection[Any], compounds: tuple[int, ...] | None) -> None:
    ids = ",".join(map(str, compounds or ()))
    settings = f"; SET LOCAL app.compounds = '{{{ids}}}'; SET LOCAL app.person = ''" if compounds else ""
    # prepare=False: several statements in one text cannot be prepared.
    link.execute(f"BEGIN{settings}", prepare=False)


def _measure(
    keeper: psycopg.Connection[Any], link: psycopg.Connection[Any], rounds: int, label: str
) -> list[list[float]]:
    """Microseconds a transaction for every case and round."""

    def timed(case: Case) -> Callable[[], float]:
        _name, query, scope, policy = case

        def once() -> None:
            _begin(link, scope)
            link.execute(query, {"one": ONE, "many": list(MANY)}).fetchall()
            link.commit()

        def go() -> float:
            _switch(keeper, on=policy)
            began = time.perf_counter()
            once()
            first = time.perf_counter() - began
            times = max(3, min(1000, int(1.0 / max(first, 1e-4))))
            for _ in range(min(times, 20)):
                once()
            spent = []
            for _ in range(times):
                began = time.perf_counter()
                once()
                spent.append(time.perf_counter() - began)
            return median(spent) * 1e6  # not the mean: a transaction that another process interrupted is no measurement

        return go

    wait_for_quiet()
    found = interleave(rounds, {str(number): timed(case) for number, case in enumerate(CASES)})
    for number, (name, *_others) in enumerate(CASES):
        say(f"  {label}{name}: {median(found[str(number)]):.0f} us")
    return [found[str(number)] for number in range(len(CASES))]
