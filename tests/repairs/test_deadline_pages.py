"""办理时限: what holds and where it comes from, examples by the calendar, changes now and later, the city's above."""

from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calendars.queries import forget
from idempotency.forms import fresh_key
from repairs import rule_rows
from repairs.actions import policies
from repairs.models import CityDeadline, DeadlinePolicy
from repairs.queries import given_terms
from repairs.rule_words import term_text
from repairs.rules.categories import CATEGORIES, Term, terms
from repairs.views.rules.deadlines import next_friday
from tenancy.models import Area
from tenancy.scope import scope
from tests.repairs.conftest import NOW, file_one
from tests.world import CANARY, RESIDENTS, STAFF, Side, World

LIST = "/c/here/rules/deadlines/"
WATER = f"{LIST}water/ordinary/"
CITY = "/city/rules/deadlines/"
FORM = {
    "mode": "own",
    "respond_minutes": "20",
    "respond_unit": "minutes",
    "respond_basis": "calendar",
    "finish_minutes": "6",
    "finish_unit": "hours",
    "finish_basis": "working",
}
CHINA = ZoneInfo("Asia/Shanghai")


@pytest.fixture(autouse=True)
def _then() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield
    forget()


def post(client: Client, path: str, given: dict[str, Any] | None = None, key: str = "") -> Any:
    return client.post(path, {**(given or {}), "idempotency_key": key or fresh_key()})


def set_(side: Side, who: str = "chair", **given: Any) -> DeadlinePolicy:
    values = {"category": "water", "urgent": False, "respond": Term(15, "calendar"), "finish": Term(1440, "calendar")}
    with scope(side.compound.pk):
        return policies.set_deadlines(
            compound_id=side.compound.pk,
            by=side.actor(who),
            now=given.pop("now", NOW),
            **{**values, "since": NOW, **given},
        )


def set_city(side: Side, **given: Any) -> CityDeadline:
    values = {"category": "water", "urgent": False, "respond": Term(25, "calendar"), "finish": Term(1440, "calendar")}
    return policies.set_city_deadlines(
        area_id=Area.objects.get(code="330784").pk,
        by=side.actor("city"),
        now=given.pop("now", NOW),
        **{**values, "since": NOW, **given},
    )


@pytest.mark.parametrize("role", [*STAFF, *RESIDENTS, "city"])
def test_who_may_open_the_pages(world: World, sign_in: Any, role: str) -> None:
    client = sign_in(world.here, role)
    reads, sets, city = (
        role not in RESIDENTS,
        role in {"chair", "member", "secretary", "officer"},
        role == "city",
    )
    for path in (LIST, f"{LIST}history/"):
        assert client.get(path).status_code == (200 if reads else 403), path
    assert client.get(WATER).status_code == (200 if sets else 403)
    assert post(client, WATER, FORM).status_code == (302 if sets else 403)
    for path in (CITY, f"{CITY}history/", f"{CITY}water/ordinary/"):
        assert client.get(path).status_code == (200 if city else 403), path
    assert post(client, f"{CITY}water/urgent/", FORM).status_code == (302 if city else 403)
    assert (">改<" in client.get(LIST).content.decode()) == sets


def test_next_doors_are_not_there(world: World, sign_in: Any) -> None:
    set_(world.there, respond=Term(7, "calendar"))
    client = sign_in(world.here, "officer")
    for path in (LIST, f"{LIST}history/", WATER):
        text = client.get(path).content.decode()
        assert CANARY not in text
        assert "7 分钟" not in text
    assert client.get("/c/there/rules/deadlines/").status_code == 404
    assert post(client, "/c/there/rules/deadlines/water/ordinary/", FORM).status_code == 404
    assert client.get(f"{LIST}nothing/ordinary/").status_code == 404
    assert client.get(f"{LIST}water/nothing/").status_code == 404


def row(text: str, label: str, *, urgent: bool = False) -> str:
    rows = [part for part in text.split("<tr")[2:] if f" {label}" in part and ("紧急</span></th>" in part) == urgent]
    return rows[0]


def test_the_table_says_what_holds_and_where_it_comes_from(world: World, sign_in: Any) -> None:
    side = world.here
    client = sign_in(side, "manager")
    text = client.get(LIST).content.decode()
    assert text.count(">系统默认<") == 2 * len(CATEGORIES)
    assert "30 分钟" in row(text, "水")
    assert "10 分钟" in row(text, "水", urgent=True)
    set_city(side, respond=Term(25, "calendar"))
    text = client.get(LIST).content.decode()
    assert "25 分钟" in row(text, "水")
    assert ">全市统一<" in row(text, "水")
    assert "按紧急收紧" in row(text, "水", urgent=True)
    set_(side, respond=Term(240, "working"), finish=Term(960, "working"))
    set_(side, since=NOW + timedelta(days=3), respond=Term(5, "calendar"))
    text = client.get(LIST).content.decode()
    found = row(text, "水")
    for words in ("4 个工作小时", "16 个工作小时", ">本小区<", "2026-06-05 10:00 起：5 分钟内受理，1 天内办结（chair "):
        assert words in found, words


def test_the_example_is_counted_by_the_calendar(world: World, sign_in: Any) -> None:
    """Friday 17:00 is on Monday; the eve of the Dragon Boat festival of 2026, a Thursday, as well."""
    side = world.here
    call_command("load_holidays", stdout=StringIO())
    client = sign_in(side, "manager")
    assert next_friday(NOW) == datetime(2026, 6, 5, 17, tzinfo=CHINA)
    set_(side, respond=Term(60, "working"), finish=Term(2880, "calendar"))
    plain = row(client.get(LIST).content.decode(), "水")
    assert "06-08 09:00" in plain
    assert "06-07 17:00" in plain
    eve = row(client.get(LIST, {"at": "2026-06-18T17:00"}).content.decode(), "水")
    assert "06-22 09:00" in eve
    assert "节假日安排公布后可能调整" in client.get(LIST, {"at": "2031-06-06T17:00"}).content.decode()
    refused = client.get(LIST, {"at": "x"})
    assert (refused.status_code, "时间不对" in refused.content.decode()) == (422, True)


def test_the_example_is_what_a_filing_gets(world: World, sign_in: Any) -> None:
    side = world.here
    set_(side, respond=Term(240, "working"))
    shown = sign_in(side, "manager").get(LIST, {"at": "2026-06-05T17:00"}).context["rows"]
    at = datetime(2026, 6, 5, 17, tzinfo=CHINA)
    for one in shown:
        filed = file_one(side, category=one.held.category, urgent=one.held.urgent, now=at)
        assert filed.due_at == one.example.respond, one.held


def test_a_change_now_and_one_for_later(world: World, sign_in: Any) -> None:
    side = world.here
    client = sign_in(side, "chair")
    key = fresh_key()
    assert post(client, WATER, FORM, key).url == LIST
    assert post(client, WATER, FORM, key).url == LIST
    later = {**FORM, "respond_minutes": "2", "respond_unit": "hours", "since": "2026-06-10T08:00"}
    assert post(sign_in(side, "officer"), WATER, later).url == LIST
    with scope(side.compound.pk):
        versions = list(DeadlinePolicy.objects.order_by("version"))
    assert [(v.respond_minutes, v.finish_minutes, v.finish_basis) for v in versions] == [
        (20, 360, "working"),
        (120, 360, "working"),
    ]
    assert versions[1].since == datetime(2026, 6, 10, 8, tzinfo=CHINA)
    text = client.get(f"{LIST}history/").content.decode()
    for words in ("水 · 普通：2 小时内受理，6 个工作小时内办结", "第 1 版", "2026-06-10 08:00", "chair ", "officer "):
        assert words in text, words
    assert post(client, WATER, {**FORM, "mode": "above"}).url == LIST
    assert ">系统默认<" in row(client.get(LIST).content.decode(), "水")
    assert "不再另定，按上级规定" in client.get(WATER).content.decode()


@pytest.mark.parametrize(
    ("given_", "words"),
    [
        ({"respond_minutes": ""}, "时限请填 1 分钟到 365 天"),
        ({"respond_minutes": "0"}, "时限请填 1 分钟到 365 天"),
        ({"finish_minutes": "400", "finish_unit": "days", "finish_basis": "calendar"}, "时限请填 1 分钟到 365 天"),
        ({"finish_unit": "days"}, "一个工作日是 7 个半小时"),
        ({"finish_minutes": "10", "finish_unit": "minutes", "finish_basis": "calendar"}, "办结的时限要比受理的长"),
        ({"respond_basis": "moon"}, "请选择按自然时间还是工作时间算"),
        ({"since": "2026-06-01T08:00"}, "生效时间不能早于现在"),
        ({"since": "soon"}, "时间不对"),
        ({"mode": ""}, "请选择怎么定"),
    ],
)
def test_deadlines_that_cannot_be_say_so_and_lose_nothing(world: World, sign_in: Any, given_: dict, words: str) -> None:
    answer = post(sign_in(world.here, "chair"), WATER, {**FORM, **given_})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert words in text
    assert f'value="{given_.get("finish_minutes", "6")}"' in text
    with scope(world.here.compound.pk):
        assert not DeadlinePolicy.objects.exists()


def test_a_draft_is_tried_before_it_is_saved(world: World, sign_in: Any) -> None:
    client = sign_in(world.here, "chair")
    tried = {**FORM, "example": "2026-06-05T17:00", "try": "1"}
    text = post(client, WATER, tried).content.decode()
    assert "星期五 2026-06-05 17:00 报修 → 受理截止 06-05 17:20（星期五），办结截止 06-08 15:30（星期一）" in text
    assert "按上级规定算" in post(client, WATER, {**tried, "mode": "above"}).content.decode()
    with scope(world.here.compound.pk):
        assert not DeadlinePolicy.objects.exists()


def test_the_city_sets_its_own_for_all(world: World, sign_in: Any) -> None:
    client = sign_in(world.here, "city")
    assert "永康市" in client.get(CITY).content.decode()
    key = fresh_key()
    assert post(client, f"{CITY}water/ordinary/", FORM, key).url == CITY
    assert post(client, f"{CITY}water/ordinary/", FORM, key).url == CITY
    assert CityDeadline.objects.count() == 1
    assert ">全市统一<" in row(client.get(CITY).content.decode(), "水")
    assert "水 · 普通：20 分钟内受理，6 个工作小时内办结" in client.get(f"{CITY}history/").content.decode()
    assert ">全市统一<" in row(sign_in(world.there, "manager").get("/c/there/rules/deadlines/").content.decode(), "水")
    assert post(client, f"{CITY}water/ordinary/", {**FORM, "finish_minutes": ""}).status_code == 422
    assert client.get(f"{CITY}nothing/ordinary/").status_code == 404


@pytest.mark.parametrize(
    ("term", "words"),
    [
        (Term(30, "calendar"), "30 分钟"),
        (Term(90, "calendar"), "1 小时 30 分钟"),
        (Term(120, "calendar"), "2 小时"),
        (Term(2880, "calendar"), "2 天"),
        (Term(30, "working"), "30 分钟（工作时间）"),
        (Term(1440, "working"), "24 个工作小时"),
        (Term(90, "working"), "1 小时 30 分钟（工作时间）"),
    ],
)
def test_terms_in_words(term: Term, words: str) -> None:
    assert term_text(term) == words


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    changes=st.lists(
        st.tuples(
            st.booleans(),
            st.booleans(),
            st.integers(0, 6),
            st.sampled_from([None, (15, "calendar"), (300, "calendar"), (60, "working")]),
        ),
        max_size=6,
    ),
    ahead=st.integers(0, 8),
)
def test_the_table_agrees_with_filing_at_every_moment(world: World, changes: list, ahead: int) -> None:
    side = world.here
    with scope(side.compound.pk):
        DeadlinePolicy.objects.all().delete()
        CityDeadline.objects.all().delete()
    for own, urgent, days, term in changes:
        given_ = {"urgent": urgent, "since": NOW + timedelta(days=days)}
        given_ |= {"respond": Term(*term) if term else None, "finish": Term(3000, "calendar") if term else None}
        (set_ if own else set_city)(side, **given_)
    at = NOW + timedelta(days=ahead, hours=1)
    with scope(side.compound.pk):
        for held in rule_rows.deadlines(now=at, compound_id=side.compound.pk):
            found = given_terms(compound_id=side.compound.pk, category=held.category, urgent=held.urgent, now=at)
            wanted = terms(
                held.category,
                urgent=held.urgent,
                respond=found.respond,
                finish=found.finish,
                for_urgent=found.for_urgent,
            )
            assert (held.respond, held.finish) == wanted


def test_pages_ask_the_same_for_one_version_and_for_thirty(
    world: World, sign_in: Any, statements: Callable[[], Any]
) -> None:
    side = world.here
    chair, city = sign_in(side, "chair"), sign_in(side, "city")
    numbers = {LIST: 10, f"{LIST}history/": 9, WATER: 11, CITY: 10, f"{CITY}history/": 10, f"{CITY}water/ordinary/": 11}
    taken: list[dict[str, int]] = []
    for many in (1, 29):
        for n in range(many):
            for category in list(CATEGORIES)[: 1 if many == 1 else 3]:
                set_(side, category=category, now=NOW + timedelta(minutes=n), since=NOW + timedelta(minutes=n))
                set_city(side, category=category, now=NOW + timedelta(minutes=n), since=NOW + timedelta(minutes=n))
        counts = {}
        for path in numbers:
            client = city if path.startswith("/city/") else chair
            assert client.get(path).status_code == 200
            with statements() as seen:
                client.get(path)
            counts[path] = len(seen)
        taken.append(counts)
    assert taken[0] == taken[1]
    assert taken[0] == numbers
