"""Monthly partitions: made ahead and after, closed to direct access, append-only like their parent."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, OperationalError, connection, transaction
from psycopg.errors import LockNotAvailable

from audit import queries
from audit.actions import record
from audit.models import Entry
from messaging.models import Message
from tenancy import partitions
from tenancy.actor import system_actor
from tenancy.partitions import LOCK_WAIT, locked_for, make_months, partitioned_tables
from tenancy.scope import across_tenants, scope
from tenancy.tasks import make_months_of, make_partitions
from tests.audit.conftest import NOW
from tests.frontdoor.waiting import eventually
from tests.world import World

Write = Callable[..., None]
TODAY = date(2026, 11, 21)


@pytest.fixture(autouse=True)
def patient(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """An autovacuum that is at a table goes only after ``deadlock_timeout``: where no page waits, a test outlasts it, as the
    task does by its next attempts."""
    if "committed_db" not in request.fixturenames:
        monkeypatch.setattr(partitions, "LOCK_WAIT", "10s")


def _rows(sql: str, params: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def _run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def _make(months_ahead: int = 1) -> list[str]:
    _run("SET CONSTRAINTS ALL IMMEDIATE")
    with across_tenants(reason="test"):
        return make_months(table="audit_entry", column="at", months_ahead=months_ahead, today=TODAY)


def test_the_growing_tables_are_found(world: World) -> None:
    found = {(t.table, t.column) for t in partitioned_tables()}
    assert {("audit_entry", "at"), ("messaging_message", "created_at")} <= found


def test_months_are_made_once_and_rows_that_came_before_them_move(world: World, write: Write) -> None:
    """The world's own entries are of January 2024; those written now are of November 2026."""
    for side in (world.here, world.there):
        write(side, 3)
    made = _make(months_ahead=2)
    assert made == ["audit_entry_202401", "audit_entry_202611", "audit_entry_202612", "audit_entry_202701"]
    assert _make(months_ahead=2) == []
    for side in (world.here, world.there):
        with scope(side.compound.pk):
            assert _rows("SELECT count(*) FROM audit_entry_default") == [(0,)]
            assert _rows("SELECT count(*) FROM audit_entry_202611") == [(3,)]
            assert Entry.objects.filter(at__gte=NOW).count() == 3
            assert queries.verify(side.compound.pk).whole
    write(world.here, 1)
    with scope(world.here.compound.pk):
        assert _rows("SELECT count(*) FROM audit_entry_202611") == [(4,)]
        assert queries.verify(world.here.compound.pk).whole


def test_a_month_ends_where_the_next_begins(world: World) -> None:
    compound_id = world.here.compound.pk
    _make(months_ahead=1)
    edge = datetime(2026, 12, 1, tzinfo=UTC)
    with scope(compound_id):
        for at in (edge - timedelta(microseconds=1), edge):
            record(
                by=system_actor("t", (compound_id,)),
                compound_id=compound_id,
                verb="v",
                target="edge",
                changes={},
                now=at,
            )
        assert _rows("SELECT at FROM audit_entry_202611 WHERE target = 'edge'") == [(edge - timedelta(microseconds=1),)]
        assert _rows("SELECT at FROM audit_entry_202612 WHERE target = 'edge'") == [(edge,)]


def test_a_partition_named_directly_leaks_nothing(world: World, write: Write) -> None:
    here, there = world.here, world.there
    for side in (here, there):
        write(side, 2)
    _make()
    partitions = [
        name
        for (name,) in _rows(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'audit_entry'::regclass"
        )
    ]
    assert len(partitions) == 4
    for name in partitions:
        assert _rows(f"SELECT count(*) FROM {name}") == [(0,)], "no scope, no rows"
        assert _rows(
            "SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE oid = %s::regclass", [name]
        ) == [(True,)]
    with scope(here.compound.pk):
        for name in partitions:
            assert _rows(f"SELECT count(*) FROM {name} WHERE compound_id = %s", [there.compound.pk]) == [(0,)]
        assert _rows("SELECT count(*) FROM audit_entry_202611") == [(2,)]
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            _run(
                "INSERT INTO audit_entry_202611 (compound_id, seq, at, person_id, actor_label, party, verb, target, changes,"
                f" previous, digest) VALUES ({there.compound.pk}, 99, '2026-11-05', 1, '', '', '', '', '{{}}', '', '')"
            )


def test_a_partition_named_directly_is_append_only(world: World, write: Write) -> None:
    write(world.here, 1)
    _make()
    with scope(world.here.compound.pk):
        for attempt in ("UPDATE {} SET verb = 'x'", "DELETE FROM {}", "TRUNCATE {}"):
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
                _run(attempt.format("audit_entry_202611"))
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            _run("TRUNCATE audit_entry_default")


def test_every_partition_has_the_indexes_of_its_parent(world: World) -> None:
    _make()
    wanted = _rows("SELECT count(*) FROM pg_index WHERE indrelid = 'audit_entry'::regclass")
    for name in ("audit_entry_default", "audit_entry_202611", "audit_entry_202612"):
        assert _rows("SELECT count(*) FROM pg_index WHERE indrelid = %s::regclass", [name]) == wanted


def test_the_trail_of_a_target_reads_an_index(world: World) -> None:
    _make()
    with scope(world.here.compound.pk):
        _run("SET LOCAL enable_seqscan = off")
        plan = "\n".join(
            row[0]
            for row in _rows(
                "EXPLAIN SELECT * FROM audit_entry WHERE compound_id = %s AND target = 't:1' ORDER BY seq",
                [world.here.compound.pk],
            )
        )
    assert "Seq Scan" not in plan


def _make_all() -> list[str]:
    return [name for found in partitioned_tables() for name in make_months_of(table=found.table)]


def test_the_task_hands_out_every_growing_table_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    monkeypatch.setattr(make_months_of, "delay", lambda *, table: sent.append(table))
    make_partitions()
    assert sent == [found.table for found in partitioned_tables()]
    assert {"audit_entry", "messaging_message"} <= set(sent)
    assert make_months_of(table="tenancy_compound") == []


def test_every_growing_table_is_made_ready(world: World) -> None:
    _run("SET CONSTRAINTS ALL IMMEDIATE")
    with time_machine.travel(datetime(2026, 11, 30, 23, 30, tzinfo=UTC)):
        made = _make_all()
        assert {
            "audit_entry_202611",
            "audit_entry_202702",
            "messaging_message_202611",
            "messaging_message_202702",
        } <= set(made)
        assert _make_all() == []
    with time_machine.travel(datetime(2026, 12, 1, tzinfo=UTC)):
        # One month more of every growing table, and of nothing else.
        assert set(_make_all()) == {f"{found.table}_202703" for found in partitioned_tables()}
        assert {"audit_entry", "messaging_message"} <= {found.table for found in partitioned_tables()}
    forced = {name for (name,) in _rows("SELECT relname FROM pg_class WHERE relforcerowsecurity")}
    assert set(made) <= forced


def test_a_month_that_hides_rows_is_refused_not_lost(world: World, write: Write) -> None:
    """Without the scope of every compound the rows cannot be moved: PostgreSQL refuses the partition, all stays."""
    write(world.there, 1)
    _run("SET CONSTRAINTS ALL IMMEDIATE")
    with scope(world.here.compound.pk), pytest.raises(DatabaseError, match="default partition"), transaction.atomic():
        make_months(table="audit_entry", column="at", months_ahead=0, today=TODAY)
    with scope(world.there.compound.pk):
        assert queries.verify(world.there.compound.pk).whole


def test_in_a_ring_the_months_give_way_and_never_a_page(committed_db: str, world: World) -> None:
    """A page reads one table and writes another while months are made: it met both locked by one transaction once."""
    here = world.here
    read, ready = threading.Event(), threading.Event()
    failed: list[BaseException] = []

    def page() -> None:
        try:
            with scope(here.compound.pk):
                list(Message.objects.filter(compound_id=here.compound.pk)[:1])
                read.set()
                assert ready.wait(30)
                record(
                    by=here.actor("manager"), compound_id=here.compound.pk, verb="v", target="page:1", changes={}, now=NOW
                )  # fmt: skip
        except BaseException as error:  # noqa: BLE001  whatever it was, the test names it
            failed.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=page)
    thread.start()
    assert read.wait(30)
    with across_tenants(reason="test"):
        assert "audit_entry_202611" in make_months(table="audit_entry", column="at", months_ahead=0, today=TODAY)
    with pytest.raises(OperationalError) as refused, across_tenants(reason="test"):
        make_months(table="messaging_message", column="created_at", months_ahead=0, today=TODAY)
    assert isinstance(refused.value.__cause__, LockNotAvailable)
    ready.set()
    thread.join()
    assert failed == []
    with scope(here.compound.pk):
        assert Entry.objects.filter(target="page:1").count() == 1
    with across_tenants(reason="test"):
        made = make_months(table="messaging_message", column="created_at", months_ahead=0, today=TODAY)
    assert "messaging_message_202611" in made


def test_who_writes_while_its_month_is_made_waits_and_is_in_it(committed_db: str, world: World) -> None:
    here = world.here
    failed: list[BaseException] = []

    def page() -> None:
        try:
            with scope(here.compound.pk):
                record(
                    by=here.actor("manager"), compound_id=here.compound.pk, verb="v", target="page:1", changes={}, now=NOW
                )  # fmt: skip
        except BaseException as error:  # noqa: BLE001  whatever it was, the test names it
            failed.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=page)
    with across_tenants(reason="test"):
        assert "audit_entry_202611" in make_months(table="audit_entry", column="at", months_ahead=0, today=TODAY)
        thread.start()
        waits = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'audit_entry'::regclass"
        eventually(lambda: _rows(waits) == [(1,)], within=30, what="the page waits for the table")
    thread.join()
    assert failed == []
    with scope(here.compound.pk):
        assert _rows("SELECT count(*) FROM audit_entry_202611 WHERE target = 'page:1'") == [(1,)]


def test_all_locks_together_take_less_than_postgresql_waits_for_a_ring(world: World) -> None:
    assert LOCK_WAIT.endswith("ms")
    ((patience,),) = _rows("SELECT setting::int FROM pg_settings WHERE name = 'deadlock_timeout'")
    for found in partitioned_tables():
        with connection.cursor() as cursor:
            locks = locked_for(cursor, found.table)
        assert locks[-1] == (f'"{found.table}_default"', "ACCESS EXCLUSIVE")
        assert len(locks) * int(LOCK_WAIT.removesuffix("ms")) < patience, locks
