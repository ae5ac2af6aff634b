"""Prepared statements, and a connection that knows when its server has gone."""

import socket
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.db import DataError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Person
from tenancy.models import Compound
from tenancy.scope import scope
from tenancy.statements import built, columns, prepared
from tests.world import World


def _prepared(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement = %s", [sql])
        return int(cursor.fetchone()[0])


def test_a_statement_is_planned_once_a_connection(db: None) -> None:
    for number in (1, 2, 3):
        with prepared() as cursor:
            cursor.execute("SELECT %s::bigint + 40", [number])
            assert cursor.fetchone() == (number + 40,)
    assert _prepared("SELECT $1::bigint + 40") == 1


def test_a_named_statement_keeps_its_cursor_and_whoever_is_within_gets_another(db: None) -> None:
    query = "SELECT %s::int + 1"
    seen = []
    for number in (1, 2):
        with prepared(query) as cursor:
            cursor.execute(query, [number])
            with prepared(query) as within:
                within.execute(query, [number * 10])
                assert (cursor.fetchall(), within.fetchall()) == ([(number + 1,)], [(number * 10 + 1,)])
            seen.append((cursor.cursor, within.cursor))
    # The one that was closed last stays.
    assert seen[1][0] is seen[0][0]
    assert seen[1][1] is not seen[1][0]
    with prepared() as other:
        assert other.cursor not in seen[1]


def test_a_kept_cursor_survives_a_refusal_and_ends_with_its_connection(committed_db: str) -> None:
    query = "SELECT 1 / %s::int"
    with pytest.raises(DataError), prepared(query) as failed:
        failed.execute(query, [0])
    with prepared(query) as again:
        again.execute(query, [1])
        assert (again.fetchone(), again.cursor) == ((1,), failed.cursor)
    connection.close()
    with prepared(query) as fresh:
        fresh.execute(query, [1])
        assert fresh.fetchone() == (1,)
        assert fresh.cursor is not failed.cursor


def test_it_is_counted_and_written_out_like_any_other(statements: Callable[[], Any]) -> None:
    with statements() as seen, prepared() as cursor:
        cursor.execute("SELECT %s::text", ["甲's"])
    assert [one["sql"] for one in seen] == ["SELECT '甲''s'::text"]


def test_a_row_becomes_an_instance_of_the_fields_that_were_named(world: World) -> None:
    person = world.here.people["resident"]
    names = ("name", "id", "large_type")
    with prepared() as cursor:
        cursor.execute(
            f"SELECT {columns(Person, 'p', *names)}, 'more' FROM accounts_person p WHERE id = %s", [person.pk]
        )
        row = cursor.fetchone()
    found = built(Person, row, *names)
    assert (found, found.name, found.large_type) == (person, person.name, False)
    assert found.get_deferred_fields() == {field.attname for field in Person._meta.concrete_fields} - set(names)


def test_a_field_that_is_not_there_is_refused() -> None:
    with pytest.raises(FieldDoesNotExist, match="nmae"):
        columns(Person, "p", "nmae")


def test_a_closed_end_is_seen_without_a_statement(
    db: None, statements: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = socket.socketpair()
    with statements() as seen:
        assert connection.is_usable()
        with monkeypatch.context() as patched:
            patched.setattr(connection.connection, "fileno", ours.fileno, raising=False)
            assert connection.is_usable()
            theirs.close()
            assert not connection.is_usable()
    assert len(seen) == 0
    ours.close()


def test_the_outermost_transaction_begins_with_its_settings_in_one_statement(committed_db: str) -> None:
    compound = Compound.objects.order_by("pk")[0]
    with CaptureQueriesContext(connection) as seen, scope(compound.pk):
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('app.compounds'), current_setting('app.person')")
            assert cursor.fetchone() == (f"{{{compound.pk}}}", "")
        assert connection.in_atomic_block
    assert [one["sql"].split(" app")[0] for one in seen] == [
        "BEGIN; SET LOCAL",
        "SELECT current_setting('app.compounds'), current_setting('app.person')",
        "COMMIT",
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.compounds', true)")
        assert cursor.fetchone() in {("",), (None,), ("{}",)}


def test_what_was_done_before_a_failure_is_undone(committed_db: str) -> None:
    compound = Compound.objects.order_by("pk")[0]
    with pytest.raises(ZeroDivisionError), scope(compound.pk):
        Compound.objects.filter(pk=compound.pk).update(address="half")
        raise ZeroDivisionError
    assert Compound.objects.get(pk=compound.pk).address == compound.address
    # The settings were of that transaction alone: the next one begins without them.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.compounds', true)")
        assert cursor.fetchone() in {("",), (None,), ("{}",)}
