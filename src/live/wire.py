"""uvicorn's WebSocket protocol, leaner, with a short way for what goes to ten thousand sockets alike.

By ASGI every send builds its frame anew and goes through a coroutine; here the hub hands over a frame that was built once
(``scope["extensions"][FRAMES]``). What a connection needs for its handshake alone is let go with it, and its queue and event
are made for the one task that waits: 11 of 28 KiB a socket. Every other server works too, by ASGI alone. ``config.serve``
and ``config.run`` name this class to uvicorn.
"""

import asyncio
import struct
from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

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

    async def run_asgi(self) -> None:
        """Tell the application of the short way, then run it."""
        extensions: dict[str, Any] = self.scope["extensions"]
        extensions[FRAMES] = self.write_frame
        await super().run_asgi()

    def start_keepalive(self) -> None:
        """The handshake is over: let go what only it needed."""
        super().start_keepalive()
        self.ready = not self.conn.extensions
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
