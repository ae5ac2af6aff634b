"""Reports on a slate beside the ratio of Party members: all optional, none of them changes who may stand or who is elected."""

from collections.abc import Sequence
from dataclasses import dataclass

from elections.rules.jurisdictions import Parameters


@dataclass(frozen=True, slots=True)
class Nominee:
    """One person of a slate. ``kin``: nominees who are close relatives; ``firm``: 'self', 'kin' or '' (温州 Art. 17)."""

    name: str
    woman: bool | None = None
    building: str = ""
    firm: str = ""
    kin: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SlateReport:
    """``problems`` are codes with the names concerned; ``women`` and ``buildings`` are counts."""

    problems: tuple[tuple[str, tuple[str, ...]], ...]
    women: int
    women_unknown: int
    buildings: tuple[tuple[str, int], ...]


def report(nominees: Sequence[Nominee], *, seats: int, parameters: Parameters) -> SlateReport:
    """What is worth saying of a slate: choice (P23), kinship, employment by the serving firm, women, spread over buildings."""
    problems: list[tuple[str, tuple[str, ...]]] = []
    if len(nominees) - seats < parameters["differential_least"]:
        problems.append(("no_choice", ()))
    names = {one.name for one in nominees}
    kin = tuple(sorted(one.name for one in nominees if one.kin & names))
    if kin:
        problems.append(("kin_on_slate", kin))
    # 温州 Art. 17: neither they nor close relatives are employed by the firm that serves the compound.
    employed = tuple(sorted(one.name for one in nominees if one.firm))
    if employed:
        problems.append(("employed_by_firm", employed))
    spread: dict[str, int] = {}
    for one in nominees:
        if one.building:
            spread[one.building] = spread.get(one.building, 0) + 1
    return SlateReport(
        tuple(problems),
        sum(one.woman is True for one in nominees),
        sum(one.woman is None for one in nominees),
        tuple(sorted(spread.items(), key=lambda item: (-item[1], item[0]))),
    )
