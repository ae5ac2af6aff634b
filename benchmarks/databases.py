"""Where the measurements run: BENCH_DSN, or an embedded PostgreSQL of its own under the state directory."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from config.embedded import Server
from config.environment import ROOT

STATE = Path(os.environ.get("STATE_DIR") or ROOT / "var").resolve() / "bench"


@dataclass(frozen=True, slots=True)
class Cluster:
    """A PostgreSQL: the address of the role that owns the databases (no superuser), and the server's process, 0 when not ours."""

    url: str
    pid: int

    def fresh(self, name: str, *, template: str = "template1") -> str:
        """A database that was not there before; returns its address."""
        self.drop(name)
        with closing(psycopg.connect(self.url, autocommit=True)) as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
            )
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))

    def drop(self, name: str) -> None:
        """Take a database away, and with it whoever is connected."""
        drop = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
        with closing(psycopg.connect(self.url, autocommit=True)) as connection:
            try:
                connection.execute(sql.SQL("{} WITH (FORCE)").format(drop))
            except psycopg.errors.InsufficientPrivilege:
                # Autovacuum is at work in it and is not ours to end: without force PostgreSQL itself asks it to go.
                connection.execute(drop)


@contextmanager
def cluster() -> Iterator[Cluster]:
    """BENCH_DSN when it is set (a role that may make databases), else the embedded server, with the portal's own settings."""
    if given := os.environ.get("BENCH_DSN"):
        yield Cluster(given, 0)
        return
    server = Server(STATE, may_create_databases=True)
    server.start()
    try:
        yield Cluster(server.url, server.pid)
    finally:
        server.stop()
