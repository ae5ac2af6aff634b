"""A committee takes office: out of a declared election, or as it was before the portal; its first meeting, its duties."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from accounts.actions import ensure_person
from candidates import queries as candidates
from committees.actions.change import in_office, locked, note, people_of, said, settle, tell, until
from committees.actions.crossing import enter_committee, watch_posts
from committees.actions.filings import open_filing
from committees.actions.handing import open_committee_list
from committees.models import Committee, Member, Outcome, Round
from committees.models.filing import FilingKind
from committees.models.office import MAX_SOURCE, MAX_TEXT, End, Role
from committees.permissions import keeps, runs
from committees.queries import outcomes
from committees.queries.rounds import elected_later
from committees.refusals import BadInput, NoSuchCommittee, NotPermitted, OutOfState
from committees.rules.leaving import FIRST_MEETING
from committees.rules.results import committee_stands
from elections.models import Poll, State
from elections.queries.register import least_seats
from elections.rules import jurisdictions
from elections.rules.committees import seat_problems, term_problems, years_on
from elections.rules.jurisdictions import NATIONAL
from parties import actions as parties
from parties.actions import PartyRefused
from parties.models import Organisation, Post, Term
from parties.queries import posts_in
from tenancy.actor import Actor
from tenancy.models import Compound

COMMITTEE_ROLES = ("chair", "vice_chair", "member")
MAX_MEMBERS = 60
# Where membership comes from that a slate alone tells.
ON_THE_SLATE = "候选人登记"


@dataclass(frozen=True, slots=True)
class Sitting:
    """Someone who takes office. ``key`` is that of the candidate (or "" before the portal); ``phone`` E.164, "" for none yet."""

    name: str
    role: str = Role.MEMBER
    key: str = ""
    phone: str = ""
    home: str = ""
    party_member: bool | None = None
    party_source: str = ""
    party_on: date | None = None
    duties: str = ""
    contact: str = ""
    pledge: str = ""


@transaction.atomic
def record_committee(
    *,
    compound_id: int,
    term_id: int,
    planned: int,
    elected_on: date,
    basis: str,
    members: Sequence[Sitting],
    by: Actor,
    now: datetime,
) -> Committee:
    """Record who is in a committee whose term is in the register, from before the portal. Gives nobody a right by itself:
    a member whose phone is named gets the post.

    Refused: NoSuchCommittee, NotPermitted (not_your_post), OutOfState (recorded_already), BadInput (seats_even, seats_too_few,
    seats_too_many, say_why, too_long, two_chairs, unknown_role, name_twice, too_many, say_source).
    """
    term = _term(compound_id, term_id)
    if term is None or compound_id not in by.compound_ids:
        raise NoSuchCommittee
    if not keeps(by, compound_id):
        raise NotPermitted("not_your_post")
    if Committee.objects.filter(compound_id=compound_id, term=term).exists():
        raise OutOfState("recorded_already")
    compound = Compound.objects.select_related("community").get(pk=compound_id)
    place = jurisdictions.find(compound.community.code)
    code = place.code if place else NATIONAL
    parameters = jurisdictions.parameters(code, elected_on)
    least = least_seats(compound_id=compound_id, local=parameters, on=localdate(now))
    for problem in seat_problems(planned, parameters, least=least):
        raise BadInput(problem, field="planned")
    made: Committee = Committee.objects.create(
        compound=compound, term=term, poll=None, planned=planned, least=least, jurisdiction=code, elected_on=elected_on,
        basis=said(basis, "basis"), made_at=now, made_as=by.signature,
    )  # fmt: skip
    rows = _seat(made, members, starts=term.starts)
    for one in rows:
        _post(made, one, next(sat.phone for sat in members if sat.name == one.name), basis=made.basis, by=by, now=now)
    note(made, "recorded", f"登记第{term.number}届业主委员会：{made.basis}", on=localdate(now), by=by, now=now)
    settle(made, "record", {"members": [None, [one.name for one in rows]]}, by=by, now=now)
    return made


@transaction.atomic
def take_office(
    *, compound_id: int, ref: str, starts: date, years: int, members: Sequence[Sitting], by: Actor, now: datetime
) -> Committee:
    """Those whom a declared election made take office: the term begins, posts begin and end, the filing and the handing over run.

    ``members`` adds to the elected (by candidate's ``key``) what the election does not know: phone, home, duties, contact;
    account, home, pledges and membership of the Party, with its source and day, of the candidacy are taken over where nothing
    else is said. Whom further rounds elected sit too.
    Refused: NoSuchCommittee, NotPermitted (not_your_post), OutOfState (not_declared, not_an_election, fills_seats,
    in_office_already, further_round), BadInput (starts_too_early, term_too_long, term_too_short, say_source,
    and the codes of ``parties.actions``).
    """
    poll, outcome = _elected(compound_id, ref, by)
    parameters = jurisdictions.parameters(poll.jurisdiction, poll.on)
    item = outcome.facts["items"][0]
    planned = int(item["seats"])
    least = min(planned, least_seats(compound_id=compound_id, local=parameters, on=localdate(now)))
    later, rounds = elected_later(poll)
    elected = len(item["elected"]) + len(later)
    if elected == 0 or committee_stands(elected, planned, parameters, least=least) == "further_round":
        raise OutOfState("further_round", elected=str(elected), planned=str(planned))
    declared_on = localdate(poll.declared_at)
    if starts < declared_on:
        raise BadInput("starts_too_early", field="starts", day=f"{declared_on:%Y-%m-%d}")
    for problem in term_problems(years, parameters):
        raise BadInput(problem, field="years")
    before = _running(compound_id, starts)
    organisation, number = _body(poll.compound, before, compound_id)
    basis = f"{poll.title}，结果 {declared_on:%Y-%m-%d} 生效"
    old = _leave_office(compound_id, organisation, before, starts - timedelta(days=1), by=by, now=now)
    try:
        term = parties.begin_term(
            compound=poll.compound, committee=organisation, number=number, starts=starts, ends=years_on(starts, years),
            basis=basis[:200], by=by, now=now,
        )  # fmt: skip
    except PartyRefused as error:
        raise BadInput(error.code, field="starts") from error
    made: Committee = Committee.objects.create(
        compound=poll.compound, term=term, poll=poll, planned=planned, least=least, jurisdiction=poll.jurisdiction,
        elected_on=localdate(poll.counted_at), basis=basis, made_at=now, made_as=by.signature,
    )  # fmt: skip
    rows = seat_elected(made, item, poll=poll, members=members, starts=starts, basis=basis, by=by, now=now)
    for found in rounds:
        won = outcomes.outcome_of(found.poll)
        rows += seat_elected(
            made, won.facts["items"][0] if won else {}, poll=found.poll, members=members, starts=starts, basis=basis,
            after=len(rows), by=by, now=now,
        )  # fmt: skip
    Round.objects.filter(compound_id=compound_id, pk__in=[one.pk for one in rounds]).update(filled_on=starts)
    sitting = [one for one in rows if one.role != Role.ALTERNATE]
    open_filing(made, kind=FilingKind.FIRST, cause=f"第{number}届业主委员会当选", since=declared_on)
    enter_committee(made, sitting, by=by, now=now)
    if old is not None:
        open_committee_list(
            old, since=starts - timedelta(days=1), to=f"{organisation.name[:60]}（第 {number} 届）", by=by, now=now
        )
    due = until(starts, FIRST_MEETING.days)
    note(
        made, "took_office",
        f"第{number}届业主委员会就任：{'、'.join(one.name for one in sitting)}；首次会议应在 {due:%Y-%m-%d} 前召开", on=starts,
        by=by, now=now,
    )  # fmt: skip
    tell(
        made, {one.person_id for one in sitting if one.person_id} | set(people_of(compound_id, ("street", "city"), now)),
        "took_office", by=by, now=now, number=str(number), due=f"{due:%Y-%m-%d}",
    )  # fmt: skip
    settle(
        made, "take_office", {"term": [None, number], "members": [None, [one.name for one in sitting]]}, by=by, now=now
    )
    return made


def _elected(compound_id: int, ref: str, by: Actor) -> tuple[Poll, Outcome]:
    """A declared election whose committee is not in office yet, and what it came to."""
    poll = outcomes.poll_of(compound_id, ref)
    outcome = outcomes.outcome_of(poll) if poll is not None else None
    if poll is None or compound_id not in by.compound_ids:
        raise NoSuchCommittee
    if not keeps(by, compound_id):
        raise NotPermitted("not_your_post")
    if poll.kind != "election":
        raise OutOfState("not_an_election")
    if poll.filling:
        raise OutOfState("fills_seats")
    if poll.state != State.DECLARED or outcome is None:
        raise OutOfState("not_declared")
    if Committee.objects.filter(compound_id=compound_id, poll=poll).exists():
        raise OutOfState("in_office_already")
    return poll, outcome


@transaction.atomic
def link_member(*, compound_id: int, committee_id: int, member_id: int, phone: str, by: Actor, now: datetime) -> Member:
    """Give a member who is in office without an account the post that belongs to it, by the number that they sign in with.

    Refused: NoSuchCommittee, NotPermitted (not_your_post), OutOfState (over, left, linked_already, alternate), BadInput
    (other_name, closed).
    """
    committee = locked(compound_id=compound_id, committee_id=committee_id, by=by, may=lambda a, c, _o: keeps(a, c))
    in_office(committee, localdate(now))
    one = member_of(committee, member_id)
    if one.post_id is not None:
        raise OutOfState("linked_already")
    if one.role == Role.ALTERNATE:
        raise OutOfState("alternate")
    _post(committee, one, phone, basis=committee.basis, by=by, now=now)
    enter_committee(committee, [one], by=by, now=now)
    settle(committee, "link", {"member": [None, one.name]}, by=by, now=now)
    return one


@transaction.atomic
def hold_first_meeting(
    *,
    compound_id: int,
    committee_id: int,
    on: date,
    chair: int,
    vice_chairs: Sequence[int] = (),
    minutes: str,
    by: Actor,
    now: datetime,
) -> Committee:
    """The members chose their chair and deputies, out of themselves (条例 16; 指导规则 32: within seven days).

    ``chair`` and ``vice_chairs`` are ids of members. A later day is recorded as it is: it is late, not unlawful. Refused:
    NoSuchCommittee, NotPermitted (not_your_post), OutOfState (over, met_already), BadInput (no_such_member, chair_twice,
    wrong_day, say_why, too_long).
    """
    committee = locked(compound_id=compound_id, committee_id=committee_id, by=by, may=runs)
    in_office(committee, localdate(now))
    # A committee that was recorded with its chair has met, whatever is known of the day.
    if committee.first_meeting_on is not None or committee.members.filter(role=Role.CHAIR, end="").exists():
        raise OutOfState("met_already")
    if not committee.term.starts <= on <= localdate(now):
        raise BadInput("wrong_day", field="on")
    words = said(minutes, "minutes", 600)
    sitting = {one.pk: one for one in members_of(committee, on) if one.role != Role.ALTERNATE}
    deputies = list(dict.fromkeys(vice_chairs))
    if chair not in sitting or set(deputies) - set(sitting):
        raise BadInput("no_such_member", field="chair")
    if chair in deputies:
        raise BadInput("chair_twice", field="vice_chairs")
    committee.first_meeting_on, committee.first_meeting_note = on, words
    committee.save()
    chosen = [(sitting[chair], Role.CHAIR), *((sitting[pk], Role.VICE_CHAIR) for pk in deputies)]
    for one, role in chosen:
        _promote(committee, one, role, on, by=by, now=now)
    watch_posts(compound_id=compound_id, now=now)
    names = "、".join(one.name for one, _role in chosen[1:])
    late = on > until(committee.term.starts, FIRST_MEETING.days)
    note(
        committee, "first_meeting",
        f"首次会议推选主任 {sitting[chair].name}{f'，副主任 {names}' if names else ''}{'（超过七日）' if late else ''}",
        on=on, by=by, now=now,
    )  # fmt: skip
    settle(
        committee, "first_meeting", {"chair": [None, sitting[chair].name], "vice_chairs": [None, names]}, by=by, now=now
    )
    return committee


@transaction.atomic
def set_duties(
    *,
    compound_id: int,
    committee_id: int,
    member_id: int,
    duties: str,
    contact: str,
    pledge: str = "",
    by: Actor,
    now: datetime,
) -> Member:
    """Say what a member looks after, how owners reach them, and what they pledged (宁波 23, 上海 23).

    Refused: NoSuchCommittee, NotPermitted (not_your_post), OutOfState (over, left), BadInput (too_long).
    """
    committee = locked(compound_id=compound_id, committee_id=committee_id, by=by, may=runs)
    in_office(committee, localdate(now))
    one = member_of(committee, member_id)
    before = [one.duties, one.contact]
    one.duties = said(duties, "duties", 120, needed=False)
    one.contact = said(contact, "contact", 60, needed=False)
    one.pledge = said(pledge, "pledge", 600, needed=False) or one.pledge
    one.save()
    settle(
        committee, "duties", {"member": [None, one.name], "duties": [before, [one.duties, one.contact]]}, by=by, now=now
    )
    return one


@transaction.atomic
def set_membership(
    *,
    compound_id: int,
    committee_id: int,
    member_id: int,
    party_member: bool,
    source: str,
    on: date,
    by: Actor,
    now: datetime,
) -> Member:
    """Say whether a member belongs to the Party, where that is known from and of which day. The entry says only that it was set.

    Refused: NoSuchCommittee, NotPermitted (not_your_post), OutOfState (left), BadInput (say_why, too_long).
    """
    committee = locked(compound_id=compound_id, committee_id=committee_id, by=by, may=lambda a, c, _o: keeps(a, c))
    one = member_of(committee, member_id)
    one.party_member, one.party_source, one.party_on = party_member, said(source, "party_source", MAX_SOURCE), on
    one.save()
    settle(committee, "membership", {"member": [None, one.name]}, by=by, now=now)
    return one


def members_of(committee: Committee, on: date) -> list[Member]:
    """Who is in it on a day, alternates last, in the order of their roles and ranks."""
    order = {role: place for place, role in enumerate(Role.values)}
    found = Member.objects.filter(compound_id=committee.compound_id, committee=committee, starts__lte=on).exclude(
        ends__lt=on
    )
    return sorted(found, key=lambda one: (order[one.role], one.rank, one.pk))


def member_of(committee: Committee, member_id: int) -> Member:
    """Someone who is in it, locked. Raises NoSuchCommittee, OutOfState (left)."""
    found: Member | None = (
        Member.objects.select_for_update(of=("self",), no_key=True)
        .filter(compound_id=committee.compound_id, committee=committee, pk=member_id)
        .first()
    )
    if found is None:
        raise NoSuchCommittee
    if found.end:
        raise OutOfState("left", name=found.name)
    return found


def end_row(one: Member, *, on: date, end: str, ground: str, by: Actor, now: datetime) -> None:
    """End a row of the committee and the post that it gave."""
    one.ends, one.end, one.end_ground, one.end_as = max(on, one.starts), end, ground[:300], by.signature
    one.save()
    if one.post_id is not None:
        post = Post.objects.filter(pk=one.post_id).first()
        if post is not None and (post.ends is None or post.ends > on):
            parties.end_post(
                post=post, ends=max(on, post.starts), basis=ground[:200] or str(End(end).label), by=by, now=now
            )


def new_row(one: Member, *, role: str, starts: date) -> Member:
    """The same person in another role, with the post that belongs to it."""
    made: Member = Member.objects.create(
        compound_id=one.compound_id, committee=one.committee, name=one.name, person_id=one.person_id, role=role,
        rank=one.rank, voters=one.voters, area=one.area, home=one.home, party_member=one.party_member,
        party_source=one.party_source, party_on=one.party_on, duties=one.duties, contact=one.contact, pledge=one.pledge,
        starts=starts,
    )  # fmt: skip
    return made


def appoint(committee: Committee, one: Member, *, basis: str, by: Actor, now: datetime) -> None:
    """Give a member whose person is known the post of their role, to the end of the term."""
    from accounts.models import Person

    person = Person.objects.filter(pk=one.person_id).first() if one.person_id else None
    if person is None:
        return
    post = parties.appoint(
        person=person, organisation=committee.term.committee, role=one.role, starts=one.starts, ends=committee.term.ends,
        basis=basis[:200], only_compounds=[committee.compound_id], by=by, now=now,
    )  # fmt: skip
    one.post_id = post.pk
    one.save(update_fields=["post_id"])


def _promote(committee: Committee, one: Member, role: str, on: date, *, by: Actor, now: datetime) -> None:
    """A member becomes chair or deputy on a day; on the first day of the term the row itself says so."""
    if one.starts >= on:
        if one.post_id is not None:
            parties.end_post(post=Post.objects.get(pk=one.post_id), ends=on, basis="推选", by=by, now=now)
        one.role = role
        one.save()
        appoint(committee, one, basis="业主委员会首次会议推选", by=by, now=now)
        return
    end_row(one, on=on - timedelta(days=1), end=End.STEPPED_IN, ground="首次会议推选", by=by, now=now)
    made = new_row(one, role=role, starts=on)
    appoint(committee, made, basis="业主委员会首次会议推选", by=by, now=now)


def _post(committee: Committee, one: Member, phone: str, *, basis: str, by: Actor, now: datetime) -> None:
    """Find or make the account of a number and give it the post. BadInput: other_name, closed."""
    if not phone:
        return
    person = ensure_person(phone=phone, name=one.name, now=now)
    if person.closed_at is not None or not person.is_active:
        raise BadInput("closed", field="phone", name=one.name)
    # One wrong digit would give a stranger the rights of a post.
    if "".join(person.name.split()) != "".join(one.name.split()):
        raise BadInput("other_name", field="phone", name=one.name)
    one.person_id = person.pk
    one.save(update_fields=["person_id"])
    held = Post.objects.filter(
        person=person, organisation=committee.term.committee, role=one.role, starts__lte=localdate(now)
    ).exclude(ends__lt=localdate(now))
    post = held.first()
    if post is not None:
        one.post_id = post.pk
        one.save(update_fields=["post_id"])
    else:
        appoint(committee, one, basis=basis, by=by, now=now)


def _seat(made: Committee, members: Sequence[Sitting], *, starts: date) -> list[Member]:
    if len(members) > MAX_MEMBERS:
        raise BadInput("too_many", field="members", most=str(MAX_MEMBERS))
    if len({one.name for one in members}) < len(members):
        raise BadInput("name_twice", field="members")
    if sum(one.role == Role.CHAIR for one in members) > 1:
        raise BadInput("two_chairs", field="members")
    rows = []
    for rank, one in enumerate(members, 1):
        if one.role not in Role.values:
            raise BadInput("unknown_role", field="members")
        rows.append(_row(made, one.name, role=one.role, rank=rank, sat=one, counted=None, starts=starts))
    return rows


def seat_elected(
    made: Committee,
    item: Any,
    *,
    poll: Poll,
    members: Sequence[Sitting],
    starts: date,
    basis: str,
    after: int = 0,
    by: Actor,
    now: datetime,
) -> list[Member]:
    """Rows of everyone whom a poll elected, alternates behind them, and posts of those who sit; ranks go on ``after`` others."""
    given, slate = {one.key: one for one in members if one.key}, _flags(poll)
    stood = candidates.people_of(poll, on=localdate(now))
    rows: list[Member] = []
    everyone = [(one, Role.MEMBER) for one in item["elected"]] + [(one, Role.ALTERNATE) for one in item["alternates"]]
    for rank, (one, role) in enumerate(everyone, after + 1):
        person = stood.get(one["key"])
        sat = _taken_over(given.get(one["key"]), one["name"], one["key"], person)
        row = _row(made, one["name"], role=role, rank=rank, sat=sat, counted=one, starts=starts)
        if row.party_member is None and slate.get(one["key"]) is not None:
            row.party_member, row.party_source, row.party_on = slate[one["key"]], ON_THE_SLATE, made.elected_on
            row.save()
        if role != Role.ALTERNATE and sat.phone:
            _post(made, row, sat.phone, basis=basis, by=by, now=now)
        elif person is not None and person.person_id and not person.represents:
            # The account that stood: found by the register, and signed with on the own phone.
            row.person_id = person.person_id
            row.save(update_fields=["person_id"])
            if role != Role.ALTERNATE:
                appoint(made, row, basis=basis, by=by, now=now)
        rows.append(row)
    return rows


def _taken_over(sat: Sitting | None, name: str, key: str, person: candidates.Person | None) -> Sitting:
    """What is said of somebody, and what their candidacy knows where nothing is said."""
    found = sat or Sitting(name, key=key)
    if person is None:
        return found
    found = replace(
        found, home=found.home or person.address, pledge=found.pledge or " ".join(person.pledges)[:MAX_TEXT]
    )
    if found.party_member is None and person.member is not None:
        # As it was found out last, with where that was known from and of which day: it is what the report on the result says.
        return replace(found, party_member=person.member, party_source=person.member_source, party_on=person.member_on)
    return found


def _row(
    made: Committee, name: str, *, role: str, rank: int, sat: Sitting | None, counted: Any, starts: date
) -> Member:
    if sat is not None and sat.party_member is not None and not sat.party_source.strip():
        raise BadInput("say_source", field="members", name=name)
    flag = sat.party_member if sat is not None else None
    found: Member = Member.objects.create(
        compound_id=made.compound_id, committee=made, name=said(name, "members", 40), role=role, rank=rank,
        voters=counted["voters"] if counted else None, area=counted["area"] or "" if counted else "",
        home=said(sat.home, "home", 60, needed=False) if sat else "",
        party_member=flag, party_source=said(sat.party_source, "party_source", MAX_SOURCE) if sat and flag is not None else "",
        party_on=(sat.party_on or made.elected_on) if sat and flag is not None else None,
        duties=said(sat.duties, "duties", 120, needed=False) if sat else "",
        contact=said(sat.contact, "contact", 60, needed=False) if sat else "",
        pledge=said(sat.pledge, "pledge", 600, needed=False) if sat else "",
        starts=starts,
    )  # fmt: skip
    return found


def _flags(poll: Any) -> dict[str, bool | None]:
    """What the slate says of membership of the Party, by candidate's key: it names no source and no day."""
    from elections.queries.items import items_of

    return {one["key"]: one.get("party_member") for item in items_of(poll) for one in item.candidates}


def _term(compound_id: int, term_id: int) -> Term | None:
    found: Term | None = (
        Term.objects.filter(compound_id=compound_id, pk=term_id, committee__kind=Organisation.Kind.OWNERS_COMMITTEE)
        .select_related("committee")
        .first()
    )
    return found


def _running(compound_id: int, on: date) -> Term | None:
    """The last term of an owners' committee that began before a day, whether it still runs or not."""
    found: Term | None = (
        Term.objects.filter(compound_id=compound_id, starts__lt=on, committee__kind=Organisation.Kind.OWNERS_COMMITTEE)
        .select_related("committee")
        .order_by("-starts", "-pk")
        .first()
    )
    return found


def _body(compound: Compound, before: Term | None, compound_id: int) -> tuple[Organisation, int]:
    if before is not None:
        return before.committee, before.number + 1
    try:
        body = parties.register_organisation(
            kind=Organisation.Kind.OWNERS_COMMITTEE, name=f"{compound.name}业主委员会"[:80]
        )
    except PartyRefused as error:
        raise BadInput(error.code, field="starts") from error
    if Term.objects.filter(committee=body).exclude(compound_id=compound_id).exists():
        raise BadInput("name_taken", field="starts")
    return body, 1


def _leave_office(
    compound_id: int, body: Organisation, before: Term | None, last: date, *, by: Actor, now: datetime
) -> Committee | None:
    """The committee before it goes: its term and posts end the day before, its members' rows with them."""
    if before is None:
        return None
    if before.ends is None or before.ends > last:
        parties.end_term(term=before, ends=max(last, before.starts), basis="换届，新一届业主委员会就任", by=by, now=now)
    for post in posts_in(body.pk, COMMITTEE_ROLES, last):
        if post.ends is None or post.ends > last:
            parties.end_post(post=post, ends=max(last, post.starts), basis="换届", by=by, now=now)
    old: Committee | None = (
        Committee.objects.select_for_update(of=("self",), no_key=True)
        .select_related("term__committee", "compound")
        .filter(compound_id=compound_id, term=before)
        .first()
    )
    if old is None:
        return None
    Member.objects.filter(compound_id=compound_id, committee=old, end="").update(
        ends=max(last, before.starts), end=End.TERM, end_ground="换届", end_as=by.signature
    )
    if old.reelection_since is not None and old.reelection_ended is None:
        old.reelection_ended = localdate(now)
        old.save(update_fields=["reelection_ended"])
    return old
