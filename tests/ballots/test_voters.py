"""Who votes for somebody and lives elsewhere: in by the record of one poll, out with it, and nowhere else."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client, RequestFactory

from accounts.models import Challenge, Person
from ballots.actions.proxies import record_paper
from ballots.actions.speaking import end_speaker, record_speaker
from ballots.models import Proxy, Speaker
from ballots.queries.entry import KEPT, entries
from ballots.views.asking import voters
from messaging.models import Message
from tenancy.scope import entering, scope
from tests.ballots.conftest import DURING, Running, hand_in, mine, voting
from tests.ballots.test_pages import key_in, page
from tests.elections.conftest import do
from tests.repairs.conftest import picture
from tests.world import CANARY, Side, World, phone_of


@pytest.fixture(autouse=True)
def during(settings: Any, tmp_path: Any) -> Iterator[None]:
    """In the middle of the window, by day."""
    settings.MEDIA_ROOT = tmp_path / "media"
    with time_machine.travel(DURING, tick=False):
        yield


def son(*, verified: bool = True) -> tuple[Person, Client]:
    """Somebody with an account and nothing else."""
    person = Person.objects.create_person(phone=phone_of(0, "stranger"), name="王小明", phone_verified=verified)
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(person)
    return person, client


def spoken(side: Side, running: Running, who: str = "stranger", index: int = 0) -> Speaker:
    """A representative of the resident's home."""
    made: Speaker = do(
        record_speaker, side, running.poll, now=DURING, right=mine(running)[0].key, ground="estate", name="王小明",
        phone=phone_of(index, who), note="继承公证书",
    )  # fmt: skip
    return made


def hand_in_as_voter(running: Running, key: str, client: Client) -> None:
    """By the pages: choose, ask for a code, answer it."""
    url = f"/votes/here/{running.poll.ref}/right/{key}/"
    given = {"idempotency_key": key_in(page(client, url)), f"item-{running.items[0].key}": "for", "step": "1"}
    client.post(url, {**given, "send": "1"})
    done = client.post(url, {**given, "cast": "1", "code": Challenge.objects.latest("pk").code})
    assert (done.status_code, done["Location"]) == (302, f"{url}receipt/")


def test_a_son_who_lives_elsewhere_votes_for_his_fathers_home_and_nothing_else(world: World) -> None:
    side = world.here
    running = voting(side)
    key = mine(running)[0].key
    person, client = son()
    spoken(side, running)
    with scope(side.compound.pk):
        told = Message.objects.filter(person_id=person.pk, template="ballots.speaks", channel="in_app").get()
    assert told.link == f"/votes/here/{running.poll.ref}/"
    # He holds no standing; what he is asked for is the first thing that he sees.
    chooser = client.get("/", follow=True).content.decode()
    assert ("替人投票" in chooser, side.compound.name in chooser, "还没有可用的身份" in chooser) == (True, True, False)
    base = f"/votes/here/{running.poll.ref}/"
    assert base in page(client, "/votes/")
    text = page(client, base)
    assert f'href="{base}right/{key}/"' in text
    assert ("roll/public" in text, "data-live=" in text) == (False, False)
    url = f"{base}right/{key}/"
    hand_in_as_voter(running, key, client)
    assert "回执编号" in page(client, f"{url}receipt/")
    with scope(side.compound.pk):
        assert mine(running)[0].use is not None
    # Nothing else of the compound, neither as a page nor over the API, and nobody else's right.
    other = mine(running, "neighbour")[0].key
    for path in (f"{base}right/{other}/", f"{base}right/{other}/receipt/", f"{base}right/{other}/proxy/"):
        page(client, path, 404)
    for path in ("/c/here/vote/", f"/c/here/polls/{running.poll.ref}/vote/", "/c/here/notices/", "/c/here/repairs/"):
        answer = client.get(path)
        assert (answer.status_code, answer["Location"].startswith("/standing/")) == (302, True), path
    assert client.get("/api/v1/compounds/here/repairs/").status_code in {401, 403}


def test_whoever_has_one_standing_or_none_finds_it_without_a_message(world: World, sign_in: Any) -> None:
    """A post or a home is taken by itself and the choice of standings never shown: the way stands in 我的 and in 投票."""
    _person, nobody = son()
    assert 'href="/votes/"' in page(nobody, "/accounts/me/")
    for who in ("officer", "worker", "resident"):
        assert 'href="/votes/"' in page(sign_in(world.here, who), "/accounts/me/"), who
    running = voting(world.here)
    assert 'href="/votes/"' in page(sign_in(world.here, "resident"), f"/c/{running.side.compound.code}/vote/")


def test_with_the_record_the_way_in_is_gone(world: World) -> None:
    side = world.here
    running = voting(side)
    made = spoken(side, running)
    _person, client = son()
    base = f"/votes/here/{running.poll.ref}/"
    page(client, base)
    do(end_speaker, side, running.poll, now=DURING, speaker_id=made.pk)
    page(client, base, 404)
    assert "没有人委托您投票" in page(client, "/votes/")
    with time_machine.travel(DURING + KEPT, tick=False):
        assert "替人投票" not in client.get("/standing/").content.decode()


def test_a_number_that_was_not_verified_opens_nothing(world: World) -> None:
    running = voting(world.here)
    spoken(world.here, running)
    person, client = son(verified=False)
    assert entries(person, DURING) == []
    page(client, f"/votes/here/{running.poll.ref}/", 404)


def test_one_poll_only(world: World) -> None:
    """A second poll of the same compound, and the next compound's, are not there."""
    first, second = voting(world.here), voting(world.here)
    there = voting(world.there)
    spoken(world.here, first)
    _person, client = son()
    page(client, f"/votes/here/{first.poll.ref}/")
    for path in (
        f"/votes/here/{second.poll.ref}/",
        f"/votes/there/{there.poll.ref}/",
        f"/votes/there/{first.poll.ref}/",
        f"/votes/here/{there.poll.ref}/",
    ):
        page(client, path, 404)


def test_residents_of_the_next_compound_and_every_post_are_not_let_in(
    world: World, sign_in: Callable[..., Client]
) -> None:
    running = voting(world.there)
    spoken(world.there, running, "neighbour", 1)
    path = f"/votes/there/{running.poll.ref}/"
    for name in world.here.people:
        client = sign_in(world.here, name)
        page(client, path, 404)
        assert CANARY not in client.get("/votes/").content.decode()
    # Acting from a home elsewhere is no hindrance to whoever the record names.
    text = page(sign_in(world.there, "neighbour"), path)
    assert mine(running)[0].place in text


@pytest.mark.parametrize("table", ["ballots_speaker", "ballots_proxy"])
def test_before_any_scope_a_person_reads_their_own_records_alone(world: World, table: str) -> None:
    running = voting(world.here)
    spoken(world.here, running)
    do(
        record_paper, world.here, running.poll, now=DURING, right=mine(running, "neighbour")[0].key, giver="邻居",
        agent="王小明", phone=phone_of(0, "stranger"), paper=picture(),
    )  # fmt: skip
    person, _client = son()

    def rows(pk: int) -> int:
        with entering(pk), connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}")
            return int(cursor.fetchone()[0])

    assert [rows(person.pk), *(rows(one.pk) for one in world.here.people.values())] == [1] + [0] * len(
        world.here.people
    )
    person.phone_verified = False
    person.save()
    assert rows(person.pk) == 0


def test_an_agent_is_told_with_a_link_that_lets_them_in(world: World) -> None:
    side = world.here
    running = voting(side)
    person, client = son()
    right = mine(running)[0]
    do(
        record_paper, side, running.poll, now=DURING, right=right.key, giver="resident", agent="王小明",
        phone=phone_of(0, "stranger"), paper=picture(),
    )  # fmt: skip
    with scope(side.compound.pk):
        told = Message.objects.filter(person_id=person.pk, template="ballots.given", channel="in_app").get()
        assert Proxy.objects.count() == 1
    assert "您受 resident 委托代投" in page(client, f"{told.link}right/{right.key}/")
    hand_in(running)  # the owner herself
    text = page(client, told.link)
    assert "已投" in text


def test_who_is_not_signed_in_is_sent_to_sign_in() -> None:
    request = RequestFactory().get("/votes/here/x/")
    request.user = AnonymousUser()
    answer = voters(lambda *_args: pytest.fail("let in"))(request, "here", "x")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/votes/here/x/")


def test_the_pages_ask_the_same_for_one_and_for_thirty(world: World, statements: Callable[[], Any]) -> None:
    from tests.ballots.test_statements import more_of_rights

    side = world.here
    running = voting(side)
    key = mine(running)[0].key
    spoken(side, running)
    person, client = son()
    base = f"/votes/here/{running.poll.ref}/"
    pages = {"/votes/": 8, base: 19, f"{base}right/{key}/": 14, f"{base}right/{key}/proxy/": 12}
    counts: dict[str, list[int]] = {}
    for fill in (False, True):
        if fill:
            more_of_rights(side, running, person)
        for path in pages:
            client.get(path)
            with statements() as seen:
                assert client.get(path).status_code == 200
            counts.setdefault(path, []).append(len(seen))
    assert counts == {path: [many, many] for path, many in pages.items()}


def test_the_receipt_asks_the_same_for_one_and_for_thirty(world: World, statements: Callable[[], Any]) -> None:
    from ballots.models import Cast

    side = world.here
    running = voting(side)
    key = mine(running)[0].key
    spoken(side, running)
    _person, client = son()
    hand_in_as_voter(running, key, client)
    path = f"/votes/here/{running.poll.ref}/right/{key}/receipt/"
    counts = []
    for more in (0, 29):
        with scope(side.compound.pk):
            cast = Cast.objects.filter(poll=running.poll, right=key)[0]
            for n in range(more):
                cast.pk, cast.receipt, cast.number = None, f"{n:064d}", 100 + n
                cast._state.adding = True
                cast.save()
        client.get(path)
        with statements() as seen:
            assert client.get(path).status_code == 200
        counts.append(len(seen))
    assert counts == [12, 12]
