"""One sealed ballot: what an owner chose, readable by nobody until the shares are joined.

Sealed to the public key of the box (libsodium's sealed box: an ephemeral key each time, so equal choices look different). The
plain text holds the box and the fingerprint of the items, so that a ballot of another vote, or of other words, is noticed when
it is opened; and it is filled up to one length for all. What it counts is not in it: that is the roll's.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from nacl.bindings import crypto_box_seal_open
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from elections.box.encoding import canonical
from elections.box.questions import Answer, Item, answers, items_hash, longest_answers

NONCE_BYTES = 16
ROUND = 64
# Different answers that are kept read; a box of spoiled ballots must not fill the memory.
MOST_KNOWN = 10_000


class NotABallot(ValueError):
    """What cannot be put into a box: no answers to its items, or longer than any answer to them."""


@dataclass(frozen=True, slots=True)
class Box:
    """What everyone knows of a box: its name, the items, the public key (64 hexadecimal digits)."""

    name: str
    items: tuple[Item, ...]
    public_key: str

    @property
    def items_hash(self) -> str:
        """The fingerprint of the items."""
        return _hash(self.items)

    @property
    def room(self) -> int:
        """The length of every plain ballot in bytes."""
        return _room(self)


# What a process that seals or opens ballots would work out for every one of them anew.
@lru_cache(maxsize=64)
def _hash(items: tuple[Item, ...]) -> str:
    return items_hash(items)


@lru_cache(maxsize=64)
def _room(box: Box) -> int:
    longest = len(_plain(box, longest_answers(box.items), "0" * (2 * NONCE_BYTES)))
    return -(-longest // ROUND) * ROUND


def _plain(box: Box, choices: Mapping[str, Any], nonce: str) -> bytes:
    return canonical({"box": box.name, "items": box.items_hash, "choices": dict(choices), "nonce": nonce})


def seal(box: Box, choices: Mapping[str, Any]) -> bytes:
    """A sealed ballot. Raises NotABallot for answers to other items, or answers that do not fit."""
    if not choices.keys() <= {one.key for one in box.items}:
        raise NotABallot
    plain = _plain(box, choices, secrets.token_hex(NONCE_BYTES))
    if len(plain) > box.room:
        raise NotABallot
    return bytes(SealedBox(PublicKey(bytes.fromhex(box.public_key))).encrypt(plain.ljust(box.room)))


@dataclass(frozen=True, slots=True)
class Opened:
    """What was in a sealed ballot, item by item. ``reason`` when nothing in it counts: unreadable, other_box, other_items."""

    answers: Mapping[str, Answer]
    reason: str = ""


class Opener:
    """Opens the ballots of one box. Equal choices are read once: a box of thousands holds few different answers."""

    def __init__(self, box: Box, key: PrivateKey) -> None:
        self._items: Sequence[Item] = box.items
        self._name, self._hash = box.name, box.items_hash
        self._public, self._private = bytes(key.public_key), bytes(key)
        # As ``seal`` writes it, the choices stand between two texts that are known; anything else is read as a whole.
        before, _, after = _plain(box, {}, "").partition(b"{}")
        self._before, self._after = before, after.removesuffix(b'"}')
        self._known: dict[bytes, Opened] = {}

    def __call__(self, sealed: bytes) -> Opened:
        """Never raises: what cannot be read is invalid in every item."""
        try:
            plain = crypto_box_seal_open(sealed, self._public, self._private)
        except (CryptoError, ValueError):
            return self._void("unreadable")
        choices, _, nonce = plain.rstrip().partition(self._after)
        # A nonce of letters and digits cannot hold a second "choices", which a reader of JSON would prefer.
        if not (choices.startswith(self._before) and nonce[:-2].isalnum() and nonce.endswith(b'"}')):
            return self._read(plain)
        found = self._known.get(choices)
        if found is None:
            found = self._read(plain)
            if len(self._known) < MOST_KNOWN:
                self._known[choices] = found
        return found

    def _read(self, plain: bytes) -> Opened:
        try:
            given = json.loads(plain)
        except (ValueError, RecursionError):
            return self._void("unreadable")
        if not isinstance(given, dict) or not isinstance(given.get("choices"), dict):
            return self._void("unreadable")
        if given.get("box") != self._name:
            return self._void("other_box")
        if given.get("items") != self._hash:
            return self._void("other_items")
        return Opened(answers(self._items, given["choices"]))

    def _void(self, reason: str) -> Opened:
        return Opened({one.key: Answer("invalid", reason=reason) for one in self._items}, reason)
