"""The published record of a vote, from which anyone recomputes everything: lines of JSON, one thing a line.

A heading, the roll (masked: a right is a pseudonym with an area), the chain of the box with the key that opened it, the result.
The form is described in ``docs/decisions/ballot-box.md``.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from elections.box.ballots import Box
from elections.box.chain import Entry
from elections.box.counting import Right
from elections.box.encoding import canonical, fingerprint
from elections.box.moments import OFF
from elections.rules.jurisdictions import NATIONAL, find, parameters
from elections.rules.measures import area_text

FORM = "gongzhi.vote/2"
SEAL = "gongzhi.record.1"
STAND_BY = ("alternates", "alternates_only_with_choice", "alternates_cap")


@dataclass(frozen=True, slots=True)
class Rules:
    """By what the result is decided: the day, the place, and what the compound's own rules (``plan``) say.

    ``silent``: how those who did not vote are counted, as the chain says (``moments.silence_of``). A box that was opened before
    the portal counted them has no such entry, whatever its plan says. ``alternates``: whether who may stand by (P28) is said, as
    the first entry says it (``moments.rules_of``) of an election since the end of November 2026.
    """

    on: date
    jurisdiction: str | None = None
    vote_again: bool = False
    plan: Mapping[str, Any] = field(default_factory=dict)
    silent: str = OFF
    alternates: bool = False

    @property
    def settled(self) -> dict[str, Any]:
        """What the parameters of the place come to where they change a count or who stands by: order_by,
        invalid_in_participation, where those who did not vote are counted the condition of the province (浙江 10), of an election
        the three of alternates."""
        place = find(self.jurisdiction) if self.jurisdiction else None
        local = parameters(place.code if place else NATIONAL, self.on)
        return {
            name: self.plan[name] if name in self.plan else local[name]
            for name in (
                "order_by",
                "invalid_in_participation",
                *self._of_silence,
                *(STAND_BY if self.alternates else ()),
            )
        }

    @property
    def _of_silence(self) -> tuple[str, ...]:
        return () if self.silent == OFF else ("silent_majority_of_all",)

    def as_data(self) -> dict[str, Any]:
        """As the heading has it. Where only votes are counted it says nothing of silence."""
        return {
            "on": self.on.isoformat(), "jurisdiction": self.jurisdiction, "vote_again": self.vote_again,
            "plan": dict(self.plan), **self.settled, **({} if self.silent == OFF else {"silent": self.silent}),
        }  # fmt: skip


def right_line(key: str, right: Right) -> dict[str, Any]:
    """One right as the record has it; its area in 0.0001 square metres."""
    return {"key": key, "area": right.area, "scopes": dict(right.scopes)}


def roll_fingerprint(roll: Mapping[str, Right]) -> str:
    """The fingerprint of the roll, over its lines in the order of their keys. It stands in the first entry of the chain."""
    lines = (canonical(right_line(key, roll[key])) for key in sorted(roll))
    return fingerprint("gongzhi.box.roll.1", b"\n".join(lines)).hex()


def sealed(before: Iterable[bytes], last: Mapping[str, Any]) -> Iterator[bytes]:
    """Lines and a last one that holds the fingerprint of all, its own words among them: a change of any letter shows.

    Most of a record is bound by the chain, or counted again; what is said of it in words is not. Whoever seals a changed record
    anew is found by the fingerprint of the file, which stands in the announcement.
    """
    whole = hashlib.sha256(SEAL.encode() + b"\0")
    for one in before:
        whole.update(one + b"\n")
        yield one
    whole.update(canonical(last))
    yield canonical({**last, "seal": whole.hexdigest()})


def lines(
    *, box: Box, rules: Rules, roll: Mapping[str, Right], entries: Iterable[Entry], result: Sequence[Mapping[str, Any]]
) -> Iterator[bytes]:
    """The record, line by line without line ends. ``result``: for each item what ``elections.records.record`` makes."""
    return sealed(_counted(box, rules, roll, entries), {"result": list(result)})


def _counted(box: Box, rules: Rules, roll: Mapping[str, Right], entries: Iterable[Entry]) -> Iterator[bytes]:
    total = sum(right.area for right in roll.values())
    yield canonical(
        {
            "form": FORM,
            "box": box.name,
            "public_key": box.public_key,
            "items": [one.as_data() for one in box.items],
            "items_hash": box.items_hash,
            "rules": rules.as_data(),
            "roll": {"voters": len(roll), "area": area_text(total), "fingerprint": roll_fingerprint(roll)},
        }
    )
    for key in sorted(roll):
        yield canonical({"right": right_line(key, roll[key])})
    for one in entries:
        yield canonical({"entry": one.as_data()})
