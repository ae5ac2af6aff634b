"""One case to one verdict: four separate tests, each candidate, the silent ones apart.

A test whose figures are missing is open, and the outcome with it, unless another test already decides: participation that is
not reached by owners or by area blocks the opening of the boxes; approval that is not reached on either fails the motion. A
failed motion decides nothing, least of all its opposite (A1).
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from elections.rules import candidates, committees, ratios
from elections.rules.bars import Pair, Test
from elections.rules.cases import Case
from elections.rules.contradictions import contradictions, more_votes_than_seats
from elections.rules.counting import Count, cast_count, with_silent, without_invalid
from elections.rules.jurisdictions import NATIONAL, Parameters, find, parameters
from elections.rules.matters import MATTERS
from elections.rules.measures import MEASURES, NONE
from elections.rules.rule_sets import CIVIL_CODE_FROM, RULE_SETS, RuleSet
from elections.rules.verdicts import Ratio, Slate, Standing, Tally, Verdict


class Settled(Mapping[str, Any]):
    """The parameters of a case: the compound's own rules (``plan``) before those of the place and day."""

    def __init__(self, place: Parameters, plan: Mapping[str, Any]) -> None:
        self.place = place
        self.plan = plan

    def __getitem__(self, name: str) -> Any:
        return self.plan[name] if name in self.plan else self.place[name]

    def __iter__(self) -> Any:
        return iter({*self.place.rows, *self.plan})

    def __len__(self) -> int:
        return len({*self.place.rows, *self.plan})


def decide(case: Case) -> Verdict:
    """The verdict of a case. Never raises for a case that was read."""
    on = case.on or CIVIL_CODE_FROM
    reasons: list[str] = []
    settled = Settled(_place(case, on, reasons), case.plan)
    # P1 by the day of the decision alone: an own rule book may still print the old test, but cannot bring it back.
    rule_set = RULE_SETS[settled.place["rule_set"]]
    if case.on is None:
        reasons.append("day_not_given")
    invalid_counts: bool = settled["invalid_in_participation"]
    cast = cast_count(case, invalid_counts=invalid_counts)
    silence = with_silent(case, cast, settled)
    without = None
    if case.silent is not None and case.silent.rule != "off":
        without = _tally(case, cast, rule_set, settled)
    if case.roll.voters == 0 or case.roll.area == 0:
        tally = _refused(_tally(case, cast, rule_set, settled), "empty_roll")
    elif silence.refused:
        tally = _refused(_tally(case, cast, rule_set, settled), *silence.reasons)
    else:
        tally = _tally(case, silence.count, rule_set, settled)
        reasons += silence.reasons
    found = contradictions(case, rule_set, invalid_counts=invalid_counts)
    if found:
        reasons.append("figures_contradict")
    invalid = case.cast.get("invalid", NONE)
    facts: dict[str, Any] = {
        "on": case.on, "jurisdiction": settled.place.jurisdiction, "seats": case.seats,
        "least": _least(case, settled), "silent": case.silent.figures if case.silent else NONE,
        "participating": silence.count.participating,
    }  # fmt: skip
    if invalid_counts and tally.outcome != "refused" and invalid.voters not in {0, None}:
        facts["without_invalid"] = _tally(case, without_invalid(silence.count, invalid), rule_set, settled).outcome
        if facts["without_invalid"] != tally.outcome:
            reasons.append("invalid_ballots_decide")
    if more_votes_than_seats(case, invalid_counts=invalid_counts):
        reasons.append("more_votes_than_seats")
    share = _ratio(case, tally, settled)
    reasons += _slate_reasons(case, settled, share)
    if case.unknown_fields:
        reasons.append("fields_ignored")
    return Verdict(
        id=case.id,
        matter=MATTERS[case.matter],
        rule_set=rule_set,
        tally=tally,
        without_silent=without,
        ratio=share,
        inconsistencies=found,
        reasons=(*tally.reasons, *reasons),
        facts=facts,
    )


def _place(case: Case, on: date, reasons: list[str]) -> Parameters:
    if case.jurisdiction is None:
        return parameters(NATIONAL, on)
    found = find(case.jurisdiction)
    if found is None:
        reasons.append("jurisdiction_unknown")
    return parameters(found.code if found else NATIONAL, on)


def _tally(case: Case, count: Count, rule_set: RuleSet, settled: Settled) -> Tally:
    participation = Pair(
        *(Test(m, count.participating.of(m), count.roll.of(m), rule_set.participation) for m in MEASURES)
    )
    base = count.participating if rule_set.base == "participating" else count.roll
    bar = rule_set.approval(case.matter)

    def approval(votes: Any) -> Pair:
        return Pair(*(Test(m, votes.of(m), base.of(m), bar) for m in MEASURES))

    if not case.is_election:
        tests = approval(count.approving)
        outcome = outcome_of(participation, tests)
        return Tally(outcome, participation, tests, None, _motion_reasons(outcome, participation, tests))
    standings = tuple(
        Standing(one.name, approval(votes), one.party_member)
        for one, votes in zip(case.candidates, count.candidates, strict=True)
    )
    return _election(case, participation, standings, settled)


def outcome_of(participation: Pair, approval: Pair) -> str:
    """What the four tests together say."""
    if participation.met is False:
        return "no_quorum"
    if approval.met is False:
        return "failed"
    return "passed" if participation.met and approval.met else "undetermined"


def _election(case: Case, participation: Pair, standings: tuple[Standing, ...], settled: Settled) -> Tally:
    order_by, remedy = settled["order_by"], settled["tie_remedy"]
    seating = candidates.seat(standings, seats=case.seats, order_by=order_by, remedy=remedy)
    others = [one for one in standings if one.tests.met is not True]
    shown = (*seating.passing, *candidates.by_votes(others, order_by))
    quorum = _quorum_reasons(participation)
    if participation.met is False:
        return Tally("no_quorum", participation, None, Slate(shown), quorum)
    if all(one.tests.met is False for one in standings):
        return Tally(
            "failed", participation, None, Slate(shown), (*quorum, "nobody_reached_the_bar", "decides_nothing")
        )
    if participation.met is None:
        # Nobody is elected for certain while nobody knows whether the boxes may be opened.
        return Tally("undetermined", participation, None, Slate(shown), quorum)
    if not seating.settled:
        why = (
            ("tie_at_last_seat", f"remedy_{seating.tied.remedy}")
            if seating.tied is not None
            else ("candidates_unknown",)
        )
        return Tally("undetermined", participation, None, Slate(shown, seating.elected, (), seating.tied), why)
    outcome, reasons = _filled(case, len(seating.elected), settled)
    slate = Slate(shown, seating.elected, _alternates(case, seating, settled))
    if slate.alternates and len({one.rank for one in slate.alternates}) < len(slate.alternates):
        reasons = (*reasons, "alternates_equal")
    return Tally(outcome, participation, None, slate, reasons)


def _filled(case: Case, elected: int, settled: Settled) -> tuple[str, tuple[str, ...]]:
    """Whether those elected make a committee (P20, P27), and what else there is to say of their number."""
    by_election = case.plan.get("by_election", False)
    if case.seats is None:
        return "passed", ("seats_not_given",)
    least = _least(case, settled)
    flags = () if by_election else committees.seat_problems(case.seats, settled.place, least=least)
    if elected == case.seats:
        return "passed", flags
    further = ("further_round",) if settled["too_few"] == "further_round" else ()
    if by_election or committees.can_act(elected, case.seats, settled.place, least=least):
        even = ("elected_even",) if not by_election and settled["seats_odd"] and elected % 2 == 0 else ()
        return "passed", ("too_few_elected", "committee_stands", *even, *further, *flags)
    return "failed", ("too_few_elected", "no_committee", *further, *flags)


def _least(case: Case, settled: Settled) -> int:
    """The legal minimum. Where households are not told, the roll's owners stand for them: nobody owns less than one."""
    return committees.least_members(
        settled.place,
        households=case.plan.get("households", case.roll.voters),
        building_area=case.plan.get("building_area", case.roll.area),
    )


def _alternates(case: Case, seating: candidates.Seating, settled: Settled) -> tuple[Standing, ...]:
    """Who stands by (P28): in Hangzhou only where there were more candidates than seats (Art. 28)."""
    if not settled["alternates"] or case.seats is None:
        return ()
    if settled["alternates_only_with_choice"] and len(case.candidates) <= case.seats:
        return ()
    cap = {"none": None, "half": case.seats // 2, "members": case.seats}[settled["alternates_cap"]]
    return candidates.stand_by(seating.passing, seating.elected, cap=cap, order_by=settled["order_by"])


def _ratio(case: Case, tally: Tally, settled: Settled) -> Ratio | None:
    flags = [one.party_member for one in case.candidates]
    if tally.slate is None or all(flag is None for flag in flags):
        return None
    base, operator, share = settled["ratio_base"], settled["ratio_operator"], share_of(settled["ratio_value"])
    if base == "candidates":
        return ratios.ratio(base, flags, operator=operator, share=share)
    counted = tally.slate.elected + (tally.slate.alternates if base == "members+alternates" else ())
    return ratios.ratio(
        base, [one.party_member for one in counted], operator=operator, share=share,
        final=tally.outcome in {"passed", "failed"},
    )  # fmt: skip


def _slate_reasons(case: Case, settled: Settled, share: Ratio | None) -> list[str]:
    """What is worth a warning about the slate: the ratio (it never changes the result) and no choice between candidates."""
    if share is None:
        found = []
    else:
        can = ratios.slate_can_reach(
            [one.party_member for one in case.candidates],
            seats=case.seats, base=share.base, operator=share.operator, share=share.share,
        )  # fmt: skip
        found = {True: [], False: ["slate_cannot_reach_ratio"], None: ["slate_ratio_unknown"]}[can]
        found += ["ratio_not_met"] if share.met is False else []
    if (
        case.is_election
        and case.seats is not None
        and len(case.candidates) - case.seats < settled["differential_least"]
    ):
        found.append("no_choice")
    return found


def share_of(text: str) -> tuple[int, int]:
    """'1/2' as (1, 2)."""
    part, whole = text.split("/")
    return int(part), int(whole)


def _refused(tally: Tally, *reasons: str) -> Tally:
    slate = Slate(tally.slate.candidates) if tally.slate is not None else None
    return Tally("refused", tally.participation, tally.approval, slate, reasons)


def _quorum_reasons(participation: Pair) -> tuple[str, ...]:
    found = [f"participation_{one.measure}_short" for one in participation.both if one.met is False]
    found += [f"participation_{one.measure}_unknown" for one in participation.both if one.met is None]
    if participation.met is False:
        found += ["split_quorum"] if participation.split else []
        found.append("decides_nothing")
    return tuple(found)


def _motion_reasons(outcome: str, participation: Pair, approval: Pair) -> tuple[str, ...]:
    if outcome == "no_quorum":
        return _quorum_reasons(participation)
    found = [*_quorum_reasons(participation)]
    found += [f"approval_{one.measure}_short" for one in approval.both if one.met is False]
    found += [f"approval_{one.measure}_unknown" for one in approval.both if one.met is None]
    if approval.met is False:
        found += ["split_approval"] if approval.split else []
        found.append("decides_nothing")
    return tuple(found)
