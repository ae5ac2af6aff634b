"""Reading the chain: the trail of one target, and the walk that proves a compound's chain whole."""

from collections.abc import Iterator
from dataclasses import dataclass

from audit.models import Entry, EntryQuerySet, Head
from audit.rules import GENESIS, Record, digest
from tenancy.models import Compound

STEP = 2000


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk found: entries seen, the last digest, and the first break (entry number and reason) if any."""

    entries: int
    digest: bytes
    broken_at: int | None = None
    reason: str = ""

    @property
    def whole(self) -> bool:
        """Whether every entry is there and unchanged."""
        return self.broken_at is None


def entries_for(compound_id: int, target: str) -> EntryQuerySet:
    """What happened to one target, oldest first."""
    rows: EntryQuerySet = Entry.objects.about(compound_id, target).order_by("seq")  # type: ignore[attr-defined]
    return rows


def verify(compound_id: int) -> Verdict:
    """Walk a compound's chain from its first entry to its head, in steps of constant memory, inside its open scope.

    The head is locked first, so that writers cannot move it during the walk.
    """
    head = Head.objects.select_for_update(no_key=True).filter(compound_id=compound_id).first()
    seen, previous = 0, GENESIS
    for entry in _walk(compound_id):
        wrong = _wrong_with(entry, seen + 1, previous)
        if wrong:
            return Verdict(seen, previous, broken_at=seen + 1, reason=wrong)
        seen, previous = entry.seq, bytes(entry.digest)
    reached = (head.seq, bytes(head.digest)) if head else (0, GENESIS)
    if reached[0] > seen:
        return Verdict(seen, previous, broken_at=seen + 1, reason="最后的记录不见了")
    if reached != (seen, previous):
        return Verdict(seen, previous, broken_at=seen, reason="链头与最后一条记录不符")
    return Verdict(seen, previous)


def _walk(compound_id: int) -> Iterator[Entry]:
    """Every entry in order, fetched by key in steps: neither the whole chain in memory nor a named cursor."""
    after = 0
    while True:
        step = list(Entry.objects.filter(compound_id=compound_id, seq__gt=after).order_by("seq")[:STEP])
        yield from step
        if len(step) < STEP:
            return
        after = step[-1].seq


def _wrong_with(entry: Entry, expected: int, previous: bytes) -> str:
    if entry.seq != expected:
        return "有记录缺失或重复"
    if bytes(entry.previous) != previous:
        return "与上一条记录不衔接"
    record = Record(
        compound_id=entry.compound_id,
        seq=entry.seq,
        at=entry.at,
        person_id=entry.person_id,
        post_id=entry.post_id,
        actor_label=entry.actor_label,
        party=entry.party,
        verb=entry.verb,
        target=entry.target,
        changes=entry.changes,
        previous=previous,
    )
    return "" if digest(record) == bytes(entry.digest) else "内容被改动"


def compounds_to_verify(code: str = "") -> list[tuple[int, str]]:
    """Id and code of every compound, or of the one with this code, in order of code."""
    rows = Compound.objects.order_by("code")
    return list((rows.filter(code=code) if code else rows).values_list("pk", "code"))
