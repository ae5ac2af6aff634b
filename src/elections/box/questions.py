"""What is voted on: the items of a ballot, their fingerprint, and what of an answer counts.

An item is a motion (for, against, abstain) or an election (so many names at most). What is on a paper or in a sealed ballot is
read item by item: an item that is answered wrongly is invalid alone, the others stay good (A5).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from elections.box.encoding import canonical, fingerprint

MOTION = ("for", "against", "abstain")
ABSTAIN = "abstain"


@dataclass(frozen=True, slots=True)
class Item:
    """One item. ``scope`` None: everyone on the roll votes on it. ``seats`` and ``candidates`` only of an election.

    ``candidates`` are keys (not names: two may be called alike). ``matter`` is one of ``elections.rules.matters``.
    """

    key: str
    matter: str
    text: str
    scope: str | None = None
    seats: int | None = None
    candidates: tuple[tuple[str, str], ...] = ()

    @property
    def is_election(self) -> bool:
        """Whether names are chosen."""
        return self.seats is not None

    def as_data(self) -> dict[str, Any]:
        """As the record has it."""
        return {
            "key": self.key, "matter": self.matter, "text": self.text, "scope": self.scope, "seats": self.seats,
            "candidates": [{"key": key, "name": name} for key, name in self.candidates],
        }  # fmt: skip


def items_hash(items: Sequence[Item]) -> str:
    """The fingerprint of the texts that are voted on; it is sealed into each ballot."""
    return fingerprint("gongzhi.box.items.1", canonical([one.as_data() for one in items])).hex()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a ballot says of an item: one of for, against, abstain; names; or invalid with the reason."""

    choice: str
    names: tuple[str, ...] = ()
    reason: str = ""


# The item stands on the ballot and nothing was marked: the owner took part and did not approve (P13).
BLANK = Answer("abstain")


def read_answer(item: Item, given: Any) -> Answer:
    """An item's answer as it counts. ``reason`` of an invalid one: unreadable, unknown_name, name_twice, too_many_names."""
    if given is None or given in ([], "", ABSTAIN):
        return BLANK
    if not item.is_election:
        return Answer(given) if isinstance(given, str) and given in MOTION else Answer("invalid", reason="unreadable")
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        return Answer("invalid", reason="unreadable")
    wrong = _wrong_names(item, given)
    return Answer("invalid", reason=wrong) if wrong else Answer("names", tuple(sorted(given)))


def _wrong_names(item: Item, given: Sequence[str]) -> str:
    if not {key for key, _name in item.candidates}.issuperset(given):
        return "unknown_name"
    if len(set(given)) < len(given):
        return "name_twice"
    return "too_many_names" if item.seats is not None and len(given) > item.seats else ""


def longest_answers(items: Sequence[Item]) -> dict[str, Any]:
    """The answers that take most room: every ballot of a box is as long as these, so that its length says nothing."""
    found: dict[str, Any] = {}
    for one in items:
        if one.is_election:
            found[one.key] = sorted((key for key, _ in one.candidates), key=len, reverse=True)[: one.seats]
        else:
            found[one.key] = "against"
    return found


def answers(items: Sequence[Item], given: Mapping[str, Any]) -> dict[str, Answer]:
    """Every item's answer."""
    return {one.key: read_answer(one, given.get(one.key)) for one in items}
