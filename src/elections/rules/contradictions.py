"""Figures that cannot all be true, found and listed, never repaired (A12: the common faults of published announcements)."""

from collections.abc import Iterator

from elections.rules.cases import CHOICES, Case, Printed
from elections.rules.counting import taking_part
from elections.rules.measures import MEASURES, NONE, UNKNOWN, hundredths, shown
from elections.rules.rule_sets import RuleSet
from elections.rules.verdicts import Inconsistency


def contradictions(case: Case, rule_set: RuleSet, *, invalid_counts: bool) -> tuple[Inconsistency, ...]:
    """Every contradiction in a case: parts above the whole, sums that do not add up, percentages on the wrong base."""
    found: list[Inconsistency] = []
    took_part = taking_part(case, invalid_counts=invalid_counts)
    for measure in MEASURES:
        found += _parts(case, measure, invalid_counts=invalid_counts)
        found += _silent(case, measure, took_part.of(measure))
        found += _votes(case, measure, took_part.of(measure))
    found += _nobody(case)
    found += _slate(case)
    found += _percentages(case, rule_set, invalid_counts=invalid_counts)
    return tuple(found)


def _told(code: str, where: str, measure: str, have: int, of: int) -> Inconsistency:
    return Inconsistency(code, where, measure, shown(measure, have), shown(measure, of))


def _parts(case: Case, measure: str, *, invalid_counts: bool) -> Iterator[Inconsistency]:
    """The votes against those who took part, and these against the roll."""
    roll, published = case.roll.of(measure), case.participating.of(measure)
    named = [name for name in CHOICES if invalid_counts or name != "invalid"]
    parts = {name: case.cast[name].of(measure) for name in named if name in case.cast}
    known = sum(figure for figure in parts.values() if figure is not None)
    if published is None:
        if roll is not None and known > roll:
            yield _told("parts_above_roll", "cast", measure, known, roll)
        return
    if roll is not None and published > roll:
        yield _told("participating_above_roll", "participating", measure, published, roll)
    if known > published:
        yield _told("parts_above_participating", "cast", measure, known, published)
    # Where abstentions were left out, they may be the difference. Where all three choices are given, nothing is.
    elif known < published and {"for", "against", "abstain"} <= parts.keys() and None not in parts.values():
        yield _told("parts_do_not_add_up", "cast", measure, known, published)


def _silent(case: Case, measure: str, took_part: int | None) -> Iterator[Inconsistency]:
    """Silent owners and those who voted, against the roll."""
    roll = case.roll.of(measure)
    silent = case.silent.figures.of(measure) if case.silent is not None else None
    if silent and roll is not None and took_part is not None and took_part <= roll < took_part + silent:
        yield _told("silent_above_roll", "silent", measure, took_part + silent, roll)


def _votes(case: Case, measure: str, took_part: int | None) -> Iterator[Inconsistency]:
    """Candidates' votes against those who took part, each and all together."""
    roll = case.roll.of(measure)
    most, code = (took_part, "participating") if took_part is not None else (roll, "roll")
    if most is None:
        return
    for place, one in enumerate(case.candidates):
        votes = one.votes.of(measure)
        if votes is not None and votes > most:
            yield _told(f"candidate_above_{code}", f"candidates[{place}]", measure, votes, most)


def more_votes_than_seats(case: Case, *, invalid_counts: bool) -> bool:
    """Whether candidates got more votes than everyone could cast by naming as many as there are seats.

    No contradiction where rules let a ballot approve of more; where they do not, ballots were counted that were invalid (A5).
    """
    took_part = taking_part(case, invalid_counts=invalid_counts)
    return case.seats is not None and any(
        most is not None and sum(one.votes.of(measure) or 0 for one in case.candidates) > case.seats * most
        for measure, most in ((measure, took_part.of(measure)) for measure in MEASURES)
    )


def _nobody(case: Case) -> Iterator[Inconsistency]:
    """Area without owners: somebody owns every square metre."""
    figures = {"roll": case.roll, "participating": case.participating}
    figures |= {f"cast.{name}": one for name, one in case.cast.items()}
    figures |= {f"candidates[{place}]": one.votes for place, one in enumerate(case.candidates)}
    for where, one in figures.items():
        if one.voters == 0 and one.area:
            yield _told("area_without_owners", where, "area", one.area, 0)


def _slate(case: Case) -> Iterator[Inconsistency]:
    names = [one.name for one in case.candidates]
    for name in sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else ():
        yield Inconsistency("same_name_twice", f"candidates[{names.index(name)}]", have=name)


def _percentages(case: Case, rule_set: RuleSet, *, invalid_counts: bool) -> Iterator[Inconsistency]:
    """A printed percentage against its base: participants (or all, before 2021) for votes, the roll for participation."""
    took_part = taking_part(case, invalid_counts=invalid_counts)
    for (where, measure), printed in case.printed.items():
        roll, part = case.roll.of(measure), took_part.of(measure)
        if where == "participating":
            have, right, wrong = part, roll, None
        elif where.startswith(("cast.", "candidates[")):
            have = _figure(case, where, measure)
            right, wrong = (part, roll) if rule_set.base == "participating" else (roll, part)
        else:
            continue
        if have is None or not right or _printed_as(printed, have, right):
            continue
        code = (
            "percentage_on_wrong_base" if wrong and _printed_as(printed, have, wrong) else "percentage_does_not_match"
        )
        yield Inconsistency(code, where, measure, _percent_text(printed), _true_percent(have, right, printed))


def _figure(case: Case, where: str, measure: str) -> int | None:
    if where.startswith("cast."):
        return case.cast.get(where.removeprefix("cast."), NONE if where == "cast.abstain" else UNKNOWN).of(measure)
    return case.candidates[int(where.removeprefix("candidates[").removesuffix("]"))].votes.of(measure)


def _printed_as(printed: Printed, have: int, of: int) -> bool:
    """Printed percentages are often wrong in the last place (A1): one there is not held against them."""
    return abs(hundredths(have, of, printed.decimals) - printed.value) <= 1


def _percent_text(printed: Printed) -> str:
    digits = str(printed.value).zfill(printed.decimals + 1)
    return f"{digits[: -printed.decimals]}.{digits[-printed.decimals :]}%" if printed.decimals else f"{digits}%"


def _true_percent(have: int, of: int, printed: Printed) -> str:
    return _percent_text(Printed(hundredths(have, of, printed.decimals), printed.decimals))
