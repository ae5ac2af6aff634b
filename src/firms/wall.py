"""The wall around each body's books: certificates belong to an organisation, not to a compound.

As a scope is a set of compounds, the open books are a set of organisations. They are opened by ``books`` inside a transaction,
held in a context variable for the managers and in ``app.organisations`` for row-level security: each layer holds alone.
See docs/decisions/firms.md.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Generic, TypeVar

from django.db import connection, models
from psycopg.pq import TransactionStatus

POLICY = "organisation_id = ANY ((SELECT nullif(current_setting('app.organisations', true), '')::bigint[])::bigint[])"


class WallError(RuntimeError):
    """No books are open, or a row of other books is written. A programming error, never shown to a person."""


_open: ContextVar[tuple[int, ...] | None] = ContextVar("firms_books", default=None)


def open_books() -> tuple[int, ...]:
    """The organisations whose books are open; WallError when nobody has opened any."""
    found = _open.get()
    if found is None:
        raise WallError("No books are open: open them with firms.wall.books(organisation_ids).")
    return found


def _set(ids: tuple[int, ...]) -> None:
    # Made of integers only, so it is safe as a literal, and local to the transaction as a scope is.
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL app.organisations = '{{{','.join(str(int(pk)) for pk in ids)}}}'")


@contextmanager
def books(organisation_ids: Iterable[int]) -> Iterator[tuple[int, ...]]:
    """Open the books of these organisations, and no others, for a while. Two statements. Needs a transaction."""
    if not connection.in_atomic_block:
        raise WallError("Books are opened inside a transaction: the setting would not last.")
    ids, before = tuple(sorted(set(organisation_ids))), _open.get()
    _set(ids)
    token = _open.set(ids)
    try:
        yield ids
    finally:
        _open.reset(token)
        raw: Any = connection.connection
        lost = connection.needs_rollback or raw is None or raw.info.transaction_status == TransactionStatus.INERROR
        if not lost:
            _set(before or ())


M = TypeVar("M", bound="WalledModel", covariant=True)


class WalledManager(models.Manager[M], Generic[M]):
    """Sees the rows of the open books only, and refuses to answer without any."""

    def get_queryset(self) -> models.QuerySet[M]:
        """Name the organisations in the query too: without row-level security it still shows no others."""
        return super().get_queryset().filter(organisation_id__in=open_books())


class WalledModel(models.Model):
    """Base of every table in an organisation's books. Its migration runs ``walled`` for it."""

    organisation = models.ForeignKey("parties.Organisation", models.PROTECT, related_name="+", db_index=False)

    objects = WalledManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"
        default_manager_name = "objects"

    def save_base(self, *args: Any, **kwargs: Any) -> None:
        """Check the books at the one point through which every single-row write passes."""
        if self.organisation_id not in open_books():
            raise WallError(f"{self._meta.label} row of organisation {self.organisation_id} is outside the open books.")
        super().save_base(*args, **kwargs)


def walled(table: str) -> list[str]:
    """The statements of a migration that put a table behind the wall."""
    return [
        f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
        f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
        f'CREATE POLICY organisation ON "{table}" USING ({POLICY}) WITH CHECK ({POLICY})',
    ]
