"""Votes to decide in tests: written as the calculator's lines have them."""

from typing import Any

from elections.records import answer
from elections.rules.cases import read_case
from elections.rules.deciding import decide
from elections.rules.verdicts import Verdict

ON = "2024-05-01"


def given(matter: str = "other", **fields: Any) -> dict[str, Any]:
    """A case on a day under the Civil Code."""
    return {"id": "t", "matter": matter, "on": ON, **fields}


def figure(voters: int | None = None, area: str | None = None) -> dict[str, Any]:
    """Owners and area; what is None is left out."""
    return {name: value for name, value in (("voters", voters), ("area", area)) if value is not None}


def motion(n: int, p: int, f: int, matter: str = "other", **fields: Any) -> dict[str, Any]:
    """A motion with 100 square metres an owner: n on the roll, p took part, f for it, the rest against."""
    return given(
        matter,
        roll=figure(n, f"{n * 100}"),
        cast={"for": figure(f, f"{f * 100}"), "against": figure(p - f, f"{(p - f) * 100}")},
        **fields,
    )


def election(
    n: int, p: int, votes: list[tuple[str, int, str]], seats: int | None = None, **fields: Any
) -> dict[str, Any]:
    """An election with 100 square metres an owner; candidates as (name, voters, area)."""
    told = {"seats": seats} if seats is not None else {}
    return given(
        "elect",
        roll=figure(n, f"{n * 100}"),
        participating=figure(p, f"{p * 100}"),
        candidates=[{"name": name, **figure(voters, area)} for name, voters, area in votes],
        **told,
        **fields,
    )


def verdict(case: dict[str, Any]) -> Verdict:
    """The verdict as data."""
    return decide(read_case(case))


def record(case: dict[str, Any]) -> dict[str, Any]:
    """The verdict as the calculator prints it."""
    found, good = answer(case)
    assert good, found
    return found


def names(standings: list[dict[str, Any]]) -> list[str]:
    """Of elected or alternates."""
    return [one["name"] for one in standings]
