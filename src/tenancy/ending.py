"""What a transaction writes last, in one order for everyone.

The head of an audit chain and the heads of live topics are rows that every action of a compound locks. An action that
contains others would take them in the middle, lock rows of its own afterwards, and meet another action that holds such a
row and waits for the head: PostgreSQL ends one of the two. So whoever writes behind such a head hands over a parcel, and
the scope delivers all of them when its work is done, compound by compound, rank by rank. No lock is taken after them, so
nobody can wait in a ring, and the heads are held from there to the commit only.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from django.db import connection, transaction


class Rank(IntEnum):
    """In which order a compound's parcels are delivered."""

    ANNOUNCEMENT = 1
    ENTRY = 2


# Whoever never commits, as most tests, has no end to wait for: then a parcel is delivered as it is handed over.
AT_ONCE = False

Deliver = Callable[[int, Sequence[Any]], None]


@dataclass(frozen=True, slots=True)
class Parcel:
    """Kept among Django's commit callbacks, so that rolling back a savepoint takes along what was handed over in it."""

    compound_id: int
    rank: Rank
    content: Any
    deliver: Deliver

    def __call__(self) -> None:
        """Never reached: the scope takes parcels out before the commit."""
        raise RuntimeError(f"A parcel of compound {self.compound_id} was left behind by its scope.")


def hand_over(*, compound_id: int, rank: Rank, content: Any, deliver: Deliver) -> None:
    """Have ``deliver(compound_id, contents)`` called at the end of the open scope, once for all contents of its rank.

    Contents come in the order in which they were handed over. Raises TransactionManagementError outside a transaction,
    where what is written last could outlive what it tells of.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("What is written last belongs to the transaction of its cause.")
    if AT_ONCE:
        deliver(compound_id, [content])
    else:
        transaction.on_commit(Parcel(compound_id, rank, content, deliver))


def deliver_all(compound_ids: Sequence[int]) -> None:
    """Deliver the parcels of these compounds. The scope calls it while their rows can still be written."""
    ours, others = [], []
    for callback in connection.run_on_commit:
        parcel = callback[1]
        if isinstance(parcel, Parcel) and parcel.compound_id in compound_ids:
            ours.append(parcel)
        else:
            others.append(callback)
    if not ours:
        return
    connection.run_on_commit = others
    # The first of a rank speaks for all of it: a rank has one writer.
    for compound_id, rank in sorted({(one.compound_id, one.rank) for one in ours}):
        same = [one for one in ours if (one.compound_id, one.rank) == (compound_id, rank)]
        same[0].deliver(compound_id, [one.content for one in same])
