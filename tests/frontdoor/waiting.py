"""Waiting with a bound, and programs that are started and ended."""

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import psutil

from config.embedded import _free_port
from config.environment import ROOT

Answer = TypeVar("Answer")
FREE_PORT = _free_port


def eventually(probe: Callable[[], Answer], *, within: float, what: str) -> Answer:
    """Ask until the answer is true; fail with what was waited for."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if answer := probe():
            return answer
        time.sleep(0.05)
    raise AssertionError(f"not within {within} s: {what}")


def fetch(port: int, path: str, **headers: str) -> tuple[int, str]:
    """Status and text of a page; (0, "") when nobody answers."""
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        asked.request("GET", path, headers=headers)
        answer = asked.getresponse()
        return answer.status, answer.read().decode()
    except (OSError, http.client.HTTPException):
        return 0, ""
    finally:
        asked.close()


def clean_environment(**extra: str) -> dict[str, str]:
    """An environment without anything of the portal's in it."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return kept | extra


class Program:
    """A started program whose output goes to a file."""

    def __init__(self, output: Path, process: "subprocess.Popen[bytes]") -> None:
        self.output = output
        self.process = process

    def said(self) -> str:
        return self.output.read_text(errors="replace")

    def end(self, number: int, *, within: float = 40) -> int:
        self.process.send_signal(number)
        return self.process.wait(within)


@contextmanager
def program(output: Path, *arguments: str, **environment: str) -> Iterator[Program]:
    """Run ``python -m ...`` in a process group of its own; whatever is left of it at the end is killed."""
    with output.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=ROOT,
            env=clean_environment(**environment),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield Program(output, process)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                with suppress(subprocess.TimeoutExpired):
                    process.wait(20)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)


def postmaster(base: Path) -> int:
    """The process id in the pid file of a state directory, or 0."""
    path = base / "pg" / "postmaster.pid"
    return int(path.read_text().split()[0]) if path.exists() else 0


def processes_of(base: Path) -> list[Any]:
    """Every process that works in this state directory or was started for it."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.status() == psutil.STATUS_ZOMBIE:
                continue
            told = " ".join(process.cmdline())
            if str(base) in told or Path(process.cwd()).is_relative_to(base):
                found.append(process)
    return found


def sweep(base: Path) -> None:
    """Kill what a failed test left running in its directory."""
    for process in processes_of(base):
        with suppress(psutil.Error):
            process.kill()
