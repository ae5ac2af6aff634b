"""Casting a ballot by phone: who, for which right, known how; what was chosen goes sealed into the box and nowhere else.

There is no audit entry of a ballot: the chain of the box is the log, and everyone can check it. See docs/decisions/voting.md.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import Person
from ballots.models import Cast, Proxy
from ballots.models.speaking import MAX_NAME
from ballots.queries.people import is_firm_staff
from ballots.queries.rights import VOTES_AGAIN, Asked, Mine, asked
from ballots.refusals import BadInput, NoSuchPoll, NotPermitted, OutOfState
from ballots.rules.hours import is_fresh
from ballots.rules.standing import CHOSEN, OWNER, PROXY
from boxes import actions as boxes
from elections.box.questions import Item, answers
from elections.models import Poll
from elections.queries.items import called_items
from idempotency.actions import Once
from tenancy.actor import Actor
from tenancy.statements import ALONE, Piece, joined

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
    code: str | None = None,
    once: Once | None = None,
) -> Cast:
    """Put a ballot into the box for a right of the person. In the transaction of its scope: nothing is written before the box
    has taken the ballot, so a refusal leaves nothing to be undone.

    ``now`` is when it arrived: what arrives at or after the end is refused, whether or not the clock has closed the poll.
    ``code`` is the compound's, where nobody has held it against the compound yet. ``once`` is the key of the form: claimed
    while the right is looked up and settled with the ballot where owners may vote again; elsewhere the right itself is used once,
    and a second try hears already_voted. Two statements in all, and of those who vote at the same moment each waits for the
    other's second. Whoever else has the right hears of it soon (``telling``).
    Refused: NoSuchPoll (none that was called), NotPermitted (not_yours, spoken_for, needs_authority, not_concerned, firm_staff),
    OutOfState (not_open, over, already_voted with ``channel`` and ``at``), BadInput (code_needed, say_chosen, unreadable,
    unknown_name, name_twice, too_many_names; ``field`` is the item's key). Raises Replayed and KeyRefused of ``once``.
    """
    if by.person_id != person.pk:
        raise NoSuchPoll
    beside = once.claiming(now, where=VOTES_AGAIN) if once else ALONE
    found = asked(compound_id, ref, person, ballot.right, beside=beside)
    if found is None or code not in {None, found.poll.compound.code}:
        raise NoSuchPoll
    claim = once.claimed(found.given) if once else None
    poll, mine, items = _open_to(found, now)
    via = mine.standing.via
    if via == CHOSEN and not ballot.confirmed:
        raise BadInput("say_chosen", field="confirmed")
    proxy = _authority(poll, mine, person, now) if via == PROXY and mine.proxy is not None else None
    if proxy is not None and proxy.stated is not None:
        choices: Mapping[str, Any] | bytes = bytes(proxy.stated)
    else:
        choices = checked(items, ballot.choices(items) if callable(ballot.choices) else ballot.choices)
    if not is_fresh(verified_at, now) or verified_at is None:
        raise BadInput("code_needed", field="code")
    made = Cast(
        compound_id=compound_id, poll=poll, right=mine.key, via=via, person_id=person.pk,
        name=(person.name or by.person_name)[:MAX_NAME], confirmed=via == CHOSEN, verified_at=verified_at,
        device=device[:DEVICE], items_hash=poll.items_hash, proxy=proxy, untold=True,
    )  # fmt: skip
    pieces = [_kept(made), *([once.settling(claim)] if once and claim else [])]
    entry, written = boxes.put_in_with(
        poll=poll, right=mine.key, choices=choices, by=PROXY if via == PROXY else OWNER, now=now, beside=joined(pieces)
    )  # fmt: skip
    if None in written:
        raise RuntimeError("A ballot was put in and not all was written beside it.")
    made.pk, made.number, made.receipt, made.at = written[0], entry.number, entry.hash, entry.at
    return made


# The columns that the ballot's own statement fills, with the types that nothing else tells.
_COLUMNS = {
    "compound_id": "bigint", "poll_id": "bigint", "right": "text", "via": "text", "person_id": "bigint", "name": "text",
    "confirmed": "boolean", "verified_at": "timestamptz", "device": "text", "items_hash": "text", "proxy_id": "bigint",
    "untold": "boolean",
}  # fmt: skip
# The row is written where the box takes the ballot, and only there.
_KEEP = f"""effect AS (
  INSERT INTO ballots_cast ({", ".join(f'"{name}"' for name in _COLUMNS)}, number, receipt, at)
  SELECT {", ".join(f"%(cast_{name})s::{kind}" for name, kind in _COLUMNS.items())}, put.number, put.hash, put.at
  FROM put WHERE put.code = '' RETURNING id)"""  # noqa: S608  columns of the model


def _kept(made: Cast) -> Piece:
    """The row, written with the ballot."""
    return Piece(_KEEP, ("(SELECT id FROM effect)",), {f"cast_{name}": getattr(made, name) for name in _COLUMNS})


def _open_to(found: Asked, now: datetime) -> tuple[Poll, Mine, list[Item]]:
    """The poll, the right and its items, where the person may vote for it now."""
    poll, mine = found.poll, found.mine
    if mine is None:
        raise NotPermitted("not_yours")
    if poll.state != "voting":
        raise OutOfState("not_open" if poll.state == "called" else "over")
    if poll.closes_at is None or now >= poll.closes_at:
        raise OutOfState("over")
    items = mine.items(called_items(poll))
    if not items:
        raise NotPermitted("not_concerned")
    if mine.standing.refused:
        raise NotPermitted(mine.standing.refused)
    blocked = mine.blocked(again=poll.vote_again)
    if blocked and mine.use is not None:
        raise OutOfState(blocked, channel=mine.use.channel, at=mine.use.at.isoformat())
    return poll, mine, items


def _authority(poll: Poll, mine: Mine, person: Person, now: datetime) -> Proxy:
    """The authority that the person votes by, held until the ballot is in."""
    found: Proxy = Proxy.objects.select_for_update(no_key=True).get(
        compound_id=poll.compound_id, pk=mine.proxy.pk if mine.proxy else 0
    )
    if found.ended_at is not None:
        raise NotPermitted("not_yours")
    if is_firm_staff(poll, person.phone_digest, now):
        raise NotPermitted("firm_staff")
    return found


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
