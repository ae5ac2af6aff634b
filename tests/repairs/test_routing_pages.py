"""派单规则: the list in sentences, its changes with every version, the test box on what holds and on a draft."""

from collections.abc import Callable
from datetime import time
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.timezone import localdate

from duty.actions import planning
from idempotency.forms import fresh_key
from parties import actions as parties
from parties.models import Organisation
from premises.models import Building
from repairs.actions import routing
from repairs.actions.routing import RuleDraft
from repairs.models import RoutingRule
from tenancy.scope import scope
from tests.repairs.conftest import NOW, file_one
from tests.world import BEGAN, CANARY, MADE_AT, RESIDENTS, STAFF, Side, World

LIST = "/c/here/rules/routing/"
FORM = {"category": "lift", "target": "duty"}
ASKED = {"category": "lift", "place": "public"}


def post(client: Client, path: str, given: dict[str, Any] | None = None, key: str = "") -> Any:
    return client.post(path, {**(given or {}), "idempotency_key": key or fresh_key()})


def rule(side: Side, number: int | None = None, **given: Any) -> RoutingRule:
    with scope(side.compound.pk):
        return routing.save_rule(
            compound_id=side.compound.pk,
            rule=number,
            draft=RuleDraft(**{"position": 0, "target": "desk", **given}),
            by=side.actor("manager"),
            now=NOW,
        )


def building(side: Side) -> int:
    with scope(side.compound.pk):
        return Building.objects.get(name="1幢").pk


def held(side: Side) -> list[RoutingRule]:
    with scope(side.compound.pk):
        return list(RoutingRule.objects.filter(ended_at__isnull=True).order_by("position", "rule"))


@pytest.mark.parametrize("role", [*STAFF, *RESIDENTS, "city"])
def test_who_may_open_the_pages(world: World, sign_in: Any, role: str) -> None:
    made = rule(world.here)
    client = sign_in(world.here, role)
    reads, sets = role not in RESIDENTS, role == "manager"
    for path in (LIST, f"{LIST}history/"):
        assert client.get(path).status_code == (200 if reads else 403), path
    for path in (f"{LIST}new/", f"{LIST}{made.rule}/"):
        assert client.get(path).status_code == (200 if sets else 403), path
    for path in (f"{LIST}{made.rule}/move/", f"{LIST}{made.rule}/end/"):
        assert post(client, path, {"way": "up"}).status_code == (302 if sets else 403), path
    assert client.get("/c/there/rules/routing/").status_code == (200 if role == "city" else 404 if reads else 403)


def test_a_rule_of_next_door_is_not_there(world: World, sign_in: Any) -> None:
    made = rule(world.there, target="receiver", receiver=CANARY)
    client = sign_in(world.here, "manager")
    assert CANARY not in client.get(LIST).content.decode()
    assert client.get(f"{LIST}{made.rule}/").status_code == 404
    for path in (f"{LIST}{made.rule}/move/", f"{LIST}{made.rule}/end/", f"{LIST}{made.rule}/"):
        assert post(client, path, {**FORM, "way": "up"}).status_code == 404, path
    assert held(world.there)[0].version == 1


def test_nothing_set_yet(world: World, sign_in: Any) -> None:
    text = sign_in(world.here, "manager").get(LIST).content.decode()
    assert "还没有派单规则" in text
    asked = sign_in(world.here, "manager").get(LIST, ASKED).content.decode()
    assert "没有一条合适，由客服调度" in asked
    assert "还没有修改过" in sign_in(world.here, "manager").get(f"{LIST}history/").content.decode()


def test_rules_are_sentences(world: World, sign_in: Any) -> None:
    side = world.here
    block = building(side)
    rule(side, category="lift", building_id=block, hours="off", target="duty")
    rule(side, urgent=True, place="public", target="post", post_id=side.posts["worker"].pk, own_contract=True)
    rule(side, category="power", target="receiver", receiver="供电公司")
    rule(side)
    text = sign_in(side, "manager").get(LIST).content.decode()
    for words in (
        "电梯 · 1幢 · 工作时间外 → <strong>当班人员</strong>",
        "小区公共区域 · 紧急 · 和美物业服务期间 → <strong>worker</strong>",
        "电 → <strong>供电公司（客服退回时已填好）</strong>",
        "所有报修 → <strong>客服调度</strong>",
    ):
        assert words in text, words
    assert "上移" not in sign_in(side, "chair").get(LIST).content.decode()


def test_a_rule_is_added_changed_moved_and_ended_and_every_version_stays(world: World, sign_in: Any) -> None:
    side = world.here
    client = sign_in(side, "manager")
    key = fresh_key()
    assert post(client, f"{LIST}new/", FORM, key).url == LIST
    assert post(client, f"{LIST}new/", FORM, key).url == LIST
    (first,) = held(side)
    assert (first.category, first.target, first.position) == ("lift", "duty", 10)
    post(client, f"{LIST}new/", {"target": "post", "worker": side.posts["worker"].pk, "urgent": "yes"})
    second = held(side)[1]
    assert post(client, f"{LIST}{second.rule}/move/", {"way": "up"}).url == f"{LIST}#rule-{second.rule}"
    assert [row.rule for row in held(side)] == [second.rule, first.rule]
    assert (
        post(client, f"{LIST}{first.rule}/", {"category": "lift", "target": "receiver", "receiver": "维保"}).url == LIST
    )
    assert held(side)[1].receiver == "维保"
    assert post(client, f"{LIST}{first.rule}/end/").url == LIST
    assert [row.rule for row in held(side)] == [second.rule]
    assert post(client, f"{LIST}{first.rule}/end/").status_code == 404
    text = client.get(f"{LIST}history/").content.decode()
    for words in (
        "电梯 → 维保（客服退回时已填好）",
        "原来：电梯 → 当班人员",
        "manager 和美物业 项目经理 停用",
        "已停用",
        "第 3 版",
    ):
        assert words in text, words


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"target": ""}, "请选择交给谁"),
        ({"target": "post"}, "请选择一位在岗的师傅"),
        ({"target": "post", "worker": "999999"}, "请选择一位在岗的师傅"),
        ({"target": "receiver"}, "请写明应该由谁处理"),
        ({"target": "receiver", "receiver": "长" * 81}, "写得太长了，最多 80 字"),
        ({"building": "999999"}, "没有找到这幢楼"),
        ({"category": "x"}, "请选择报修类别"),
        ({"place": "x"}, "请选择地点"),
        ({"hours": "x"}, "请选择时段"),
    ],
)
def test_a_rule_that_cannot_be_says_so_and_loses_nothing(world: World, sign_in: Any, given: dict, words: str) -> None:
    client = sign_in(world.here, "manager")
    answer = post(client, f"{LIST}new/", {"category": "lift", "hours": "off", "target": "duty", **given})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert words in text
    assert text.count('<option value="off" selected>') == (0 if given.get("hours") else 1)
    assert held(world.here) == []


def test_a_worker_who_left_while_the_form_was_open_is_refused(world: World, sign_in: Any) -> None:
    side = world.here
    client = sign_in(side, "manager")
    other = world.there.posts["worker"].pk
    assert post(client, f"{LIST}new/", {"target": "post", "worker": other}).status_code == 422
    rule(side, target="post", post_id=side.posts["worker"].pk)
    with scope(side.compound.pk):
        parties.end_post(post=side.posts["worker"], ends=BEGAN, basis="离职", by=side.actor("manager"), now=MADE_AT)
    text = client.get(LIST, ASKED).content.decode()
    assert text.count("这位师傅已不在岗，由客服调度") == 2


def test_too_many_rules_are_refused_on_the_form(world: World, sign_in: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(routing, "MAX_RULES", 1)
    rule(world.here)
    answer = post(sign_in(world.here, "manager"), f"{LIST}new/", FORM)
    assert (answer.status_code, "规则最多 100 条" in answer.content.decode()) == (422, True)


def test_a_form_without_its_key_and_a_key_of_another_form(world: World, sign_in: Any) -> None:
    client = sign_in(world.here, "manager")
    assert client.post(f"{LIST}new/", FORM).status_code == 422
    key = fresh_key()
    post(client, f"{LIST}new/", FORM, key)
    again = post(client, f"{LIST}new/", {**FORM, "category": "fire"}, key)
    assert (again.status_code, len(held(world.here))) == (409, 1)
    assert post(client, f"{LIST}1/move/", {"way": "sideways"}).status_code == 422


# --- the test box -----------------------------------------------------------------------------------------------------
def test_the_test_box_says_who_gets_it_and_why_no_rule_before_did(world: World, sign_in: Any) -> None:
    side = world.here
    block = building(side)
    with scope(side.compound.pk):
        company = Organisation.objects.get(name="邻家物业" + CANARY)
    rule(side, category="water")
    rule(side, place="home")
    rule(side, building_id=block)
    rule(side, urgent=True)
    rule(side, hours="off")
    made = rule(side, own_contract=True)
    with scope(side.compound.pk):
        RoutingRule.objects.filter(pk=made.pk).update(company=company)
    rule(side, category="lift", target="post", post_id=side.posts["worker"].pk)
    rule(side, category="lift")
    text = sign_in(side, "manager").get(LIST, {**ASKED, "at": "2026-06-02T10:00"}).content.decode()
    box = text[text.index('id="verdict"') :]
    for words in (
        "通知worker，客服派工时已选好",
        "按 2026-06-02 10:00（星期二）报修算",
        "类别不是“水”",
        "地点不是“居民家里”",
        "不在1幢",
        "不是紧急报修",
        "那时是工作时间",
        "服务期间有效",
        "合适，由它决定",
    ):
        assert words in box, words
    assert box.count("不合适：") == 6
    assert "第 8 条" not in box


def test_the_test_box_says_as_a_filing_does(world: World, sign_in: Any) -> None:
    """Every kind of question, asked there and filed: the same rule."""
    side = world.here
    block = building(side)
    rule(side, category="fire", urgent=True)
    rule(side, place="home", building_id=block, category="water")
    rule(side, building_id=block)
    rule(side, urgent=False, hours="working")
    client = sign_in(side, "manager")
    at = timezone.localtime(NOW).strftime("%Y-%m-%dT%H:%M")
    for category in ("fire", "water"):
        for place, more in (
            ("home", {"building": block}),
            ("building", {"building": block}),
            ("public", {}),
        ):
            for urgent in (True, False):
                given = {"category": category, "place": place, "at": at, **more, **({"urgent": "on"} if urgent else {})}
                tried = client.get(LIST, given).context["verdict"]
                filed = file_one(
                    side,
                    category=category,
                    place=place,
                    urgent=urgent,
                    home_id=side.homes[0].pk if place == "home" else None,
                    building_id=block if place == "building" else None,
                    place_text="东门",
                )
                said = f"{len(tried['tried'])}.1" if tried["held"] else ""
                assert filed.routed_rule == said, given


def test_whoever_is_on_duty_then_is_named(world: World, sign_in: Any) -> None:
    side = world.here
    rule(side, target="duty")
    client = sign_in(side, "manager")
    assert "那时没有人当班" in client.get(LIST, ASKED).content.decode()
    with scope(side.compound.pk):
        planning.add_pattern(
            compound_id=side.compound.pk,
            post_id=side.posts["worker2"].pk,
            weekdays=list(range(7)),
            starts=time(8),
            ends=time(8),
            phone="",
            since=localdate(timezone.now()),
            by=side.actor("manager"),
            now=timezone.now(),
        )
    tomorrow = (timezone.localtime() + timezone.timedelta(days=1)).strftime("%Y-%m-%dT12:00")
    assert "通知当班的worker2" in client.get(LIST, {**ASKED, "at": tomorrow}).content.decode()


@pytest.mark.parametrize(("given", "words"), [({"category": "x"}, "请选择报修类别"), ({"at": "x"}, "时间不对")])
def test_a_question_that_is_none_says_so(world: World, sign_in: Any, given: dict, words: str) -> None:
    answer = sign_in(world.here, "manager").get(LIST, {**ASKED, **given})
    assert words in answer.content.decode()
    assert answer.context["verdict"] is None


def test_a_draft_is_tried_before_it_is_saved(world: World, sign_in: Any) -> None:
    side = world.here
    first = rule(side, category="lift", target="desk")
    rule(side, target="receiver", receiver="物业总部")
    client = sign_in(side, "manager")
    asked = {f"ask-{name}": value for name, value in ASKED.items()}
    answer = post(client, f"{LIST}{first.rule}/", {**FORM, **asked, "category": "fire", "try": "1"})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "类别不是“消防”" in text
    assert "由客服退回给物业总部" in text
    assert "正在写的这条" in text
    assert held(side)[0].version == 1
    new = post(client, f"{LIST}new/", {**FORM, **asked, "try": "1"}).content.decode()
    assert "由客服调度。" in new
    assert "正在写的这条" not in new
    post(client, f"{LIST}{first.rule}/end/")
    post(client, f"{LIST}2/end/")
    assert "正在写的这条" in post(client, f"{LIST}new/", {**FORM, **asked, "try": "1"}).content.decode()
    assert post(client, f"{LIST}new/", {**FORM, "try": "1"}).status_code == 422
    assert held(side) == []


def test_pages_ask_the_same_for_one_rule_and_for_thirty(
    world: World, sign_in: Any, statements: Callable[[], Any]
) -> None:
    side = world.here
    client = sign_in(side, "manager")
    numbers = {LIST: 12, f"{LIST}?category=fire&place=public": 12, f"{LIST}history/": 13, f"{LIST}1/": 13}
    counts: list[dict[str, int]] = []
    for many in (1, 29):
        for _ in range(many):
            rule(side, category="lift", target="post", post_id=side.posts["worker"].pk)
        if many > 1:
            for _ in range(many):
                rule(side, 1, category="lift", target="post", post_id=side.posts["worker"].pk)
        counts.append({})
        for path in numbers:
            assert client.get(path).status_code == 200
            with statements() as seen:
                client.get(path)
            counts[-1][path] = len(seen)
    assert counts == [numbers, numbers]
