"""Proof from doors in the opening of a box: whoever had a paper brought and did not vote, where the owners' rules count them."""

import json
from typing import Any

from boxes.delivered import rights_of
from paper_ballots import actions
from tenancy.scope import scope
from tests.boxes.conftest import Running, cast, closed, opened, sealed
from tests.elections.conftest import do
from tests.paper_ballots.conftest import printed, returned
from tests.paper_ballots.test_papers import door
from tests.world import World

PLAN = {"silent": "majority", "silent_text": "送达后没有投票的，计入多数意见", "silent_source": "议事规则第八条"}


def named(running: Running) -> list[Any]:
    return [json.loads(one.body)["rights"] for one in running.entries() if one.kind == "silent"]


def test_only_what_was_delivered_and_not_used_is_silent(world: World) -> None:
    running = sealed(world.here, plan=PLAN)
    papers = printed(running)
    for number, (paper, outcome) in enumerate(zip(papers, ("handed", "family", "absent"), strict=True)):
        do(actions.deliver, running.side, running.poll, **door(paper, client_id=f"s{number}", outcome=outcome))
    with scope(world.here.compound.pk):
        assert rights_of(running.poll, running.box) == {papers[0].right, papers[1].right}
    cast(running, running.keys.index(papers[0].right), {running.items[0].key: "for"})
    closed(running)
    opened(running)
    assert named(running) == [[papers[1].right]]


def test_a_paper_in_the_ballot_box_is_a_vote_and_no_silence(world: World) -> None:
    """Even before anyone has read it: its owner came."""
    from boxes.actions.opening import _silent
    from tests.boxes.conftest import AFTER

    running = sealed(world.here, plan=PLAN)
    papers = printed(running)
    do(actions.deliver, running.side, running.poll, **door(papers[0], client_id="s1"))
    returned(running, papers[0])
    closed(running)
    with scope(world.here.compound.pk):
        assert _silent(running.box, running.poll, AFTER) == {"silent": [None, 0]}
    assert named(running) == [[]]
