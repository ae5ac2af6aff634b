"""SHA-256 of what was said and of files, in 64 hexadecimal digits: receipts and repeats are told by them."""

import hashlib
import json
from typing import Any

LENGTH = 64
_BLOCK = 1 << 18


def digest_of(body: Any) -> str:
    """The digest of what JSON can say, however its keys were ordered."""
    return hashlib.sha256(json.dumps(body, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def hash_of(file: Any) -> str:
    """The digest of a file's bytes, read block by block; the file is left at its start again."""
    found = hashlib.sha256()
    file.seek(0)
    while block := file.read(_BLOCK):
        found.update(block)
    file.seek(0)
    return found.hexdigest()


def is_digest(text: str) -> bool:
    """Whether a text is written as a digest."""
    return len(text) == LENGTH and set(text) <= set("0123456789abcdef")
