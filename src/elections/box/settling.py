"""From the chain of an opened box to the verdict on every item."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from nacl.public import PrivateKey

from elections.box.ballots import Box, Opener
from elections.box.chain import Entry
from elections.box.counting import ItemCount, Right, case_of, count
from elections.box.moments import OFF, silence_of
from elections.box.questions import Answer, answers
from elections.box.record import Rules
from elections.box.standing import BALLOT, standing
from elections.rules.cases import Silent
from elections.rules.deciding import decide
from elections.rules.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Settled:
    """What came out: the figures and the verdict of each item, in the items' order."""

    counts: Mapping[str, ItemCount]
    verdicts: Sequence[Verdict]


def opened_ballots(box: Box, entries: Iterable[Entry], opener: Opener) -> Iterator[tuple[str, Mapping[str, Answer]]]:
    """What the entries that count say, by right."""
    for one in entries:
        if one.kind == BALLOT:
            found = opener(bytes.fromhex(one.body["sealed"])).answers
        else:
            found = answers(box.items, one.body["choices"])
        yield str(one.body["right"]), found


def settle(box: Box, *, roll: Mapping[str, Right], entries: Iterable[Entry], key: PrivateKey, rules: Rules) -> Settled:
    """Count what counts, and decide every item. How silence counts is read from the chain."""
    entries = list(entries)
    silence = silence_of(entries)
    counted = standing(entries, vote_again=rules.vote_again).counted
    return settle_opened(
        box, roll=roll, ballots=opened_ballots(box, counted.values(), Opener(box, key)),
        rules=replace(rules, silent=silence.rule), silent=silence.rights,
    )  # fmt: skip


def settle_opened(
    box: Box,
    *,
    roll: Mapping[str, Right],
    ballots: Iterable[tuple[str, Mapping[str, Answer]]],
    rules: Rules,
    silent: Iterable[str] = (),
) -> Settled:
    """Decide every item from the ballots that count, a right and its answers each, and from the rights that were ``silent`` where
    ``rules`` count them. Raises as ``counting.count``."""
    found = count(box.items, roll, ballots, silent)
    invalid_counts: bool = rules.settled["invalid_in_participation"]
    verdicts = [
        decide(
            case_of(
                one,
                found[one.key],
                on=rules.on,
                jurisdiction=rules.jurisdiction,
                plan=rules.plan,
                silent=None if rules.silent == OFF else Silent(rules.silent, found[one.key].silent.figures),
                invalid_counts=invalid_counts,
            )
        )
        for one in box.items
    ]
    return Settled(found, verdicts)
