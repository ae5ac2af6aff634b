"""``make bench``: every figure that the project promises, as ratios of one run.

usage: python -m benchmarks [http] [rls] [embedded] [size] [registers] [figures] [certificate] [board] [votes]
[rosters] [rounds] [soak] [--full] [--quick] [--rounds 3] [--seconds 5] [--requests 100000] [--sockets 10000]
[--minutes 30] [--out FILE]

Without sections, all of them but ``soak``, which goes on for half an hour. ``--full`` measures isolation on 10 million
rows instead of 1 million; ``--quick`` takes one round and a tenth of the ballots of ``votes``, to see that it runs. BENCH_DSN
names a PostgreSQL role that may make databases; without it the embedded server is used, under STATE_DIR/bench.
BENCH_PATIENCE is how many seconds each round waits for a quiet machine (10; with 0 it takes the machine as it is). Ends with 1
when a target was missed.
"""

import argparse
import platform
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from benchmarks import (
    board,
    casting,
    certificate,
    figures,
    inspections,
    isolation,
    offices,
    oneprocess,
    registers,
    rolls,
    rosters,
    served,
    size,
    soak,
    votes,
    voting,
)
from benchmarks.databases import STATE, Cluster, cluster
from benchmarks.measure import CALM, Report, busy_seconds, patience, say

SECTIONS = (
    "http",
    "rls",
    "embedded",
    "size",
    "registers",
    "figures",
    "certificate",
    "board",
    "votes",
    "rosters",
    "rounds",
)


def main() -> int:
    """Run the sections that were asked for, print the report."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("sections", nargs="*", choices=[[], *SECTIONS, "soak"], help="which parts (all)")
    parser.add_argument("--full", action="store_true", help="isolation on 10 million rows")
    parser.add_argument("--quick", action="store_true", help="votes with one round and a tenth of the ballots")
    parser.add_argument("--rows", type=int, default=0, help="rows of the isolation part")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--sockets", type=int, default=0, help="of the live board (10,000), of the soak (1,000)")
    parser.add_argument("--minutes", type=float, default=30, help="of the soak")
    parser.add_argument("--out", type=Path, help="also write the report there")
    given = parser.parse_args()
    chosen = given.sections or SECTIONS
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # stop the servers, as Ctrl-C does
    signal.signal(signal.SIGINT, signal.default_int_handler)
    STATE.mkdir(parents=True, exist_ok=True)
    report = Report()
    began, busy = time.monotonic(), busy_seconds()
    with cluster() as postgres:
        for name, measure in _on_postgresql(given).items():
            if name in chosen:
                measure(report, postgres)
    if "votes" in chosen:
        votes.run(report, rounds=1 if given.quick else given.rounds, quick=given.quick)
    if "rosters" in chosen:
        rosters.run(report, rounds=given.rounds)
    if "embedded" in chosen:
        oneprocess.run(report, rounds=given.rounds)
    wall = time.monotonic() - began
    report.remarks.append(
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {platform.platform(terse=True)}, Python {platform.python_version()}, "
        f"{wall / 60:.0f} minutes, {(busy_seconds() - busy) / wall:.1f} cores busy on average; "
        + (
            f"a round in which others took more than {CALM} of a core was repeated up to twice."
            if patience()
            else "not waiting for a quiet machine."
        )
    )
    text = report.text()
    print(text)
    if given.out:
        given.out.write_text(f"{text}\n")
    missed = [target.name for target in report.targets if target.verdict == "MISSED"]
    if missed:
        say(f"missed: {'; '.join(missed)}")
    return 1 if missed else 0


def _votes(report: Report, cluster: Cluster, *, rounds: int, quick: bool) -> None:
    """What of ``votes`` needs a database."""
    if quick:
        rolls.run(report, cluster, rounds=1)
        voting.run(report, cluster, rounds=1, rows=voting.ROWS // 10)
        casting.run(report, cluster, rounds=1, crowd=casting.CROWD // 10, casts=casting.CASTS // 10, papers=100)
        offices.run(report, cluster, rounds=1, compounds=offices.COMPOUNDS // 10)
        return
    rolls.run(report, cluster, rounds=rounds)
    voting.run(report, cluster, rounds=rounds)
    casting.run(report, cluster, rounds=rounds)
    offices.run(report, cluster, rounds=rounds)


def _on_postgresql(given: argparse.Namespace) -> dict[str, Callable[[Report, Cluster], None]]:
    """The sections that need a database, in their order."""
    rounds, rows = given.rounds, given.rows or (10_000_000 if given.full else 1_000_000)
    return {
        "http": partial(served.run, rounds=rounds, seconds=given.seconds, requests=given.requests),
        "rls": partial(isolation.run, rows=rows, rounds=max(3, rounds)),
        "size": partial(size.run, rounds=rounds),
        "registers": partial(registers.run, rounds=rounds),
        "figures": partial(figures.run, rounds=rounds, requests=given.requests),
        "certificate": partial(certificate.run, rounds=rounds),
        "rounds": partial(inspections.run, compounds=inspections.COMPOUNDS // (10 if given.quick else 1)),
        "votes": partial(_votes, rounds=rounds, quick=given.quick),
        "board": partial(board.run, rounds=rounds, sockets=given.sockets),
        "soak": partial(soak.run, minutes=given.minutes, sockets=given.sockets),
    }


if __name__ == "__main__":
    sys.exit(main())
