"""The embedded PostgreSQL comes up whatever was left behind, and lets nobody in who should not be."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from config.embedded import Server, _is_alive
from config.state import StateLock, Trouble
from tests.frontdoor.waiting import eventually, postmaster, sweep

pytestmark = pytest.mark.drill
Start = Callable[..., Server]


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "state"
    sweep(tmp_path / "state")


@pytest.fixture
def start(base: Path) -> Iterator[Start]:
    servers: list[Server] = []

    def make(**options: Any) -> Server:
        server = Server(base, durable=options.pop("durable", False), say=lambda _: None, **options)
        servers.append(server)
        return server.start()

    yield make
    for server in servers:
        server.stop()


def ask(server: Server, query: str) -> Any:
    with closing(psycopg.connect(server.url, autocommit=True)) as connection:
        cursor = connection.execute(query)
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None


def test_the_application_role_cannot_skip_isolation(start: Start) -> None:
    server = start()
    assert ask(server, "SELECT current_user") == "gongzhi"
    assert (
        ask(
            server,
            "SELECT rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = current_user",
        )
        is False
    )
    assert (
        ask(server, "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()") == "gongzhi"
    )


def test_the_superuser_is_not_reachable_by_tcp_and_the_password_counts(start: Start) -> None:
    server = start()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(host="127.0.0.1", port=server.port, user="postgres", dbname="postgres", connect_timeout=5)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(
            host="127.0.0.1", port=server.port, user="gongzhi", password="guessed", dbname="gongzhi", connect_timeout=5
        )


def test_what_it_keeps_is_private(start: Start, base: Path) -> None:
    start()
    assert (base / "secrets" / "database").stat().st_mode & 0o777 == 0o600
    assert (base / "pg").stat().st_mode & 0o077 == 0


def test_a_second_start_reuses_the_data(start: Start) -> None:
    first = start()
    ask(first, "CREATE TABLE kept AS SELECT 7 AS n")
    first.stop()
    assert ask(start(), "SELECT n FROM kept") == 7


def test_a_server_still_running_from_a_killed_run_is_adopted(start: Start) -> None:
    first = start()
    assert start().pid == first.pid


def test_a_running_server_with_other_settings_is_restarted(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    first = start()
    monkeypatch.setattr("config.embedded.CARELESS", {"fsync": "off", "work_mem": "5MB"})
    second = start()
    assert second.pid != first.pid
    assert ask(second, "SHOW work_mem") == "5MB"


def test_a_stale_pid_file_whose_number_another_process_has_now(start: Start, base: Path) -> None:
    first = start()
    ask(first, "CREATE TABLE kept AS SELECT 7 AS n")
    lines = (base / "pg" / "postmaster.pid").read_text().splitlines()
    first.stop()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        stale = base / "pg" / "postmaster.pid"
        stale.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        second = start()
        assert second.pid != stranger.pid
        assert ask(second, "SELECT n FROM kept") == 7
        assert stranger.poll() is None
        stranger.communicate(b"\n")


def test_killed_and_started_again_nothing_acknowledged_is_lost(start: Start, base: Path) -> None:
    first = start(durable=True)
    ask(first, "CREATE TABLE kept (n int)")
    ask(first, "INSERT INTO kept SELECT generate_series(1, 1000)")
    os.kill(postmaster(base), signal.SIGKILL)
    second = start(durable=True)
    assert second.pid != first.pid
    assert ask(second, "SELECT count(*) FROM kept") == 1000


def test_the_watch_brings_a_killed_server_back_on_the_same_port(start: Start, base: Path) -> None:
    server = start()
    port, pid = server.port, server.pid
    server.watch(every=0.05)
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: server.pid != pid and _is_alive(server.pid), within=30, what="a new server")
    eventually(lambda: _answers(server), within=30, what="an answer")
    assert server.port == port


def _answers(server: Server) -> bool:
    try:
        return ask(server, "SELECT 1") == 1
    except psycopg.OperationalError:
        return False


def test_a_half_made_data_directory_is_made_again(start: Start, base: Path) -> None:
    (base / "pg.new" / "base").mkdir(parents=True)
    (base / "pg.new" / "PG_VERSION").write_text("18\n")
    assert ask(start(), "SELECT 1") == 1
    assert not (base / "pg.new").exists()


def test_role_and_database_that_a_crash_left_unmade_are_made(start: Start) -> None:
    first = start()
    with closing(
        psycopg.connect(
            host=first._pid_file()[4].strip(), port=first.port, user="postgres", dbname="postgres", autocommit=True
        )
    ) as admin:
        admin.execute("DROP DATABASE gongzhi")
        admin.execute("DROP ROLE gongzhi")
    first.stop()
    assert ask(start(), "SELECT current_database()") == "gongzhi"


def test_someone_elses_files_are_not_touched(start: Start, base: Path) -> None:
    (base / "pg").mkdir(parents=True)
    (base / "pg" / "letter.txt").write_text("mine")
    with pytest.raises(Trouble, match="no database directory"):
        start()
    assert (base / "pg" / "letter.txt").read_text() == "mine"


def test_data_of_another_version_are_refused_with_words(start: Start, base: Path) -> None:
    start().stop()
    (base / "pg" / "PG_VERSION").write_text("15\n")
    with pytest.raises(Trouble, match="PostgreSQL 15"):
        start()


def test_a_path_too_long_for_a_socket(tmp_path: Path) -> None:
    deep = tmp_path / ("long-" * 12) / ("name-" * 12)
    deep.mkdir(parents=True)
    server = Server(deep, durable=False, say=lambda _: None)
    try:
        assert ask(server.start(), "SELECT 1") == 1
    finally:
        server.stop()
        sweep(deep)


def test_a_full_disk_is_said_before_anything_is_made(start: Start, base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.embedded.NEEDED_BYTES", 1 << 60)
    with pytest.raises(Trouble, match="disk space"):
        start()
    assert not (base / "pg").exists()


def test_nothing_of_it_is_left_after_stop(start: Start, base: Path) -> None:
    server = start()
    pid = server.pid
    server.stop()
    assert not _is_alive(pid)
    assert postmaster(base) == 0


def test_two_starts_on_one_state_directory(base: Path) -> None:
    second = StateLock(base / "lock", "another")
    with (
        StateLock(base / "lock", "make run, http://127.0.0.1:8000"),
        pytest.raises(Trouble, match=f"pid {os.getpid()}, make run"),
        second,
    ):
        pass
    with StateLock(base / "lock", "free again"):
        pass
