"""``votes``, what needs processes or a database: opening on all cores, the two counts of a million opened ballots.

The opened rows and the roll are tables of the product's shape in a database of their own; what is timed there is the product's
own SQL, beside one plain statement over the same rows: choices counted with the areas of the roll.

usage of the processes: python -m benchmarks.voting cores BALLOTS | tally DSN ROWS
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from typing import Any

from benchmarks.databases import Cluster
from benchmarks.measure import Report, interleave, median, wait_for_quiet
from config.environment import ROOT

BALLOTS, ROWS = 60_000, 1_000_000
CHOICES = ("for", "against", "abstain")
_TABLES = """
CREATE TABLE boxes_opened (
  id bigserial PRIMARY KEY, number int NOT NULL, "right" varchar(24) NOT NULL, "by" varchar(5) NOT NULL,
  paper boolean NOT NULL, item varchar(24) NOT NULL, choice varchar(7) NOT NULL, names varchar(24)[] NOT NULL,
  reason varchar(20) NOT NULL, box_id bigint NOT NULL, compound_id bigint NOT NULL);
CREATE TABLE elections_right (
  id bigserial PRIMARY KEY, number int NOT NULL, key varchar(24) NOT NULL, area bigint NOT NULL, scopes jsonb NOT NULL,
  compound_id bigint NOT NULL, edition_id bigint NOT NULL);
CREATE TABLE elections_item (id bigserial, key varchar(24), scope varchar(24), compound_id bigint, poll_id bigint);
INSERT INTO elections_item (key, scope, compound_id, poll_id) VALUES ('m1', '', 7, 1);
INSERT INTO elections_right (number, key, area, scopes, compound_id, edition_id)
  SELECT g, lpad(to_hex(g * 7919::bigint % 1000003), 8, '0') || lpad(to_hex(g), 8, '0'),
         400000 + g * 7919::bigint % 1600000, '{}', 7, 1
  FROM generate_series(1, ROWS) g;
INSERT INTO boxes_opened (number, "right", "by", paper, item, choice, names, reason, box_id, compound_id)
  SELECT number + 1, key, 'owner', false, 'm1', (ARRAY['for', 'against', 'abstain'])[1 + number * 31::bigint % 3], '{}', '',
         3, 7
  FROM elections_right ORDER BY number;
CREATE UNIQUE INDEX ON boxes_opened (compound_id, box_id, number, item);
CREATE UNIQUE INDEX ON elections_right (compound_id, edition_id, key);
"""
_PLAIN = """
SELECT o.choice, count(*), sum(r.area) FROM boxes_opened o
JOIN elections_right r ON r.compound_id = 7 AND r.edition_id = 1 AND r.key = o."right"
WHERE o.compound_id = 7 AND o.box_id = 3 GROUP BY o.choice
"""


def run(report: Report, cluster: Cluster, *, rounds: int, rows: int = ROWS) -> None:
    """Both parts, each in a process of its own."""
    cores = [_inside("cores", str(BALLOTS)) for _ in range(rounds)]
    report.hold(
        "votes: ballots opened on all cores : PyNaCl alone on all cores",
        median(one["ratio"] for one in cores),
        0.87,
        more=True,
    )
    tally = _inside("tally", cluster.fresh("bench_votes"), str(rows))
    cluster.drop("bench_votes")
    report.hold(f"votes: both counts of {rows:,} ballots : one plain statement", tally["ratio"], 7)
    report.table(
        "votes, opening and counting | ",
        [
            ["opened a second, all cores: ours", f"{median(one['ours'] for one in cores):,.0f}"],
            ["the same: PyNaCl alone", f"{median(one['bare'] for one in cores):,.0f}"],
            ["one plain statement, s", f"{tally['plain']:.2f}"],
            ["the count in SQL, s", f"{tally['sql']:.2f}"],
            ["the count in Python with the four tests, s", f"{tally['python']:.2f}"],
        ],
    )


def _inside(*line: str) -> dict[str, Any]:
    wait_for_quiet()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.voting", *line],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _bare(private: bytes, sealed: list[bytes]) -> int:
    from nacl.public import PrivateKey, SealedBox

    unseal = SealedBox(PrivateKey(private)).decrypt
    return sum(bool(unseal(one)) for one in sealed)


def cores(ballots: str) -> dict[str, float]:
    """The product's opener, processes and all, beside as many processes that do nothing but open."""
    from benchmarks.votes import _box, _choices
    from boxes.opener import open_all
    from elections.box.ballots import seal

    box, key = _box()
    count, many = int(ballots), os.cpu_count() or 1
    sealed = [seal(box, _choices(n)) for n in range(count)]
    parts = [sealed[n::many] for n in range(many)]

    def timed(work: Callable[[], object]) -> float:
        began = time.monotonic()
        work()
        return count / (time.monotonic() - began)

    def bare() -> None:
        with ProcessPoolExecutor(many) as pool:
            list(pool.map(_bare, [bytes(key)] * many, parts))

    found = interleave(3, {"ours": lambda: timed(lambda: open_all(box, key, sealed)), "bare": lambda: timed(bare)})
    return {
        "ours": median(found["ours"]),
        "bare": median(found["bare"]),
        "ratio": median(a / b for a, b in zip(found["ours"], found["bare"], strict=True)),
    }


def tally(address: str, rows: str) -> dict[str, float]:
    """Both counts of opened ballots, with the four tests, beside one plain statement."""
    import django
    import psycopg

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from datetime import date

    from boxes.queries import counting
    from elections.box.ballots import Box
    from elections.box.counting import Right
    from elections.box.questions import Answer, Item
    from elections.box.record import Rules
    from elections.box.settling import settle_opened

    asked = {"compound": 7, "box": 3, "poll": 1, "edition": 1, "first": "m1", "again": False}
    box = Box("bench", (Item("m1", "other", "表决"),), "")
    said = {choice: {"m1": Answer(choice)} for choice in CHOICES}
    with closing(psycopg.connect(address, autocommit=True, cursor_factory=psycopg.ClientCursor)) as link:
        link.execute(_TABLES.replace("ROWS", rows))
        link.execute("VACUUM ANALYZE")
        link.execute("SET work_mem = '256MB'")
        roll = {key: Right(area) for key, area in link.execute("SELECT key, area FROM elections_right").fetchall()}
        given = link.execute('SELECT "right", choice FROM boxes_opened ORDER BY number').fetchall()

        def sql() -> None:
            counting.figures(lambda statement, told: link.execute(statement, told).fetchall(), asked)

        def python() -> None:
            settle_opened(
                box,
                roll=roll,
                ballots=((right, said[choice]) for right, choice in given),
                rules=Rules(date(2026, 6, 1)),
            )

        def timed(work: Callable[[], object]) -> float:
            began = time.monotonic()
            work()
            return time.monotonic() - began

        found = interleave(
            3,
            {
                "plain": lambda: timed(lambda: link.execute(_PLAIN).fetchall()),
                "sql": lambda: timed(sql),
                "python": lambda: timed(python),
            },
        )
    each = {name: median(values) for name, values in found.items()}
    ratios = [(a + b) / c for a, b, c in zip(found["sql"], found["python"], found["plain"], strict=True)]
    return {**each, "ratio": median(ratios)}


if __name__ == "__main__":
    part, *more = sys.argv[1:]
    parts: dict[str, Callable[..., dict[str, float]]] = {"cores": cores, "tally": tally}
    print(json.dumps(parts[part](*more)))
