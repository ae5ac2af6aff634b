"""From opened ballots to the figures of each item: who took part, owners and area of every choice and every name, who was silent.

A right counts once and with what the roll gives it: one owner, and the area of all its parts, in units of 0.0001 square metres.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from elections.box.questions import Answer, Item
from elections.rules.cases import Candidate, Case, Silent
from elections.rules.measures import Figures

CHOICES = ("for", "against", "abstain", "invalid")


@dataclass(frozen=True, slots=True)
class Right:
    """One voter of the roll: one owner by law, the area of all parts that count, and the area of those in each scope."""

    area: int
    scopes: Mapping[str, int] = field(default_factory=dict)

    def area_on(self, item: Item) -> int | None:
        """The area with which this right decides an item; None: it is not among those who do."""
        return self.area if item.scope is None else self.scopes.get(item.scope)


class CountedTwice(ValueError):
    """Two ballots of one right among those to be counted, or a silent one that voted: which counts is decided before."""


class NotOnTheRoll(ValueError):
    """A ballot, or silence, of a right that is not on the roll."""


@dataclass(slots=True)
class Sum:
    """Owners and area, added up."""

    voters: int = 0
    area: int = 0

    def add(self, area: int) -> None:
        """One more owner."""
        self.voters += 1
        self.area += area

    @property
    def figures(self) -> Figures:
        """As the rules take it."""
        return Figures(self.voters, self.area)


@dataclass(slots=True)
class ItemCount:
    """The figures of one item. In an election ``names`` holds each candidate's, and for and against stay empty.

    ``silent``: those to whom a ballot was delivered and who did not vote; they are in no other figure.
    """

    roll: Sum = field(default_factory=Sum)
    taking_part: Sum = field(default_factory=Sum)
    choices: dict[str, Sum] = field(default_factory=lambda: {choice: Sum() for choice in CHOICES})
    names: dict[str, Sum] = field(default_factory=dict)
    silent: Sum = field(default_factory=Sum)

    def add(self, answer: Answer, area: int) -> None:
        """One more right that took part."""
        self.taking_part.add(area)
        if answer.choice == "names":
            for name in answer.names:
                self.names[name].add(area)
        else:
            self.choices[answer.choice].add(area)


def count(
    items: Iterable[Item],
    roll: Mapping[str, Right],
    ballots: Iterable[tuple[str, Mapping[str, Answer]]],
    silent: Iterable[str] = (),
) -> dict[str, ItemCount]:
    """The figures of every item. ``silent``: the rights that did not vote and are to be added apart. Raises CountedTwice and
    NotOnTheRoll."""
    items = tuple(items)
    found = {one.key: ItemCount(names={key: Sum() for key, _ in one.candidates}) for one in items}
    for right in roll.values():
        for one in items:
            area = right.area_on(one)
            if area is not None:
                found[one.key].roll.add(area)
    seen: set[str] = set()
    for key, answers in ballots:
        own = roll.get(key)
        if own is None:
            raise NotOnTheRoll(key)
        if key in seen:
            raise CountedTwice(key)
        seen.add(key)
        for one in items:
            area = own.area_on(one)
            if area is not None:
                found[one.key].add(answers[one.key], area)
    _add_silent(found, items, roll, silent, seen)
    return found


def _add_silent(
    found: Mapping[str, ItemCount],
    items: Iterable[Item],
    roll: Mapping[str, Right],
    silent: Iterable[str],
    voted: set[str],
) -> None:
    """Those who did not vote, apart from everyone who did."""
    for key in silent:
        own = roll.get(key)
        if own is None:
            raise NotOnTheRoll(key)
        if key in voted:
            raise CountedTwice(key)
        voted.add(key)
        for one in items:
            area = own.area_on(one)
            if area is not None:
                found[one.key].silent.add(area)


def case_of(
    item: Item,
    counted: ItemCount,
    *,
    on: date,
    jurisdiction: str | None = None,
    plan: Mapping[str, Any] | None = None,
    silent: Silent | None = None,
    invalid_counts: bool = True,
) -> Case:
    """The item as a case of the law engine (``elections.rules.deciding.decide``). Candidates go by their keys."""
    named = ("abstain", "invalid") if item.is_election else CHOICES
    part, invalid = counted.taking_part, counted.choices["invalid"]
    if not invalid_counts:  # P12: the compound's rules say that they did not take part
        part = Sum(part.voters - invalid.voters, part.area - invalid.area)
    return Case(
        id=item.key,
        matter=item.matter,
        on=on,
        jurisdiction=jurisdiction,
        roll=counted.roll.figures,
        cast={choice: counted.choices[choice].figures for choice in named},
        participating=part.figures,
        silent=silent,
        seats=item.seats,
        candidates=tuple(Candidate(key, one.figures) for key, one in counted.names.items()),
        plan=plan or {},
    )
