"""Prepared statements, and a connection that knows when its server has gone."""

import socket
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.db import connection

from accounts.models import Person
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
