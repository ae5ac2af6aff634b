"""In which order names stand on the ballot. Never by time of nomination or by a row's number.

A lot is drawn so that anyone can draw it again: a witness says a word or some figures aloud, and the names are put in the order
of the SHA-256 of that word and each candidate's reference. Nobody can choose the order who does not choose the word.
"""

import hashlib
from collections.abc import Sequence

LOT, STROKES, RULES = "lot", "strokes", "rules"
METHODS = (LOT, STROKES, RULES)
MIN_SEED = 4


def drawn(refs: Sequence[str], seed: str) -> list[str]:
    """The order that a word gives: the same whatever order the names are handed in."""
    return sorted(refs, key=lambda ref: hashlib.sha256(f"gongzhi.slate.1\x00{seed}\x00{ref}".encode()).hexdigest())


def same_names(wanted: Sequence[str], there: Sequence[str]) -> bool:
    """Whether an order names everyone who passed, once, and nobody else."""
    return len(wanted) == len(set(wanted)) and set(wanted) == set(there)
