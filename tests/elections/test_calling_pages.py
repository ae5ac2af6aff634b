"""The pages of items, window and call, and what they put on the board."""

from datetime import timedelta
from typing import Any

import hypothesis
import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import strategies

from elections import actions, hooks
from elections.actions import Draft
from elections.models import Announced, Item, Poll
from elections.poll_words import refusal_text
from elections.refusals import BadInput, OutOfState
from elections.rules.cases import PLAN
from elections.rules.plans import NotARule, checked, of_the_count
from notices.models import Notice
from tenancy.scope import scope
from tests.elections.conftest import do, fixed, opened
from tests.elections.test_calling import NAMES
from tests.elections.test_polls_pages import body
from tests.elections.test_roll import refused, verbs
from tests.elections.test_roll_pages import at, current, key_of, send
from tests.world import Side, World

DAY = timedelta(days=1)


def soon(days: int) -> str:
    return f"{timezone.localtime() + days * DAY:%Y-%m-%dT09:00}"


def decision(side: Side) -> Poll:
    return fixed(side, kind="decision", title="更换电梯")[0]


def items_of(side: Side) -> list[Item]:
    with scope(side.compound.pk):
        return list(Item.objects.filter(compound=side.compound).order_by("number"))


def items(*rows: dict[str, Any]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for number, row in enumerate(rows, 1):
        for name, value in {"text": "", "matter": "", "scope": "", **row}.items():
            given[f"item-{number}-{name}"] = value
    return given


def test_what_holds_a_call_back_is_on_its_page_before_the_button_is_pressed(
    world: World, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    side = world.here
    poll = decision(side)
    officer = sign_in(side, "officer")
    refusal = OutOfState("firm_votes_frozen", source="第二十三条")
    assert "还不能公告" not in body(officer.get(at("polls_call", poll)))
    monkeypatch.setattr(hooks, "_before_call", {"one": lambda *_: refusal, "two": lambda *_: None})
    page = body(officer.get(at("polls_call", poll)))
    assert ("还不能公告" in page, refusal_text(refusal) in page) == (True, True)


def test_the_stricter_of_two_matters_decides_and_another_confirms_it(world: World, sign_in: Any) -> None:
    side = world.here
    poll = decision(side)
    officer, secretary = sign_in(side, "officer"), sign_in(side, "secretary")
    page = at("polls_items", poll)
    first = body(officer.get(page))
    assert "四分之三以上" in first
    given = items(
        {"text": "用维修资金更换 1 幢电梯", "matter": "use_fund", "also": ["rebuild"]},
        {},
        {"text": "成立监督小组", "matter": "other"},
    )
    assert send(officer, page, page, **given).status_code == 302
    found = items_of(side)
    assert [(one.number, one.matter, one.also) for one in found] == [(1, "rebuild", ["use_fund"]), (2, "other", [])]
    assert "归类复核" in body(officer.get(page))
    assert "复核：归类没有错" not in body(officer.get(page))
    confirm = at("polls_items_confirm", poll)
    answer = officer.post(confirm, {"idempotency_key": "k" * 20})
    assert (answer.status_code, "不能自己复核" in body(answer)) == (422, True)
    assert "复核：归类没有错" in body(secretary.get(page))
    assert send(secretary, page, confirm).status_code == 302
    assert [one.confirmed_as.partition(" ")[0] for one in items_of(side)] == ["secretary", "secretary"]
    assert verbs(side)[-1] == "confirm"
    # Worded anew, it is to be confirmed anew.
    do(actions.word_items, side, poll, items=[Draft("other", "成立监督小组")])
    assert items_of(side)[0].confirmed_as == ""


def test_what_is_wrong_with_an_item_stands_beside_it(world: World, sign_in: Any) -> None:
    side = world.here
    poll = decision(side)
    officer, page = sign_in(side, "officer"), at("polls_items", poll)
    for given, words in (
        (items({}, {}), "还没有写表决什么"),
        (items({"text": "成立监督小组"}), "第二百七十八条的哪一项"),
        (items({"text": "成立监督小组", "matter": "elect"}), "选择"),
        (items({"text": "字" * 601, "matter": "other"}), "写得太长"),
        (items({"text": "成立监督小组", "matter": "other", "scope": "b99999"}), "选择"),
    ):
        answer = send(officer, page, page, **given)
        assert (answer.status_code, words in body(answer)) == (422, True), words
    assert items_of(side) == []
    with scope(side.compound.pk):
        building = side.homes[0].entrance.building_id
    good = items({"text": "维修屋面", "matter": "use_fund", "scope": f"b{building}"})
    assert send(officer, page, page, **good).status_code == 302
    assert items_of(side)[0].scope == f"b{building}"


def test_a_window_is_settled_with_the_compounds_own_rules(world: World, sign_in: Any) -> None:
    side = world.here
    poll = decision(side)
    officer, page = sign_in(side, "officer"), at("polls_window", poll)
    given = {"opens_at": soon(20), "closes_at": soon(22), "silent": "majority"}
    answer = send(officer, page, page, **given)
    assert (answer.status_code, "投票时间不少于 5 天" in body(answer)) == (422, True)
    assert "已知道天数不合建议" in body(answer)
    answer = send(officer, page, page, **{**given, "accepted": "on"})
    assert (answer.status_code, "议事规则或管理规约的原文" in body(answer)) == (422, True)
    given |= {"accepted": "on", "silent_text": "送达后没有投票的，计入已投票的多数意见。"}
    answer = send(officer, page, page, **given)
    assert (answer.status_code, "须写明原文出自哪里" in body(answer)) == (422, True)
    given |= {
        "silent_source": "议事规则第二十条", "proxy_cap": "0", "invalid_in_participation": "no",
        "vote_again": "on", "extraordinary": "on",
    }  # fmt: skip
    assert send(officer, page, page, **given).status_code == 302
    found = current(side, poll)
    assert found.vote_again
    assert {name: found.plan[name] for name in found.plan if name != "office_areas"} == {
        "silent": "majority", "silent_text": "送达后没有投票的，计入已投票的多数意见。", "silent_source": "议事规则第二十条",
        "proxy_cap": 0, "invalid_in_participation": False, "extraordinary": True,
    }  # fmt: skip
    assert "议事规则第二十条" in body(officer.get(page))
    assert "计入已投票的多数意见" in body(officer.get(page))
    # Emptied, the place's rule is back.
    assert send(officer, page, page, opens_at=soon(20), closes_at=soon(30)).status_code == 302
    assert set(current(side, poll).plan) == {"office_areas"}
    for given, words in (
        ({"opens_at": "明天", "closes_at": soon(30)}, "请填日期和时间"),
        ({"opens_at": "0001-01-01T09:00", "closes_at": soon(30)}, "请填日期和时间"),
        ({"opens_at": soon(-1), "closes_at": soon(30)}, "已经过去"),
        ({"opens_at": soon(20), "closes_at": soon(30), "proxy_cap": "99"}, "20"),
    ):
        answer = send(officer, page, page, **given)
        assert (answer.status_code, words in body(answer)) == (422, True), words


def test_secret_is_for_elections_and_warns(world: World, sign_in: Any) -> None:
    side = world.here
    officer = sign_in(side, "officer")
    assert "无记名" not in body(officer.get(at("polls_window", decision(side)))).split("<form", 1)[1]
    poll = opened(side)
    page = at("polls_window", poll)
    assert "以后法院也无法逐户核对" in body(officer.get(page))
    given = {"opens_at": soon(20), "closes_at": soon(30), "secrecy": "secret", "order_by": "area"}
    assert send(officer, page, page, **given).status_code == 302
    found = current(side, poll)
    assert (found.secrecy, found.plan["order_by"]) == ("secret", "area")


def test_the_call_shows_what_speaks_against_it_and_goes_to_the_board(world: World, sign_in: Any) -> None:
    side = world.here
    poll = decision(side)
    officer, page = sign_in(side, "officer"), at("polls_call", poll)
    empty = body(officer.get(page))
    assert "还没有拟定" in empty
    assert "发布公告" not in empty.split("公告前核对")[1]
    do(
        actions.word_items,
        side,
        poll,
        now=timezone.now(),
        items=[Draft("rebuild", "更换 1 幢电梯", also=("use_fund",))],
    )
    given: dict[str, Any] = {"now": timezone.now(), "closes_at": timezone.now() + 30 * DAY}
    do(actions.settle_window, side, poll, opens_at=timezone.now() + 5 * DAY, **given)
    short = body(officer.get(page))
    assert "到投票有 4 个整天，要求 15 个" in short
    assert "发布公告" not in short.split("公告前核对")[1]
    do(actions.settle_window, side, poll, opens_at=timezone.now() + 20 * DAY, plan={"proxy_cap": 0}, **given)
    ready = body(officer.get(page))
    assert "归类还没有另一个人复核" in ready
    assert "仍这样公告" in ready
    assert "<h2>表决什么</h2>" in ready
    for words in (
        "更换 1 幢电梯",
        "四分之三以上",
        "不接受委托投票",
        "记名投票",
        current(side, poll).edition.fingerprint,
    ):
        assert words in ready, words
    assert send(officer, page, at("polls_call_publish", poll), accepted="1").status_code == 302
    found = current(side, poll)
    assert found.state == "called"
    with scope(side.compound.pk):
        out = Announced.objects.get(compound=side.compound)
        notice = Notice.objects.get(pk=out.notice_id)
    assert (out.what, notice.state, notice.kind, notice.matter) == ("call", "published", "publicity", "meeting")
    assert found.items_hash in notice.source
    assert "看公告" in body(officer.get(page))
    assert "更换 1 幢电梯" in body(sign_in(side, "resident").get(reverse("notices_one", args=["here", notice.ref])))
    again = officer.post(at("polls_call_publish", poll), {"idempotency_key": "k" * 20})
    assert (again.status_code, "不能再做这一步" in body(again)) == (409, True)
    late = officer.post(
        at("polls_items", poll), {"idempotency_key": "k" * 21, **items({"text": "换", "matter": "other"})}
    )
    assert (late.status_code, "不能再做这一步" in body(late)) == (409, True)


def test_a_committees_call_waits_for_the_communitys_signature(world: World) -> None:
    side = world.here
    now = timezone.now()
    poll = fixed(side, kind="decision", title="续聘物业")[0]
    by: dict[str, Any] = {"who": "officer", "now": now}
    do(actions.word_items, side, poll, items=[Draft("hire_firm", "续聘和美物业")], **by)
    do(actions.settle_window, side, poll, opens_at=now + 30 * DAY, closes_at=now + 40 * DAY, **by)
    with scope(side.compound.pk):
        Poll.objects.filter(pk=poll.pk).update(organisation_id=side.actor("chair").organisation_id)
    opened_call = do(actions.call_publicly, side, poll, who="chair", now=now)
    assert (opened_call.notice.state, opened_call.period) == ("awaiting", None)


def test_a_call_that_cannot_go_to_the_board_is_none(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    side = world.here
    now = timezone.now()
    poll = decision(side)
    do(actions.word_items, side, poll, items=[Draft("other", "监督小组")], now=now)
    do(actions.settle_window, side, poll, opens_at=now + 30 * DAY, closes_at=now + 40 * DAY, now=now)

    def refuse(**_given: Any) -> Any:
        raise BadInput("too_long", field="title", most="80")

    monkeypatch.setattr("elections.actions.announcing.open_period", refuse)
    assert refused(BadInput, actions.call_publicly, side, poll, now=now) == "too_long"
    assert current(side, poll).state == "roll_fixed"


def test_an_elections_call_names_the_candidates(world: World, sign_in: Any) -> None:
    side = world.here
    now = timezone.now()
    poll, _ = fixed(side)
    do(actions.set_slate, side, poll, text="选举第三届业主委员会委员", seats=5, candidates=NAMES, now=now)
    do(actions.settle_window, side, poll, opens_at=now + 30 * DAY, closes_at=now + 40 * DAY, now=now)
    page = body(sign_in(side, "officer").get(at("polls_call", poll)))
    assert "应选 5 人，候选人（按选票次序）：胡一明、楼晓燕" in page
    assert "应选 5 人，候选人 6 名" in page
    assert "应选 5 人：" in body(sign_in(side, "member").get(at("polls_items", poll)))


@pytest.mark.parametrize("length", [1, 30])
def test_items_ask_the_same_for_one_and_for_thirty(world: World, sign_in: Any, statements: Any, length: int) -> None:
    side = world.here
    poll = decision(side)
    now = timezone.now()
    do(actions.word_items, side, poll, items=[Draft("other", f"第{n}件事") for n in range(length)], now=now)
    do(actions.settle_window, side, poll, opens_at=now + 30 * DAY, closes_at=now + 40 * DAY, now=now)
    officer = sign_in(side, "officer")
    for name, expected in (("polls_items", 13), ("polls_window", 9), ("polls_call", 15)):
        address = at(name, poll)
        officer.get(address)
        with statements() as seen:
            page = officer.get(address)
        assert page.status_code == 200
        assert len(seen) == expected, (address, [row["sql"][:90] for row in seen])


def test_every_refusal_of_the_actions_has_words() -> None:
    for code in (
        "unknown_rule",
        "silent_without_text",
        "silent_without_source",
        "your_own_words",
        "already_public",
        "no_such_group",
    ):
        assert refusal_text(BadInput(code, field="x"))


def test_a_key_is_needed(world: World, sign_in: Any) -> None:
    side = world.here
    poll = decision(side)
    officer = sign_in(side, "officer")
    key = key_of(officer, at("polls_items", poll))
    rows = items({"text": "监督小组", "matter": "other"})
    for _tap in range(2):
        assert officer.post(at("polls_items", poll), {"idempotency_key": key, **rows}).status_code == 302
    assert verbs(side).count("word") == 1


VALUES = strategies.one_of(
    strategies.none(),
    strategies.booleans(),
    strategies.integers(-2, 30),
    strategies.sampled_from(["heads", "area", "off", "majority", "x"]),
)
RULES = strategies.sampled_from(
    [*PLAN, "silent", "proxy_cap", "silent_text", "silent_source", "silent_majority_of_all", "other"]
)


@hypothesis.given(strategies.dictionaries(RULES, VALUES))
def test_a_plan_is_checked_whole(plan: dict[str, Any]) -> None:
    """Whatever passes has values that the count knows, and no silence without its text."""
    try:
        good = checked(plan)
    except NotARule:
        return
    assert all(value in PLAN[name] for name, value in of_the_count(good).items())
    assert None not in good.values()
    assert good.get("silent", "off") == "off" or (good["silent_text"].strip() and good["silent_source"].strip())
    # What a province asks cannot be waived.
    assert "silent_majority_of_all" not in good
    assert checked(good) == good
