"""Which lines of the register may mean one owner: proposed, never decided (A2, Interpretation Art. 9: one buyer is one owner).

A line is an owner of one home as the register names them. Lines are grouped by what they share; a person says which of a group
are one owner, and until then every line is an owner of its own.
"""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
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
    """Companies under two spellings: long names that differ in little, or where one holds the other.

    Only pairs that could be alike are compared, and of those that are joined already none, so thousands take moments.
    """
    named: dict[str, int] = {}
    for one in lines:
        name = plain_name(one.name)
        if len(name) >= LONG_NAME:
            named.setdefault(name, one.pk)
    names = sorted(named)
    joined = _Joined()
    for first, second in _held(names):
        joined.join(first, second)
    for first, second in _could_be_near(names):
        if not joined.are(first, second) and _nearly(first, second):
            joined.join(first, second)
    return [(named[first], named[second], "spelling") for first, second in joined.pairs]


class _Joined:
    """Names that were found alike, directly or through others; ``pairs`` are those that joined them."""

    def __init__(self) -> None:
        self.parent: dict[str, str] = {}
        self.pairs: list[tuple[str, str]] = []

    def root(self, name: str) -> str:
        while (above := self.parent.get(name, name)) != name:
            self.parent[name] = self.parent.get(above, above)
            name = above
        return name

    def are(self, first: str, second: str) -> bool:
        return self.root(first) == self.root(second)

    def join(self, first: str, second: str) -> None:
        if not self.are(first, second):
            self.parent[self.root(first)] = self.root(second)
            self.pairs.append((first, second))


def _held(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Pairs of which one holds the other: every part of a name, of a length that some name has, is looked up."""
    known = set(names)
    lengths = sorted({len(name) for name in names})
    for name in names:
        for length in lengths:
            if length >= len(name):
                break
            for start in range(len(name) - length + 1):
                if (part := name[start : start + length]) in known:
                    yield part, name


def _could_be_near(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Pairs in order that share signs enough: those alike must have one of each other's rarest signs.

    Two names that are near share at least ``_share`` signs, counted as often as they occur. A name without its rarest
    ``len - _share + 1`` has too few left for that, so a pair that is near meets in the index of the rarest.
    """
    often = Counter(sign for name in names for sign in _signs(name))
    index: dict[tuple[str, int], list[int]] = defaultdict(list)
    signs = [frozenset(_signs(name)) for name in names]
    masks = [_places(name) for name in names]
    for place, name in enumerate(names):
        rarest = sorted(signs[place], key=lambda sign: (often[sign], sign))[: len(name) - _share(len(name)) + 1]
        met = {other for sign in rarest for other in index[sign]}
        for other in sorted(met):
            least = NEARLY * (len(name) + len(names[other]))
            # What any order of the signs could give at most: by length, then by the signs themselves.
            if 200 * min(len(name), len(names[other])) < least:
                continue
            if 200 * len(signs[place] & signs[other]) < least:
                continue
            # And in this order: what SequenceMatcher finds is never more than the longest common row of signs.
            if 200 * _in_order(masks[other], len(names[other]), name) >= least:
                yield names[other], name
        for sign in rarest:
            index[sign].append(place)


def _places(name: str) -> dict[str, int]:
    """Where each sign of a name stands, as bits."""
    found: dict[str, int] = {}
    for place, sign in enumerate(name):
        found[sign] = found.get(sign, 0) | 1 << place
    return found


def _in_order(masks: dict[str, int], length: int, other: str) -> int:
    """The length of the longest row of signs that both names have in this order (Hyyrö's bit vectors)."""
    every = (1 << length) - 1
    free = every
    for sign in other:
        met = free & masks.get(sign, 0)
        free = (free + met | free - met) & every
    return length - free.bit_count()


def _signs(name: str) -> list[tuple[str, int]]:
    """The signs of a name, each with how often it came before."""
    seen: Counter[str] = Counter()
    found = []
    for sign in name:
        found.append((sign, seen[sign]))
        seen[sign] += 1
    return found


def _share(length: int) -> int:
    """How many signs a name of a length shares at least with any that is near: 2s >= n(a + b) and s <= b give s >= na/(2 - n)."""
    return -(-NEARLY * length // (200 - NEARLY))


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
