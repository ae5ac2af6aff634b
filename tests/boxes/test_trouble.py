"""Lost shares, tampering, a restore from a backup, two officers at once: noticed, said, nothing counted twice."""

import threading
from collections import Counter
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client
from django.utils.timezone import localtime

from boxes import actions
from boxes.actions import counting, verifying
from boxes.models import Box, Entry, Opening, Tip
from boxes.queries import results
from boxes.refusals import OutOfState
from elections.actions import joint
from elections.models import Poll
from paper_ballots import actions as papers
from tenancy.scope import scope
from tests.boxes.conftest import AFTER, CLOSES, DURING, Running, cast, closed, give, opened, sealed, step
from tests.boxes.test_counting import checked, count, record_of
from tests.boxes.test_crowd import crowded
from tests.boxes.test_pages import address, key_of
from tests.boxes.test_running import code
from tests.elections.conftest import do
from tests.paper_ballots.conftest import act, picture, printed, returned
from tests.world import World

Enter = Any
AGAIN = AFTER + timedelta(days=20)
GIVEN = {
    "witnesses": "街道 陈海燕、业主 王芳", "opens_at": AGAIN.isoformat(),
    "closes_at": (AGAIN + timedelta(days=10)).isoformat(),
}  # fmt: skip


def harmed(running: Running, *statements: str) -> None:
    """What an administrator of the database could do: triggers off, statements, triggers on."""
    with scope(running.side.compound.pk), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("boxes_entry", "boxes_used"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)
        for table in ("boxes_entry", "boxes_used"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def verified(running: Running) -> list[tuple[str, int]]:
    """What the check says of the box."""
    with scope(running.side.compound.pk):
        box = Box.objects.select_related("poll").filter(compound=running.side.compound).latest("number")
        return [(one.code, one.number) for one in verifying.verify(box)]


def test_lost_shares_lead_to_a_vote_on_paper(world: World, tmp_path: Any) -> None:
    side = world.here
    running = sealed(side)
    key = running.items[0].key
    cast(running, 0, {key: "for"})
    closed(running)
    give(running, 1)
    step_row = do(joint.ask, side, running.poll, step="reset", reason="两份钥匙遗失", given=GIVEN, now=AFTER)
    do(joint.agree, side, running.poll, "street", step_id=step_row.pk, now=AFTER)
    with scope(side.compound.pk):
        old, new = Box.objects.filter(compound=side.compound).order_by("number")
        last = Entry.objects.filter(compound=side.compound, box=old).latest("number")
        poll = Poll.objects.get(pk=running.poll.pk)
    assert (old.state, last.kind, new.paper_only, new.number, poll.state, poll.opens_at) == (
        "reset", "reset", True, 2, "called", AGAIN,
    )  # fmt: skip
    assert "街道 陈海燕" in last.body
    running.poll = poll
    step(running, "open", actions.start, AGAIN)
    # The first ballot is in the box that stays shut; nobody puts another in by phone.
    assert code(OutOfState, cast, running, 1, {key: "for"}, now=AGAIN + timedelta(hours=1)) == "not_open"
    step(running, "close", actions.close, AGAIN + timedelta(days=10))
    papers = [(right, "owner", {key: "for"}) for right in running.keys]
    late = AGAIN + timedelta(days=10, hours=1)
    step(running, "count_in", actions.count_in, late, batch="1", papers=papers)
    opening = do(actions.open_box, side, running.poll, now=late)
    assert counting.count(compound_id=side.compound.pk, opening_id=opening.pk, now=late) == "done"
    with scope(side.compound.pk):
        assert results(running.poll)[0].verdict["outcome"] == "passed"
    assert checked(record_of(running), tmp_path)[0] == 0


def test_a_box_that_can_be_opened_is_not_reset(world: World) -> None:
    side = world.here
    running = sealed(side)
    closed(running)
    give(running, 1)
    give(running, 2)
    assert code(
        OutOfState, do, joint.ask, side, running.poll, step="reset", reason="丢了", given=GIVEN, now=AFTER
    ) == "enough_shares"  # fmt: skip


def test_the_reset_page_asks_and_agrees(world: World, sign_in: Enter) -> None:
    running = sealed(world.here)
    closed(running)
    officer: Client = sign_in(world.here, "officer")
    page = officer.get(address(running, "reset/"))
    form = {"reason": "两份丢了", "witnesses": "王芳", "opens_at": "2099-01-01T09:00", "closes_at": "2099-01-20T18:00"}
    assert officer.post(address(running, "reset/"), {"idempotency_key": key_of(page)}).status_code == 422
    assert officer.post(address(running, "reset/"), {"idempotency_key": key_of(page), **form}).status_code == 302
    assert "同意封存" not in officer.get(address(running, "reset/")).content.decode()
    street: Client = sign_in(world.here, "street")
    page = street.get(address(running, "reset/"))
    assert "同意封存" in page.content.decode()
    assert street.post(address(running, "reset/"), {"idempotency_key": key_of(page)}).status_code == 302
    assert running.box.paper_only


def test_a_healthy_box_is_said_to_be_one(world: World) -> None:
    running = sealed(world.here)
    cast(running, 0, {running.items[0].key: "for"})
    assert verified(running) == []
    said = StringIO()
    with scope(world.here.compound.pk):
        head = running.entries()[1]
        name = running.box.name
    call_command("verify_boxes", box=name, head=[f"2:{head.hash}"], stdout=said)
    assert "1 boxes, 0 wrong" in said.getvalue()
    with pytest.raises(SystemExit):
        call_command("verify_boxes", box=name, head=[f"9:{head.hash}"], stdout=said)
    assert "a restore?" in said.getvalue()


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        (["UPDATE boxes_entry SET body = '{}' WHERE number = 2"], "chain_broken"),
        (["DELETE FROM boxes_entry WHERE number = 2"], "chain_broken"),
        (["DELETE FROM boxes_entry WHERE number = 4"], "head_beyond"),
        (["DELETE FROM boxes_used WHERE number = 2"], "rights_differ"),
    ],
)
def test_what_was_changed_is_noticed(world: World, statements: list[str], found: str) -> None:
    running = sealed(world.here)
    key = running.items[0].key
    cast(running, 0, {key: "for"})
    cast(running, 1, {key: "for"})
    closed(running)
    harmed(running, *statements)
    assert found in [code for code, _number in verified(running)]


def test_a_restore_in_the_middle_is_noticed(world: World) -> None:
    running = sealed(world.here)
    key = running.items[0].key
    cast(running, 0, {key: "for"})
    cast(running, 1, {key: "for"})
    with scope(world.here.compound.pk):
        actions.publish_heads(compound_id=world.here.compound.pk)
        first = running.entries()[1]
    # The rows of an earlier night come back; the head that was published this morning does not fit any more.
    harmed(running, "DELETE FROM boxes_entry WHERE number = 3", "DELETE FROM boxes_used WHERE number = 3")
    with scope(world.here.compound.pk):
        Tip.objects.filter(compound=world.here.compound).update(number=2, hash=first.hash)
    assert verified(running) == [("head_beyond", 3)]
    cast(running, 1, {key: "against"})
    assert verified(running) == [("head_differs", 3)]
    closed(running)
    opening = opened(running)
    assert count(running, opening) == "refused"


def test_two_officers_close_once(world: World) -> None:
    running = sealed(world.here)
    closed(running)
    assert code(OutOfState, closed, running, CLOSES) == "moved_on"
    assert [one.kind for one in running.entries()] == ["set_up", "closed"]


def test_a_worker_that_is_lost_is_followed_by_another(world: World) -> None:
    running = sealed(world.here)
    cast(running, 0, {running.items[0].key: "for"})
    closed(running)
    opening = opened(running)
    compound = world.here.compound.pk
    with scope(compound):
        Opening.objects.filter(pk=opening.pk).update(state="running", tries=1, tried_at=AFTER)
        assert counting.due(compound_id=compound, now=AFTER) == []
    assert counting.count(compound_id=compound, opening_id=opening.pk, now=AFTER) is None
    later = AFTER + timedelta(minutes=3)
    with scope(compound):
        assert counting.due(compound_id=compound, now=later) == [opening.pk]
    assert counting.count(compound_id=compound, opening_id=opening.pk, processes=1, now=later) == "done"


def test_the_heads_of_a_day_are_published_once(world: World) -> None:
    running = sealed(world.here)
    cast(running, 0, {running.items[0].key: "for"})
    with scope(world.here.compound.pk):
        assert actions.publish_heads(compound_id=world.here.compound.pk) == 1
        assert actions.publish_heads(compound_id=world.here.compound.pk) == 0


def test_two_officers_close_at_the_same_moment_and_the_box_is_closed_once(world: World, committed_db: str) -> None:
    """On connections of their own, while votes still come in: one closes, one is told, and no ballot is after the close."""
    side = world.here
    running, keys = crowded(side, 24)
    item = running.items[0].key
    gate = threading.Barrier(4)
    said: Counter[str] = Counter()
    lock = threading.Lock()

    def note(code: str) -> None:
        with lock:
            said[code] += 1

    def closes() -> None:
        mine = Running(side, running.poll, running.made)
        gate.wait()
        try:
            closed(mine)
            note("closed")
        except OutOfState as error:
            note(error.code)
        connections.close_all()

    def votes(some: list[str]) -> None:
        gate.wait()
        for right in some:
            try:
                with scope(side.compound.pk):
                    actions.put_in(poll=running.poll, right=right, choices={item: "for"}, now=DURING)
                note("taken")
            except OutOfState as error:
                note(error.code)
        connections.close_all()

    threads = [threading.Thread(target=closes) for _ in range(2)]
    threads += [threading.Thread(target=votes, args=[keys[place::2]]) for place in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    kinds = [one.kind for one in running.entries()]
    assert (said["closed"], said["moved_on"]) == (1, 1)
    assert said["taken"] + said["not_open"] == len(keys)
    assert kinds == ["set_up", *["ballot"] * said["taken"], "closed"]
    assert running.box.receipts == said["taken"]
    assert verified(running) == []


def counted_in(running: Running, back: Any, choice: dict[str, Any], now: Any) -> None:
    """All papers in one batch, read twice, put into the box."""
    made = act(running, papers.open_batch, name="全部", by_hand=len(back), witnesses="陈海燕、王芳", now=now)
    for one in back:
        sheet = act(running, papers.scan, batch=made.number, code=one.code, now=now)
        act(running, papers.keep_photo, batch=made.number, place=sheet.place, upload=picture(), now=now)
        for who in ("officer", "chair"):
            act(running, papers.read_sheet, who, batch=made.number, place=sheet.place, given=choice, now=now)
    act(running, papers.count_in, batch=made.number, now=now)


def test_lost_shares_are_walked_through_on_the_pages_from_the_loss_to_the_count_of_papers(
    world: World, sign_in: Enter, tmp_path: Any
) -> None:
    """Two of three shares are lost: asked for by one party, agreed to by another, voted again on paper, counted, checked."""
    side = world.here
    running = sealed(side)
    key = running.items[0].key
    lost = cast(running, 0, {key: "against"}).hash
    closed(running)
    officer, street = sign_in(side, "officer"), sign_in(side, "street")
    page = officer.get(address(running))
    form = {"idempotency_key": key_of(page), "share": running.made.shares[1]}
    assert officer.post(address(running, "share/"), form).status_code == 302
    page = officer.get(address(running))
    assert "钥匙丢了，凑不齐" in page.content.decode()
    opens, closes = localtime(AGAIN), localtime(AGAIN + timedelta(days=10))
    asked = {
        "reason": "第 2、3 份钥匙遗失，只剩 1 份", "witnesses": "街道 陈海燕、业主 王芳", "opens_at": f"{opens:%Y-%m-%dT%H:%M}",
        "closes_at": f"{closes:%Y-%m-%dT%H:%M}",
    }  # fmt: skip
    with time_machine.travel(AFTER, tick=False):
        where = address(running, "reset/")
        assert officer.post(where, {"idempotency_key": key_of(officer.get(where)), **asked}).status_code == 302
        # Who asked cannot agree; nothing has happened to the box.
        assert "同意封存" not in officer.get(where).content.decode()
        assert running.box.state == "closed"
        assert street.post(where, {"idempotency_key": key_of(street.get(where))}).status_code == 302
        page = street.get(address(running)).content.decode()
    assert "这一轮只收纸质票" in page
    with scope(side.compound.pk):
        running.poll = Poll.objects.select_related("compound", "edition").get(pk=running.poll.pk)
        old = Box.objects.get(compound=side.compound, number=1)
        assert (old.shares.exists(), old.reset_reason) == (False, asked["reason"])
    step(running, "open", actions.start, AGAIN)
    stranger = Client()
    public = f"/ballot-box/{side.compound.code}/{running.poll.ref}/"
    assert "没有打开的票箱里" in stranger.get(public, {"receipt": lost}).content.decode()
    during = AGAIN + timedelta(days=1)
    assert code(OutOfState, cast, running, 1, {key: "for"}, now=during) == "not_open"
    # The same roll, on paper: whoever had voted by phone votes again, everyone once.
    back = printed(running, now=during)
    assert [one.right for one in back] == running.keys
    for one in back:
        returned(running, one, now=during)
    late = AGAIN + timedelta(days=10, hours=1)
    step(running, "close", actions.close, AGAIN + timedelta(days=10))
    counted_in(running, back, {key: "for"}, late)
    page = officer.get(address(running))
    assert officer.post(address(running, "open/"), {"idempotency_key": key_of(page)}).status_code == 302
    with scope(side.compound.pk):
        opening = Opening.objects.get(compound=side.compound)
    assert counting.count(compound_id=side.compound.pk, opening_id=opening.pk, processes=1, now=late) == "done"
    with scope(side.compound.pk):
        (found,) = results(running.poll)
    # What lay in the box that stayed shut is in no figure.
    assert (found.counts["choices"]["for"][0], found.counts["choices"]["against"][0]) == (len(back), 0)
    assert found.verdict["outcome"] == "passed"
    assert checked(record_of(running), tmp_path)[0] == 0
    assert "这张纸质票已经计入" in stranger.get(public, {"receipt": back[0].code}).content.decode()
    assert verified(running) == []
