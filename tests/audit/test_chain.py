"""The chain: one statement an entry, whole until someone touches it, and any touch is noticed."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit import queries, rules
from audit.actions import record, record_reveal
from audit.models import Entry, Head
from tenancy.actor import system_actor
from tenancy.scope import ScopeError, scope
from tests.audit.conftest import NOW
from tests.world import CANARY, World

Write = Callable[..., None]


def _rows(sql: str, params: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def test_an_entry_says_who_as_what_did_what(world: World) -> None:
    here = world.here
    by = here.actor("manager")
    with scope(here.compound.pk):
        record(
            by=by,
            compound_id=here.compound.pk,
            verb="repairs.assign",
            target="repairs.request:12",
            changes={"worker": [None, 7], "due": [None, date(2026, 11, 23)], "area": [None, Decimal("89.1200")]},
            now=NOW,
        )
        entry = queries.entries_for(here.compound.pk, "repairs.request:12").get()
    assert entry.person_id == by.person_id
    assert entry.post_id == by.post_id
    assert by.person_name in entry.actor_label
    assert by.label in entry.actor_label
    assert entry.party == "company"
    assert entry.at == NOW
    assert entry.changes == {"worker": [None, 7], "due": [None, "2026-11-23"], "area": [None, "89.1200"]}
    assert str(entry) == f"{here.compound.pk}/{entry.seq} repairs.assign repairs.request:12"


def test_an_entry_costs_one_statement(world: World, statements: Callable[[], Any]) -> None:
    here, by = world.here, world.here.actor("resident")
    with scope(here.compound.pk), statements() as seen:
        record(by=by, compound_id=here.compound.pk, verb="v", target="t:1", changes={}, now=NOW)
    assert len(seen) == 1


def test_the_system_and_a_resident_have_no_post(world: World, write: Write) -> None:
    here = world.here
    resident = here.actor("resident")
    with scope(here.compound.pk):
        for by in (resident, system_actor("sweep", (here.compound.pk,))):
            record(by=by, compound_id=here.compound.pk, verb="v", target="t:9", changes={}, now=NOW)
        first, second = queries.entries_for(here.compound.pk, "t:9")
    assert (first.person_id, first.post_id, first.party) == (resident.person_id, None, "resident")
    assert (second.person_id, second.post_id, second.actor_label, second.party) == (0, None, "sweep", "system")


def test_a_reveal_is_an_entry_without_the_value(world: World) -> None:
    here = world.here
    with scope(here.compound.pk):
        record_reveal(
            by=here.actor("worker"),
            compound_id=here.compound.pk,
            of="accounts.person:5",
            field="phone",
            why="上门联系",
            now=NOW,
        )
        entry = queries.entries_for(here.compound.pk, "accounts.person:5").get()
    assert (entry.verb, entry.changes) == ("reveal", {"phone": [None, "上门联系"]})


def test_entries_number_without_gaps_even_after_a_rolled_back_one(world: World, write: Write) -> None:
    here = world.here
    with scope(here.compound.pk):
        before = Head.objects.get().seq
    with transaction.atomic():
        write(here, 2)
        transaction.set_rollback(True)
    write(here, 3)
    with scope(here.compound.pk):
        assert list(Entry.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, before + 4))
        assert Head.objects.get().seq == before + 3
        assert queries.verify(here.compound.pk).whole


def test_outside_the_scope_or_a_transaction_nothing_is_written(world: World) -> None:
    here, there = world.here, world.there
    by = here.actor("manager")
    with pytest.raises(ScopeError):
        record(by=by, compound_id=here.compound.pk, verb="v", target="t:1", changes={}, now=NOW)
    with scope(here.compound.pk), pytest.raises(ScopeError):
        record(by=by, compound_id=there.compound.pk, verb="v", target="t:1", changes={}, now=NOW)
    call = "SELECT audit_append(%s, now(), 1, NULL, 'x', 'x', 'x', 'x', '{}')"
    with scope(here.compound.pk), pytest.raises(DatabaseError), transaction.atomic():
        _rows(call, [there.compound.pk])
    with scope(there.compound.pk):
        assert not Entry.objects.filter(verb="x").exists()


@pytest.mark.parametrize(
    "attempt",
    [
        "UPDATE audit_entry SET verb = 'x'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "UPDATE audit_entry_default SET verb = 'x'",
        "DELETE FROM audit_entry_default",
        "TRUNCATE audit_entry_default",
        "UPDATE audit_head SET seq = seq - 1",
        "UPDATE audit_head SET digest = ''",
        "DELETE FROM audit_head",
        "TRUNCATE audit_head",
    ],
)
def test_the_database_refuses_to_change_or_remove(world: World, attempt: str) -> None:
    with scope(world.here.compound.pk):
        before = _rows("SELECT * FROM audit_entry ORDER BY seq"), _rows("SELECT * FROM audit_head")
        assert before[0]
        with pytest.raises(DatabaseError, match=r"append-only|forward by one"), transaction.atomic():
            _rows(attempt)
        assert (_rows("SELECT * FROM audit_entry ORDER BY seq"), _rows("SELECT * FROM audit_head")) == before


def test_the_other_compound_is_there_and_not_seen(world: World, write: Write) -> None:
    here, there = world.here, world.there
    write(there, 2, target="canary:1", changes={"name": [None, CANARY]})
    with scope(there.compound.pk):
        assert queries.entries_for(there.compound.pk, "canary:1").count() == 2
    with scope(here.compound.pk):
        assert not queries.entries_for(there.compound.pk, "canary:1").exists()
        for table in ("audit_entry", "audit_entry_default"):
            assert _rows(f"SELECT count(*) FROM {table} WHERE compound_id = %s", [there.compound.pk]) == [(0,)]
            assert _rows(f"SELECT DISTINCT compound_id FROM {table}") == [(here.compound.pk,)]
        assert _rows("SELECT compound_id FROM audit_head") == [(here.compound.pk,)]
    assert _rows("SELECT count(*) FROM audit_entry_default") == [(0,)]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("verb = 'test.undid'", "内容被改动"),
        ("changes = '{\"n\": [1, 3]}'", "内容被改动"),
        ("at = at + interval '1 microsecond'", "内容被改动"),
        ("post_id = NULL", "内容被改动"),
        ("person_id = person_id + 1", "内容被改动"),
        ("actor_label = actor_label || ' '", "内容被改动"),
        ("digest = sha256('x')", "内容被改动"),
        ("previous = sha256('x')", "与上一条记录不衔接"),
        ("seq = seq + 100", "有记录缺失或重复"),
    ],
)
def test_a_touched_entry_is_noticed(world: World, write: Write, tamper: Write, change: str, reason: str) -> None:
    here = world.here
    with scope(here.compound.pk):
        start = Head.objects.get().seq
    write(here, 4)
    tamper(here, f"UPDATE audit_entry SET {change} WHERE seq = %s", [start + 2])
    with scope(here.compound.pk):
        found = queries.verify(here.compound.pk)
    assert not found.whole
    assert (found.broken_at, found.reason) == (start + 2, reason)


def test_a_missing_middle_a_missing_end_and_a_moved_head_are_noticed(world: World, write: Write, tamper: Write) -> None:
    here = world.here
    with scope(here.compound.pk):
        start = Head.objects.get().seq
    write(here, 4)

    def after(sql: str, params: list[Any]) -> tuple[int | None, str]:
        with transaction.atomic():
            tamper(here, sql, params)
            with scope(here.compound.pk):
                found = queries.verify(here.compound.pk)
            transaction.set_rollback(True)
        return found.broken_at, found.reason

    assert after("DELETE FROM audit_entry WHERE seq = %s", [start + 2]) == (start + 2, "有记录缺失或重复")
    assert after("DELETE FROM audit_entry WHERE seq > %s", [start + 2]) == (start + 3, "最后的记录不见了")
    assert after("DELETE FROM audit_entry WHERE seq > %s", [0]) == (1, "最后的记录不见了")
    assert after("UPDATE audit_head SET digest = sha256('x') WHERE seq > %s", [0]) == (
        start + 4,
        "链头与最后一条记录不符",
    )
    assert after("DELETE FROM audit_head WHERE seq > %s", [0]) == (start + 4, "链头与最后一条记录不符")
    with scope(here.compound.pk):
        assert queries.verify(here.compound.pk).whole


def test_the_command_walks_every_chain_and_stops_at_the_first_break(
    world: World, write: Write, tamper: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "STEP", 3)
    write(world.here, 7)
    out = StringIO()
    call_command("verify_audit", stdout=out)
    lines = out.getvalue().splitlines()
    assert [line.split(":")[0] for line in lines] == ["here", "there"]
    assert all("完整" in line for line in lines)
    tamper(world.there, "UPDATE audit_entry SET target = 'x' WHERE seq = 2")
    with pytest.raises(CommandError, match="there: 第 2 条断开，内容被改动。") as broken:
        call_command("verify_audit", stdout=StringIO())
    assert broken.value.returncode == 1
    call_command("verify_audit", compound="here", stdout=StringIO())
    with pytest.raises(CommandError, match="没有代码为 nowhere"):
        call_command("verify_audit", compound="nowhere")


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    changes=st.dictionaries(TEXT, VALUES, max_size=4),
    verb=TEXT,
    at=st.datetimes(timezones=st.just(UTC)).filter(lambda at: at.year >= 1000),
)
def test_both_sides_write_the_same_canonical_text(
    world: World, changes: dict[str, Any], verb: str, at: datetime
) -> None:
    """Control characters, quotes, rare characters and key order: the database and Python digest one text."""
    here = world.here
    with scope(here.compound.pk):
        record(
            by=system_actor("test", (here.compound.pk,)),
            compound_id=here.compound.pk,
            verb=verb,
            target="t:1",
            changes=changes,
            now=at,
        )
        assert queries.verify(here.compound.pk).whole


def test_what_an_entry_can_keep() -> None:
    assert rules.plain({"a": (1, {3, 2}), "b": "x\0y", "t": NOW, "f": 0.5, 4: True}) == {
        "a": [1, [2, 3]],
        "b": "x\ufffdy",
        "t": "2026-11-21T02:30:15.123456+00:00",
        "f": "0.5",
        "4": True,
    }
    for refused in (object(), b"bytes", timedelta(1)):
        with pytest.raises(TypeError):
            rules.plain({"x": refused})


def test_writers_at_the_same_time_keep_one_chain(committed_db: str, world: World) -> None:
    compound_id = world.here.compound.pk
    by = system_actor("test", (compound_id,))
    with scope(compound_id):
        before = Head.objects.get().seq
    ready, failures = threading.Barrier(4), []

    def writer(n: int) -> None:
        try:
            ready.wait()
            for i in range(15):
                with scope(compound_id):
                    record(
                        by=by, compound_id=compound_id, verb=f"w{n}", target="t:1", changes={"i": [None, i]}, now=NOW
                    )
        except Exception as error:  # noqa: BLE001  a thread's failure must reach the test
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=writer, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with scope(compound_id):
        assert queries.verify(compound_id) == queries.Verdict(before + 60, bytes(Head.objects.get().digest))


def test_the_first_entries_of_a_compound_race_for_its_head(committed_db: str, world: World) -> None:
    compound_id = world.here.compound.pk
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER; ALTER TABLE audit_head DISABLE TRIGGER USER")
    with scope(compound_id):
        _delete = [connection.cursor().execute(f"DELETE FROM {table}") for table in ("audit_entry", "audit_head")]
    ready = threading.Barrier(3)

    def writer() -> None:
        ready.wait()
        with scope(compound_id):
            record(
                by=system_actor("t", (compound_id,)),
                compound_id=compound_id,
                verb="v",
                target="t:1",
                changes={},
                now=NOW,
            )
        connections.close_all()

    threads = [threading.Thread(target=writer) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with scope(compound_id):
        assert queries.verify(compound_id).whole
        assert Entry.objects.count() == 3
