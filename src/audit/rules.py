"""The canonical text of an entry and its digest, computed apart from the database function that wrote them."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

GENESIS = b""


@dataclass(frozen=True, slots=True)
class Record:
    """The fields of one entry that its digest covers, in their order."""

    compound_id: int
    seq: int
    at: datetime
    person_id: int
    post_id: int | None
    actor_label: str
    party: str
    verb: str
    target: str
    changes: Any
    previous: bytes


def plain(value: Any) -> Any:
    """A value as the chain keeps it: JSON without fractions, so that both sides print it alike.

    Exact numbers and times become text; mappings and lists are kept. NUL, which PostgreSQL cannot store, becomes U+FFFD.
    Raises TypeError for anything else (a model instance, a file): name its id instead.
    """
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return str(value).replace("\0", "\ufffd")
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal | UUID | float):
        return str(value)
    if isinstance(value, Mapping):
        return {str(plain(k)): plain(v) for k, v in value.items()}
    if isinstance(value, Sequence | set | frozenset) and not isinstance(value, bytes):
        return [plain(v) for v in (sorted(value) if isinstance(value, set | frozenset) else value)]
    raise TypeError(f"{type(value).__name__} cannot be kept in an audit entry; give its id or text.")


def canonical(record: Record) -> str:
    """The text under the digest: a JSON array exactly as PostgreSQL prints ``jsonb``."""
    return json.dumps(
        [
            record.compound_id,
            record.seq,
            record.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            record.person_id,
            record.post_id,
            record.actor_label,
            record.party,
            record.verb,
            record.target,
            _in_jsonb_order(record.changes),
            record.previous.hex(),
        ],
        ensure_ascii=False,
        separators=(", ", ": "),
    )


def digest(record: Record) -> bytes:
    """SHA-256 of the canonical text, 32 bytes."""
    return hashlib.sha256(canonical(record).encode()).digest()


def _in_jsonb_order(value: Any) -> Any:
    """``jsonb`` keeps shorter keys first, then by their bytes (PostgreSQL source, jsonb_util.c, lengthCompareJsonbString)."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda k: (len(k.encode()), k.encode()))
        return {k: _in_jsonb_order(value[k]) for k in keys}
    if isinstance(value, list):
        return [_in_jsonb_order(v) for v in value]
    return value
