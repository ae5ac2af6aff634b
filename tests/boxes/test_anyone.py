"""The page that anyone may open without signing in: what is published of a box, a receipt by its number, and nothing else."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from boxes import actions
from boxes.actions import counting
from boxes.actions.running import publish
from boxes.models import Tip
from documents.limits import PER_MINUTE
from elections.models import Poll, Right
from paper_ballots import actions as papers
from tenancy.scope import scope
from tests.boxes.conftest import AFTER, DURING, Running, called, cast, closed, opened, sealed, step
from tests.boxes.test_counting import checked, record_of
from tests.boxes.test_trouble import AGAIN, GIVEN, harmed
from tests.elections.conftest import do, owned
from tests.paper_ballots.conftest import act, came_back, read, scanned
from tests.world import CANARY, World

Enter = Callable[..., Client]


def address(running: Running | Any, tail: str = "") -> str:
    """The public address of a box."""
    return f"/ballot-box/{running.side.compound.code}/{running.poll.ref}/{tail}"


def said(running: Running, receipt: str, client: Client | None = None) -> str:
    """What the page says of a number, to a stranger."""
    page = (client or Client()).get(address(running), {"receipt": receipt})
    assert page.status_code == 200
    return str(page.content.decode())


def counted(running: Running) -> None:
    """Opened and counted."""
    opening = opened(running)
    done = counting.count(compound_id=running.side.compound.pk, opening_id=opening.pk, processes=1, now=AFTER)
    assert done == "done"


def test_a_stranger_checks_a_receipt_from_the_first_day_to_the_count(world: World, tmp_path: Any) -> None:
    running = sealed(world.here)
    key = running.items[0].key
    receipt = cast(running, 0, {key: "for"}).hash
    cast(running, 1, {key: "against"})
    assert "这张票在票箱里，是第 2 条" in said(running, receipt)
    box = closed(running)
    page = said(running, receipt[:8])
    assert "这张票在封好的票箱里，是第 2 条" in page
    assert "2 张手机票里的第 1 张" in page
    assert box.root in page
    counted(running)
    stranger = Client()
    assert "这张票已经计入，是第 2 条" in said(running, f" {receipt[:4]} {receipt[4:12].upper()} ", stranger)
    assert "票箱里没有这个编号" in said(running, "0" * 64, stranger)
    assert stranger.get(address(running), {"receipt": "xyz!"}).status_code == 422
    record = stranger.get(address(running, "record/"))
    assert record.content == record_of(running)
    assert record["Content-Disposition"].startswith("attachment")
    program = stranger.get("/ballot-box/program/")
    (tmp_path / "checker.py").write_bytes(program.content)
    assert program.content == (counting.__file__ and (tmp_path / "checker.py").read_bytes())
    status, words = checked(record.content, tmp_path, "--receipt", receipt)
    assert (status, words.splitlines()[-1]) == (0, "全部相符 · everything holds")


def test_a_head_that_somebody_wrote_down_is_found(world: World) -> None:
    running = sealed(world.here)
    head = running.entries()[0].hash
    cast(running, 0, {running.items[0].key: "for"})
    assert "这是票箱记录的第 1 条" in said(running, head)


def test_a_ballot_that_another_took_the_place_of_is_said_not_to_count(world: World) -> None:
    running = sealed(world.here)
    key = running.items[0].key
    agent = cast(running, 0, {key: "for"}, by="proxy").hash
    own = cast(running, 0, {key: "against"}).hash
    # While it may still change, nobody is told which of several stands.
    assert "这张票在票箱里" in said(running, agent)
    closed(running)
    counted(running)
    assert "但没有计入" in said(running, agent)
    assert "这张票已经计入" in said(running, own)


def test_of_a_secret_election_nobody_learns_whether_somebody_voted_again(world: World) -> None:
    running = sealed(world.here, kind="election", secrecy="secret", vote_again=True)
    key = running.items[0].key
    first = cast(running, 0, {key: ["c1"]}).hash
    last = cast(running, 0, {key: ["c2"]}).hash
    closed(running)
    counted(running)
    for receipt in (first, last):
        assert "计票时打开过" in said(running, receipt)
    page = Client().get(address(running)).content.decode()
    assert "逐票记录由街道保管" in page
    assert "下载核对程序" not in page
    # What is public of it are the totals.
    assert b"right" not in Client().get(address(running, "record/")).content


def test_a_ballot_in_a_box_that_stays_shut_is_said_to_be_there(world: World) -> None:
    from elections.actions import joint

    running = sealed(world.here)
    receipt = cast(running, 0, {running.items[0].key: "for"}).hash
    closed(running)
    row = do(joint.ask, world.here, running.poll, step="reset", reason="两份钥匙遗失", given=GIVEN, now=AFTER)
    do(joint.agree, world.here, running.poll, "street", step_id=row.pk, now=AFTER)
    with scope(world.here.compound.pk):
        running.poll = Poll.objects.get(pk=running.poll.pk)
    step(running, "open", actions.start, AGAIN)
    assert "没有打开的票箱里，是第 2 条" in said(running, receipt)
    assert "请再投一次" in said(running, receipt)


def test_before_the_call_and_in_other_compounds_there_is_nothing(world: World) -> None:
    running = sealed(world.there)
    with scope(world.there.compound.pk):
        before = Poll.objects.filter(pk=running.poll.pk)
        before.update(state="roll_fixed")
        assert Client().get(address(running)).status_code == 404
        before.update(state="voting")
    assert Client().get(address(running)).status_code == 200
    # The poll of one compound is not found under the code of another.
    assert Client().get(f"/ballot-box/{world.here.compound.code}/{running.poll.ref}/").status_code == 404
    assert Client().get(f"/ballot-box/nowhere/{running.poll.ref}/").status_code == 404
    assert Client().get(address(running, "record/")).status_code == 404
    poll = called(world.here)
    assert Client().get(f"/ballot-box/{world.here.compound.code}/{poll.ref}/").status_code == 404


@pytest.mark.parametrize("who", [None, "resident", "manager", "worker"])
def test_no_person_is_on_the_page_for_a_stranger_or_an_owner_of_the_next_compound(
    world: World, sign_in: Enter, who: str | None
) -> None:
    side = world.there
    owned(side, 3, f"{CANARY}业主")
    running = sealed(side)
    key = running.items[0].key
    receipts = [cast(running, place, {key: "for"}).hash for place in range(2)]
    closed(running)
    counted(running)
    client = Client() if who is None else sign_in(world.here, who)
    with scope(side.compound.pk):
        rights = list(Right.objects.filter(compound=side.compound))
        people = {one.holder for one in rights} | {one.key for one in rights}
        people |= {owner["name"] for one in rights for owner in getattr(one, "owners", [])}
        people |= {one.name for one in running.made.holders} | {one.stands_for for one in running.made.holders}
        people.discard("")
    assert any(CANARY in name for name in people)
    texts = [said(running, receipt, client) for receipt in receipts]
    for text in texts:
        assert [name for name in people if name in text] == []
    record = client.get(address(running, "record/")).content.decode()
    assert [name for name in people if CANARY in name and name in record] == []
    # Of the next compound only what is published of it: its name, the title, and the texts that are voted on.
    assert CANARY not in "".join(texts).replace(side.compound.name, "")
    # Nothing leads from here into what is for members.
    assert f"/c/{side.compound.code}/" not in texts[0]


def test_whoever_asks_too_often_waits(world: World) -> None:
    running = sealed(world.here)
    client = Client()
    answers = [client.get(address(running)).status_code for _ in range(PER_MINUTE + 1)]
    assert answers == [200] * PER_MINUTE + [429]
    assert client.get(address(running, "record/")).status_code == 429


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE boxes_entry SET body = replace(body, 'owner', 'proxy') WHERE number = 2", "第 2 条与前一条接不上"),
        ("DELETE FROM boxes_entry WHERE number = 2", "第 3 条与前一条接不上"),
        ("DELETE FROM boxes_entry WHERE number = 4", "公布过的第 4 条已经不在票箱里"),
        ("UPDATE boxes_box SET root = repeat('0', 64)", "封箱时公布的根与票箱里的不一样"),
    ],
)
def test_a_box_that_was_tampered_with_is_said_to_be_on_every_page(
    world: World, sign_in: Enter, statement: str, words: str
) -> None:
    running = sealed(world.here)
    key = running.items[0].key
    receipt = cast(running, 0, {key: "for"}).hash
    cast(running, 1, {key: "for"})
    closed(running)
    harmed(running, statement)
    page = said(running, receipt)
    assert "票箱的记录对不上" in page
    assert words in page
    where = f"/c/{world.here.compound.code}/polls/{running.poll.ref}/box/"
    assert words in sign_in(world.here, "resident").get(f"{where}check/").content.decode()
    assert words in sign_in(world.here, "officer").get(where).content.decode()


def test_a_restore_in_the_middle_is_said_on_the_page(world: World) -> None:
    running = sealed(world.here)
    key = running.items[0].key
    cast(running, 0, {key: "for"})
    lost = cast(running, 1, {key: "for"}).hash
    with scope(world.here.compound.pk):
        actions.publish_heads(compound_id=world.here.compound.pk)
        first = running.entries()[1]
    assert "票箱的记录完好" in said(running, lost)
    harmed(running, "DELETE FROM boxes_entry WHERE number = 3", "DELETE FROM boxes_used WHERE number = 3")
    with scope(world.here.compound.pk):
        Tip.objects.filter(compound=world.here.compound).update(number=2, hash=first.hash)
    from django.core.cache import cache

    cache.clear()  # the look at a box is kept for a minute
    page = said(running, lost)
    assert "公布过的第 3 条已经不在票箱里" in page
    assert "票箱里没有这个编号" in page
    # Votes go on over the gap: the head that was published does not fit what came in its place.
    cast(running, 1, {key: "against"})
    cache.clear()
    assert "第 3 条与公布过的链头不一样" in said(running, lost)


def test_a_paper_is_proved_by_its_number(world: World) -> None:
    running, back = came_back(world.here, 2)
    key = running.items[0].key
    number = back[0].code
    page = said(running, f"{number[:3]} {number[3:].lower()}")
    assert "这张纸质票已经交回" in page
    batch = scanned(running, back)
    for place in (1, 2):
        for who in ("officer", "chair"):
            read(running, batch.number, place, who, {key: "against"})
    act(running, papers.count_in, batch=batch.number)
    assert "已经清点入箱" in said(running, number)
    counted(running)
    page = said(running, number)
    assert "这张纸质票已经计入" in page
    with scope(world.here.compound.pk):
        entry = next(one for one in running.entries() if one.kind == "paper" and back[0].right in one.body)
    assert entry.hash in page
    assert f"票箱记录第 {entry.number} 条" in page
    assert "反对" not in page
    assert back[0].right not in page
    assert "这张票已经计入" in said(running, entry.hash)
    # A number with a sign wrong is no number.
    assert "票箱里没有这个编号" in said(running, number[:-1] + ("2" if number[-1] != "2" else "3"))


def test_a_paper_that_is_void_or_still_out_is_said_to_be(world: World) -> None:
    from tests.paper_ballots.conftest import printed

    running = sealed(world.here)
    first, second = printed(running)[:2]
    do(papers.replace, world.here, running.poll, code=first.code, reason="弄丢了", now=DURING)
    assert "已经作废" in said(running, first.code)
    assert "还没有交回" in said(running, second.code)


@pytest.mark.parametrize("more", [1, 30])
def test_the_page_costs_the_same_for_one_and_thirty(world: World, statements: Any, more: int) -> None:
    running = sealed(world.here)
    receipt = cast(running, 0, {running.items[0].key: "for"}).hash
    closed(running)
    with scope(world.here.compound.pk):
        for number in range(more):
            publish(running.box, 1000 + number, f"{number:064d}", AFTER, "day")
    counts = []
    for given in ({}, {"receipt": receipt}):
        Client().get(address(running), given)
        with statements() as seen:
            assert Client().get(address(running), given).status_code == 200
        counts.append(len(seen))
    assert counts == [8, 10]


def test_a_look_through_a_whole_chain_is_one_statement(world: World, statements: Any) -> None:
    from boxes.queries.checking import condition

    running = sealed(world.here)
    for place in range(3):
        cast(running, place, {running.items[0].key: "for"})
    with scope(world.here.compound.pk):
        box = running.box
        with statements() as seen:
            found = condition(box)
    assert (found.code, found.entries, found.heads, len(seen)) == ("", 4, 1, 1)
    assert connection.in_atomic_block
