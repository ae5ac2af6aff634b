"""The shares and reports of P20, P23 and P30: of the slate as it is prepared, and of those elected. They never filter (A11)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from candidates.models import Candidate, Membership
from candidates.models.standing import STANDING
from candidates.queries.reading import candidates_of, memberships_of
from elections.models import Poll
from elections.rules import ratios, slates
from elections.rules.deciding import share_of
from elections.rules.jurisdictions import Parameters, parameters
from elections.rules.verdicts import Ratio


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
        source=local.source("ratio_value") if base == "members" and operator == ">" else local.source("ratio_operator"),
    )


def slate_now(standing: Sequence[Candidate], *, seats: int, local: Parameters) -> slates.SlateReport:
    """What is worth saying of those who stand: choice, kin, employment, women, buildings."""
    here = [one for one in standing if one.state in STANDING]
    names = {one.ref: one.name for one in here}
    kin: dict[str, set[str]] = {one.ref: {ref for ref in one.kin if ref in names} for one in here}
    for one in here:
        for ref in one.kin:
            if ref in kin:
                kin[ref].add(one.ref)
    return slates.report(
        [
            slates.Nominee(
                one.name,
                woman=one.woman,
                building=one.building,
                firm="" if one.firm in {"", "none"} else one.firm,
                kin=frozenset(names[ref] for ref in kin[one.ref]),
            )
            for one in here
        ],
        seats=seats,
        parameters=local,
    )


@dataclass(frozen=True, slots=True)
class After:
    """The report after a count: the ratio on the place's base, and the same reports on those elected."""

    ratio: Ratio
    slate: slates.SlateReport


def report_after(poll: Poll, *, elected: Sequence[str], alternates: Sequence[str] = ()) -> After:
    """The report on a committee, for ``committees``: keys of the ballot, in order. A handful of statements.

    The ratio's base is the place's: candidates, members, or members and alternates. KeyError for a key that is no candidate's.
    """
    everyone = candidates_of(poll)
    known = memberships_of(poll)
    by_key = {one.key: one for one in everyone}
    members, others = [by_key[key] for key in elected], [by_key[key] for key in alternates]
    local = local_of(poll)
    base = local["ratio_base"]
    counted = (
        [one for one in everyone if one.place is not None]
        if base == "candidates"
        else [*members, *others]
        if base == "members+alternates"
        else members
    )
    flags = [known[one.pk].member if one.pk in known else None for one in counted]
    return After(
        ratios.ratio(base, flags, operator=local["ratio_operator"], share=share_of(local["ratio_value"])),
        slate_now(members, seats=len(members), local=local),
    )
