"""The key of the box, and its shares among holders of different parties.

Ballots are sealed to the public key; the private key comes from a seed of 16 bytes that is split by Shamir's scheme
(PyCryptodome) and then forgotten: 2 of 3 or 3 of 5 holders open the box, fewer know nothing. A share has 32 letters and digits,
to be printed, scanned or typed. For each share a commitment is kept, so a wrong one is noticed when its holder gives it, not
when the box will not open.
"""

import base64
import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from Crypto.Protocol.SecretSharing import Shamir
from nacl.public import PrivateKey

from elections.box.encoding import fingerprint

SEED_BYTES = 16
CHECK_BYTES = 3
GROUP = 5
# How many holders there may be, and how many of them open the box.
SCHEMES = {3: 2, 5: 3}
# Without the letters and digits that are taken for others (Crockford's choice), as on every sheet of ours.
_PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_TYPED = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TO_TYPED = str.maketrans(_PLAIN, _TYPED)
_FROM_TYPED = str.maketrans(_TYPED + "OIL", _PLAIN + "ABB")


class ShareRefused(ValueError):
    """A share that does not help. ``code``: not_a_share (mistyped, or another box's), wrong_share, repeated_share."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class BoxStaysShut(ValueError):
    """The shares do not open this box. ``code``: too_few_shares, key_mismatch."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Made:
    """A new key: what is kept (public key and commitments by holder's number) and what is handed out once (shares)."""

    public_key: str
    commitments: dict[int, str]
    shares: dict[int, str]


def private_key(seed: bytes) -> PrivateKey:
    """The private key that a seed stands for."""
    return PrivateKey(hashlib.sha512(b"gongzhi.box.key.1\0" + seed).digest()[: PrivateKey.SIZE])


def public_key_of(key: PrivateKey) -> str:
    """64 hexadecimal digits."""
    return bytes(key.public_key).hex()


def make_key(box: str, *, holders: int) -> Made:
    """A key for a box, split among 3 or 5 holders, who are numbered from 1. Raises KeyError for another number."""
    threshold = SCHEMES[holders]
    seed = secrets.token_bytes(SEED_BYTES)
    parts = dict(Shamir.split(threshold, holders, seed))
    return Made(
        public_key_of(private_key(seed)),
        {number: commitment(box, number, part) for number, part in parts.items()},
        {number: share_text(box, number, part) for number, part in parts.items()},
    )


def commitment(box: str, number: int, part: bytes) -> str:
    """What is kept of a share: enough to know it again, not enough to find it."""
    return fingerprint("gongzhi.box.share.1", box.encode() + b"\0" + bytes([number]) + part).hex()


def share_text(box: str, number: int, part: bytes) -> str:
    """A share as it is printed: groups of five letters and digits."""
    body = bytes([number]) + part
    text = base64.b32encode(body + _check(box, body)).decode().rstrip("=").translate(_TO_TYPED)
    return "-".join(text[at : at + GROUP] for at in range(0, len(text), GROUP))


def _check(box: str, body: bytes) -> bytes:
    return fingerprint("gongzhi.box.check.1", box.encode() + b"\0" + body)[:CHECK_BYTES]


def read_share(box: str, text: str) -> tuple[int, bytes]:
    """The number of its holder and the share's 16 bytes. Raises ShareRefused (not_a_share)."""
    typed = unicodedata.normalize("NFKC", text).upper()
    plain = "".join(sign for sign in typed if sign.isalnum()).translate(_FROM_TYPED)
    try:
        raw = base64.b32decode(plain + "=" * (-len(plain) % 8))
    except ValueError as error:
        raise ShareRefused("not_a_share") from error
    if len(raw) != 1 + SEED_BYTES + CHECK_BYTES:
        raise ShareRefused("not_a_share")
    body, check = raw[:-CHECK_BYTES], raw[-CHECK_BYTES:]
    if not hmac.compare_digest(check, _check(box, body)):
        raise ShareRefused("not_a_share")
    return body[0], body[1:]


def accept_share(
    box: str, text: str, *, commitments: Mapping[int, str], given: Sequence[int] = ()
) -> tuple[int, bytes]:
    """The share of a holder who has given none yet. Raises ShareRefused."""
    number, part = read_share(box, text)
    if number not in commitments or not hmac.compare_digest(commitment(box, number, part), commitments[number]):
        raise ShareRefused("wrong_share")
    if number in given:
        raise ShareRefused("repeated_share")
    return number, part


def open_box(parts: Mapping[int, bytes], *, threshold: int, public_key: str) -> PrivateKey:
    """The private key from the shares of enough holders. Raises BoxStaysShut."""
    if len(parts) < threshold:
        raise BoxStaysShut("too_few_shares")
    used = sorted(parts.items())[:threshold]
    key = private_key(Shamir.combine(used))
    if not hmac.compare_digest(public_key_of(key), public_key):
        raise BoxStaysShut("key_mismatch")
    return key
