"""Steps of two parties: asked with a reason, agreed by another party, taken back; what refuses each."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from audit.models import Entry
from elections.actions import joint
from elections.models import JointStep, Poll
from elections.queries.joint import joint_steps, taken_steps
from elections.refusals import BadInput, NoSuchPoll, NotPermitted, OutOfState
from messaging.models import Message
from tenancy.scope import scope
from tests.elections.conftest import NOW, do
from tests.elections.test_calling import called
from tests.elections.test_roll import refused, verbs
from tests.world import Side, World

WHY = "供电检修，提前一天截止"


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The step alone, without what any floor does with it."""
    taken: list[str] = []
    monkeypatch.setattr(joint, "_ways", {})
    joint.register("annul", effect=lambda change, step: _annul(change, step, taken))
    joint.register("end_early", effect=lambda change, step: taken.append(step.reason))
    return taken


def _annul(change: Any, step: JointStep, taken: list[str]) -> None:
    taken.append(step.reason)
    change.set(ended_at=change.now, ended_reason=step.reason, ended_as=step.agreed_as)


def voting(side: Side) -> Poll:
    poll = called(side)
    with scope(side.compound.pk):
        Poll.objects.filter(pk=poll.pk).update(state="voting")
    return poll


def test_a_step_is_taken_when_another_party_agrees(world: World, ways: list[str]) -> None:
    side = world.here
    poll = voting(side)
    asked = do(joint.ask, side, poll, step="annul", reason=f"  {WHY} ")
    with scope(side.compound.pk):
        poll.refresh_from_db()
        assert (poll.state, ways, taken_steps(poll)) == ("voting", [], [])
    made = do(joint.agree, side, poll, who="chair", step_id=asked.pk)
    with scope(side.compound.pk):
        poll.refresh_from_db()
        assert (poll.state, poll.ended_reason, ways) == ("annulled", WHY, [WHY])
        assert [one.pk for one in taken_steps(poll)] == [made.pk]
        entry = Entry.objects.filter(compound=side.compound, verb="elections.annul").get()
    assert (made.asked_party, made.agreed_party, made.agreed_at) == ("community", "committee", NOW)
    assert verbs(side)[-2:] == ["ask", "annul"]
    assert (entry.changes["reason"], entry.changes["asked_as"]) == ([None, WHY], [None, asked.asked_as])


def test_nobody_takes_it_alone(world: World, ways: list[str]) -> None:
    side = world.here
    poll = voting(side)
    asked = do(joint.ask, side, poll, step="end_early", reason=WHY)
    assert refused(NotPermitted, joint.agree, side, poll, step_id=asked.pk) == "same_person"
    assert refused(NotPermitted, joint.agree, side, poll, who="secretary", step_id=asked.pk) == "same_party"
    for who in ("member", "city"):
        assert refused(NotPermitted, joint.agree, side, poll, who=who, step_id=asked.pk) == "not_your_post"
    for who in ("manager", "worker", "resident"):
        refused(NoSuchPoll, joint.agree, side, poll, who=who, step_id=asked.pk)
        refused(NoSuchPoll, joint.ask, side, poll, who=who, step="end_early", reason=WHY)
    assert do(joint.agree, side, poll, who="street", step_id=asked.pk).agreed_party == "street"


def test_what_is_asked_badly(world: World, ways: list[str]) -> None:
    side = world.here
    poll = called(side)
    assert refused(OutOfState, joint.ask, side, poll, step="end_early", reason=WHY) == "moved_on"
    poll = voting(side)
    assert refused(BadInput, joint.ask, side, poll, step="reopen", reason=WHY) == "unknown_step"
    assert refused(BadInput, joint.ask, side, poll, step="end_early", reason=" ") == "say_why"
    assert refused(NotPermitted, joint.ask, side, poll, who="member", step="end_early", reason=WHY) == "not_your_post"
    do(joint.ask, side, poll, step="end_early", reason=WHY)
    assert refused(OutOfState, joint.ask, side, poll, who="chair", step="annul", reason=WHY) == "asked_already"


def test_it_is_taken_back_by_who_asked(world: World, ways: list[str]) -> None:
    side = world.here
    poll = voting(side)
    asked = do(joint.ask, side, poll, step="end_early", reason=WHY)
    assert refused(NotPermitted, joint.withdraw, side, poll, who="chair", step_id=asked.pk) == "not_your_post"
    gone = do(joint.withdraw, side, poll, who="secretary", step_id=asked.pk)
    assert gone.withdrawn_at == NOW
    for action in (joint.agree, joint.withdraw):
        assert refused(OutOfState, action, side, poll, who="chair", step_id=asked.pk) == "settled"
    do(joint.ask, side, poll, who="chair", step="end_early", reason="另一个理由")
    with scope(side.compound.pk):
        assert [one.reason for one in joint_steps(poll)] == ["另一个理由", WHY]


@pytest.mark.parametrize(
    "statement", ["UPDATE elections_jointstep SET reason = 'x'", "DELETE FROM elections_jointstep"]
)
def test_no_statement_changes_a_step_that_was_taken(world: World, ways: list[str], statement: str) -> None:
    side = world.here
    poll = voting(side)
    asked = do(joint.ask, side, poll, step="end_early", reason=WHY)
    do(joint.agree, side, poll, who="chair", step_id=asked.pk)
    with (
        scope(side.compound.pk),
        pytest.raises(DatabaseError, match="never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def told(side: Side) -> list[tuple[str, str, str]]:
    """Template, person and link of everything that was queued about steps."""
    with scope(side.compound.pk):
        names = {person.pk: name for name, person in side.people.items()}
        found = Message.objects.filter(
            compound=side.compound, template__startswith="elections.step_", channel="in_app"
        ).order_by("pk")
        return sorted((one.template, names[one.person_id], one.link) for one in found)


def test_the_other_parties_are_told_and_find_it_on_their_page(
    world: World, ways: list[str], sign_in: Callable[..., Client]
) -> None:
    side = world.here
    joint.register("annul", effect=lambda change, step: _annul(change, step, []), page="polls_call")
    poll = voting(side)
    asked = do(joint.ask, side, poll, step="annul", reason=WHY)
    page = f"/c/here/polls/{poll.ref}/call/"
    assert told(side) == [("elections.step_asked", who, page) for who in ("chair", "street")]
    for who, waits in (("chair", True), ("street", True), ("officer", False), ("secretary", False), ("member", False)):
        client = sign_in(side, who)
        listed = client.get("/polls/").content.decode()
        assert (page in listed, "等您这一方同意" in listed) == (waits, waits), who
        line = client.get(f"/c/here/polls/{poll.ref}/").content.decode()
        assert ("等您这一方同意：作废" in line, "等另一方同意：作废" in line) == (waits, not waits), who
    do(joint.agree, side, poll, who="chair", step_id=asked.pk)
    assert told(side)[0] == ("elections.step_agreed", "officer", page)
    assert "等您这一方同意" not in sign_in(side, "street").get("/polls/").content.decode()


def test_whoever_was_told_hears_that_it_was_taken_back(world: World, ways: list[str]) -> None:
    side = world.here
    poll = voting(side)
    asked = do(joint.ask, side, poll, who="chair", step="end_early", reason=WHY)
    do(joint.withdraw, side, poll, who="chair", step_id=asked.pk)
    found = [(code, who) for code, who, _link in told(side)]
    people = ("officer", "secretary", "street")
    assert found == [(f"elections.step_{what}", who) for what in ("asked", "withdrawn") for who in people]
    refused(OutOfState, joint.agree, side, poll, who="street", step_id=asked.pk)
    assert len(told(side)) == len(found)
