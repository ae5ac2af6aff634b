"""The protocol under uvicorn: finished frames are what uvicorn would have sent, and nothing of a socket outlives it."""

import asyncio
import gc
import weakref
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
import websockets

from live import wire
from live.wire import Gate, Inbox, Protocol


class Portal:
    """An ASGI application that keeps what it was given, and ends when the browser goes."""

    def __init__(self) -> None:
        self.write: Any = None
        self.send: Any = None
        self.ended = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.write, self.send = scope["extensions"][wire.FRAMES], send
        await receive()
        await send({"type": "websocket.accept"})
        while (await receive())["type"] != "websocket.disconnect":
            pass
        self.write = self.send = None
        self.ended.set()


@asynccontextmanager
async def served(application: Any, **options: Any) -> AsyncIterator[int]:
    """The application under uvicorn, with the options of the portal; yields the port."""
    told: dict[str, Any] = {
        "http": "live.wire:Door",
        "ws": "live.wire:Protocol",
        "ws_per_message_deflate": False,
        "ws_max_size": 8192,
    }
    config = uvicorn.Config(application, port=0, log_config=None, lifespan="off", **told | options)
    server = uvicorn.Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        await server.shutdown()


def run(play: Any) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(20):
            await play

    asyncio.run(bounded())


@pytest.mark.parametrize("size", [0, 1, 125, 126, 4000, 65535, 65536, 100_000])
def test_a_finished_frame_is_the_text(size: int) -> None:
    async def play() -> None:
        portal, text = Portal(), "公" * (size // 3) + "x" * (size % 3)
        async with (
            served(portal) as port,
            websockets.connect(f"ws://127.0.0.1:{port}/", compression=None, max_size=None) as browser,
        ):
            frame = wire.text_frame(text)
            assert len(text.encode()) == size
            assert portal.write(frame)
            assert await browser.recv() == text
            await portal.send({"type": "websocket.send", "text": text})
            assert await browser.recv() == text

    run(play())


def test_no_finished_frame_for_a_socket_that_compresses_or_is_closing() -> None:
    async def play() -> None:
        portal = Portal()
        async with served(portal, ws_per_message_deflate=True) as port, websockets.connect(f"ws://127.0.0.1:{port}/"):
            assert not portal.write(wire.text_frame("x"))
        portal = Portal()
        async with (
            served(portal) as port,
            websockets.connect(f"ws://127.0.0.1:{port}/", compression=None) as browser,
        ):
            write = portal.write
            await portal.send({"type": "websocket.close", "code": 4401, "reason": "signed out"})
            assert not write(wire.text_frame("x"))
            with pytest.raises(websockets.ConnectionClosed):
                await browser.recv()
            assert (browser.close_code, browser.close_reason) == (4401, "signed out")

    run(play())


def test_a_full_socket_takes_no_finished_frame_until_it_is_read() -> None:
    async def play() -> None:
        portal = Portal()
        async with (
            served(portal) as port,
            websockets.connect(f"ws://127.0.0.1:{port}/", compression=None, max_queue=1) as browser,
        ):
            frame, given = wire.text_frame("x" * 60_000), 0
            while portal.write(frame):
                given += 1
                assert given < 10_000
            late = asyncio.ensure_future(portal.send({"type": "websocket.send", "text": "late"}))
            await asyncio.sleep(0)
            assert not late.done()
            for _ in range(given):
                assert len(await browser.recv()) == 60_000
            assert await browser.recv() == "late"
            await late
            assert portal.write(wire.text_frame("again"))
            assert await browser.recv() == "again"

    run(play())


def test_a_huge_frame_is_refused_before_it_is_read() -> None:
    async def play() -> None:
        portal = Portal()
        async with served(portal) as port, websockets.connect(f"ws://127.0.0.1:{port}/", compression=None) as browser:
            await browser.send("x" * 9000)
            with pytest.raises(websockets.ConnectionClosed):
                await browser.recv()
            assert browser.close_code == 1009

    run(play())


@pytest.mark.parametrize("gone", [False, True])
def test_nothing_of_a_socket_outlives_it(gone: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the garbage collector: with ten thousand sockets each of its rounds would hold everybody up."""
    made: list[weakref.ref[Protocol]] = []
    begin = Protocol.__init__

    def noted(self: Protocol, *args: Any, **kwargs: Any) -> None:
        begin(self, *args, **kwargs)
        made.append(weakref.ref(self))

    monkeypatch.setattr(Protocol, "__init__", noted)

    async def play() -> None:
        portal = Portal()
        async with served(portal) as port:
            gc.collect()
            gc.disable()
            try:
                browser = await websockets.connect(f"ws://127.0.0.1:{port}/", compression=None)
                await browser.send("a")
                conn = weakref.ref(made[0]().conn)  # type: ignore[union-attr]
                if gone:
                    browser.transport.abort()
                else:
                    await browser.close()
                await portal.ended.wait()
                for _ in range(50):
                    await asyncio.sleep(0.01)
                    if made[0]() is None:
                        break
                assert made[0]() is None
                assert conn() is None
            finally:
                gc.enable()

    run(play())


def test_an_inbox_gives_in_order_and_waits() -> None:
    async def play() -> None:
        inbox = Inbox()
        assert inbox.empty()
        waiting = asyncio.ensure_future(inbox.get())
        await asyncio.sleep(0)
        for n in range(3):
            inbox.put_nowait(n)
        assert [await waiting, await inbox.get(), await inbox.get()] == [0, 1, 2]
        assert inbox.empty()
        given_up = asyncio.ensure_future(inbox.get())
        await asyncio.sleep(0)
        given_up.cancel()
        await asyncio.gather(given_up, return_exceptions=True)
        inbox.put_nowait(3)
        assert await inbox.get() == 3

    run(play())


def test_a_gate_lets_all_through_when_it_opens() -> None:
    async def play() -> None:
        gate = Gate()
        waiting = [asyncio.ensure_future(gate.wait()) for _ in range(3)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        assert not gate.is_set()
        gate.set()
        await asyncio.gather(*waiting, return_exceptions=True)
        assert [one.cancelled() for one in waiting] == [True, False, False]
        assert gate.is_set()
        assert await gate.wait()
        gate.clear()
        assert not gate.is_set()

    run(play())
