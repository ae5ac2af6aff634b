"""Casting a ballot by phone: who, for which right, known how; what was chosen goes sealed into the box and nowhere else.

There is no audit entry of a ballot: the chain of the box is the log, and everyone can check it. See docs/decisions/voting.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localtime

from accounts.models import Person
from ballots.messages import link
from ballots.models import Cast, Proxy
from ballots.models.speaking import MAX_NAME
from ballots.queries.people import is_firm_staff, people_of
from ballots.queries.polls import public_poll
from ballots.queries.rights import Mine, right_of
from ballots.refusals import BadInput, NoSuchPoll, NotPermitted, OutOfState
from ballots.rules.hours import is_fresh
from ballots.rules.standing import CHOSEN, PROXY
from boxes import actions as boxes
from elections.box.questions import Item, answers
from elections.models import Poll
from elections.queries.items import box_items
from messaging.actions import queue
from tenancy.actor import Actor

DEVICE = 40


@dataclass(frozen=True, slots=True)
class Ballot:
    """What is handed in for a right. ``choices``: by the item's key ``for``, ``against``, ``abstain``, or keys of candidates; an
    item that is not there is an abstention. ``confirmed``: the other owners of the home chose whoever hands it in."""

    right: str
    choices: Mapping[str, Any]
    confirmed: bool = False


@transaction.atomic
def cast(
    *,
    compound_id: int,
    ref: str,
    ballot: Ballot,
    person: Person,
    verified_at: datetime | None,
    device: str,
    by: Actor,
    now: datetime,
) -> Cast:
    """Put a ballot into the box for a right of the person.

    ``now`` is when it arrived: what arrives at or after the end is refused, whether or not the clock has closed the poll.
    Refused: NoSuchPoll (none that was called), NotPermitted (not_yours, spoken_for, needs_authority, not_concerned, firm_staff),
    OutOfState (not_open, over, already_voted with ``channel`` and ``at``), BadInput (code_needed, say_chosen, unreadable,
    unknown_name, name_twice, too_many_names; ``field`` is the item's key).
    """
    if by.person_id != person.pk:
        raise NoSuchPoll
    poll, mine, items = _opened(compound_id, ref, ballot.right, person, now)
    if mine.standing.refused:
        raise NotPermitted(mine.standing.refused)
    blocked = mine.blocked(again=poll.vote_again)
    if blocked and mine.use is not None:
        raise OutOfState(blocked, channel=mine.use.channel, at=mine.use.at.isoformat())
    via = mine.standing.via
    if via == CHOSEN and not ballot.confirmed:
        raise BadInput("say_chosen", field="confirmed")
    proxy = None
    choices: Mapping[str, Any] | bytes = checked(items, ballot.choices)
    if via == PROXY and mine.proxy is not None:
        proxy = Proxy.objects.select_for_update().get(compound_id=compound_id, pk=mine.proxy.pk)
        if proxy.ended_at is not None:
            raise NotPermitted("not_yours")
        if is_firm_staff(poll, person.phone_digest, now):
            raise NotPermitted("firm_staff")
        if proxy.stated is not None:
            choices = bytes(proxy.stated)
    if not is_fresh(verified_at, now) or verified_at is None:
        raise BadInput("code_needed", field="code")
    entry = boxes.put_in(poll=poll, right=mine.key, choices=choices, by="proxy" if via == PROXY else "owner", now=now)
    made: Cast = Cast.objects.create(
        compound_id=compound_id, poll=poll, right=mine.key, via=via, person_id=person.pk,
        name=(person.name or by.person_name)[:MAX_NAME], confirmed=via == CHOSEN, verified_at=verified_at,
        device=device[:DEVICE], items_hash=poll.items_hash, number=entry.number, receipt=entry.hash, proxy=proxy, at=entry.at,
    )  # fmt: skip
    _tell(poll, mine, made, by, now)
    return made


def _opened(compound_id: int, ref: str, right: str, person: Person, now: datetime) -> tuple[Poll, Mine, list[Item]]:
    poll = public_poll(compound_id, ref)
    if poll is None:
        raise NoSuchPoll
    mine = right_of(poll, person, right)
    if mine is None:
        raise NotPermitted("not_yours")
    if poll.state != "voting":
        raise OutOfState("not_open" if poll.state == "called" else "over")
    if poll.closes_at is None or now >= poll.closes_at:
        raise OutOfState("over")
    items = mine.items(box_items(poll))
    if not items:
        raise NotPermitted("not_concerned")
    return poll, mine, items


def checked(items: list[Item], given: Mapping[str, Any]) -> dict[str, Any]:
    """The choices as they are sealed: only of items that this right votes on, none that would not count.

    Raises BadInput with the item's key as ``field``: an owner is told before, not after, that a choice is invalid.
    """
    kept = {one.key: given[one.key] for one in items if one.key in given and given[one.key] not in ("", None, [])}
    for key, answer in answers(items, kept).items():
        if answer.choice == "invalid":
            seats = next((one.seats for one in items if one.key == key), None)
            chosen = kept.get(key)
            raise BadInput(
                answer.reason,
                field=key,
                most=str(seats or 1),
                chosen=str(len(chosen) if isinstance(chosen, list) else 1),
            )
    if given.keys() - {one.key for one in items}:
        raise BadInput("unknown_item", field="")
    return kept


def _tell(poll: Poll, mine: Mine, made: Cast, by: Actor, now: datetime) -> None:
    """Everyone who has this right hears that it was used, by whom and when; nobody what for."""
    people = set(people_of(poll, [mine.key])) | {made.person_id}
    queue(
        compound_id=poll.compound_id,
        to=people,
        template="ballots.counted",
        context={
            "compound": poll.compound.name,
            "title": poll.title,
            "place": mine.place,
            "when": f"{localtime(made.at):%Y-%m-%d %H:%M}",
            "who": made.name,
        },
        link=link(poll),
        by=by,
        now=now,
        key=f"ballots.counted:{poll.pk}:{made.number}",
    )
