"""What the chain says of each moment in the life of a box: set up, a ballot put in, closed, opened, a paper counted in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nacl.public import PrivateKey

from elections.box.ballots import Box
from elections.box.chain import Entry
from elections.box.keys import public_key_of
from elections.box.standing import BALLOT, OWNER
from elections.box.tree import Tree

SET_UP, CLOSED, REOPENED, SILENT, OPENED = "set_up", "closed", "reopened", "silent", "opened"
OFF = "off"


def set_up_body(
    box: Box, *, roll: str, commitments: Mapping[int, str], threshold: int, rules: Mapping[str, Any]
) -> dict[str, Any]:
    """The first entry: what is voted on, by whom (the roll's fingerprint), to which key, held by how many, by which rules.

    ``rules`` as the record's heading has them (``record.Rules.as_data``). Boxes set up before they stood here have none.
    """
    return {
        "box": box.name,
        "items_hash": box.items_hash,
        "public_key": box.public_key,
        "roll": roll,
        "rules": dict(rules),
        "threshold": threshold,
        "commitments": {str(number): one for number, one in sorted(commitments.items())},
    }


def rules_of(entries: Sequence[Entry]) -> Mapping[str, Any]:
    """The rules as the first entry fixed them; none in a box that was set up before they stood there."""
    found: Mapping[str, Any] = entries[0].body.get("rules", {}) if entries else {}
    return found


def ballot_body(right: str, sealed: bytes, *, by: str = OWNER) -> dict[str, Any]:
    """A sealed ballot of a right, by its owner or a proxy."""
    return {"right": right, "by": by, "sealed": sealed.hex()}


def paper_body(right: str, choices: Mapping[str, Any], *, batch: str, by: str = OWNER) -> dict[str, Any]:
    """A paper as two people read it, after the box was closed."""
    return {"right": right, "by": by, "batch": batch, "choices": dict(choices)}


def receipts(entries: Sequence[Entry]) -> Tree:
    """The tree of the receipts: a receipt is the hash of the entry with which a ballot was put in; it shows no choice."""
    return Tree([bytes.fromhex(one.hash) for one in entries if one.kind == BALLOT])


def closed_body(entries: Sequence[Entry]) -> dict[str, Any]:
    """The end of voting: how many receipts were given, and the root of them all."""
    tree = receipts(entries)
    return {"receipts": len(tree), "root": tree.root.hex()}


@dataclass(frozen=True, slots=True)
class Silence:
    """How a box counts whoever did not vote (P10), and the rights that it is about."""

    rule: str = OFF
    rights: tuple[str, ...] = ()


def silent_body(rule: str, rights: Iterable[str]) -> dict[str, Any]:
    """Before the opening, while nobody knows a choice: the rights with proof of delivery that did not vote."""
    return {"rule": rule, "rights": sorted(rights)}


def silence_of(entries: Iterable[Entry]) -> Silence:
    """What the chain says of those who did not vote; nothing where they are not counted."""
    for one in entries:
        if one.kind == SILENT:
            return Silence(str(one.body["rule"]), tuple(one.body["rights"]))
    return Silence()


def opened_body(key: PrivateKey, holders: Sequence[int]) -> dict[str, Any]:
    """The opening before the public: the private key, from now on for everyone, and which holders gave their shares."""
    return {"private_key": bytes(key).hex(), "public_key": public_key_of(key), "holders": sorted(holders)}
