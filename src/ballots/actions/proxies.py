"""Written authority to vote for a right: given by an owner on the phone, or recorded from paper; taken back; capped (P14)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localtime

from accounts.crypto import digest
from accounts.models import Person
from audit.actions import record
from ballots.actions.casting import checked
from ballots.actions.speaking import kept, known_number, opened
from ballots.messages import link
from ballots.models import Form, Proxy
from ballots.models.speaking import MAX_GROUND, MAX_NAME
from ballots.queries.people import is_firm_staff, right_named
from ballots.queries.polls import public_poll
from ballots.queries.rights import right_of
from ballots.refusals import BadInput, NoSuchPoll, NotPermitted, OutOfState
from ballots.rules.hours import is_fresh
from ballots.rules.standing import CHOSEN, OWNER, SPEAKER
from boxes.queries import sealing_box
from elections.actions.change import said
from elections.box.ballots import NotABallot, seal
from elections.models import Poll
from elections.queries.items import box_items
from elections.rules.jurisdictions import parameters
from messaging.actions import queue
from tenancy.actor import Actor
from ui.words import masked_phone

GIVERS = (OWNER, CHOSEN, SPEAKER)


def states_choices(poll: Poll) -> bool:
    """Whether the place asks for the owner's own word on each item (上海 18, 浙江 9)."""
    return bool(parameters(poll.jurisdiction, poll.on)["proxy_stated"])


def cap(poll: Poll) -> int | None:
    """How many owners one agent may act for; the compound's own rules before the place's."""
    own = poll.plan.get("proxy_cap")
    found = own if own is not None else parameters(poll.jurisdiction, poll.on)["proxy_cap"]
    return int(found) if found is not None else None


@transaction.atomic
def give(
    *,
    compound_id: int,
    ref: str,
    right: str,
    agent: str,
    phone: str,
    choices: Mapping[str, Any] | None,
    person: Person,
    verified_at: datetime | None,
    by: Actor,
    now: datetime,
) -> Proxy:
    """An owner lets somebody vote for a right, on the phone, after a fresh code.

    Where the place asks for it, ``choices`` are the owner's own word on each item, sealed at once to the key of the box: the
    agent hands in that and reads it as little as we do. Refused: NoSuchPoll, NotPermitted (not_yours, firm_staff, own_number),
    OutOfState (not_open, over, already_voted, given_already), BadInput (code_needed, state_choices, and as
    ``casting.checked``; bad_phone, over_cap, say_why, too_long).
    """
    poll = public_poll(compound_id, ref)
    if poll is None or by.person_id != person.pk:
        raise NoSuchPoll
    mine = right_of(poll, person, right)
    if mine is None or mine.standing.via not in GIVERS:
        raise NotPermitted("not_yours")
    if poll.state != "voting" or poll.closes_at is None or now >= poll.closes_at:
        raise OutOfState("not_open" if poll.state == "called" else "over")
    if mine.use is not None:
        raise OutOfState("already_voted", channel=mine.use.channel, at=mine.use.at.isoformat())
    name, number = said(agent, "agent", MAX_NAME), known_number(phone, "phone")
    if digest(number) == person.phone_digest:
        raise NotPermitted("own_number")
    stated = _sealed(poll, mine.items(box_items(poll)), choices) if states_choices(poll) else None
    if not is_fresh(verified_at, now):
        raise BadInput("code_needed", field="code")
    return _made(
        poll, mine.key, agent=name, number=number, by=by, now=now, form=Form.PHONE, giver=person.name[:MAX_NAME],
        giver_id=person.pk, stated=stated,
    )  # fmt: skip


def _sealed(poll: Poll, items: Any, choices: Mapping[str, Any] | None) -> bytes:
    if choices is None:
        raise BadInput("state_choices", field="choices")
    spec = sealing_box(poll)
    if spec is None or not spec.public_key:
        raise OutOfState("not_open")
    try:
        return seal(spec, checked(items, choices))
    except NotABallot as error:
        raise BadInput("unreadable", field="choices") from error


@transaction.atomic
def record_paper(
    *,
    compound_id: int,
    ref: str,
    right: str,
    giver: str,
    agent: str,
    phone: str,
    paper: Any,
    note: str = "",
    by: Actor,
    now: datetime,
) -> Proxy:
    """Record a signed authority from its photo. What it says of the items stays on the paper: the photo shows the signatures.

    Refused: NoSuchPoll, NotPermitted (not_your_post, firm_staff), OutOfState (moved_on, given_already), BadInput (no_such_right,
    no_paper, bad_phone, over_cap, say_why, too_long), FileRefused.
    """
    poll = opened(compound_id, ref, by)
    found = right_named(poll, right)
    if found is None:
        raise BadInput("no_such_right", field="right")
    if not paper:
        raise BadInput("no_paper", field="paper")
    return _made(
        poll, found.key, agent=said(agent, "agent", MAX_NAME), number=known_number(phone, "phone"), by=by, now=now,
        form=Form.PAPER, giver=said(giver, "giver", MAX_NAME), paper=kept(poll, paper, by, now),
        note=said(note, "note", MAX_GROUND) if note.strip() else "",
    )  # fmt: skip


def _made(poll: Poll, right: str, *, agent: str, number: str, by: Actor, now: datetime, **fields: Any) -> Proxy:
    agent_digest = digest(number)
    if is_firm_staff(poll, agent_digest, now):
        raise NotPermitted("firm_staff")
    # Everyone who gives or records a proxy in this poll waits here: the cap is counted by one at a time.
    Poll.objects.select_for_update(of=("self",), no_key=True).get(compound_id=poll.compound_id, pk=poll.pk)
    live = Proxy.objects.filter(compound_id=poll.compound_id, poll=poll, ended_at=None)
    if live.filter(right=right).exists():
        raise OutOfState("given_already")
    most = cap(poll)
    if most is not None and live.filter(agent_digest=agent_digest).count() >= most:
        raise BadInput("over_cap", field="phone", most=str(most))
    made: Proxy = Proxy.objects.create(
        compound_id=poll.compound_id, poll=poll, right=right, agent=agent, agent_digest=agent_digest,
        agent_shown=masked_phone(number), at=now, person_id=by.person_id, post_id=by.post_id, label=by.signature, **fields,
    )  # fmt: skip
    # Before the call nobody is told of a poll.
    if poll.called_at is not None:
        _tell(poll, made, "ballots.given", by=by, now=now)
    _entry(poll, "give", {"giver": [None, made.giver], "agent": [None, agent], "form": [None, made.form]}, by, now)
    return made


@transaction.atomic
def take_back(*, compound_id: int, ref: str, proxy_id: int, person: Person | None, by: Actor, now: datetime) -> Proxy:
    """Take an authority back: an owner of the right on the phone, or an officer with the owner's word. A ballot that the agent
    handed in stays until the owner votes, which then counts in its place.

    Refused: NoSuchPoll, NotPermitted (not_yours, not_your_post), OutOfState (settled, moved_on).
    """
    if person is None:
        poll = opened(compound_id, ref, by)
    else:
        found = public_poll(compound_id, ref)
        if found is None or by.person_id != person.pk:
            raise NoSuchPoll
        poll = found
    proxy: Proxy | None = Proxy.objects.filter(compound_id=compound_id, poll=poll, pk=proxy_id, ended_at=None).first()
    if proxy is None:
        raise OutOfState("settled")
    if person is not None:
        mine = right_of(poll, person, proxy.right)
        if mine is None or mine.standing.via not in GIVERS:
            raise NotPermitted("not_yours")
    proxy.ended_at, proxy.ended_as = now, by.signature
    proxy.save(update_fields=["ended_at", "ended_as"])
    _tell(poll, proxy, "ballots.taken_back", by=by, now=now)
    _entry(poll, "take_back", {"giver": [proxy.giver, None], "agent": [proxy.agent, None]}, by, now)
    return proxy


def _tell(poll: Poll, proxy: Proxy, template: str, *, by: Actor, now: datetime) -> None:
    agent = Person.objects.filter(phone_digest=proxy.agent_digest, phone_verified=True).first()
    context = {"compound": poll.compound.name, "title": poll.title, "giver": proxy.giver}
    if template == "ballots.given" and poll.closes_at is not None:
        context["until"] = f"{localtime(poll.closes_at):%Y-%m-%d %H:%M}"
    queue(
        compound_id=poll.compound_id,
        to=[agent.pk] if agent else [],
        template=template,
        context=context,
        link=link(poll, "voter"),
        by=by,
        now=now,
        key=f"{template}:{proxy.pk}",
    )


def _entry(poll: Poll, verb: str, changes: dict[str, list[Any]], by: Actor, now: datetime) -> None:
    record(
        by=by, compound_id=poll.compound_id, verb=f"ballots.{verb}", target=f"elections.poll:{poll.pk}", changes=changes,
        now=now,
    )  # fmt: skip
