"""Casting a ballot by phone: who, for which right, known how; what was chosen goes sealed into the box and nowhere else.

There is no audit entry of a ballot: the chain of the box is the log, and everyone can check it. See docs/decisions/voting.md.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.timezone import localtime

from accounts.models import Person
from ballots.messages import link
from ballots.models import Cast, Proxy
from ballots.models.speaking import MAX_NAME
from ballots.queries.people import is_firm_staff, people_of
from ballots.queries.rights import Mine, asked
from ballots.refusals import BadInput, NoSuchPoll, NotPermitted, OutOfState
from ballots.rules.hours import is_fresh
from ballots.rules.standing import CHOSEN, OWNER, PROXY
from boxes import actions as boxes
from elections.box.questions import Item, answers
from elections.models import Poll
from elections.queries.items import called_items
from messaging.actions import queue
from tenancy.actor import Actor
from tenancy.statements import prepared, terse

DEVICE = 40


@dataclass(frozen=True, slots=True)
class Ballot:
    """What is handed in for a right. ``choices``: by the item's key ``for``, ``against``, ``abstain``, or keys of candidates; an
    item that is not there is an abstention; or what reads them from a form once the items of the right are known.
    ``confirmed``: the other owners of the home chose whoever hands it in."""

    right: str
    choices: Mapping[str, Any] | Callable[[list[Item]], Mapping[str, Any]]
    confirmed: bool = False


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
    """Put a ballot into the box for a right of the person. In the transaction of its scope: nothing is written before the box
    has taken the ballot, so a refusal leaves nothing to be undone.

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
    choices: Mapping[str, Any] | bytes = {}
    if via == PROXY and mine.proxy is not None:
        proxy = Proxy.objects.select_for_update(no_key=True).get(compound_id=compound_id, pk=mine.proxy.pk)
        if proxy.ended_at is not None:
            raise NotPermitted("not_yours")
        if is_firm_staff(poll, person.phone_digest, now):
            raise NotPermitted("firm_staff")
    if proxy is not None and proxy.stated is not None:
        choices = bytes(proxy.stated)
    else:
        choices = checked(items, ballot.choices(items) if callable(ballot.choices) else ballot.choices)
    if not is_fresh(verified_at, now) or verified_at is None:
        raise BadInput("code_needed", field="code")
    entry = boxes.put_in(poll=poll, right=mine.key, choices=choices, by="proxy" if via == PROXY else "owner", now=now)
    made = Cast(
        compound_id=compound_id, poll=poll, right=mine.key, via=via, person_id=person.pk,
        name=(person.name or by.person_name)[:MAX_NAME], confirmed=via == CHOSEN, verified_at=verified_at,
        device=device[:DEVICE], items_hash=poll.items_hash, number=entry.number, receipt=entry.hash, proxy=proxy, at=entry.at,
    )  # fmt: skip
    _keep(made)
    _tell(poll, mine, made, person=person, by=by, now=now)
    return made


_NAMES = (
    "compound_id", "poll_id", "right", "via", "person_id", "name", "confirmed", "verified_at", "device", "items_hash", "number",
    "receipt", "proxy_id", "at",
)  # fmt: skip
_KEEP = terse(
    f"""INSERT INTO ballots_cast ({", ".join(f'"{name}"' for name in _NAMES)})
    VALUES ({", ".join(f"%({name})s" for name in _NAMES)}) RETURNING id"""  # noqa: S608  columns of the model
)


def _keep(made: Cast) -> None:
    """Write the row by a prepared statement: everyone else who votes waits for the end of this transaction."""
    with prepared() as cursor:
        cursor.execute(_KEEP, {name: getattr(made, name) for name in _NAMES})
        (made.pk,) = cursor.fetchone()


def _opened(compound_id: int, ref: str, right: str, person: Person, now: datetime) -> tuple[Poll, Mine, list[Item]]:
    found = asked(compound_id, ref, person, right)
    if found is None:
        raise NoSuchPoll
    poll, mine = found
    if mine is None:
        raise NotPermitted("not_yours")
    if poll.state != "voting":
        raise OutOfState("not_open" if poll.state == "called" else "over")
    if poll.closes_at is None or now >= poll.closes_at:
        raise OutOfState("over")
    items = mine.items(called_items(poll))
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


def _are_known(mine: Mine, person: Person) -> bool:
    """Whether the lines of the register name everyone by account: no telephone in them but the person's own."""
    return mine.standing.via in {OWNER, CHOSEN} and mine.phones <= {person.phone_digest}


def _tell(poll: Poll, mine: Mine, made: Cast, *, person: Person, by: Actor, now: datetime) -> None:
    """Everyone who has this right hears that it was used, by whom and when; nobody what for.

    Without a key of the effect: the box takes a ballot once, and its message is of the same transaction.
    """
    people = (
        {made.person_id, *mine.accounts} if _are_known(mine, person) else {made.person_id, *people_of(poll, [mine.key])}
    )
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
    )
