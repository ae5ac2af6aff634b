"""The pages of the figures: who opens them, what they show, and that every number leads to its own cases."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client

from oversight.actions import counting
from oversight.permissions import sees_figures
from parties import actions as parties
from parties.models import Contract, Organisation
from repairs.actions import returns
from repairs.models import Request
from tenancy.actions import open_compound
from tenancy.actor import system_actor
from tenancy.models import Area, Compound
from tenancy.scope import scope
from tests.repairs.conftest import NOW, bring_to, file_one
from tests.repairs.test_board import EVERYONE
from tests.world import BEGAN, CANARY, Side, World

SEES = {"secretary", "officer", "chair", "member", "manager", "dispatcher", "street", "city"}
LATER = NOW + timedelta(hours=3)


@pytest.fixture
def counted(world: World) -> World:
    """Both compounds with a day of requests in many states, counted."""
    for side, mark in ((world.here, ""), (world.there, CANARY)):
        for state in ("done", "done", "awaiting", "working", "closed", "merged", "returned"):
            bring_to(side, state, words=f"漏水{mark}")
        upheld = bring_to(side, "returned", category="lift")
        with scope(side.compound.pk):
            returns.uphold(compound_id=side.compound.pk, ref=upheld.ref, note="", by=side.actor("secretary"), now=LATER)
            counting.count_anew(compound_id=side.compound.pk, now=LATER)
    return world


@pytest.fixture(autouse=True)
def _then() -> Any:
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.mark.parametrize("who", EVERYONE)
def test_the_desk_and_the_overseers_open_them(counted: World, sign_in: Callable[..., Client], who: str) -> None:
    client = sign_in(counted.here, who)
    assert sees_figures(counted.here.actor(who)) is (who in SEES)
    for path in ("", "cases/?period=2026-06&of=done", "sheet/"):
        answer = client.get(f"/c/here/figures/{path}")
        assert answer.status_code == (200 if who in SEES else 403), path
        if who != "city":
            assert client.get(f"/c/there/figures/{path}").status_code in ({404} if who in SEES else {403, 404})
        assert client.get(f"/c/nowhere/figures/{path}").status_code in ({404} if who in SEES else {403, 404})
    overview = client.get("/figures/")
    assert overview.status_code == (403 if who not in SEES else 200 if who == "city" else 302)
    if overview.status_code == 302:
        assert overview["location"] == "/c/here/figures/"
    cases = client.get("/figures/cases/?period=2026-06&of=filed")
    assert cases.status_code == (200 if who in SEES else 403)
    if who != "city":
        assert CANARY not in cases.content.decode()


def numbers(page: str) -> dict[str, str]:
    """The addresses of all lists that a page leads to, each with what is written on it."""
    found = re.findall(r'<a[^>]*href="([^"]*(?:cases/)\?[^"]*)"[^>]*>(.*?)</a>', page, re.DOTALL)
    return {unescape(address): re.sub(r"<[^>]+>|\s+", " ", text).strip() for address, text in found}


@pytest.mark.parametrize(
    ("who", "path"), [("city", "/figures/"), ("manager", "/c/here/figures/"), ("chair", "/c/here/figures/")]
)
def test_every_number_leads_to_exactly_its_cases(
    counted: World, sign_in: Callable[..., Client], who: str, path: str
) -> None:
    client = sign_in(counted.here, who)
    links = numbers(client.get(path).content.decode())
    assert len(links) > 20
    for address, text in links.items():
        page = client.get(address)
        assert page.status_code == 200, address
        shown = [int(n) for n in re.findall(r"\d+", text.replace("%", ""))]
        rows = len(page.context["rows"])
        if "rate=" in address:
            assert (page.context["rate"].hit, rows) == (rows, page.context["rate"].hit)
            assert page.context["rate"].fraction in text or page.context["rate"].percent in text
            tabs = page.context["lists"]
            assert [len(client.get(f"{address.split('?')[0]}{tab['url']}").context["rows"]) for tab in tabs] == [
                tab["count"] for tab in tabs
            ]
        else:
            assert rows == page.context["number"] == shown[-1], address


def test_the_two_headlines_stand_first(counted: World, sign_in: Callable[..., Client]) -> None:
    page = sign_in(counted.here, "chair").get("/c/here/figures/")
    resolved, satisfied = page.context["headlines"]
    assert (resolved.code, resolved.rate.fraction, resolved.rate.shown) == ("resolved", "2/7", "2/7")
    assert (satisfied.code, satisfied.rate.fraction) == ("satisfaction", "2/2")
    text = page.content.decode()
    assert text.index("办结率") < text.index("满意度") < text.index("响应及时率")
    # What is not the firm's is out of the base, and in sight.
    assert {one.code: one.number for one in page.context["apart"]} == {"not_ours": 1, "merged": 1, "withdrawn": 0}
    assert {one.code: one.number for one in page.context["scored"]} == {
        "done": 2, "forced": 1, "unanswered": 0, "awaiting": 1, "open": 2, "returned": 1,
    }  # fmt: skip


def test_a_drawing_says_what_it_shows_and_its_table_is_one_tap_away(
    counted: World, sign_in: Callable[..., Client]
) -> None:
    text = sign_in(counted.here, "chair").get("/c/here/figures/").content.decode()
    drawings = re.findall(r'<svg class="chart" role="img" aria-labelledby="([^"]+)".*?</svg>', text, re.DOTALL)
    assert drawings == ["chart-category-title chart-category-desc", "chart-trend-title chart-trend-desc"]
    assert text.count('<details class="chart-table"') == 2
    assert '<desc id="chart-category-desc">水 2/7</desc>' in text
    assert "style=" not in text


def test_a_firm_reads_only_its_own_time(counted: World, sign_in: Callable[..., Client]) -> None:
    """The next firm sees its own cases, and of all together two headlines without a way to the cases."""
    side = counted.here
    old = side.actor("manager").organisation_id
    new = Organisation.objects.get(name__startswith="邻家")
    today = date(2026, 6, 2)
    with scope(side.compound.pk):
        Contract.objects.filter(compound=side.compound).update(ends=today - timedelta(days=1))
        parties.sign_contract(
            compound=side.compound, company=new, starts=today, ends=None, basis="合同",
            by=system_actor("test", (side.compound.pk,)), now=NOW,
        )  # fmt: skip
        assert file_one(side, now=LATER).company_id == new.pk
        counting.count_anew(compound_id=side.compound.pk, now=LATER)
    next_firm = sign_in(counted.there, "manager")
    page = next_firm.get("/c/here/figures/")
    assert page.context["filed"][0].number == 1
    assert [one.rate.fraction for one in page.context["together"]] == ["2/8", "2/2"]
    assert {one.url for one in page.context["together"]} == {""}
    assert page.context["firms"] == []
    assert len(next_firm.get("/c/here/figures/cases/?period=2026-06&of=filed").context["rows"]) == 1
    assert next_firm.get(f"/c/here/figures/cases/?period=2026-06&of=filed&firm={old}").status_code == 404
    # The dismissed one has lost sight of it; the committee sees both, each with its own.
    assert sign_in(side, "manager").get("/c/here/figures/").status_code == 404
    seen = sign_in(side, "chair").get("/c/here/figures/")
    assert [(row.name, row.cells[0].shown) for row in seen.context["firms"]] == [("和美物业", "9"), (new.name, "1")]
    # And the workers are compared by their own firm alone.
    assert [row.name for row in page.context["workers"]] == ["未派工"]
    assert seen.context["workers"] == []
    assert sign_in(side, "chair").get("/c/here/figures/cases/?period=2026-06&worker=1").status_code == 404


def test_areas_lead_down_to_the_cases(counted: World, sign_in: Callable[..., Client]) -> None:
    client = sign_in(counted.here, "city")
    top = client.get("/figures/")
    assert [row.name for row in top.context["rows"]] == ["西城街道", "江南街道"]
    assert [row.cells[0].shown for row in top.context["rows"]] == ["9", "9"]
    assert top.context["total"].cells[0].shown == "18"
    street = client.get(f"/figures/{top.context['rows'][0].url}")
    assert [row.name for row in street.context["rows"]] == ["小区1"]
    assert street.context["rows"][0].url == "/c/here/figures/?period=2026-06"
    assert street.context["headlines"][0].rate.fraction == "2/7"
    assert CANARY not in street.content.decode()
    assert client.get(street.context["rows"][0].url).status_code == 200
    assert client.get("/figures/?area=999").status_code == 404
    assert client.get("/figures/cases/?period=2026-06&area=999").status_code == 404
    assert sign_in(counted.here, "street").get("/figures/cases/?period=2026-06&area=330784003").status_code == 404


def test_the_period_that_is_asked_for(counted: World, sign_in: Callable[..., Client]) -> None:
    client = sign_in(counted.here, "chair")
    path = "/c/here/figures/"
    for query, filed in (
        ("", 9),
        ("?period=2026-05", 0),
        ("?period=2026-Q2", 9),
        ("?period=2026", 9),
        ("?first=2026-06-02&last=2026-06-02", 9),
        ("?first=2026-06-03&last=2026-06-04", 0),
    ):
        page = client.get(path + query)
        assert (page.status_code, page.context["filed"][0].number) == (200, filed), query
    for query, words in (
        ("?period=someday", "请选起止两个日期"),
        ("?first=2026-06-03", "请选起止两个日期"),
        ("?first=x&last=y", "请选起止两个日期"),
        ("?first=2026-06-03&last=2026-06-01", "结束日期不能早于开始日期"),
        ("?first=2001-06-03&last=2026-06-01", "最多可选三年"),
        ("?period=" + "9" * 99, "请选起止两个日期"),
    ):
        page = client.get(path + query)
        assert page.status_code == 422, query
        assert words in page.content.decode()
    typed = client.get(f"{path}?first=2026-06-03&last=2026-06-01").content.decode()
    assert 'value="2026-06-03"' in typed
    assert 'value="2026-06-01"' in typed
    before = client.get(f"{path}?period=2026-07")
    assert before.context["headlines"][0].then.fraction == "2/7"


@pytest.mark.parametrize(
    "query",
    ["of=nothing", "of=missed-nothing", "category=x", "firm=a", "worker=-1", "urgent=2", "firm=" + "9" * 30,
     "rate=resolved&of=forced", "rate=x", "period=2026-06..2026-07"],
)  # fmt: skip
def test_lists_that_there_are_not(counted: World, sign_in: Callable[..., Client], query: str) -> None:
    address = f"/c/here/figures/cases/?period=2026-06&{query}"
    assert sign_in(counted.here, "manager").get(address).status_code == 404


def test_what_has_not_been_counted_yet_is_said(counted: World, sign_in: Callable[..., Client]) -> None:
    client = sign_in(counted.here, "chair")
    assert "正在计入" not in client.get("/c/here/figures/").content.decode()
    file_one(counted.here, now=LATER)
    assert "另有 1 天的改动正在计入" in client.get("/c/here/figures/").content.decode()
    assert "一分钟内一致" in client.get("/c/here/figures/cases/?period=2026-06&of=filed").content.decode()


def test_lists_page_on(counted: World, sign_in: Callable[..., Client]) -> None:
    side = counted.here
    for n in range(50):
        file_one(side, now=NOW - timedelta(minutes=n + 1))
    client = sign_in(side, "chair")
    first = client.get("/c/here/figures/cases/?period=2026-06&of=filed")
    second = client.get("/c/here/figures/cases/?period=2026-06&of=filed&page=2")
    assert (len(first.context["rows"]), len(second.context["rows"])) == (50, 9)
    assert first.context["page"] == {"number": 1, "previous": None, "next": 2}
    assert second.context["page"] == {"number": 2, "previous": 1, "next": None}
    for odd in ("0", "-1", "x", "９", "99999999999999999999"):
        assert client.get(f"/c/here/figures/cases/?period=2026-06&of=filed&page={odd}").status_code == 200


def test_nothing_of_the_filer_is_on_any_page(counted: World, sign_in: Callable[..., Client]) -> None:
    client = sign_in(counted.here, "chair")
    person = counted.here.people["resident"]
    for path in ("/c/here/figures/", "/c/here/figures/cases/?period=2026-06&of=filed"):
        text = client.get(path).content.decode()
        assert person.phone[-11:] not in text
        assert "resident" not in re.sub(r'href="[^"]*"', "", text)


def more(side: Side, count: int) -> None:
    """More compounds of the same firm, each with a request."""
    firm = Organisation.objects.get(name="和美物业")
    home = Request.objects
    for n in range(count):
        compound = open_compound(code=f"more{n}", name=f"多{n}小区", community=Area.objects.get(code="330784002008"))
        with scope(compound.pk):
            parties.sign_contract(
                compound=compound, company=firm, starts=BEGAN, ends=None, basis="合同",
                by=system_actor("test", (compound.pk,)), now=NOW,
            )  # fmt: skip
            home.create(
                compound=compound, ref=f"more{n}", number=f"BX2026{n:06d}", category="water", place="public",
                place_text="东门", words="漏", filed_by=side.people["resident"], filed_as="居民", company=firm,
                worker=side.people["worker"], state="done", created_at=NOW, updated_at=NOW, opened_at=NOW,
                accepted_at=NOW, finished_at=NOW, closed_at=NOW, responded_in_time=True, finished_in_time=True, stars=5,
            )  # fmt: skip
            counting.count_anew(compound_id=compound.pk, now=LATER)


@pytest.mark.parametrize("rows", [1, 30])
def test_pages_ask_the_same_for_one_and_for_thirty(
    counted: World, sign_in: Callable[..., Client], statements: Callable[[], Any], rows: int
) -> None:
    more(counted.here, rows)
    assert Compound.objects.count() == 2 + rows
    for who, path, count in (
        ("city", "/figures/", 13),
        ("city", "/figures/?area=330784002008", 13),
        ("manager", "/figures/", 13),
        ("city", "/figures/cases/?period=2026-06&of=filed", 12),
        ("manager", "/figures/sheet/", 10),
    ):
        client = sign_in(counted.here, who)
        client.get(path)
        with statements() as seen:
            assert client.get(path).status_code == 200
        assert len(seen) == count, (who, path, [q["sql"][:90] for q in seen])


@pytest.mark.parametrize("rows", [1, 30])
def test_a_compound_asks_the_same_for_one_case_and_for_thirty(
    world: World, sign_in: Callable[..., Client], statements: Callable[[], Any], rows: int
) -> None:
    side = world.here
    for n in range(rows):
        file_one(side, now=NOW - timedelta(minutes=n), category=["water", "lift", "power"][n % 3])
    with scope(side.compound.pk):
        counting.count_anew(compound_id=side.compound.pk, now=LATER)
    for who, path, count in (
        ("chair", "/c/here/figures/", 12),
        ("manager", "/c/here/figures/", 13),
        ("chair", "/c/here/figures/cases/?period=2026-06&of=filed", 11),
    ):
        client = sign_in(side, who)
        client.get(path)
        with statements() as seen:
            assert client.get(path).status_code == 200
        assert len(seen) == count, (who, path, [q["sql"][:90] for q in seen])
