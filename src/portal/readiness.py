"""Whether this process can serve: probes by name, asked by ``/readyz``.

A probe answers True or False and returns within a few seconds. ``needed`` ones decide; the others are only told, because
the portal goes on accepting and storing without them (every deferred job is a row first).
"""

from collections.abc import Callable
from dataclasses import dataclass

import psycopg
from django.conf import settings
from django.core.cache import cache
from django.db import connection

Probe = Callable[[], bool]
_probes: dict[str, tuple[Probe, bool]] = {}


@dataclass(frozen=True, slots=True)
class Readiness:
    """Verdict and the state of every part, as ``ok`` or ``unreachable``: nothing in it is worth hiding."""

    ready: bool
    parts: dict[str, str]


def register_probe(name: str, probe: Probe, *, needed: bool) -> None:
    """Add a probe; what runs the process knows its parts (config/)."""
    _probes[name] = (probe, needed)


def readiness() -> Readiness:
    """Ask every probe."""
    found = {name: (probe(), needed) for name, (probe, needed) in _probes.items()}
    return Readiness(
        ready=all(answer for answer, needed in found.values() if needed),
        parts={name: "ok" if answer else "unreachable" for name, (answer, _) in found.items()},
    )


def database_answers() -> bool:
    """A fresh connection answers a query. Not one of the pool's: a pool makes the asker wait while the database is down."""
    parameters = connection.get_connection_params()
    for ours in ("cursor_factory", "context", "pool"):
        parameters.pop(ours, None)
    try:
        with psycopg.connect(**{**parameters, "connect_timeout": 2}) as fresh:
            return fresh.execute("SELECT 1").fetchone() == (1,)
    except psycopg.Error:
        return False


def cache_answers() -> bool:
    """The shared cache takes and returns a value."""
    try:
        cache.set("readiness", "1", 5)
        return bool(cache.get("readiness") == "1")
    except Exception:  # noqa: BLE001  each client library has its own errors, and all of them mean no
        return False


register_probe("database", database_answers, needed=True)
if settings.REDIS_URL:
    register_probe("redis", cache_answers, needed=False)
