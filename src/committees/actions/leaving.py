"""How an office ends before its term, and who comes after: resignation, by law, alternates in order, too few members left."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from committees.actions.change import in_office, local, locked, note, people_of, said, settle, tell
from committees.actions.crossing import watch_posts
from committees.actions.filings import open_filing
from committees.actions.handing import open_member_list
from committees.actions.offices import appoint, end_row, member_of, members_of, new_row
from committees.models import Committee, Member
from committees.models.filing import FilingKind
from committees.models.office import End, LawGround, Role
from committees.permissions import keeps, runs
from committees.refusals import BadInput, OutOfState
from elections.rules.committees import ends_by_vacancy
from publicity.actions.opening import open_period
from tenancy.actor import Actor

PUBLIC = "committee_info"


@transaction.atomic
def resign(
    *, compound_id: int, committee_id: int, member_id: int, on: date, reason: str, by: Actor, now: datetime
) -> Member:
    """A member resigned in writing; ``on`` is the last day. Recorded by the member, the committee or the offices.

    Refused: NoSuchCommittee, NotPermitted (not_your_post), OutOfState (over, left), BadInput (say_why, too_long, wrong_day).
    """

    def may(actor: Actor, compound: int, organisation: int) -> bool:
        own = Member.objects.filter(
            compound_id=compound, pk=member_id, person_id=actor.person_id, committee_id=committee_id
        )
        return runs(actor, compound, organisation) or (compound in actor.compound_ids and own.exists())

    committee = locked(compound_id=compound_id, committee_id=committee_id, by=by, may=may)
    in_office(committee, localdate(now))
    one = member_of(committee, member_id)
    _day(one, on, now)
    leave(committee, one, on=on, end=End.RESIGNED, ground=said(reason, "reason"), by=by, now=now)
    return one


@transaction.atomic
def end_by_law(
    *, compound_id: int, committee_id: int, member_id: int, on: date, ground: str, paper: str, by: Actor, now: datetime
) -> Member:
    """A member's office ended by itself (指导规则 43); ``paper`` is what shows it. Recorded by the offices.

    Refused: NoSuchCommittee, NotPermitted (not_your_post), OutOfState (over, left), BadInput (unknown_ground, say_why,
    too_long, wrong_day).
    """
    committee = locked(compound_id=compound_id, committee_id=committee_id, by=by, may=lambda a, c, _o: keeps(a, c))
    in_office(committee, localdate(now))
    if ground not in LawGround.values:
        raise BadInput("unknown_ground", field="ground")
    one = member_of(committee, member_id)
    _day(one, on, now)
    words = f"{LawGround(ground).label}（{said(paper, 'paper', 200)}）"
    leave(committee, one, on=on, end=End.BY_LAW, ground=words, by=by, now=now)
    return one


def leave(committee: Committee, one: Member, *, on: date, end: str, ground: str, by: Actor, now: datetime) -> None:
    """The end of an office and what follows: post, list of what is handed over, change to be filed, vacancy, messages."""
    end_row(one, on=on, end=end, ground=ground, by=by, now=now)
    watch_posts(compound_id=committee.compound_id, now=now)
    word = str(End(end).label)
    # Why a member resigned or what befell them is not for everyone: the line says how the office ended.
    note(committee, end, f"{one.get_role_display()} {one.name} {word}，到 {on:%Y-%m-%d} 为止", on=on, by=by, now=now)
    if one.role != Role.ALTERNATE:
        open_member_list(committee, one, since=on, by=by, now=now)
    open_filing(committee, kind=FilingKind.CHANGE, cause=f"{one.name}{word}", since=on, once=True)
    _watch_vacancy(committee, on, by=by, now=now)
    settle(
        committee, "leave", {"member": [one.name, None], "end": [None, end], "ground": [None, ground]}, by=by, now=now
    )


def _watch_vacancy(committee: Committee, on: date, *, by: Actor, now: datetime) -> None:
    """Too few are left, alternates counted in: a new election is demanded, once (P29)."""
    there = members_of(committee, on + timedelta(days=1))
    sitting = [one for one in there if one.role != Role.ALTERNATE]
    standing_by = [one for one in there if one.role == Role.ALTERNATE]
    seats = committee.planned - len(sitting)
    possible = len(sitting) + min(seats, len(standing_by))
    short = ends_by_vacancy(possible, committee.planned, local(committee, on)) or possible < min(
        committee.least, committee.planned // 2 + 1
    )
    if short and committee.vacancy_since is None:
        committee.vacancy_since = on
        committee.save(update_fields=["vacancy_since"])
        note(
            committee, "vacancy",
            f"委员只剩 {len(sitting)} 人（应选 {committee.planned} 人），候补补不足，应当重新选举", on=on, by=by, now=now,
        )  # fmt: skip
        tell(
            committee, people_of(committee.compound_id, ("committee", "community", "residents", "street", "city"), now),
            "vacancy", by=by, now=now, left=str(len(sitting)), planned=str(committee.planned), key=f"vacancy:{committee.pk}",
        )  # fmt: skip


@transaction.atomic
def step_in(
    *, compound_id: int, committee_id: int, starts: date, passed_over: str = "", by: Actor, now: datetime
) -> Member:
    """The next alternate takes a vacant seat, in the order of votes (A5); it is made public and filed as a change.

    ``passed_over``: why the first in order does not (declined in writing): then that alternate's row ends with it and the next
    one comes at the next call. Refused: NoSuchCommittee, NotPermitted (not_your_post), OutOfState (over, no_seat,
    no_alternate), BadInput (wrong_day, too_long).
    """
    committee = locked(compound_id=compound_id, committee_id=committee_id, by=by, may=runs)
    in_office(committee, localdate(now))
    there = members_of(committee, starts)
    sitting = [one for one in there if one.role != Role.ALTERNATE]
    waiting = sorted((one for one in there if one.role == Role.ALTERNATE), key=lambda one: (one.rank, one.pk))
    if len(sitting) >= committee.planned:
        raise OutOfState("no_seat")
    if not waiting:
        raise OutOfState("no_alternate")
    first = waiting[0]
    if starts < committee.term.starts or (committee.term.ends is not None and starts > committee.term.ends):
        raise BadInput("wrong_day", field="starts")
    if passed_over.strip():
        why = said(passed_over, "passed_over")
        end_row(first, on=max(starts - timedelta(days=1), first.starts), end=End.RESIGNED, ground=why, by=by, now=now)
        note(committee, "declined", f"候补委员 {first.name} 书面放弃递补", on=starts, by=by, now=now)
        _watch_vacancy(committee, starts, by=by, now=now)
        settle(committee, "decline", {"member": [first.name, None], "ground": [None, why]}, by=by, now=now)
        return first
    end_row(
        first,
        on=max(starts - timedelta(days=1), first.starts),
        end=End.STEPPED_IN,
        ground="按得票顺序递补",
        by=by,
        now=now,
    )
    made = new_row(first, role=Role.MEMBER, starts=max(starts, first.starts))
    appoint(committee, made, basis="按得票顺序递补", by=by, now=now)
    opened = open_period(
        compound_ids=[compound_id], matter=PUBLIC, about="election", title=f"{committee.term.committee}候补委员递补公示"[:60],
        source=f"<p>{committee.term.committee}有委员职务终止。按得票顺序，候补委员 {made.name}（第 {first.rank} 名）自"
        f" {made.starts:%Y-%m-%d} 起递补为委员，任期至本届届满。</p>",
        by=by, now=now,
    )  # fmt: skip
    since = opened[0].period.ends_on if opened[0].period else made.starts
    open_filing(committee, kind=FilingKind.CHANGE, cause=f"{made.name}递补为委员", since=since, once=True)
    note(committee, "stepped_in", f"候补委员 {made.name} 按得票顺序递补为委员", on=made.starts, by=by, now=now)
    tell(
        committee, {made.person_id} - {0} | set(people_of(compound_id, ("committee", "community", "residents", "street"), now)),
        "stepped_in", by=by, now=now, who=made.name,
    )  # fmt: skip
    settle(committee, "step_in", {"member": [None, made.name], "rank": [None, first.rank]}, by=by, now=now)
    return made


def _day(one: Member, on: date, now: datetime) -> None:
    if on < one.starts or on > localdate(now) + timedelta(days=60):
        raise BadInput("wrong_day", field="on")
