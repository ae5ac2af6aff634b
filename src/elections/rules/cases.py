"""What was published of one vote, read strictly: a case, or the first thing that is wrong with it.

Absent and null are alike: not known. Only abstentions and invalid ballots that are not named at all count as none, where votes
for and against are both given; otherwise nobody could leave them out of a line.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from elections.rules.matters import MATTERS
from elections.rules.measures import MAX_VOTERS, UNKNOWN, Figures, NotAnArea, parse_area

CHOICES = ("for", "against", "abstain", "invalid")
SILENT_RULES = ("off", "participation", "majority")
MAX_CANDIDATES = 500
MAX_SEATS = 99
MAX_NAME = 100
MAX_ID = 200
KNOWN = frozenset(
    ("id", "matter", "on", "jurisdiction", "roll", "cast", "participating", "silent", "seats", "candidates", "plan")
)
# What the compound's own rules may say in place of the jurisdiction's default, and the facts that some defaults ask for.
PLAN: dict[str, tuple[Any, ...]] = {
    "order_by": ("heads", "area", "heads_then_area"),
    "tie_remedy": ("area", "revote", "lot"),
    "too_few": ("further_round", "stands"),
    "alternates": (True, False),
    "alternates_cap": ("none", "half", "members"),
    "invalid_in_participation": (True, False),
    "ratio_base": ("candidates", "members", "members+alternates"),
    "ratio_operator": (">", ">="),
    "by_election": (True, False),
}
_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", re.ASCII)
_PERCENT = re.compile(r"(\d{1,3})(?:\.(\d{1,4}))?%?", re.ASCII)
_SHARE = re.compile(r"([1-9]\d?)/([1-9]\d?)", re.ASCII)


class Malformed(ValueError):
    """A line that is no case. ``code`` says why, ``where`` names the field (``cast.for.voters``)."""

    def __init__(self, code: str, where: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.where = where


@dataclass(frozen=True, slots=True)
class Printed:
    """A percentage as it was printed: 80.77 is 8077 in units of its 2 decimals."""

    value: int
    decimals: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """One candidate and the votes for them; ``party_member`` None where it is not known."""

    name: str
    votes: Figures
    party_member: bool | None = None


@dataclass(frozen=True, slots=True)
class Silent:
    """Owners to whom a ballot was delivered and who did not vote, and what the rules say of them (P10)."""

    rule: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Case:
    """One vote. ``cast`` has only the choices that were named; ``printed`` the percentages by the path of their figure."""

    id: Any
    matter: str
    on: date | None
    jurisdiction: str | None = None
    roll: Figures = UNKNOWN
    cast: Mapping[str, Figures] = field(default_factory=dict)
    participating: Figures = UNKNOWN
    silent: Silent | None = None
    seats: int | None = None
    candidates: tuple[Candidate, ...] = ()
    plan: Mapping[str, Any] = field(default_factory=dict)
    printed: Mapping[tuple[str, str], Printed] = field(default_factory=dict)
    unknown_fields: tuple[str, ...] = ()

    @property
    def is_election(self) -> bool:
        """Candidates are voted on one by one; otherwise a motion is."""
        return self.matter == "elect" and bool(self.candidates)


class _Reader:
    """Reads one case; keeps printed percentages and fields that are none of ours on the way."""

    def __init__(self) -> None:
        self.printed: dict[tuple[str, str], Printed] = {}
        self.unknown: list[str] = []

    def table(self, value: Any, where: str, known: frozenset[str] | tuple[str, ...]) -> dict[str, Any]:
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise Malformed("not_an_object", where)
        prefix = f"{where}." if where else ""
        self.unknown += [f"{prefix}{name}" for name in value if name not in known]
        return value

    def figures(self, value: Any, where: str, also: tuple[str, ...] = ()) -> Figures:
        given = self.table(value, where, ("voters", "area", "voters_pct", "area_pct", *also))
        for measure in ("voters", "area"):
            if given.get(f"{measure}_pct") is not None:
                self.printed[where, measure] = _percent(given[f"{measure}_pct"], f"{where}.{measure}_pct")
        return Figures(
            _whole(given.get("voters"), f"{where}.voters", most=MAX_VOTERS), _area(given.get("area"), f"{where}.area")
        )

    def candidates(self, value: Any) -> tuple[Candidate, ...]:
        if value is None:
            return ()
        if not isinstance(value, list):
            raise Malformed("not_a_list", "candidates")
        if len(value) > MAX_CANDIDATES:
            raise Malformed("too_many_candidates", "candidates")
        return tuple(self.candidate(one, f"candidates[{place}]") for place, one in enumerate(value))

    def candidate(self, value: Any, where: str) -> Candidate:
        if not isinstance(value, dict):
            raise Malformed("not_an_object", where)
        name = value.get("name")
        if not isinstance(name, str) or not name.strip() or len(name) > MAX_NAME:
            raise Malformed("name_missing", f"{where}.name")
        member = value.get("party_member")
        if member is not None and not isinstance(member, bool):
            raise Malformed("not_yes_or_no", f"{where}.party_member")
        return Candidate(name, self.figures(value, where, ("name", "party_member")), member)

    def silent(self, value: Any) -> Silent | None:
        if value is None:
            return None
        if not isinstance(value, dict):
            raise Malformed("not_an_object", "silent")
        rule = value.get("rule", "off")
        if not isinstance(rule, str) or rule not in SILENT_RULES:
            raise Malformed("unknown_silent_rule", "silent.rule")
        return Silent(rule, self.figures(value, "silent", ("rule",)))

    def plan(self, value: Any) -> dict[str, Any]:
        given = self.table(value, "plan", (*PLAN, "ratio_value", "households", "building_area"))
        found: dict[str, Any] = {}
        for name, one in given.items():
            where = f"plan.{name}"
            if one is None:
                continue
            if name == "ratio_value":
                share = _SHARE.fullmatch(one) if isinstance(one, str) else None
                if share is None or int(share[1]) > int(share[2]):
                    raise Malformed("not_a_share", where)
                found[name] = one
            elif name == "households":
                found[name] = _whole(one, where, most=MAX_VOTERS)
            elif name == "building_area":
                found[name] = _area(one, where)
            elif name in PLAN:
                # Booleans equal 0 and 1 in Python; here they do not.
                if not any(type(one) is type(choice) and one == choice for choice in PLAN[name]):
                    raise Malformed("unknown_choice", where)
                found[name] = one
        return found


def read_case(given: Any) -> Case:
    """A case out of what a line of JSON says (areas and other decimals as strings). Raises Malformed."""
    if not isinstance(given, dict):
        raise Malformed("not_an_object")
    reader = _Reader()
    reader.table(given, "", KNOWN)
    identity = given.get("id")
    if isinstance(identity, dict | list) or len(str(identity)) > MAX_ID:
        raise Malformed("bad_id", "id")
    matter = given.get("matter")
    if not isinstance(matter, str) or matter not in MATTERS:
        raise Malformed("unknown_matter" if matter is not None else "matter_missing", "matter")
    jurisdiction = given.get("jurisdiction")
    if jurisdiction is not None and not isinstance(jurisdiction, str):
        raise Malformed("not_a_text", "jurisdiction")
    cast = reader.table(given.get("cast"), "cast", CHOICES)
    seats = _whole(given.get("seats"), "seats", most=MAX_SEATS)
    if seats == 0:
        raise Malformed("out_of_range", "seats")
    if matter != "elect":
        # Only in an election does somebody stand, and for so many seats.
        reader.unknown += [name for name in ("seats", "candidates") if given.get(name) is not None]
    return Case(
        id=identity,
        matter=matter,
        on=_day(given.get("on")),
        jurisdiction=jurisdiction,
        roll=reader.figures(given.get("roll"), "roll"),
        cast={name: reader.figures(cast[name], f"cast.{name}") for name in CHOICES if name in cast},
        participating=reader.figures(given.get("participating"), "participating"),
        silent=reader.silent(given.get("silent")),
        seats=seats,
        candidates=reader.candidates(given.get("candidates")),
        plan=reader.plan(given.get("plan")),
        printed=reader.printed,
        unknown_fields=tuple(reader.unknown),
    )


def _whole(value: Any, where: str, *, most: int) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise Malformed("not_a_whole_number", where)
    if not 0 <= value <= most:
        raise Malformed("out_of_range", where)
    return value


def _area(value: Any, where: str) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Malformed("not_an_area", where)
    try:
        return parse_area(str(value))
    except NotAnArea as error:
        raise Malformed("not_an_area", where) from error


def _percent(value: Any, where: str) -> Printed:
    found = _PERCENT.fullmatch(str(value)) if isinstance(value, str | int) and not isinstance(value, bool) else None
    if found is None:
        raise Malformed("not_a_percentage", where)
    decimals = found[2] or ""
    return Printed(int(found[1] + decimals), len(decimals))


def _day(value: Any) -> date | None:
    """A day; of a month or a year alone, its first day: no rule of ours changes inside the month of a published case."""
    if value is None:
        return None
    found = _DATE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise Malformed("not_a_date", "on")
    try:
        return date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError as error:
        raise Malformed("not_a_date", "on") from error
