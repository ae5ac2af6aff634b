"""What is reported of those elected and of a committee in office: the same reports as of a slate, none of which decides (A11)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from candidates.queries import nominees_of
from committees.models import Committee, Member
from committees.models.office import Role
from elections.models import Item, Poll
from elections.queries.items import items_of
from elections.rules import slates
from elections.rules.jurisdictions import parameters
from elections.rules.slates import Nominee, Report


def of_result(poll: Poll, facts: Mapping[str, Any], *, least: int) -> list[Report]:
    """On whom an election elected, by the facts of its result: size, choice, people, and the share in each base.

    ``facts`` of a poll that elects nobody give nothing. Three statements.
    """
    one = facts["items"][0] if facts["items"] else None
    if one is None or not one.get("candidates"):
        return []
    local = parameters(poll.jurisdiction, poll.on)
    item = next(row for row in items_of(poll) if row.key == one["key"])
    known = nominees_of(poll)
    stood = _stood(item, known)
    elected = [stood[row["key"]] for row in one["elected"]]
    alternates = [stood[row["key"]] for row in one["alternates"]]
    return [
        *([] if poll.filling else [slates.size(len(elected), local, planned=one["seats"], least=least)]),
        slates.choice(len(stood), one["seats"], local),
        *(slates.people(elected, local) if known else ()),
        slates.share("candidates", [row.member for row in stood.values()], local),
        slates.share("members", [row.member for row in elected], local),
        slates.share("members+alternates", [row.member for row in (*elected, *alternates)], local),
    ]


def of_office(committee: Committee, members: Sequence[Member]) -> list[Report]:
    """On a committee as it sits: size, term, people where the portal elected it, and the share with and without alternates.

    Two statements where it was elected here, none elsewhere.
    """
    local = parameters(committee.jurisdiction, committee.elected_on)
    sitting = [one for one in members if one.role != Role.ALTERNATE]
    flags = [one.party_member for one in members]
    stood = {one.name: one for one in nominees_of(committee.poll).values()} if committee.poll is not None else {}
    here = [replace(stood[one.name], member=one.party_member) for one in sitting if one.name in stood]
    term = committee.term
    return [
        slates.size(len(sitting), local, planned=committee.planned, least=committee.least),
        *([slates.term(term.starts, term.ends, local)] if term.ends is not None else []),
        *(slates.people(here, local) if here else ()),
        slates.share("members", [one.party_member for one in sitting], local),
        slates.share("members+alternates", flags, local),
    ]


def _stood(item: Item, known: Mapping[str, Nominee]) -> dict[str, Nominee]:
    """Everyone on the ballot; membership as it was found out last, else as the slate had it when it was called."""
    found: dict[str, Nominee] = {}
    for one in item.candidates:
        row = known.get(one["key"], Nominee(one["name"]))
        found[one["key"]] = row if row.member is not None else replace(row, member=one.get("party_member"))
    return found
