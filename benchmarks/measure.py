"""What every section shares: processor time of our own and of others, medians of rounds, targets and how they are printed."""

import os
import socket
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
CALM = 0.3  # cores that others may take during a measurement before it counts as disturbed


def say(text: str) -> None:
    """Progress, kept apart from the figures."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def busy_seconds() -> float:
    """Processor seconds that the whole machine has spent since it started, in every state that is not idle."""
    numbers = [int(text) for text in Path("/proc/stat").read_text().splitlines()[0].split()[1:]]
    return (sum(numbers[:3]) + sum(numbers[5:8])) / TICKS


def tree_seconds(roots: Iterable[int]) -> float:
    """Processor seconds of processes and all their descendants, those that have ended and were waited for included."""
    children: dict[int, list[int]] = {}
    spent: dict[int, float] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(entry.name))
        spent[int(entry.name)] = sum(map(int, fields[11:15])) / TICKS
    total, waiting = 0.0, list(dict.fromkeys(roots))
    while waiting:
        process = waiting.pop()
        total += spent.get(process, 0.0)
        waiting += children.get(process, [])
    return total


class Meter:
    """Processor seconds of named process trees while something ran, and the cores that everyone else took meanwhile."""

    def __init__(self, **trees: int) -> None:
        self._trees = {name: pid for name, pid in trees.items() if pid}
        self._began = time.monotonic()
        self._busy = busy_seconds()
        self._before = {name: tree_seconds([pid]) for name, pid in self._trees.items()}
        self._own = tree_seconds([os.getpid()])

    def stop(self) -> dict[str, float]:
        """Seconds by name, ``wall``, and ``others`` in cores."""
        wall = time.monotonic() - self._began
        found = {name: tree_seconds([pid]) - self._before[name] for name, pid in self._trees.items()}
        # Everything that we start ourselves is below us; PostgreSQL is not: it outlives whoever started it.
        apart = sum(value for name, value in found.items() if name == "postgres")
        ours = tree_seconds([os.getpid()]) - self._own + apart
        return {**found, "wall": wall, "others": max(0.0, busy_seconds() - self._busy - ours) / wall}


def patience() -> float:
    """Seconds to wait for a quiet machine before each round (BENCH_PATIENCE, 10); with 0 no round is repeated either."""
    return float(os.environ.get("BENCH_PATIENCE") or 10)


def wait_for_quiet(cores: float = 0.2) -> bool:
    """Wait until the machine has next to nothing to do; False when it still had when patience ended."""
    limit = patience()
    end = time.monotonic() + limit
    while time.monotonic() < end:
        before = busy_seconds()
        time.sleep(0.3)
        if (busy_seconds() - before) / 0.3 < cores:
            return True
    return False


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def median(values: Iterable[float]) -> float:
    """The median; 0 of nothing."""
    kept = list(values)
    return statistics.median(kept) if kept else 0.0


def interleave(rounds: int, cases: Mapping[str, Callable[[], float]]) -> dict[str, list[float]]:
    """Run every case once a round, forwards and backwards in turn, so that a drift of the machine falls on all alike."""
    found: dict[str, list[float]] = {name: [] for name in cases}
    for number in range(rounds):
        order = list(cases) if number % 2 == 0 else list(cases)[::-1]
        for name in order:
            found[name].append(cases[name]())
    return found


@dataclass(frozen=True, slots=True)
class Target:
    """One figure held against what the project asks of it.

    ``defect`` is the bound beyond which it counts as a defect where that differs from the aim. ``more`` tells whether
    more is better.
    """

    name: str
    value: float
    aim: float
    more: bool
    unit: str = ""
    defect: float | None = None

    def meets(self, bound: float) -> bool:
        """Whether the value, as it is printed, is on the right side of a bound."""
        shown = round(self.value, 2)
        return shown >= bound if self.more else shown <= bound

    @property
    def verdict(self) -> str:
        """``met``, ``below the aim`` (no defect yet) or ``MISSED``."""
        if self.meets(self.aim):
            return "met"
        return "below the aim" if self.defect is not None and self.meets(self.defect) else "MISSED"

    @property
    def asked(self) -> str:
        """The target in words."""
        sign = ">=" if self.more else "<="
        asked = f"{sign} {self.aim:g}{self.unit}"
        return f"{asked} (defect beyond {self.defect:g}{self.unit})" if self.defect is not None else asked


@dataclass
class Report:
    """Everything that a run found, printed as Markdown."""

    tables: list[str] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def table(self, head: str, rows: Iterable[Iterable[object]]) -> None:
        """Add a table; ``head`` has its columns divided by ``|``."""
        columns = [column.strip() for column in head.split("|")]
        lines = [f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]
        lines += [f"| {' | '.join(map(str, row))} |" for row in rows]
        self.tables.append("\n".join(lines))

    def hold(
        self, name: str, value: float, aim: float, *, more: bool = False, unit: str = "", defect: float | None = None
    ) -> None:
        """Hold a figure against its target."""
        self.targets.append(Target(name, value, aim, more, unit, defect))

    def text(self) -> str:
        """The whole report: targets first, then the tables that they come from, then what to know of the run."""
        lines = ["| figure | measured | asked | |", "|---|---|---|---|"]
        lines += [f"| {t.name} | {t.value:.2f}{t.unit} | {t.asked} | {t.verdict} |" for t in self.targets]
        return "\n\n".join(["\n".join(lines), *self.tables, "\n".join(f"- {one}" for one in self.remarks)])
