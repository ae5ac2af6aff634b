"""The served form refuses what is missing or unsafe, and serves with everything there."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import psycopg
import pytest
from psycopg import sql

from config.embedded import Server
from tests.frontdoor.waiting import FREE_PORT, Program, eventually, fetch, program, sweep

pytestmark = pytest.mark.drill
REQUIRED = ("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "ALLOWED_HOSTS", "SECRET_KEY", "PERSONAL_KEYS")


def complete(**extra: str) -> dict[str, str]:
    return {
        "DATABASE_URL": "postgres://gongzhi@127.0.0.1:1/gongzhi",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "CELERY_BROKER_URL": "redis://127.0.0.1:1/1",
        "ALLOWED_HOSTS": "gongzhi.example",
        "SECRET_KEY": "s" * 60,
        "PERSONAL_KEYS": "kept-apart-from-the-other-" * 3,
        "SMS_ALLOW_UNSENT": "1",
        **extra,
    }


def refused(tmp_path: Path, **environment: str) -> str:
    with program(tmp_path / "out", "config.serve", STATE_DIR=str(tmp_path / "state"), **environment) as started:
        assert started.process.wait(60) != 0
        assert "Traceback" not in started.said()
        return started.said()


def test_it_names_every_missing_setting_at_once(tmp_path: Path) -> None:
    said = refused(tmp_path)
    assert [name for name in REQUIRED if f"- {name}:" not in said] == []


@pytest.mark.parametrize("name", REQUIRED)
def test_it_names_the_one_that_is_missing(name: str, tmp_path: Path) -> None:
    said = refused(tmp_path, **{key: value for key, value in complete().items() if key != name})
    assert f"- {name}:" in said
    assert [other for other in REQUIRED if other != name and f"- {other}:" in said] == []


def test_unsafe_settings_are_refused(tmp_path: Path) -> None:
    said = refused(tmp_path, **complete(ALLOWED_HOSTS="*", SECRET_KEY="short"))
    assert "ALLOWED_HOSTS" in said
    assert "SECRET_KEY" in said


def test_a_database_that_is_not_there(tmp_path: Path) -> None:
    assert "database cannot be reached" in refused(tmp_path, **complete())


def test_wrong_numbers_and_roles(tmp_path: Path) -> None:
    said = refused(tmp_path, **complete(ROLE="webb", WEB_WORKERS="0", PORT="x"))
    assert [name for name in ("ROLE=webb", "WEB_WORKERS=0", "PORT=x") if name not in said] == []


# --- with a database --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    base = tmp_path_factory.mktemp("served") / "state"
    started = Server(base, durable=False, say=lambda _: None).start()
    yield started
    started.stop()
    sweep(base)


def test_a_superuser_is_refused(server: Server, tmp_path: Path) -> None:
    sockets = server._pid_file()[4].strip()
    with closing(
        psycopg.connect(host=sockets, port=server.port, user="postgres", dbname="postgres", autocommit=True)
    ) as admin:
        admin.execute(sql.SQL("ALTER ROLE gongzhi BYPASSRLS"))
        try:
            assert "tenancy.E001" in refused(tmp_path, **complete(DATABASE_URL=server.url))
        finally:
            admin.execute(sql.SQL("ALTER ROLE gongzhi NOBYPASSRLS"))


def test_a_database_behind_the_program_is_refused(server: Server, tmp_path: Path) -> None:
    assert "make serve ROLE=migrate" in refused(tmp_path, **complete(DATABASE_URL=server.url))


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    command = shutil.which("redis-server")
    if not command:
        pytest.skip("no redis-server on this machine")
    port = FREE_PORT()
    with subprocess.Popen(
        [
            command,
            "--port",
            str(port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--dir",
            str(tmp_path_factory.mktemp("redis")),
        ],
        stdout=subprocess.DEVNULL,
    ) as process:
        yield port
        process.terminate()


def test_migrating_brings_the_holidays_once_and_leaves_what_was_corrected(server: Server, tmp_path: Path) -> None:
    environment = complete(DATABASE_URL=server.url, STATE_DIR=str(tmp_path / "state"))
    for turn in ("first", "second"):
        with program(tmp_path / turn, "config.serve", ROLE="migrate", **environment) as migration:
            assert migration.process.wait(180) == 0, migration.said()
        with closing(psycopg.connect(server.url, autocommit=True)) as database:
            assert database.execute("SELECT min(year), max(year) FROM calendars_year").fetchone() == (2004, 2026)
            assert database.execute("SELECT kind FROM calendars_day WHERE date = '2026-02-14'").fetchone() == (
                "workday" if turn == "first" else "holiday",
            )
            database.execute("UPDATE calendars_day SET kind = 'holiday' WHERE date = '2026-02-14'")


def started_parts(started: Program) -> list[psutil.Process]:
    return psutil.Process(started.process.pid).children()


def test_it_migrates_serves_and_stops_whole(server: Server, redis: int, tmp_path: Path) -> None:
    port, sockets, uploads = FREE_PORT(), FREE_PORT(), FREE_PORT()
    environment = complete(
        DATABASE_URL=server.url,
        REDIS_URL=f"redis://127.0.0.1:{redis}/0",
        CELERY_BROKER_URL=f"redis://127.0.0.1:{redis}/1",
        STATE_DIR=str(tmp_path / "state"),
        PORT=str(port),
        SOCKETS_PORT=str(sockets),
        UPLOADS_PORT=str(uploads),
        WEB_WORKERS="1",
    )
    with program(tmp_path / "migrate", "config.serve", ROLE="migrate", **environment) as migration:
        assert migration.process.wait(180) == 0, migration.said()

    def ready(at: int) -> bool:
        return fetch(at, "/readyz", Host="gongzhi.example")[0] == 200

    with program(tmp_path / "out", "config.serve", **environment) as started:
        eventually(lambda: ready(port) and ready(sockets) and ready(uploads), within=90, what="the servers")
        assert fetch(port, "/livez", Host="elsewhere.example")[0] == 400
        # A page over plain HTTP is sent to HTTPS; behind the proxy it is answered.
        assert fetch(port, "/accounts/login/", Host="gongzhi.example")[0] == 301
        probe = subprocess.run(
            [sys.executable, "-m", "config.probe", str(port)],
            env=os.environ | environment,
            capture_output=True,
            check=False,
        )
        assert probe.returncode == 0
        assert len(started_parts(started)) == 5
        assert started.end(signal.SIGTERM) == 0, started.said()
    with program(tmp_path / "again", "config.serve", **environment) as started:
        eventually(lambda: ready(port), within=90, what="the web server")
        children = started_parts(started)
        worker = next(child for child in children if "worker" in child.cmdline())
        worker.kill()
        assert started.process.wait(60) == 1
        assert "worker ended" in started.said()
        assert [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE] == []
