"""Which ballot of a right counts: decided from the chain alone, so that anyone who reads it decides alike.

An owner's own ballot before one by proxy (指导规则 26: written authority; the owner's word is the owner's). Among equals the
first, or the last where the compound's rules let owners vote again until the close. After the close no ballot can be put in.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from elections.box.chain import Entry

BALLOT, PAPER = "ballot", "paper"
OWNER, PROXY = "owner", "proxy"


@dataclass(frozen=True, slots=True)
class Standing:
    """The entries that count, by right; and those that do not, each with why: by_proxy (the owner voted), replaced, again."""

    counted: dict[str, Entry]
    set_aside: tuple[tuple[Entry, str], ...]


def standing(entries: Iterable[Entry], *, vote_again: bool) -> Standing:
    """Go through the ballots in their order."""
    counted: dict[str, Entry] = {}
    aside: list[tuple[Entry, str]] = []
    for one in entries:
        if one.kind not in {BALLOT, PAPER}:
            continue
        right = str(one.body["right"])
        before = counted.get(right)
        if before is None:
            counted[right] = one
            continue
        kept, out, why = _between(before, one, vote_again=vote_again)
        counted[right] = kept
        aside.append((out, why))
    return Standing(counted, tuple(aside))


def _between(before: Entry, after: Entry, *, vote_again: bool) -> tuple[Entry, Entry, str]:
    own = [one.body.get("by", OWNER) == OWNER for one in (before, after)]
    if own == [False, True]:
        return after, before, "by_proxy"
    if own == [True, False]:
        return before, after, "by_proxy"
    # Paper and telephone never replace each other: whoever keeps the box refuses the second at the door.
    if vote_again and before.kind == after.kind == BALLOT:
        return after, before, "replaced"
    return before, after, "again"
