"""Ten thousand random votes, decided by the rules and by the second count: every test, shortfall and name must agree."""

import random
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from elections.rules.matters import MATTERS
from tests.elections.recount import recount
from tests.elections.votes import figure, names, record

MANY = 10_000


def square_metres(dice: random.Random, units: int) -> str:
    """The same area written as people write it: two to four decimals, or none."""
    text = f"{Decimal(units).scaleb(-4):f}"
    return text.rstrip("0").rstrip(".") if "." in text and dice.random() < 0.5 else text


def near(dice: random.Random, of: int) -> int:
    """A part of a whole, most often at or beside a bar."""
    if dice.random() < 0.3:
        return dice.randint(0, of)
    edge = of * dice.choice((1, 2, 3)) // dice.choice((2, 3, 4))
    return min(of, max(0, edge + dice.randint(-1, 2)))


def figures(dice: random.Random, voters: int, units: int, *, holes: float) -> dict[str, Any]:
    return figure(
        None if dice.random() < holes else voters, None if dice.random() < holes else square_metres(dice, units)
    )


def a_vote(dice: random.Random) -> dict[str, Any]:
    holes = dice.choice((0, 0, 0, 0.2))
    n = dice.choice((0, 1, 2, 3, 4, 6, 12, 24, 40, 41, 100, 999, 1000, 1500, 10_000))
    whole = dice.choice((n * 1_000_000, n * 887_654 + dice.randint(0, 10_000), dice.randint(0, 9) if n else 0))
    p, units = near(dice, n), near(dice, whole)
    case: dict[str, Any] = {
        "id": "r",
        "matter": dice.choice([*MATTERS, "elect", "elect", "elect"]),
        "on": dice.choice(("2024-01-01", "2024-01-01", "2021-01-01", "2020-12-31", "2013-10-23")),
        "roll": figures(dice, n, whole, holes=holes),
    }
    if case["matter"] == "elect" and dice.random() < 0.9:
        case["participating"] = figures(dice, p, units, holes=holes)
        case["seats"] = dice.choice((1, 3, 5, 5, 5, 7, 9, 11))
        level = near(dice, p)
        case["candidates"] = [
            {
                "name": f"{number}号",
                "voters": max(0, min(p, dice.choice((level, near(dice, p), level + dice.randint(-1, 2))))),
                "area": square_metres(dice, near(dice, units)),
            }
            for number in range(dice.randint(1, 14))
        ]
        return case
    left, area_left = p, units
    cast: dict[str, Any] = {}
    cast["for"] = figures(dice, f := near(dice, left), a := near(dice, area_left), holes=holes)
    left, area_left = left - f, area_left - a
    for name in ("abstain", "invalid"):
        if dice.random() < 0.5:
            voters, area = dice.randint(0, left), dice.randint(0, area_left)
            cast[name] = figures(dice, voters, area, holes=holes)
            left, area_left = left - voters, area_left - area
    if dice.random() > holes:
        cast["against"] = figures(dice, left, area_left, holes=holes)
    if dice.random() < 0.2:
        case["participating"] = figures(dice, p, units, holes=holes)
    case["cast"] = cast
    return case


def as_fractions(pair: dict[str, Any]) -> dict[str, Any]:
    return {m: None if pair[m]["short_by"] is None else Fraction(pair[m]["short_by"]) for m in ("voters", "area")}


@pytest.mark.parametrize("seed", range(10))
def test_ten_thousand_votes_are_decided_alike(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311  votes to test with
    outcomes: Counter[str] = Counter()
    for _ in range(MANY // 10):
        case = a_vote(dice)
        expected, found = recount(case), record(case)
        outcomes[found["outcome"]] += 1
        assert found["outcome"] == expected["outcome"], case
        assert {m: found["participation"][m]["met"] for m in ("voters", "area")} == expected["quorum"], case
        assert as_fractions(found["participation"]) == expected["quorum_short"], case
        if "elected" in found:
            assert sorted(names(found["elected"])) == sorted(expected["elected"]), case
            if found["outcome"] != "refused":
                assert sorted(names(found["alternates"])) == sorted(expected["alternates"]), case
        elif found["outcome"] != "refused":
            assert {m: found["approval"][m]["met"] for m in ("voters", "area")} == expected["approval"], case
            assert as_fractions(found["approval"]) == expected["approval_short"], case
    # Every outcome occurs, so that none is agreed on by never being asked.
    assert set(outcomes) == {"passed", "failed", "no_quorum", "undetermined", "refused"}
    assert min(outcomes.values()) >= 20
