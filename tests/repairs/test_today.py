"""A worker's list: theirs by building and floor, then what nobody has; who opens it and what it asks."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from repairs.models import Request
from repairs.rules.rounds import rounds
from tenancy.scope import scope
from tests.posting.conftest import a_point, publicity
from tests.repairs.conftest import NOW, bring_to, file_one
from tests.repairs.test_board import EVERYONE, KEY, copies
from tests.world import CANARY, World


@pytest.mark.parametrize("who", EVERYONE)
def test_the_list_is_the_workers(world: World, sign_in: Callable[..., Client], who: str) -> None:
    bring_to(world.there, "submitted", words=CANARY)
    client = sign_in(world.here, who)
    for path in ("today/", "today/rows/"):
        answer = client.get(f"/c/here/{path}")
        assert answer.status_code == (200 if who in {"worker", "worker2"} else 403)
        assert CANARY not in answer.content.decode()
        if who in {"worker", "worker2"}:
            assert client.get(f"/c/there/{path}").status_code == 404


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_asks_eleven_times(
    world: World, sign_in: Callable[..., Client], statements: Callable[[], Any], rows: int
) -> None:
    copies(world.here, bring_to(world.here, "assigned"), rows - 1)
    copies(world.here, file_one(world.here), rows - 1)
    client = sign_in(world.here, "worker")
    with time_machine.travel(NOW, tick=False), statements() as seen:
        assert client.get("/c/here/today/").status_code == 200
    assert len(seen) == 11


def test_own_ones_stand_by_building_and_floor_and_free_ones_can_be_taken(
    world: World, sign_in: Callable[..., Client]
) -> None:
    side = world.here
    low = bring_to(side, "assigned")  # 1幢, floor 1
    high = bring_to(side, "working", words="顶楼")
    public = bring_to(side, "assigned", place="public", place_text="东门道闸")
    free = file_one(side, place="public", place_text="地下车库")
    others = file_one(side)
    client = sign_in(side, "worker")
    with scope(side.compound.pk):
        Request.objects.filter(pk=high.pk).update(home_id=side.homes[4].pk)  # floor 3
    other = sign_in(side, "worker2")
    taken = other.post(f"/c/here/repairs/{others.ref}/claim/", {"back": "today", "idempotency_key": KEY})
    assert (taken.status_code, taken["location"]) == (302, "/c/here/today/")
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        page = client.get("/c/here/today/")
    shape = [
        (found.building, [(stop.floor, [one.ref for one in stop.items]) for stop in found.stops])
        for found in page.context["own"]
    ]
    assert shape == [("1幢", [(3, [high.ref]), (1, [low.ref])]), ("", [(None, [public.ref])])]
    assert [one.ref for one in page.context["free"]] == [free.ref]
    text = page.content.decode()
    assert others.ref not in text
    assert "3 层" in text
    assert "公共区域" in text
    assert f"/c/here/repairs/{free.ref}/claim/" in text


def test_an_empty_list_says_so(world: World, sign_in: Callable[..., Client]) -> None:
    assert "今天没有工单" in sign_in(world.here, "worker").get("/c/here/today/").content.decode()


def test_rounds_keep_the_order_of_what_is_due() -> None:
    items = [("3幢", 2), ("1幢", 5), ("3幢", 9), ("1幢", None), ("3幢", 2)]
    found = rounds(items, lambda item: item)
    assert [(r.building, [s.floor for s in r.stops], r.count) for r in found] == [
        ("3幢", [9, 2], 3),
        ("1幢", [5, None], 2),
    ]
    assert rounds([], lambda item: item) == []


def test_arriving_is_one_tap_on_the_list(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    request, begun = bring_to(side, "assigned"), bring_to(side, "working")
    client = sign_in(side, "worker")
    here = f"/c/here/repairs/{request.ref}/arrive/"
    text = client.get("/c/here/today/").content.decode()
    assert here in text
    assert f"/c/here/repairs/{begun.ref}/arrive/" not in text
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        answer = client.post(here, {"back": "today", "idempotency_key": KEY})
        assert (answer.status_code, answer["location"]) == (302, "/c/here/today/")
        rows = client.get("/c/here/today/rows/").content.decode()
    assert here not in rows
    assert "已到场" in rows
    with scope(side.compound.pk):
        assert Request.objects.get(pk=request.pk).arrived_at == NOW + timedelta(minutes=5)
    again = client.post(here, {"back": "today", "idempotency_key": "m" * 24})
    assert again.status_code == 409
    assert "已经记过到场时间了" in again.content.decode()


def test_papers_to_put_up_stand_beside_it(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    client = sign_in(side, "worker")
    assert "处公告要张贴" not in client.get("/c/here/today/").content.decode()
    for name in ("公告栏", "大门"):
        a_point(side, name, now=timezone.now())
    publicity(side, "chair", now=timezone.now())
    assert "还有 2 处公告要张贴" in client.get("/c/here/today/").content.decode()
