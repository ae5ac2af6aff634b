"""A box is opened by enough holders, counted by two paths, and its record holds when anyone counts it again."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from boxes import actions, ready
from boxes.actions import counting
from boxes.models import Opened, Opening, Result, Share
from boxes.queries import results
from boxes.queries.counting import counted_in_sql
from boxes.refusals import BadInput, OutOfState
from config.environment import ROOT
from elections.box import keys
from elections.box.encoding import canonical
from elections.box.record import sealed as sealed_lines
from elections.models import Poll
from tenancy.scope import scope
from tests.boxes.conftest import AFTER, Running, cast, closed, give, opened, sealed, step
from tests.boxes.test_running import code
from tests.elections.conftest import do
from tests.world import World

CHECKER = ROOT / "tools" / "verify_election.py"


def count(running: Running, opening: Opening) -> str | None:
    """The worker's task, without a worker."""
    return counting.count(compound_id=running.side.compound.pk, opening_id=opening.pk, processes=1, now=AFTER)


def record_of(running: Running, *, whole: bool = False) -> bytes:
    """The published file."""
    with scope(running.side.compound.pk):
        file = running.box.whole if whole else running.box.record
        with default_storage.open(file.path) as found:
            return bytes(found.read())


def checked(content: bytes, folder: Path, *more: str) -> tuple[int, str]:
    """What the stand-alone checker says."""
    path = folder / "record.jsonl"
    path.write_bytes(content)
    done = subprocess.run([sys.executable, str(CHECKER), str(path), *more], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_a_vote_from_the_key_to_the_record(world: World, tmp_path: Path) -> None:
    running = sealed(world.here, texts=["同意调整泳池开放时间", "同意更换门禁"])
    one, two = (item.key for item in running.items)
    receipt = cast(running, 0, {one: "for", two: "nonsense"}).hash
    for place in range(1, len(running.keys) - 1):
        cast(running, place, {one: "for", two: "against"})
    closed(running)
    paper = running.keys[-1]
    step(running, "count_in", actions.count_in, AFTER, batch="1", papers=[(paper, "owner", {one: "for", two: "for"})])
    opening = opened(running)
    assert count(running, opening) == "done"
    with scope(world.here.compound.pk):
        poll = Poll.objects.get(pk=running.poll.pk)
        found = results(poll)
        opening.refresh_from_db()
        assert (poll.state, poll.counted_at, running.box.state) == ("counted", AFTER, "counted")
        assert (opening.state, opening.done) == ("done", len(running.keys))
        assert [one.item_key for one in found] == [item.key for item in running.items]
        assert found[0].counts["choices"]["for"] == found[0].counts["roll"]
        assert found[0].counts["part"] == found[0].counts["roll"]
        assert found[1].counts["choices"]["invalid"][0] == 1
        assert found[0].verdict["outcome"] == "passed"
        assert not Share.objects.filter(compound=world.here.compound).exists()
    status, said = checked(record_of(running), tmp_path, "--receipt", receipt)
    assert (status, said.splitlines()[-1]) == (0, "全部相符 · everything holds")
    for name in ("holder", "张", "业主一"):
        assert name.encode() not in record_of(running).split(b'"right"')[1]
    assert count(running, opening) is None


def test_an_election_of_the_committee(world: World, tmp_path: Path) -> None:
    running = sealed(world.here, kind="election")
    key = running.items[0].key
    for place in range(len(running.keys)):
        cast(running, place, {key: ["c1", "c2", "c3", "c4", "c5"][: 5 - place % 2]})
    closed(running)
    assert count(running, opened(running)) == "done"
    with scope(world.here.compound.pk):
        counts = results(running.poll)[0].counts
    assert counts["names"]["c1"][0] == len(running.keys)
    assert counts["names"]["c6"] == [0, 0]
    assert checked(record_of(running), tmp_path)[0] == 0


def test_a_secret_election_publishes_no_lines(world: World, tmp_path: Path) -> None:
    running = sealed(world.here, kind="election", secrecy="secret")
    key = running.items[0].key
    entry = cast(running, 0, {key: ["c1"]})
    closed(running)
    count(running, opened(running))
    public = json.loads(record_of(running))
    assert public["form"] == "gongzhi.vote.totals/2"
    assert (public["receipts"], public["root"]) == (1, running.box.root)
    text = record_of(running).decode()
    assert entry.hash not in text
    assert not any(right in text for right in running.keys)
    assert "private_key" not in text
    assert checked(record_of(running, whole=True), tmp_path)[0] == 0
    # The totals alone are checked as far as they go, and hold the heads that were posted.
    posted = public["heads"][-1]["hash"]
    status, said = checked(record_of(running), tmp_path, "--head", posted)
    assert (status, said.splitlines()[-1]) == (0, "全部相符 · everything holds")
    assert checked(record_of(running), tmp_path, "--head", "00" * 32)[0] == 1
    assert checked(record_of(running), tmp_path, "--receipt", entry.hash)[0] == 1
    for edit in (
        lambda one: one.update(outcome="passed"),
        lambda one: one["participation"]["voters"].update(have=3),
        lambda one: one["approval"]["candidates"][0]["voters"].update(have=2),
        lambda one: one["approval"]["candidates"].pop(),
        lambda one: one.update(elected=[{"name": "c1", "rank": 1, "voters": 1, "area": "1.00"}]),
    ):
        changed = json.loads(record_of(running))
        edit(changed["result"][0])
        del changed["seal"]
        assert checked(b"\n".join(sealed_lines((), changed)), tmp_path)[0] == 1  # though it was sealed anew
    # Words that nobody counts again are under the seal.
    words = json.loads(record_of(running))
    words["result"][0]["text_zh"] = "选举有效"
    assert checked(canonical(words), tmp_path)[0] == 1


def test_shares_are_checked_when_they_are_given(world: World) -> None:
    running, other = sealed(world.here), sealed(world.there)
    closed(running)
    text = running.made.shares[1]
    wrong = ("2" if text[0] != "2" else "3") + text[1:]
    ghost = keys.make_key(running.box.name, holders=3).shares[1]

    def refused(text: str) -> str:
        return code(BadInput, do, actions.give_share, world.here, running.poll, text=text, now=AFTER)

    assert refused(wrong) == refused("") == refused(other.made.shares[1]) == "not_a_share"
    assert refused(ghost) == "wrong_share"
    give(running, 1)
    assert refused(text) == "repeated_share"
    assert code(OutOfState, do, actions.open_box, world.here, running.poll, now=AFTER) == "too_few_shares"
    with scope(world.here.compound.pk):
        kept = Share.objects.get(compound=world.here.compound)
    part = keys.read_share(running.box.name, text)[1]
    assert part not in bytes(kept.sealed)
    assert part.hex().encode() not in bytes(kept.sealed)
    assert code(OutOfState, step, running, "reopen", actions.reopen, AFTER) == "share_given"


def test_nothing_is_given_before_the_close_or_before_the_papers_are_in(world: World, monkeypatch: Any) -> None:
    running = sealed(world.here)
    assert code(OutOfState, give, running, 1) == "no_box"
    closed(running)
    monkeypatch.setattr(ready, "_asked", {"papers": (lambda _poll: "papers_waiting", "", "")})
    assert code(OutOfState, give, running, 1) == "papers_waiting"


def test_a_batch_with_a_right_that_was_used_is_refused_whole(world: World) -> None:
    running = sealed(world.here)
    key = running.items[0].key
    cast(running, 0, {key: "for"})
    cast(running, 1, {key: "for"}, by="proxy")
    closed(running)

    def batch(*places: int, by: str = "owner") -> str:
        papers = [(running.keys[place], by, {key: "for"}) for place in places]
        with pytest.raises(OutOfState) as found:
            step(running, "count_in", actions.count_in, AFTER, batch="1", papers=papers)
        assert found.value.details["rights"]
        return str(found.value.code)

    assert batch(2, 0) == "already_voted"
    assert batch(2, 2) == "twice_in_batch"
    assert batch(1, by="proxy") == "already_voted"
    assert [one.kind for one in running.entries()][-1] == "closed"
    # The owner's own paper stands above what the agent sent.
    step(running, "count_in", actions.count_in, AFTER, batch="1", papers=[(running.keys[1], "owner", {key: "against"})])
    count(running, opened(running))
    with scope(world.here.compound.pk):
        choices = results(running.poll)[0].counts["choices"]
    assert (choices["for"][0], choices["against"][0]) == (1, 1)


def test_two_counts_that_differ_publish_nothing(world: World, monkeypatch: Any) -> None:
    running = sealed(world.here)
    cast(running, 0, {running.items[0].key: "for"})
    closed(running)
    opening = opened(running)
    real = counted_in_sql

    def other(*args: Any, **given: Any) -> Any:
        found, strangers = real(*args, **given)
        for one in found.values():
            one["part"][0] += 1
        return found, strangers

    monkeypatch.setattr(counting, "counted_in_sql", other)
    assert count(running, opening) == "refused"
    with scope(world.here.compound.pk):
        opening.refresh_from_db()
        assert opening.problem == "counts_differ"
        assert not Result.objects.filter(compound=world.here.compound).exists()
        assert not Opened.objects.filter(compound=world.here.compound).exists()
        assert Poll.objects.get(pk=running.poll.pk).state == "closed"
        assert running.box.record is None


@pytest.mark.parametrize("harm", ["body", "order", "head"])
def test_a_changed_row_is_noticed_and_nothing_is_published(world: World, harm: str) -> None:
    running = sealed(world.here)
    key = running.items[0].key
    cast(running, 0, {key: "for"})
    cast(running, 1, {key: "for"})
    closed(running)
    opening = opened(running)
    statement = {
        "body": "UPDATE boxes_entry SET body = replace(body, '\"owner\"', '\"proxy\"') WHERE number = 2",
        "order": "UPDATE boxes_entry SET number = number + 100 WHERE number = 3",
        "head": "UPDATE boxes_head SET hash = repeat('0', 64) WHERE number = 1",
    }[harm]
    with scope(world.here.compound.pk), connection.cursor() as cursor:
        # What an administrator of the database could do.
        table = "boxes_head" if harm == "head" else "boxes_entry"
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement)
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    assert count(running, opening) == "refused"
    with scope(world.here.compound.pk):
        opening.refresh_from_db()
        assert opening.problem == ("head_differs" if harm == "head" else "chain_broken")
        assert results(running.poll) == []
