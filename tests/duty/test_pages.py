"""The week, my shifts, and what a refusal says."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from duty.actions.change import DutyRefused
from duty.models import Offer, Pattern, Shift
from duty.words import _REFUSALS, refusal_text
from idempotency.forms import fresh_key
from tenancy.scope import scope
from tests.duty.conftest import HOUR, NOW, add, offer, pattern, shifts
from tests.world import CANARY, RESIDENTS, STAFF, World

WEEK = "/c/here/duty/"
MINE = "/c/here/duty/mine/"


@pytest.fixture(autouse=True)
def _then() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def post(client: Client, path: str, given: dict[str, Any] | None = None, key: str = "") -> Any:
    return client.post(path, {**(given or {}), "idempotency_key": key or fresh_key()})


@pytest.mark.parametrize("role", [*STAFF, *RESIDENTS, "city"])
def test_who_may_open_the_pages(world: World, sign_in: Any, role: str) -> None:
    firm = role in {"manager", "dispatcher", "worker", "worker2"}
    desk = role in {"manager", "dispatcher"}
    client = sign_in(world.here, role)
    for path, allowed in ((WEEK, firm), (MINE, firm), (f"{WEEK}new/", desk), (f"{WEEK}patterns/", desk)):
        assert client.get(path).status_code == (200 if allowed else 403), path
    assert client.get("/c/there/duty/").status_code == (404 if firm else 403)


def test_the_week_shows_who_when_and_where_nobody(world: World, sign_in: Any) -> None:
    add(world.here, at=NOW + 8 * HOUR, hours=14)
    add(world.there, "worker2")
    page = sign_in(world.here, "manager").get(WEEK).content.decode()
    assert "18:00–08:00" in page
    assert "10:00–18:00" in page  # today's hours without anyone, from now on
    assert "现在没有人值班" in page
    assert CANARY not in page
    later = sign_in(world.here, "worker").get(f"{WEEK}?week=2026-06-20").content.decode()
    assert "这一周还没有排班" in later
    assert "6月15日" in later
    assert "6月1日" in sign_in(world.here, "worker").get(f"{WEEK}?week=never").content.decode()


@pytest.mark.parametrize("count", [1, 30])
def test_the_week_costs_the_same_for_one_and_thirty(
    world: World, sign_in: Any, statements: Callable[[], Any], count: int
) -> None:
    for number in range(count):
        add(world.here, at=NOW + HOUR * number, hours=1)
    client = sign_in(world.here, "manager")
    client.get(WEEK)
    with statements() as seen:
        page = client.get(WEEK).content.decode()
    assert page.count('class="duty-cell') == 2 * count  # in the grid and in the list by day
    assert len(seen) == WEEK_STATEMENTS


@pytest.mark.parametrize("count", [1, 30])
def test_my_shifts_cost_the_same_for_one_and_thirty(
    world: World, sign_in: Any, statements: Callable[[], Any], count: int
) -> None:
    for number in range(count):
        offer(world.here, add(world.here, at=NOW + timedelta(days=1) + HOUR * number, hours=1))
        add(world.here, "worker2", at=NOW + timedelta(days=1) + HOUR * number, hours=1)
    client = sign_in(world.here, "worker2")
    client.get(MINE)
    with statements() as seen:
        page = client.get(MINE).content.decode()
    assert page.count("我来值") == count
    assert page.count("换班</span>") == count
    assert len(seen) == MINE_STATEMENTS


def test_one_shift_by_the_form(world: World, sign_in: Any) -> None:
    client = sign_in(world.here, "manager")
    form = {
        "post": world.here.posts["worker"].pk,
        "day": "2026-06-03",
        "starts": "18:00",
        "ends": "08:00",
        "phone": "0579-87180001",
    }
    key = fresh_key()
    assert post(client, f"{WEEK}new/", form, key).url == f"{WEEK}?week=2026-06-03"
    assert post(client, f"{WEEK}new/", form, key).url == f"{WEEK}?week=2026-06-03"
    (made,) = shifts(world.here)
    assert made.ends_at - made.starts_at == 14 * HOUR
    again = post(client, f"{WEEK}new/", form)
    assert again.status_code == 422
    assert "同一个人同一时间已经有班" in again.content.decode()
    for wrong, words in (
        ({"phone": "值班室"}, "电话不对"),
        ({"post": ""}, "请选择一位。"),
        ({"post": world.there.posts["worker"].pk}, "请选择一位。"),
        ({"day": "明天"}, "日期不对"),
        ({"starts": "25:00"}, "时间不对"),
        ({"day": "2026-05-01"}, "这个时间已经过去了"),
    ):
        answer = post(client, f"{WEEK}new/", {**form, **wrong})
        assert answer.status_code == 422, wrong
        assert words in answer.content.decode(), wrong
    assert len(shifts(world.here)) == 1
    assert post(sign_in(world.here, "worker"), f"{WEEK}new/", form).status_code == 403


def test_taking_a_shift_off(world: World, sign_in: Any) -> None:
    made = add(world.here, at=NOW + HOUR)
    path = f"{WEEK}shifts/{made.pk}/cancel/"
    assert post(sign_in(world.here, "worker"), path).status_code == 403
    assert post(sign_in(world.here, "manager"), path).url == f"{WEEK}?week=2026-06-02"
    assert post(sign_in(world.here, "manager"), path).status_code == 404
    other = add(world.there)
    assert post(sign_in(world.here, "manager"), f"{WEEK}shifts/{other.pk}/cancel/").status_code == 404


def test_a_weekly_pattern_by_the_form(world: World, sign_in: Any) -> None:
    client = sign_in(world.here, "dispatcher")
    form = {
        "post": world.here.posts["worker"].pk,
        "weekdays": ["0", "2"],
        "starts": "18:00",
        "ends": "08:00",
        "since": "2026-06-02",
        "phone": "",
    }
    assert post(client, f"{WEEK}patterns/", form).status_code == 302
    page = client.get(f"{WEEK}patterns/").content.decode()
    assert "18:00–08:00" in page
    assert post(client, f"{WEEK}patterns/", {**form, "weekdays": []}).status_code == 422
    assert "同一个人同一时间" in post(client, f"{WEEK}patterns/", form).content.decode()
    with scope(world.here.compound.pk):
        (made,) = Pattern.objects.all()
    path = f"{WEEK}patterns/{made.pk}/end/"
    assert post(sign_in(world.here, "worker"), path).status_code == 403
    assert post(client, path).status_code == 302
    assert post(client, path).status_code == 302
    with scope(world.here.compound.pk):
        assert not Shift.objects.filter(cancelled_at__isnull=True).exists()


def test_handing_over_and_taking(world: World, sign_in: Any) -> None:
    side = world.here
    shift = add(side, at=NOW + timedelta(days=1))
    worker, mate = sign_in(side, "worker"), sign_in(side, "worker2")
    path = f"{WEEK}shifts/{shift.pk}/hand-over/"
    assert "6月3日 10:00 到 18:00" in worker.get(path).content.decode()
    assert mate.get(path).status_code == 404
    assert post(worker, path, {"to_post": side.posts["worker2"].pk, "note": "孩子发烧"}).url == MINE
    assert "在等worker2答复" in worker.get(MINE).content.decode()
    assert post(worker, path, {"to_post": ""}).status_code == 409
    page = mate.get(MINE).content.decode()
    assert "worker想请您顶这一班。" in page
    assert "孩子发烧" in page
    with scope(side.compound.pk):
        made = Offer.objects.get()
    take = f"{WEEK}offers/{made.pk}/take/"
    wrong = post(mate, take, {"phone": "值班室"})
    assert wrong.status_code == 422
    assert "电话不对" in wrong.content.decode()
    assert post(sign_in(side, "dispatcher"), take).status_code == 403
    assert post(mate, take, {"phone": "13900139000"}).url == MINE
    assert post(worker, f"{WEEK}offers/{made.pk}/no/").status_code == 409
    assert "6月3日 10:00 到 18:00" in mate.get(MINE).content.decode()
    assert "往后没有您的班" in worker.get(MINE).content.decode()


def test_no_by_the_page(world: World, sign_in: Any) -> None:
    side = world.here
    made = offer(side, add(side, at=NOW + timedelta(days=1)))
    path = f"{WEEK}offers/{made.pk}/no/"
    assert post(sign_in(side, "worker2"), path).url == MINE
    answer = post(sign_in(side, "worker2"), path)
    assert answer.status_code == 409
    assert "慢了一步" in answer.content.decode()


@pytest.mark.parametrize("code", sorted(_REFUSALS))
def test_every_refusal_says_what_to_do(code: str) -> None:
    assert str(refusal_text(DutyRefused(code))).endswith("。")


def test_pattern_page_with_many(world: World, sign_in: Any, statements: Callable[[], Any]) -> None:
    client = sign_in(world.here, "manager")
    counts = []
    for number in range(3):
        pattern(world.here, weekdays=[number])
        client.get(f"{WEEK}patterns/")
        with statements() as seen:
            client.get(f"{WEEK}patterns/")
        counts.append(len(seen))
    assert counts == [PATTERN_STATEMENTS] * 3


WEEK_STATEMENTS = 9
MINE_STATEMENTS = 11
PATTERN_STATEMENTS = 10
