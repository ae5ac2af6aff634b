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
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from idempotency.models import Receipt
from tenancy.scope import ScopeError, current_scope
from tenancy.statements import Piece, prepared

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


class Replayed(Exception):
    """The key had its effect: nothing was done, ``replay`` is what the first request was answered."""

    def __init__(self, replay: "Replay") -> None:
        super().__init__(replay.location)
        self.replay = replay


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
    once = Once(compound_id, person_id, key, route, fingerprint)
    with prepared() as cursor:
        cursor.execute(_CLAIM, once.claiming(now).parameters)
        return once.judged(cursor.fetchone())


# The update locks the row of the earlier request and returns what it committed meanwhile; DO NOTHING could not see it. A
# receipt without a status stands for nothing, so it takes over this request's route and body.
_INTO = "INSERT INTO idempotency_receipt AS was (compound_id, person_id, key, route, body_digest, location, repeats, created_at) "
_ROW = (
    "%(key_compound)s::bigint, %(key_person)s::bigint, %(key)s::text, %(key_route)s::text, %(key_digest)s::text, '', 0,"
    " %(key_now)s::timestamptz"
)
_KNOWN = (
    " ON CONFLICT (compound_id, person_id, key) DO UPDATE SET repeats = was.repeats + 1,"
    " route = CASE WHEN was.status IS NULL THEN excluded.route ELSE was.route END,"
    " body_digest = CASE WHEN was.status IS NULL THEN excluded.body_digest ELSE was.body_digest END"
    " RETURNING id, route, body_digest, status, location, body"
)
_CLAIM = f"{_INTO} VALUES ({_ROW}){_KNOWN}"
_CLAIMED = (
    "(SELECT id FROM claimed)",
    "(SELECT route FROM claimed)",
    "(SELECT body_digest FROM claimed)",
    "(SELECT status FROM claimed)",
    "(SELECT location FROM claimed)",
    "(SELECT body FROM claimed)",
)
_SETTLED = (
    "settled AS (UPDATE idempotency_receipt SET status = 302, location = %(key_location)s::text"
    " WHERE compound_id = %(key_compound)s::bigint AND id = %(key_receipt)s::bigint AND status IS NULL"
    " AND EXISTS (SELECT FROM effect) RETURNING id)"
)


@dataclass(frozen=True, slots=True)
class Once:
    """A key whose effect claims and settles it within statements of its own, because its answer is known before: a redirect.

    ``claiming`` goes into the first statement of the effect, ``claimed`` reads what came of it, ``settling`` goes into the one
    that has the effect. For what many people do at the same moment; everything else claims and settles by itself.
    """

    compound_id: int
    person_id: int
    key: str
    route: str
    fingerprint: str
    location: str = ""

    def claiming(self, now: datetime, *, where: str = "") -> Piece:
        """The claim, for another statement. Raises as ``claim``: KeyMalformed, ScopeError.

        ``where``: a condition of that statement on which the effect needs a key at all; elsewhere nothing is claimed.
        """
        check_key(self.key)
        if self.compound_id not in current_scope():
            raise ScopeError(f"Receipt of compound {self.compound_id} is outside the open scope.")
        if not connection.in_atomic_block:
            raise transaction.TransactionManagementError("A receipt belongs to the transaction of its effect.")
        told = {
            "key_compound": self.compound_id, "key_person": self.person_id, "key": self.key, "key_route": self.route,
            "key_digest": self.fingerprint, "key_now": now,
        }  # fmt: skip
        claim = f"{_INTO} SELECT {_ROW} WHERE {where}{_KNOWN}" if where else _CLAIM
        return Piece(f"claimed AS ({claim})", _CLAIMED, told)

    def judged(self, row: Sequence[Any]) -> Claim:
        """The claim that a row is, with the answer that the key had. Raises KeyReused."""
        receipt_id, kept_route, kept_digest, status, location, body = row
        if status is None:
            return Claim(receipt_id, self.compound_id, None)
        if (kept_route, kept_digest) != (self.route, self.fingerprint):
            raise KeyReused
        return Claim(receipt_id, self.compound_id, Replay(status, location, None if body is None else json.loads(body)))

    def claimed(self, given: Sequence[Any]) -> Claim | None:
        """The claim itself, of what ``claiming`` gave; None where none was needed. Raises KeyReused, and Replayed when the key
        had its effect.
        """
        if given[0] is None:
            return None
        found = self.judged(given)
        if found.replay is not None:
            raise Replayed(found.replay)
        return found

    def settling(self, claim: Claim) -> Piece:
        """The answer to a claim, written where ``effect``, an expression of the same statement, has a row; gives the id."""
        told = {"key_location": self.location, "key_compound": claim.compound_id, "key_receipt": claim.receipt_id}
        return Piece(_SETTLED, ("(SELECT id FROM settled)",), told)


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
