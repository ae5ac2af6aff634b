"""The one mechanism that decides which compounds a transaction may see.

A scope is a set of compound ids. It is opened together with the transaction by a literal ``SET LOCAL`` (a session ``SET``
leaks to the next user of a pooled connection) and is held in one context variable for the ORM layer. Row-level security
reads the setting, the managers of ``tenancy.models`` read the variable: each layer holds alone.
"""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import connection, transaction
from psycopg.pq import TransactionStatus

from tenancy import ending
from tenancy.postgresql.base import DatabaseWrapper
from tenancy.statements import wrapper

log = logging.getLogger(__name__)


class ScopeError(RuntimeError):
    """The scope of compounds is missing, or someone tried to leave it. A programming error, never shown to a person."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The compounds that the current transaction may read and write."""

    compound_ids: tuple[int, ...]

    def __contains__(self, compound_id: object) -> bool:
        return compound_id in self.compound_ids


_current: ContextVar[Scope | None] = ContextVar("tenancy_scope", default=None)


def current_scope() -> Scope:
    """Return the open scope; raise ScopeError when there is none."""
    found = _current.get()
    if found is None:
        raise ScopeError("No compound scope is open: open one with tenancy.scope.scope(compound_ids).")
    return found


def has_scope() -> bool:
    """Tell whether a scope is open in this context."""
    return _current.get() is not None


def _array(compound_ids: Iterable[int]) -> str:
    return f"{{{','.join(str(int(i)) for i in compound_ids)}}}"


def _settings(compound_ids: tuple[int, ...], *, person_id: int | None = None) -> str:
    """Both settings, for one round trip. Both values are made of integers only, so they are safe as literals."""
    person = "" if person_id is None else str(int(person_id))
    return f"SET LOCAL app.compounds = '{_array(compound_ids)}'; SET LOCAL app.person = '{person}'"


# The same for the SELECT list of the statement that finds a standing: where it gives a row, and only there, the transaction has
# the scope of ``opens`` (``{1}``) from then on. Evaluate it last, over a materialized expression that read what it had to read.
OPENS = "set_config('app.compounds', %(opens)s::text, true), set_config('app.person', '', true)"


def opens(compound_ids: Iterable[int]) -> dict[str, str]:
    """The parameter of ``OPENS``."""
    return {"opens": _array(compound_ids)}


def _set_local(compound_ids: tuple[int, ...], *, person_id: int | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_settings(compound_ids, person_id=person_id))


@contextmanager
def _begun(link: DatabaseWrapper, settings: str, *, savepoint: bool) -> Iterator[None]:
    """A transaction, or a part of one, that begins with these settings: the outermost in the round trip of its BEGIN."""
    if link.in_atomic_block:
        with transaction.atomic(savepoint=savepoint):
            with link.cursor() as cursor:
                cursor.execute(settings)
            yield
    else:
        with link.opening(settings), transaction.atomic():
            yield


@contextmanager
def scope(compound_ids: int | Iterable[int], *, join: bool = False, told: bool = False) -> Iterator[Scope]:
    """Open a transaction that sees these compounds and no others.

    Inside an open scope it can only narrow: asking for a compound outside raises ScopeError. Commit callbacks run after
    the scope is closed, so they may enqueue ids but never query. ``join`` spares the savepoint, and the statement that
    takes the setting back, when the caller has just begun a transaction for this scope alone, as the middleware does.
    ``told``, with ``join``: the statement before has made the settings (``OPENS``).
    """
    ids = (compound_ids,) if isinstance(compound_ids, int) else tuple(sorted(set(compound_ids)))
    outer = _current.get()
    if outer is not None:
        if outer.compound_ids == ids:
            yield outer
            return
        outside = set(ids) - set(outer.compound_ids)
        if outside:
            raise ScopeError(f"Compounds {sorted(outside)} are outside the open scope.")
        with _narrowed(ids, outer) as opened:
            yield opened
        return
    with _joined(ids, told=told) if join else _opened(ids) as opened:
        yield opened


@contextmanager
def _opened(ids: tuple[int, ...]) -> Iterator[Scope]:
    """The outermost scope: the transaction itself, or a part of one that can fail alone."""
    link = wrapper()
    within = link.in_atomic_block
    with _begun(link, _settings(ids), savepoint=True):
        with _current_is(link, ids) as opened:
            yield opened
        if within and not link.needs_rollback:
            # SET LOCAL lasts until the end of the transaction, not of the block.
            _set_local(())


@contextmanager
def _joined(ids: tuple[int, ...], *, told: bool) -> Iterator[Scope]:
    """The scope for which the transaction was begun: it fails with it."""
    link = wrapper()
    if not link.in_atomic_block:
        raise ScopeError("A scope joins a transaction that was begun for it.")
    if not told:
        _set_local(ids)
    with _current_is(link, ids) as opened:
        yield opened


@contextmanager
def _current_is(link: DatabaseWrapper, ids: tuple[int, ...]) -> Iterator[Scope]:
    token = _current.set(opened := Scope(ids))
    try:
        yield opened
        if not link.needs_rollback:
            ending.deliver_all(ids)
    finally:
        _current.reset(token)


@contextmanager
def _narrowed(ids: tuple[int, ...], outer: Scope) -> Iterator[Scope]:
    """A scope inside another: the transaction is there already, only the setting changes, and is put back.

    No atomic block: a refusal that passes through (404, 403) must leave the outer scope usable for the page that says so.
    """
    _set_local(ids)
    token = _current.set(opened := Scope(ids))
    try:
        yield opened
    finally:
        _current.reset(token)
        raw = connection.connection
        if (
            not connection.needs_rollback
            and raw is not None
            and raw.info.transaction_status != TransactionStatus.INERROR
        ):
            _set_local(outer.compound_ids)


@contextmanager
def instead(compound_ids: Iterable[int]) -> Iterator[Scope]:
    """Open another scope in place of the one that is open, and put that one back. For ``tenancy.own`` alone."""
    outer = _current.get()
    token = _current.set(None)
    try:
        with scope(compound_ids) as opened:
            yield opened
    finally:
        _current.reset(token)
    if outer is not None:
        _set_local(outer.compound_ids)


@contextmanager
def entrance(person_id: int) -> Iterator[None]:
    """The transaction of a whole request, begun as by ``entering``: who acts is found first, then ``scope(join=True)``."""
    with _begun(wrapper(), _settings((), person_id=person_id), savepoint=True):
        yield


@contextmanager
def entering(person_id: int) -> Iterator[None]:
    """Open a transaction in which only a person's own entry rows (contracts, terms, homes of theirs) can be read.

    Used by the middleware to find out which scope the person may open; the entry policies of those tables read it.
    """
    outer = _current.get()
    # No savepoint: whoever fails in here cannot go on anyway, and every request passes through.
    with _begun(wrapper(), _settings((), person_id=person_id), savepoint=False):
        yield
        if outer is not None:
            _set_local(outer.compound_ids)


@contextmanager
def across_tenants(*, reason: str) -> Iterator[Scope]:
    """Open the scope of every compound, for a named system job. The reason is logged. Refused inside another scope."""
    if not reason.strip():
        raise ScopeError("across_tenants needs a reason.")
    if _current.get() is not None:
        raise ScopeError("across_tenants cannot widen a scope that is already open.")
    from tenancy.models import Compound

    log.info("across_tenants", extra={"reason": reason})
    # Asked before the transaction, which then begins with its scope like any other: sweeps run every few seconds.
    ids = tuple(Compound.objects.order_by("pk").values_list("pk", flat=True))
    with _opened(ids) as opened:
        yield opened
