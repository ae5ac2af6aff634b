"""The pages of the register: who opens them, what they show, what they cost."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from accounts.models import Person
from firms.models import Listing
from parties import actions as parties
from parties.models import Organisation, Post
from tenancy.scope import scope
from tests.firms.conftest import CODE, NOW, TODAY, body_of, contract_of, enter, firm_of, paper, post
from tests.world import CANARY, RESIDENTS, STAFF, World

READERS = {"secretary", "officer", "chair", "member", "manager", "street", "city"}
OFFICES = {"street", "city"}


@pytest.fixture(autouse=True)
def _then() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.parametrize("role", [*STAFF, *RESIDENTS, "city"])
def test_who_may_open_the_pages(world: World, sign_in: Any, role: str) -> None:
    client = sign_in(world.here, role)
    firm, contract, own = firm_of(world.here), contract_of(world.here), world.here.posts["worker"].pk
    certificate = paper(world.here).pk
    reads, office = role in READERS, role in OFFICES
    papers = role in {*OFFICES, "manager", "secretary", "officer"}
    keeps = role in {*OFFICES, "manager"}
    register = client.get("/firms/")
    assert register.status_code == (302 if role == "manager" else 200 if reads else 403)
    for path, allowed in (
        ("/firms/new/", office),
        (f"/firms/{firm}/", reads),
        (f"/firms/{firm}/edit/", office),
        (f"/firms/{firm}/contracts/new/", office),
        (f"/firms/{firm}/certificates/", papers),
        (f"/firms/{firm}/certificates/new/", keeps),
        (f"/firms/{firm}/certificates/{certificate}/withdraw/", keeps),
        (f"/c/here/contracts/{contract.pk}/", reads),
        (f"/c/here/contracts/{contract.pk}/end/", office),
        ("/bodies/", reads),
        (f"/bodies/{firm}/posts/", reads),
        (f"/bodies/{firm}/posts/sheet/", reads),
        (f"/bodies/{firm}/posts/new/", role in {"manager", "street", "city"}),
        (f"/bodies/{firm}/posts/{own}/end/", role == "manager"),
        ("/my-certificates/", role in {"manager", "dispatcher", "worker", "worker2"}),
    ):
        assert client.get(path).status_code == (200 if allowed else 403), path


@pytest.mark.parametrize("role", sorted(READERS - {"city"}))
def test_the_next_firm_is_not_there(world: World, sign_in: Any, role: str) -> None:
    paper(world.there, number=CANARY)
    client = sign_in(world.here, role)
    firm, body = firm_of(world.there), body_of(world.there, "chair")
    absent = 2**40
    for path in (
        "/firms/{}/",
        "/firms/{}/edit/",
        "/firms/{}/contracts/new/",
        "/firms/{}/certificates/",
        "/firms/{}/certificates/new/",
        "/bodies/{}/posts/",
        "/bodies/{}/posts/new/",
        "/bodies/{}/posts/sheet/",
    ):
        there, nowhere = client.get(path.format(firm)), client.get(path.format(absent))
        assert there.status_code == nowhere.status_code
        assert there.status_code in {403, 404}
    assert client.get(f"/bodies/{body}/posts/").status_code == 404
    assert CANARY not in client.get("/firms/", follow=True).content.decode()
    assert CANARY not in client.get("/bodies/").content.decode()


def test_the_register_lists_searches_and_narrows(world: World, sign_in: Any) -> None:
    client = sign_in(world.here, "city")
    page = client.get("/firms/").content.decode()
    assert "和美物业" in page
    assert "邻家物业" in page
    assert "邻家物业" not in client.get("/firms/?q=和美").content.decode()
    assert "邻家物业" not in client.get("/firms/?area=330784002").content.decode()
    assert "和美物业" in client.get("/firms/?area=330784002008").content.decode()
    for odd in ("/firms/?q=%25", "/firms/?area=999", "/firms/?q=_____"):
        assert "没有找到" in client.get(odd).content.decode(), odd
    assert client.get("/firms/?page=99999&q=" + "长" * 200).status_code == 200
    paper(world.here, number="1", expires=TODAY + timedelta(days=80))
    paper(world.here, number="2", expires=TODAY - timedelta(days=1))
    page = client.get("/firms/").content.decode()
    assert "1 张快到期" in page
    assert "1 张已过期" in page
    # A committee has no business in the certificates: it sees none counted either.
    assert "已过期" not in sign_in(world.here, "chair").get("/firms/").content.decode()


def test_a_firm_shows_its_contracts_people_and_certificates(world: World, sign_in: Any) -> None:
    paper(world.here, number="NO-1", grade="三级")
    for role in ("manager", "street", "officer"):
        page = sign_in(world.here, role).get(f"/firms/{firm_of(world.here)}/").content.decode()
        assert "小区1" in page
        assert "worker · 维修工" in page
        assert "NO-1" in page
        assert "三级" in page
    page = sign_in(world.here, "chair").get(f"/firms/{firm_of(world.here)}/").content.decode()
    assert "NO-1" not in page


def test_a_reader_outside_sees_only_people_of_the_own_compounds(world: World, sign_in: Any) -> None:
    firm = firm_of(world.here)
    Post.objects.filter(pk=world.here.posts["worker2"].pk).update(only_compounds=[world.there.compound.pk])
    paper(world.here, who="worker2", number="HIDDEN")
    for role in ("officer", "street"):
        client = sign_in(world.here, role)
        assert "worker2" not in client.get(f"/bodies/{firm}/posts/").content.decode()
        assert "HIDDEN" not in client.get(f"/firms/{firm}/certificates/").content.decode()
    assert "worker2" in sign_in(world.here, "manager").get(f"/bodies/{firm}/posts/").content.decode()


def test_who_is_out_of_contract_is_out_of_sight_but_for_the_offices(world: World, sign_in: Any) -> None:
    firm, found = firm_of(world.here), contract_of(world.here)
    with scope(world.here.compound.pk):
        parties.end_contract(
            contract=found, ends=TODAY - timedelta(days=1), basis="解聘", by=world.here.actor("street"), now=NOW
        )
    for role, status in (("officer", 404), ("chair", 404), ("street", 200), ("city", 200)):
        assert sign_in(world.here, role).get(f"/firms/{firm}/").status_code == status, role
    assert sign_in(world.here, "chair").get(f"/c/here/contracts/{found.pk}/").status_code == 404
    # The firm's manager has no compound left: the own page opens, nothing can be entered.
    client = sign_in(world.here, "manager")
    page = client.get(f"/firms/{firm}/")
    assert page.status_code == 200
    answer = post(client, f"/firms/{firm}/certificates/new/", {"kind": "credit", "number": "A"})
    assert answer.status_code == 409
    assert "没有覆盖任何小区" in answer.content.decode()


def many_firms(world: World, count: int) -> None:
    area = world.here.compound.community.parent
    for number in range(count):
        made = Organisation.objects.create(kind="property_company", name=f"物业{number:03d}")
        Listing.objects.create(firm=made, area=area, at=NOW, made_as="")


@pytest.mark.parametrize("count", [1, 29])
def test_the_register_costs_the_same_for_few_and_thirty(
    world: World, sign_in: Any, statements: Callable[[], Any], count: int
) -> None:
    many_firms(world, count)
    client = sign_in(world.here, "street")
    client.get("/firms/")
    with statements() as seen:
        page = client.get("/firms/").content.decode()
    assert page.count('<th scope="row">') == count + 1
    assert len(seen) == 13


def thirty_people(world: World, count: int) -> None:
    firm = firm_of(world.here)
    for number in range(count):
        person = Person.objects.create_person(phone=f"+86199009{number:05d}", name=f"人{number}")
        Post.objects.create(
            person=person,
            organisation_id=firm,
            role="worker",
            starts=TODAY,
            basis="合同",
            only_compounds=[world.here.compound.pk],
            cross_from=Post.objects.create(
                person=person, organisation_id=body_of(world.here, "officer"), role="part_time_member", starts=TODAY
            ),
        )


@pytest.mark.parametrize("count", [1, 30])
def test_lists_of_a_firm_cost_the_same_for_one_and_thirty(
    world: World, sign_in: Any, statements: Callable[[], Any], count: int
) -> None:
    thirty_people(world, count)
    for number in range(count):
        paper(world.here, number=f"N{number}")
    firm = firm_of(world.here)
    client = sign_in(world.here, "manager")
    for path, asked in (
        (f"/firms/{firm}/", FIRM),
        (f"/bodies/{firm}/posts/", POSTS),
        (f"/bodies/{firm}/posts/sheet/", SHEET),
        (f"/firms/{firm}/certificates/", PAPERS),
        (f"/bodies/{firm}/posts/new/", POST_NEW),
        (f"/firms/{firm}/certificates/new/", PAPER_NEW),
    ):
        client.get(path)
        with statements() as seen:
            assert client.get(path).status_code == 200
        assert len(seen) == asked, (path, len(seen))
    client = sign_in(world.here, "worker")
    client.get("/my-certificates/")
    with statements() as seen:
        assert client.get("/my-certificates/").content.decode().count("消防设施操作员证") == count
    assert len(seen) == OWN


FIRM, POSTS, SHEET, PAPERS, POST_NEW, PAPER_NEW, OWN = 15, 12, 12, 12, 12, 10, 12


@pytest.mark.parametrize("count", [1, 30])
def test_bodies_cost_the_same_for_one_and_thirty(
    world: World, sign_in: Any, statements: Callable[[], Any], count: int
) -> None:
    for number in range(count):
        made = Organisation.objects.create(kind="residents_committee", name=f"居委会{number}")
        parties.assign_area(organisation=made, area=world.here.compound.community, starts=date(2024, 1, 1))
    client = sign_in(world.here, "street")
    client.get("/bodies/")
    with statements() as seen:
        assert client.get("/bodies/").content.decode().count("居委会") >= count
    assert len(seen) == 9


def test_the_own_body_and_those_below_are_listed(world: World, sign_in: Any) -> None:
    page = sign_in(world.here, "street").get("/bodies/").content.decode()
    assert "本单位" in page
    assert "西山社区居委会党委" in page
    assert "小区1业委会" in page
    page = sign_in(world.here, "chair").get("/bodies/").content.decode()
    assert "小区1业委会" in page
    assert "党委" not in page


def test_the_past_is_for_the_own_body_and_the_offices(world: World, sign_in: Any) -> None:
    firm = firm_of(world.here)
    Post.objects.filter(pk=world.here.posts["worker2"].pk).update(ends=TODAY - timedelta(days=3))
    enter(world.here, firm, starts=TODAY + timedelta(days=5))
    for role, sees in (("manager", True), ("street", True), ("officer", False), ("chair", False)):
        client = sign_in(world.here, role)
        assert ("worker2" in client.get(f"/bodies/{firm}/posts/?when=past").content.decode()) is sees, role
        assert "新来的" in client.get(f"/bodies/{firm}/posts/?when=coming").content.decode()
    assert "新来的" not in sign_in(world.here, "manager").get(f"/bodies/{firm}/posts/").content.decode()


def test_the_navigation_has_one_entry(world: World, sign_in: Any) -> None:
    for role, address in (
        ("city", 'href="/firms/"'),
        ("chair", 'href="/firms/"'),
        ("manager", 'href="/firms/"'),
        ("worker", 'href="/my-certificates/"'),
    ):
        page = sign_in(world.here, role).get("/accounts/me/").content.decode()
        assert address in page, role


def test_a_new_firm_is_registered_by_the_page(world: World, sign_in: Any) -> None:
    client = sign_in(world.here, "street")
    form = {"name": "新到物业有限公司", "credit_code": CODE.lower(), "phone": "0579-87180009"}
    answer = post(client, "/firms/new/", form)
    made = Organisation.objects.get(credit_code=CODE)
    assert answer.url == f"/firms/{made.pk}/"
    assert "没有合同" in client.get(answer.url).content.decode()
