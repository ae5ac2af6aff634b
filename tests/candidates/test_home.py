"""What the front page asks of an owner about an election that is prepared: to name somebody, to agree, to answer."""

from typing import Any

import time_machine

from tests.candidates.preparing import DAY, do, named, passed, planned, pledged
from tests.candidates.test_standing import draft
from tests.elections.conftest import NOW, opened
from tests.world import World


def words(sign_in: Any, side: Any, who: str, at: Any = NOW) -> set[str]:
    """Which of the cards somebody sees."""
    with time_machine.travel(at, tick=False):
        page = sign_in(side, who).get("/").content.decode()
    return {one for one in ("可以提名候选人", "有人提名您参选", "您的参选材料还没有齐", "请您陈述意见") if one in page}


def test_an_owner_is_asked_while_names_are_taken(world: World, sign_in: Any) -> None:
    side = world.here
    opened(side)
    assert words(sign_in, side, "resident") == set()
    poll = planned(side)
    assert words(sign_in, side, "resident") == {"可以提名候选人"}
    assert words(sign_in, side, "resident", NOW + 20 * DAY) == set()
    assert words(sign_in, world.there, "resident") == set()
    with time_machine.travel(NOW, tick=False):
        page = sign_in(side, "resident").get("/").content.decode()
    assert f"/c/here/polls/{poll.ref}/candidates/" in page


def test_whoever_was_named_is_asked_for_what_is_left(world: World, sign_in: Any) -> None:
    side = world.here
    poll = planned(side)
    one = do(
        "nominate",
        side,
        poll,
        draft=draft(route="recommended", name="neighbour", address=side.homes[1].address, statement=""),
    )
    assert words(sign_in, side, "neighbour") == {"有人提名您参选"}
    assert words(sign_in, side, "resident") == {"可以提名候选人"}
    do("consent", side, poll, "neighbour", candidate=one.ref)
    assert words(sign_in, side, "neighbour") == {"您的参选材料还没有齐"}
    own = named(side, poll)
    assert words(sign_in, side, "resident") == {"您的参选材料还没有齐"}
    do("withdraw", side, poll, "resident", candidate=own.ref, reason="不参选了")
    assert words(sign_in, side, "resident") == {"可以提名候选人"}


def test_who_is_to_be_refused_is_asked_to_answer(world: World, sign_in: Any) -> None:
    side = world.here
    poll = planned(side)
    one = pledged(side, poll)
    do("answer", side, poll, candidate=one.ref, body=1, outcome="refuse", ground="ability", words="没有时间")
    assert words(sign_in, side, "resident") == {"请您陈述意见"}
    do("reply", side, poll, "resident", candidate=one.ref, body=1, words="已经退休，有时间")
    assert words(sign_in, side, "resident") == {"可以提名候选人"}


def test_a_running_preparation_costs_no_statement(world: World, sign_in: Any, statements: Any) -> None:
    side = world.here
    counted = []
    for _time in range(2):
        with time_machine.travel(NOW, tick=False):
            client = sign_in(side, "resident")
            client.get("/")
            with statements() as seen:
                client.get("/")
        counted.append(len(seen))
        passed(side, planned(side), "resident")
    assert counted[0] == counted[1]
