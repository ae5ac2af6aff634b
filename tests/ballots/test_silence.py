"""Proof from phones where the owners' rules count silence: told, and opened before the close; said on the ballot beforehand."""

from typing import Any

import time_machine

from ballots.actions.reminding import remind, seen
from ballots.queries.turnout import opened_on_phone
from tenancy.scope import scope
from tests.ballots.conftest import CLOSES, DURING, mine, tend, voting
from tests.ballots.conftest import reread as again
from tests.elections.conftest import do
from tests.world import World

PLAN = {"silent": "majority", "silent_text": "送达后没有投票的，计入多数意见。", "silent_source": "议事规则第八条"}


def test_what_was_opened_before_the_close_is_delivered(world: World) -> None:
    side = world.here
    running = voting(side, plan=PLAN)
    do(remind, side, running.poll, now=DURING)
    with scope(side.compound.pk):
        seen(poll=running.poll, person_id=side.people["resident"].pk, now=DURING)
        # Nothing is proven before the close: until then anyone may still open it.
        assert opened_on_phone(running.poll, running.box) == set()
    keys = {one.key for one in mine(running)}
    tend(side, CLOSES)
    again(running)
    with scope(side.compound.pk):
        seen(poll=running.poll, person_id=side.people["neighbour"].pk, now=CLOSES.replace(hour=23))
        box = running.box
        assert opened_on_phone(running.poll, box) == keys
        box.paper_only = True
        assert opened_on_phone(running.poll, box) == set()


def test_the_ballot_says_what_becomes_of_whoever_does_not_vote(world: World, sign_in: Any) -> None:
    side = world.here
    running = voting(side, plan=PLAN)
    said = "没有投票的：送达即为参与，并计入已投票的多数意见。依据议事规则第八条：送达后没有投票的，计入多数意见。"
    with time_machine.travel(DURING, tick=False):
        client = sign_in(side, "resident")
        at = f"/c/here/polls/{running.poll.ref}/vote/"
        for page in (at, f"{at}right/{mine(running)[0].key}/"):
            assert said in client.get(page).content.decode(), page


def test_where_only_votes_count_nothing_is_said(world: World, sign_in: Any) -> None:
    side = world.here
    running = voting(side)
    with time_machine.travel(DURING, tick=False):
        text = sign_in(side, "resident").get(f"/c/here/polls/{running.poll.ref}/vote/").content.decode()
    assert "没有投票的" not in text
