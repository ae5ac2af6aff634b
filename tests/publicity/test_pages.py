"""Publicity on pages and over REST: the editor, the count-down, the list, the rules; who, what is refused, what it costs."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from documents.actions import make_document
from documents.models import IssuedDocument
from idempotency.forms import fresh_key
from notices.models import Notice
from publicity.actions.running import complete_due, end_of
from publicity.models import Matter, Period, Plan
from publicity.rules import table
from tenancy.models import Area, Compound
from tenancy.scope import scope
from tests.notices.conftest import NOW, _at_ten, _media, signed, written  # noqa: F401  fixtures
from tests.notices.test_reading_pages import key, page
from tests.publicity.holidays import _holidays  # noqa: F401  a fixture
from tests.publicity.test_periods import SOURCE, TITLE, corrected, opened, period, withdrawn
from tests.world import CANARY, RESIDENTS, STAFF, Side, World

BASE = "/c/here/notices/"
NEW = f"{BASE}new/"
LIST, RULES = "/publicity/", "/c/here/publicity/rules/"
API = "/api/v1/compounds/here/"
WRITERS = {"secretary", "officer", "chair", "member", "manager", "dispatcher", "street", "city"}
TYPED = {"kind": "publicity", "matter": "meeting", "title": TITLE, "source": SOURCE, "publicity_matter": "assembly"}


def typed(client: Client, n: int = 1, path: str = NEW, **given: Any) -> Any:
    return client.post(path, {**TYPED, "submit": "1", "idempotency_key": key(n), **given})


def at(side: Side, made: Notice) -> str:
    return f"/c/{side.compound.code}/notices/{made.ref}/"


def test_a_publicity_is_written_and_counts_down(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    form = page(sign_in(side, "officer"), NEW)
    assert "业主大会会议议题（至少15天）" in form
    assert "印章使用情况（建议至少15天）" in form
    # From a template the usual matter is chosen; a link may ask for the kind.
    assert 'value="maintenance_fund" selected>维修资金使用' in page(sign_in(side, "officer"), f"{NEW}?template=fund")
    assert 'value="publicity" selected' in page(sign_in(side, "officer"), f"{NEW}?kind=publicity")
    assert 'value="notice" selected' in page(sign_in(side, "officer"), f"{NEW}?kind=tea")
    officer = sign_in(side, "officer")
    done = typed(officer, publicity_days="16")
    assert done.status_code == 302
    assert "已发布。" in page(officer, done.url)
    with scope(side.compound.pk):
        made = Notice.objects.get()
    resident = sign_in(side, "resident")
    shown = page(resident, at(side, made))
    assert "明天起算，共 16 天" in shown
    assert "2026-06-03" in shown
    assert "《浙江省物业管理条例》第九条" in shown
    assert "公示经过和要求" not in shown
    assert "公示经过和要求" in page(sign_in(side, "manager"), at(side, made))
    assert "明天起算，共 16 天" in page(resident, BASE)
    for days, words, further in (
        (3, "还有 13 天", "第 3 天，共 16 天"),
        (16, "今天是最后一天", "第 16 天，共 16 天"),
        (17, "公示期满", ""),
    ):
        with time_machine.travel(NOW + timedelta(days=days), tick=False):
            shown = page(resident, at(side, made))
            assert words in shown
            assert further in shown
            assert words in page(resident, BASE)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            {"publicity_days": "10"},
            "《浙江省物业管理条例》第九条要求至少 15天，发布当天不算。2026-06-02 发布的话，最早到 2026-06-17",
        ),
        ({"publicity_last_day": "2026-06-10"}, "最早到 2026-06-17"),
        ({"publicity_last_day": "2026-06-01"}, "公示要在发布以后结束：2026-06-02 发布的话，最早到 2026-06-17"),
        ({"publicity_last_day": "2029-06-01"}, "公示天数要在 1 到 366 之间"),
        ({"publicity_last_day": "2027-02-08"}, "2027年的放假安排还没有录入，不知道 2027-02-08 是不是休息日"),
        ({"publicity_matter": ""}, "请选择公示什么"),
        ({"publicity_matter": "tea"}, "请选择公示什么"),
        (
            {"publicity_matter": "seal_use", "publicity_days": "3"},
            "比建议的短：建议至少 15天，2026-06-02 发布的话到 2026-06-17",
        ),
        ({"publicity_days": "x"}, "请填 1 到 366 之间的天数"),
        ({"publicity_days": "0"}, "请填 1 到 366 之间的天数"),
        ({"publicity_days": "999999999999999999999"}, "请填 1 到 366 之间的天数"),
        ({"publicity_last_day": "0001-01-01"}, "请填日期"),
        ({"publicity_last_day": "moon"}, "请填日期"),
        ({"expires_at": "2026-06-10T00:00"}, "公示到 2026-06-17 才满，到期时间要在这之后"),
        (
            {"publish_at": "2026-06-20T09:00", "publicity_last_day": "2026-06-30"},
            "2026-06-20 发布的话，最早到 2026-07-06",
        ),
    ],
)
def test_refusals_stand_beside_their_field(
    world: World, sign_in: Callable[..., Client], given: dict[str, str], words: str
) -> None:
    side = world.here
    answer = typed(sign_in(side, "officer"), **given)
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert words in shown
    assert shown.count('class="error"') == 1
    assert SOURCE in shown
    with scope(side.compound.pk):
        assert (Notice.objects.count(), Plan.objects.count()) == (0, 0)


def test_what_is_warned_of_is_accepted_by_a_tick(world: World, sign_in: Callable[..., Client]) -> None:
    side, given = world.here, {"publicity_matter": "seal_use", "publicity_days": "3"}
    client = sign_in(side, "officer")
    assert 'name="publicity_accepted"' not in page(client, NEW)
    assert 'name="publicity_accepted"' in typed(client, **given).content.decode()
    assert typed(client, 2, **given, publicity_accepted="on").status_code == 302
    with scope(side.compound.pk):
        assert (Plan.objects.get().accepted, Period.objects.get().days) == (True, 3)


def test_the_strictest_of_several_compounds_decides(world: World, sign_in: Callable[..., Client]) -> None:
    here, there = world.here, world.there
    hangzhou = Area.objects.create(code="3301", name="杭州市", level="city")
    street = Area.objects.create(code="330106001", name="某街道", level="street", parent=hangzhou)
    Area.objects.filter(pk=there.compound.community_id).update(code="330106001001", parent=street)
    # The community that moved is not the city's any more, so the compound is reached by its own city's officer alone.
    with scope([here.compound.pk, there.compound.pk]):
        from publicity.actions.planning import judge, strictest

        both = list(Compound.objects.order_by("pk"))
        judged = judge(both, matter="candidates", days=7, last_day=None, publish_at=None, now=NOW)
        assert [one.rule.place for one in judged] == ["national", "hangzhou"]
        assert [(one.verdict.refused, one.verdict.warned) for one in judged] == [("", ("short_of_advice",)), ("", ())]
        assert strictest(judged).compound == here.compound
        judged = judge(both, matter="candidates", days=3, last_day=None, publish_at=None, now=NOW)
        assert (strictest(judged).compound, strictest(judged).verdict.refused) == (there.compound, "too_short")


def test_a_city_officer_plans_for_two_compounds_at_once(world: World, sign_in: Callable[..., Client]) -> None:
    client = sign_in(world.here, "city")
    other = str(world.there.compound.pk)
    assert typed(client, compounds=other, publicity_days="10").status_code == 422
    assert typed(client, 2, compounds=other, publicity_days="16").status_code == 302
    for side in (world.here, world.there):
        with scope(side.compound.pk):
            found = Period.objects.get()
            assert (found.days, found.ends_on) == (16, date(2026, 6, 18))


def test_a_plan_is_changed_with_its_draft_and_goes_with_its_kind(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    client = sign_in(side, "officer")
    assert (
        client.post(NEW, {**TYPED, "save": "1", "publicity_days": "20", "idempotency_key": key(1)}).status_code == 302
    )
    with scope(side.compound.pk):
        made = Notice.objects.get()
    edit = f"{at(side, made)}edit/"
    assert 'value="20"' in page(client, edit)
    shown = page(client, at(side, made))
    assert "从发布第二天起 20天" in shown
    assert "发布以后公示" in shown
    assert (
        client.post(edit, {**TYPED, "save": "1", "publicity_days": "25", "idempotency_key": key(2)}).status_code == 302
    )
    with scope(side.compound.pk):
        assert Plan.objects.get().days == 25
    plain = {**TYPED, "kind": "notice", "save": "1", "publicity_days": "3", "idempotency_key": key(3)}
    assert client.post(edit, plain).status_code == 302
    with scope(side.compound.pk):
        assert Plan.objects.count() == 0
    assert "发布以后公示" not in page(client, at(side, made))


def test_a_correction_asks_how_the_period_goes_on(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    made = opened(side).notice
    client = sign_in(side, "officer")
    amend = f"{at(side, made)}amend/"
    assert "公示期从更正发布之日重新起算" in page(client, amend)
    given = {"title": TITLE, "source": f"{SOURCE}改", "changed": "改字"}
    refused = client.post(amend, {**given, "idempotency_key": key(1)})
    assert refused.status_code == 422
    assert "请选择公示期怎么算" in refused.content.decode()
    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        answer = client.post(amend, {**given, "publicity_correction": "small", "idempotency_key": key(2)})
        assert answer.status_code == 302
        assert (period(side, made).corrections, period(side, made).restarts) == (1, 0)
        given["source"] += "改"
        answer = client.post(amend, {**given, "publicity_correction": "restart", "idempotency_key": key(3)})
        assert answer.status_code == 302
        assert (period(side, made).restarts, period(side, made).ends_on) == (1, date(2026, 6, 22))
    with time_machine.travel(NOW + timedelta(days=60), tick=False):
        assert "公示期怎么算" not in page(sign_in(side, "officer"), amend)


def test_taken_down_early_says_so_everywhere(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    made = opened(side, public=True).notice
    anyone = Client()
    assert "明天起算，共 15 天" in page(anyone, f"/board/here/{made.ref}/")
    withdrawn(side, made, now=NOW + timedelta(days=1))
    resident = sign_in(side, "resident")
    shown = page(resident, at(side, made))
    assert "没有公示满，这次公示作废" in shown
    assert "名单有误" in shown
    assert "公示作废" in page(resident, f"{BASE}?past=1")
    listed = page(sign_in(side, "officer"), f"{LIST}?state=voided")
    assert TITLE in listed
    assert "名单有误" in listed
    row = resident.get(f"{API}notices/?past=1").json()["results"][0]["publicity"]
    assert (row["state"], row["void_reason"]) == ("voided", "名单有误")


def test_a_change_after_the_end_is_said(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    made = opened(side).notice
    after = end_of(date(2026, 6, 17))
    with scope(side.compound.pk):
        complete_due(compound_id=side.compound.pk, now=after)
    corrected(side, made, now=after)
    assert "公示期只对期满时的文字有效" in page(sign_in(side, "resident"), at(side, made))


@pytest.mark.parametrize("who", [*STAFF, *RESIDENTS, "city"])
def test_who_has_the_pages(world: World, sign_in: Callable[..., Client], who: str) -> None:
    opened(world.here)
    opened(world.there, title=CANARY)
    client = sign_in(world.here, who)
    expected = 200 if who in WRITERS else 403
    for path in (LIST, RULES):
        answer = client.get(path)
        assert answer.status_code == expected, path
        assert who == "city" or CANARY not in answer.content.decode()
    assert client.get("/c/there/publicity/rules/").status_code == (
        200 if who == "city" else 404 if who in WRITERS else 403
    )


def test_the_rules_of_a_place_are_shown_with_their_source(world: World, sign_in: Callable[..., Client]) -> None:
    shown = page(sign_in(world.here, "officer"), RULES)
    for rule in table.rules_of("zhejiang", NOW.date()):
        assert str(Matter(rule.matter).label) in shown
        assert rule.source in shown
    assert "按浙江省的规定" in shown
    assert table.version() in shown


def test_the_list_has_what_runs_what_is_over_and_what_is_void(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    client = sign_in(side, "officer")
    assert "现在没有公示" in page(client, LIST)
    assert "这里还没有公示" in page(client, f"{LIST}?state=completed")
    opened(side, title="甲公示")
    withdrawn(side, opened(side, title="乙公示").notice, now=NOW)
    early = opened(side, title="丙公示", now=NOW - timedelta(days=60))
    assert early.period is not None
    with scope(side.compound.pk):
        complete_due(compound_id=side.compound.pk, now=NOW)
    for state, title in (("running", "甲公示"), ("voided", "乙公示"), ("completed", "丙公示"), ("x", "甲公示")):
        shown = page(client, f"{LIST}?state={state}")
        assert [one in shown for one in ("甲公示", "乙公示", "丙公示")] == [
            one == title for one in ("甲公示", "乙公示", "丙公示")
        ]
        assert "《浙江省物业管理条例》第九条" in shown


@pytest.mark.parametrize("rows", [1, 30])
def test_pages_ask_the_same_for_one_and_for_thirty(
    world: World, sign_in: Callable[..., Client], statements: Callable[[], Any], rows: int
) -> None:
    side = world.here
    made, *_others = [opened(side, title=f"公示{n}").notice for n in range(rows)]
    for n in range(rows - 1):
        corrected(side, made, small=True, now=NOW, words="改" * (n + 1))
    client = sign_in(side, "officer")
    counts = []
    one = at(side, made)
    for path in (
        LIST,
        RULES,
        BASE,
        one,
        f"{one}amend/",
        f"{API}publicity/",
        f"{API}publicity/rules/",
        f"{API}notices/",
    ):
        assert client.get(path).status_code == 200
        cache.clear()
        with statements() as seen:
            assert client.get(path).status_code == 200
        counts.append(len(seen))
    assert counts == [13, 10, 14, 25, 12, 9, 9, 10]


def test_the_paper_says_until_when(world: World, sign_in: Callable[..., Client]) -> None:
    from notices import pdf

    side = world.here
    made = opened(side).notice
    with scope(side.compound.pk):
        found = pdf.context(compound_id=side.compound.pk, target=pdf.target_of(made))
    assert found["lines"] == [
        "公示期：2026-06-03 至 2026-06-17（发布当天不算）。依据：《浙江省物业管理条例》第九条。",
        "对公示内容有异议的，请在 2026-06-17 以前（含当天）提出。",
    ]
    answer = sign_in(side, "officer").post(f"{at(side, made)}sheet/", {"idempotency_key": key(1)})
    assert answer.status_code == 302
    with scope(side.compound.pk):
        issued = IssuedDocument.objects.get()
        make_document(compound_id=side.compound.pk, document_id=issued.pk, now=NOW)
        issued.refresh_from_db()
        assert issued.file_id is not None


def send(client: Client, method: str, path: str, given: Any, one: str = "") -> Any:
    headers = {"Idempotency-Key": one or fresh_key()}
    return getattr(client, method)(API + path, given, content_type="application/json", headers=headers)


def test_over_rest_it_is_opened_once_read_and_listed(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    officer, once = sign_in(side, "officer"), fresh_key()
    given = {"matter": "assembly", "title": TITLE, "source": SOURCE, "days": 16}
    first, again = (send(officer, "post", "publicity/", given, once) for _ in range(2))
    assert (first.status_code, first.json()) == (201, again.json())
    body = first.json()
    assert (body["state"], body["period"]["ends_on"], body["period"]["article"]) == (
        "published", "2026-06-18", "《浙江省物业管理条例》第九条",
    )  # fmt: skip
    resident = sign_in(side, "resident")
    listed = resident.get(f"{API}publicity/?state=running").json()["results"]
    assert [(row["notice"], row["title"], row["days"]) for row in listed] == [(body["ref"], TITLE, 16)]
    assert resident.get(f"{API}publicity/?state=voided").json()["results"] == []
    assert resident.get(f"{API}notices/{body['ref']}/").json()["publicity"] == body["period"]
    rules = resident.get(f"{API}publicity/rules/").json()
    assert [row["matter"] for row in rules] == list(Matter.values)
    assert sign_in(world.there, "resident").get(f"{API}publicity/").status_code == 404
    for wrong, status, field in (
        ({"days": 3}, 422, "days"),
        ({"last_day": "2026-06-03"}, 422, "last_day"),
        ({"matter": "tea"}, 400, "matter"),
        ({"days": 0}, 400, "days"),
        ({"last_day": "x"}, 400, "last_day"),
    ):
        answer = send(officer, "post", "publicity/", {**given, "days": None, **wrong})
        assert answer.status_code == status, wrong
        assert field in str(answer.json())
    assert send(resident, "post", "publicity/", given).status_code == 403


def test_over_rest_a_draft_is_planned(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    made = written(side, "officer", kind="publicity")
    officer = sign_in(side, "officer")
    path = f"notices/{made.ref}/publicity/"
    answer = send(officer, "put", path, {"matter": "result", "last_day": "2026-06-20"})
    assert (answer.status_code, answer.json()) == (
        200, {"matter": "result", "days": None, "last_day": "2026-06-20", "accepted": False},
    )  # fmt: skip
    assert send(officer, "put", path, {"matter": "assembly", "days": 3}).status_code == 422
    assert send(sign_in(side, "manager"), "put", path, {"matter": "result"}).status_code == 403
    assert send(officer, "put", "notices/nothing/publicity/", {"matter": "result"}).status_code == 404


def test_a_countersigned_one_shows_its_plan_meanwhile(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    made = opened(side, "manager", matter="firm_data").notice
    chair = sign_in(side, "chair")
    assert "发布以后公示" in page(chair, at(side, made))
    signed(side, made, "chair")
    assert "明天起算" in page(chair, at(side, made))
