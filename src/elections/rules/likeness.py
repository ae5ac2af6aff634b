"""Which lines of the register may mean one owner: proposed, never decided (A2, Interpretation Art. 9: one buyer is one owner).

A line is an owner of one home as the register names them. Lines are grouped by what they share; a person says which of a group
are one owner, and until then every line is an owner of its own.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

# From strongest to weakest: the portal's own account, a telephone in the register, the same name, nearly the same long name.
REASONS = ("account", "phone", "name", "spelling")
# Two people are often one character apart; two companies seldom are.
LONG_NAME = 6
# In hundredths of both names' signs: 85 of 100 stand in the same order.
NEARLY = 85


@dataclass(frozen=True, slots=True)
class Line:
    """An owner's line: its number, the home's, the name, the account that was matched (0: none), digests of telephones."""

    pk: int
    home: int
    name: str
    account: int = 0
    phones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that may be one owner, in the order of their numbers, and why: each reason that ties any two of them."""

    lines: tuple[int, ...]
    reasons: tuple[str, ...]


def plain_name(name: str) -> str:
    """A name without what registers write differently: width, case, blanks and dots."""
    text = unicodedata.normalize("NFKC", name).casefold()
    return "".join(sign for sign in text if sign.isalnum())


def proposals(lines: Iterable[Line]) -> list[Group]:
    """Groups of lines of different homes that share something, largest certainty first. Each line is in one group at most."""
    every = {one.pk: one for one in lines}
    ties: list[tuple[int, int, str]] = []
    for reason, keys in (
        ("account", lambda one: [one.account] if one.account else []),
        ("phone", lambda one: one.phones),
        ("name", lambda one: [plain_name(one.name)] if plain_name(one.name) else []),
    ):
        sharing: dict[object, list[int]] = defaultdict(list)
        for one in every.values():
            for key in keys(one):
                sharing[key].append(one.pk)
        for found in sharing.values():
            ties += [(found[0], other, reason) for other in found[1:]]
    ties += _long_names(list(every.values()))
    return _joined(every, ties)


def _long_names(lines: Sequence[Line]) -> list[tuple[int, int, str]]:
    """Companies under two spellings: long names that differ in little, or where one holds the other."""
    named: dict[str, int] = {}
    for one in lines:
        name = plain_name(one.name)
        if len(name) >= LONG_NAME:
            named.setdefault(name, one.pk)
    names = sorted(named)
    return [
        (named[first], named[second], "spelling")
        for place, first in enumerate(names)
        for second in names[place + 1 :]
        if first in second or second in first or _nearly(first, second)
    ]


def _nearly(first: str, second: str) -> bool:
    same = sum(block.size for block in SequenceMatcher(None, first, second, autojunk=False).get_matching_blocks())
    return 2 * same * 100 >= NEARLY * (len(first) + len(second))


def _joined(every: dict[int, Line], ties: Sequence[tuple[int, int, str]]) -> list[Group]:
    parent = {pk: pk for pk in every}

    def root(pk: int) -> int:
        while parent[pk] != pk:
            parent[pk] = parent[parent[pk]]
            pk = parent[pk]
        return pk

    for first, second, _ in ties:
        parent[root(first)] = root(second)
    members, reasons = defaultdict(list), defaultdict(set)
    for pk in sorted(every):
        members[root(pk)].append(pk)
    for first, _, reason in ties:
        reasons[root(first)].add(reason)
    found = [
        Group(tuple(lines), tuple(reason for reason in REASONS if reason in reasons[key]))
        for key, lines in members.items()
        if len({every[pk].home for pk in lines}) > 1
    ]
    return sorted(found, key=lambda group: (REASONS.index(group.reasons[0]), group.lines))


class NotAPartition(ValueError):
    """What was said of a group names a line of another, or one twice."""


def owners_told_apart(
    lines: Iterable[int], decided: Iterable[tuple[Sequence[int], Sequence[Sequence[int]]]]
) -> dict[int, str]:
    """The owner of each line, by the smallest number among the lines that are theirs.

    ``decided``: for each group its lines, and those sets of them that are one owner; a line in no set is an owner of its own.
    Raises NotAPartition.
    """
    owner = {pk: pk for pk in lines}
    for group, same in decided:
        check_partition(group, same)
        for one in same:
            for pk in one:
                if pk in owner:
                    owner[pk] = min(one)
    return {pk: f"o{key}" for pk, key in owner.items()}


def check_partition(group: Sequence[int], same: Sequence[Sequence[int]]) -> None:
    """Raises NotAPartition unless the sets are of this group's lines, none twice."""
    named = [pk for one in same for pk in one]
    if len(set(named)) < len(named) or not set(named) <= set(group):
        raise NotAPartition
