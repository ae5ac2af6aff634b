"""The preparatory or re-election group: its members, its founding with posts in the portal, its list made public, its days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from accounts.actions import ensure_person
from accounts.models import Person
from candidates.actions.change import Step, begin, said
from candidates.models import Group, Member
from candidates.models.groups import MAX_NAME, MAX_WORDS, Kind, SeatKind
from candidates.permissions import may_form
from candidates.queries.figures import local_of
from candidates.queries.owners import find_line
from candidates.refusals import BadInput, NotPermitted, OutOfState
from candidates.rules import makeup
from candidates.words import finding_words
from parties import actions as parties
from parties.models import Organisation, Post
from publicity.actions.opening import Opened, open_period
from tenancy.actor import Actor

MOST = 21


@dataclass(frozen=True, slots=True)
class MemberDraft:
    """One member as typed. ``address`` of an owner's home is looked up in the register; ``phone`` (E.164) lets them act here."""

    name: str
    seat: str
    body: str = ""
    chair: bool = False
    phone: str = ""


@transaction.atomic
def save_members(
    *, compound_id: int, ref: str, kind: str, members: Sequence[MemberDraft], by: Actor, now: datetime
) -> Group:
    """Write down who sits in the group; what stood before is replaced, and a list that was public must be posted again.

    For an owner ``body`` is the home, looked up in the register. Posts of whoever is not in it any more end today, new
    members get theirs if the group is founded. Refused: NoSuchCandidate, NotPermitted (not_your_post), OutOfState
    (poll_moved_on, group_over, make_up), BadInput (unknown_kind, no_members, too_many_members, say_why, too_long,
    unknown_seat, name_twice; ``field`` is member-<place>).
    """
    step = begin(compound_id=compound_id, ref=ref, by=by, now=now)
    _may(step)
    if kind not in Kind.values:
        raise BadInput("unknown_kind", field="kind")
    if not members:
        raise BadInput("no_members", field="members")
    if len(members) > MOST:
        raise BadInput("too_many_members", field="members", most=str(MOST))
    group = step.whole.group or Group(compound_id=compound_id, poll=step.poll, created_at=now)
    if group.ended_on is not None:
        raise OutOfState("group_over")
    before = list(step.whole.members)
    group.kind, group.updated_at, group.label = kind, now, by.signature
    rows = [_row(compound_id, step, number, one, before=before) for number, one in enumerate(members, 1)]
    if len({(one.name, one.body) for one in rows}) < len(rows):
        raise BadInput("name_twice", field="members")
    if group.formed_on is not None:
        _must_be_lawful(rows, step)
        group.notice_ref = ""
    group.save()
    _swap(group, before, rows, step)
    step.record(
        "group_members",
        f"candidates.group:{group.pk}",
        {"members": [[one.name for one in before], [one.name for one in rows]], "kind": [None, kind]},
    )
    return group


def _may(step: Step) -> None:
    if not may_form(step.by, step.poll):
        raise NotPermitted("not_your_post")


def _row(compound_id: int, step: Step, number: int, one: MemberDraft, *, before: Sequence[Member]) -> Member:
    field = f"member-{number}"
    if one.seat not in SeatKind.values:
        raise BadInput("unknown_seat", field=field)
    name, body = said(one.name, field, MAX_NAME), said(one.body, field, 80, needed=False)
    registered, person_id = None, None
    if one.seat == SeatKind.OWNER:
        line = find_line(compound_id=compound_id, name=name, address=body, on=localdate(step.now)) if body else None
        registered = line is not None and line.line is not None
        person_id = line.person_id if line is not None else None
    if one.phone:
        person_id = ensure_person(phone=one.phone, name=name, now=step.now).pk
    else:
        same = next((old for old in before if (old.name, old.body, old.seat) == (name, body, one.seat)), None)
        person_id = same.person_id if same is not None and same.person_id else person_id
    return Member(
        compound_id=compound_id, number=number, name=name, seat=one.seat, body=body, chair=one.chair,
        registered=registered, person_id=person_id,
    )  # fmt: skip


def _swap(group: Group, before: Sequence[Member], rows: Sequence[Member], step: Step) -> None:
    """Put the new list in place of the old; posts follow the people."""
    today = localdate(step.now)
    wanted = {one.person_id: ("leader" if one.chair else "member") for one in rows if one.person_id}
    kept: dict[int, int] = {}
    for post in Post.objects.filter(pk__in=[one.post_id for one in before if one.post_id]):
        if wanted.get(post.person_id) == post.role:
            kept[post.person_id] = post.pk
        else:
            parties.end_post(post=post, ends=max(today, post.starts), basis="成员调整", by=step.by, now=step.now)
    Member.objects.filter(compound_id=group.compound_id, group=group).delete()
    for one in rows:
        one.group = group
        one.post_id = kept.get(one.person_id or 0)
        if one.post_id is None and one.person_id and group.organisation is not None:
            one.post_id = _appoint(group, group.organisation, one, today, step)
    Member.objects.bulk_create(rows)


def _appoint(group: Group, body: Organisation, one: Member, today: date, step: Step) -> int:
    made = parties.appoint(
        person=Person.objects.get(pk=one.person_id or 0), organisation=body,
        role="leader" if one.chair else "member", starts=today, basis=f"{group.get_kind_display()}成员",
        only_compounds=[group.compound_id], by=step.by, now=step.now,
    )  # fmt: skip
    return int(made.pk)


def seats_of(members: Sequence[Any]) -> list[makeup.Seat]:
    """Members as the rules judge them."""
    return [makeup.Seat(one.name, one.seat, one.chair, one.registered) for one in members]


def _must_be_lawful(members: Sequence[Any], step: Step) -> None:
    """What a text of law asks for is not left open at the founding."""
    for one in makeup.findings(seats_of(members), local_of(step.poll)):
        if one.binding and one.code != "not_in_register":
            raise OutOfState("make_up", what=finding_words(one), source=one.source)


@transaction.atomic
def found_group(*, compound_id: int, ref: str, formed_on: date, by: Actor, now: datetime) -> Group:
    """Found the group on a day: it acts in the portal from today, and its ninety days run from that day (指导规则 15).

    Refused: NoSuchCandidate, NotPermitted (not_your_post), OutOfState (poll_moved_on, no_group, founded_already, make_up),
    BadInput (formed_later, formed_too_early).
    """
    step = begin(compound_id=compound_id, ref=ref, by=by, now=now)
    _may(step)
    group, today = _group(step), localdate(now)
    if group.formed_on is not None:
        raise OutOfState("founded_already")
    if formed_on > today:
        raise BadInput("formed_later", field="formed_on")
    ends = makeup.ends_on(formed_on, local_of(step.poll))
    if ends < today:
        raise BadInput("formed_too_early", field="formed_on")
    _must_be_lawful(step.whole.members, step)
    group.formed_on, group.ends_on, group.updated_at = formed_on, ends, now
    group.organisation = _body(step, group)
    group.save()
    parties.begin_term(
        compound=step.poll.compound, committee=group.organisation, number=1, starts=formed_on, ends=ends,
        basis=f"{group.get_kind_display()}成立", by=by, now=now,
    )  # fmt: skip
    for one in step.whole.members:
        if one.person_id:
            one.post_id = _appoint(group, group.organisation, one, today, step)
            one.save(update_fields=["post_id"])
    step.record(
        "found_group",
        f"candidates.group:{group.pk}",
        {"formed_on": [None, str(formed_on)], "ends_on": [None, str(ends)]},
    )
    return group


def _body(step: Step, group: Group) -> Organisation:
    """A body of its own: another compound of the same name, or an earlier election, must not share it."""
    compound = step.poll.compound
    base = f"{compound.name}{group.get_kind_display()}"
    number = 1
    name = base[:80]
    while Organisation.objects.filter(name=name).exists():
        number += 1
        tail = f"（{number}）"
        name = f"{base[: 80 - len(tail)]}{tail}"
    return parties.register_organisation(kind="preparatory_group", name=name)


def _group(step: Step) -> Group:
    if step.whole.group is None:
        raise OutOfState("no_group")
    if step.whole.group.ended_on is not None:
        raise OutOfState("group_over")
    return step.whole.group


@transaction.atomic
def post_group(
    *, compound_id: int, ref: str, days: int | None = None, accepted: bool = False, by: Actor, now: datetime
) -> Opened:
    """Make the members public (within 3 days, for 7: 湖州, 丽水); objections are publicity's, and go to the street.

    Refused: NoSuchCandidate, NotPermitted (not_your_post), OutOfState (poll_moved_on, no_group, found_first, posted_already),
    and as ``open_period`` refuses.
    """
    step = begin(compound_id=compound_id, ref=ref, by=by, now=now)
    _may(step)
    group = _group(step)
    if group.formed_on is None:
        raise OutOfState("found_first")
    if group.notice_ref:
        raise OutOfState("posted_already")
    lines = [
        f"{one.number}. {one.name}（{one.get_seat_display()}{'，组长' if one.chair else ''}）"
        for one in step.whole.members
    ]
    label = group.get_kind_display()
    formed = f"{group.formed_on:%Y年%-m月%-d日}"
    source = (
        f"{step.poll.compound.name}{label}于{formed}成立，成员名单如下，现予公示。\n\n"
        + "\n".join(lines)
        + "\n\n对名单有异议的，请在公示期内在本公告下面提出，由街道、乡镇答复。"
    )
    opened = open_period(
        compound_ids=[compound_id], matter="preparatory", about="election",
        title=f"{step.poll.compound.name}{label}成员名单公示"[:60], source=source, days=days, accepted=accepted, by=by,
        now=now,
    )[0]  # fmt: skip
    group.notice_ref, group.updated_at = opened.notice.ref, now
    group.save(update_fields=["notice_ref", "updated_at"])
    step.record("post_group", f"candidates.group:{group.pk}", {"notice": [None, opened.notice.ref]})
    return opened


@transaction.atomic
def extend_group(*, compound_id: int, ref: str, reason: str, by: Actor, now: datetime) -> Group:
    """Give the group more days, once, where a text allows it (温州 15: 60; 绍兴 16: 90).

    Refused: NoSuchCandidate, NotPermitted (not_your_post), OutOfState (no_group, group_over, found_first, extended_already,
    no_extension_here), BadInput (say_why, too_long).
    """
    step = begin(compound_id=compound_id, ref=ref, by=by, now=now, after_call=True)
    _may(step)
    group, local = _group(step), local_of(step.poll)
    if group.formed_on is None or group.ends_on is None or group.organisation is None:
        raise OutOfState("found_first")
    if group.extended_why:
        raise OutOfState("extended_already")
    try:
        until = makeup.ends_on(group.formed_on, local, extended=True)
    except ValueError as error:
        raise OutOfState("no_extension_here") from error
    before = group.ends_on
    group.extended_why = said(reason, "reason", MAX_WORDS)
    group.ends_on, group.updated_at = until, now
    group.save()
    parties.begin_term(
        compound=step.poll.compound, committee=group.organisation, number=2, starts=date.fromordinal(before.toordinal() + 1),
        ends=until, basis=f"延期：{local.source('group_extension_days')}"[:200], by=by, now=now,
    )  # fmt: skip
    step.record(
        "extend_group",
        f"candidates.group:{group.pk}",
        {"ends_on": [str(before), str(until)], "reason": [None, group.extended_why]},
    )
    return group


@transaction.atomic
def end_group(*, compound_id: int, ref: str, reason: str, by: Actor, now: datetime) -> Group:
    """Dissolve the group: its posts end today. Refused: NoSuchCandidate, NotPermitted (not_your_post), OutOfState (no_group,
    group_over), BadInput (say_why, too_long)."""
    step = begin(compound_id=compound_id, ref=ref, by=by, now=now, after_call=True)
    _may(step)
    group, today = _group(step), localdate(now)
    group.ended_on, group.ended_why, group.updated_at = today, said(reason, "reason", MAX_WORDS), now
    group.save()
    for post in Post.objects.filter(pk__in=[one.post_id for one in step.whole.members if one.post_id]):
        parties.end_post(post=post, ends=max(today, post.starts), basis=group.ended_why[:200], by=by, now=now)
    step.record("end_group", f"candidates.group:{group.pk}", {"reason": [None, group.ended_why]})
    return group
