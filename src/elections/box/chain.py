"""The append-only chain of the box: each entry holds the hash of the one before, so none can be changed, dropped or slipped in.

Entries are what happened to the box, in order: it was set up, a ballot was put in, a paper batch was counted in, it was closed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from elections.box.encoding import canonical, fingerprint

DOMAIN = "gongzhi.box.entry.1"
# What the first entry holds in place of a hash before it.
NOTHING = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. ``at`` is an ISO 8601 moment with its offset; ``before`` and ``hash`` are 64 hexadecimal digits."""

    seq: int
    kind: str
    at: str
    body: Mapping[str, Any]
    before: str
    hash: str

    def as_data(self) -> dict[str, Any]:
        """As the record has it."""
        return {
            "seq": self.seq, "kind": self.kind, "at": self.at, "body": dict(self.body), "before": self.before,
            "hash": self.hash,
        }  # fmt: skip


def entry_hash(*, seq: int, kind: str, at: str, body: Mapping[str, Any], before: str) -> str:
    """The hash of an entry, over everything in it."""
    return fingerprint(
        DOMAIN, canonical({"seq": seq, "kind": kind, "at": at, "body": dict(body), "before": before})
    ).hex()


def link(last: Entry | None, *, kind: str, at: str, body: Mapping[str, Any]) -> Entry:
    """The entry that follows ``last`` (None: the first)."""
    seq, before = (last.seq + 1, last.hash) if last is not None else (1, NOTHING)
    return Entry(seq, kind, at, body, before, entry_hash(seq=seq, kind=kind, at=at, body=body, before=before))


@dataclass(frozen=True, slots=True)
class Break:
    """Where a chain does not hold, and how: ``number`` (missing or doubled), ``before``, ``hash``, ``time`` (goes back)."""

    seq: int
    code: str


def broken_at(entries: Iterable[Entry]) -> Break | None:
    """The first place at which the chain does not hold; None for a whole one."""
    before, at = NOTHING, ""
    for seq, one in enumerate(entries, 1):
        if one.seq != seq:
            return Break(seq, "number")
        if one.before != before:
            return Break(seq, "before")
        found = entry_hash(seq=one.seq, kind=one.kind, at=one.at, body=one.body, before=one.before)
        if found != one.hash:
            return Break(seq, "hash")
        if one.at < at:
            return Break(seq, "time")
        before, at = one.hash, one.at
    return None
