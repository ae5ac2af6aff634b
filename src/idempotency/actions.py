"""One effect a key, however often the request arrives: ``claim`` before the effect, ``settle`` after it.

Both run in the transaction of the effect, two statements in all::

    claim = idempotency.actions.claim(compound_id=..., person_id=..., key=..., route=..., fingerprint=..., now=now)
    if claim.replay:
        return redirect(claim.replay.location)
    request_id = repairs.actions.file(...)
    idempotency.actions.settle(claim, status=302, location=url)
"""

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from idempotency.models import Receipt
from tenancy.scope import ScopeError, current_scope
from tenancy.statements import prepared

KEY = re.compile(r"[A-Za-z0-9_-]{16,64}", re.ASCII)
KEPT = timedelta(days=30)


class KeyRefused(Exception):
    """A key that cannot be used. ``code`` says why."""

    code = "key_refused"


class KeyMalformed(KeyRefused):
    """No key, or not 16 to 64 letters, digits, hyphens and underscores."""

    code = "key_malformed"


class KeyReused(KeyRefused):
    """The key already stands for a different request."""

    code = "key_reused"


@dataclass(frozen=True, slots=True)
class Replay:
    """What the first request with this key was answered."""

    status: int
    location: str
    body: Any


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to produce the effect of a key (``replay`` is None), or the answer that it had (do nothing, answer it)."""

    receipt_id: int
    compound_id: int
    replay: Replay | None


def check_key(key: str | None) -> str:
    """The key itself when it has the right form; raises KeyMalformed."""
    if not key or not KEY.fullmatch(key):
        raise KeyMalformed
    return key


def claim(*, compound_id: int, person_id: int, key: str, route: str, fingerprint: str, now: datetime) -> Claim:
    """Claim a key for one request, in one statement.

    A second request with the key waits here until the first has committed and then gets its answer as ``replay``, or may go
    ahead itself when the first came to nothing. ``fingerprint`` is 64 hex digits (``idempotency.forms.fingerprint``). Raises
    KeyMalformed, KeyReused when the key was settled for another route or body, and ScopeError outside the scope.
    """
    check_key(key)
    if compound_id not in current_scope():
        raise ScopeError(f"Receipt of compound {compound_id} is outside the open scope.")
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A receipt belongs to the transaction of its effect.")
    with prepared() as cursor:
        # The update locks the row of the earlier request and returns what it committed meanwhile; DO NOTHING could not
        # see it. A receipt without a status stands for nothing, so it takes over this request's route and body.
        cursor.execute(
            "INSERT INTO idempotency_receipt AS was (compound_id, person_id, key, route, body_digest, location, repeats,"
            " created_at) VALUES (%s, %s, %s, %s, %s, '', 0, %s) "
            "ON CONFLICT (compound_id, person_id, key) DO UPDATE SET repeats = was.repeats + 1,"
            " route = CASE WHEN was.status IS NULL THEN excluded.route ELSE was.route END,"
            " body_digest = CASE WHEN was.status IS NULL THEN excluded.body_digest ELSE was.body_digest END "
            "RETURNING id, route, body_digest, status, location, body",
            [compound_id, person_id, key, route, fingerprint, now],
        )
        receipt_id, kept_route, kept_digest, status, location, body = cursor.fetchone()
    if status is None:
        return Claim(receipt_id, compound_id, None)
    if (kept_route, kept_digest) != (route, fingerprint):
        raise KeyReused
    return Claim(receipt_id, compound_id, Replay(status, location, None if body is None else json.loads(body)))


def settle(claim: Claim, *, status: int, location: str = "", body: Any = None) -> None:
    """Write down the answer to a claimed request: its HTTP status, where it leads, and for the API its JSON body."""
    if claim.compound_id not in current_scope():
        raise ScopeError(f"Receipt of compound {claim.compound_id} is outside the open scope.")
    with prepared() as cursor:
        cursor.execute(
            "UPDATE idempotency_receipt SET status = %s, location = %s, body = %s::jsonb "
            "WHERE compound_id = %s AND id = %s AND status IS NULL",
            [
                status,
                location,
                None if body is None else json.dumps(body, ensure_ascii=False),
                claim.compound_id,
                claim.receipt_id,
            ],
        )
        settled = cursor.rowcount
    if settled != 1:
        raise ValueError("Only a claim without an answer can be settled, once.")


def purge(*, compound_id: int, now: datetime) -> int:
    """Remove one compound's receipts older than 30 days; returns how many."""
    removed, _ = Receipt.objects.filter(compound_id=compound_id, created_at__lt=now - KEPT).delete()
    return removed
