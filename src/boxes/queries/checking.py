"""What anyone may ask of a box: whether its chain is as it was published, and whether a receipt is in it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from boxes import receipts
from boxes.models import Box, Entry, State, Used
from boxes.queries.boxes import Proof, box_with_files, proof_in
from elections.box.standing import BALLOT, PAPER
from elections.models import Poll, Secrecy
from elections.queries.polls import OUT, poll_of
from tenancy.models import Compound
from tenancy.scope import scope

KEPT_SECONDS = 60
# So many signs of a receipt are enough: 32 bits, and a box holds thousands.
LEAST_SIGNS, ALL_SIGNS = 8, 64


@contextmanager
def shown(code: str, ref: str) -> Iterator[tuple[Poll, Box] | None]:
    """A box for whoever has its address, in the scope of its compound; None for what was not called, or has no box.

    It opens the scope by itself: whoever asks has none. Three statements.
    """
    compound: Compound | None = Compound.objects.filter(code=code).first()
    if compound is None:
        yield None
        return
    with scope(compound.pk):
        poll = poll_of(compound.pk, ref)
        box = box_with_files(poll) if poll is not None and poll.state in OUT else None
        yield (poll, box) if poll is not None and box is not None else None


@dataclass(frozen=True, slots=True)
class Condition:
    """Whether a box is as it was published, and when that was looked at.

    ``code`` is "" or, as in ``actions.verifying.Finding``: chain_broken, head_differs, head_beyond; and root_differs. ``number``
    is the entry.
    """

    at: datetime
    entries: int
    heads: int
    code: str = ""
    number: int = 0


_CONDITION = """
WITH chain AS MATERIALIZED (
  SELECT e.number, e.kind, e.hash, e.body,
         e.number <> row_number() OVER w OR e.previous <> coalesce(lag(e.hash) OVER w, repeat('0', 64))
         OR e.hash <> boxes_entry_hash(e.number, e.kind, e.at, e.body, e.previous) AS broken
  FROM boxes_entry e WHERE e.compound_id = %(compound)s AND e.box_id = %(box)s WINDOW w AS (ORDER BY e.number)
), heads AS (
  SELECT h.number, h.hash, c.hash AS own
  FROM boxes_head h LEFT JOIN chain c ON c.number = h.number
  WHERE h.compound_id = %(compound)s AND h.box_id = %(box)s
)
SELECT (SELECT count(*) FROM chain), (SELECT count(*) FROM heads), (SELECT min(number) FROM chain WHERE broken),
       (SELECT min(number) FROM heads WHERE own IS NULL), (SELECT min(number) FROM heads WHERE own <> hash),
       (SELECT number FROM chain WHERE kind = 'closed' AND %(root)s <> '' ORDER BY number DESC LIMIT 1),
       (SELECT body::jsonb ->> 'root' FROM chain WHERE kind = 'closed' AND %(root)s <> '' ORDER BY number DESC LIMIT 1)
"""


def condition(box: Box) -> Condition:
    """Follow the chain and hold every published head against it. One statement, kept for a minute: anyone may ask."""
    key = f"boxes-condition:{box.compound_id}:{box.pk}:{box.state}"
    kept: Condition | None = cache.get(key)
    if kept is None:
        kept = _looked_through(box)
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def _looked_through(box: Box) -> Condition:
    with connection.cursor() as cursor:
        cursor.execute(_CONDITION, {"compound": box.compound_id, "box": box.pk, "root": box.root})
        entries, heads, broken, beyond, differs, closed, root = cursor.fetchone()
    code, number = "", 0
    if broken is not None:
        code, number = "chain_broken", broken
    elif beyond is not None:
        code, number = "head_beyond", beyond
    elif differs is not None:
        code, number = "head_differs", differs
    elif box.root and box.root != root:
        code, number = "root_differs", closed or 0
    return Condition(timezone.now(), entries, heads, code, number)


# Of an entry: whether it counts, was counted as one of several of its right (a secret election says no more), or does not.
Counts = Literal["", "counts", "one_of", "aside"]


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of a receipt, a number on a paper or a head that somebody wrote down.

    ``what`` is ballot, paper, moment (another entry of the chain), several (too few signs) or nothing.
    """

    what: str
    box: Box | None = None
    number: int = 0
    kind: str = ""
    hash: str = ""
    counts: Counts = ""
    proof: Proof | None = None
    broken: bool = False
    paper: receipts.Paper | None = None


def found(poll: Poll, typed: str) -> Found:
    """Look for what somebody typed, in every round. ``typed``: 8 to 64 hexadecimal digits, or a number from a paper."""
    if len(typed) < LEAST_SIGNS:
        return _paper(poll, typed)
    # A range, and not LIKE: the unique index answers it whatever the collation.
    rows = list(
        Entry.objects.filter(compound_id=poll.compound_id, box__poll=poll, hash__gte=typed, hash__lt=f"{typed}g")
        .select_related("box")
        .order_by("number")[:2]
    )
    if len(rows) > 1:
        return Found("several")
    if not rows:
        return Found("nothing")
    one, box = rows[0], rows[0].box
    if one.kind not in {BALLOT, PAPER}:
        return Found("moment", box, one.number, one.kind, one.hash)
    proven = proof_in(box, one.hash) if one.kind == BALLOT and box.root else None
    return Found(
        "ballot", box, one.number, one.kind, one.hash, _counts(poll, one), proven,
        broken=proven is not None and proven.root != box.root,
    )  # fmt: skip


def _paper(poll: Poll, typed: str) -> Found:
    known = receipts.paper_of(poll, typed)
    if known is None:
        return Found("nothing")
    box = Box.objects.filter(compound_id=poll.compound_id, poll=poll, number=known.round).first()
    return Found("paper", box, known.number, PAPER, known.hash, paper=known)


def _counts(poll: Poll, one: Entry) -> Counts:
    """Before the count nobody is told which of several ballots of a right stands: it may change, and who asks may be watched."""
    if one.box.state != State.COUNTED:
        return ""
    if poll.secrecy == Secrecy.SECRET and poll.vote_again:
        return "one_of"
    stands = Used.objects.filter(compound_id=poll.compound_id, box_id=one.box_id, hash=one.hash).exists()
    return "counts" if stands else "aside"


def boxes_of(polls: Sequence[int], compound_id: int) -> dict[int, Box]:
    """By poll the newest box that has begun. One statement."""
    rows = Box.objects.filter(compound_id=compound_id, poll_id__in=polls).exclude(state=State.MADE).order_by("number")
    return {one.poll_id: one for one in rows}
