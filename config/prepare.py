"""Brings database, assets and demonstration up to the program: ``python -m config.prepare [assets]``.

The embedded form calls it in a process of its own, and only when ``pending`` finds something, so that a start with nothing
to do is quick and the memory that migrating and seeding take is given back. Every step may be repeated.
"""

import gc
import io
import os
import pkgutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

import django
import psycopg
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.checks import ERROR, run_checks
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from config.state import Trouble, fingerprint, make_private, write_whole

# The key of the lock under which one start migrates while the others wait. Any number that nothing else takes.
MIGRATION_LOCK = 0x676F6E67


def pending() -> list[str]:
    """What has to be done before serving: some of ``migrate``, ``assets``, ``demonstration``. Quick: one SELECT or two."""
    found = []
    if pending_migrations():
        found.append("migrate")
    if not are_assets_current():
        found.append("assets")
    if settings.DEMONSTRATION and ("migrate" in found or not _is_demonstration_there()):
        found.append("demonstration")
    return found


def pending_migrations() -> set[tuple[str, str]]:
    """Migrations on disk that the database has not seen, as (app, name). Reads names only: loading them costs a second."""
    on_disk = set()
    for app in apps.get_app_configs():
        directory = Path(app.path) / "migrations"
        names = (module.name for module in pkgutil.iter_modules([str(directory)]) if module.name[0].isalnum())
        on_disk |= {(app.label, name) for name in names}
    return on_disk - set(MigrationRecorder(connection).applied_migrations())


def prepare(todo: list[str]) -> None:
    """Do what ``pending`` found, saying a line about each; raise Trouble when the checks refuse."""
    if "migrate" in todo:
        _say("更新数据库结构 · migrating the database")
        with one_at_a_time():
            call_command("migrate", verbosity=0, interactive=False)
            # Deadlines count by them from the first request on. What an operator entered or corrected stays.
            call_command("load_holidays", absent=True, verbosity=0)
    check()
    if "assets" in todo:
        collect_assets()
    if "demonstration" in todo:
        _say("写入演示数据,只需这一次 · seeding the demonstration, this once")
        with redirect_stdout(io.StringIO()):  # what it made is on the pages
            call_command("seed_demonstration", verbosity=0)
    if {"migrate", "demonstration"} & set(todo):
        from tenancy.partitions import ready_all

        ready_all(today=timezone.now().date())


def collect_assets() -> None:
    """Hash, compress and place the assets; needs no database. The stamp beside them is written last."""
    _say("整理页面资源 · collecting the assets")
    make_private(Path(settings.STATIC_ROOT), mode=0o755)
    call_command("collectstatic", verbosity=0, interactive=False)
    write_whole(_asset_stamp(), _assets(), mode=0o644)


def are_assets_current() -> bool:
    """Whether the collected assets are those of the program."""
    return _asset_stamp().exists() and _asset_stamp().read_text() == _assets()


def disconnect() -> None:
    """Give the connection back and close the pool, before the process turns into another or forks."""
    connection.close()
    getattr(connection, "close_pool", lambda: None)()


def check() -> None:
    """Run the system checks with the database's (unprivileged role); raise Trouble with the errors, log the warnings."""
    messages = run_checks(include_deployment_checks=False, databases=["default"])
    errors = [message for message in messages if message.level >= ERROR and not message.is_silenced()]
    if errors:
        raise Trouble("\n".join(str(message) for message in errors))


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold a transaction-level advisory lock on a connection of its own: of two starts one migrates, the other waits."""
    with psycopg.connect(**_parameters()) as waiting:
        waiting.execute("SELECT pg_advisory_xact_lock(%s)", [MIGRATION_LOCK])
        yield


def reach_database() -> None:
    """Connect once, outside the pool (which would retry for long); raise Trouble when the database does not answer."""
    try:
        psycopg.connect(**_parameters(), connect_timeout=10).close()
    except psycopg.OperationalError as error:
        raise Trouble(f"数据库连不上 (DATABASE_URL) · the database cannot be reached:\n{error}") from error


def _parameters() -> dict[str, Any]:
    """The connection's parameters as psycopg takes them."""
    ours = {"cursor_factory", "context", "pool", "connect_timeout"}
    return {name: value for name, value in connection.get_connection_params().items() if name not in ours}


def _is_demonstration_there() -> bool:
    from portal.demonstration.build import is_built

    return is_built()


def _asset_stamp() -> Path:
    root = Path(settings.STATIC_ROOT)
    return root.with_name(f"{root.name}.stamp")


def _assets() -> str:
    """The hash over every asset and over where they go."""
    files = (Path(storage.path(name)) for finder in get_finders() for name, storage in finder.list([]))
    there = "" if Path(settings.STATIC_ROOT).is_dir() else " absent"
    return f"{fingerprint(files)} {settings.STORAGES['staticfiles']['BACKEND']}{there}"


def _say(text: str) -> None:
    sys.stdout.write(f"· {text}\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> int:
    """Entry point; returns the exit status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    # Every drawing of the models is a circle of thousands of objects: a quarter of migrating was looking through them.
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    if arguments == ["assets"]:
        collect_assets()
        return 0
    try:
        reach_database()
        prepare(pending())
    except Trouble as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    except KeyboardInterrupt:
        return 130  # whoever started us was told as well, and says so
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
