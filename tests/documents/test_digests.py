"""What was said and what was sent are told by their digests."""

import hashlib
from io import BytesIO

from documents.digests import digest_of, hash_of, is_digest


def test_keys_in_another_order_say_the_same() -> None:
    assert digest_of({"a": 1, "二": [1, 2]}) == digest_of({"二": [1, 2], "a": 1})
    assert digest_of({"a": 1}) != digest_of({"a": "1"})
    assert digest_of({"a": [1, 2]}) != digest_of({"a": [2, 1]})


def test_a_file_is_read_from_its_start_and_left_there() -> None:
    content = b"\x00" * (1 << 18) + b"more than a block"
    file = BytesIO(content)
    file.seek(7)
    assert (hash_of(file), file.tell()) == (hashlib.sha256(content).hexdigest(), 0)


def test_what_is_written_as_a_digest() -> None:
    good = hashlib.sha256(b"").hexdigest()
    assert is_digest(good)
    assert not any(is_digest(one) for one in ("", good[1:], good + "0", good.upper(), "g" + good[1:], "０" * 64))
