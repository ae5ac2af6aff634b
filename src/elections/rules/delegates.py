"""Decision by delegates (业主代表大会): each carries the weight of the owners behind them.

指导规则 Art. 27-28: large compounds may send delegates by building, entrance or floor, but owners' opinions stay the owners' own.
温州 Art. 11: a delegate's vote weighs what the represented owners weigh; authority can be withdrawn in writing. 丽水 Art. 13: the
result is posted for ten days, and stands while those who object in writing are below one third by owners and by area.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from elections.rules.cases import CHOICES
from elections.rules.measures import MEASURES, Figures


class NotRepresented(ValueError):
    """An owner is behind two delegates, or voted for someone who has no authority of theirs."""


@dataclass(frozen=True, slots=True)
class Delegation:
    """A delegate with the owners behind them, by their vote's holder, and what each of these weighs.

    ``opinions`` are owners' own: who said something else than the delegate is counted as they said.
    """

    delegate: str
    choice: str
    represented: Mapping[str, Figures]
    opinions: Mapping[str, str]
    withdrawn: frozenset[str] = frozenset()


def cast(delegations: Sequence[Delegation]) -> dict[str, Figures]:
    """The votes cast, by choice, as a case has them. Raises NotRepresented, ValueError for a choice that is none."""
    totals = {name: [0, 0] for name in CHOICES}
    seen: set[str] = set()
    for one in delegations:
        if not one.opinions.keys() <= one.represented.keys():
            raise NotRepresented(one.delegate)
        for holder, weight in one.represented.items():
            if holder in one.withdrawn:
                continue
            if holder in seen:
                raise NotRepresented(holder)
            seen.add(holder)
            choice = one.opinions.get(holder, one.choice)
            if choice not in totals or weight.voters is None or weight.area is None:
                raise ValueError(choice)
            totals[choice][0] += weight.voters
            totals[choice][1] += weight.area
    return {name: Figures(*figures) for name, figures in totals.items()}


def stands_against(objections: Figures, whole: Figures) -> bool | None:
    """Whether a delegates' decision stands: objections below one third by owners and by area; None where a figure is missing."""
    below = []
    for measure in MEASURES:
        have, of = objections.of(measure), whole.of(measure)
        below.append(None if have is None or of is None else 3 * have < of)
    return False if False in below else None if None in below else True
