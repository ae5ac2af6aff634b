"""Calling a poll: what is decided, when and how it is voted, and the call after which nothing of it changes."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from elections.actions.change import begin, said
from elections.box.questions import items_hash
from elections.hooks import refuse_call
from elections.models import Item, Kind, Poll, Secrecy
from elections.models.items import MAX_ITEM
from elections.permissions import may_conduct, may_confirm
from elections.queries.items import box_items, items_of, scopes_of
from elections.refusals import BadInput, OutOfState
from elections.rules.committees import seat_problems
from elections.rules.jurisdictions import parameters
from elections.rules.matters import MATTERS, stricter
from elections.rules.plans import NotARule, checked
from tenancy.actor import Actor

MAX_ITEMS = 30
MAX_CANDIDATES = 60
MAX_CANDIDATE = 40
ELECTION = "elect"


@dataclass(frozen=True, slots=True)
class Draft:
    """A motion as it is worded: its matter (``rules.matters``), its text, the part of the roll that decides it ("" for all).

    ``also``: the other matters that it is at once; the strictest of them all decides (A1).
    """

    matter: str
    text: str
    scope: str = ""
    confirmed_as: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Named:
    """A name on the ballot. ``key`` stays with the person whatever the order; ``party_member`` None where it is not known."""

    key: str
    name: str
    party_member: bool | None = None


@transaction.atomic
def word_items(*, compound_id: int, ref: str, items: Sequence[Draft], by: Actor, now: datetime) -> list[Item]:
    """Say what a decision is about, in the order of the ballot; what was worded before is replaced.

    Refused: NoSuchPoll, NotPermitted (not_your_post), OutOfState (moved_on), BadInput (not_a_decision, no_items, too_many_items,
    unknown_matter, no_such_place, say_why, too_long; ``field`` names the item by its place: item-1).
    """
    change = begin(compound_id=compound_id, ref=ref, action="word", by=by, now=now)
    poll = change.poll
    if poll.kind != Kind.DECISION:
        raise BadInput("not_a_decision", field="items")
    if not items:
        raise BadInput("no_items", field="items")
    if len(items) > MAX_ITEMS:
        raise BadInput("too_many_items", field="items", most=str(MAX_ITEMS))
    scopes = scopes_of(poll)
    rows = []
    for number, one in enumerate(items, 1):
        field = f"item-{number}"
        # Members are elected by name: a motion to elect would hide the names (278 (3)).
        fitting = (one.matter, *one.also)
        if any(code not in MATTERS or code == ELECTION for code in fitting):
            raise BadInput("unknown_matter", field=field)
        matter = stricter(fitting).code
        if one.scope and one.scope not in scopes:
            raise BadInput("no_such_place", field=field)
        rows.append(
            Item(
                compound_id=compound_id, poll=poll, number=number, key=f"m{secrets.token_hex(4)}", matter=matter,
                also=[code for code in dict.fromkeys(fitting) if code != matter],
                text=said(one.text, field, MAX_ITEM), scope=one.scope, confirmed_as=one.confirmed_as[:160],
                worded_by=by.person_id, worded_as=by.signature,
            )
        )  # fmt: skip
    before = items_of(poll)
    Item.objects.filter(compound_id=compound_id, poll=poll).delete()
    Item.objects.bulk_create(rows)
    change.note("items", [one.text for one in before], [one.text for one in rows])
    change.save()
    return rows


@transaction.atomic
def confirm_items(*, compound_id: int, ref: str, by: Actor, now: datetime) -> list[Item]:
    """Agree on the matters under which the items stand (P2): somebody else of those who see polls, not whoever worded them.

    Refused: NoSuchPoll, NotPermitted (not_your_post), OutOfState (moved_on, no_items), BadInput (your_own_words).
    """
    change = begin(compound_id=compound_id, ref=ref, action="confirm", by=by, now=now, may=may_confirm)
    items = items_of(change.poll)
    if not items:
        raise OutOfState("no_items")
    if any(one.worded_by == by.person_id for one in items):
        raise BadInput("your_own_words")
    for one in items:
        one.confirmed_as = by.signature
    Item.objects.bulk_update(items, ["confirmed_as"])
    change.note("confirmed", None, [f"{one.number} {one.matter}" for one in items])
    change.save()
    return items


@transaction.atomic
def set_slate(
    *,
    compound_id: int,
    ref: str,
    text: str,
    seats: int,
    candidates: Sequence[Named],
    least_seats: int | None = None,
    may: Callable[[Actor, Poll], bool] = may_conduct,
    by: Actor,
    now: datetime,
) -> Item:
    """Put the names of an election on the ballot, in this order; what stood there before is replaced.

    ``least_seats`` as ``rules.committees.least_members`` finds it; None: the place's ordinary least. Of a vote again among
    equals, or on seats that stayed empty, the number is no committee's and is not judged (``Poll.filling``). ``may``: who else
    settles the names, as upper floors know it. Refused: NoSuchPoll, NotPermitted (not_your_post), OutOfState (moved_on), BadInput
    (not_an_election, seats_even, seats_too_few, seats_too_many, no_candidates, too_many_candidates, name_twice, say_why,
    too_long).
    """
    change = begin(compound_id=compound_id, ref=ref, action="word", by=by, now=now, may=may)
    poll = change.poll
    if poll.kind != Kind.ELECTION:
        raise BadInput("not_an_election", field="seats")
    local = parameters(poll.jurisdiction, poll.on)
    least = local["seats_least"] if least_seats is None else least_seats
    for problem in () if poll.filling else seat_problems(seats, local, least=least):
        raise BadInput(problem, field="seats")
    if not candidates:
        raise BadInput("no_candidates", field="candidates")
    if len(candidates) > MAX_CANDIDATES:
        raise BadInput("too_many_candidates", field="candidates", most=str(MAX_CANDIDATES))
    if len({one.key for one in candidates}) < len(candidates):
        raise BadInput("name_twice", field="candidates")
    before = items_of(poll)
    Item.objects.filter(compound_id=compound_id, poll=poll).delete()
    made: Item = Item.objects.create(
        compound_id=compound_id, poll=poll, number=1, key=before[0].key if before else f"e{secrets.token_hex(4)}",
        matter=ELECTION, text=said(text, "text", MAX_ITEM), seats=seats,
        candidates=[
            {
                "key": one.key,
                "name": said(one.name, "candidates", MAX_CANDIDATE),
                "party_member": one.party_member,
            }
            for one in candidates
        ],
    )  # fmt: skip
    change.note("seats", before[0].seats if before else None, seats)
    # Who is a Party member is shown to few; the entry names the candidates alone.
    change.note(
        "candidates",
        [one["name"] for one in before[0].candidates] if before else [],
        [one["name"] for one in made.candidates],
    )
    change.save()
    return made


@transaction.atomic
def settle_window(
    *,
    compound_id: int,
    ref: str,
    opens_at: datetime,
    closes_at: datetime,
    secrecy: str = Secrecy.NAMED,
    vote_again: bool = False,
    plan: Mapping[str, Any] | None = None,
    accepted: bool = False,
    by: Actor,
    now: datetime,
) -> Poll:
    """Set when and how it is voted. ``plan``: what the compound's own rules say, by the parameters' names; None leaves it, and a
    rule that is None in it is the place's again.

    ``accepted``: whoever sets it has read that a number of ours, not one of the law, says otherwise. Refused: NoSuchPoll,
    NotPermitted (not_your_post), OutOfState (moved_on), BadInput (opens_in_the_past, closes_before_it_opens, window_too_short,
    window_too_long, unknown_secrecy, secret_decision, unknown_rule, silent_without_text,
    silent_without_source).
    """
    change = begin(compound_id=compound_id, ref=ref, action="settle", by=by, now=now)
    poll = change.poll
    if secrecy not in Secrecy.values:
        raise BadInput("unknown_secrecy", field="secrecy")
    # A8: owners' decisions are signed; secret ballots are used for elections only.
    if secrecy == Secrecy.SECRET and poll.kind != Kind.ELECTION:
        raise BadInput("secret_decision", field="secrecy")
    if opens_at <= now:
        raise BadInput("opens_in_the_past", field="opens_at")
    if closes_at <= opens_at:
        raise BadInput("closes_before_it_opens", field="closes_at")
    local = parameters(poll.jurisdiction, localdate(opens_at))
    for name, problem in (("window_days_least", "window_too_short"), ("window_days_most", "window_too_long")):
        bound = local[name]
        wrong = bound is not None and (
            closes_at - opens_at < timedelta(days=bound)
            if name.endswith("least")
            else closes_at - opens_at > timedelta(days=bound)
        )
        if wrong and not (accepted and local.rows[name].standing != "law"):
            raise BadInput(problem, field="closes_at", days=str(bound), source=local.source(name))
    change.set(
        opens_at=opens_at, closes_at=closes_at, first_closes_at=closes_at, secrecy=secrecy, vote_again=vote_again
    )
    if plan is not None:
        try:
            change.set(plan=checked({**poll.plan, **plan}))
        except NotARule as error:
            raise BadInput(error.code, field=error.name) from error
    return change.save()


@transaction.atomic
def call_poll(*, compound_id: int, ref: str, accepted: bool = False, by: Actor, now: datetime) -> Poll:
    """Call it: from now on its items, its names and its window stand, and the days of notice run (条例 14; 杭州 19).

    ``accepted`` as in ``settle_window``. Refused: NoSuchPoll, NotPermitted (not_your_post), OutOfState (moved_on, no_items,
    no_window, firm_votes_frozen, notice_too_short).
    """
    change = begin(compound_id=compound_id, ref=ref, action="call", by=by, now=now)
    poll = change.poll
    items = box_items(poll)
    if not items:
        raise OutOfState("no_items")
    if poll.opens_at is None or poll.closes_at is None:
        raise OutOfState("no_window")
    refuse_call(poll, by, now)
    local = parameters(poll.jurisdiction, localdate(poll.opens_at))
    name = notice_days(poll)
    days: int = local[name]
    # Full days between the notice and the first day of voting: neither of the two counts.
    given = (localdate(poll.opens_at) - localdate(now)).days - 1
    if given < days and not (accepted and local.rows[name].standing != "law"):
        raise OutOfState("notice_too_short", days=str(days), given=str(max(given, 0)), source=local.source(name))
    change.set(called_at=now, on=localdate(poll.opens_at), items_hash=items_hash(items))
    return change.save()


def notice_days(poll: Poll) -> str:
    """Which parameter says how many days of notice: an extraordinary meeting of owners may have fewer (杭州 19)."""
    extraordinary = poll.kind == Kind.DECISION and poll.plan.get("extraordinary")
    return "notice_days_extraordinary" if extraordinary else "notice_days_regular"
