"""Figures of several compounds, the way down from each number, and the page of the three parties."""

import html
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from parties.actions import appoint
from parties.models import Organisation
from tenancy.actions import open_compound
from tenancy.models import Area
from tenancy.scope import scope
from tests.repairs.conftest import NOW, bring_to
from tests.repairs.test_board import EVERYONE, copies
from tests.world import CANARY, MADE_AT, World


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def test_the_city_sees_both_and_each_number_leads_to_its_list(world: World, sign_in: Callable[..., Client]) -> None:
    copies(world.here, bring_to(world.here, "submitted"), 2)
    bring_to(world.there, "awaiting")
    client = sign_in(world.here, "city")
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        page = client.get("/overview/")
        found = page.context["overview"]
        assert (found.compounds, found.total["open"], found.total["late"], found.total["awaiting"]) == (2, 3, 3, 1)
        assert [group.community for group in found.groups] == ["西山社区居委会", "南苑社区居委会"]
        for group in found.groups:
            for row in group.rows:
                for name, value in (
                    ("late", row.late),
                    ("open", row.open),
                    ("awaiting", row.awaiting),
                    ("done", row.done),
                ):
                    address = f"/c/{row.code}/watch/?list={name}"
                    assert address in page.content.decode()
                    assert len(client.get(address).context["page"].rows) == value


@pytest.mark.parametrize("who", EVERYONE)
def test_who_opens_it_and_what_they_see(world: World, sign_in: Callable[..., Client], who: str) -> None:
    answer = sign_in(world.here, who).get("/overview/")
    allowed = who not in {"worker", "worker2", "resident", "neighbour"}
    assert answer.status_code == (200 if allowed else 403)
    if who != "city":
        assert CANARY not in answer.content.decode()
    if allowed:
        assert answer.context["overview"].compounds == (2 if who == "city" else 1)


@pytest.mark.parametrize("rows", [1, 30])
def test_it_asks_the_same_for_any_number(
    world: World, sign_in: Callable[..., Client], statements: Callable[[], Any], rows: int
) -> None:
    copies(world.here, bring_to(world.here, "submitted"), rows - 1)
    client = sign_in(world.here, "city")
    with statements() as seen:
        assert client.get("/overview/").status_code == 200
    assert len(seen) == 9


@pytest.mark.parametrize("who", EVERYONE)
def test_the_three_parties_are_shown_to_everyone_in_the_compound(
    world: World, sign_in: Callable[..., Client], who: str
) -> None:
    client = sign_in(world.here, who)
    text = client.get("/c/here/parties/").content.decode()
    for words in (
        "西山社区居委会党委",
        "小区1业委会",
        "和美物业",
        "合同期限",
        "2024-01-01",
        "tel:0579-87000000",
        "chair",
    ):
        assert words in text
    assert CANARY not in text
    assert client.get("/c/nowhere/parties/").status_code == 404
    assert client.get("/c/there/parties/").status_code == (200 if who == "city" else 404)


def test_cross_appointments_are_visible(
    world: World, sign_in: Callable[..., Client], statements: Callable[[], Any]
) -> None:
    side = world.here
    client = sign_in(side, "resident")
    assert "交叉任职" not in client.get("/c/here/parties/").content.decode()
    with scope(side.compound.pk):
        appoint(
            person=side.people["secretary"],
            organisation=Organisation.objects.get(name=f"{side.compound.name}业委会"),
            role="member",
            starts=date(2025, 1, 1),
            basis="双向进入",
            by=side.actor("chair"),
            now=MADE_AT,
            cross_from=side.posts["secretary"],
        )
    with statements() as seen:
        assert "交叉任职" in client.get("/c/here/parties/").content.decode()
    assert len(seen) == 9


def test_a_contract_that_ends_soon_says_so(world: World, sign_in: Callable[..., Client]) -> None:
    from parties.actions import end_contract
    from parties.models import Contract

    side = world.here
    with scope(side.compound.pk):
        end_contract(
            contract=Contract.objects.get(), ends=date(2026, 7, 31), basis="到期", by=side.actor("chair"), now=MADE_AT
        )
    with time_machine.travel(NOW, tick=False):
        text = sign_in(side, "resident").get("/c/here/parties/").content.decode()
    assert "2026-07-31" in text
    assert "快到期" in text


@pytest.fixture
def city_of_hundreds(world: World) -> World:
    """300 compounds more: 40 in a community of many, the others in 26 communities of two further streets."""
    city = Area.objects.get(code="330784")
    streets = [
        Area.objects.create(code=f"33078490{n}", name=f"测试街道{n}", level=Area.Level.STREET, parent=city)
        for n in (1, 2)
    ]
    communities = [
        Area.objects.create(
            code=f"{street.code}{n:03}", name=f"第{n}社区{street.name}", level=Area.Level.COMMUNITY, parent=street
        )
        for street in streets
        for n in range(13)
    ]
    many = Area.objects.get(code="330784002008")
    for n in range(300):
        community = many if n < 40 else communities[(n - 40) % 26]
        open_compound(code=f"many{n}", name=f"第{n}小区", community=community)
    return world


def test_hundreds_of_compounds_are_looked_into_by_street_and_community(
    city_of_hundreds: World, sign_in: Callable[..., Client], statements: Callable[[], Any]
) -> None:
    world = city_of_hundreds
    copies(world.here, bring_to(world.here, "submitted"), 2)
    client = sign_in(world.here, "city")
    with time_machine.travel(NOW + timedelta(hours=1), tick=False), statements() as seen:
        page = client.get("/overview/")
    assert len(seen) == 9
    found = page.context["overview"]
    assert (found.compounds, found.by_street, found.groups) == (302, True, [])
    shares = [(share.street, share.compounds, share.total["late"]) for share in found.shares]
    assert shares == [("西城街道", 41, 3), ("江南街道", 1, 0), ("测试街道1", 130, 0), ("测试街道2", 130, 0)]
    assert sum(share.compounds for share in found.shares) == found.compounds
    assert len(page.content) < 60_000

    street = client.get("/overview/?street=测试街道1")
    found = street.context["overview"]
    assert (found.compounds, found.by_street, len(found.shares)) == (130, False, 13)
    assert {share.compounds for share in found.shares} == {10}
    links = re.findall(r'<th scope="row"><a href="(\?[^"]+)"', street.content.decode())
    assert len(links) == 13
    community = client.get(f"/overview/{html.unescape(links[0])}").context["overview"]
    assert (community.street, community.compounds, [len(group.rows) for group in community.groups]) == (
        "测试街道1",
        10,
        [10],
    )


def test_a_community_of_many_is_shown_page_by_page_with_what_is_late_first(
    city_of_hundreds: World, sign_in: Callable[..., Client]
) -> None:
    world = city_of_hundreds
    bring_to(world.here, "submitted")
    client = sign_in(world.here, "officer")
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        first = client.get("/overview/")
        second = client.get("/overview/?page=2")
    found = first.context["overview"]
    assert (found.compounds, found.shares, found.total["late"]) == (41, [], 1)
    codes = [[row.code for group in page.context["overview"].groups for row in group.rows] for page in (first, second)]
    assert (len(codes[0]), len(codes[1]), codes[0][0]) == (30, 11, "here")
    assert len({*codes[0], *codes[1]}) == 41
    for odd in ("0", "-1", "x", "99999999999999999999", "²"):
        assert client.get(f"/overview/?page={odd}").status_code == 200


def test_an_area_that_is_not_covered_is_not_there(world: World, sign_in: Callable[..., Client]) -> None:
    for name, asked, status in (
        ("officer", "street=西城街道", 200),
        ("officer", "community=西山社区居委会", 200),
        ("officer", "street=江南街道", 404),
        ("officer", "community=南苑社区居委会", 404),
        ("officer", "street=西城街道&community=南苑社区居委会", 404),
        ("city", "street=江南街道", 200),
        ("city", "street=没有街道", 404),
    ):
        assert sign_in(world.here, name).get(f"/overview/?{asked}").status_code == status, (name, asked)
