"""Keys: who makes and revokes them, the secret that is shown once, and what stays of it."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.timezone import localdate

from accounts import own_data
from audit.models import Entry
from idempotency.forms import fresh_key
from open311 import actions
from open311.actions import KeyRefused, NoSuchKey
from open311.models import Filed, Key
from open311.permissions import MANAGING
from open311.rules import MOST_KEYS
from open311.words import _REFUSALS
from parties.models import Post
from parties.rules import ROLES
from repairs.permissions import TAKES_CALLS
from tenancy.scope import scope
from tests.open311.conftest import Hotline
from tests.world import CANARY, RESIDENTS, STAFF, World

LIST = "/c/here/open311/"
MANAGERS = {"manager", "secretary", "officer", "street", "city"}
LIST_STATEMENTS = 9


def post(client: Client, path: str, given: dict[str, Any] | None = None, key: str = "") -> Any:
    return client.post(path, {**(given or {}), "idempotency_key": key or fresh_key()})


def make(world: World, who: str = "manager", name: str = "热线") -> tuple[Key, str]:
    with scope(world.here.compound.pk):
        return actions.make_key(
            compound_id=world.here.compound.pk, name=name, by=world.here.actor(who), now=timezone.now()
        )


def test_whoever_makes_keys_takes_calls_and_has_a_role_that_there_is() -> None:
    assert set(MANAGING) <= TAKES_CALLS
    assert all(set(roles) <= set(ROLES[party]) for party, roles in MANAGING.items())


@pytest.mark.parametrize("role", [*STAFF, *RESIDENTS, "city"])
def test_who_may_open_the_pages(world: World, sign_in: Any, role: str) -> None:
    allowed = role in MANAGERS
    client = sign_in(world.here, role)
    for path in (LIST, f"{LIST}new/"):
        assert client.get(path).status_code == (200 if allowed else 403), path
    assert client.get("/c/there/open311/").status_code == (200 if role == "city" else 404 if allowed else 403)
    assert (LIST in client.get("/messages/").content.decode()) == allowed


def test_the_secret_is_shown_once_and_kept_as_a_digest(world: World, sign_in: Any) -> None:
    client = sign_in(world.here, "manager")
    token = fresh_key()
    first = post(client, f"{LIST}new/", {"name": " 12345   热线 "}, token)
    assert first.status_code == 200
    (secret,) = set(re.findall(r"o311_[A-Za-z0-9_-]{43}", first.content.decode()))
    assert "no-store" in first.headers["Cache-Control"]
    again = post(client, f"{LIST}new/", {"name": " 12345   热线 "}, token)
    assert (again.status_code, again.url) == (302, LIST)
    (kept,) = Key.objects.all()
    assert (kept.name, kept.hint) == ("12345 热线", secret[-4:])
    assert secret not in str(kept.__dict__)
    page = client.get(LIST).content.decode()
    assert secret not in page
    assert "12345 热线" in page
    assert "还没有用过" in page
    assert Hotline(world.here, kept, secret).get("requests.json").status_code == 200
    assert "还没有用过" not in client.get(LIST).content.decode()
    with scope(world.here.compound.pk):
        entry = Entry.objects.get(verb="open311.make")
    assert (entry.target, entry.changes) == (f"open311.key:{kept.pk}", {"name": [None, "12345 热线"]})


@pytest.mark.parametrize(
    ("name", "words"),
    [("", "请写明给哪个系统用"), ("  ", "请写明给哪个系统用"), ("长" * 25, "最多 24 个字"), ("a\x00b", "空字符")],
)
def test_a_bad_name_is_refused_beside_the_field(world: World, sign_in: Any, name: str, words: str) -> None:
    answer = post(sign_in(world.here, "manager"), f"{LIST}new/", {"name": name})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Key.objects.exists()


def test_a_post_has_ten_keys_at_most(world: World, sign_in: Any) -> None:
    for _ in range(MOST_KEYS):
        made, _secret = make(world)
    answer = post(sign_in(world.here, "manager"), f"{LIST}new/", {"name": "再来一个"})
    assert answer.status_code == 422
    assert "最多 10 个" in answer.content.decode()
    assert post(sign_in(world.here, "manager"), f"{LIST}{made.pk}/revoke/").status_code == 302
    assert post(sign_in(world.here, "manager"), f"{LIST}new/", {"name": "再来一个"}).status_code == 200


def test_a_colleague_revokes_and_nobody_else(world: World, sign_in: Any) -> None:
    made, secret = make(world, "officer")
    path = f"{LIST}{made.pk}/revoke/"
    for who in ("manager", "street", "city"):
        assert post(sign_in(world.here, who), path).status_code == 404
    for who in ("worker", "chair", "resident"):
        assert post(sign_in(world.here, who), path).status_code == 403
    assert post(sign_in(world.there, "officer"), path).status_code == 404
    colleague = sign_in(world.here, "secretary")
    assert made.name in colleague.get(LIST).content.decode()
    assert colleague.get(path).status_code == 405
    assert colleague.post(path).status_code == 409  # without a key of the form
    assert post(colleague, path).url == LIST
    assert Hotline(world.here, made, secret).get("requests.json").status_code == 403
    kept = Key.objects.get()
    assert kept.revoked_as.startswith("secretary")
    with scope(world.here.compound.pk):
        assert Entry.objects.filter(verb="open311.revoke", target=f"open311.key:{made.pk}").count() == 1
    refused = post(colleague, path)
    assert refused.status_code == 409
    assert "已经停用" in refused.content.decode()


def test_the_actions_refuse_who_may_not(world: World) -> None:
    made, _secret = make(world)
    common = {"compound_id": world.here.compound.pk, "now": timezone.now()}
    with scope(world.here.compound.pk):
        for who in ("worker", "chair", "resident"):
            with pytest.raises(KeyRefused, match="not_yours"):
                actions.make_key(**common, name="热线", by=world.here.actor(who))
            with pytest.raises(KeyRefused, match="not_yours"):
                actions.revoke_key(**common, key_id=made.pk, by=world.here.actor(who))
        with pytest.raises(NoSuchKey):
            actions.revoke_key(**common, key_id=made.pk, by=world.here.actor("officer"))
        with pytest.raises(KeyRefused, match="name"):
            actions.make_key(**common, name="长" * 25, by=world.here.actor("manager"))
    assert Key.objects.count() == 1


def test_an_ended_post_is_said_on_the_page(world: World, sign_in: Any) -> None:
    make(world, "officer", "换岗了的")
    Post.objects.filter(pk=world.here.posts["officer"].pk).update(ends=localdate() - timedelta(days=1))
    assert "岗位已结束，失效" in sign_in(world.here, "secretary").get(LIST).content.decode()


def test_every_code_has_words() -> None:
    assert {"not_yours", "name", "too_many", "revoked", "key_malformed", "key_reused"} == _REFUSALS.keys()


def test_what_was_filed_belongs_to_its_compound(world: World, hotline: Any) -> None:
    hotline(world.there, "street", f"热线{CANARY}").file()
    with scope(world.here.compound.pk):
        assert not Filed.objects.exists()
    with scope(world.there.compound.pk):
        assert Filed.objects.count() == 1


def test_whoever_made_a_key_finds_it_in_their_own_copy(world: World, statements: Callable[[], Any]) -> None:
    made, secret = make(world)
    person = world.here.people["manager"]
    with statements() as seen:
        (said,) = own_data.export(person)["open311"]
    assert (said["name"], said["hint"], said["revoked_at"]) == (made.name, secret[-4:], None)
    assert secret not in str(said)
    assert made.digest not in str(said)
    assert sum("open311_key" in query["sql"] for query in seen) == 1
    assert own_data.export(world.here.people["officer"])["open311"] == []


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_costs_the_same_for_one_and_thirty(
    world: World, sign_in: Any, statements: Callable[[], Any], count: int
) -> None:
    made, _secret = make(world)
    Key.objects.bulk_create(
        Key(**{**{f.attname: getattr(made, f.attname) for f in Key._meta.fields}, "id": None, "digest": f"{n:064}"})
        for n in range(count - 1)
    )
    client = sign_in(world.here, "manager")
    client.get(LIST)
    with statements() as seen:
        answer = client.get(LIST)
    assert answer.content.decode().count("密钥尾号") == count
    assert len(seen) == LIST_STATEMENTS
