"""The list of polls, beginning one, and its time line."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from elections import actions, stages
from elections.models import Poll
from elections.refusals import NotPermitted
from elections.stages import Stage
from elections.views import polls
from tenancy.scope import scope
from tests.elections.conftest import drawn, fixed, opened
from tests.world import Side, World


def form(client: Client, address: str, **given: Any) -> Any:
    """Open a page and send its form back."""
    page = client.get(address)
    key = page.content.decode().split('name="idempotency_key" value="')[1].split('"')[0]
    return client.post(address, {"idempotency_key": key, **given})


def body(answer: Any) -> str:
    return str(answer.content.decode())


def test_an_officer_begins_a_poll_and_is_led_to_its_time_line(world: World, sign_in: Any) -> None:
    side = world.here
    officer = sign_in(side, "officer")
    day = timezone.localdate() + timedelta(days=60)
    address = reverse("polls_new", args=["here"])
    answer = form(officer, address, kind="decision", title="更换电梯", on=f"{day:%Y-%m-%d}")
    with scope(side.compound.pk):
        poll = Poll.objects.get(compound=side.compound)
    assert answer.status_code == 302
    assert answer["Location"] == reverse("polls_one", args=["here", poll.ref])
    page = body(officer.get(answer["Location"]))
    assert "更换电梯" in page
    assert "取名册" in page
    assert "《物业管理条例》（2018年文本）第十四条" in page
    assert poll.title in body(officer.get("/polls/"))
    assert poll.title not in body(officer.get("/polls/?box=past"))


@pytest.mark.parametrize(
    ("state", "days", "shown"),
    [
        ("preparing", {}, 1),
        ("closed", {"closed_at": 4}, 4),
        ("counted", {"closed_at": 4, "counted_at": 5}, 5),
        ("announced", {"closed_at": 4, "counted_at": 5, "announced_at": 6}, 6),
        ("declared", {"closed_at": 4, "counted_at": 5, "announced_at": 6, "declared_at": 7}, 7),
        ("cancelled", {"closed_at": 4, "ended_at": 8}, 8),
    ],
)
def test_a_row_shows_what_happened_last(state: str, days: dict[str, int], shown: int) -> None:
    began = timezone.now()
    moments = {name: began + timedelta(days=day) for name, day in {"created_at": 1, **days}.items()}
    row = polls._row(Poll(kind="decision", state=state, **moments), several=False)
    assert (row["due"], row["moment"]) == (None, began + timedelta(days=shown))


def test_what_is_wrong_with_a_new_poll_is_said_beside_its_field(world: World, sign_in: Any) -> None:
    side = world.here
    officer = sign_in(side, "officer")
    address = reverse("polls_new", args=["here"])
    for given, words in (
        ({"kind": "decision", "title": "", "on": "2026-10-01"}, "请写标题"),
        ({"kind": "decision", "title": "更换电梯", "on": "十月"}, "请填日期"),
        ({"kind": "decision", "title": "更换电梯", "on": "0001-10-01"}, "请填日期"),
        ({"kind": "weather", "title": "更换电梯", "on": "2026-10-01"}, "选择"),
        ({"kind": "decision", "title": "更换电梯", "on": "2026-10-01", "places": ["b999999"]}, "不在本小区"),
    ):
        answer = form(officer, address, **given)
        assert (answer.status_code, words in body(answer)) == (422, True), given
    with scope(side.compound.pk):
        assert not Poll.objects.filter(compound=side.compound).exists()


def test_a_committee_begins_decisions_only_and_a_member_nothing(world: World, sign_in: Any) -> None:
    side = world.here
    address = reverse("polls_new", args=["here"])
    chair = sign_in(side, "chair")
    assert "业委会选举、换届" not in body(chair.get(address)).split("<main", 1)[1]
    answer = form(chair, address, kind="election", title="换届", on="2026-10-01")
    assert answer.status_code == 422
    for who, code in (("member", 403), ("street", 403), ("manager", 403), ("resident", 403)):
        assert sign_in(side, who).get(address).status_code == code


def test_a_poll_is_given_up_with_a_reason(world: World, sign_in: Any) -> None:
    side = world.here
    poll = opened(side)
    officer = sign_in(side, "officer")
    here = reverse("polls_one", args=["here", poll.ref])
    key = body(officer.get(here)).split('name="idempotency_key" value="')[1].split('"')[0]
    cancel = reverse("polls_cancel", args=["here", poll.ref])
    assert officer.post(cancel, {"idempotency_key": key, "reason": " "}).status_code == 422
    assert officer.post(cancel, {"idempotency_key": key, "reason": "街道要求重新组织"}).status_code == 302
    page = body(officer.get(here))
    assert "街道要求重新组织" in page
    assert "取消这次表决" not in page
    assert poll.title in body(officer.get("/polls/?box=past"))
    late = body(officer.post(cancel, {"idempotency_key": "a" * 20, "reason": "再来"}))
    assert "不能再做这一步" in late


def test_the_firm_and_residents_see_no_poll(world: World, sign_in: Any) -> None:
    side = world.here
    poll, _ = fixed(side)
    for who in ("manager", "worker", "resident"):
        client = sign_in(side, who)
        for address in ("/polls/", reverse("polls_one", args=["here", poll.ref])):
            assert client.get(address).status_code == 403
    for who in ("member", "street", "city"):
        page = body(sign_in(side, who).get(reverse("polls_one", args=["here", poll.ref])))
        assert poll.title in page
        assert "取消这次表决" not in page


def test_what_is_next_door_is_not_there(world: World, sign_in: Any) -> None:
    poll = opened(world.there)
    officer = sign_in(world.here, "officer")
    for code in ("here", "there"):
        assert officer.get(reverse("polls_one", args=[code, poll.ref])).status_code == 404


def test_another_floors_stages_stand_in_their_order(
    world: World, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stages, "_tellers", dict(stages._tellers))
    stages.register("test.box", 60, lambda poll, actor, now: [Stage("key", "生成密钥", "blocked", "三人到场。")])
    stages.register("test.group", 20, lambda poll, actor, now: [Stage("group", "成立小组", "now", "还没有成员。")])
    side = world.here
    poll = drawn(side)
    page = body(sign_in(side, "officer").get(reverse("polls_one", args=["here", poll.ref])))
    line = page.split('id="line"')[1]
    assert line.index("定名册") < line.index("成立小组") < line.index("发布表决公告") < line.index("生成密钥")
    assert "成立小组" in page.split('id="todo"')[1].split('id="line"')[0]
    assert "生成密钥" not in page.split('id="todo"')[1].split('id="line"')[0]


def many(side: Side, count: int) -> Poll:
    first = drawn(side, title="第一次")
    for number in range(count):
        opened(side, title=f"第{number}次表决")
    return first


@pytest.fixture
def _own_stages(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stages of this floor alone: what each floor above adds, a fixed number, its own tests count."""
    own = {name: told for name, told in stages._tellers.items() if name.startswith("elections.")}
    monkeypatch.setattr(stages, "_tellers", own)


@pytest.mark.usefixtures("_own_stages")
@pytest.mark.parametrize("length", [1, 30])
def test_lists_ask_the_same_for_one_and_for_thirty(world: World, sign_in: Any, statements: Any, length: int) -> None:
    side = world.here
    poll = many(side, length - 1)
    officer = sign_in(side, "officer")
    for address, expected in (("/polls/", 12), (reverse("polls_one", args=["here", poll.ref]), 15)):
        officer.get(address)
        with statements() as seen:
            page = officer.get(address)
        assert page.status_code == 200
        assert len(seen) == expected, (address, [row["sql"][:90] for row in seen])


def test_only_whoever_may_begins_one(world: World) -> None:
    with pytest.raises(NotPermitted):
        actions.open_poll(
            compound_id=world.here.compound.pk, kind="decision", title="x", on=timezone.localdate(),
            by=world.here.actor("member"), now=timezone.now(),
        )  # fmt: skip
