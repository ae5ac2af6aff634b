"""Where a new request goes: the compound's rules in order, the first that fits decides, and why is said."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clause:
    """What a rule says. Empty conditions ("" or None) hold for everything; ``hours`` is "", working or off.

    ``target`` is post (``post_id``), duty, desk or receiver (``receiver``, a body outside the firm).
    """

    position: int
    target: str
    category: str = ""
    place: str = ""
    building_id: int | None = None
    urgent: bool | None = None
    hours: str = ""
    post_id: int | None = None
    receiver: str = ""


@dataclass(frozen=True, slots=True)
class Rule(Clause):
    """A clause as it stands in a compound: its number, which stays, its version, and the firm it is bound to."""

    rule: int = 0
    version: int = 0
    company_id: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a request as it is filed. ``working`` says whether it is working time, ``company_id`` who serves."""

    category: str
    place: str
    building_id: int | None
    urgent: bool
    working: bool
    company_id: int | None


@dataclass(frozen=True, slots=True)
class Tried:
    """One rule that was looked at; ``failed`` names the first condition that did not hold, "" when it fits."""

    rule: Rule
    failed: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """``rule`` decides, or None: then the desk has it, as without rules. ``tried`` is every rule up to it, in order."""

    rule: Rule | None
    tried: tuple[Tried, ...]


def route(rules: Iterable[Rule], question: Question) -> Verdict:
    """Ask the rules in order of their positions."""
    tried: list[Tried] = []
    for rule in sorted(rules, key=lambda r: (r.position, r.rule)):
        failed = _failed(rule, question)
        tried.append(Tried(rule, failed))
        if not failed:
            return Verdict(rule, tuple(tried))
    return Verdict(None, tuple(tried))


def _failed(rule: Rule, question: Question) -> str:
    """The first condition that does not hold: category, place, building, urgent, hours or contract; "" when all do."""
    conditions = (
        ("category", rule.category in {"", question.category}),
        ("place", rule.place in {"", question.place}),
        ("building", rule.building_id in {None, question.building_id}),
        ("urgent", rule.urgent in {None, question.urgent}),
        ("hours", rule.hours == "" or (rule.hours == "working") == question.working),
        ("contract", rule.company_id in {None, question.company_id}),
    )
    return next((name for name, holds in conditions if not holds), "")
