"""From a case to the figures that the tests are about: who took part, with and without silent owners.

Civil Code Art. 278: abstentions took part, so they weigh against (P13). The Code is silent on invalid ballots: they took part
and do not approve unless the compound's rules say otherwise (P12).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from elections.rules.cases import Case
from elections.rules.measures import MEASURES, NONE, UNKNOWN, Figures, plus


@dataclass(frozen=True, slots=True)
class Count:
    """One count of a vote: the roll, who took part, who approved, and what each candidate got."""

    roll: Figures
    participating: Figures
    approving: Figures
    candidates: tuple[Figures, ...]


@dataclass(frozen=True, slots=True)
class Silence:
    """The count with silent owners. ``refused``: they cannot be allotted; then ``count`` is that of the votes cast."""

    count: Count
    reasons: tuple[str, ...]
    refused: bool = False


def taking_part(case: Case, *, invalid_counts: bool) -> Figures:
    """Who took part: as it was published or, measure by measure, the sum of the votes where for and against are both known."""
    return Figures(*(_taking_part(case, measure, invalid_counts=invalid_counts) for measure in MEASURES))


def _taking_part(case: Case, measure: str, *, invalid_counts: bool) -> int | None:
    published = case.participating.of(measure)
    if published is not None:
        return published
    named = ("abstain", "invalid") if invalid_counts else ("abstain",)
    return plus(
        *(case.cast.get(choice, UNKNOWN).of(measure) for choice in ("for", "against")),
        *(case.cast.get(choice, NONE).of(measure) for choice in named),
    )


def cast_count(case: Case, *, invalid_counts: bool) -> Count:
    """The count of the votes cast alone."""
    return Count(
        case.roll,
        taking_part(case, invalid_counts=invalid_counts),
        case.cast.get("for", UNKNOWN),
        tuple(one.votes for one in case.candidates),
    )


def without_invalid(count: Count, invalid: Figures) -> Count:
    """The same count had invalid ballots not taken part (P12: both are shown)."""
    left = (
        None if have is None or out is None else max(0, have - out)
        for have, out in ((count.participating.of(measure), invalid.of(measure)) for measure in MEASURES)
    )
    return Count(count.roll, Figures(*left), count.approving, count.candidates)


def with_silent(case: Case, count: Count, parameters: Mapping[str, Any] | Any) -> Silence:
    """Add silent owners as the compound's rules say (指导规则 Art. 26 (2); off by default, P10).

    ``participation``: a ballot delivered is taking part, so they are in both bases and approve of nothing. ``majority``: they
    also follow the majority of the votes cast. That is tallied first; where owners and area lead to different options, or to
    none, there is no majority and nothing is allotted (A6). In Zhejiang the majority must itself be more than half of all
    owners and of the whole area (浙江省物业管理条例 2009, Art. 10); else silent owners are not counted at all.
    """
    silent = case.silent
    if silent is None or silent.rule == "off":
        return Silence(count, ("silent_not_counted",) if silent is not None and silent.figures.voters else ())
    joined = _joined(count.participating, silent.figures)
    if silent.rule == "participation" or silent.figures == NONE:
        return Silence(Count(count.roll, joined, count.approving, count.candidates), ("silent_in_participation",))
    pretest = bool(parameters["silent_majority_of_all"])
    options = (
        [(votes, _rest(count.participating, votes)) for votes in count.candidates]
        if case.is_election
        else [tuple(_option(case, name) for name in ("for", "against", "abstain"))]
    )
    added: list[Figures] = []
    for one in options:
        leads = [_leading([option.of(measure) for option in one]) for measure in MEASURES]
        known = [lead for lead in leads if lead is not None]
        if -1 in known:
            return Silence(count, ("silent_no_majority",), refused=True)
        if len(set(known)) > 1:
            return Silence(count, ("silent_leads_apart",), refused=True)
        if len(known) < len(MEASURES):
            added.append(UNKNOWN)
            continue
        leader = one[known[0]]
        if pretest:
            passed = _more_than_half_of_all(leader, count.roll)
            if passed is None:
                added.append(UNKNOWN)
                continue
            if not passed:
                return Silence(count, ("silent_pretest_failed",))
        added.append(silent.figures if known[0] == 0 else NONE)
    approving = [_joined(votes, more) for votes, more in zip(_subjects(case, count), added, strict=True)]
    return Silence(
        Count(
            count.roll,
            joined,
            count.approving if case.is_election else approving[0],
            tuple(approving) if case.is_election else count.candidates,
        ),
        ("silent_follow_majority",) if UNKNOWN not in added else ("silent_majority_unknown",),
    )


def _subjects(case: Case, count: Count) -> tuple[Figures, ...]:
    return count.candidates if case.is_election else (count.approving,)


def _option(case: Case, name: str) -> Figures:
    return case.cast.get(name, NONE if name == "abstain" else UNKNOWN)


def _joined(one: Figures, other: Figures) -> Figures:
    return Figures(*(plus(one.of(measure), other.of(measure)) for measure in MEASURES))


def _rest(whole: Figures, part: Figures) -> Figures:
    """Everyone who took part and did not vote for a candidate."""
    return Figures(
        *(
            None if have is None or out is None else max(0, have - out)
            for have, out in ((whole.of(measure), part.of(measure)) for measure in MEASURES)
        )
    )


def _leading(figures: list[int | None]) -> int | None:
    """Which option has most: its place, -1 when several have, None when that is not known."""
    known = [figure for figure in figures if figure is not None]
    if len(known) < len(figures):
        return None
    most = max(known)
    return known.index(most) if known.count(most) == 1 else -1


def _more_than_half_of_all(leader: Figures, roll: Figures) -> bool | None:
    results = [
        None if have is None or of is None else 2 * have > of
        for have, of in ((leader.of(measure), roll.of(measure)) for measure in MEASURES)
    ]
    return False if False in results else None if None in results else True
