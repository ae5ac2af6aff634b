"""Many sockets admitted in one go: the same answers as one by one, and one that breaks spoils nobody else's."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from accounts import sessions
from accounts.models import Person
from live import queries, sockets, topics
from tests.live.test_sockets import BOARD, CASE, Socket, run
from tests.world import World


@pytest.fixture(autouse=True)
def _topics() -> Iterator[None]:
    before = dict(topics._definitions)
    topics.register(BOARD, may_watch=lambda actor, _compound, _key: actor.party == "company")
    topics.register(CASE, may_watch=lambda actor, _compound, key: key == str(actor.person_id), keyed=True)
    yield
    topics._definitions.clear()
    topics._definitions.update(before)
    sockets.admissions.forget()


def key_of(client: Client) -> str:
    return str(client.session.session_key)


def test_everybody_gets_their_own_answer(world: World, sign_in: Callable[..., Client]) -> None:
    here, there, resident = (
        sign_in(world.here, "manager"),
        sign_in(world.there, "manager"),
        sign_in(world.here, "resident"),
    )
    own = f"here/{CASE}:{world.here.people['resident'].pk}"
    asked: list[tuple[str, list[str]]] = [
        (key_of(here), [f"here/{BOARD}", f"there/{BOARD}"]),
        ("nobodynobodynobody", [f"here/{BOARD}"]),
        (key_of(there), [f"here/{BOARD}", f"there/{BOARD}"]),
        ("", [f"here/{BOARD}"]),
        (key_of(resident), [f"here/{BOARD}", own, "nonsense", "here/unknown"]),
        (key_of(here), [own]),
    ]
    found = queries.admit_all(asked)
    assert [one and one.allowed for one in found] == [
        {f"here/{BOARD}": (world.here.compound.pk, BOARD)},
        None,
        {f"there/{BOARD}": (world.there.compound.pk, BOARD)},
        None,
        {own: (world.here.compound.pk, own.partition("/")[2])},
        {},
    ]
    assert [queries.admit(*one) for one in asked] == found


@pytest.mark.parametrize(
    ("who", "company", "each"), [("manager", ["dispatcher", "worker"], 2), ("resident", ["neighbour"], 0)]
)
def test_what_company_costs(
    world: World, sign_in: Callable[..., Client], statements: Any, who: str, company: list[str], each: int
) -> None:
    """A post is for its own person's eyes only; the residents of a compound are read once for all, as the rest is."""
    taken = []
    for names in ([who], [who] * 28, [who, *company]):
        asked = [(key_of(sign_in(world.here, name)), [f"here/{BOARD}"]) for name in names]
        with statements() as seen:
            assert None not in queries.admit_all(asked)
        taken.append(len(seen))
    # Twenty-eight sessions of one person are one standing.
    assert [count - taken[0] for count in taken] == [0, 0, each * len(company)]


def _expire(session: Session, _person: Person) -> None:
    session.expire_date = timezone.now() - timedelta(seconds=1)
    session.save()


def _shut_out(_session: Session, person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(is_active=False)


def _change_password(_session: Session, person: Person) -> None:
    person.set_password("another")
    person.save()


def _end(session: Session, _person: Person) -> None:
    session.delete()


def _forge(session: Session, _person: Person) -> None:
    said = session.get_decoded() | {HASH_SESSION_KEY: "forged"}
    session.session_data = Session.get_session_store_class()().encode(said)
    session.save()


@pytest.mark.parametrize("what", [_expire, _shut_out, _change_password, _end, _forge])
def test_who_is_no_longer_signed_in(
    world: World, sign_in: Callable[..., Client], what: Callable[[Session, Person], None]
) -> None:
    manager, other = sign_in(world.here, "manager"), sign_in(world.here, "dispatcher")
    key = key_of(manager)
    assert set(sessions.signed_in([key, key_of(other), "x", "../../etc", ""])) == {key, key_of(other)}
    what(Session.objects.get(session_key=key), world.here.people["manager"])
    cache.clear()  # what ends a session also takes it from the cache
    assert set(sessions.signed_in([key, key_of(other)])) == {key_of(other)}


def test_sessions_are_read_once_for_all_and_kept(world: World, sign_in: Callable[..., Client], statements: Any) -> None:
    keys = [key_of(sign_in(world.here, who)) for who in ("manager", "dispatcher", "worker")]
    cache.clear()
    for expected in (2, 1):  # from the table, then from the cache; the people each time
        with statements() as seen:
            assert set(sessions.signed_in(keys)) == set(keys)
        assert len(seen) == expected


def test_one_that_breaks_spoils_nobody_elses(
    committed_db: str, world: World, sign_in: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    manager, dispatcher = sign_in(world.here, "manager"), sign_in(world.here, "dispatcher")
    broken = world.here.people["dispatcher"].pk
    find, together = queries.find_actor, []

    def failing(**asked: Any) -> Any:
        if asked["person_id"] == broken:
            raise LookupError
        return find(**asked)

    admit_all = queries.admit_all
    monkeypatch.setattr(queries, "find_actor", failing)
    monkeypatch.setattr(queries, "admit_all", lambda asked: together.append(len(asked)) or admit_all(asked))  # type: ignore[func-returns-value]

    async def play() -> None:
        async def ask(client: Client, topic: str) -> Any:
            return await sockets.admissions.ask(key_of_client[client], frozenset({topic}))

        key_of_client = {manager: keys[0], dispatcher: keys[1]}
        addresses = [f"here/{BOARD}", f"here/{CASE}:1", f"here/{CASE}:2"]
        asking = [ask(client, topic) for topic in addresses for client in (manager, dispatcher)]
        answers = await asyncio.gather(*asking, return_exceptions=True)
        assert [type(one) for one in answers] == [queries.Admission, LookupError] * 3

    async def failed_for_all() -> None:
        asking = [sockets.admissions.ask(keys[0], frozenset({f"here/{CASE}:{n}"})) for n in range(3)]
        answers = await asyncio.gather(*asking, return_exceptions=True)
        assert [type(one) for one in answers] == [OperationalError] * 3

    keys = [key_of(manager), key_of(dispatcher)]
    run(play())
    assert max(together) > 1

    def gone(asked: Any) -> Any:
        together.append(len(asked))
        raise OperationalError

    sockets.admissions.forget()
    together.clear()
    monkeypatch.setattr(queries, "admit_all", gone)
    run(failed_for_all())
    assert sum(together) == 3  # each was asked once
    sockets.admissions.forget()
    monkeypatch.setattr(queries, "admit_all", admit_all)

    async def refused() -> None:
        socket = Socket(cookie=keys[1])
        await socket.open()
        socket.put({"type": "subscribe", "topics": {f"here/{BOARD}": 0}})
        assert await socket.closed() == (sockets.TRY_LATER, "try again later")

    run(refused())
