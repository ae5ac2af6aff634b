"""The portal as `make run` starts it, on a state directory of its own, and a way to its rows past row-level security."""

import fcntl
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from config.embedded import Server
from tests.frontdoor.waiting import FREE_PORT, Program, eventually, program, sweep

UP = "Gongzhi is up"
TOLD = 12_000  # characters of the portal's own words in a failure


@dataclass(frozen=True, slots=True)
class Portal:
    """A running portal: where it answers and where it keeps its state."""

    address: str
    state: Path
    program: Program

    def rows(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Ask or change the database as its superuser, who stands above the policies; commits."""
        found = Server(self.state, say=lambda _: None).running()
        assert found is not None, "PostgreSQL is down"
        with closing(
            psycopg.connect(host=found.sockets, port=found.port, user="postgres", dbname="gongzhi", autocommit=True)
        ) as connection:
            cursor = connection.execute(query, parameters)
            return cursor.fetchall() if cursor.description else []

    def trouble(self) -> str:
        """The last exceptions that the portal wrote down, or what it said last: why a page answered 500."""
        said = self.program.said()
        return said[said.find("Traceback") :][-TOLD:] if "Traceback" in said else said[-TOLD:]

    def value(self, query: str, *parameters: Any) -> Any:
        """The first column of the first row."""
        return self.rows(query, *parameters)[0][0]


def wait_until_up(started: Program, *, within: float = 150) -> None:
    """Until the program says where it answers; fails with all that it said when it ends before."""
    eventually(lambda: UP in started.said() or started.process.poll() is not None, within=within, what=UP)
    assert UP in started.said(), started.said()


@contextmanager
def running(
    state: Path, output: Path, *, port: int = 0, sweeping: bool = True, within: float = 150, **environment: str
) -> Iterator[Portal]:
    """The embedded form on ``state``; stopped, and with ``sweeping`` whatever is left of it killed, at the end."""
    port = port or FREE_PORT()
    try:
        with program(output, "config.run", STATE_DIR=str(state), PORT=str(port), **environment) as started:
            wait_until_up(started, within=within)
            yield Portal(f"http://localhost:{port}", state, started)
    finally:
        if sweeping:
            sweep(state)


def seeded(shared: Path, place: Path) -> Path:
    """A state directory at ``place`` as a portal leaves it that was started once and stopped: the demonstration, untouched.

    The first who asks makes it in ``shared``, which every process of one test run knows; everyone gets a copy.
    """
    original = shared / "seeded"
    with (shared / "seeded.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not original.exists():
            half = shared / "half"
            shutil.rmtree(half, ignore_errors=True)
            with running(half, shared / "seeding", within=600):  # every journey waits for this one
                pass
            half.rename(original)
    # Not shutil's copy: the data belong to the user who runs PostgreSQL.
    subprocess.run(["cp", "-a", str(original), str(place)], check=True)
    return place
