"""The pages: who may open them, the secret that is shown once, the record of calls, and what a refusal says."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from idempotency.forms import fresh_key
from tenancy.scope import scope
from tests.webhooks.conftest import URL, Receiver, deliveries, emit, reload
from tests.world import CANARY, RESIDENTS, STAFF, World
from webhooks import actions, rules, transport
from webhooks.models import Subscription
from webhooks.words import _ERRORS, _REFUSALS

LIST = "/c/here/webhooks/"
FORM = {"name": "工单系统", "url": URL, "events": ["repairs.filed"]}


def post(client: Client, path: str, given: dict[str, Any] | None = None, key: str = "") -> Any:
    return client.post(path, {**(given or {}), "idempotency_key": key or fresh_key()})


@pytest.mark.parametrize("role", [*STAFF, *RESIDENTS, "city"])
def test_who_may_open_the_pages(world: World, sign_in: Any, role: str) -> None:
    allowed = role in {"manager", "secretary", "officer"}
    client = sign_in(world.here, role)
    for path in (LIST, f"{LIST}new/"):
        assert client.get(path).status_code == (200 if allowed else 403), path
    assert client.get("/c/there/webhooks/").status_code == (404 if allowed else 403)


def test_the_secret_is_shown_once(world: World, sign_in: Any, receiver: Receiver) -> None:
    client = sign_in(world.here, "manager")
    key = fresh_key()
    first = post(client, f"{LIST}new/", FORM, key)
    assert first.status_code == 200
    (secret,) = set(re.findall(r"whsec_[A-Za-z0-9+/=]{44}", first.content.decode()))
    again = post(client, f"{LIST}new/", FORM, key)
    assert again.status_code == 302
    with scope(world.here.compound.pk):
        (made,) = Subscription.objects.all()
    page = f"{LIST}{made.pk}/"
    assert again.url == page
    assert secret not in client.get(page).content.decode()
    assert "no-store" in first.headers["Cache-Control"]
    key = fresh_key()
    rotated = post(client, f"{page}rotate/", key=key)
    (new,) = set(re.findall(r"whsec_[A-Za-z0-9+/=]{44}", rotated.content.decode()))
    assert new != secret
    assert "旧密钥到" in rotated.content.decode()
    assert post(client, f"{page}rotate/", key=key).url == page


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"url": "http://hooks.firm.example/"}, "地址要以 https:// 开头。"),
        ({"url": "https://192.168.0.9/"}, "这个地址在内部网络里"),
        ({"url": "https://nobody.example/"}, "找不到这个域名"),
        ({"url": ""}, "请填写接收地址。"),
        ({"events": []}, "请至少选一项。"),
        ({"events": ["webhooks.test"]}, "请从列表里选。"),
        ({"name": " "}, "请写一个名称。"),
    ],
)
def test_a_refusal_stands_beside_what_was_typed(
    world: World, sign_in: Any, receiver: Receiver, given: dict[str, Any], words: str
) -> None:
    answer = post(sign_in(world.here, "manager"), f"{LIST}new/", {**FORM, **given})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "工单系统" in answer.content.decode() or "name" in given
    with scope(world.here.compound.pk):
        assert not Subscription.objects.exists()


def test_every_code_has_words() -> None:
    reasons = {
        "http://x.y", "https://", "https://x.y:1/", "https://a:b@x.y/", "https://h/", "https://x.y/ ", "https://x.y/" + "a" * 400,
    }  # fmt: skip
    assert {rules.refused_url(url) for url in reasons} <= _REFUSALS.keys()
    assert {"refused_address", "no_such_name", "timeout", "tls", "unreachable", "unexpected"} <= _ERRORS.keys()
    assert transport.CallFailed("timeout").code in _ERRORS


def test_the_buttons(world: World, sign_in: Any, subscribe: Any, receiver: Receiver) -> None:
    made, _secret = subscribe(world.here)
    client = sign_in(world.here, "manager")
    page = f"{LIST}{made.pk}/"
    for action, state in (("pause", "paused"), ("resume", "active"), ("test", "active"), ("end", "ended")):
        assert post(client, f"{page}{action}/").url == page
        assert reload(world.here, made).state == state
    assert post(client, f"{page}resume/").status_code == 409
    assert "已经结束" in post(client, f"{page}resume/").content.decode()
    assert post(client, f"{page}explode/").status_code == 404
    assert client.get(f"{page}pause/").status_code == 405
    assert post(sign_in(world.here, "officer"), f"{page}pause/").status_code == 404
    assert client.post(f"{page}test/").status_code == 409  # without a key


def test_changing(world: World, sign_in: Any, subscribe: Any) -> None:
    made, _secret = subscribe(world.here)
    client = sign_in(world.here, "manager")
    path = f"{LIST}{made.pk}/edit/"
    assert URL in client.get(path).content.decode().replace("&amp;", "&")
    assert post(client, path, {**FORM, "name": "改过了"}).url == f"{LIST}{made.pk}/"
    assert reload(world.here, made).name == "改过了"
    assert post(client, path, {**FORM, "url": "https://10.0.0.1/"}).status_code == 422


def test_sending_again_by_the_page(world: World, sign_in: Any, subscribe: Any, receiver: Receiver) -> None:
    subscribe(world.here)
    emit(world.here)
    client = sign_in(world.here, "manager")
    path = f"{LIST}deliveries/{deliveries(world.here)[0].pk}/again/"
    refused = post(client, path)
    assert refused.status_code == 409
    assert "还在等待发送" in refused.content.decode()
    actions.send_waiting(compound_id=world.here.compound.pk, now=timezone.now())
    assert post(client, path).status_code == 302
    assert [row.state for row in deliveries(world.here)] == ["queued"]
    assert post(sign_in(world.here, "officer"), path).status_code == 404
    assert post(client, f"{LIST}deliveries/999999/again/").status_code == 404


@pytest.mark.parametrize("count", [1, 30])
def test_the_record_costs_the_same_for_one_and_thirty(
    world: World, sign_in: Any, subscribe: Any, statements: Callable[[], Any], count: int
) -> None:
    made, _secret = subscribe(world.here)
    for _ in range(count):
        emit(world.here)
    client = sign_in(world.here, "manager")
    client.get(LIST)
    with statements() as seen:
        answer = client.get(f"{LIST}{made.pk}/")
    assert answer.content.decode().count("BX2026000001") == count
    assert CANARY not in answer.content.decode()
    assert len(seen) == PAGE_STATEMENTS


@pytest.mark.parametrize("count", [1, 10])
def test_the_list_costs_the_same_for_one_and_ten(
    world: World, sign_in: Any, subscribe: Any, statements: Callable[[], Any], count: int
) -> None:
    for _ in range(count):
        subscribe(world.here)
    subscribe(world.there, name=f"工单{CANARY}")
    client = sign_in(world.here, "manager")
    client.get(LIST)
    with statements() as seen:
        answer = client.get(LIST)
    assert answer.content.decode().count("工单系统") == count
    assert CANARY not in answer.content.decode()
    assert len(seen) == LIST_STATEMENTS


LIST_STATEMENTS = 9
PAGE_STATEMENTS = 11
