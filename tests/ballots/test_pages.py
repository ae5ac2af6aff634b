"""The pages as an owner and as officers go through them, without scripts; nothing chosen is lost on the way, none is kept."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import Challenge
from ballots.actions.ticking import tick
from ballots.models import Cast, Proxy
from idempotency.models import Receipt
from tenancy.scope import scope
from tests.ballots.conftest import CLOSES, DURING, Running, hand_in, mine, tend, voting
from tests.boxes.conftest import of_two_buildings
from tests.world import Side, World, phone_of

SignIn = Any


@pytest.fixture(autouse=True)
def during() -> Iterator[None]:
    """In the middle of the window, by day."""
    with time_machine.travel(DURING, tick=False):
        yield


def key_in(body: str) -> str:
    found = re.search(r'name="idempotency_key" value="([^"]+)"', body)
    assert found is not None
    return found[1]


def page(client: Client, url: str, status: int = 200) -> str:
    found = client.get(url)
    assert found.status_code == status, found.content.decode()[:2000]
    return found.content.decode()


def base(side: Side, running: Running) -> str:
    return f"/c/{side.compound.code}/polls/{running.poll.ref}/vote/"


def code_of(running: Running, who: str) -> str:
    found = Challenge.objects.filter(person=running.side.people[who]).latest("pk")
    return found.code


def test_an_owner_goes_from_the_list_to_the_receipt_without_scripts(world: World, sign_in: SignIn) -> None:
    side = world.here
    running = voting(side, texts=("同意调整泳池开放时间", "同意更换门禁"))
    client = sign_in(side, "resident")
    assert "还没投" in page(client, f"/c/{side.compound.code}/vote/")
    here = base(side, running)
    assert "去投票" in page(client, here)
    (right,) = mine(running)
    url = f"{here}right/{right.key}/"
    body = page(client, url)
    one, two = (item.key for item in running.items)
    given = {"idempotency_key": key_in(body), "step": "0", f"item-{one}": "for", "go": "1"}
    second = client.post(url, given).content.decode()
    assert re.search(rf'name="item-{one}" value="for"[^>]* checked', second)
    given |= {"step": "1", f"item-{two}": "", "go": "2"}
    summary = client.post(url, given).content.decode()
    assert "没有选，按弃权计" in summary
    assert "获取验证码" in summary
    del given["go"]
    sent = client.post(url, {**given, "step": "2", "send": "1"}).content.decode()
    assert "短信已发到" in sent
    assert re.search(rf'name="item-{one}" value="for"[^>]* checked', sent)
    wrong = client.post(url, {**given, "step": "2", "cast": "1", "code": "000"})
    assert wrong.status_code == 422
    assert re.search(rf'name="item-{one}" value="for"[^>]* checked', wrong.content.decode())
    last = {**given, "step": "2", "cast": "1", "code": code_of(running, "resident")}
    done = client.post(url, last)
    assert (done.status_code, done["Location"]) == (302, f"{url}receipt/")
    # A second tap, and a try from the page that was left open: the same receipt.
    assert client.post(url, last)["Location"] == f"{url}receipt/"
    assert client.post(url, {**last, "idempotency_key": "another-key-of-a-form"})["Location"] == f"{url}receipt/"
    with scope(side.compound.pk):
        cast = Cast.objects.get(compound=side.compound)
        # The right is used once, so no key is kept: nothing says when which form was sent.
        assert Receipt.objects.filter(compound=side.compound, route=url).count() == 0
    body = page(client, f"{url}receipt/")
    assert cast.receipt[:4] in body
    assert 'data-done="draft:vote-' in body
    assert "已投" in page(client, f"/c/{side.compound.code}/vote/")


def test_too_many_names_are_said_at_the_item(world: World, sign_in: SignIn) -> None:
    side = world.here
    running = voting(side, kind="election")
    client = sign_in(side, "resident")
    url = f"{base(side, running)}right/{mine(running)[0].key}/"
    item = running.items[0]
    names = [one["key"] for one in item.candidates]
    body = page(client, url)
    places = [body.index(name["name"]) for name in item.candidates]
    assert places == sorted(places)
    given = {"idempotency_key": key_in(body), "step": "0", "go": "1", f"item-{item.key}": names}
    answer = client.post(url, given)
    assert answer.status_code == 422
    assert "您选了 6 人，最多选 5 人" in answer.content.decode()
    assert client.post(url, {**given, f"item-{item.key}": names[:5]}).status_code == 200


def test_a_ballot_before_after_and_of_somebody_else(world: World, sign_in: SignIn) -> None:
    side = world.here
    running = voting(side)
    (right,) = mine(running)
    url = f"{base(side, running)}right/{right.key}/"
    assert sign_in(side, "neighbour").get(url).status_code == 404
    with time_machine.travel(CLOSES + timedelta(minutes=1), tick=False):
        answer = sign_in(side, "resident").get(url, follow=True)
        assert "投票已经截止" in answer.content.decode()


def test_who_decides_an_item_is_said_beside_it(world: World, sign_in: SignIn) -> None:
    side = world.here
    running = voting(side, texts=of_two_buildings(side))
    here = base(side, running)
    body = page(sign_in(side, "resident"), here)
    assert (body.count("由2幢业主表决。"), body.count("您不用投这一项。")) == (1, 1)
    assert body.index("更换2幢门禁") < body.index("由2幢业主表决。") < body.index("同意授权业委会小修小补")


def test_after_the_close_the_page_leads_to_whether_the_ballot_was_counted(world: World, sign_in: SignIn) -> None:
    side = world.here
    running = voting(side)
    (right,) = mine(running)
    receipt = hand_in(running, right=right.key, choices={running.items[0].key: "for"}).receipt
    here = base(side, running)
    leads = f"/c/{side.compound.code}/polls/{running.poll.ref}/box/check/?receipt={receipt}#check"
    during = page(sign_in(side, "resident"), here)
    assert (leads in during, "可以向社区领纸质票" in during) == (False, True)
    with time_machine.travel(CLOSES + timedelta(minutes=1), tick=False):
        tend(side, CLOSES + timedelta(minutes=1))
        client = sign_in(side, "resident")
        after = page(client, here)
        assert (leads in after, "可以向社区领纸质票" in after) == (True, False)
        assert "这张票在封好的票箱里" in page(client, leads.partition("#")[0])


def test_co_owners_see_who_voted_and_not_what(world: World, sign_in: SignIn) -> None:
    from tests.ballots.test_casting import register_person

    side = world.here
    register_person(side, 0, "neighbour")
    running = voting(side)
    shared = next(one for one in mine(running) if "101" in one.place)
    hand_in(running, right=shared.key, choices={running.items[0].key: "against"}, confirmed=True)
    body = page(sign_in(side, "neighbour"), f"{base(side, running)}right/{shared.key}/receipt/")
    assert "resident（共有人代表）" in body
    assert "反对" not in body
    assert "against" not in body


def test_an_owner_gives_a_vote_with_a_sealed_word_and_takes_it_back(world: World, sign_in: SignIn) -> None:
    side = world.here
    running = voting(side)
    client = sign_in(side, "resident")
    (right,) = mine(running)
    url = f"{base(side, running)}right/{right.key}/proxy/"
    body = page(client, url)
    assert "您对每一项的意见" in body
    given = {
        "idempotency_key": key_in(body), "agent": "邻居", "phone": phone_of(0, "neighbour"),
        f"item-{running.items[0].key}": "against",
    }  # fmt: skip
    assert re.search(r'value="against"[^>]* checked', client.post(url, {**given, "send": "1"}).content.decode())
    done = client.post(url, {**given, "code": code_of(running, "resident")})
    assert (done.status_code, done["Location"]) == (302, base(side, running))
    with scope(side.compound.pk):
        made = Proxy.objects.get(compound=side.compound)
    assert made.stated is not None
    agent = sign_in(side, "neighbour")
    theirs = f"{base(side, running)}right/{right.key}/"
    shown = page(agent, theirs)
    assert "只能照原样投出" in shown
    assert "against" not in shown
    client.post(f"{url}back/", {"idempotency_key": key_in(page(client, base(side, running)))})
    assert agent.get(theirs).status_code == 404


def test_the_desk_shows_turnout_and_whose_vote_is_missing(world: World, sign_in: SignIn) -> None:
    side = world.here
    running = voting(side)
    hand_in(running)
    client = sign_in(side, "officer")
    here = base(side, running)
    body = page(client, f"{here}turnout/")
    assert "还差 1 户达到三分之二" in body
    assert "投票人少时不显示" in body
    rounds = page(client, f"{here}rounds/")
    assert "1幢1单元102" in rounds
    assert "1幢1单元101" not in rounds
    answer = client.post(f"{here}remind/", {"idempotency_key": key_in(body)}, follow=True)
    assert "已提醒 1 人" in answer.content.decode()
    assert "neighbour" in page(client, f"{here}delivery/")
    assert "还没打开" in page(client, f"{here}delivery/")
    page(sign_in(side, "neighbour"), here)
    assert "还没打开" not in page(client, f"{here}delivery/")
    for who in ("manager", "resident"):
        assert sign_in(side, who).get(f"{here}turnout/").status_code == 403
        assert sign_in(side, who).get(f"{here}rounds/").status_code == 403


def test_the_end_is_put_off_and_ended_early_by_two_parties(world: World, sign_in: SignIn) -> None:
    side = world.here
    running = voting(side)
    client = sign_in(side, "officer")
    url = f"{base(side, running)}time/"
    later = timezone.localtime(CLOSES + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    given = {"idempotency_key": key_in(page(client, url)), "extend": "1", "closes_at": later, "reason": "参与人数不够"}
    assert "公告已发布" in client.post(url, given, follow=True).content.decode()
    assert "参与人数不够" in page(client, url)
    given = {"idempotency_key": key_in(page(client, url)), "step": "end_early", "reason": "都投完了"}
    assert "等另一方同意" in client.post(url, given, follow=True).content.decode()
    chair = sign_in(side, "chair")
    body = page(chair, url)
    found = re.search(r'action="([^"]+/agree/)"', body)
    assert found is not None
    assert "已同意" in chair.post(found[1], {"idempotency_key": key_in(body)}, follow=True).content.decode()
    body = page(sign_in(side, "resident"), base(side, running))
    assert "都投完了" in body
    assert "参与人数不够" in body


def test_representatives_and_papers_are_recorded(world: World, sign_in: SignIn) -> None:
    from tests.repairs.conftest import picture

    side = world.here
    running = voting(side)
    client = sign_in(side, "officer")
    url = f"{base(side, running)}records/"
    given = {
        "idempotency_key": key_in(page(client, url)), "address": "1幢1单元102", "giver": "邻居", "agent": "王五",
        "phone": phone_of(0, "resident"), "paper": picture(),
    }  # fmt: skip
    assert "已登记" in client.post(f"{url}proxy/", given, follow=True).content.decode()
    assert "王五" in page(client, url)
    given = {
        "idempotency_key": key_in(page(client, url)), "address": "9幢", "ground": "estate", "name": "李四",
        "phone": phone_of(0, "resident"), "note": "公证书",
    }  # fmt: skip
    answer = client.post(f"{url}speaker/", given)
    assert answer.status_code == 422
    assert "名册里没有这一户" in answer.content.decode()
    answer = client.post(f"{url}speaker/", {**given, "address": "1幢1单元101"}, follow=True)
    assert "李四" in answer.content.decode()


def test_the_count_is_told_once_for_all_who_watch(world: World) -> None:
    side = world.here
    running = voting(side)
    with scope(side.compound.pk):
        assert tick(compound_id=side.compound.pk, now=DURING) == 0
    hand_in(running)
    with scope(side.compound.pk):
        assert tick(compound_id=side.compound.pk, now=DURING) == 1
        assert tick(compound_id=side.compound.pk, now=DURING) == 0
    assert tend(side, DURING) == []
