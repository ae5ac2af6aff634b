"""What a decision is made of, as data: outcome, tests, who is elected, and reason codes. Words are elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from elections.rules.bars import Pair
from elections.rules.matters import Matter
from elections.rules.rule_sets import RuleSet

OUTCOMES = ("passed", "failed", "no_quorum", "undetermined", "refused")


@dataclass(frozen=True, slots=True)
class Standing:
    """One candidate after the count. ``rank`` is shared by equals; None where the bar was not met or is not known."""

    name: str
    tests: Pair
    party_member: bool | None = None
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class Tied:
    """Who is equal at the last of so many places, and what the rules offer (P26): area, revote or lot, never a choice of ours."""

    names: tuple[str, ...]
    places: int
    remedy: str


@dataclass(frozen=True, slots=True)
class Slate:
    """What candidates together became. ``elected`` are those who are certain, in order."""

    candidates: tuple[Standing, ...]
    elected: tuple[Standing, ...] = ()
    alternates: tuple[Standing, ...] = ()
    tied: Tied | None = None


@dataclass(frozen=True, slots=True)
class Ratio:
    """Party members, ``have`` of ``of``, in a base (P30): a report that never changes a result."""

    base: str
    have: int
    of: int
    met: bool | None
    operator: str
    share: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Inconsistency:
    """Two figures that cannot both be true: ``have`` against ``of``, as they were given. ``where`` names the first."""

    code: str
    where: str
    measure: str = ""
    have: int | str | None = None
    of: int | str | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """One count: the tests, what follows, and who is elected where candidates stood."""

    outcome: str
    participation: Pair
    approval: Pair | None
    slate: Slate | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The whole answer. ``without_silent`` is the count of the votes cast alone, where silent ones were to be added."""

    id: Any
    matter: Matter
    rule_set: RuleSet
    tally: Tally
    without_silent: Tally | None
    ratio: Ratio | None
    inconsistencies: tuple[Inconsistency, ...]
    reasons: tuple[str, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def outcome(self) -> str:
        """One of OUTCOMES."""
        return self.tally.outcome
