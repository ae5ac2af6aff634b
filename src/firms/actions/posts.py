"""Entering posts and ending them. Who may enter whom is the table in ``firms.permissions``."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from accounts.actions import ensure_person
from accounts.models import NAME_LENGTH, Person
from firms import leaving
from firms.actions.change import FirmRefused, NotThere, must_have_ground, reach
from firms.permissions import appoints
from firms.queries import bodies as body_reads
from firms.queries import posts as reads
from firms.queries.bodies import Body
from messaging.actions import queue
from parties import actions as parties
from parties.actions import PartyRefused
from parties.models import Organisation, Post
from parties.queries import compounds_concerned
from tenancy.actor import Actor, system_actor
from tenancy.queries import compounds

# A post that begins further away is a slip of the keyboard.
AHEAD = timedelta(days=366)
EARLIEST = date(1990, 1, 1)
CLOCK = "clock"


@transaction.atomic
def enter_post(
    *,
    body_id: int,
    phone: str,
    name: str,
    role: str,
    starts: date,
    ends: date | None,
    basis: str,
    only: Iterable[int] | None,
    crossed: bool,
    by: Actor,
    now: datetime,
) -> Post:
    """Enter somebody into a post of a body that the actor reaches. ``phone`` is E.164; ``only`` limits it to compounds.

    An account of that number is found without a word; without one it is made, and the person signs in by code. ``crossed``
    says that it is a cross-appointment (交叉任职): the oldest post that the person holds in another body is named with it.

    Refuses: no_compound, role (not the actor's to give), self, name, other_name (the account has another one), closed, starts,
    ends, basis, only (outside the actor's own), whole (wider than the actor's own), twice, not_crossed. NotThere out of reach.
    """
    must_have_ground(by)
    today = localdate(now)
    body = reach(by, body_id, today)
    if role not in appoints(by, body.party):
        raise FirmRefused("role", field="role")
    why = basis.strip()[:200]
    if not why:
        raise FirmRefused("basis", field="basis")
    if not EARLIEST <= starts <= today + AHEAD:
        raise FirmRefused("starts", field="starts")
    if ends is not None and ends < max(starts, today):
        raise FirmRefused("ends", field="ends")
    covered = _covered(by, body, only, today)
    person = _person(phone, name, now)
    if person.pk == by.person_id:
        raise FirmRefused("self", field="phone")
    if reads.same_post(person.pk, body_id, role, max(starts, today), ends) is not None:
        raise FirmRefused("twice", field="phone")
    cross = None
    if crossed:
        others = [one.id for one in body_reads.bodies(by, today)] + body_reads.reached_firms(by, today)
        cross = reads.held_elsewhere(person, body_id, others, today)
        if cross is None:
            raise FirmRefused("not_crossed", field="crossed")
    try:
        made = parties.appoint(
            person=person,
            organisation=Organisation.objects.get(pk=body_id),
            role=role,
            starts=starts,
            ends=ends,
            basis=why,
            only_compounds=covered,
            cross_from=cross,
            by=by,
            now=now,
        )
    except PartyRefused as error:
        raise FirmRefused(error.code) from error
    _tell(made, body, "firms.appointed", by, now, starts=str(starts))
    return made


def _person(phone: str, name: str, now: datetime) -> Person:
    tidy = " ".join(name.split())
    if not 1 <= len(tidy) <= NAME_LENGTH:
        raise FirmRefused("name", field="name")
    person = ensure_person(phone=phone, name=tidy, now=now)
    if person.closed_at is not None or not person.is_active:
        raise FirmRefused("closed", field="phone")
    # One wrong digit would give a stranger the rights of a post.
    if "".join(person.name.split()) != "".join(tidy.split()):
        raise FirmRefused("other_name", field="name")
    return person


def _covered(by: Actor, body: Body, only: Iterable[int] | None, on: date) -> list[int] | None:
    if not body.is_firm:
        return None
    if only is None:
        if not reads.may_cover_all(by, body):
            raise FirmRefused("whole", field="only")
        return None
    chosen = sorted(set(only))
    if not chosen or set(chosen) - set(reads.choices(by, body, on)):
        raise FirmRefused("only", field="only")
    return chosen


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to be said before a post ends: ``code`` open (with ``words`` and ``count``), own or last."""

    code: str
    words: str = ""
    count: int = 0


def warnings(found: Post, *, by: Actor, on: date) -> list[Notice]:
    """What the one who ends a post is told first: work still open with it, the own post, the last one in its role."""
    told = [Notice("open", words, count) for words, count in leaving.open_with(by.compound_ids, found.pk)]
    if found.person_id == by.person_id:
        told.append(Notice("own"))
    if found.role in {"manager", "chair", "secretary", "leader", "director"} and not reads.others_in_role(found, on):
        told.append(Notice("last"))
    return told


@transaction.atomic
def end_post(*, body_id: int, post_id: int, ends: date, why: str, sure: bool, by: Actor, now: datetime) -> int:
    """End a post on its last day; returns how many things went back to the desk.

    With today or an earlier day whatever is open goes back now; with a later one, the night after it (``give_back_left``).
    Refuses: not_yours, why, ends, sooner (it ends earlier anyway), sure (with the warnings). NotThere out of reach, or over.
    """
    must_have_ground(by)
    today = localdate(now)
    body, found = _lock(body_id, post_id, by, today)
    reason = why.strip()[:200]
    if not reason:
        raise FirmRefused("why", field="why")
    # Yesterday is the earliest: what was, was. It ends the rights at this moment.
    if ends < max(found.starts, today - timedelta(days=1)) or ends > today + AHEAD * 10:
        raise FirmRefused("ends", field="ends")
    if found.ends is not None and ends >= found.ends:
        raise FirmRefused("sooner", field="ends")
    told = warnings(found, by=by, on=today)
    if told and not sure:
        raise FirmRefused("sure", field="sure", warnings=told)
    try:
        parties.end_post(post=found, ends=ends, basis=reason, by=by, now=now)
    except PartyRefused as error:
        raise FirmRefused(error.code, field="ends") from error
    given = _give_back(by.compound_ids, post_id, by, now) if ends <= today else 0
    _tell(found, body, "firms.post_ended", by, now, ends=str(ends), why=reason)
    return given


@transaction.atomic
def void_post(*, body_id: int, post_id: int, why: str, by: Actor, now: datetime) -> int:
    """Take back a post that was entered by mistake, on its first day or before; it covers nothing from this moment.

    Refuses: not_yours, why, begun, own. Returns how many things went back to the desk.
    """
    must_have_ground(by)
    _body, found = _lock(body_id, post_id, by, localdate(now))
    reason = why.strip()[:200]
    if not reason:
        raise FirmRefused("why", field="why")
    try:
        parties.void_post(post=found, basis=reason, by=by, now=now)
    except PartyRefused as error:
        raise FirmRefused(error.code) from error
    return _give_back(by.compound_ids, post_id, by, now)


def _lock(body_id: int, post_id: int, by: Actor, on: date) -> tuple[Body, Post]:
    body = reach(by, body_id, on)
    seen = reads.post(by, body_id, post_id, on)
    if seen is None:
        raise NotThere
    found = (
        Post.objects.select_for_update(of=("self",), no_key=True)
        .select_related("organisation", "person")
        .get(pk=post_id)
    )
    if found.ends is not None and found.ends < on:
        raise NotThere
    if not reads.may_touch(by, body, found):
        raise FirmRefused("not_yours")
    return body, found


def _give_back(compound_ids: Sequence[int], post_id: int, by: Actor, now: datetime) -> int:
    return sum(leaving.give_back(compound_id=pk, post_id=post_id, by=by, now=now) for pk in sorted(compound_ids))


@transaction.atomic
def give_back_left(*, compound_id: int, now: datetime) -> int:
    """Take back what posts still hold in a compound that ended before today. For the nightly sweep; safe to repeat."""
    by = system_actor(CLOCK, (compound_id,))
    left = leaving.left_behind(compound_id, localdate(now))
    return sum(leaving.give_back(compound_id=compound_id, post_id=post_id, by=by, now=now) for post_id in left)


def _tell(post: Post, body: Body, template: str, by: Actor, now: datetime, **context: str) -> None:
    """The person, in a compound that the post covers: there the message is read. One without an account yet gets a text."""
    concerned = compounds_concerned(body.id, by.compound_ids, localdate(now))
    covered = [pk for pk in concerned if post.only_compounds is None or pk in post.only_compounds]
    where = next(iter([*covered, *concerned, *sorted(by.compound_ids)]))
    names = "、".join(one.name for one in compounds(covered)[:3]) or body.name
    queue(
        compound_id=where,
        to=[post.person_id] if post.person_id != by.person_id else [],
        template=template,
        context={"body": body.name, "role": str(Post.Role(post.role).label), "places": names, **context},
        link="/standing/",
        by=by,
        now=now,
        urgent=not post.person.phone_verified,
        key=f"{template}:{post.pk}:{post.ends}",
    )
