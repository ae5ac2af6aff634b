"""The pages on which screens are put up, changed and taken down."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from idempotency.forms import fresh_key
from screens.models import Screen
from tenancy.scope import scope
from tests.hall.conftest import places, put_up
from tests.hall.test_screens import MANAGERS
from tests.notices.conftest import NOW
from tests.world import CANARY, RESIDENTS, STAFF, World

LIST = "/c/here/screens/"
LIST_STATEMENTS = 9


def post(client: Client, path: str, given: dict[str, Any] | None = None, key: str = "") -> Any:
    return client.post(path, {**(given or {}), "idempotency_key": key or fresh_key()})


@pytest.mark.parametrize("who", [*STAFF, *RESIDENTS, "city"])
def test_who_may_open_them(world: World, sign_in: Callable[..., Client], who: str) -> None:
    made, _token = put_up(world.here)
    client = sign_in(world.here, who)
    for path in (LIST, f"{LIST}new/", f"{LIST}{made.pk}/edit/"):
        assert client.get(path).status_code == (200 if who in MANAGERS else 403), path
    assert (LIST in client.get("/messages/").content.decode()) == (who in MANAGERS)


def test_the_address_is_shown_once(world: World, sign_in: Callable[..., Client]) -> None:
    client = sign_in(world.here, "manager")
    building, _one, _two = places(world.here)
    key = fresh_key()
    given = {"name": "电梯厅", "place": f"b:{building.pk}", "orientation": "portrait"}
    first = post(client, f"{LIST}new/", given, key)
    assert first.status_code == 200
    text = first.content.decode()
    (token,) = set(re.findall(r"/screen/(here-[a-z0-9]{16})/", text))
    assert "data:image/svg+xml" in text
    assert "no-store" in first.headers["Cache-Control"]
    again = post(client, f"{LIST}new/", given, key)
    assert (again.status_code, again.url) == (302, LIST)
    assert token not in client.get(LIST).content.decode()
    assert "还没打开过" in client.get(LIST).content.decode()
    assert Client().get(f"/screen/{token}/").status_code == 200
    page = client.get(LIST).content.decode()
    assert "正在放" in page
    assert "1幢" in page
    assert token[-4:] in page
    with time_machine.travel(NOW + timedelta(minutes=6), tick=False):
        assert "没有响应" in client.get(LIST).content.decode()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"name": ""}, "请写名称"),
        ({"name": "长" * 25}, "最多 24 个字"),
        ({"orientation": "round"}, "请选择画面方向"),
        ({"place": "b:999999"}, "选的楼幢或单元不在本小区"),
        ({"name": "\x00"}, "空字符"),
    ],
)
def test_a_refusal_stands_beside_its_field(
    world: World, sign_in: Callable[..., Client], given: dict[str, Any], words: str
) -> None:
    answer = post(
        sign_in(world.here, "manager"),
        f"{LIST}new/",
        {"name": "东门", "orientation": "landscape", "place": "", **given},
    )
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_it_is_changed_and_revoked(world: World, sign_in: Callable[..., Client]) -> None:
    made, token = put_up(world.here)
    client = sign_in(world.here, "officer")
    assert 'value="东门大厅"' in client.get(f"{LIST}{made.pk}/edit/").content.decode()
    given = {"name": "西门", "orientation": "turned", "place": "", "sound": "on"}
    assert post(client, f"{LIST}{made.pk}/edit/", given).url == LIST
    with scope(world.here.compound.pk):
        row = Screen.objects.get()
    assert (row.name, row.orientation, row.sound) == ("西门", "turned", True)
    assert client.get(f"{LIST}{made.pk}/revoke/").status_code == 405
    assert client.post(f"{LIST}{made.pk}/revoke/").status_code == 409  # without a key of the form
    assert post(client, f"{LIST}{made.pk}/revoke/").url == LIST
    page = client.get(LIST).content.decode()
    assert "已停用" in page
    assert Client().get(f"/screen/{token}/").status_code == 404
    refused = post(client, f"{LIST}{made.pk}/revoke/")
    assert refused.status_code == 409
    assert "这块屏已经停用了" in refused.content.decode()
    assert client.get(f"{LIST}{made.pk}/edit/").url == LIST
    assert post(client, f"{LIST}999999/revoke/").status_code == 404


def test_the_next_compounds_are_not_there(world: World, sign_in: Callable[..., Client]) -> None:
    theirs, _token = put_up(world.there, name=f"厅{CANARY}")
    client = sign_in(world.here, "manager")
    assert CANARY not in client.get(LIST).content.decode()
    for path in (f"{LIST}{theirs.pk}/edit/", f"/c/there/screens/{theirs.pk}/edit/", "/c/there/screens/"):
        assert client.get(path).status_code == 404, path
    assert post(client, f"{LIST}{theirs.pk}/revoke/").status_code == 404


def test_the_list_costs_the_same_for_one_and_thirty(
    world: World, sign_in: Callable[..., Client], statements: Callable[[], Any]
) -> None:
    _building, one, _two = places(world.here)
    client = sign_in(world.here, "manager")
    counts = []
    for more, total in ((1, 1), (29, 30)):
        for _ in range(more):
            put_up(world.here, place=f"e:{one.pk}")
        with statements() as counted:
            page = client.get(LIST).content.decode()
        assert page.count("/revoke/") == total
        counts.append(len(counted))
    assert counts == [LIST_STATEMENTS, LIST_STATEMENTS]
