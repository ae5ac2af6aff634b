"""``make run`` from outside: one state directory lived through start, second start, kill -9, port and lock conflicts, stop."""

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from config.embedded import _is_alive
from config.run import bind
from config.state import Trouble
from tests.frontdoor.waiting import FREE_PORT, Program, eventually, fetch, postmaster, processes_of, program, sweep

pytestmark = pytest.mark.drill
UP = "Gongzhi is up"


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    directory = tmp_path_factory.mktemp("run") / "state"
    yield directory
    sweep(directory)


@pytest.fixture
def port() -> int:
    return FREE_PORT()


def environment(state: Path, port: int) -> dict[str, str]:
    # The demonstration has tests of its own and takes its time.
    return {"STATE_DIR": str(state), "PORT": str(port), "DEMONSTRATION": "0"}


def wait_until_up(started: Program, *, within: float = 240) -> None:
    eventually(lambda: UP in started.said() or started.process.poll() is not None, within=within, what=UP)
    assert UP in started.said(), started.said()


def test_first_start_serves_and_ctrl_c_leaves_nothing(state: Path, port: int, tmp_path: Path) -> None:
    with program(tmp_path / "out", "config.run", **environment(state, port)) as started:
        wait_until_up(started)
        assert f"http://localhost:{port}" in started.said()
        assert fetch(port, "/livez") == (200, "ok\n")
        assert fetch(port, "/livez", Host=f"localhost:{port}")[0] == 200
        status, text = fetch(port, "/readyz")
        assert status == 200
        assert '"database": "ok"' in text
        assert '"worker": "ok"' in text
        pid = postmaster(state)
        assert started.end(signal.SIGINT) == 0, started.said()
        assert "Traceback" not in started.said()
    assert not _is_alive(pid)
    assert processes_of(state) == []
    assert fetch(port, "/livez")[0] == 0


def test_second_start_has_nothing_to_prepare_and_is_quick(state: Path, port: int, tmp_path: Path) -> None:
    with program(tmp_path / "out", "config.run", **environment(state, port)) as started:
        wait_until_up(started)
        assert fetch(port, "/livez")[0] == 200
        times = psutil.Process(started.process.pid).cpu_times()
        assert started.end(signal.SIGTERM) == 0, started.said()
        assert "migrating" not in started.said()
        assert "assets" not in started.said()
    assert processes_of(state) == []
    # The first page must be there within 6 s; of the clock's time a machine busy with other tests takes any amount.
    assert times.user + times.system < 6, started.said()


def test_killed_and_started_again(state: Path, port: int, tmp_path: Path) -> None:
    with program(tmp_path / "first", "config.run", **environment(state, port)) as started:
        wait_until_up(started)
        os.kill(started.process.pid, signal.SIGKILL)
        started.process.wait(10)
    left = postmaster(state)
    assert _is_alive(left)
    with program(tmp_path / "second", "config.run", **environment(state, port)) as started:
        wait_until_up(started)
        assert fetch(port, "/readyz")[0] == 200
        assert started.end(signal.SIGINT) == 0
    assert not _is_alive(left)


def test_everything_killed_and_started_again(state: Path, port: int, tmp_path: Path) -> None:
    with program(tmp_path / "first", "config.run", **environment(state, port)) as started:
        wait_until_up(started)
        os.kill(started.process.pid, signal.SIGKILL)
        sweep(state)
    with program(tmp_path / "second", "config.run", **environment(state, port)) as started:
        wait_until_up(started)
        assert fetch(port, "/readyz")[0] == 200
        assert started.end(signal.SIGINT) == 0


def test_postgresql_killed_under_it_comes_back(state: Path, port: int, tmp_path: Path) -> None:
    with program(tmp_path / "out", "config.run", **environment(state, port)) as started:
        wait_until_up(started)
        os.kill(postmaster(state), signal.SIGKILL)
        eventually(lambda: "PostgreSQL went down" in started.said(), within=30, what="the watch")
        eventually(lambda: fetch(port, "/readyz")[0] == 200, within=30, what="ready again")
        assert started.end(signal.SIGINT) == 0


def test_a_second_run_on_the_same_directory_is_told_about_the_first(state: Path, port: int, tmp_path: Path) -> None:
    with program(tmp_path / "first", "config.run", **environment(state, port)) as first:
        wait_until_up(first)
        with program(tmp_path / "second", "config.run", **environment(state, FREE_PORT())) as second:
            assert second.process.wait(30) == 1
            assert f"pid {first.process.pid}, make run, http://localhost:{port}" in second.said()
        with program(tmp_path / "third", "config.run", **environment(state, port)) as third:
            assert third.process.wait(30) == 1
            assert f"port {port} is taken" in third.said()
        assert fetch(port, "/livez")[0] == 200
        assert first.end(signal.SIGINT) == 0


@pytest.mark.parametrize("told", ["0", "65536", "http", "-1"])
def test_a_port_that_is_none(told: str, tmp_path: Path) -> None:
    with program(tmp_path / "out", "config.run", STATE_DIR=str(tmp_path / "state"), PORT=told) as started:
        assert started.process.wait(30) == 1
        assert f"PORT={told}" in started.said()
        assert "Traceback" not in started.said()
    assert not (tmp_path / "state").exists()


def test_a_taken_port_is_said_before_anything_is_made(tmp_path: Path, port: int) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        with program(tmp_path / "out", "config.run", STATE_DIR=str(tmp_path / "state"), PORT=str(port)) as started:
            assert started.process.wait(30) == 1
            assert f"port {port} is taken" in started.said()
    assert not (tmp_path / "state").exists()


def test_every_address_of_a_name_is_taken() -> None:
    port = FREE_PORT()
    there = {info[4][0] for info in socket.getaddrinfo("localhost", port, type=socket.SOCK_STREAM)}
    listeners = bind("localhost", str(port))
    try:
        taken = {one.getsockname()[0] for one in listeners}
        assert "127.0.0.1" in taken <= there
        for one in listeners:
            one.listen()
        with pytest.raises(Trouble, match=f"port {port} is taken"):
            bind("127.0.0.1", str(port))
    finally:
        for one in listeners:
            one.close()


def test_a_name_half_taken_is_refused_and_nothing_stays_taken() -> None:
    port = FREE_PORT()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        with pytest.raises(Trouble, match=f"port {port} is taken"):
            bind("localhost", str(port))
    for one in bind("localhost", str(port)):
        one.close()


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(Trouble, match=r"203\.0\.113\.7"):
        bind("203.0.113.7", str(FREE_PORT()))


def test_stopped_while_it_is_still_starting(tmp_path: Path, port: int) -> None:
    state = tmp_path / "state"
    with program(tmp_path / "out", "config.run", **environment(state, port)) as started:
        eventually(lambda: postmaster(state), within=60, what="PostgreSQL's pid file")
        started.end(signal.SIGINT)
        assert "Traceback" not in started.said()
    eventually(lambda: processes_of(state) == [], within=20, what="nothing left")
