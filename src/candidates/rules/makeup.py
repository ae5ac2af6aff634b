"""Who must sit in a preparatory or re-election group (P32), checked with the article beside each finding.

指导规则 Art. 10: an odd number, owners at least half, the street or township chairs. Cities add a size, and seats for the
police, the community Party organisation and the developer (深圳 20).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from elections.rules.jurisdictions import Parameters

OWNER, STREET = "owner", "street"
SEATS = ("owner", "street", "party", "residents", "police", "developer", "other")
CHAIR_SOURCE = "指导规则（建房〔2009〕274号）第十条"
PREPARATORY, RE_ELECTION = "preparatory", "re_election"
KINDS = (PREPARATORY, RE_ELECTION)


@dataclass(frozen=True, slots=True)
class Seat:
    """One member: the seat, whether they chair, and whether the register has them as an owner (None: not asked)."""

    name: str
    seat: str
    chair: bool = False
    registered: bool | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What is not as it should be. ``have`` and ``need`` are numbers, or names of seats; ``binding``: a text of law says so."""

    code: str
    have: str
    need: str
    source: str
    binding: bool


def findings(members: Sequence[Seat], parameters: Parameters) -> tuple[Finding, ...]:
    """Everything that is wrong with a make-up, in the order of the law; nothing for a lawful one."""
    found: list[Finding] = []

    def say(code: str, have: Any, need: Any, *names: str, source: str = "") -> None:
        rows = [parameters.rows[name] for name in names]
        found.append(
            Finding(
                code, str(have), str(need), source or rows[0].source, not rows or any(r.standing == "law" for r in rows)
            )
        )

    count = len(members)
    least, most = parameters["group_least"], parameters["group_most"]
    if least is not None and count < least:
        say("too_few", count, least, "group_least")
    if most is not None and count > most:
        say("too_many", count, most, "group_most")
    if parameters["group_odd"] and count % 2 == 0:
        say("even", count, "", "group_odd")
    owners = sum(one.seat == OWNER for one in members)
    above, below = (int(part) for part in parameters["group_owner_share"].split("/"))
    if owners * below < above * count or not owners:
        say("owners_below_half", owners, -(-above * max(count, 1) // below), "group_owner_share")
    for code, have, need in _chair(members):
        say(code, have, need, source=CHAIR_SOURCE)
    for seat in _missing_seats(members, parameters):
        say("seat_missing", "", seat, "group_seats")
    for one in members:
        if one.seat == OWNER and one.registered is False:
            say("not_in_register", one.name, "", source=CHAIR_SOURCE)
    return tuple(found)


def _chair(members: Sequence[Seat]) -> list[tuple[str, str, str]]:
    """What is wrong with who chairs: the street or township does, alone."""
    chairs = [one for one in members if one.chair]
    if len(chairs) != 1:
        return [("no_chair" if not chairs else "two_chairs", str(len(chairs)), "1")]
    return [] if chairs[0].seat == STREET else [("chair_not_street", chairs[0].name, "")]


def _missing_seats(members: Sequence[Seat], parameters: Parameters) -> list[str]:
    present = {one.seat for one in members}
    return [seat for seat in parameters["group_seats"] if seat not in present]


def ends_on(formed_on: date, parameters: Parameters, *, extended: bool = False) -> date:
    """The last day by which the group has held the first meeting: 90 days from its formation (指导规则 15), once extended.

    Raises ValueError for an extension where no text allows one.
    """
    days: int = parameters["group_days"]
    if extended:
        more: int | None = parameters["group_extension_days"]
        if more is None:
            raise ValueError("no extension here")
        days += more
    return formed_on + timedelta(days=days)
