"""Django's PostgreSQL backend, with three things cheaper that every page pays for.

``ENGINE`` names this package: Django looks for ``base.DatabaseWrapper`` in it.
"""

import select
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db.backends.postgresql import base, operations
from django.db.backends.utils import CursorWrapper

# Statements of which a connection keeps a cursor.
MOST_KEPT = 64


class PreparedCursor(psycopg.Cursor[Any]):
    """A cursor whose statements PostgreSQL parses and plans once a connection; values are bound by the server.

    One that is ``kept`` goes back there when it is closed: psycopg remembers how it writes and reads the values of a statement
    for as long as the same cursor executes it.
    """

    kept: "dict[str, PreparedCursor] | None" = None
    query = ""

    def close(self) -> None:
        """Close it, or leave it for the next one who executes its statement."""
        if self.kept is None or len(self.kept) >= MOST_KEPT:
            super().close()
        else:
            self.kept[self.query] = self

    def execute(self, query: Any, params: Any = None, **options: Any) -> "PreparedCursor":
        """As psycopg's, always prepared. Nothing is prepared where ``prepare_threshold`` is None (DATABASE_PREPARE=0)."""
        super().execute(query, params, **{**options, "prepare": True})
        return self


class DatabaseOperations(operations.DatabaseOperations):
    """Django's, which can also write out what a prepared cursor executed, for logs and tests."""

    def last_executed_query(self, cursor: Any, sql: str, params: Any) -> str:
        """The statement with its values in it."""
        if isinstance(cursor, PreparedCursor):
            return str(self.compose_sql(sql, params))
        said: str = super().last_executed_query(cursor, sql, params)
        return said


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that begins a transaction with its settings, can prepare, and sees whether its server is still there."""

    ops_class = DatabaseOperations
    _opening = ""
    _kept: dict[str, PreparedCursor]
    _kept_of: Any = None

    @contextmanager
    def opening(self, statements: str) -> Iterator[None]:
        """Let the outermost transaction that begins inside begin with these statements, in the round trip of its BEGIN."""
        self._opening = statements
        try:
            yield
        finally:
            self._opening = ""

    def _start_transaction_under_autocommit(self) -> None:
        """Begin by our own BEGIN (Django's hook for that), where psycopg would send one by itself, alone.

        psycopg stays in autocommit mode for good; COMMIT and ROLLBACK it sends as ever.
        """
        statements, self._opening = self._opening, ""
        with self.cursor() as cursor:
            cursor.execute(f"BEGIN; {statements}" if statements else "BEGIN")

    def _set_autocommit(self, autocommit: bool) -> None:
        """It stays as it is for good: what Django says after each transaction is a call of psycopg for nothing."""
        if self.connection.autocommit != autocommit:
            super()._set_autocommit(autocommit)  # type: ignore[misc]  # unstubbed

    def is_usable(self) -> bool:
        """Whether the server still holds its end.

        Django asks this before each request that finds a kept connection, by a statement. A server that was stopped or
        killed has closed the socket, which a look at it tells as surely: nothing may be waiting to be read between two
        transactions, be it a farewell or the end. What a broken network hides is left to the keep-alives of TCP.
        """
        raw = self.connection
        if raw is None or raw.closed:
            return False
        poll = select.poll()
        poll.register(raw.fileno(), select.POLLIN)
        return not poll.poll(0)

    def prepared_cursor(self, query: str = "") -> CursorWrapper:
        """A cursor for the hand-written statements that every page repeats: see ``tenancy.statements.prepared``."""
        self.ensure_connection()
        with self.wrap_database_errors:
            cursor: CursorWrapper = self._prepare_cursor(self._raw_cursor(query))  # type: ignore[attr-defined]  # unstubbed
        return cursor

    def _raw_cursor(self, query: str) -> PreparedCursor:
        if not query:
            return PreparedCursor(self.connection)
        if self._kept_of is not self.connection:
            self._kept, self._kept_of = {}, self.connection
        # Taken out while it is in use, so that whoever executes the same within gets another.
        found = self._kept.pop(query, None)
        if found is None:
            found = PreparedCursor(self.connection)
            found.kept, found.query = self._kept, query
        return found
