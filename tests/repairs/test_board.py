"""The dispatch board: who opens it, what it says, how much it asks the database, and assigning from a card."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from repairs import queries
from repairs.models import Request
from tenancy.scope import scope
from tests.repairs.conftest import NOW, bring_to, file_one
from tests.world import CANARY, RESIDENTS, STAFF, Side, World

EVERYONE = [*STAFF, *RESIDENTS, "city"]
DESK = {"manager", "dispatcher"}
KEY = "k" * 24


def copies(side: Side, of: Request, count: int) -> None:
    """As many more requests like this one."""
    with scope(side.compound.pk):
        rows = []
        for index in range(count):
            row = Request.objects.get(pk=of.pk)
            row.pk, row.ref, row.number = None, f"copy{of.pk}-{index}", f"X{of.pk}-{index}"
            rows.append(row)
        Request.objects.bulk_create(rows)


@pytest.mark.parametrize("who", EVERYONE)
def test_the_board_is_the_desks(world: World, sign_in: Callable[..., Client], who: str) -> None:
    bring_to(world.there, "submitted", words=CANARY)
    for path in ("board/", "board/cards/", "board/?column=new"):
        client = sign_in(world.here, who)
        answer = client.get(f"/c/here/{path}")
        assert answer.status_code == (200 if who in DESK else 403)
        assert CANARY not in answer.content.decode()
        if who != "city":
            next_door = client.get(f"/c/there/{path}").status_code
            absent = client.get(f"/c/nowhere/{path}").status_code
            assert next_door == absent == (404 if who in DESK else 403)


def test_signed_out_goes_to_sign_in_and_comes_back(world: World, client: Client) -> None:
    answer = client.get("/c/here/board/?column=new")
    assert answer.status_code == 302
    assert answer["location"] == "/accounts/login/?next=/c/here/board/%3Fcolumn%3Dnew"


@pytest.mark.parametrize("rows", [1, 30])
def test_the_board_asks_ten_times(
    world: World, sign_in: Callable[..., Client], statements: Callable[[], Any], rows: int
) -> None:
    for state in ("submitted", "working", "awaiting"):
        copies(world.here, bring_to(world.here, state), rows - 1)
    client = sign_in(world.here, "manager")
    with time_machine.travel(NOW, tick=False), statements() as seen:
        assert client.get("/c/here/board/").status_code == 200
    assert len(seen) == 10
    with time_machine.travel(NOW, tick=False), statements() as seen:
        assert client.get("/c/here/board/cards/").status_code == 200
    assert len(seen) == 9
    with time_machine.travel(NOW, tick=False), statements() as seen:
        assert client.get("/c/here/board/?column=new").status_code == 200
    assert len(seen) == 10


def test_every_column_has_its_cards_with_what_is_late_first(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    late = file_one(side, place="public", place_text="东门道闸", now=NOW - timedelta(hours=5))
    new = file_one(side, place="public", place_text="西门岗亭", urgent=True)
    cards = {state: bring_to(side, state) for state in ("accepted", "assigned", "working", "awaiting")}
    done = bring_to(side, "done")
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        page = sign_in(side, "manager").get("/c/here/board/")
        text = page.content.decode()
        columns = {column.name: column for column in page.context["columns"]}
    assert [card.request for card in columns["new"].cards] == [late, new]
    assert [card.late for card in columns["new"].cards] == [True, False]
    assert [card.request for card in columns["accepted"].cards] == [cards["accepted"]]
    assert {card.request for card in columns["working"].cards} == {cards["assigned"], cards["working"]}
    assert [card.request for card in columns["awaiting"].cards] == [cards["awaiting"]]
    assert done.ref not in text
    assert (columns["new"].total, columns["new"].late) == (2, 1)
    # A mark is a word and an icon, not only a colour.
    assert "超时" in text
    assert "紧急" in text
    assert "已超时 4小时" in text
    assert "东门道闸" in text
    assert side.people["resident"].phone not in text
    assert [(m.name, m.open) for m in page.context["figures"].crew] == [("worker2", 0), ("worker", 2)]
    assert "空闲" in text


def test_hundreds_show_fifty_and_say_how_many_more(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    copies(side, bring_to(side, "submitted"), 119)
    copies(side, bring_to(side, "accepted"), 39)
    copies(side, bring_to(side, "working"), 79)
    client = sign_in(side, "dispatcher")
    page = client.get("/c/here/board/")
    columns = page.context["columns"]
    assert sum(len(column.cards) for column in columns if column.name != "awaiting") == 50
    assert [column.more for column in columns] == [100, 30, 60, 0]
    assert "还有 100 件" in page.content.decode()
    seen: set[str] = set()
    for number, expected in ((1, 50), (2, 50), (3, 20), (4, 0)):
        found = client.get(f"/c/here/board/?column=new&page={number}").context["cards"]
        assert len(found) == expected
        seen |= {card.request.ref for card in found}
    assert len(seen) == 120
    assert client.get("/c/here/board/?column=x").status_code == 404


def test_an_empty_board_says_so(world: World, sign_in: Callable[..., Client]) -> None:
    bring_to(world.there, "submitted")
    text = sign_in(world.here, "manager").get("/c/here/board/").content.decode()
    assert "现在没有要处理的报修" in text


def test_what_has_just_come_is_marked_for_a_moment(world: World, sign_in: Callable[..., Client]) -> None:
    file_one(world.here)
    client = sign_in(world.here, "manager")
    for seconds, fresh in ((10, True), (30, False)):
        with time_machine.travel(NOW + timedelta(seconds=seconds), tick=False):
            text = client.get("/c/here/board/cards/").content.decode()
        assert ("刚刚更新" in text) is fresh
        assert ("<html" in text) is False


def test_the_page_listens_from_the_number_it_was_read_at(world: World, sign_in: Callable[..., Client]) -> None:
    file_one(world.here)
    text = " ".join(sign_in(world.here, "manager").get("/c/here/board/").content.decode().split())
    assert 'data-live="here/repairs.board" data-live-seq="1"' in text
    assert 'data-live-refresh="/c/here/board/cards/"' in text


def test_assigning_from_the_card_works_without_scripts(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    request = file_one(side)
    client = sign_in(side, "manager")
    given = {"worker": side.posts["worker2"].pk, "back": "board", "idempotency_key": KEY}
    for _ in range(2):  # a double tap assigns once
        answer = client.post(f"/c/here/repairs/{request.ref}/assign/", given)
        assert (answer.status_code, answer["location"]) == (302, "/c/here/board/")
    with scope(side.compound.pk):
        kept = Request.objects.get(pk=request.pk)
        assert (kept.state, kept.worker_id) == ("assigned", side.people["worker2"].pk)
        assert kept.events.count() == 2


def test_a_worker_who_has_left_is_marked(world: World, sign_in: Callable[..., Client]) -> None:
    from parties.actions import end_post

    side = world.here
    bring_to(side, "assigned")
    with scope(side.compound.pk):
        end_post(
            post=side.posts["worker"],
            ends=NOW.date() - timedelta(days=1),
            basis="离职",
            by=side.actor("manager"),
            now=NOW,
        )
    with time_machine.travel(NOW, tick=False):
        text = sign_in(side, "manager").get("/c/here/board/").content.decode()
    assert "这位师傅已不在岗，请转派" in text


def test_figures_are_the_lengths_of_the_lists(world: World) -> None:
    side = world.here
    for state in ("submitted", "accepted", "assigned", "working", "awaiting", "done", "returned", "withdrawn"):
        copies(side, bring_to(side, state), 2)
    now = NOW + timedelta(days=9)
    with scope(side.compound.pk):
        Request.objects.filter(state="working").update(level=2)
        Request.objects.filter(state="assigned").update(level=3)
        counts = queries.counts(compound_ids=[side.compound.pk], now=now)[0]
        found = {
            name: queries.listed(compound_id=side.compound.pk, name=name, now=now).count() for name in queries.LISTS
        }
    assert found == {
        "late": counts.late,
        "open": counts.open,
        "committee": counts.at_committee,
        "street": counts.at_street,
        "awaiting": counts.awaiting,
        "unanswered": counts.unanswered,
        "done": counts.done,
    }
    assert found == {
        "late": 12,
        "open": 12,
        "committee": 6,
        "street": 3,
        "awaiting": 3,
        "unanswered": 3,
        "done": 3,
    }


def test_the_board_counts_to_a_thousand(
    world: World, sign_in: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "COUNTED", 3)
    side = world.here
    copies(side, file_one(side, now=NOW - timedelta(days=1)), 9)
    with time_machine.travel(NOW, tick=False):
        figures = sign_in(side, "manager").get("/c/here/board/").context["figures"]
    assert figures.columns["new"] == (3, 3)


def test_what_is_paused_stands_apart_with_its_day(world: World, sign_in: Callable[..., Client]) -> None:
    paused = bring_to(world.here, "paused")
    with time_machine.travel(NOW, tick=False):
        page = sign_in(world.here, "manager").get("/c/here/board/").content.decode()
    column = page.split('aria-labelledby="column-paused"')[1].split("</section>")[0]
    assert paused.ref in column
    assert "暂停到" in column
    assert "2026-06-04 10:03" in column


def test_whom_the_rules_name_is_chosen_on_the_card(world: World, sign_in: Callable[..., Client]) -> None:
    named, free = file_one(world.here), file_one(world.here)
    post = world.here.posts["worker2"].pk
    with scope(world.here.compound.pk):
        Request.objects.filter(pk=named.pk).update(routed_post=post)
    with time_machine.travel(NOW, tick=False):
        page = sign_in(world.here, "manager").get("/c/here/board/").content.decode()
    card = {ref: page.split(f'id="job-{ref}"')[1].split("</article>")[0] for ref in (named.ref, free.ref)}
    assert f'<option value="{post}" selected>' in card[named.ref]
    assert " selected>" not in card[free.ref]
