"""Reports on a slate or a committee: each says what is, what is asked and by which text. None changes who stands or is elected.

Each is of one parameter of the place (P20-P23, P30, P31); a place without a text of its own has that of the place around it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from elections.rules import ratios
from elections.rules.committees import seat_problems, term_problems, years_on
from elections.rules.jurisdictions import Parameters, chain


@dataclass(frozen=True, slots=True)
class Nominee:
    """One person of a slate or a committee. ``kin``: those of it who are close relatives; ``firm``: 'self', 'kin', 'none', or ''
    where nobody said (温州 17). ``woman`` and ``member`` None: not known."""

    name: str
    woman: bool | None = None
    building: str = ""
    firm: str = ""
    kin: frozenset[str] = frozenset()
    member: bool | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """``good`` False is worth a warning; None where nothing is asked, or it is not known. ``told`` are the figures and names."""

    code: str
    good: bool | None
    source: str
    told: Mapping[str, Any] = field(default_factory=dict)


def size(members: int, parameters: Parameters, *, planned: int, least: int) -> Report:
    """How many (P20): an odd number between the least and the most, and as many as were planned."""
    problems = seat_problems(members, parameters, least=least)
    told = {
        "members": members,
        "planned": planned,
        "least": least,
        "most": parameters["seats_most"],
        "problems": problems,
    }
    return Report("size", not problems and members == planned, parameters.source("seats_least"), told)


def term(starts: date, ends: date, parameters: Parameters) -> Report:
    """How long (P21): from the first day to the last; a day more than the most is too long."""
    years = ends.year - starts.year - (years_on(starts, ends.year - starts.year) > ends)
    whole = years_on(starts, years) == ends
    # Some days above five years are no five years; some days below three are not yet three.
    problems = term_problems(years, parameters) or (() if whole else _over(years + 1, parameters))
    told = {"years": years, "whole": whole, "starts": starts, "ends": ends, "problems": problems}
    most_of = "term_years_least" if problems == ("term_too_short",) else "term_years_most"
    return Report("term", not problems, parameters.source(most_of), told)


def _over(years: int, parameters: Parameters) -> tuple[str, ...]:
    return tuple(one for one in term_problems(years, parameters) if one == "term_too_long")


def choice(standing: int, seats: int, parameters: Parameters) -> Report:
    """The differential share (P23): so many more candidates than seats."""
    more, wanted = standing - seats, parameters["differential_least"]
    told = {"standing": standing, "seats": seats, "more": more, "wanted": wanted}
    return Report("choice", more >= wanted, parameters.source("differential_least"), told)


def people(those: Sequence[Nominee], parameters: Parameters) -> tuple[Report, ...]:
    """Who they are to each other, to the serving firm, and where they come from: kin, firm, women, buildings."""
    names = {one.name for one in those}
    kin = sorted(one.name for one in those if one.kin & names)
    employed = sorted(one.name for one in those if one.firm in {"self", "kin"})
    unsaid = sum(one.firm == "" for one in those)
    women = {"women": sum(one.woman is True for one in those), "unknown": sum(one.woman is None for one in those)}
    spread: dict[str, int] = {}
    for one in those:
        if one.building:
            spread[one.building] = spread.get(one.building, 0) + 1
    return (
        Report("kin", not kin, parameters.source("report_kin"), {"names": kin}),
        Report(
            "firm", False if employed else None if unsaid else True, parameters.source("report_firm_ties"),
            {"names": employed, "unknown": unsaid},
        ),
        Report("women", None, parameters.source("report_women"), {**women, "of": len(those)}),
        Report(
            "buildings", None, parameters.source("report_buildings"),
            {"spread": sorted(spread.items(), key=lambda item: (-item[1], item[0]))},
        ),
    )  # fmt: skip


def share(base: str, flags: Sequence[bool | None], parameters: Parameters) -> Report:
    """Party members in a base (P30): judged where it is the place's own base, told where it is another."""
    part, whole = map(int, str(parameters["ratio_value"]).split("/"))
    asked = base == parameters["ratio_base"]
    found = ratios.ratio(base, flags, operator=parameters["ratio_operator"], share=(part, whole))
    told = {
        "base": base, "have": found.have, "of": found.of, "unknown": sum(flag is None for flag in flags), "asked": asked,
        "operator": found.operator, "share": found.share,
        "needed": ratios.members_needed(found.of, operator=found.operator, share=found.share) if found.of else 0,
    }  # fmt: skip
    return Report("share", found.met if asked else None, share_source(parameters), told)


def share_source(parameters: Parameters) -> str:
    """Where the target comes from: of base, operator and value the text of the place that is nearest."""
    rows = [parameters.rows[name] for name in ("ratio_base", "ratio_operator", "ratio_value")]
    nearness = [one.code for one in chain(parameters.jurisdiction)]
    return min(rows, key=lambda row: nearness.index(row.jurisdiction)).source
