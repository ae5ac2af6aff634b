"""Passes: what a hall screen may watch, by socket and by polling, and its end."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from live import admission, sockets, topics
from live.admission import Bearer
from tenancy.scope import has_scope, scope
from tests.live.test_sockets import BOARD, CASE, Socket, announce, elsewhere, run
from tests.world import CANARY, World

URL = "/live/pass/"
TOKEN = "Zm9v-screen_1"


@pytest.fixture(autouse=True)
def _topics() -> Iterator[None]:
    before = dict(topics._definitions)
    for name in (BOARD, CASE):
        topics.register(name, may_watch=lambda _actor, _compound, _key: False)
    yield
    topics._definitions.clear()
    topics._definitions.update(before)
    sockets.admissions.forget()


@pytest.fixture
def tokens() -> Iterator[dict[str, Bearer]]:
    """What tokens of the kind ``test`` open, at the moment."""
    found: dict[str, Bearer] = {}

    def resolve(token: str) -> Bearer | None:
        assert not has_scope()
        return found.get(token)

    admission.register("test", resolve)
    yield found
    del admission._kinds["test"]


def screen(world: World) -> Bearer:
    return Bearer("7", world.here.compound.pk, "here", frozenset({BOARD}))


class Passed(Socket):
    """A socket that says a pass in its address."""

    def __init__(self, text: str, *, cookie: str = "") -> None:
        super().__init__(cookie=cookie)
        self.scope["query_string"] = f"pass={text}".encode()


@pytest.mark.parametrize("kind", ["", "Screen", "a:b", "x" * 21])
def test_a_kind_is_a_word(kind: str) -> None:
    with pytest.raises(ValueError, match="no kind of pass"):
        admission.register(kind, lambda _token: None)


def test_a_pass_watches_what_it_opens(committed_db: str, world: World, tokens: dict[str, Bearer]) -> None:
    tokens[TOKEN] = screen(world)
    announce(world.here, n=1)

    async def play() -> None:
        socket = Passed(f"test:{TOKEN}")
        await socket.open()
        socket.put({"type": "subscribe", "topics": {f"here/{BOARD}": 0}})
        assert [event["payload"] for event in (await socket.frame())["events"]] == [{"n": 1}]
        await elsewhere(announce, world.there, text=CANARY)
        await elsewhere(announce, world.here, n=2)
        assert [event["payload"] for event in (await socket.frame())["events"]] == [{"n": 2}]
        socket.incoming.put_nowait({"type": "websocket.disconnect", "code": 1001})

    run(play())


@pytest.mark.parametrize("address", [f"there/{BOARD}", f"here/{CASE}", "here/test.unknown", "nowhere", ""])
def test_nothing_else(committed_db: str, world: World, tokens: dict[str, Bearer], address: str) -> None:
    tokens[TOKEN] = screen(world)

    async def play() -> None:
        socket = Passed(f"test:{TOKEN}")
        await socket.open()
        socket.put({"type": "subscribe", "topics": {f"here/{BOARD}": 0, address: 0}})
        assert await socket.closed() == (sockets.FOREIGN, address)

    run(play())


@pytest.mark.parametrize("text", ["test:unknown", "other:x", "test", "test:", "test:a b", "%00", "x" * 200])
def test_a_pass_that_opens_nothing(
    committed_db: str, world: World, sign_in: Callable[..., Client], tokens: dict[str, Bearer], text: str
) -> None:
    tokens[TOKEN] = screen(world)
    manager = sign_in(world.here, "manager")

    async def play() -> None:
        # A session beside it does not help: the page says itself whom it is open for.
        socket = Passed(text, cookie=str(manager.session.session_key))
        await socket.open()
        socket.put({"type": "subscribe", "topics": {f"here/{BOARD}": 0}})
        assert (await socket.closed())[0] == sockets.SIGNED_OUT

    run(play())
    asked: dict[str, str | int] = {"pass": text, "topic": f"here/{BOARD}", "after": 0}
    assert Client().get(URL, asked).status_code == 401
    assert manager.get(URL, asked).status_code == 401


def test_revoked_it_is_closed_at_once(
    committed_db: str, world: World, sign_in: Callable[..., Client], tokens: dict[str, Bearer]
) -> None:
    tokens[TOKEN] = screen(world)
    tokens["other"] = Bearer("8", world.here.compound.pk, "here", frozenset({BOARD}))

    def end() -> None:
        with scope(world.here.compound.pk):
            del tokens[TOKEN]
            admission.revoke("test", "7")

    async def play() -> None:
        gone, kept = Passed(f"test:{TOKEN}"), Passed("test:other")
        for one in (gone, kept):
            await one.open()
            one.put({"type": "subscribe", "topics": {f"here/{BOARD}": 0}})
            await one.frame()
        await elsewhere(end)
        assert await gone.closed() == (sockets.SIGNED_OUT, "rights changed")
        again = Passed(f"test:{TOKEN}")
        await again.open()
        again.put({"type": "subscribe", "topics": {f"here/{BOARD}": 0}})
        assert await again.closed() == (sockets.SIGNED_OUT, "signed out")
        await elsewhere(announce, world.here, n=1)
        assert (await kept.frame())["seq"] == 1
        kept.incoming.put_nowait({"type": "websocket.disconnect", "code": 1001})

    run(play())


def test_without_a_word_it_ends_at_the_next_round(
    committed_db: str, world: World, tokens: dict[str, Bearer], monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens[TOKEN] = screen(world)
    monkeypatch.setattr(sockets, "RECHECK_SECONDS", 0)
    monkeypatch.setattr(sockets, "ADMISSION_SECONDS", 0)

    async def play() -> None:
        socket = Passed(f"test:{TOKEN}")
        await socket.open()
        socket.put({"type": "subscribe", "topics": {f"here/{BOARD}": 0}})
        await socket.frame()
        del tokens[TOKEN]
        assert await socket.closed() == (sockets.SIGNED_OUT, "rights ended")

    run(play())


def test_polling_by_pass(world: World, sign_in: Callable[..., Client], tokens: dict[str, Bearer]) -> None:
    tokens[TOKEN] = screen(world)
    announce(world.here, n=1)
    announce(world.there, text=CANARY)
    asked: dict[str, str | int] = {"pass": f"test:{TOKEN}", "topic": f"here/{BOARD}", "after": 0}
    # Whoever is signed in beside it, even for another compound, sees what the pass opens and no more.
    for client in (Client(), sign_in(world.here, "resident"), sign_in(world.there, "manager")):
        (frame,) = client.get(URL, asked).json()["frames"]
        assert [event["payload"] for event in frame["events"]] == [{"n": 1}]
        assert client.get(URL, {**asked, "topic": f"there/{BOARD}"}).json() == {
            "error": "not_found",
            "topic": f"there/{BOARD}",
        }
    assert Client().get(URL, {**asked, "after": "x"}).status_code == 400
    del tokens[TOKEN]
    assert Client().get(URL, asked).status_code == 401


def test_polling_by_pass_asks_the_same_for_one_and_for_thirty(
    world: World, tokens: dict[str, Bearer], statements: Callable[[], Any]
) -> None:
    tokens[TOKEN] = screen(world)
    for more, total in ((1, 1), (29, 30)):
        for n in range(more):
            announce(world.here, n=n)
        cache.clear()
        with statements() as seen:
            answer = Client().get(URL, {"pass": f"test:{TOKEN}", "topic": f"here/{BOARD}", "after": "0"})
        assert len(answer.json()["frames"][0]["events"]) == total
        assert len(seen) == 5
