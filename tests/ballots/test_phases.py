"""Role × phase: every action of elections and ballots, in every state of a poll, by every role. Literal, and all of it asked."""

from collections.abc import Callable
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from ballots.actions.casting import Ballot, cast
from ballots.actions.clock import close_voting, open_voting
from ballots.actions.extending import extend
from ballots.actions.proxies import give, record_paper, take_back
from ballots.actions.reminding import remind
from ballots.actions.speaking import end_speaker, record_speaker
from elections import actions as polls
from elections.actions import Draft, joint
from elections.models import Poll, State
from elections.refusals import NoSuchPoll
from elections.states import MACHINE
from lifecycle.refusals import Refused
from notices.refusals import Refused as BoardRefused
from tenancy.scope import scope
from tests.ballots.conftest import CLOSES, DURING, OPENS, Running, mine, voting
from tests.world import World, phone_of

# What the gate answers; anything else means that the role may and the state lets it, and the form is looked at.
GATE = {"not_your_post", "moved_on", "not_open", "over", "not_yours"}
CONDUCTS = {"secretary", "officer"}  # of the community, which opened it; a committee's chair runs only its own
AGREES = {"secretary", "officer", "chair", "street"}
CONFIRMS = {"secretary", "officer", "chair", "member", "street"}
SEES = {"secretary", "officer", "chair", "member", "street", "city"}
OWN = {"resident"}
EVERYONE = [
    "secretary", "officer", "chair", "member", "manager", "dispatcher", "worker", "worker2", "street", "resident", "neighbour",
    "city",
]  # fmt: skip
WHY = {"reason": "依据街道意见"}
# Of each action: who may, in which states, what it is asked with.
TABLE: dict[str, tuple[Callable[..., Any], set[str], set[str], dict[str, Any]]] = {
    "draw": (polls.draw_roll, CONDUCTS, {"preparing"}, {}),
    "decide": (polls.decide_likeness, CONDUCTS, {"preparing"}, {"number": 1, "same": [], "note": "证件不同"}),
    "exclude": (polls.leave_out, CONDUCTS, {"preparing"}, {"number": 1, **WHY}),
    "freeze": (polls.freeze_roll, CONDUCTS, {"preparing"}, {"office_areas": True}),
    "amend": (polls.amend, CONDUCTS, {"roll_fixed", "called"}, {"number": 1, "area": "88.8", "evidence": "房产证", **WHY}),
    "word": (polls.word_items, CONDUCTS, {"preparing", "roll_fixed"}, {"items": [Draft("other", "同意")]}),
    "confirm": (polls.confirm_items, CONFIRMS, {"preparing", "roll_fixed"}, {}),
    "settle": (
        polls.settle_window, CONDUCTS, {"preparing", "roll_fixed"}, {"opens_at": OPENS, "closes_at": CLOSES},
    ),
    "publish_roll": (polls.publish_roll, CONDUCTS, {"roll_fixed", "called"}, {}),
    "call": (polls.call_poll, CONDUCTS, {"roll_fixed"}, {"accepted": True}),
    "cancel": (polls.cancel_poll, CONDUCTS, {"preparing", "roll_fixed", "called"}, WHY),
    "open": (open_voting, CONDUCTS, {"called"}, {}),
    "close": (close_voting, CONDUCTS, {"voting"}, {}),
    "extend": (extend, CONDUCTS, {"voting"}, {"closes_at": CLOSES + timedelta(days=1), **WHY}),
    "ask_end_early": (joint.ask, AGREES, {"voting"}, {"step": "end_early", **WHY}),
    "ask_reopen": (joint.ask, AGREES, {"closed"}, {"step": "reopen", **WHY}),
    "ask_annul": (joint.ask, AGREES, {"voting", "closed", "counted", "announced"}, {"step": "annul", **WHY}),
    "remind": (remind, CONDUCTS, {"voting"}, {}),
    "record_speaker": (
        record_speaker, CONDUCTS, {"roll_fixed", "called", "voting"},
        {"right": "none", "ground": "estate", "name": "王", "phone": phone_of(0, "stranger"), "note": "公证书"},
    ),
    "end_speaker": (end_speaker, CONDUCTS, {"roll_fixed", "called", "voting"}, {"speaker_id": 0}),
    "record_proxy": (
        record_paper, CONDUCTS, {"roll_fixed", "called", "voting"},
        {"right": "none", "giver": "王", "agent": "李", "phone": phone_of(0, "stranger"), "paper": None},
    ),
    "end_proxy": (take_back, CONDUCTS, {"roll_fixed", "called", "voting"}, {"proxy_id": 0, "person": None}),
}  # fmt: skip


def put(poll: Poll, state: str) -> None:
    """The poll in a state, with the rest as that state needs it."""
    given: dict[str, Any] = {"called_at": None}
    if state not in {"preparing", "roll_fixed", "cancelled"}:
        given = {"called_at": OPENS - timedelta(days=20)}
    if state in {"cancelled", "annulled"}:
        given |= {"ended_at": DURING, "ended_reason": "x"}
    Poll.objects.filter(pk=poll.pk).update(state=state, **given)


def outcome(act: Callable[[], Any]) -> str:
    """ "may", "unseen", or the gate's code; whatever it did is undone."""
    try:
        with transaction.atomic():
            act()
            transaction.set_rollback(True)
    except NoSuchPoll:
        return "unseen"
    except (Refused, BoardRefused) as error:
        return error.code if error.code in GATE else "may"
    except DatabaseError:
        return "may"  # a state that was set by hand lacks what comes before it; the gate let it through
    return "may"


@pytest.mark.parametrize("name", TABLE)
def test_every_action_in_every_state_by_every_role(world: World, name: str) -> None:
    side = world.here
    running = voting(side)
    action, may, states, given = TABLE[name]
    found, expected = {}, {}
    with scope(side.compound.pk):
        actors = {who: side.actor(who, DURING.date()) for who in EVERYONE}
        for state in State.values:
            put(running.poll, state)
            for who in EVERYONE:
                found[state, who] = outcome(
                    lambda who=who: action(  # type: ignore[misc]
                        compound_id=side.compound.pk, ref=running.poll.ref, by=actors[who], now=DURING, **given
                    )
                )
                closed = {"remind": "not_open" if state == "called" else "over"}.get(name, "moved_on")
                expected[state, who] = (
                    "unseen"
                    if who not in SEES
                    else "not_your_post"
                    if who not in may
                    else "may"
                    if state in states
                    else closed
                )
    assert found == expected


def test_every_step_of_the_machine_is_in_the_table() -> None:
    """But those of the floors above: count_in, reset, count, announce, declare; and two that are asked for by two."""
    steps = {one.action for one in MACHINE.transitions}
    above = {"count_in", "reset", "count", "announce", "declare"}
    assert steps - above - {"end_early", "reopen", "annul"} == set(TABLE) & steps
    for name, (_action, _may, states, _given) in TABLE.items():
        step = name.removeprefix("ask_")
        if step in steps:
            assert {state for one in MACHINE.transitions if one.action == step for state in one.sources} == states, name


OUT = {"called": "not_open", "voting": "may"}


@pytest.mark.parametrize("act", ["cast", "give", "take_back"])
def test_owners_in_every_state(world: World, act: str) -> None:
    """One's own right, a neighbour's, and a post that is no owner: in each state."""
    side = world.here
    running = voting(side)
    key = mine(running)[0].key
    found = {}
    with scope(side.compound.pk):
        for state, who in product(State.values, ("resident", "neighbour", "officer")):
            put(running.poll, state)
            found[state, who] = outcome(lambda who=who: _by_owner(act, running, key, who))  # type: ignore[misc]
    expected = {}
    for state, who in product(State.values, ("resident", "neighbour", "officer")):
        unseen = state in {"preparing", "roll_fixed", "cancelled"}
        if act == "take_back":  # there is none of theirs to take back: settled, whoever asks
            expected[state, who] = "unseen" if unseen else "may"
        else:
            mine_or_not = OUT.get(state, "over") if who == "resident" else "not_yours"
            expected[state, who] = "unseen" if unseen else mine_or_not
    assert found == expected


def _by_owner(act: str, running: Running, key: str, who: str) -> Any:
    side = running.side
    person = side.people[who]
    by = {"person": person, "by": side.actor(who, DURING.date()), "now": DURING}
    base: dict[str, Any] = {"compound_id": side.compound.pk, "ref": running.poll.ref, **by}
    if act == "cast":
        return cast(ballot=Ballot(key, {}), verified_at=DURING, device="", **base)
    if act == "give":
        phone = phone_of(0, "stranger")
        return give(right=key, agent="李", phone=phone, choices={}, verified_at=DURING, **base)
    return take_back(proxy_id=0, **base)


def test_the_states_really_move(world: World) -> None:
    """The rows above are of the database, not of memory."""
    running = voting(world.here)
    with scope(world.here.compound.pk), connection.cursor() as cursor:
        put(running.poll, "closed")
        cursor.execute("SELECT state FROM elections_poll WHERE id = %s", [running.poll.pk])
        assert cursor.fetchone() == ("closed",)
