"""Fixtures for every test: a cloned database with two compounds in it, people who sign in, and no way out to the network."""

import gc
import hashlib
import os
import pickle
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import hypothesis
import psycopg
import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client
from psycopg import sql
from pytest_django.plugin import DjangoDbBlocker
from xdist.remote import Producer

from tenancy import ending
from tests import world as worlds
from tests.scheduling import LongestFirst

# Machines are shared and noisy: no example has a time to keep. The same examples everywhere, so that a failure can be repeated.
hypothesis.settings.register_profile("house", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("house")

ROOT = Path(__file__).resolve().parent.parent
LOCK = 7_300_001


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sockets stay on this machine."""
    for item in items:
        item.add_marker(pytest.mark.allow_hosts(["127.0.0.1", "::1", "localhost"]))


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: it is not looked through for garbage again and again.

    And what comes after is looked through less often, as where pages are served: it was a fourteenth of the work.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LongestFirst | None:
    """The parts of ``--dist loadfile`` in our order."""
    return LongestFirst(config, log) if config.getvalue("dist") == "loadfile" else None


def _fingerprint() -> str:
    """Changes when any migration or the world itself changes, so that a template database is never stale."""
    digest = hashlib.sha256()
    patterns = ("src/*/migrations/*.py", "src/*/actions.py", "src/*/actions/*.py", "tests/world.py")
    for path in sorted(path for pattern in patterns for path in ROOT.glob(pattern)):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def admin() -> psycopg.Connection[Any]:
    """A connection that may make and drop databases."""
    params = connections["default"].settings_dict
    return psycopg.connect(
        host=params["HOST"] or None,
        port=params["PORT"] or None,
        user=params["USER"],
        password=params["PASSWORD"] or None,
        dbname=params["NAME"],
        autocommit=True,
    )


def drop_database(opened: psycopg.Connection[Any], name: str) -> None:
    """Throw a database away, with whoever is still connected to it."""
    command = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
    try:
        opened.execute(command + sql.SQL(" WITH (FORCE)"))
    except psycopg.errors.InsufficientPrivilege:
        # An autovacuum worker was in it: a superuser's process, which FORCE may not end. The plain form asks it to go.
        opened.execute(command)


def create_database(opened: psycopg.Connection[Any], name: str, template: str) -> None:
    """Make a database as a copy of another, in place of one of the same name."""
    drop_database(opened, name)
    opened.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))


def use_database(name: str) -> None:
    """From now on this process works in that database."""
    connections["default"].close()
    connections["default"].settings_dict["NAME"] = name
    settings.DATABASES["default"]["NAME"] = name


@pytest.fixture(scope="session")
def template_database(django_db_blocker: DjangoDbBlocker) -> str:
    """A migrated database with the world in it; made once for each state of the migrations, under a lock."""
    name = f"gongzhi_template_{_fingerprint()}{os.environ.get('TEST_DB_SUFFIX', '')}"
    with closing(admin()) as opened, django_db_blocker.unblock():
        opened.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        if opened.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            original, half = connections["default"].settings_dict["NAME"], f"{name}_half"
            create_database(opened, half, "template1")
            use_database(half)
            try:
                call_command("migrate", verbosity=0)
                worlds.build()
            finally:
                use_database(original)
            opened.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(half), sql.Identifier(name)))
    return name


@pytest.fixture(scope="session")
def django_db_setup(template_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Give this worker its own clone of the template: two thousand files to copy instead of a migration."""
    suffix = os.environ.get("TEST_DB_SUFFIX", "")
    name = f"gongzhi_test_{os.getpid()}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}{suffix}"
    original = connections["default"].settings_dict["NAME"]
    with django_db_blocker.unblock():
        with closing(admin()) as opened:
            create_database(opened, name, template_database)
        use_database(name)
    yield
    with django_db_blocker.unblock():
        use_database(original)
        with closing(admin()) as opened:
            drop_database(opened, name)


@pytest.fixture
def committed_db(template_database: str, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A database of its own for a test that really commits (threads, sockets, servers); yields its name.

    Use it instead of ``django_db(transaction=True)``, whose flush would take the two compounds away.
    """
    before = connections["default"].settings_dict["NAME"]
    name = f"{before}_own"
    with django_db_blocker.unblock():
        with closing(admin()) as opened:
            create_database(opened, name, template_database)
        use_database(name)
        try:
            yield name
        finally:
            connections.close_all()
            use_database(before)
            with closing(admin()) as opened:
                drop_database(opened, name)


@pytest.fixture(autouse=True)
def _written_at_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that never commits reads entries and events in the scope that wrote them."""
    if "committed_db" not in request.fixturenames:
        monkeypatch.setattr(ending, "AT_ONCE", True)


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory that every process of this run knows, for what is made once."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(scope="session")
def world_as_built(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> bytes:
    """What ``worlds.load`` finds in a database that nobody has touched, pickled: asking anew takes forty statements."""
    with django_db_blocker.unblock():
        found = worlds.load()
        connection.close()
    return pickle.dumps(found)


@pytest.fixture
def world(request: pytest.FixtureRequest, world_as_built: bytes) -> worlds.World:
    """The two compounds and everyone in them, objects of this test's own."""
    if "committed_db" not in request.fixturenames:
        request.getfixturevalue("db")
    found: worlds.World = pickle.loads(world_as_built)  # noqa: S301  our own
    return found


@pytest.fixture
def sign_in() -> Callable[..., Client]:
    """``sign_in(side, "manager")`` -> a client signed in as that person, acting from that post or home."""

    def make(side: worlds.Side, name: str, **headers: Any) -> Client:
        client = Client(headers={"accept-language": "zh-hans", **headers})
        client.force_login(side.people[name])
        session = client.session
        session["standing"] = list(side.standing[name])
        session.save()
        return client

    return make


@pytest.fixture
def statements(db: None) -> Callable[[], Any]:
    """``with statements() as seen: ...; assert len(seen) == 7``: every statement, the scope's and savepoints' included."""
    from django.test.utils import CaptureQueriesContext

    return lambda: CaptureQueriesContext(connection)


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[str]:
    """A Redis of this test's own."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("no redis-server on this machine")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with subprocess.Popen(
        [
            *(program, "--port", str(port), "--bind", "127.0.0.1"),
            *("--save", "", "--appendonly", "no", "--dir", str(tmp_path)),
        ],
        stdout=subprocess.PIPE,
    ) as server:
        assert server.stdout is not None
        try:
            assert any(b"Ready to accept connections" in line for line in server.stdout)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()
