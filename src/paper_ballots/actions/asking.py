"""Asking for a paper ballot: by an owner on the phone, or by an officer for one who has none (杭州 20).

A request uses no right: whoever asked still votes by phone until the paper is taken back into the ballot box.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from boxes.models import Used
from boxes.queries import box_of
from elections.actions.change import said
from elections.models import Poll, Right
from elections.models import State as PollState
from elections.queries.polls import conductors
from messaging.actions import queue
from paper_ballots.actions.change import Ground, found_poll, told
from paper_ballots.messages import desk_link, how_link
from paper_ballots.models import DELIVERED, Asked, Outcome, Paper, Way
from paper_ballots.models.asking import MAX_NAME
from paper_ballots.permissions import handles, prints
from paper_ballots.queries.asking import own_rights, people_told
from paper_ballots.queries.desk import rights_at
from paper_ballots.queries.doors import delivered_to
from paper_ballots.queries.terms import terms_of
from paper_ballots.refusals import BadInput, NoSuchPoll, NotPermitted, OutOfState
from tenancy.actor import Actor

STATES = (PollState.CALLED, PollState.VOTING)


@transaction.atomic
def ask(*, compound_id: int, ref: str, right: str, way: str, note: str = "", by: Actor, now: datetime) -> Asked:
    """An owner asks for the paper of an own right. Whoever conducts is told.

    Refused: NoSuchPoll (also before the call), NotPermitted (not_your_home), OutOfState (moved_on, over, asked_already,
    already_voted with ``channel`` and ``at``, has_paper with ``who``), BadInput (unknown_way, too_long).
    """
    poll = _for_owner(compound_id, ref, now)
    if right not in {one.right for one in own_rights(poll, None, by.person_id)}:
        raise NotPermitted("not_your_home")
    made = _asked(poll, right, way=way, name=by.person_name or by.label, note=note, own=True, by=by, now=now)
    queue(
        compound_id=compound_id,
        to=conductors(poll, localdate(now)),
        template="paper_ballots.asked",
        context=_context(poll, place=_place(poll, right), way=str(Way(way).label)),
        link=desk_link(poll),
        by=by,
        now=now,
    )
    return made


@transaction.atomic
def enter_asked(
    *, compound_id: int, ref: str, address: str, way: str, name: str, note: str = "", by: Actor, now: datetime
) -> Asked:
    """An officer enters what the owner of a home asked for by word of mouth. The accounts of its owners, if any, are told.

    Refused: NoSuchPoll, NotPermitted (not_your_post), OutOfState (as ``ask``), BadInput (not_on_roll, unknown_way, say_why for no
    name, too_long).
    """
    poll = found_poll(compound_id=compound_id, ref=ref, states=STATES, by=by, may=handles)
    _in_time(poll, now)
    rights, _unknown = rights_at(poll, ["".join(address.split())])
    if not rights:
        raise BadInput("not_on_roll", field="address")
    made = _asked(poll, rights[0], way=way, name=said(name, "name", MAX_NAME), note=note, own=False, by=by, now=now)
    _tell(poll, rights[0], "paper_ballots.asked_for_you", by, now, who=made.name, entered_by=by.label)
    return made


@transaction.atomic
def withdraw_asked(*, compound_id: int, ref: str, right: str, by: Actor, now: datetime) -> Asked:
    """An owner no longer wants the paper. One that was made stays good: it may be needed after all.

    Refused: NoSuchPoll, NotPermitted (not_your_home), OutOfState (moved_on, over, not_asked).
    """
    poll = _for_owner(compound_id, ref, now)
    if right not in {one.right for one in own_rights(poll, None, by.person_id)}:
        raise NotPermitted("not_your_home")
    return _end(poll, {"right": right}, "withdraw_asked", "", by=by, now=now)


@transaction.atomic
def refuse_asked(*, compound_id: int, ref: str, asked_id: int, reason: str, by: Actor, now: datetime) -> Asked:
    """Whoever conducts does not give this one, with the reason: asked twice, or by somebody who is no owner. They are told.

    Refused: NoSuchPoll, NotPermitted (not_your_post), OutOfState (moved_on, not_asked, has_paper with ``who``), BadInput
    (say_why, too_long).
    """
    poll = found_poll(compound_id=compound_id, ref=ref, states=STATES, by=by, may=prints)
    why = said(reason, "reason")
    found = open_request(poll, asked_id)
    not_delivered(poll, found.right)
    _tell(poll, found.right, "paper_ballots.not_given", by, now, reason=why)
    return _end(poll, {"pk": asked_id}, "refuse_asked", why, by=by, now=now)


def open_request(poll: Poll, asked_id: int) -> Asked:
    """A request that has not ended; OutOfState (not_asked)."""
    found: Asked | None = Asked.objects.filter(
        compound_id=poll.compound_id, poll=poll, pk=asked_id, ended_at=None
    ).first()  # fmt: skip
    if found is None:
        raise OutOfState("not_asked")
    return found


def not_delivered(poll: Poll, right: str) -> None:
    """Raise OutOfState (has_paper with ``who``) when there is proof that somebody has the paper of a right."""
    box = box_of(poll)
    who = delivered_to(box, right) if box is not None else None
    if who is not None:
        raise OutOfState("has_paper", who=who or str(Outcome.LEFT.label))


def tell_made(at: Ground, rights: Collection[str], *, by: Actor, now: datetime) -> None:
    """Those who asked for one of these papers hear that it is there, and where."""
    asked = Asked.objects.filter(compound_id=at.compound_id, poll=at.poll, right__in=rights, ended_at=None)
    for one in asked:
        terms = terms_of(at.poll) if one.way == Way.COLLECT else None
        where = f"{terms.place}（{terms.hours}）" if terms is not None else at.poll.conductor
        template = "paper_ballots.to_collect" if one.way == Way.COLLECT else "paper_ballots.to_bring"
        _tell(at.poll, one.right, template, by, now, where=where)


def tell_handed(at: Ground, paper: Paper, outcome: str, taken_by: str, *, by: Actor, now: datetime) -> None:
    """After a delivery the owners of a right whose paper was asked for hear who took it: a stranger is noticed."""
    if outcome not in DELIVERED:
        return
    if Asked.objects.filter(compound_id=at.compound_id, poll=at.poll, right=paper.right, ended_at=None).exists():
        who = taken_by or str(Outcome(outcome).label)
        _tell(at.poll, paper.right, "paper_ballots.handed", by, now, who=who)


def _for_owner(compound_id: int, ref: str, now: datetime) -> Poll:
    found: Poll | None = (
        Poll.objects.select_related("compound", "edition")
        .filter(compound_id=compound_id, ref=ref)
        .exclude(state__in=(PollState.PREPARING, PollState.ROLL_FIXED, PollState.CANCELLED))
        .first()
    )
    if found is None:
        raise NoSuchPoll
    if found.state not in STATES:
        raise OutOfState("moved_on", state=str(PollState(found.state).label))
    _in_time(found, now)
    return found


def _in_time(poll: Poll, now: datetime) -> None:
    if poll.closes_at is not None and now >= poll.closes_at:
        raise OutOfState("over")


def _asked(poll: Poll, right: str, *, way: str, name: str, note: str, own: bool, by: Actor, now: datetime) -> Asked:
    if way not in Way.values:
        raise BadInput("unknown_way", field="way")
    words = said(note, "note") if note.strip() else ""
    box = box_of(poll)
    used = Used.objects.filter(compound_id=poll.compound_id, box=box, right=right).first() if box is not None else None
    if used is not None:
        raise OutOfState("already_voted", channel=used.channel, at=used.at.isoformat())
    not_delivered(poll, right)
    try:
        with transaction.atomic():
            made: Asked = Asked.objects.create(
                compound_id=poll.compound_id, poll=poll, right=right, way=way, name=name[:MAX_NAME], note=words,
                person_id=by.person_id if own else None, at=now, label=by.signature,
            )  # fmt: skip
    except IntegrityError as error:
        raise OutOfState("asked_already") from error
    told(poll, action="ask", changes={"right": [None, right], "way": [None, way]}, by=by, now=now)
    return made


def _end(poll: Poll, which: dict[str, Any], action: str, reason: str, *, by: Actor, now: datetime) -> Asked:
    found: Asked | None = (
        Asked.objects.select_for_update(of=("self",), no_key=True)
        .filter(compound_id=poll.compound_id, poll=poll, ended_at=None, **which)
        .first()
    )
    if found is None:
        raise OutOfState("not_asked")
    found.ended_at, found.ended_as, found.ended_reason = now, by.signature, reason
    found.save()
    told(poll, action=action, changes={"right": [found.right, None], "reason": [None, reason]}, by=by, now=now)
    return found


def _tell(poll: Poll, right: str, template: str, by: Actor, now: datetime, **words: str) -> None:
    queue(
        compound_id=poll.compound_id,
        to=people_told(poll, right),
        template=template,
        context=_context(poll, place=_place(poll, right), **words),
        link=how_link(poll),
        by=by,
        now=now,
    )


def _context(poll: Poll, **words: str) -> dict[str, str]:
    return {"compound": str(poll.compound.name), "title": str(poll.title), **words}


def _place(poll: Poll, right: str) -> str:
    """The first home of a right, as the roll writes it. Two statements."""
    found = Right.objects.filter(compound_id=poll.compound_id, edition_id=poll.edition_id, key=right).first()
    if found is None or not found.units:
        return ""
    unit = poll.units.filter(number=found.units[0]).first()
    return str(unit.address) if unit is not None else ""
