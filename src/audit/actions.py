"""Adding to the chain. Call ``record`` last in an action: from there to the commit the compound's other writers wait."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from audit.rules import plain
from tenancy.actor import Actor
from tenancy.scope import ScopeError, current_scope
from tenancy.statements import prepared


@dataclass(frozen=True, slots=True)
class Also:
    """An SQL expression of an upper floor, evaluated after the entry in the same round trip. A literal with placeholders."""

    sql: str
    parameters: Sequence[Any]


def record(
    *,
    by: Actor,
    compound_id: int,
    verb: str,
    target: str,
    changes: Mapping[str, Any],
    now: datetime,
    also: Also | None = None,
) -> Any:
    """Append one entry in the caller's transaction, in one statement. Returns the value of ``also``, if given.

    ``target`` is ``"<app>.<model>:<id>"``; ``changes`` is ``{field: [from, to]}`` in plain values (see ``audit.rules.plain``).
    Raises ScopeError for a compound outside the open scope, TypeError for a value that cannot be kept, and
    TransactionManagementError outside a transaction, where an entry could outlive its effect.
    """
    if compound_id not in current_scope():
        raise ScopeError(f"Audit entry of compound {compound_id} is outside the open scope.")
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("An audit entry belongs to the transaction of its effect.")
    with prepared() as cursor:
        cursor.execute(
            "SELECT audit_append(%s, %s, %s, %s::bigint, %s, %s, %s, %s, %s::jsonb)"
            + (f", {also.sql}" if also else ""),
            [
                compound_id,
                now,
                by.person_id,
                by.post_id,
                " · ".join(part for part in (by.person_name, by.label) if part),
                by.party,
                verb,
                target,
                json.dumps(plain(changes), ensure_ascii=False),
                *(also.parameters if also else ()),
            ],
        )
        return cursor.fetchone()[-1] if also else None


def record_reveal(*, by: Actor, compound_id: int, of: str, field: str, why: str, now: datetime) -> None:
    """Append that someone saw masked personal data in full: ``of`` whose (a target), which ``field``, and ``why``.

    The value itself is not kept.
    """
    record(by=by, compound_id=compound_id, verb="reveal", target=of, changes={field: [None, why]}, now=now)
