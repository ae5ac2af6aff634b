"""The inbox: whose messages, how many, in which order, and at what cost."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from messaging import actions, queries, templates
from messaging.actions import queueing
from messaging.models import Message, Preference
from tenancy.scope import scope
from tests.world import CANARY, Side, World

CODE = "test.told"


@pytest.fixture(autouse=True)
def _template() -> Iterator[None]:
    templates.register(CODE, title="%(what)s", body="内容 %(what)s")
    yield
    del templates._templates[CODE]


def tell(side: Side, *names: str, what: str = "电梯已修好", count: int = 1, link: str = "/somewhere/") -> None:
    now = timezone.now()
    with scope(side.compound.pk):
        for n in range(count):
            actions.queue(
                compound_id=side.compound.pk,
                to=[side.people[name].pk for name in names],
                template=CODE,
                context={"what": f"{what} {n}"},
                link=link,
                by=side.actor("manager"),
                now=now - timedelta(minutes=count - n),
            )


def mine(side: Side, name: str) -> list[Message]:
    with scope(side.compound.pk):
        return list(Message.objects.filter(person_id=side.people[name].pk).order_by("-created_at"))


def test_newest_first_a_page_at_a_time(world: World, sign_in: Callable[..., Client]) -> None:
    tell(world.here, "resident", count=queries.PAGE_SIZE + 3)
    actor = world.here.actor("resident")
    with scope(actor.compound_ids):
        first = queries.inbox(actor=actor)
    assert [row.title for row in first.rows] == [f"电梯已修好 {n}" for n in range(22, 2, -1)]
    client = sign_in(world.here, "resident")
    second = client.get(reverse("inbox"), {"before": first.older})
    assert [row.title for row in second.context["page"].rows] == ["电梯已修好 2", "电梯已修好 1", "电梯已修好 0"]
    assert second.context["page"].older == ""
    assert client.get(reverse("inbox"), {"before": "'; DROP"}).status_code == 200


@pytest.mark.parametrize("count", [1, 30])
def test_statements_do_not_grow_with_rows(
    world: World, sign_in: Callable[..., Client], statements: Callable[[], Any], count: int
) -> None:
    tell(world.here, "resident", count=count)
    client = sign_in(world.here, "resident")
    client.get(reverse("inbox"))
    with statements() as seen:
        assert client.get(reverse("inbox")).status_code == 200
    # Person, savepoint and its release, the standing and scopes, the shell's property office; ours are the page and the badge.
    assert len(seen) == 8


@pytest.mark.parametrize("count", [1, 30])
def test_the_part_that_renews_itself_costs_the_same(
    world: World, sign_in: Callable[..., Client], statements: Callable[[], Any], count: int
) -> None:
    tell(world.here, "resident", count=count)
    tell(world.here, "neighbour", what=CANARY)
    client = sign_in(world.here, "resident")
    with statements() as seen:
        text = client.get(reverse("inbox_rows")).content.decode()
    assert len(seen) == 6
    assert text.count('class="row unread"') == min(count, queries.PAGE_SIZE)
    assert "<html" not in text
    assert CANARY not in text


def numbers(client: Client) -> dict[str, int]:
    """What the page listens to, with its numbers."""
    text = client.get(reverse("inbox")).content.decode()
    found = re.findall(r'data-live="([^"]+)"\s+data-live-seq="(\d+)"\s+data-live-for="inbox"', text)
    return {address: int(number) for address, number in found}


def test_the_number_of_an_inbox_moves_with_it_alone(world: World, sign_in: Callable[..., Client]) -> None:
    side = world.here
    person = side.people["resident"].pk
    mine_only = f"here/messaging.inbox:{person}"
    client = sign_in(side, "resident")
    assert numbers(client) == {mine_only: 0}
    tell(side, "resident", count=2)
    tell(side, "neighbour")
    tell(world.there, "resident")
    assert numbers(client) == {mine_only: 2}
    client.post(reverse("inbox_open", args=[mine(side, "resident")[0].pk]))
    assert numbers(client) == {mine_only: 3}
    client.post(reverse("inbox_read_all"))
    assert numbers(client) == {mine_only: 4}
    pairs = [(side.compound.pk, str(person)), (side.compound.pk, str(side.people["neighbour"].pk))]
    with scope(side.compound.pk):
        assert queries.inbox_numbers(pairs) == {pairs[0]: 4, pairs[1]: 1}
        assert queries.inbox_numbers([(world.there.compound.pk, pairs[0][1])]) == {
            (world.there.compound.pk, pairs[0][1]): 0
        }


def test_a_standing_over_too_many_compounds_is_renewed_by_time(
    world: World, sign_in: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(world.here, "city")
    client = sign_in(world.here, "city")
    assert len(numbers(client)) == 2
    monkeypatch.setattr(queries, "LISTEN_LIMIT", 1)
    assert numbers(client) == {}
    page = client.get(reverse("inbox"))
    assert 'data-live-every="60"' in page.content.decode()
    assert page.context["unread"] == 1


def test_whoever_listens_is_told_whose_inbox_moved(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, list[int]]] = []
    monkeypatch.setattr(queueing, "_told", [lambda compound, people: told.append((compound, list(people)))])
    side = world.here
    people = sorted(side.people[name].pk for name in ("resident", "neighbour"))
    tell(side, "resident", "neighbour")
    actor = side.actor("resident")
    with scope(actor.compound_ids):
        actions.mark_read(by=actor, message_id=mine(side, "resident")[0].pk, now=timezone.now())
        assert actions.mark_all_read(by=actor, now=timezone.now()) == 0
    assert told == [(side.compound.pk, people), (side.compound.pk, [actor.person_id])]


def test_a_standing_over_several_compounds_sees_them_in_one_list(world: World, statements: Callable[[], Any]) -> None:
    here, there = world.here, world.there
    city = here.actor("city")
    assert set(city.compound_ids) >= {here.compound.pk, there.compound.pk}
    person = here.people["city"].pk
    for side in (here, there, here):
        with scope(side.compound.pk):
            actions.queue(
                compound_id=side.compound.pk, to=[person], template=CODE, context={"what": side.compound.code}, link="",
                by=side.actor("manager"), now=timezone.now(),
            )  # fmt: skip
    with scope(city.compound_ids), statements() as seen:
        page = queries.inbox(actor=city)
    assert [row.title for row in page.rows] == ["here", "there", "here"]
    assert len(seen) == 1
    with scope(city.compound_ids), statements() as seen:
        assert queries.unread_count(city) == 3
    assert len(seen) == 1


def test_nobody_sees_the_messages_of_another(world: World, sign_in: Callable[..., Client]) -> None:
    tell(world.here, "neighbour", what=CANARY)
    tell(world.there, "resident", what=CANARY)
    client = sign_in(world.here, "resident")
    assert CANARY not in client.get(reverse("inbox")).content.decode()
    for foreign in (mine(world.here, "neighbour")[0].pk, mine(world.there, "resident")[0].pk, 10**12):
        assert client.post(reverse("inbox_open", args=[foreign])).status_code == 404
    assert client.post(reverse("inbox_read_all")).status_code == 302
    assert mine(world.here, "neighbour")[0].read_at is None
    assert mine(world.there, "resident")[0].read_at is None


def test_opening_marks_as_read_and_goes_where_it_is_about(world: World, sign_in: Callable[..., Client]) -> None:
    tell(world.here, "resident", count=3)
    client = sign_in(world.here, "resident")
    newest, middle, _oldest = mine(world.here, "resident")
    answer = client.post(reverse("inbox_open", args=[newest.pk]))
    assert (answer.status_code, answer.headers["location"]) == (302, "/somewhere/")
    read_at = mine(world.here, "resident")[0].read_at
    client.post(reverse("inbox_open", args=[newest.pk]))
    assert mine(world.here, "resident")[0].read_at == read_at is not None
    assert client.get(reverse("inbox_open", args=[middle.pk])).status_code == 405
    actor = world.here.actor("resident")
    with scope(actor.compound_ids):
        assert queries.unread_count(actor) == 2
    client.post(reverse("inbox_read_all"))
    with scope(actor.compound_ids):
        assert queries.unread_count(actor) == 0


def test_an_empty_inbox_says_what_will_come(world: World, sign_in: Callable[..., Client]) -> None:
    assert "还没有消息" in sign_in(world.here, "resident").get(reverse("inbox")).content.decode()


def test_what_was_typed_is_never_markup(world: World, sign_in: Callable[..., Client]) -> None:
    tell(world.here, "resident", what="<script>alert(1)</script>䶮")
    page = sign_in(world.here, "resident").get(reverse("inbox")).content.decode()
    assert "<script>alert" not in page
    assert "䶮" in page


@pytest.mark.parametrize("name", ["inbox", "message_channel"])
def test_signed_out_is_sent_to_sign_in(client: Client, db: None, name: str) -> None:
    answer = client.get(reverse(name))
    assert (answer.status_code, "/accounts/login/" in answer.headers["location"]) == (302, True)


def test_the_channel_of_ordinary_messages(world: World, sign_in: Callable[..., Client]) -> None:
    from allauth.account.models import EmailAddress

    client = sign_in(world.here, "resident")
    person = world.here.people["resident"]
    url = reverse("message_channel")
    assert client.get(url).status_code == 200
    assert client.post(url, {"ordinary": "email"}).status_code == 422  # no confirmed address
    assert client.post(url, {"ordinary": "carrier pigeon"}).status_code == 422
    assert client.post(url, {"ordinary": "sms"}).status_code == 302
    assert Preference.objects.get(person=person).ordinary == "sms"
    EmailAddress.objects.create(user=person, email="r@example.org", verified=True, primary=True)
    assert client.post(url, {"ordinary": "email"}).status_code == 302
    assert Preference.objects.get(person=person).ordinary == "email"


def test_a_person_takes_a_copy_of_their_own_messages_and_of_no_others(
    world: World, sign_in: Callable[..., Client]
) -> None:
    tell(world.here, "resident", count=2)
    tell(world.here, "neighbour", what=CANARY)
    tell(world.there, "resident", what=CANARY)
    person = world.here.people["resident"]
    Preference.objects.create(person=person, ordinary="sms")
    actor = world.here.actor("resident")
    with scope(actor.compound_ids):
        copy = queries.own_data(person)
        assert queries.unread_count(actor) >= 2  # the scope is still that of the page
    assert copy["ordinary_channel"] == "sms"
    assert [row["title"] for row in copy["messages"] if row["channel"] == "in_app"] == ["电梯已修好 0", "电梯已修好 1"]
    assert CANARY not in str(copy)
    actions.forget_person(person, timezone.now())
    assert not Preference.objects.filter(person=person).exists()
