"""A box takes each right once, keeps its chain whole, and refuses what comes before, after or twice."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from boxes import actions
from boxes.models import Entry, Head, Tip, Used
from boxes.queries import proof, receipt_of, turnout, used
from boxes.refusals import BadInput, OutOfState
from elections.box.chain import broken_at
from elections.box.tree import root_of
from tenancy.scope import scope
from tests.boxes.conftest import CLOSES, DURING, cast, closed, keyed, sealed, step
from tests.elections.conftest import NOW
from tests.world import World


def code(error: type[Exception], action: Any, *args: Any, **given: Any) -> str:
    """The code with which something is refused."""
    with pytest.raises(error) as found:
        action(*args, **given)
    return str(found.value.code)  # type: ignore[attr-defined]


def test_every_entry_is_chained_and_the_chain_is_the_one_of_the_rules(world: World) -> None:
    running = sealed(world.here)
    key = running.items[0].key
    first = cast(running, 0, {key: "for"})
    cast(running, 1, {key: "against"})
    closed(running)
    found = running.entries()
    assert [(one.number, one.kind) for one in found] == [(1, "set_up"), (2, "ballot"), (3, "ballot"), (4, "closed")]
    assert broken_at([one.link for one in found]) is None
    assert (found[1].pk, found[1].hash, found[1].at) == (first.pk, first.hash, first.at)
    assert json.loads(found[0].body)["roll"] == running.poll.edition.fingerprint
    with scope(world.here.compound.pk):
        heads = list(Head.objects.filter(compound=world.here.compound, box=running.box).order_by("number"))
    assert [(one.number, one.why, one.hash) for one in heads] == [
        (1, "set_up", found[0].hash),
        (4, "close", found[3].hash),
    ]


def test_a_right_is_used_once(world: World) -> None:
    running = sealed(world.here)
    key = running.items[0].key
    first = cast(running, 0, {key: "for"})
    assert code(OutOfState, cast, running, 0, {key: "against"}) == "already_voted"
    assert code(OutOfState, cast, running, 0, {key: "for"}, by="proxy") == "already_voted"
    cast(running, 1, {key: "for"}, by="proxy")
    assert code(OutOfState, cast, running, 1, {key: "against"}, by="proxy") == "already_voted"
    own = cast(running, 1, {key: "against"})
    with scope(world.here.compound.pk):
        assert {one.hash for one in used(running.poll).values()} == {first.hash, own.hash}
        receipt = receipt_of(running.poll, running.keys[1])
        assert receipt is not None
        assert (receipt.by, receipt.channel, receipt.number) == ("owner", "phone", own.number)
        assert turnout(running.poll)[""].voters == 2


def test_whoever_may_vote_again_does_and_the_last_one_is_the_receipt(world: World) -> None:
    running = sealed(world.here, vote_again=True)
    key = running.items[0].key
    cast(running, 0, {key: "for"})
    last = cast(running, 0, {key: "against"})
    with scope(world.here.compound.pk):
        assert [one.hash for one in used(running.poll).values()] == [last.hash]
    assert [one.kind for one in running.entries()] == ["set_up", "ballot", "ballot"]


def test_nothing_is_put_in_before_or_after(world: World) -> None:
    running = keyed(world.here)
    key = running.items[0].key
    assert code(OutOfState, cast, running, 0, {key: "for"}) == "not_open"
    step(running, "open", actions.start, DURING)
    assert code(OutOfState, cast, running, 0, {key: "for"}, now=CLOSES) == "not_open"
    cast(running, 0, {key: "for"}, now=CLOSES - timedelta(microseconds=1))
    closed(running)
    # A ballot that waited in a queue and comes with an earlier time is not let in either.
    assert code(OutOfState, cast, running, 1, {key: "for"}, now=DURING) == "not_open"
    assert [one.kind for one in running.entries()] == ["set_up", "ballot", "closed"]


def test_what_is_no_ballot_of_this_box_is_refused(world: World) -> None:
    running = sealed(world.here)
    key = running.items[0].key
    for choices in ({"other": "for"}, {key: "长" * 4000}, b"too short", {key: 1.5}):
        assert code(BadInput, cast, running, 0, choices) == "not_a_ballot"
    with scope(world.here.compound.pk):
        assert code(
            BadInput, actions.put_in, poll=running.poll, right="nobody", choices={key: "for"}, now=DURING
        ) == "not_on_roll"  # fmt: skip
        assert not Used.objects.filter(compound=world.here.compound).exists()
    assert len(running.entries()) == 1


def test_the_proof_leads_to_the_published_root_and_shows_no_choice(world: World) -> None:
    running = sealed(world.here)
    key = running.items[0].key
    receipts = [cast(running, place, {key: "for"}).hash for place in range(len(running.keys))]
    with scope(world.here.compound.pk):
        assert proof(running.poll, receipts[0]) is None
    box = closed(running)
    with scope(world.here.compound.pk):
        for one in receipts:
            found = proof(running.poll, one)
            assert found is not None
            path = [bytes.fromhex(step) for step in found.path]
            assert root_of(bytes.fromhex(one), index=found.index, size=found.size, path=path) == bytes.fromhex(box.root)
        assert proof(running.poll, "0" * 64) is None


def test_a_box_opened_again_goes_on_with_its_chain(world: World) -> None:
    running = sealed(world.here)
    key = running.items[0].key
    cast(running, 0, {key: "for"})
    closed(running, DURING)
    step(running, "reopen", actions.reopen, DURING)
    cast(running, 1, {key: "for"})
    box = closed(running)
    assert [one.kind for one in running.entries()] == ["set_up", "ballot", "closed", "reopened", "ballot", "closed"]
    assert (box.receipts, box.state) == (2, "closed")


def test_a_box_without_shares_in_hands_does_not_start(world: World) -> None:
    from tests.boxes.conftest import Running, called, holders
    from tests.elections.conftest import do

    poll = called(world.here)
    made = do(actions.set_up_box, world.here, poll, holders=holders(world.here))
    running = Running(world.here, poll, made)
    do(actions.confirm_share, world.here, poll, "officer", number=1)
    assert code(OutOfState, step, running, "open", actions.start, DURING) == "key_not_held"


def test_an_entry_is_never_changed_and_a_foreign_hash_never_gets_in(world: World) -> None:
    running = sealed(world.here)
    box = running.box
    with scope(world.here.compound.pk):
        made = Entry.objects.create(
            compound=world.here.compound,
            box=box,
            number=99,
            kind="note",
            body="{}",
            previous="1" * 64,
            hash="2" * 64,
            at=NOW,
        )
        made.refresh_from_db()
        assert (made.number, made.at) == (2, running.entries()[0].at)
        assert broken_at([one.link for one in running.entries()]) is None
        assert Tip.objects.get(compound=world.here.compound, box=box).hash == made.hash
        for statement in ("UPDATE boxes_entry SET body = ''", "DELETE FROM boxes_entry", "DELETE FROM boxes_head"):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
