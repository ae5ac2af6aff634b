"""Every action on a result, in every phase of it, by every role: allowed, or the code of its refusal. One literal table.

``secretary`` and ``officer`` are the community's, who conduct the election; ``chair`` and ``member`` sit in the
committee before it.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from committees import actions
from committees.refusals import NoSuchCommittee
from elections.models import Poll
from elections.queries.items import items_of
from elections.refusals import NoSuchPoll
from tenancy.scope import scope
from tests.committees.conftest import COUNTED, DAY, announced, counted, declared, drafted, over, votes
from tests.tables import letters_of, told
from tests.world import Side, World

ROLES = ("secretary", "officer", "street", "chair", "member", "manager", "worker", "resident", "neighbour", "city")
CODES = {
    "+": "",
    "-": "",  # does not see that there is one
    "p": "not_your_post",
    "m": "moved_on",
    "s": "say_supervisors",
    "T": "tie_open",
    "t": "no_tie",
    "r": "no_such_poll",
    "i": "still_public",
    "R": "publicity_runs",
    "d": "not_declared",
    "f": "further_round",
    "n": "no_seat",
}
LETTERS = letters_of(CODES)
Made = dict[str, Any]
Given = Callable[[Made], dict[str, Any]]


def ref(made: Made) -> dict[str, Any]:
    """Of the poll."""
    return {"ref": made["poll"].ref}


RESULT: tuple[tuple[str, Given], ...] = (
    ("draft_result", lambda made: {**ref(made), "supervisors": "叶青、章明", "contact": "居委会"}),
    ("settle_tie", lambda made: {**ref(made), "item_key": made["key"], "ground": "议事规则"}),
    ("open_revote", lambda made: {**ref(made), "item_key": made["key"], "on": made["now"].date() + 30 * DAY}),
    ("announce", ref),
    ("announce_again", ref),
    ("declare", ref),
    ("open_further_round", lambda made: {**ref(made), "on": made["now"].date() + 30 * DAY}),
    ("take_office", lambda made: {**ref(made), "starts": made["now"].date() + DAY, "years": 5, "members": []}),
)


def polled(side: Side, poll: Poll, now: datetime) -> Made:
    """What the acts on a result need."""
    with scope(side.compound.pk):
        return {"poll": Poll.objects.get(pk=poll.pk), "key": items_of(poll)[0].key, "now": now}


def after(side: Side) -> Made:
    """A result whose days are over."""
    poll, outcome = announced(side)
    return polled(side, poll, over(side, outcome))


def done(side: Side, **given: Any) -> Made:
    """A result that was declared."""
    return polled(side, *declared(side, **given))


PHASES: dict[str, Callable[[Side], Made]] = {
    "counted": lambda side: polled(side, counted(side), COUNTED),
    "tied": lambda side: polled(side, drafted(side, named=votes((95, 92, 90, 84, 70, 70, 20))), COUNTED),
    "announced": lambda side: polled(side, announced(side)[0], COUNTED),
    "days over": after,
    "declared": done,
    "too few": lambda side: done(side, named=votes((95, 92, 90, 20, 20, 20, 20))),
}
# A row for each of ROLES with a letter for each of RESULT.
TABLE: dict[str, str] = {
    "counted": """
secretary  +ttsmmdd
officer    +ttsmmdd
street     pppppppp
chair      pppppppp
member     pppppppp
manager    ppp-p-pp
worker     ppp-p-pp
resident   ppp-p-pp
neighbour  ppp-p-pp
city       pppppppp
""",
    "tied": """
secretary  +r+Tmmdd
officer    +r+Tmmdd
street     pppppppp
chair      pppppppp
member     pppppppp
manager    ppp-p-pp
worker     ppp-p-pp
resident   ppp-p-pp
neighbour  ppp-p-pp
city       pppppppp
""",
    "announced": """
secretary  mmmmiRdd
officer    mmmmiRdd
street     pppppppp
chair      pppppppp
member     pppppppp
manager    ppp-p-pp
worker     ppp-p-pp
resident   ppp-p-pp
neighbour  ppp-p-pp
city       pppppppp
""",
    "days over": """
secretary  mmmmi+dd
officer    mmmmi+dd
street     pppppppp
chair      pppppppp
member     pppppppp
manager    ppp-p-pp
worker     ppp-p-pp
resident   ppp-p-pp
neighbour  ppp-p-pp
city       pppppppp
""",
    "declared": """
secretary  mmmmmmn+
officer    mmmmmmn+
street     pppppppp
chair      pppppppp
member     pppppppp
manager    ppp-p-pp
worker     ppp-p-pp
resident   ppp-p-pp
neighbour  ppp-p-pp
city       pppppppp
""",
    "too few": """
secretary  mmmmmm+f
officer    mmmmmm+f
street     pppppppp
chair      pppppppp
member     pppppppp
manager    ppp-p-pp
worker     ppp-p-pp
resident   ppp-p-pp
neighbour  ppp-p-pp
city       pppppppp
""",
}


def said(side: Side, made: Made, who: str, act: str, given: Given) -> str:
    """The letter of what happens."""

    def tried() -> None:
        getattr(actions, act)(compound_id=side.compound.pk, by=made["actors"][who], now=made["now"], **given(made))

    return told(side.compound.pk, tried, LETTERS, (NoSuchCommittee, NoSuchPoll))


@pytest.mark.parametrize("phase", sorted(PHASES))
def test_every_action_by_every_role_in_every_phase(world: World, phase: str) -> None:
    side = world.here
    actors = {who: side.actor(who, COUNTED.date()) for who in ROLES}
    made = {**PHASES[phase](side), "actors": actors}
    rows = [f"{who:<10} " + "".join(said(side, made, who, act, given) for act, given in RESULT) for who in ROLES]
    assert "\n".join(rows) == TABLE[phase].strip("\n")
