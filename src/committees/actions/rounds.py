"""Another vote on seats that are open, and those whom it elected: among equals (A5), after too few (P27), on empty seats."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from committees.actions.change import in_office, locked, note, people_of, settle, tell
from committees.actions.crossing import enter_committee
from committees.actions.filings import open_filing
from committees.actions.offices import Sitting, members_of, seat_elected
from committees.actions.results import drafting
from committees.models import Committee, Member, Purpose, Round
from committees.models.filing import FilingKind
from committees.models.office import Role
from committees.permissions import keeps
from committees.queries import outcomes
from committees.queries.rounds import elected_later, round_of, rounds_after, rounds_for
from committees.refusals import BadInput, NoSuchCommittee, NotPermitted, OutOfState
from elections import actions as elections
from elections.actions import Named
from elections.models import Poll, State
from elections.models.polls import MAX_TITLE
from elections.queries.items import items_of
from elections.rules.committees import ends_by_vacancy
from elections.rules.jurisdictions import parameters
from tenancy.actor import Actor


def _open(
    compound_id: int,
    *,
    purpose: str,
    title: str,
    on: date,
    seats: int,
    first: Poll | None = None,
    committee: Committee | None = None,
    item_key: str = "",
    by: Actor,
    now: datetime,
) -> tuple[Poll, Round]:
    if on <= localdate(now):
        raise BadInput("wrong_day", field="on")
    poll = elections.open_poll(
        compound_id=compound_id, kind="election", title=title[:MAX_TITLE], on=on, filling=seats, by=by, now=now
    )
    made: Round = Round.objects.create(
        compound_id=compound_id, poll=poll, purpose=purpose, first=first, committee=committee, item_key=item_key, seats=seats,
        at=now, label=by.signature,
    )  # fmt: skip
    return poll, made


@transaction.atomic
def open_revote(*, compound_id: int, ref: str, item_key: str, on: date, by: Actor, now: datetime) -> Poll:
    """Begin another vote among those who are equal at the last seat, and among them alone, where that is the remedy (A5).

    The slate is theirs, in the order of the first ballot: nobody is named and nobody reviewed again. It has a roll, a call and a
    box of its own. Refused: NoSuchPoll, NotPermitted (not_your_post), OutOfState (moved_on, no_tie, other_remedy, round_runs),
    BadInput (wrong_day).
    """
    change = drafting(compound_id, ref, by, now, "open_revote")
    first = change.poll
    result = next((one for one in outcomes.results_of(first) if one.item_key == item_key), None)
    tied = result.verdict.get("tied") if result is not None else None
    if not tied:
        raise OutOfState("no_tie")
    if tied["remedy"] != "revote":
        raise OutOfState("other_remedy")
    if any(one.item_key == item_key and one.poll.state != State.DECLARED for one in rounds_after(first)):
        raise OutOfState("round_runs")
    item = next(one for one in items_of(first) if one.key == item_key)
    poll, _made = _open(
        compound_id, purpose=Purpose.REVOTE, title=f"{first.title}（得票相等再次投票）", on=on, seats=int(tied["places"]),
        first=first, item_key=item_key, by=by, now=now,
    )  # fmt: skip
    names = [
        Named(one["key"], one["name"], one.get("party_member"))
        for one in item.candidates
        if one["key"] in tied["names"]
    ]
    elections.set_slate(
        compound_id=compound_id, ref=poll.ref, text=f"{item.text}（得票相等人员）", seats=int(tied["places"]), candidates=names,
        by=by, now=now,
    )  # fmt: skip
    change.note("revote", None, poll.ref)
    change.save()
    return poll


@transaction.atomic
def open_further_round(*, compound_id: int, ref: str, on: date, by: Actor, now: datetime) -> Poll:
    """Begin another round on the seats that an election left empty (P27): candidates are named, reviewed and posted anew.

    Refused: NoSuchCommittee, NotPermitted (not_your_post), OutOfState (not_an_election, not_declared, no_seat, round_runs,
    in_office_already), BadInput (wrong_day).
    """
    first = outcomes.poll_of(compound_id, ref)
    outcome = outcomes.outcome_of(first) if first is not None else None
    if first is None or compound_id not in by.compound_ids:
        raise NoSuchCommittee
    if not keeps(by, compound_id):
        raise NotPermitted("not_your_post")
    if first.kind != "election" or first.filling:
        raise OutOfState("not_an_election")
    if first.state != State.DECLARED or outcome is None:
        raise OutOfState("not_declared")
    if Committee.objects.filter(compound_id=compound_id, poll=first).exists():
        raise OutOfState("in_office_already")
    if any(one.poll.state != State.DECLARED for one in rounds_after(first)):
        raise OutOfState("round_runs")
    item = outcome.facts["items"][0]
    later, _rounds = elected_later(first)
    empty = int(item["seats"]) - len(item["elected"]) - len(later)
    if empty <= 0:
        raise OutOfState("no_seat")
    poll, _made = _open(
        compound_id, purpose=Purpose.FURTHER, title=f"{first.title}（缺额另行选举）", on=on, seats=empty, first=first, by=by,
        now=now,
    )  # fmt: skip
    return poll


@transaction.atomic
def open_by_election(*, compound_id: int, committee_id: int, on: date, by: Actor, now: datetime) -> Poll:
    """Begin an election on the empty seats of a committee in office. Alternates come first, by their votes (A5).

    Refused: NoSuchCommittee, NotPermitted (not_your_post), OutOfState (over, no_seat, alternates_first, round_runs),
    BadInput (wrong_day).
    """
    committee = locked(compound_id=compound_id, committee_id=committee_id, by=by, may=lambda a, c, _o: keeps(a, c))
    today = localdate(now)
    in_office(committee, today)
    # Whoever leaves today still sits today: what counts is who sits when the vote begins.
    there = members_of(committee, on)
    sitting = [one for one in there if one.role != Role.ALTERNATE]
    empty = committee.planned - len(sitting)
    if empty <= 0:
        raise OutOfState("no_seat")
    if len(sitting) < len(there):
        raise OutOfState("alternates_first")
    if rounds_for(committee):
        raise OutOfState("round_runs")
    poll, _made = _open(
        compound_id, purpose=Purpose.FILLING, title=f"{committee.term.committee}委员补选", on=on, seats=empty,
        committee=committee, by=by, now=now,
    )  # fmt: skip
    note(committee, "by_election", f"委员缺 {empty} 人，开始补选", on=today, by=by, now=now)
    settle(committee, "by_election", {"poll": [None, poll.ref], "seats": [None, empty]}, by=by, now=now)
    return poll


@transaction.atomic
def fill_seats(
    *, compound_id: int, ref: str, starts: date, members: Sequence[Sitting] = (), by: Actor, now: datetime
) -> list[Member]:
    """Those whom a further vote elected sit in the committee, to the end of its term; it is filed as a change.

    Refused: NoSuchCommittee, NotPermitted (not_your_post), OutOfState (over, not_declared, nobody_elected, seated_already,
    no_committee: a further round is part of taking office, no_seat), BadInput (wrong_day, and as ``take_office``).
    """
    poll = outcomes.poll_of(compound_id, ref)
    found = round_of(poll) if poll is not None else None
    if poll is None or found is None or compound_id not in by.compound_ids:
        raise NoSuchCommittee
    committee = found.committee or Committee.objects.filter(compound_id=compound_id, poll=found.first).first()
    if committee is None or found.purpose == Purpose.REVOTE:
        raise OutOfState("no_committee")
    committee = locked(compound_id=compound_id, committee_id=committee.pk, by=by, may=lambda a, c, _o: keeps(a, c))
    today = localdate(now)
    in_office(committee, today)
    if found.filled_on is not None:
        raise OutOfState("seated_already")
    outcome = outcomes.outcome_of(poll)
    if poll.state != State.DECLARED or outcome is None:
        raise OutOfState("not_declared")
    item = outcome.facts["items"][0]
    if not item["elected"]:
        raise OutOfState("nobody_elected")
    there = members_of(committee, starts)
    sitting = [one for one in there if one.role != Role.ALTERNATE]
    if len(sitting) + len(item["elected"]) > committee.planned:
        raise OutOfState("no_seat")
    if starts < localdate(poll.declared_at) or (committee.term.ends is not None and starts > committee.term.ends):
        raise BadInput("wrong_day", field="starts")
    basis = f"{poll.title}，结果 {localdate(poll.declared_at):%Y-%m-%d} 生效"
    rows = seat_elected(
        committee, item, poll=poll, members=members, starts=starts, basis=basis, by=by, now=now,
        after=max((one.rank for one in there), default=0),
    )  # fmt: skip
    new = [one for one in rows if one.role != Role.ALTERNATE]
    names = "、".join(one.name for one in new)
    Round.objects.filter(compound_id=compound_id, pk=found.pk).update(filled_on=starts)
    _whole_again(committee, len(sitting) + len(new), starts)
    open_filing(
        committee, kind=FilingKind.CHANGE, cause=f"{names}补选为委员", since=localdate(poll.declared_at), once=True
    )
    enter_committee(committee, new, by=by, now=now)
    note(committee, "filled", f"补选委员 {names} 就任", on=starts, by=by, now=now)
    tell(
        committee,
        {one.person_id for one in new if one.person_id}
        | set(people_of(compound_id, ("committee", "community", "residents", "street"), now)),
        "filled", by=by, now=now, who=names,
    )  # fmt: skip
    settle(committee, "fill", {"members": [None, [one.name for one in new]], "poll": [None, poll.ref]}, by=by, now=now)
    return rows


def _whole_again(committee: Committee, sitting: int, on: date) -> None:
    """Enough sit again: the committee need not be elected anew."""
    local = parameters(committee.jurisdiction, on)
    if committee.vacancy_since is not None and not ends_by_vacancy(sitting, committee.planned, local):
        committee.vacancy_since = None
        committee.save(update_fields=["vacancy_since"])
