"""Every action of a box, in every state of a poll, by every role: allowed, or the code of its refusal. One literal table.

A letter stands for what happens (``CODES``). The holders of the shares are ``officer``, ``chair`` and ``street``, each of their
own body; ``secretary`` is of the officer's body and holds none; ``member`` is of the chair's.
"""

from collections.abc import Callable
from typing import Any

import pytest

from boxes import actions
from boxes.actions import counting
from boxes.models import Opening
from boxes.refusals import NoSuchPoll, OutOfState
from elections import actions as polls
from elections.actions import joint
from elections.models import Poll
from elections.models import State as PollState
from elections.models.joint import JointStep
from tenancy.scope import scope
from tests.boxes.conftest import (
    AFTER,
    DURING,
    OPENS,
    Running,
    called,
    cast,
    closed,
    give,
    holders,
    opened,
    sealed,
    step,
)
from tests.boxes.test_trouble import GIVEN
from tests.elections.conftest import NOW, do, drawn, fixed
from tests.tables import letters_of, told
from tests.world import Side, World

CODES = {
    "+": "",  # allowed
    "-": "no_such_poll",  # does not see that there is one
    "p": "not_your_post",
    "y": "not_your_share",
    "w": "same_person",
    "m": "moved_on",
    "b": "no_box",
    "h": "no_such_holder",
    "f": "too_few_shares",
    "e": "enough_shares",
    "n": "not_open",
    "g": "share_given",
    "k": "key_not_held",
}
LETTERS = letters_of(CODES)
ROLES = (
    "secretary", "officer", "chair", "member", "street", "city", "manager", "dispatcher", "worker", "resident", "neighbour",
)  # fmt: skip
# In the order of the columns: the key is made; the first, second and third holder's share is confirmed; a share is given; the box
# is opened; a reset is asked for; one that the committee's chair asked for is agreed to.
STEPS = ("make", "confirm 1", "confirm 2", "confirm 3", "give", "open", "ask", "agree")
# What the clock and the floors above do, a ballot, the head of the day and the count name no person: the last row.
QUIET = ("start", "put_in", "take_paper", "close", "reopen", "count_in", "heads", "count")
# A row for each of ROLES with a letter for each of STEPS; the last for QUIET.
TABLE = {
    "preparing": """
secretary  mhhhbbmm
officer    mhhhbbmm
chair      phhhbpmm
member     phhhbppp
street     phhhbpmm
city       phhhbppp
manager    --------
dispatcher --------
worker     --------
resident   --------
neighbour  --------
(nobody)   mnnmmmbb
""",
    "roll_fixed": """
secretary  +hhhbbmm
officer    +hhhbbmm
chair      phhhbpmm
member     phhhbppp
street     phhhbpmm
city       phhhbppp
manager    --------
dispatcher --------
worker     --------
resident   --------
neighbour  --------
(nobody)   mnnmmmbb
""",
    "called": """
secretary  +yyybbmm
officer    ++yybbmm
chair      py+ybpmm
member     pyyybppp
street     pyy+bpmm
city       pyyybppp
manager    --------
dispatcher --------
worker     --------
resident   --------
neighbour  --------
(nobody)   knnmmmbb
""",
    "voting": """
secretary  myyybbmm
officer    mmyybbmm
chair      pymybpmm
member     pyyybppp
street     pyymbpmm
city       pyyybppp
manager    --------
dispatcher --------
worker     --------
resident   --------
neighbour  --------
(nobody)   m+++mm+b
""",
    "closed": """
secretary  myyy+f++
officer    mmyy+f++
chair      pymy+p+w
member     pyyy+ppp
street     pyym+p++
city       pyyy+ppp
manager    --------
dispatcher --------
worker     --------
resident   --------
neighbour  --------
(nobody)   mnnm++bb
""",
    "given": """
secretary  myyy++ee
officer    mmyy++ee
chair      pymy+pew
member     pyyy+ppp
street     pyym+pee
city       pyyy+ppp
manager    --------
dispatcher --------
worker     --------
resident   --------
neighbour  --------
(nobody)   mnnmggbb
""",
    "opened": """
secretary  myyybbbb
officer    mmyybbbb
chair      pymybpbw
member     pyyybppp
street     pyymbpbb
city       pyyybppp
manager    --------
dispatcher --------
worker     --------
resident   --------
neighbour  --------
(nobody)   mnnmbbb+
""",
    "counted": """
secretary  myyybbmm
officer    mmyybbmm
chair      pymybpmm
member     pyyybppp
street     pyymbpmm
city       pyyybppp
manager    --------
dispatcher --------
worker     --------
resident   --------
neighbour  --------
(nobody)   mnnmmmbb
""",
    "announced": """
secretary  myyybbmm
officer    mmyybbmm
chair      pymybpmm
member     pyyybppp
street     pyymbpmm
city       pyyybppp
manager    --------
dispatcher --------
worker     --------
resident   --------
neighbour  --------
(nobody)   mnnmmmbb
""",
    "declared": """
secretary  myyybbmm
officer    mmyybbmm
chair      pymybpmm
member     pyyybppp
street     pyymbpmm
city       pyyybppp
manager    --------
dispatcher --------
worker     --------
resident   --------
neighbour  --------
(nobody)   mnnmmmbb
""",
    "cancelled": """
secretary  myyybbmm
officer    mmyybbmm
chair      pymybpmm
member     pyyybppp
street     pyymbpmm
city       pyyybppp
manager    --------
dispatcher --------
worker     --------
resident   --------
neighbour  --------
(nobody)   mnnmmmbb
""",
    "annulled": """
secretary  myyybbmm
officer    mmyybbmm
chair      pymybpmm
member     pyyybppp
street     pyymbpmm
city       pyyybppp
manager    --------
dispatcher --------
worker     --------
resident   --------
neighbour  --------
(nobody)   mnnmmmbb
""",
}


def at_state(side: Side, state: str) -> Running | Poll:
    """A poll in a state, as far as its box has come by then."""
    if state == "preparing":
        return drawn(side, kind="decision")
    if state == "roll_fixed":
        return fixed(side, kind="decision")[0]
    if state == "called":
        poll = called(side)
        return Running(side, poll, do(actions.set_up_box, side, poll, holders=holders(side)))
    if state == "cancelled":
        poll = called(side)
        made = do(actions.set_up_box, side, poll, holders=holders(side))
        do(polls.cancel_poll, side, poll, reason="改期")
        return Running(side, poll, made)
    running = sealed(side)
    cast(running, 1, {running.items[0].key: "for"})
    if state != "voting":
        closed(running)
    if state == "given":
        give(running, 2)
        give(running, 3)
    if state == "opened":
        opened(running)
    if state in {"counted", "announced", "declared"}:
        opening = opened(running)
        counting.count(compound_id=side.compound.pk, opening_id=opening.pk, processes=1, now=AFTER)
    if state in {"announced", "declared", "annulled"}:
        with scope(side.compound.pk):
            Poll.objects.filter(pk=running.poll.pk).update(
                state=state, **({"ended_at": AFTER, "ended_reason": "作废"} if state == "annulled" else {})
            )
    return running


def tried(side: Side, effect: Callable[[], Any]) -> str:
    """What comes of it, as a letter; nothing of it is kept."""
    return told(side.compound.pk, effect, LETTERS, (NoSuchPoll,))


def waiting(side: Side, poll: Poll) -> int:
    """A reset that the chair asked for, whatever the state of the poll is now."""
    with scope(side.compound.pk):
        by = side.actor("chair", NOW.date())
        made: JointStep = JointStep.objects.create(
            compound_id=side.compound.pk, poll=poll, action="reset", reason="遗失", given=GIVEN, asked_at=AFTER,
            asked_party=by.party, asked_organisation_id=by.organisation_id, asked_person_id=by.person_id, asked_as="x",
        )  # fmt: skip
    return made.pk


def row(side: Side, found: Running | Poll, role: str, now: Any) -> str:
    """Every step by one role."""
    poll = found.poll if isinstance(found, Running) else found
    text = found.made.shares[1] if isinstance(found, Running) else "x"
    of = {"compound_id": side.compound.pk, "ref": poll.ref, "by": side.actor(role, NOW.date()), "now": now}
    drafts = holders(side)

    tries: dict[str, Callable[[], Any]] = {
        "make": lambda: actions.set_up_box(holders=drafts, **of),
        "confirm 1": lambda: actions.confirm_share(number=1, **of),
        "confirm 2": lambda: actions.confirm_share(number=2, **of),
        "confirm 3": lambda: actions.confirm_share(number=3, **of),
        "give": lambda: actions.give_share(text=text, **of),
        "open": lambda: actions.open_box(**of),
        "ask": lambda: joint.ask(step="reset", reason="两份遗失", given=GIVEN, **of),
        "agree": lambda: joint.agree(step_id=waiting(side, poll), **of),
    }
    return "".join(tried(side, tries[name]) for name in STEPS)


def quiet(side: Side, found: Running | Poll, now: Any) -> str:
    """Every step that no person takes by themselves."""
    poll = found.poll if isinstance(found, Running) else found
    running = found if isinstance(found, Running) else None
    right = running.keys[0] if running is not None else "0" * 16
    choices = {running.items[0].key: "for"} if running is not None else {"a": "for"}

    def machine(action: str, effect: Any, **given: Any) -> Callable[[], Any]:
        return lambda: step(Running(side, poll, running.made if running else None), action, effect, now, **given)  # type: ignore[arg-type]

    def counts() -> None:
        opening = Opening.objects.filter(compound_id=side.compound.pk).first()
        done = counting.count(
            compound_id=side.compound.pk, opening_id=opening.pk if opening else 0, processes=1, now=AFTER
        )
        if done is None:
            raise OutOfState("no_box")

    def heads() -> None:
        if not actions.publish_heads(compound_id=side.compound.pk):
            raise OutOfState("no_box")

    tries: dict[str, Callable[[], Any]] = {
        "start": machine("open", actions.start),
        "put_in": lambda: actions.put_in(poll=poll, right=right, choices=choices, now=now),
        "take_paper": lambda: actions.take_paper(poll=poll, right=right, by="owner", now=now),
        "close": machine("close", actions.close),
        "reopen": machine("reopen", actions.reopen),
        "count_in": machine("count_in", actions.count_in, batch="1", papers=[(right, "owner", choices)]),
        "heads": heads,
        "count": counts,
    }
    return "".join(tried(side, tries[name]) for name in QUIET)


# "given" and "opened" are "closed" with two shares given, and with the box open and its count under way.
STATES = (
    "preparing", "roll_fixed", "called", "voting", "closed", "given", "opened", "counted", "announced", "declared",
    "cancelled", "annulled",
)  # fmt: skip
WHEN = {"preparing": NOW, "roll_fixed": NOW, "called": OPENS, "voting": DURING}


def table_of(side: Side, state: str) -> str:
    """What the actions say."""
    found = at_state(side, state)
    now = WHEN.get(state, AFTER)
    lines = [f"{role:<11}{row(side, found, role, now)}" for role in ROLES]
    return "\n".join([*lines, f"{'(nobody)':<11}{quiet(side, found, now)}"])


@pytest.mark.parametrize("state", STATES)
def test_every_role_may_in_every_state_what_the_table_says(world: World, state: str) -> None:
    assert table_of(world.here, state) == TABLE[state].strip()


def test_the_table_is_whole() -> None:
    assert tuple(TABLE) == STATES
    assert set(STATES) - {"given", "opened"} == set(PollState.values)
    for rows in TABLE.values():
        assert [line.split()[0] for line in rows.strip().splitlines()] == [*ROLES, "(nobody)"]
    said = "".join(line.split()[1] for rows in TABLE.values() for line in rows.strip().splitlines())
    # Every code stands somewhere, and every step is allowed to somebody at some time.
    assert set(said) == set(CODES)
    for place in range(len(STEPS)):
        columns = [line.split()[1][place] for rows in TABLE.values() for line in rows.strip().splitlines()[:-1]]
        assert "+" in columns, STEPS[place]
