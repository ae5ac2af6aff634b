"""Reading: every endpoint in both formats, what is open, which days, and what is next door."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from django.utils.timezone import localdate, localtime

from accounts.models import Person
from open311.api import SPECIFICATION
from open311.models import Key
from open311.rules import OPEN_STATES
from parties.models import Contract, Post
from premises.models import Building
from repairs.models import Category, Request
from repairs.states import MACHINE
from tenancy.models import TenantManager, tenant_models
from tenancy.scope import scope
from tests.open311.conftest import CALL, V2, errors, flat, xml
from tests.repairs.conftest import bring_to, file_one, picture
from tests.repairs.test_board import copies
from tests.world import CANARY, World

PUBLIC = ("discovery", "services", "services/lift")
FIELDS = [
    *(
        "service_request_id",
        "status",
        "status_notes",
        "service_name",
        "service_code",
        "description",
        "agency_responsible",
    ),
    *("service_notice", "requested_datetime", "updated_datetime", "expected_datetime", "address", "address_id"),
    *("zipcode", "lat", "long", "media_url"),
]


# --- what anybody may read ----------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("path", PUBLIC)
def test_services_and_discovery_need_no_key_and_no_cookie(path: str) -> None:
    answer = Client().get(f"{V2}/{path}.json")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    xml(Client().get(f"{V2}/{path}.xml"))
    assert Client().get(f"{V2}/{path}.html").status_code == 404
    assert Client().post(f"{V2}/{path}.json").status_code == 405


@pytest.mark.django_db
def test_discovery_names_the_endpoint() -> None:
    (endpoint,) = Client().get(f"{V2}/discovery.json").json()["endpoints"]
    assert (endpoint["specification"], endpoint["formats"]) == (SPECIFICATION, ["text/xml", "application/json"])
    root = xml(Client().get(f"{V2}/discovery.xml"))
    assert root.tag == "discovery"
    assert [one.text for one in root.findall("endpoints/endpoint/formats/format")] == ["text/xml", "application/json"]
    assert endpoint["url"] == root.findtext("endpoints/endpoint/url")


@pytest.mark.django_db
def test_the_list_of_services_is_our_categories() -> None:
    said = Client().get(f"{V2}/services.json").json()
    assert [one["service_code"] for one in said] == Category.values
    assert said[0] | {"description": "", "keywords": ""} == {
        "service_code": "water",
        "service_name": "水",
        "description": "",
        "metadata": True,
        "type": "realtime",
        "keywords": "",
        "group": "报修",
    }
    root = xml(Client().get(f"{V2}/services.xml"))
    assert (root.tag, {child.tag for child in root}) == ("services", {"service"})
    assert flat(root[2])["service_name"] == "电梯"
    assert flat(root[2])["metadata"] == "true"


@pytest.mark.django_db
def test_a_definition_says_what_may_be_said() -> None:
    said = Client().get(f"{V2}/services/lift.json").json()
    assert said["service_code"] == "lift"
    assert [(one["code"], one["datatype"], one["order"]) for one in said["attributes"]] == [
        ("place", "singlevaluelist", 1),
        ("building", "string", 2),
        ("home", "string", 3),
        ("urgent", "singlevaluelist", 4),
    ]
    root = xml(Client().get(f"{V2}/services/lift.xml"))
    assert root.tag == "service_definition"
    assert [one.findtext("code") for one in root.findall("attributes/attribute")] == [
        "place",
        "building",
        "home",
        "urgent",
    ]
    assert [one.text for one in root.findall("attributes/attribute/values/value/key")] == [
        *("home", "building", "public", "false", "true"),
    ]
    missing = Client().get(f"{V2}/services/nothing.json")
    assert missing.status_code == 404
    assert errors(missing)


def test_with_a_key_the_buildings_are_there_to_choose(world: World, hotline: Any) -> None:
    attribute = hotline(world.here).get("services/lift.json").json()["attributes"][1]
    assert attribute["datatype"] == "singlevaluelist"
    assert attribute["values"] == [{"key": "1幢", "name": "1幢"}]


# --- requests -----------------------------------------------------------------------------------------------------


def test_a_request_has_every_field_of_the_specification(world: World, hotline: Any) -> None:
    filed = bring_to(world.here, "working", now=timezone.now() - timedelta(hours=1), words="厨房漏水 13800001234")
    for path in ("requests.json", f"requests/{filed.number}.json"):
        (said,) = hotline(world.here).get(path).json()
        assert list(said) == FIELDS
        with scope(world.here.compound.pk):
            kept = Request.objects.get(pk=filed.pk)
        assert said == {
            "service_request_id": filed.number,
            "status": "open",
            "status_notes": "worker正在处理",
            "service_name": "水",
            "service_code": "water",
            "description": "厨房漏水 138****1234",
            "agency_responsible": "和美物业",
            "service_notice": said["service_notice"],
            "requested_datetime": localtime(kept.created_at).isoformat(timespec="seconds"),
            "updated_datetime": localtime(kept.updated_at).isoformat(timespec="seconds"),
            "expected_datetime": localtime(kept.due_at).isoformat(timespec="seconds"),
            "address": "1幢1单元101，小区1",
            "address_id": None,
            "zipcode": None,
            "lat": None,
            "long": None,
            "media_url": None,
        }
        assert said["requested_datetime"].endswith("+08:00")


def test_xml_says_the_same(world: World, hotline: Any) -> None:
    filed = file_one(world.here, now=timezone.now(), words='<b>漏</b> & "水" 😀 𫖯\x0b\n第二行')
    line = hotline(world.here)
    for path in ("requests.xml", f"requests/{filed.number}.xml"):
        root = xml(line.get(path))
        assert (root.tag, [child.tag for child in root]) == ("service_requests", ["request"])
        assert [child.tag for child in root[0]] == FIELDS
        said = flat(root[0])
        assert said["description"] == '<b>漏</b> & "水" 😀 𫖯\n第二行'  # but for what XML cannot say
        assert said["zipcode"] is None
    (json,) = line.get("requests.json").json()
    assert json["description"] == '<b>漏</b> & "水" 😀 𫖯\x0b\n第二行'
    assert {name: value and str(value) for name, value in json.items() if name != "description"} == {
        name: value for name, value in said.items() if name != "description"
    }


NOTES = {
    "submitted": "由和美物业受理",
    "accepted": "和美物业已受理，正在安排师傅",
    "assigned": "已派给worker",
    "working": "worker正在处理",
    "paused": "已暂停：等配件",
    "awaiting": "已报完工，等报修人确认",
    "done": "已完成，评价5星",
    "returned": "物业已退回，应由水务公司处理",
    "closed": "物业已强制结单，社区已收到通知",
    "withdrawn": "已撤回",
}


@pytest.mark.parametrize("state", sorted(MACHINE.state_values()))
def test_every_state_is_open_or_closed_and_says_why(world: World, hotline: Any, state: str) -> None:
    filed = bring_to(world.here, state, now=timezone.now() - timedelta(hours=1))
    with scope(world.here.compound.pk):
        kept = Request.objects.get(pk=filed.pk)
    (said,) = hotline(world.here).get(f"requests/{kept.number}.json").json()
    is_open = state in {"submitted", "accepted", "assigned", "working", "paused", "awaiting"}
    assert said["status"] == ("open" if is_open else "closed")
    notes = NOTES.get(state) or f"与 {kept.parent_number} 是同一件事，已并到一起处理"
    assert said["status_notes"] == notes
    assert (said["service_notice"] is not None) == is_open
    ended = kept.updated_at if is_open else kept.closed_at or kept.updated_at
    assert said["updated_datetime"] == localtime(ended).isoformat(timespec="seconds")


def test_no_state_is_forgotten() -> None:
    assert set(OPEN_STATES) < set(MACHINE.state_values())
    assert {*NOTES, "merged"} == set(MACHINE.state_values())


def numbers(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content.decode()
    return [one["service_request_id"] for one in answer.json()]


def test_filters(world: World, hotline: Any) -> None:
    now = timezone.now()
    line = hotline(world.here)
    old = file_one(world.here, now=now - timedelta(days=120), category="noise")
    water = file_one(world.here, now=now - timedelta(days=2))
    done = bring_to(world.here, "done", now=now - timedelta(days=1), category="lift")
    everything = [done.number, water.number]
    assert numbers(line.get("requests.json")) == everything
    assert numbers(line.get("requests.json", service_code="lift")) == [done.number]
    assert numbers(line.get("requests.json", service_code="lift, water,")) == everything
    assert numbers(line.get("requests.json", service_code=["lift", "water"])) == everything
    assert numbers(line.get("requests.json", status="open")) == [water.number]
    assert numbers(line.get("requests.json", status="closed")) == [done.number]
    assert numbers(line.get("requests.json", status="open,closed")) == everything
    assert numbers(line.get("requests.json", status="", service_code="")) == everything
    since = (now - timedelta(days=130)).isoformat()
    assert numbers(line.get("requests.json", start_date=since)) == [old.number]
    assert numbers(line.get("requests.json", end_date=(now - timedelta(days=100)).isoformat())) == [old.number]
    a_day = {
        "start_date": (now - timedelta(days=1, hours=6)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "end_date": now.isoformat(),
    }
    assert numbers(line.get("requests.json", **a_day)) == [done.number]
    # The numbers override all other arguments.
    assert numbers(line.get("requests.json", service_request_id=f"{old.number},{water.number}", status="closed")) == [
        water.number,
        old.number,
    ]
    assert numbers(line.get("requests.json", page_size="1")) == [done.number]
    assert numbers(line.get("requests.json", page_size="1", page="2")) == [water.number]
    assert numbers(line.get("requests.json", page="9")) == []


@pytest.mark.parametrize(
    ("given", "status", "words"),
    [
        ({"start_date": "2026-01-01"}, 400, "start_date 要写成带时区的 W3C 时间"),
        ({"start_date": "2026-01-01T00:00:00"}, 400, "start_date"),
        ({"end_date": "2026-13-01T00:00:00Z"}, 400, "end_date"),
        ({"end_date": "0001-01-01T00:00:00Z"}, 400, "start_date"),
        ({"start_date": "9999-12-31T00:00:00Z"}, 400, "start_date"),
        ({"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-04-02T00:00:00Z"}, 400, "最多 90 天"),
        ({"start_date": "2026-01-02T00:00:00Z", "end_date": "2026-01-01T00:00:00Z"}, 400, "不能早于"),
        ({"status": "done"}, 400, "status"),
        ({"page": "0"}, 400, "page"),
        ({"page": "-1"}, 400, "page"),
        ({"page": "一"}, 400, "page"),
        ({"page": "9" * 400}, 400, "page"),
        ({"page_size": "1001"}, 400, "page_size"),
        ({"service_request_id": ",".join(str(n) for n in range(101))}, 400, "最多 100 个"),
        ({"service_request_id": "a\x00b"}, 400, "service_request_id"),
        ({"service_code": "sidewalk"}, 404, "service_code"),
        ({"jurisdiction_id": "nowhere"}, 404, "jurisdiction_id"),
        ({"jurisdiction_id": "he\x00re"}, 400, "jurisdiction_id"),
        ({"jurisdiction_id": ""}, 400, "缺少参数 jurisdiction_id"),
    ],
)
def test_a_wrong_argument_is_named_in_both_formats(
    world: World, hotline: Any, given: dict[str, str], status: int, words: str
) -> None:
    line = hotline(world.here)
    answer = line.get("requests.json", **given)
    assert answer.status_code == status
    (said,) = errors(answer)
    assert words in said
    root = xml(line.get("requests.xml", **given))
    assert (root.tag, root[0].tag) == ("errors", "error")
    assert flat(root[0]) == {"code": str(status), "description": said}


def test_a_key_of_one_compound_need_not_name_it(world: World, hotline: Any) -> None:
    filed = file_one(world.here, now=timezone.now())
    assert numbers(hotline(world.here, "manager").get("requests.json", jurisdiction_id="")) == [filed.number]


def test_a_photo_is_given_to_the_key_alone(world: World, hotline: Any, settings: Any) -> None:
    settings.PUBLIC_URL = "https://gz.example"
    file_one(world.here, now=timezone.now(), photos=[picture(), picture("b.jpg")])
    line = hotline(world.here)
    (said,) = line.get("requests.json").json()
    url = said["media_url"]
    assert url.startswith("https://gz.example/open311/v2/media/")
    assert line.secret not in url
    path = url.removeprefix("https://gz.example")
    answer = Client().get(path, headers={"X-Api-Key": line.secret})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/jpeg")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert Client().get(path).status_code == 403
    assert Client().get(path, headers={"X-Api-Key": hotline(world.there, "street").secret}).status_code == 404
    other = path.replace("jurisdiction_id=here", "jurisdiction_id=there")
    assert Client().get(other, headers={"X-Api-Key": hotline(world.there, "street").secret}).status_code == 404


# --- who comes in -------------------------------------------------------------------------------------------------


def _paths(number: str, token: str) -> tuple[str, ...]:
    return "requests.json", f"requests/{number}.json", f"tokens/{token}.json", "services/lift.json"


def _closed(line: Any, number: str, token: str) -> None:
    for path in _paths(number, token):
        answer = line.get(path)
        assert answer.status_code == 403, path
        assert errors(answer) == ["api_key 缺失或无效。请核对密钥，或请管理人员重新生成。"]
    assert errors(line.post())[0].startswith("api_key 缺失或无效")
    with scope(line.side.compound.pk):
        assert Request.objects.count() == 1


def test_a_revoked_key_and_a_wrong_one_answer_alike(world: World, hotline: Any) -> None:
    filed = file_one(world.here, now=timezone.now())
    line = hotline(world.here)
    Key.objects.update(revoked_at=timezone.now())
    _closed(line, filed.number, filed.ref)
    line.secret = "o311_" + "x" * 43
    _closed(line, filed.number, filed.ref)
    line.secret = "😀\x00"
    assert line.client.get(f"{V2}/requests.json", {"api_key": line.secret}).status_code == 403
    assert line.client.get(f"{V2}/requests.json").status_code == 403


def test_a_key_dies_with_its_post(world: World, hotline: Any) -> None:
    filed = file_one(world.here, now=timezone.now())
    line = hotline(world.here, "officer")
    assert line.get("requests.json").status_code == 200
    Post.objects.filter(pk=world.here.posts["officer"].pk).update(ends=localdate() - timedelta(days=1))
    _closed(line, filed.number, filed.ref)


def test_a_key_dies_with_its_makers_account(world: World, hotline: Any) -> None:
    filed = file_one(world.here, now=timezone.now())
    line = hotline(world.here, "officer")
    Person.objects.filter(pk=world.here.people["officer"].pk).update(is_active=False)
    _closed(line, filed.number, filed.ref)


@pytest.fixture(params=["only_the_database", "only_the_managers"])
def one_layer(request: pytest.FixtureRequest, world: World, monkeypatch: pytest.MonkeyPatch) -> str:
    """One layer of isolation taken away: managers that forget the scope, or tables without row-level security."""
    if request.param == "only_the_database":
        monkeypatch.setattr(
            TenantManager,
            "get_queryset",
            lambda self: self._queryset_class(self.model, using=self._db, hints=self._hints),
        )
    return request.param


def test_each_layer_holds_alone(world: World, hotline: Any, one_layer: str) -> None:
    foreign = file_one(world.there, now=timezone.now(), words=f"漏{CANARY}", photos=[picture()])
    with scope(world.there.compound.pk):
        photo = foreign.photos.get().file.ref
    here, there = hotline(world.here, "manager"), hotline(world.there, "street")
    (known,) = there.post(CALL, Idempotency_Key="idem-0123456789abcdef").json()
    if one_layer == "only_the_managers":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for model in tenant_models():
                cursor.execute(f'ALTER TABLE "{model._meta.db_table}" DISABLE ROW LEVEL SECURITY')
            cursor.execute("SELECT count(*) FROM repairs_request")
            assert cursor.fetchone() == (2,)  # the wall is really down
    for path in (f"requests/{foreign.number}.json", "tokens/idem-0123456789abcdef.json", f"media/{photo}.jpg"):
        assert here.get(path).status_code == 404, path
        assert here.get(path, jurisdiction_id="there").status_code == 404, path
    assert here.get("requests.json", service_request_id=f"{foreign.number},{known['service_request_id']}").json() == []
    assert CANARY not in here.get("services/lift.json").content.decode()
    assert CANARY in there.get("requests.json").content.decode()


def test_a_firms_key_sees_nothing_after_its_contract(world: World, hotline: Any) -> None:
    filed = file_one(world.here, now=timezone.now())
    line = hotline(world.here, "manager")
    assert line.get("requests.json").status_code == 200
    with scope(world.here.compound.pk):
        Contract.objects.update(ends=localdate() - timedelta(days=1))
    for path in ("requests.json", f"requests/{filed.number}.json", f"tokens/{filed.ref}.json"):
        answer = line.get(path)
        assert answer.status_code == 404, path
    assert line.get("requests.json", jurisdiction_id="").status_code == 400
    assert line.post().status_code == 404


@pytest.mark.parametrize("who", ["manager", "officer", "street"])
def test_what_is_next_door_is_not_there(world: World, hotline: Any, who: str) -> None:
    """The other compound by its code, and its numbers under my own: as what there is not."""
    foreign = file_one(world.there, now=timezone.now(), words=f"漏{CANARY}", place_text=CANARY)
    line = hotline(world.here, who)
    for form in ("json", "xml"):
        for path in ("requests", f"requests/{foreign.number}", f"tokens/{foreign.ref}", "services/lift"):
            there = line.get(f"{path}.{form}", jurisdiction_id="there")
            nowhere = line.get(f"{path}.{form}", jurisdiction_id="nowhere")
            assert (there.status_code, there.content) == (404, nowhere.content), path
    for path in (f"requests/{foreign.number}", f"tokens/{foreign.ref}"):
        mine = line.get(f"{path}.json")
        assert (mine.status_code, mine.content) == (404, line.get("requests/BX2026999999.json").content)
    assert line.get("requests.json", service_request_id=foreign.number).json() == []
    assert line.get("requests.json").json() == []
    answer = line.post(CALL | {"jurisdiction_id": "there"})
    assert answer.status_code == 404
    with scope(world.there.compound.pk):
        assert Request.objects.count() == 1
    assert CANARY in hotline(world.there, who).get("requests.json").content.decode()


def test_a_citys_key_reads_each_compound_by_its_name(world: World, hotline: Any) -> None:
    here = file_one(world.here, now=timezone.now())
    file_one(world.there, now=timezone.now())
    line = hotline(world.here, "city")
    assert numbers(line.get("requests.json")) == [here.number]
    assert CANARY in line.get("requests.json", jurisdiction_id="there").content.decode()


def test_a_browsers_session_means_nothing_here(world: World, hotline: Any, sign_in: Any) -> None:
    file_one(world.here, now=timezone.now())
    client = sign_in(world.here, "manager")
    assert client.get(f"{V2}/requests.json", {"jurisdiction_id": "here"}).status_code == 403
    line = hotline(world.there, "street")
    answer = client.get(f"{V2}/requests.json", {"jurisdiction_id": "there"}, headers={"X-Api-Key": line.secret})
    assert answer.json() == []


def test_a_key_is_slowed_and_so_is_who_tries_keys(world: World, hotline: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("open311.limits.READS_PER_MINUTE", 2)
    monkeypatch.setattr("open311.limits.FILINGS_PER_MINUTE", 1)
    monkeypatch.setattr("open311.limits.WRONG_KEYS_PER_MINUTE", 2)
    line, other = hotline(world.here), hotline(world.here, "officer")
    assert [line.get("requests.json").status_code for _ in range(3)] == [200, 200, 429]
    assert [line.post().status_code for _ in range(2)] == [200, 429]
    assert other.get("requests.json").status_code == 200
    slowed = line.get("requests.xml")
    assert (slowed.status_code, slowed.headers["Retry-After"]) == (429, "60")
    line.secret = "wrong"
    assert [line.get("requests.json").status_code for _ in range(4)] == [403, 403, 403, 429]


def test_the_last_day_of_use_is_kept(world: World, hotline: Any) -> None:
    line = hotline(world.here)
    assert Key.objects.get().used_on is None
    line.get("requests.json")
    assert Key.objects.get().used_on == localdate()


# --- statements ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_costs_the_same_for_one_and_thirty(
    world: World, hotline: Any, statements: Callable[[], Any], count: int
) -> None:
    copies(world.here, bring_to(world.here, "working", now=timezone.now() - timedelta(hours=1)), count - 1)
    line = hotline(world.here)
    line.get("requests.json")
    with statements() as seen:
        answer = line.get("requests.json")
    assert len(answer.json()) == count
    assert len(seen) == 8


@pytest.mark.parametrize("count", [1, 30])
def test_one_request_costs_the_same_however_many_there_are(
    world: World, hotline: Any, statements: Callable[[], Any], count: int
) -> None:
    filed = bring_to(world.here, "working", now=timezone.now() - timedelta(hours=1))
    copies(world.here, filed, count - 1)
    line = hotline(world.here)
    line.get("requests.json")
    with statements() as seen:
        assert line.get(f"requests/{filed.number}.xml").status_code == 200
    assert len(seen) == 8


@pytest.mark.parametrize("count", [1, 30])
def test_buildings_cost_the_same_for_one_and_thirty(
    world: World, hotline: Any, statements: Callable[[], Any], count: int
) -> None:
    with scope(world.here.compound.pk):
        Building.objects.bulk_create(Building(compound=world.here.compound, name=f"新{n}幢") for n in range(count - 1))
    line = hotline(world.here)
    line.get("requests.json")
    with statements() as seen:
        answer = line.get("services/water.json")
    assert len(answer.json()["attributes"][1]["values"]) == count
    assert len(seen) == 8
