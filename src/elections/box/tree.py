"""The tree of receipts (Merkle tree as in RFC 9162, 2.1): one root for all, and for each a short proof that it is under it.

A leaf is a receipt's own 32 bytes; 0x00 before a leaf and 0x01 before two nodes keep one from being taken for the other. Of an
odd row the last node goes up as it is, which gives the very tree of the RFC.
"""

import gc
from collections.abc import Iterator, Sequence
from hashlib import sha256

LEAF, NODE = b"\x00", b"\x01"
# A path from below: what stands beside it, then the rest of the way; None at the root. Neighbours share the rest.
Path = tuple[bytes, "Path"] | None


class Tree:
    """All rows over the receipts, so that any proof is a few look-ups. Memory: 64 bytes and more a receipt."""

    def __init__(self, receipts: Sequence[bytes]) -> None:
        row = [sha256(LEAF + one).digest() for one in receipts]
        self._rows = [row]
        while len(row) > 1:
            above = [sha256(NODE + left + right).digest() for left, right in zip(row[::2], row[1::2], strict=False)]
            if len(row) % 2:
                above.append(row[-1])
            self._rows.append(above)
            row = above

    def __len__(self) -> int:
        return len(self._rows[0])

    @property
    def root(self) -> bytes:
        """The root; of no receipts the hash of nothing (RFC 9162, 2.1.1)."""
        return self._rows[-1][0] if self._rows[0] else sha256(b"").digest()

    def proof(self, index: int) -> list[bytes]:
        """What stands beside the way from a receipt to the root, from below. Raises IndexError."""
        if not 0 <= index < len(self):
            raise IndexError(index)
        path = []
        for row in self._rows[:-1]:
            beside = index ^ 1
            if beside < len(row):
                path.append(row[beside])
            index //= 2
        return path

    def paths(self) -> list[Path]:
        """The path of every receipt at once, for a record in which each receipt has its proof: about as long as the tree took."""
        pausing = gc.isenabled()
        gc.disable()  # two million small tuples, none of them in a circle
        try:
            above: list[Path] = [None]
            for row in reversed(self._rows[:-1]):
                here: list[Path] = [None] * len(row)
                here[0 : len(row) - 1 : 2] = zip(row[1::2], above, strict=False)
                here[1::2] = zip(row[::2], above[: len(row) // 2], strict=False)
                if len(row) % 2:
                    here[-1] = above[-1]
                above = here
            return above
        finally:
            if pausing:
                gc.enable()


def steps(path: Path) -> Iterator[bytes]:
    """A path as ``Tree.proof`` gives it."""
    while path is not None:
        beside, path = path
        yield beside


def root_of(receipt: bytes, *, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root to which a proof leads (RFC 9162, 2.1.3.2); None for a path that fits no tree of this size."""
    if not 0 <= index < size:
        return None
    found, last, steps = sha256(LEAF + receipt).digest(), size - 1, iter(path)
    while last:
        if index % 2 or index < last:
            beside = next(steps, None)
            if beside is None or len(beside) != sha256().digest_size:
                return None
            pair = (beside, found) if index % 2 else (found, beside)
            found = sha256(NODE + pair[0] + pair[1]).digest()
        index, last = index // 2, last // 2
    return found if next(steps, None) is None else None
