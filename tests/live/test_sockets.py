"""The socket, from handshake to close, through Channels' routing and over committed rows."""

import asyncio
import contextlib
import json
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from config.routing import websocket
from live import actions, relay, sockets, topics
from tenancy.actor import Actor
from tenancy.scope import scope
from tests.world import World

BOARD, CASE = "test.board", "test.case"


@pytest.fixture(autouse=True)
def _topics() -> Iterator[None]:
    before = dict(topics._definitions)
    topics.register(BOARD, may_watch=lambda actor, _compound, _key: actor.party == "company")
    topics.register(CASE, may_watch=lambda actor, _compound, key: key == str(actor.person_id), keyed=True)
    yield
    topics._definitions.clear()
    topics._definitions.update(before)
    sockets.admissions.forget()


@pytest.fixture
def live_world(committed_db: str, world: World) -> World:
    return world


class Socket:
    """The browser's end of one ASGI socket."""

    def __init__(self, *, cookie: str, origin: str = "http://portal.test") -> None:
        headers = [(b"host", b"portal.test"), (b"origin", origin.encode())]
        if cookie:
            headers.append((b"cookie", f"sessionid={cookie}".encode()))
        self.scope = {
            "type": "websocket",
            "path": "/live/ws/",
            "headers": headers,
            "query_string": b"",
            "subprotocols": [],
        }
        self.incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.outgoing: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.task: asyncio.Task[None] | None = None

    async def open(self) -> dict[str, Any]:
        self.incoming.put_nowait({"type": "websocket.connect"})
        self.task = asyncio.ensure_future(websocket(self.scope, self.incoming.get, self.outgoing.put))
        return await self.get()

    async def get(self) -> dict[str, Any]:
        return await asyncio.wait_for(self.outgoing.get(), 5)

    async def frame(self) -> dict[str, Any]:
        message = await self.get()
        assert message["type"] == "websocket.send", message
        read: dict[str, Any] = json.loads(message["text"])
        return read

    def put(self, frame: object) -> None:
        text = frame if isinstance(frame, str) else json.dumps(frame)
        self.incoming.put_nowait({"type": "websocket.receive", "text": text})

    async def subscribe(self, **numbers: int | None) -> None:
        self.put({"type": "subscribe", "topics": numbers})

    async def closed(self) -> tuple[int, str]:
        while (message := await self.get())["type"] != "websocket.close":
            pass
        assert self.task is not None
        await asyncio.wait([self.task], timeout=5)
        assert self.task.done()
        return message["code"], message.get("reason", "")


@asynccontextmanager
async def opened(client: Client | None, **kwargs: Any) -> AsyncIterator[Socket]:
    socket = Socket(cookie=client.session.session_key if client else "", **kwargs)
    assert (await socket.open())["type"] == "websocket.accept"
    yield socket
    socket.incoming.put_nowait({"type": "websocket.disconnect", "code": 1001})
    assert socket.task is not None
    await asyncio.wait([socket.task], timeout=5)


def run(play: Coroutine[Any, Any, None]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(20):
            await play

    asyncio.run(bounded())


async def elsewhere(function: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
    """Run something with the database in another thread, as a worker does."""

    def run_and_close() -> None:
        try:
            function(*args, **kwargs)
        finally:
            connection.close()

    await asyncio.to_thread(run_and_close)


def announce(side: Any, topic: str = BOARD, **payload: Any) -> None:
    with scope(side.compound.pk):
        actions.announce(compound_id=side.compound.pk, topic=topic, kind="changed", payload=payload, now=timezone.now())


def test_catches_up_and_then_goes_on(live_world: World, sign_in: Callable[..., Client]) -> None:
    manager = sign_in(live_world.here, "manager")
    announce(live_world.here, n=1)
    announce(live_world.here, n=2)

    async def play() -> None:
        async with opened(manager) as socket:
            socket.put({"type": "subscribe", "topics": {f"here/{BOARD}": 1}})
            first = await socket.frame()
            assert (first["type"], first["topic"], first["seq"]) == ("events", f"here/{BOARD}", 2)
            assert [event["payload"] for event in first["events"]] == [{"n": 2}]
            await elsewhere(announce, live_world.here, n=3)
            await elsewhere(announce, live_world.there, n=99)
            second = await socket.frame()
            assert [(e["seq"], e["kind"], e["payload"]) for e in second["events"]] == [(3, "changed", {"n": 3})]
            socket.put({"type": "ping"})
            assert await socket.frame() == {"type": "pong"}

    run(play())


def test_many_worker_threads_at_once_arrive_in_order(live_world: World, sign_in: Callable[..., Client]) -> None:
    manager = sign_in(live_world.here, "manager")

    def announce_some() -> None:
        for _ in range(10):
            announce(live_world.here)
        connection.close()

    async def play() -> None:
        async with opened(manager) as socket:
            socket.put({"type": "subscribe", "topics": {f"here/{BOARD}": 0}})
            await socket.frame()
            threads = [threading.Thread(target=announce_some) for _ in range(4)]
            for thread in threads:
                thread.start()
            seen: list[int] = []
            while len(seen) < 40:
                seen += [event["seq"] for event in (await socket.frame())["events"]]
            assert seen == list(range(1, 41))
            for thread in threads:
                await asyncio.to_thread(thread.join)

    run(play())


def test_an_announcement_rolled_back_is_never_heard(live_world: World, sign_in: Callable[..., Client]) -> None:
    manager = sign_in(live_world.here, "manager")

    def fail() -> None:
        with contextlib.suppress(LookupError), scope(live_world.here.compound.pk):
            announce(live_world.here, n=1)
            raise LookupError

    async def play() -> None:
        async with opened(manager) as socket:
            socket.put({"type": "subscribe", "topics": {f"here/{BOARD}": None}})
            await socket.frame()
            await elsewhere(fail)
            await elsewhere(announce, live_world.here, n=2)
            assert [(e["seq"], e["payload"]) for e in (await socket.frame())["events"]] == [(1, {"n": 2})]

    run(play())


@pytest.mark.parametrize(
    "address",
    [
        f"there/{BOARD}",
        f"nowhere/{BOARD}",
        "here/test.unknown",
        f"here/{BOARD}:1",
        f"here/{CASE}:0",
        "here",
        "../x/y",
        "",
    ],
)
def test_foreign_absent_and_unknown_topics_are_refused_alike(
    live_world: World, sign_in: Callable[..., Client], address: str
) -> None:
    manager = sign_in(live_world.here, "manager")

    async def play() -> None:
        async with opened(manager) as socket:
            socket.put({"type": "subscribe", "topics": {address: 0}})
            assert await socket.closed() == (sockets.FOREIGN, address)

    run(play())


def test_rights_follow_the_role(live_world: World, sign_in: Callable[..., Client]) -> None:
    resident = sign_in(live_world.here, "resident")
    person = live_world.here.people["resident"].pk

    async def play() -> None:
        async with opened(resident) as socket:
            socket.put({"type": "subscribe", "topics": {f"here/{CASE}:{person}": 0}})
            assert (await socket.frame())["seq"] == 0
            socket.put({"type": "subscribe", "topics": {f"here/{BOARD}": 0}})
            assert await socket.closed() == (sockets.FOREIGN, f"here/{BOARD}")

    run(play())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", sockets.MALFORMED),
        ("[]", sockets.MALFORMED),
        ('{"type": "subscribe"}', sockets.MALFORMED),
        ('{"type": "subscribe", "topics": {}}', sockets.MALFORMED),
        ('{"type": "subscribe", "topics": {"here/test.board": -1}}', sockets.MALFORMED),
        ('{"type": "subscribe", "topics": {"here/test.board": true}}', sockets.MALFORMED),
        ('{"type": "subscribe", "topics": {"here/test.board": "1; DROP"}}', sockets.MALFORMED),
        ('{"type": "publish"}', sockets.MALFORMED),
        ("[" * 4000, sockets.MALFORMED),
        ("x" * 5000, sockets.TOO_BIG),
        (json.dumps({"type": "subscribe", "topics": {f"h/{n}": 0 for n in range(31)}}), sockets.TOO_MANY),
    ],
)
def test_bad_frames_end_the_conversation(
    live_world: World, sign_in: Callable[..., Client], text: str, code: int
) -> None:
    manager = sign_in(live_world.here, "manager")

    async def play() -> None:
        async with opened(manager) as socket:
            socket.put(text)
            assert (await socket.closed())[0] == code

    run(play())


def test_too_many_frames_and_bytes(live_world: World, sign_in: Callable[..., Client]) -> None:
    manager = sign_in(live_world.here, "manager")

    async def play() -> None:
        async with opened(manager) as socket:
            for _ in range(40):
                socket.put({"type": "ping"})
            assert (await socket.closed())[0] == sockets.TOO_MANY
        async with opened(manager) as socket:
            socket.incoming.put_nowait({"type": "websocket.receive", "bytes": b"x"})
            assert (await socket.closed())[0] == sockets.MALFORMED

    run(play())


def test_other_origins_are_refused_before_the_handshake(live_world: World, sign_in: Callable[..., Client]) -> None:
    manager = sign_in(live_world.here, "manager")

    async def play() -> None:
        for origin in ("https://evil.test", "http://portal.test:8001", ""):
            socket = Socket(cookie=str(manager.session.session_key), origin=origin)
            assert (await socket.open())["type"] == "websocket.close"

    run(play())


def test_nobody_and_an_expired_session_are_told_so(live_world: World, sign_in: Callable[..., Client]) -> None:
    manager = sign_in(live_world.here, "manager")
    cookie = str(manager.session.session_key)
    manager.logout()

    async def play() -> None:
        async with opened(None) as socket:
            assert (await socket.closed())[0] == sockets.SIGNED_OUT
        expired = Socket(cookie=cookie)
        await expired.open()
        expired.put({"type": "subscribe", "topics": {f"here/{BOARD}": 0}})
        assert (await expired.closed())[0] == sockets.SIGNED_OUT

    run(play())


def test_a_session_that_ends_is_closed_at_the_next_round(
    live_world: World, sign_in: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    manager, dispatcher = sign_in(live_world.here, "manager"), sign_in(live_world.here, "dispatcher")
    monkeypatch.setattr(sockets, "RECHECK_SECONDS", 0)
    monkeypatch.setattr(sockets, "ADMISSION_SECONDS", 0)

    async def play() -> None:
        async with opened(manager) as socket, opened(dispatcher) as other:
            for one in (socket, other):
                one.put({"type": "subscribe", "topics": {f"here/{BOARD}": 0}})
                await one.frame()
            await elsewhere(manager.logout)
            assert await socket.closed() == (sockets.SIGNED_OUT, "rights ended")
            await elsewhere(announce, live_world.here)
            assert (await other.frame())["seq"] == 1

    run(play())


def test_a_revoked_person_is_closed_at_once(live_world: World, sign_in: Callable[..., Client]) -> None:
    manager = sign_in(live_world.here, "manager")
    person = live_world.here.people["manager"].pk

    def revoke() -> None:
        with scope(live_world.here.compound.pk):
            actions.revoke(person_id=person)

    async def play() -> None:
        async with opened(manager) as socket:
            socket.put({"type": "subscribe", "topics": {f"here/{BOARD}": 0}})
            await socket.frame()
            await elsewhere(revoke)
            assert (await socket.closed())[0] == sockets.SIGNED_OUT

    run(play())


def test_a_session_revoked_from_the_list_is_closed_at_once(live_world: World, sign_in: Callable[..., Client]) -> None:
    from accounts import sessions

    phone, desk = sign_in(live_world.here, "manager"), sign_in(live_world.here, "manager")
    lost = str(phone.session.session_key)

    async def play() -> None:
        async with opened(phone) as revoked, opened(desk) as kept:
            for one in (revoked, kept):
                one.put({"type": "subscribe", "topics": {f"here/{BOARD}": 0}})
                await one.frame()
            await elsewhere(sessions.announce, [lost])
            assert (await revoked.closed())[0] == sockets.SIGNED_OUT
            await elsewhere(announce, live_world.here)
            assert (await kept.frame())["seq"] == 1

    run(play())


def test_silence_is_ended(live_world: World, sign_in: Callable[..., Client], monkeypatch: pytest.MonkeyPatch) -> None:
    manager = sign_in(live_world.here, "manager")
    monkeypatch.setattr(sockets, "SILENCE_SECONDS", 0)

    async def play() -> None:
        async with opened(manager) as socket:
            assert (await socket.closed())[0] == sockets.SILENT

    run(play())


def test_the_database_is_asked_once_for_many_sockets(
    live_world: World, sign_in: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    manager = sign_in(live_world.here, "manager")
    asked: list[str] = []
    through = sockets._with_database

    def counted(function: Callable[..., Any], *args: Any) -> Any:
        asked.append(function.__name__)
        return through(function, *args)

    monkeypatch.setattr(sockets, "_with_database", counted)

    async def play() -> None:
        many = [Socket(cookie=str(manager.session.session_key)) for _ in range(50)]
        for socket in many:
            await socket.open()
            socket.put({"type": "subscribe", "topics": {f"here/{BOARD}": 0}})
        for socket in many:
            await socket.frame()
        await elsewhere(announce, live_world.here)
        for socket in many:
            assert (await socket.frame())["seq"] == 1
        assert sorted(asked) == ["admit_all", "read_scoped"]

    run(play())


def test_a_lost_message_is_found_by_comparing_heads(
    live_world: World, sign_in: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    manager = sign_in(live_world.here, "manager")

    async def play() -> None:
        async with opened(manager) as socket:
            socket.put({"type": "subscribe", "topics": {f"here/{BOARD}": 0}})
            await socket.frame()
            with monkeypatch.context() as patch:
                patch.setattr(relay, "publish", lambda _message: None)
                await elsewhere(announce, live_world.here, n=1)
            await sockets.hub.heal()
            assert [e["payload"] for e in (await socket.frame())["events"]] == [{"n": 1}]

    run(play())


def test_may_watch_is_never_asked_about_a_compound_outside_the_standing(live_world: World) -> None:
    actor: Actor = live_world.here.actor("manager")
    assert topics.may_watch(actor, live_world.here.compound.pk, BOARD)
    assert not topics.may_watch(actor, live_world.there.compound.pk, BOARD)
