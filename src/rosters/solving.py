"""The solver as the portal sees it: a process of its own, asked for a roster, ended when its time is over.

What it has found until then counts. It is started by the first question and kept for the next ones: starting takes most of a
second, a month a tenth of one.
"""

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Self

from rosters.rules.cases import Case, Duty
from rosters.rules.reading import read_duties, written, written_duties

SOURCE: Final = Path(__file__).resolve().parent.parent
# Kept back of the time that was given: to write down the last roster and to read it.
RESERVE: Final = 0.5
LEAST: Final = 0.2
# For how many seconds a process that nobody asks is kept: many months are asked for at the same time of a month.
KEPT: Final = 30.0


@dataclass(frozen=True, slots=True)
class Reply:
    """The best roster that was told, when the first was, and what is proved of it; ``bound`` of its score."""

    duties: tuple[Duty, ...]
    first: float
    proved: bool = False
    missing_proved: bool = False
    bound: int | None = None


def is_installed() -> bool:
    """Whether this machine has the extra requirement."""
    return find_spec("ortools") is not None


class Solver(AbstractContextManager["Solver"]):
    """One process; not for two threads at once."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None
        self._ready = False
        self._lines: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def make(self, case: Case, *, hint: Sequence[Duty], seconds: float) -> Reply | None:
        """A month in at most so many seconds; None when nothing was found."""
        return self._ask({"task": "make", "case": written(case), "hint": written_duties(hint)}, seconds)

    def mend(
        self, case: Case, *, roster: Sequence[Duty], fixed: Sequence[Duty], since: date, hint: Sequence[Duty], seconds: float
    ) -> Reply | None:  # fmt: skip
        """A roster with fewest changes from a day on, in at most so many seconds; None when nothing was found."""
        asked = {
            "task": "mend",
            "case": written(case),
            "roster": written_duties(roster),
            "fixed": written_duties(fixed),
            "since": since.isoformat(),
            "hint": written_duties(hint),
        }
        return self._ask(asked, seconds)

    def _ask(self, asked: dict[str, Any], seconds: float) -> Reply | None:
        began = time.monotonic()
        until = began + seconds
        best: Reply | None = None
        try:
            process = self._running(until)
            left = until - time.monotonic() - RESERVE
            if process is None or process.stdin is None or left < LEAST:
                return None
            process.stdin.write(f"{json.dumps({**asked, 'seconds': left})}\n")
            process.stdin.flush()
            while (line := self._lines.get(timeout=max(0.01, until - time.monotonic()))) is not None:
                if line.get("roster") is not None:
                    first = best.first if best else round(time.monotonic() - began, 3)
                    best = Reply(read_duties(line["roster"], "roster"), first)
                if "ended" in line:
                    return best and Reply(
                        best.duties, best.first, line["proved"], line["missing_proved"], line["bound"]
                    )
        except (queue.Empty, OSError):
            pass  # its time is over, or it has died: what it told counts
        self.close()
        return best

    def start(self) -> None:
        """Start the process without waiting for it: what is done meanwhile costs no time."""
        if self._process is not None and self._process.poll() is None:
            return
        self.close()
        self._lines = queue.SimpleQueue()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "rosters.solver"],
            cwd=SOURCE,
            env={**os.environ, "PYTHONPATH": str(SOURCE), "PYTHONUTF8": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )
        self._reader = threading.Thread(target=_read, args=(self._process, self._lines), daemon=True)
        self._reader.start()

    def _running(self, until: float) -> "subprocess.Popen[str] | None":
        """The process, started and ready; None when it cannot be."""
        self.start()
        if not self._ready:
            self._ready = self._lines.get(timeout=max(0.01, until - time.monotonic())) is not None
        return self._process if self._ready else None

    def close(self) -> None:
        """End the process, whatever it is doing."""
        process, self._process, self._ready = self._process, None, False
        if process is None:
            return
        process.kill()
        process.wait()
        if self._reader is not None:
            self._reader.join()  # nobody else writes to what it reads, so it ends with it
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue  # something was still to be written to one that has gone


_resting: dict[Solver, threading.Timer] = {}
_door = threading.Lock()


@contextmanager
def lent() -> Iterator[Solver]:
    """A solver for one at a time, given back for whoever comes next; after ``KEPT`` seconds without anybody it is ended."""
    with _door:
        solver, timer = _resting.popitem() if _resting else (Solver(), None)
    if timer is not None:
        timer.cancel()
    try:
        yield solver
    except BaseException:
        solver.close()  # what it was asked is still under way
        raise
    timer = threading.Timer(KEPT, lambda: _end(solver, timer))
    timer.daemon = True
    with _door:
        _resting[solver] = timer
        timer.start()


def _end(solver: Solver, timer: threading.Timer | None) -> None:
    with _door:
        # Somebody may have come for it while its time ran out, and given it back since.
        if _resting.get(solver) is not timer:
            return
        del _resting[solver]
    solver.close()


def _read(process: "subprocess.Popen[str]", lines: "queue.SimpleQueue[dict[str, Any] | None]") -> None:
    """Hand on every line; None at the end."""
    try:
        for line in process.stdout or ():
            lines.put(json.loads(line))
    except ValueError:
        pass  # half a line of one that was ended, or a pipe that was closed meanwhile
    lines.put(None)
