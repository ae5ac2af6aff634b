"""The shares and reports of P20, P23 and P30: of the slate as it is prepared, and of those elected. They never filter (A11)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from candidates.models import Candidate, Membership
from candidates.models.standing import STANDING
from candidates.queries.reading import candidates_of, memberships_of
from elections.models import Poll
from elections.rules import ratios, slates
from elections.rules.committees import years_on
from elections.rules.deciding import share_of
from elections.rules.jurisdictions import Parameters, parameters


@dataclass(frozen=True, slots=True)
class RatioNow:
    """The target of the place, who is in, how many are not known, and whether it can be reached with these candidates.

    ``needed``: members among so many seats (or candidates) that meet it. ``source`` is the article or the notice.
    """

    have: int
    of: int
    unknown: int
    base: str
    operator: str
    share: tuple[int, int]
    met: bool | None
    reachable: bool | None
    needed: int
    source: str


def local_of(poll: Poll) -> Parameters:
    """The parameters of the poll's place and day."""
    return parameters(poll.jurisdiction, poll.on)


def ratio_now(
    standing: Sequence[Candidate], known: Mapping[int, Membership], *, seats: int | None, local: Parameters
) -> RatioNow:
    """The share of Party members among those who stand."""
    flags = [known[one.pk].member if one.pk in known else None for one in standing if one.state in STANDING]
    base, operator, share = local["ratio_base"], local["ratio_operator"], share_of(local["ratio_value"])
    of = len(flags) if base == "candidates" or seats is None else seats
    said = ratios.ratio("candidates", flags, operator=operator, share=share)
    return RatioNow(
        have=said.have,
        of=len(flags),
        unknown=sum(flag is None for flag in flags),
        base=base,
        operator=operator,
        share=share,
        met=said.met if base == "candidates" else None,
        reachable=ratios.slate_can_reach(flags, seats=seats, base=base, operator=operator, share=share),
        needed=ratios.members_needed(of, operator=operator, share=share) if of else 0,
        source=slates.share_source(local),
    )


def nominees_of(poll: Poll) -> dict[str, slates.Nominee]:
    """Everyone who was named, by the key of the ballot, with what is known of them; kin by name. A handful of statements."""
    return _nominees(candidates_of(poll), memberships_of(poll))


def _nominees(rows: Sequence[Candidate], known: Mapping[int, Membership]) -> dict[str, slates.Nominee]:
    names = {one.ref: one.name for one in rows}
    # Who names a relative says it of both.
    kin: dict[str, set[str]] = {one.ref: {names[ref] for ref in one.kin if ref in names} for one in rows}
    for one in rows:
        for ref in one.kin:
            if ref in kin:
                kin[ref].add(one.name)
    return {
        one.key: slates.Nominee(
            one.name,
            woman=one.woman,
            building=one.building,
            firm=one.firm,
            kin=frozenset(kin[one.ref]),
            member=known[one.pk].member if one.pk in known else None,
        )
        for one in rows
    }


def slate_now(
    standing: Sequence[Candidate], *, seats: int, years: int, on: date, least: int | None, local: Parameters
) -> list[slates.Report]:
    """What is worth saying of those who stand and of the committee that is planned; of the share see ``ratio_now``.

    ``least``: the smallest lawful committee; None where seats of one that sits are filled.
    """
    here = [one for one in standing if one.state in STANDING]
    return [
        *([] if least is None else [slates.size(seats, local, planned=seats, least=least)]),
        slates.term(on, years_on(on, years), local),
        slates.choice(len(here), seats, local),
        *slates.people(list(_nominees(here, {}).values()), local),
    ]
