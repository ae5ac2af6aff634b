"""``figures``: the roll-up over 100,000 requests, their export, and the monthly report beside bare WeasyPrint.

Everything runs on the seed of ``http``, spread over 280 days and ten communities. Each part is a process of its own
(``figures_inside.py``): the page is asked through the whole stack of middleware by Django's own client, so its time is the
server's; memory is the peak of the process that writes the workbook.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from benchmarks.databases import Cluster
from benchmarks.figures_inside import PAGES
from benchmarks.measure import Report, median, say, tree_seconds, wait_for_quiet
from benchmarks.served import seed
from config.environment import ROOT

PAGE_MS = 50
EXPORT_MB = 150


def run(report: Report, cluster: Cluster, *, rounds: int, requests: int) -> None:
    """Seed, then each part in turn."""
    _sessions, told = seed(cluster, "", requests)

    def inside(*line: str) -> dict[str, Any]:
        wait_for_quiet()
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.figures_inside", *line],
            env=told,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return dict(json.loads(done.stdout.splitlines()[-1]))

    say("spreading the requests over 280 days and the compounds over the city")
    counted = inside("spread")
    pages: dict[str, list[dict[str, Any]]] = {}
    for name in PAGES:
        pages[name] = [_with_postgres(cluster.pid, partial(inside, "page", name)) for _ in range(max(3, rounds))]
    pages["five counts by scanning the requests"] = [
        _with_postgres(cluster.pid, lambda: inside("scan")) for _ in range(max(3, rounds))
    ]
    say("exporting everything")
    export = inside("export")
    say("printing the monthly report")
    printed = [inside("report") for _ in range(3)]
    _judge(report, counted, pages, export, printed)


def _with_postgres(pid: int, go: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """With the processor milliseconds that PostgreSQL spent on it, when it is ours."""
    before = tree_seconds([pid]) if pid else 0.0
    found = go()
    spent = (tree_seconds([pid]) - before) * 1000 / found["times"] if pid else 0.0
    return {**found, "postgres": spent}


def _judge(
    report: Report,
    counted: dict[str, Any],
    pages: dict[str, list[dict[str, Any]]],
    export: dict[str, Any],
    printed: list[dict[str, Any]],
) -> None:
    shown = {
        name: {key: median(one[key] for one in found) for key in ("ms", "cpu", "postgres")}
        for name, found in pages.items()
    }
    worst = max(shown[name]["ms"] for name in PAGES)
    work = max(shown[name]["cpu"] + shown[name]["postgres"] for name in PAGES)
    report.hold("figures: the slowest level of the roll-up", worst, PAGE_MS, unit=" ms")
    report.hold("figures: the same by processor time, PostgreSQL's included", work, PAGE_MS, unit=" ms")
    report.hold("figures: peak memory of the export", export["mb"], EXPORT_MB, unit=" MB")
    ratio = median(one["ratio"] for one in printed)
    report.hold("figures: monthly report with 200 cases : bare WeasyPrint", ratio, 1.05)
    report.table(
        "figures, a year beside the year before | ms | processor ms | PostgreSQL's",
        [[name, *(f"{one[key]:.1f}" for key in ("ms", "cpu", "postgres"))] for name, one in shown.items()],
    )
    report.table(
        "export, report, counting | ",
        [
            ["requests exported", export["rows"]],
            ["seconds, processor seconds", f"{export['seconds']:.1f}, {export['cpu']:.1f}"],
            ["workbook, MB", f"{export['size']:.1f}"],
            ["report, pages", printed[0]["pages"]],
            ["report, processor s: ours", f"{median(one['ours'] for one in printed):.2f}"],
            ["report, processor s: bare", f"{median(one['bare'] for one in printed):.2f}"],
            ["counting every day of every compound, s", f"{counted['seconds']:.1f}"],
            ["rows of the daily figures", counted["days"]],
            ["rows of the monthly figures", counted["months"]],
            ["counting one changed day again, ms", f"{counted['again']:.1f}"],
        ],
    )
