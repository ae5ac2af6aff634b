"""Adding to the chain. Entries are written when the work of the scope is done: see ``tenancy.ending``."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from audit.rules import plain
from tenancy.actor import Actor
from tenancy.ending import Rank, hand_over
from tenancy.scope import ScopeError, current_scope
from tenancy.statements import prepared


@dataclass(frozen=True, slots=True)
class Also:
    """An SQL expression of an upper floor, evaluated after the entry in the same round trip. A literal with placeholders.

    ``then`` is called with its value, still in the transaction.
    """

    sql: str
    parameters: Sequence[Any]
    then: Callable[[Any], None] = lambda _value: None


@dataclass(frozen=True, slots=True)
class _Entry:
    """What ``audit_append`` is called with, the compound apart."""

    values: Sequence[Any]
    also: Also | None


def record(
    *,
    by: Actor,
    compound_id: int,
    verb: str,
    target: str,
    changes: Mapping[str, Any],
    now: datetime,
    also: Also | None = None,
) -> None:
    """Append one entry in the caller's transaction, by one statement at its end.

    ``target`` is ``"<app>.<model>:<id>"``; ``changes`` is ``{field: [from, to]}`` in plain values (see ``audit.rules.plain``).
    Raises ScopeError for a compound outside the open scope, TypeError for a value that cannot be kept, and
    TransactionManagementError outside a transaction, where an entry could outlive its effect.
    """
    if compound_id not in current_scope():
        raise ScopeError(f"Audit entry of compound {compound_id} is outside the open scope.")
    who = " · ".join(part for part in (by.person_name, by.label) if part)
    kept = json.dumps(plain(changes), ensure_ascii=False)
    entry = _Entry([now, by.person_id, by.post_id, who, by.party, verb, target, kept], also)
    hand_over(compound_id=compound_id, rank=Rank.ENTRY, content=entry, deliver=_append)


def _append(compound_id: int, entries: Sequence[_Entry]) -> None:
    for entry in entries:
        also = entry.also
        with prepared() as cursor:
            cursor.execute(
                "SELECT audit_append(%s, %s, %s, %s::bigint, %s, %s, %s, %s, %s::jsonb)"
                + (f", {also.sql}" if also else ""),
                [compound_id, *entry.values, *(also.parameters if also else ())],
            )
            if also:
                also.then(cursor.fetchone()[-1])


def record_reveal(*, by: Actor, compound_id: int, of: str, field: str, why: str, now: datetime) -> None:
    """Append that someone saw masked personal data in full: ``of`` whose (a target), which ``field``, and ``why``.

    The value itself is not kept.
    """
    record(by=by, compound_id=compound_id, verb="reveal", target=of, changes={field: [None, why]}, now=now)
