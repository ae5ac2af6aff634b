"""The clock opens and closes by itself, once, late when the box is late, right after downtime; nothing is taken at its end."""

from datetime import timedelta

import pytest

from ballots.actions import clock
from boxes import actions as boxes
from elections.models import Poll
from elections.refusals import NotPermitted, OutOfState
from messaging.models import Message
from tenancy.scope import scope
from tests.ballots.conftest import CLOSES, DURING, OPENS, Running, hand_in, reread, tend, voting
from tests.boxes.conftest import called, holders, keyed
from tests.elections.conftest import do
from tests.elections.test_roll import refused, verbs
from tests.world import Side, World

SECOND = timedelta(seconds=1)


def state(side: Side, poll: Poll) -> str:
    with scope(side.compound.pk):
        return str(Poll.objects.get(pk=poll.pk).state)


def told(side: Side, template: str) -> list[int]:
    with scope(side.compound.pk):
        found = Message.objects.filter(compound=side.compound, template=template, channel="in_app")
        return sorted(found.values_list("person_id", flat=True))


def test_it_opens_at_its_time_and_closes_at_its_time(world: World) -> None:
    side = world.here
    running = keyed(side)
    assert tend(side, OPENS - SECOND) == []
    assert tend(side, OPENS) == [f"open {running.poll.ref}"]
    assert (tend(side, OPENS), tend(side, CLOSES - SECOND)) == ([], [])
    assert tend(side, CLOSES) == [f"close {running.poll.ref}"]
    assert (state(side, running.poll), tend(side, CLOSES)) == ("closed", [])
    assert verbs(side)[-2:] == ["open", "close"]
    reread(running)
    assert (running.poll.voting_at, running.poll.closed_at) == (OPENS, CLOSES)


def test_without_a_box_it_waits_and_its_conductors_are_told_once(world: World) -> None:
    side = world.here
    poll = called(side)
    for _again in range(2):
        assert tend(side, OPENS + SECOND) == []
    assert state(side, poll) == "called"
    officers = sorted({side.people["officer"].pk, side.people["secretary"].pk})
    assert told(side, "ballots.no_box") == officers
    made = do(boxes.set_up_box, side, poll, holders=holders(side))
    assert tend(side, OPENS + 2 * SECOND) == []
    assert told(side, "ballots.no_key") == officers
    for number, who in ((1, "officer"), (2, "chair")):
        do(boxes.confirm_share, side, poll, who, number=number)
    late = OPENS + timedelta(days=1)
    assert tend(side, late) == [f"open {poll.ref}"]
    running = reread(Running(side, poll, made))
    assert (running.poll.voting_at, running.poll.closes_at) == (late, CLOSES)


def test_after_downtime_over_the_whole_window_it_opens_and_closes(world: World) -> None:
    side = world.here
    running = keyed(side)
    ref = running.poll.ref
    assert tend(side, CLOSES + timedelta(days=3)) == [f"open {ref}", f"close {ref}"]
    assert state(side, running.poll) == "closed"


def test_what_comes_at_the_end_is_refused_before_the_clock_has_run(world: World) -> None:
    side = world.here
    running = voting(side)
    with pytest.raises(OutOfState, match="over"):
        hand_in(running, now=CLOSES)
    hand_in(running, now=CLOSES - SECOND)
    tend(side, CLOSES + timedelta(hours=2))
    with pytest.raises(OutOfState, match="over"):
        hand_in(running, "neighbour", now=CLOSES - SECOND)


def test_nobody_opens_or_closes_before_the_time(world: World) -> None:
    side = world.here
    running = keyed(side)
    assert refused(OutOfState, clock.open_voting, side, running.poll) == "too_early"
    assert refused(NotPermitted, clock.open_voting, side, running.poll, who="member") == "not_your_post"
    tend(side, OPENS)
    assert refused(OutOfState, clock.close_voting, side, running.poll, now=DURING) == "too_early"
