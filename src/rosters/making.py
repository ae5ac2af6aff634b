"""Rosters made and mended: the rotation always, the solver where it is installed, the better of both by the one checker."""

import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from rosters.rules.cases import Case, Duty
from rosters.rules.checking import Finding, check
from rosters.rules.fairness import Fairness, measure
from rosters.rules.rotation import mend as mend_by_rotation
from rosters.rules.rotation import rotate
from rosters.solving import Reply, Solver

STOP: Final = 10.0  # seconds after which a month is as good as it is
STOP_MENDING: Final = 3.0
ROTATION, SOLVER = "rotation", "solver"


@dataclass(frozen=True, slots=True)
class Made:
    """A month, judged. ``by`` whom; ``open`` duties nobody has.

    ``proved``: there is no better one; ``missing_proved``: none leaves fewer open; ``gap``: by how much of its score a better one
    could be better at most, None where nobody knows. ``first``: seconds until the solver's first roster.
    """

    duties: tuple[Duty, ...]
    findings: tuple[Finding, ...]
    fairness: Fairness
    by: str
    proved: bool = False
    missing_proved: bool = False
    gap: float | None = None
    first: float | None = None

    @property
    def open(self) -> int:
        """How many turns of duty nobody has."""
        return open_of(self.findings)

    @property
    def outcome(self) -> str:
        """``complete``, ``short`` (shifts are open) or ``against_rules`` (something else stands against it)."""
        against = {one.code for one in self.findings if one.hard}
        return "complete" if not against else "short" if against == {"short"} else "against_rules"


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """One place in a roster that is another's now; ``before`` or ``after`` empty where nobody was or is."""

    day: date
    post: str
    turn: str
    before: str
    after: str


def open_of(findings: Iterable[Finding]) -> int:
    """How many turns of duty findings say to be open."""
    return int(sum((one.of or 0) - (one.have or 0) for one in findings if one.code == "short"))


def make(case: Case, solver: Solver | None = None, *, seconds: float = STOP) -> Made:
    """A month. Without a solver, or when it finds nothing better in its time, by rotation."""
    began = time.monotonic()
    if solver is not None:
        solver.start()
    plain = _made(case, rotate(case), ROTATION)
    if solver is None:
        return plain
    reply = solver.make(case, hint=plain.duties, seconds=seconds - (time.monotonic() - began))
    if reply is None:
        return plain
    made = _made(case, reply.duties, SOLVER, reply)
    return made if _cost(made) <= _cost(plain) else plain


def mend(
    case: Case,
    roster: Sequence[Duty],
    *,
    since: date,
    fixed: Sequence[Duty] = (),
    solver: Solver | None = None,
    seconds: float = STOP_MENDING,
) -> Made:
    """A roster of a case with more leave, with few changes; no day before ``since`` and nothing ``fixed`` is touched."""
    plain = _made(case, mend_by_rotation(case, roster, since=since, fixed=fixed), ROTATION)
    if not plain.open and len(changes(roster, plain.duties)) == len(_impossible(case, roster, since, fixed)):
        return replace(plain, proved=True, missing_proved=True)  # each of them had to change, and nothing else did
    if solver is None:
        return plain
    kept = [one for one in roster if one.day < since or one in fixed]
    reply = solver.mend(case, roster=roster, fixed=kept, since=since, hint=plain.duties, seconds=seconds)
    if reply is None:
        return plain
    made = _made(case, reply.duties, SOLVER, reply)

    def cost(one: Made) -> tuple[int, int, int]:
        return *_cost(one)[:2], len(changes(roster, one.duties))

    return made if cost(made) <= cost(plain) else plain


def _impossible(case: Case, roster: Iterable[Duty], since: date, fixed: Collection[Duty]) -> list[Duty]:
    """What of a roster cannot stay, by who may be there at all."""
    return [
        one
        for one in roster
        if one.day >= since
        and one not in fixed
        and not (
            (one.post, one.turn) in case.turn
            and one.person in case.person
            and case.person[one.person].may(case.post[one.post], one.day)
        )
    ]


def changes(before: Iterable[Duty], after: Iterable[Duty]) -> list[Change]:
    """What is another's now, place by place; where several change on one shift, in the order of names."""
    old, new = set(before), set(after)
    places = sorted({(one.day, one.post, one.turn) for one in old ^ new})
    found: list[Change] = []
    for place in places:
        gone = sorted(one.person for one in old - new if (one.day, one.post, one.turn) == place)
        come = sorted(one.person for one in new - old if (one.day, one.post, one.turn) == place)
        length = max(len(gone), len(come))
        padded = zip(gone + [""] * (length - len(gone)), come + [""] * (length - len(come)), strict=True)
        found += [Change(*place, was, now) for was, now in padded]
    return found


def _made(case: Case, duties: Sequence[Duty], by: str, reply: Reply | None = None) -> Made:
    findings, fairness = tuple(check(case, duties)), measure(case, duties)
    if reply is None:
        return Made(tuple(duties), findings, fairness, by)
    known = reply.missing_proved and reply.bound is not None
    gap = max(0.0, 1 - (reply.bound or 0) / fairness.score) if known and fairness.score else 0.0 if known else None
    return Made(
        tuple(duties),
        findings,
        fairness,
        by,
        reply.proved,
        reply.missing_proved,
        0.0 if reply.proved else gap,
        reply.first,
    )


def _cost(made: Made) -> tuple[int, int, int]:
    """Whatever the checker has against it other than open shifts weighs most: no solver is believed."""
    against = sum(one.hard and one.code != "short" for one in made.findings)
    return against, made.open, made.fairness.score
