"""The pages of rounds: who sees what, what forms do, and that many cost what one does."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from idempotency.forms import fresh_key
from rounds.actions.ahead import make_ahead
from rounds.actions.clockwork import judge_time
from rounds.actions.plans import add_item
from rounds.models import Answer, Item, Occurrence, Plan, Point, Review, Route
from tenancy.scope import scope
from tests.posting.conftest import as_photo, jpeg
from tests.rounds.conftest import (
    DAY,
    NOW,
    body_for,
    fresh,
    photo_sent,
    planned,
    points_of,
    put_rounds_in,
    round_of,
    sent,
    walked,
)  # fmt: skip
from tests.world import RESIDENTS, STAFF, World

BASE = "/c/here/rounds/"
CHECK = "check:extinguisher:check:half_month"
FIRM = {"manager", "dispatcher", "worker", "worker2"}
DESK = {"manager", "dispatcher"}


def key(**given: Any) -> dict[str, Any]:
    return {"idempotency_key": fresh_key(), **given}


def test_who_sees_what(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    found = put_rounds_in(side, "x", NOW)
    one = found["occurrence"]
    pages = {
        "": DESK, "today/": FIRM, f"today/{one}/": FIRM, f"today/{one}/{found['round_point']}/": FIRM, f"o/{one}/": FIRM,
        "review/": DESK, "review/?show=flagged": DESK, "assign/": DESK, "plans/": DESK, f"plans/{found['round_plan']}/": DESK,
        f"routes/{found['round_route']}/": DESK, "figures/": DESK,
        "watch/": {"secretary", "officer", "chair", "member", "street", "city"},
    }  # fmt: skip
    for name in [*STAFF, *RESIDENTS, "city"]:
        client = sign_in(side, name)
        for path, allowed in pages.items():
            status = client.get(BASE + path).status_code
            assert status == 200 if name in allowed else status in {403, 404}, (name, path, status)


@pytest.mark.parametrize("n", [1, 30])
def test_lists_ask_the_same_for_one_and_for_thirty(
    world: World, sign_in: Callable[..., Client], statements: Callable[[], Any], n: int
) -> None:
    side = world.here
    plans = planned(side, n)
    plan = plans["facility_patrol:0"]
    one = walked(side, plan)
    photo = jpeg()
    first = points_of(plan)[0]
    for m in range(n):
        taken = sent(side, body_for(one, first, photos=[photo], order=m), in_post=False)
        photo_sent(side, taken, photo)
        photo_sent(side, taken, jpeg(f"#{m:06x}"))
    with scope(side.compound.pk):
        for m in range(n):
            add_item(
                compound_id=side.compound.pk,
                form="extinguisher:patrol",
                name=f"项{m}",
                by=side.actor("manager"),
                now=NOW,
            ) if m < 20 else None
            Review.objects.create(
                compound_id=side.compound.pk, occurrence_id=one.pk, kind="spot", point=first, agrees=True, person_id=1,
                label="x", at=NOW,
            )  # fmt: skip
        make_ahead(compound_ids=[side.compound.pk], now=NOW)
        late = Occurrence.objects.filter(duty="fire_patrol").order_by("due_at")[: n + 3]
        Occurrence.objects.filter(pk__in=[each.pk for each in late]).update(
            due_at=NOW - DAY, closes_at=NOW + DAY, state="overdue"
        )
    manager, officer = sign_in(side, "manager"), sign_in(side, "officer")
    manager.get(f"{BASE}today/")
    officer.get(f"{BASE}watch/")
    counts = {}
    for name, path in (
        ("calendar", ""), ("state", "?show=done"), ("today", "today/"), ("places", f"today/{one.pk}/"),
        ("place", f"today/{one.pk}/{first.pk}/"), ("one", f"o/{one.pk}/"), ("review", "review/"),
        ("flagged", "review/?show=flagged"), ("plans", "plans/"), ("plan", f"plans/{plan.pk}/"),
        ("route", f"routes/{plan.route_id}/"), ("figures", "figures/"),
    ):  # fmt: skip
        with statements() as found:
            assert manager.get(BASE + path).status_code == 200, path
        counts[name] = len(found)
    with statements() as found:
        assert officer.get(f"{BASE}watch/").status_code == 200
    counts["watch"] = len(found)
    assert counts == COUNTS


COUNTS = {
    "calendar": 15, "state": 15, "today": 12, "places": 13, "place": 11, "one": 15, "review": 14, "flagged": 12, "plans": 11,
    "plan": 13, "route": 11, "figures": 10, "watch": 11,
}  # fmt: skip


def test_a_manager_plans_with_one_act_and_changes(world: World, sign_in: Callable[..., Client]) -> None:
    side, client = world.here, sign_in(world.here, "manager")
    assert "排好巡查计划" in client.get(f"{BASE}plans/").content.decode()
    done = client.post(f"{BASE}plans/", key(), follow=True).content.decode()
    assert "今后 60 天的巡查已排好" in done
    assert "没有要改的" in client.post(f"{BASE}plans/", key(), follow=True).content.decode()
    with scope(side.compound.pk):
        night = Plan.objects.get(key="night_patrol")
        fire = Plan.objects.get(key="fire_patrol")
    change = {"name": "夜巡", "every": "day", "starts": "21:00", "ends": "05:00", "times": "3"}
    assert client.post(f"{BASE}plans/{night.pk}/", key(**change)).status_code == 302
    with scope(side.compound.pk):
        new = Plan.objects.get(key="night_patrol", ended_at__isnull=True)
        assert (new.name, new.starts, new.ends, new.times, new.version) == ("夜巡", 1260, 1740, 3, 2)
    loose = client.post(f"{BASE}plans/{fire.pk}/", key(**{**change, "every": "week"}))
    assert loose.status_code == 422
    assert "只能比标准更勤：标准要每天一次。依据：《高层民用建筑消防安全管理规定》第 34 条" in loose.content.decode()
    assert "不能停" in client.post(f"{BASE}plans/{fire.pk}/end/", key(reason="太累")).content.decode()
    assert client.post(f"{BASE}plans/{new.pk}/end/", key(reason="改由保安公司夜巡")).status_code == 302
    assert client.get(f"{BASE}plans/{new.pk}/").status_code == 404


def test_a_manager_changes_a_route(world: World, sign_in: Callable[..., Client]) -> None:
    side, client = world.here, sign_in(world.here, "manager")
    plans = planned(side)
    route = plans["fire_patrol"].route_id
    assert client.post(f"{BASE}routes/{route}/", key(name="东门岗亭", address="东门")).status_code == 302
    assert client.post(f"{BASE}routes/{route}/", key(name="东门岗亭", address="东门")).status_code == 422
    with scope(side.compound.pk):
        made = Point.objects.get(name="东门岗亭")
        assert made.form == "duty:fire_patrol"
    assert client.post(f"{BASE}points/{made.pk}/first/", key()).status_code == 302
    shown = client.get(f"{BASE}routes/{route}/").content.decode()
    assert shown.index("东门岗亭") < shown.index("公共区域")
    assert (
        client.post(f"{BASE}routes/{route}/item/", key(form="duty:fire_patrol", name="岗亭灭火器")).status_code == 302
    )
    assert client.post(f"{BASE}routes/{route}/item/", key(form="duty:nothing", name="x")).status_code == 422
    with scope(side.compound.pk):
        item = Item.objects.get()
        assert Route.objects.get(pk=route).current == 4
    assert client.post(f"{BASE}items/{item.pk}/end/", key()).status_code == 302
    assert client.post(f"{BASE}points/{made.pk}/retire/", key()).status_code == 302
    piece = points_of(plans[CHECK])[0]
    refused = client.post(f"{BASE}points/{piece.pk}/retire/", key())
    assert (refused.status_code, "台账里有这件设施" in refused.content.decode()) == (422, True)


def test_a_worker_walks_without_scripts(world: World, sign_in: Callable[..., Client]) -> None:
    side, client = world.here, sign_in(world.here, "worker")
    plan = planned(side)[CHECK]
    one, (first, second) = round_of(plan), points_of(plan)
    assert plan.name in client.get(f"{BASE}today/").content.decode()
    page = client.get(f"{BASE}today/{one.pk}/{first.pk}/").content.decode()
    names = set(re.findall(r'name="(item-[a-z0-9]+)"', page))
    filled = {name: "绿区" if name == "item-gauge" else "ok" for name in names}
    assert "请把每一项都选上" in client.post(f"{BASE}today/{one.pk}/{first.pk}/", key()).content.decode()
    assert client.post(f"{BASE}today/{one.pk}/{first.pk}/", key(**{**filled, "item-body": "bad"})).status_code == 422
    sent_once = key(**{**filled, "item-body": "bad"}, photo=as_photo(), note="底部锈穿")
    to: Any = client.post(f"{BASE}today/{one.pk}/{first.pk}/", sent_once)
    assert to.url == f"{BASE}today/{one.pk}/{second.pk}/"
    assert client.post(to.url, key(**filled))["Location"] == f"{BASE}today/"
    done = fresh(one)
    assert (done.state, done.answered, done.faults) == ("done", 2, 1)
    record = client.get(f"{BASE}o/{one.pk}/").content.decode()
    assert ("2 个中 1 个正常" in record, "底部锈穿" in record, "/files/" in record or "img src" in record) == (
        True,
        True,
        True,
    )


def test_a_round_without_places_has_one_form(world: World, sign_in: Callable[..., Client]) -> None:
    side, client = world.here, sign_in(world.here, "worker")
    one = round_of(planned(side)["training"])
    assert client.get(f"{BASE}today/{one.pk}/")["Location"] == f"{BASE}today/{one.pk}/0/"
    given = {"item-place": "大厅", "item-content": "逃生", "item-teacher": "王", "item-persons": "46"}
    assert client.post(f"{BASE}today/{one.pk}/0/", key(**given)).status_code == 302
    assert fresh(one).state == "done"


def test_the_desk_skips_makes_up_signs_and_judges(world: World, sign_in: Callable[..., Client]) -> None:
    side, client = world.here, sign_in(world.here, "manager")
    plans = planned(side, 1)
    done, other = walked(side, plans[CHECK]), round_of(plans["fire_check"])
    assert client.post(f"{BASE}o/{other.pk}/skip/", key(reason="")).status_code == 422
    assert client.post(f"{BASE}o/{other.pk}/skip/", key(reason="本月由总部检查")).status_code == 302
    assert "本月由总部检查" in client.get(f"{BASE}o/{other.pk}/").content.decode()
    assert client.post(f"{BASE}o/{done.pk}/sign/", key(agrees="no", note="")).status_code == 422
    assert client.post(f"{BASE}o/{done.pk}/sign/", key(agrees="yes")).status_code == 302
    point = points_of(plans[CHECK])[0]
    assert client.post(f"{BASE}o/{done.pk}/spot/", key(agrees="no", note="红区", point=point.pk)).status_code == 302
    assert "和记录不一样" in client.get(f"{BASE}o/{done.pk}/").content.decode()
    assert client.post(f"{BASE}o/{done.pk}/dance/", key()).status_code == 404
    patrol = round_of(plans["facility_patrol:0"])
    with scope(side.compound.pk):
        make_ahead(compound_ids=[side.compound.pk], now=NOW)
        Occurrence.objects.filter(pk=patrol.pk).update(due_at=NOW - DAY, closes_at=NOW - DAY / 2)
        judge_time(compound_id=side.compound.pk, now=NOW)
    again: Any = client.post(f"{BASE}o/{patrol.pk}/make-up/", key())
    assert again.status_code == 302
    assert "原来没有做的那一次" in client.get(again.url).content.decode()
    waiting = sent(side, body_for(patrol, points_of(plans["facility_patrol:0"])[0]), in_post=False)
    assert client.post(f"{BASE}review/answers/{waiting.answer.pk}/", key(reason="")).status_code == 422
    assert client.post(f"{BASE}review/answers/{waiting.answer.pk}/", key(counts="yes")).status_code == 302
    with scope(side.compound.pk):
        assert Answer.objects.get(pk=waiting.answer.pk).state == "counted"


def test_who_watches_sees_the_overdue_and_critical_and_nothing_else(
    world: World, sign_in: Callable[..., Client]
) -> None:
    side, officer = world.here, sign_in(world.here, "officer")
    plans = planned(side)
    assert "没有过时的要紧事" in officer.get(f"{BASE}watch/").content.decode()
    late = [round_of(plans[each]) for each in ("fire_patrol", "facility_patrol:0")]
    with scope(side.compound.pk):
        Occurrence.objects.filter(pk__in=[each.pk for each in late]).update(
            due_at=NOW - DAY / 2, closes_at=NOW + DAY, state="overdue"
        )
    shown = officer.get(f"{BASE}watch/").content.decode()
    assert ("防火巡查" in shown, "设施巡查" in shown) == (True, False)


def test_figures_show_both_numbers(world: World, sign_in: Callable[..., Client]) -> None:
    side, client = world.here, sign_in(world.here, "manager")
    plans = planned(side)
    with scope(side.compound.pk):
        ids = list(
            Occurrence.objects.filter(plan_id=plans["fire_patrol"].pk).order_by("due_at").values_list("pk", flat=True)
        )
        common = {"due_at": NOW - DAY, "closes_at": NOW - DAY / 2}
        Occurrence.objects.filter(pk__in=ids[:3]).update(state="done", done_at=NOW - 2 * DAY, **common)
        Occurrence.objects.filter(pk=ids[3]).update(state="missed", **common)
        Occurrence.objects.filter(pk=ids[4]).update(state="skipped", skipped_at=NOW, skipped_why="停电", **common)
    shown = client.get(f"{BASE}figures/").content.decode()
    assert ("应做 4 次，按时做了 3 次" in shown, "加权后 15 分，满分 20 分" in shown, "75.0%" in shown, "3/4" in shown) == (
        True, True, True, True,
    )  # fmt: skip
