"""How the audit tests write and tamper."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from audit.actions import record
from tenancy.scope import scope
from tests.world import Side

NOW = datetime(2026, 11, 21, 2, 30, 15, 123456, tzinfo=UTC)


@pytest.fixture
def write() -> Callable[..., None]:
    """``write(side, 3)``: three entries in its compound, a minute apart, by its manager."""

    def make(side: Side, count: int = 1, **fields: Any) -> None:
        by = side.actor("manager")
        with scope(side.compound.pk):
            for n in range(count):
                values = {"verb": "test.did", "target": "test.thing:1", "changes": {"n": [n, n + 1]}, **fields}
                record(by=by, compound_id=side.compound.pk, now=NOW + timedelta(minutes=n), **values)

    return make


@pytest.fixture
def tamper() -> Callable[..., None]:
    """``tamper(side, sql, params)``: as the owner of the tables, with the guards taken off for the moment."""

    def run(side: Side, sql: str, params: list[Any] | None = None) -> None:
        with scope(side.compound.pk), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no table changes while its checks are pending
            for table in ("audit_entry", "audit_head"):
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(sql, params)
            for table in ("audit_entry", "audit_head"):
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")

    return run
