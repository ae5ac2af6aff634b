"""Choosing what to act as."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from accounts.models import Person
from parties.actions import appoint
from parties.models import Organisation
from tenancy.scope import scope
from tests.world import MADE_AT, World


@pytest.fixture
def two_posts(world: World) -> Person:
    """The secretary of here, entered into the committee as a part-time member, who also lives here."""
    side = world.here
    person = side.people["secretary"]
    with scope(side.compound.pk):
        appoint(
            person=person,
            organisation=Organisation.objects.get(kind="owners_committee", name=f"{side.compound.name}业委会"),
            role="member",
            starts=date(2025, 1, 1),
            basis="双向进入",
            by=side.actor("chair"),
            now=MADE_AT,
            cross_from=side.posts["secretary"],
        )
    return person


def signed_in(person: Person) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(person)
    return client


def test_one_standing_is_taken_on_at_once(world: World) -> None:
    client = signed_in(world.here.people["manager"])
    answer = client.get("/c/here/board/?column=new")
    assert (answer.status_code, answer["location"]) == (302, "/standing/?next=/c/here/board/%3Fcolumn%3Dnew")
    answer = client.get(answer["location"])
    assert (answer.status_code, answer["location"]) == (302, "/c/here/board/?column=new")
    assert client.get(answer["location"]).status_code == 200


def test_several_standings_are_cards_with_badge_and_mark(world: World, two_posts: Person) -> None:
    client = signed_in(two_posts)
    page = client.get("/standing/?next=/c/here/watch/")
    text = page.content.decode()
    assert [(one.party, one.crossed) for one in page.context["standings"]] == [
        ("community", False),
        ("committee", True),
    ]
    assert "双向进入、交叉任职" in text
    assert "社区党组织" in text
    chosen = page.context["standings"][1]
    answer = client.post("/standing/", {"standing": f"{chosen.kind}:{chosen.key}", "next": "/c/here/watch/"})
    assert (answer.status_code, answer["location"]) == (302, "/c/here/watch/")
    assert client.session["standing"] == ["post", chosen.key]
    assert "现在的身份" in client.get("/standing/").content.decode()
    # Switching from inside a standing keeps working: the scope of the page is put back.
    first = page.context["standings"][0]
    client.post("/standing/", {"standing": f"post:{first.key}", "next": "/"})
    assert client.get("/c/here/watch/").context["actor"].party == "community"


@pytest.mark.parametrize(
    "given", ["post:999999", "home:1", "post:x", "", "post:1:2", "post:" + "9" * 40, "root:1", "post:-1"]
)
def test_what_is_not_held_is_refused_in_words(world: World, two_posts: Person, given: str) -> None:
    client = signed_in(two_posts)
    answer = client.post("/standing/", {"standing": given})
    assert answer.status_code == 422
    assert "您现在没有这个身份" in answer.content.decode()
    assert "standing" not in client.session


def test_another_persons_post_is_refused(world: World, two_posts: Person) -> None:
    client = signed_in(two_posts)
    for key in (world.there.posts["manager"].pk, world.here.posts["manager"].pk):
        assert client.post("/standing/", {"standing": f"post:{key}"}).status_code == 422


@pytest.mark.parametrize("address", ["https://example.com/", "//example.com", "javascript:alert(1)"])
def test_it_leads_only_to_pages_of_ours(world: World, address: str) -> None:
    client = signed_in(world.here.people["manager"])
    assert client.get("/standing/", {"next": address})["location"] == "/"


def test_someone_without_any_standing_is_told_what_to_do(world: World) -> None:
    person = Person.objects.create_person(phone="+8619900999999", name="新来的", phone_verified=True)
    page = signed_in(person).get("/standing/")
    assert page.status_code == 200
    assert "居民请扫楼下的海报" in page.content.decode()
    assert 'href="/join/"' in page.content.decode()


def test_signed_out_goes_to_sign_in(world: World, client: Client) -> None:
    assert client.get("/standing/")["location"].startswith("/accounts/login/")


def test_a_post_that_has_ended_gives_nothing(world: World, sign_in: Callable[..., Client]) -> None:
    from parties.actions import end_post

    side = world.here
    client = sign_in(side, "manager")
    assert client.get("/c/here/board/").status_code == 200
    with scope(side.compound.pk):
        end_post(post=side.posts["manager"], ends=date(2024, 2, 1), basis="离职", by=side.actor("chair"), now=MADE_AT)
    assert client.get("/c/here/board/")["location"].startswith("/standing/")
