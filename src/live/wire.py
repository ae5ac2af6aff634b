"""uvicorn's WebSocket protocol, leaner, with a short way for what goes to ten thousand sockets alike.

By ASGI every send builds its frame anew and goes through a coroutine; here the hub hands over a frame that was built once
(``scope["extensions"][FRAMES]``). What a connection needs for its handshake alone is let go with it, and its queue and event
are made for the one task that waits: 11 of 28 KiB a socket. ``Door`` knows an ordinary handshake by its first bytes, which
uvicorn would parse, write out again and parse a second time. Every other server works too, by ASGI alone. ``config.serve`` and
``config.run`` name both classes to uvicorn.
"""

import asyncio
import struct
from typing import Any, cast
from urllib.parse import unquote

from uvicorn.protocols.http.auto import AutoHTTPProtocol
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets import protocol as frames

from live.handshake import Handshake, ordinary

FRAMES = "live.frames"
HIGH_WATER = 16 * 1024
_SHORT, _MIDDLE = 126, 1 << 16


def text_frame(text: str) -> bytes:
    """A finished, unfragmented text frame as a server sends it (RFC 6455, 5.2)."""
    body = text.encode()
    size = len(body)
    if size < _SHORT:
        head = struct.pack("!BB", 0x81, size)
    elif size < _MIDDLE:
        head = struct.pack("!BBH", 0x81, 126, size)
    else:
        head = struct.pack("!BBQ", 0x81, 127, size)
    return head + body


class Inbox:
    """What one task waits for: as much of ``asyncio.Queue`` as uvicorn uses, without its three deques."""

    __slots__ = ("_messages", "_waiter")

    def __init__(self) -> None:
        self._messages: list[Any] = []
        self._waiter: asyncio.Future[None] | None = None

    def empty(self) -> bool:
        """Whether nothing waits to be taken."""
        return not self._messages

    def put_nowait(self, message: Any) -> None:
        """Put a message behind the others."""
        self._messages.append(message)
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def get(self) -> Any:
        """The next message, waiting until there is one. For one task at a time."""
        while not self._messages:
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        return self._messages.pop(0)


class Gate:
    """``asyncio.Event`` without a deque for as long as nobody waits."""

    __slots__ = ("_open", "_waiters")

    def __init__(self) -> None:
        self._open = False
        self._waiters: list[asyncio.Future[None]] | None = None

    def is_set(self) -> bool:
        """Whether it is open."""
        return self._open

    def set(self) -> None:
        """Open it for all who wait and who come."""
        self._open = True
        waiters, self._waiters = self._waiters, None
        for waiter in waiters or ():
            if not waiter.done():
                waiter.set_result(None)

    def clear(self) -> None:
        """Close it."""
        self._open = False

    async def wait(self) -> bool:
        """Pass, now or when it is opened."""
        if not self._open:
            waiter = asyncio.get_running_loop().create_future()
            self._waiters = [*(self._waiters or ()), waiter]
            await waiter
        return True


class Protocol(WebSocketsSansIOProtocol):
    """A connection that also takes finished frames."""

    answer = b""  # to an ordinary handshake, until it is accepted

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.queue = Inbox()  # type: ignore[assignment]
        self.writable = Gate()  # type: ignore[assignment]
        self.writable.set()
        # Whether a finished frame may be written now: one look for each of ten thousand sockets, whose state is in no cache.
        self.ready = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """As uvicorn's, without asking the kernel for addresses that nobody reads: each question is a turn for another thread.

        Fewer bytes wait in this process for a socket that does not take them: the backlog is bounded by frames.
        """
        self.connections.add(self)
        self.transport = cast("asyncio.Transport", transport)
        self.transport.set_write_buffer_limits(high=HIGH_WATER)
        self.scheme = "ws"  # whoever ends TLS stands before us

    def begin(self, handshake: Handshake) -> None:
        """Go on from an ordinary handshake, as uvicorn does from one that it has parsed itself."""
        self.answer = handshake.answer
        self.conn.parser.close()
        self.conn.parser = frames.Protocol.parse(self.conn)
        next(self.conn.parser)
        self.handshake_initiated = True
        self.scope = {
            "type": "websocket",
            "asgi": {"version": self.asgi_version, "spec_version": "2.4"},
            "http_version": "1.1",
            "scheme": self.scheme,
            "server": None,
            "client": None,
            "root_path": self.root_path,
            "path": self.root_path + unquote(handshake.path.decode("ascii")),
            "raw_path": self.root_path.encode("ascii") + handshake.path,
            "query_string": handshake.query,
            "headers": handshake.headers,
            "subprotocols": [],
            "state": self.app_state.copy(),
            "extensions": {"websocket.http.response": {}},
        }
        self.queue.put_nowait({"type": "websocket.connect"})
        task = self.loop.create_task(self.run_asgi())
        task.add_done_callback(self.on_task_complete)
        self.tasks.add(task)

    def data_received(self, data: bytes) -> None:
        """As uvicorn's, which leaves a handshake without an answer, and its own end stuck, when a line is too long."""
        super().data_received(data)
        if not self.handshake_initiated and self.conn.eof_sent:
            self.handshake_complete = self.close_sent = True
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.transport.close()

    async def run_asgi(self) -> None:
        """Tell the application of the short way, then run it."""
        extensions: dict[str, Any] = self.scope["extensions"]
        extensions[FRAMES] = self.write_frame
        await super().run_asgi()

    async def send(self, message: Any) -> None:
        """As uvicorn's; the answer to an ordinary handshake is ready."""
        if not self.answer or message["type"] != "websocket.accept":
            await super().send(message)
        elif self.disconnected:
            raise ClientDisconnected
        elif not self.transport.is_closing():
            said = [*self.default_headers, *message.get("headers", ())]
            self.handshake_complete, self.conn.state = True, frames.OPEN
            self.transport.write(b"%b%b\r\n" % (self.answer, b"".join(b"%b: %b\r\n" % one for one in said)))
            self.start_keepalive()

    def start_keepalive(self) -> None:
        """The handshake is over: let go what only it needed."""
        super().start_keepalive()
        self.ready = not self.conn.extensions
        if self.answer:
            self.answer = b""
        else:
            self.request.headers.clear()
            self.response.headers.clear()
        self.scope["headers"] = []

    def pause_writing(self) -> None:
        """Full: what comes now waits its turn in ``send``."""
        self.ready = False
        super().pause_writing()

    def resume_writing(self) -> None:
        """Read again."""
        super().resume_writing()
        self.ready = not (self.close_sent or self.disconnected or self.conn.extensions)

    def connection_lost(self, exc: Exception | None) -> None:
        """Undo what holds itself, so that all goes with the last reference: nobody looks through the others for garbage."""
        self.ready = False
        super().connection_lost(exc)
        self.conn.parser.close()
        if self.handshake_initiated:
            self.scope["extensions"].pop(FRAMES, None)

    def write_frame(self, frame: bytes) -> bool:
        """Write a finished frame if the socket takes it now; False when it is full, closing or gone, or compresses.

        Then the same message by ``send`` waits for it, or says what is wrong.
        """
        if not self.ready or self.close_sent:
            return False
        self.transport.write(frame)
        return True


class Door(asyncio.Protocol):
    """A connection until its first bytes: an ordinary handshake goes straight to ``Protocol``, all else to uvicorn's HTTP."""

    def __init__(
        self, config: Any, server_state: Any, app_state: dict[str, Any], _loop: asyncio.AbstractEventLoop | None = None
    ) -> None:
        self._given = {"config": config, "server_state": server_state, "app_state": app_state, "_loop": _loop}
        self._known = server_state.connections

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for what is asked for."""
        self._transport = cast("asyncio.Transport", transport)
        self._known.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Gone without a word."""
        self._known.discard(self)

    def shutdown(self) -> None:
        """The server ends, and nothing has been asked for."""
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        """Make way for the protocol that these bytes belong to."""
        self._known.discard(self)
        # Whether to compress is for the longer way to negotiate.
        handshake = None if self._given["config"].ws_per_message_deflate else ordinary(data)
        if handshake is None:
            self._become(AutoHTTPProtocol(**self._given)).data_received(data)
        else:
            self._become(Protocol(**self._given)).begin(handshake)

    def _become(self, protocol: Any) -> Any:
        self._transport.set_protocol(protocol)
        protocol.connection_made(self._transport)
        return protocol
