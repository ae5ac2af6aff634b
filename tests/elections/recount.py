"""A second count, written from the words of the law document alone. Shares nothing with ``elections``: its own arithmetic on
fractions of square metres, its own way of finding who is certain."""

from fractions import Fraction
from typing import Any

HALF_MATTERS = {"rules", "covenant", "elect", "hire_firm", "dismiss_firm", "use_fund", "other"}


def area(value: Any) -> Fraction | None:
    return None if value is None else Fraction(value)


def heads(value: Any) -> Fraction | None:
    return None if value is None else Fraction(value)


def pick(figures: dict[str, Any] | None, measure: str) -> Fraction | None:
    if figures is None:
        return None
    found = (heads if measure == "voters" else area)(figures.get(measure))
    if found is None and measure == "area" and figures.get("voters") == 0:
        return Fraction(0)
    return found


def reached(have: Fraction | None, of: Fraction | None, bar: str) -> bool | None:
    """A1: 以上 includes the number, 过半数 does not. Nobody never decides."""
    if have is None or of is None:
        return None
    if have == 0:
        return False
    if bar == "1/2":
        return have > of / 2
    return have >= of * Fraction(bar)


def short(have: Fraction | None, of: Fraction | None, bar: str, step: Fraction) -> Fraction | None:
    """The least multiple of a step that would have been enough, less what there is: found by looking, not by a formula."""
    if have is None or of is None:
        return None
    if reached(have, of, bar):
        return Fraction(0)
    guess = (of * Fraction(bar) // step) * step
    while not reached(guess, of, bar):
        guess += step
    return guess - have


def both(values: list[bool | None]) -> bool | None:
    return False if False in values else None if None in values else True


def recount(case: dict[str, Any]) -> dict[str, Any]:
    """Outcome, the tests' results and shortfalls, and who is elected, of a case without silent owners."""
    code = case["on"] >= "2021-01-01"
    cast = case.get("cast") or {}
    whole, part, yes = {}, {}, {}
    for measure in ("voters", "area"):
        whole[measure] = pick(case.get("roll"), measure)
        part[measure] = pick(case.get("participating"), measure)
        if part[measure] is None:
            sums = [pick(cast.get(name), measure) if name in cast else None for name in ("for", "against")]
            sums += [pick(cast[name], measure) for name in ("abstain", "invalid") if name in cast]
            known = [one for one in sums if one is not None]
            part[measure] = sum(known, Fraction(0)) if len(known) == len(sums) else None
        yes[measure] = pick(cast.get("for"), measure)
    quorum_bar = "2/3" if code else "1/2"
    if code:
        bar = "1/2" if case["matter"] in HALF_MATTERS else "3/4"
    else:
        bar = "2/3" if case["matter"] in {"use_fund", "raise_fund", "rebuild"} else "1/2"
    base = part if code else whole
    steps = {"voters": Fraction(1), "area": Fraction(1, 10_000)}
    quorum = {m: reached(part[m], whole[m], quorum_bar) for m in whole}
    found: dict[str, Any] = {
        "quorum": quorum,
        "quorum_short": {m: short(part[m], whole[m], quorum_bar, steps[m]) for m in whole},
    }
    if whole["voters"] == 0 or whole["area"] == 0:
        return {**found, "outcome": "refused", "elected": []}
    if case["matter"] == "elect" and case.get("candidates"):
        return found | _elect(case, base, bar, both(list(quorum.values())))
    approval = {m: reached(yes[m], base[m], bar) for m in whole}
    found |= {"approval": approval, "approval_short": {m: short(yes[m], base[m], bar, steps[m]) for m in whole}}
    if both(list(quorum.values())) is False:
        outcome = "no_quorum"
    elif both(list(approval.values())) is False:
        outcome = "failed"
    elif None in (*quorum.values(), *approval.values()):
        outcome = "undetermined"
    else:
        outcome = "passed"
    return {**found, "outcome": outcome}


def _elect(case: dict[str, Any], base: dict[str, Any], bar: str, quorum: bool | None) -> dict[str, Any]:
    """National defaults: heads order, no area behind it, all who are left stand by (figures of candidates complete)."""
    passing = []
    for one in case["candidates"]:
        results = [reached(pick(one, m), base[m], bar) for m in base]
        assert None not in results or quorum is not True
        if both(results):
            passing.append((one["voters"], one["name"]))
    if quorum is False:
        return {"outcome": "no_quorum", "elected": [], "alternates": []}
    anyone = any(both([reached(pick(one, m), base[m], bar) for m in base]) is not False for one in case["candidates"])
    if not anyone:
        return {"outcome": "failed", "elected": [], "alternates": []}
    if quorum is None:
        return {"outcome": "undetermined", "elected": [], "alternates": []}
    seats = case["seats"]
    passing.sort(key=lambda one: -one[0])
    if len(passing) > seats and passing[seats - 1][0] == passing[seats][0]:
        tied = passing[seats][0]
        return {"outcome": "undetermined", "elected": [n for v, n in passing if v > tied], "alternates": []}
    elected, rest = passing[:seats], passing[seats:]
    outcome = "failed" if len(elected) < seats and not (len(elected) >= 5 and 2 * len(elected) >= seats) else "passed"
    return {"outcome": outcome, "elected": [n for _, n in elected], "alternates": [n for _, n in rest]}
