"""When a counted result may stand: ties that stop it, committees that are too small. Works on verdicts as JSON has them."""

from collections.abc import Mapping, Sequence
from typing import Any

from elections.rules.committees import can_act
from elections.rules.jurisdictions import Parameters

REMEDIES = ("revote", "lot", "area")


def tie_of(verdict: Mapping[str, Any], settled: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The tie that still stops a result: who, for how many places, the place's remedy; None when there is none."""
    tied = verdict.get("tied")
    return None if not tied or settled else dict(tied)


def settle_by_area(tied: Mapping[str, Any], areas: Mapping[str, int]) -> list[str] | None:
    """Who of the tied has the more area, in order; None where area does not part them either."""
    ranked = sorted(tied["names"], key=lambda name: -areas[name])
    places = int(tied["places"])
    if places < len(ranked) and areas[ranked[places - 1]] == areas[ranked[places]]:
        return None
    return ranked[:places]


def with_tie_settled(verdict: Mapping[str, Any], chosen: Sequence[str]) -> dict[str, Any]:
    """Elected and alternates once a tie is settled: the chosen come after those who were certain, the others stand by first."""
    tied = verdict["tied"]["names"]
    passed = {one["name"]: one for one in _standings(verdict)}
    elected = [*verdict.get("elected", ()), *(passed[name] for name in chosen)]
    names = {one["name"] for one in elected}
    behind = [passed[name] for name in tied if name not in names]
    others = [one for one in verdict.get("alternates", ()) if one["name"] not in names and one["name"] not in tied]
    alternates = [*behind, *others] if verdict.get("alternates") or behind else []
    return {"elected": elected, "alternates": alternates}


def _standings(verdict: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each candidate who passed, as ``elected`` names one: {name, voters, area}."""
    return [
        {"name": one["name"], "voters": one["voters"]["have"], "area": one["area"]["have"]}
        for one in verdict["approval"]["candidates"]
        if one["voters"]["met"] and one["area"]["met"]
    ]


def committee_stands(elected: int, planned: int, parameters: Parameters, *, least: int) -> str:
    """What a number of elected comes to (P27): full, stands, further_round."""
    if elected >= planned:
        return "full"
    if parameters["too_few"] == "stands" and can_act(elected, planned, parameters, least=least):
        return "stands"
    return "further_round"
