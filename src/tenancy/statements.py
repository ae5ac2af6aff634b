"""Statements that are prepared: parsed and planned once a connection instead of on every page.

For hand-written SQL on the way of every page or filing, where planning takes longer than running (a home page: 1.2 ms of
1.5). Name the columns of such a statement, never ``*``: a plan that was made before a migration added a column would be
refused by PostgreSQL afterwards.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.utils import CursorWrapper

from tenancy.postgresql.base import DatabaseWrapper

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Piece:
    """What an action has another's statement do besides, so that both are one round trip.

    ``sql``: common table expressions, ``name AS (…), …``. ``gives``: expressions that the statement returns last, one row of
    them. Placeholders are named, and of names that no one else uses.
    """

    sql: str
    gives: tuple[str, ...]
    parameters: Mapping[str, Any]


ALONE = Piece("", (), {})


def joined(pieces: Sequence[Piece]) -> Piece:
    """Several pieces as one; they give in their order."""
    parameters = {name: value for one in pieces for name, value in one.parameters.items()}
    return Piece(", ".join(one.sql for one in pieces), tuple(give for one in pieces for give in one.gives), parameters)


def prepared(query: str = "") -> CursorWrapper:
    """A cursor of the current connection that prepares what it executes; use it as ``with prepared() as cursor:``.

    For a constant that most requests execute, name it as ``query`` as well: the connection then keeps the cursor for it.

    Values are bound by the server, so a parameter whose type nothing tells (a NULL in a SELECT list) needs a cast, and one
    ``execute`` takes one statement.
    """
    return wrapper().prepared_cursor(query)


def terse(statement: str) -> str:
    """A long statement without its line breaks and indents: psycopg keeps what it parsed of a text of 4,096 characters at most.

    Not for one with a literal that holds two spaces or a line break.
    """
    return " ".join(statement.split())


def wrapper() -> DatabaseWrapper:
    """This thread's connection, as our own backend has it; raises ImproperlyConfigured for another."""
    link = connections[DEFAULT_DB_ALIAS]
    if not isinstance(link, DatabaseWrapper):
        raise ImproperlyConfigured("DATABASES must use the engine tenancy.postgresql.")
    return link


def columns(model: type[models.Model], alias: str, *names: str) -> str:
    """The columns of a model for a SELECT list, ``alias`` before each: those of the named fields, or all."""
    return ", ".join(f'{alias}."{field.column}"' for field in _fields(model, names))


def built(model: type[Row], values: Sequence[Any], *names: str) -> Row:
    """An instance from the first values of a row that was selected by ``columns`` with the same names."""
    fields = _fields(model, names)
    return model.from_db(DEFAULT_DB_ALIAS, [field.attname for field in fields], values[: len(fields)])


@cache
def _fields(model: type[models.Model], names: tuple[str, ...]) -> tuple[Any, ...]:
    """In the order of the model, which is the order that ``from_db`` expects."""
    every = model._meta.concrete_fields
    unknown = set(names) - {name for field in every for name in (field.name, field.attname)}
    if unknown:
        raise FieldDoesNotExist(f"{model.__name__} has no {', '.join(sorted(unknown))}.")
    return tuple(field for field in every if not names or {field.name, field.attname} & set(names))
