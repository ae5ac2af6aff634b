"""One way to write a value as bytes, so that two machines get the same fingerprint."""

import hashlib
import json
from typing import Any


class NotExact(TypeError):
    """A value that two machines may write differently: a float, a set, a date, a key that is no text."""


def canonical(value: Any) -> bytes:
    """JSON in UTF-8, keys sorted, no blanks, whole numbers only. Raises NotExact."""
    _check(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _check(value: Any) -> None:
    match value:
        case None | bool() | int() | str():
            return
        case dict():
            for key, one in value.items():
                if not isinstance(key, str):
                    raise NotExact(f"key {key!r}")
                _check(one)
        case list() | tuple():
            for one in value:
                _check(one)
        case _:
            raise NotExact(type(value).__name__)


def fingerprint(domain: str, data: bytes) -> bytes:
    """SHA-256 of what is meant and of the data, 32 bytes: the same bytes mean nothing else elsewhere."""
    return hashlib.sha256(domain.encode() + b"\0" + data).digest()
