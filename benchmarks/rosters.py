"""``rosters``: arithmetic, first roster, proof, stop and repair of a control room's month; 200 compounds, two at a time.

Every roster is checked again by ``tests/rosters/recheck.py``, which shares no line with the portal. No database. The
solver's process is started for each first roster, as ``manage.py roster`` does: its start is in the figure.

usage of the process: python -m benchmarks.rosters
"""

import json
import os
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import psutil

from benchmarks.measure import Report, median, say, wait_for_quiet
from config.environment import ROOT

COMPOUNDS = 200
# TASK_WORKERS of the served form, by default.
AT_ONCE = 2
SICK_FROM = 14


def run(report: Report, *, rounds: int) -> None:
    """In a process of its own, without Django."""
    wait_for_quiet()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.rosters", str(max(3, rounds))],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
    )
    found = json.loads(done.stdout.splitlines()[-1])
    report.hold("rosters: the arithmetic of a month", found["arithmetic"], 0.1, unit=" s")
    report.hold("rosters: a month's first roster, from nothing", found["first"], 1, unit=" s")
    report.hold("rosters: how far from proved after 5 s, the worst", found["gap"], 0.1)
    report.hold("rosters: stopped where nothing can be proved", found["stop"], 10, unit=" s", defect=10.5)
    report.hold("rosters: a sick call mended", found["mend"], 1, unit=" s")
    report.hold("rosters: the solver's memory", found["mb"], 300, unit=" MB")
    report.hold(f"rosters: {COMPOUNDS} compounds, {AT_ONCE} at a time", found["all"] / 60, 10, unit=" min")
    report.hold("rosters: with a finding of the separate program", found["wrong"], 0)
    report.table(
        "rosters | ",
        [
            ["by rotation alone, s", f"{found['rotation']:.3f}"],
            ["the solver's first, its start included, s", f"{found['solver']:.2f}"],
            ["to a proof, 9 to 12 people, s", f"{found['proof']:.2f}"],
            ["mended by the solver, its process running, s", f"{found['mend_warm']:.2f}"],
            ["compounds proved in 10 s", f"{found['proved']} of {COMPOUNDS}"],
            ["compounds with a shift open", found["short"]],
            ["one compound, median and longest, s", f"{found['median']:.2f}, {found['longest']:.2f}"],
        ],
    )


def measured(rounds: int) -> dict[str, Any]:
    """All figures."""
    from rosters.making import changes, make, mend
    from rosters.rules.arithmetic import missing, needs
    from rosters.rules.reading import read_case
    from rosters.rules.rotation import rotate
    from rosters.solving import Solver
    from tests.rosters.months import NAMES, month

    def timed(act: Any) -> tuple[float, Any]:
        began = time.monotonic()
        made = act()
        return time.monotonic() - began, made

    found: dict[str, Any] = {}
    ten = read_case(month(10))
    months = [read_case(month(60)), ten]
    found["arithmetic"] = max(timed(lambda one=one: (needs(one), missing(one)))[0] for one in months)
    found["rotation"] = median(timed(lambda: rotate(ten))[0] for _ in range(rounds))
    firsts, solvers, proofs, gaps = [], [], [], []
    for people in (9, 10, 12):
        for seed in range(rounds):
            case = read_case(month(people, seed=seed))
            with Solver() as solver:
                took, made = timed(lambda case=case, solver=solver: make(case, solver, seconds=5))
            # The rotation stands before the solver is asked: a first roster, where it leaves no more open than the last.
            plain, rotated = timed(lambda case=case: make(case))
            late = made.first or took
            solvers.append(late)
            firsts.append(plain if rotated.open <= made.open else late)
            proofs.append(took)
            gaps.append(made.gap if made.gap is not None else 1.0)
    found |= {"first": median(firsts), "solver": median(solvers), "proof": median(proofs), "gap": max(gaps)}
    sick = read_case(month(10)).without(
        {NAMES[4]: frozenset(date(2026, 12, n) for n in range(SICK_FROM, SICK_FROM + 5))}
    )
    colds = []
    with Solver() as solver:
        found["stop"] = timed(lambda: make(read_case(month(7)), solver))[0]
        roster = make(ten, solver).duties
        warms = [
            timed(lambda: mend(sick, roster, since=date(2026, 12, SICK_FROM), solver=solver))[0] for _ in range(rounds)
        ]
    for _ in range(rounds):
        with Solver() as solver:
            took, made = timed(
                lambda solver=solver: mend(sick, roster, since=date(2026, 12, SICK_FROM), solver=solver)
            )  # fmt: skip
        colds.append(took if changes(roster, made.duties) and not made.open else float("inf"))
    found |= {"mend": median(colds), "mend_warm": median(warms)}
    return {**found, **_of_many()}


def _of_many() -> dict[str, Any]:
    """The months of many compounds, as many at a time as a worker of the served form makes; the separate program judges each."""
    from rosters.making import make
    from rosters.rules.reading import read_case, written, written_duties
    from rosters.solving import lent
    from tests.rosters.months import compound
    from tests.rosters.recheck import recheck

    def month_of(seed: int) -> tuple[float, Any, bool, float]:
        case, began = read_case(compound(seed)), time.monotonic()
        with lent() as solver:
            made = make(case, solver)
            took = time.monotonic() - began
        most = max((one.memory_info().rss / 1e6 for one in psutil.Process().children()), default=0.0)
        bad = any(one[0] != "short" for one in recheck(written(case), written_duties(made.duties)))
        if seed % 20 == 0:
            say(f"compound {seed}: {took:.1f} s")
        return took, made, bad, most

    began = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as hands:
        done = list(hands.map(month_of, range(COMPOUNDS)))
    whole = time.monotonic() - began
    times = [took for took, *_ in done]
    return {
        "all": whole, "median": statistics.median(times), "longest": max(times), "wrong": sum(bad for *_, bad, _ in done),
        "proved": sum(made.proved for _, made, *_ in done), "short": sum(bool(made.open) for _, made, *_ in done),
        "mb": max(most for *_, most in done),
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(measured(int(sys.argv[1]))))
