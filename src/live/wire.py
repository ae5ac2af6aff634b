"""uvicorn's WebSocket protocol, with a short way for what goes to ten thousand sockets alike.

By ASGI every send builds its frame anew and goes through a coroutine; here the hub hands over a frame that was built once
(``scope["extensions"][FRAMES]``). What a connection needs for its handshake alone is let go with it. Every other server
works too, by ASGI alone. ``config.serve`` and ``config.run`` name this class to uvicorn.
"""

import asyncio
import struct
from typing import Any

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


class Protocol(WebSocketsSansIOProtocol):
    """A connection that also takes finished frames."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let fewer bytes wait in this process for a socket that does not take them: the backlog is bounded by frames."""
        super().connection_made(transport)
        self.transport.set_write_buffer_limits(high=HIGH_WATER)

    async def run_asgi(self) -> None:
        """Tell the application of the short way, then run it."""
        extensions: dict[str, Any] = self.scope["extensions"]
        extensions[FRAMES] = self.write_frame
        await super().run_asgi()

    def write_frame(self, frame: bytes) -> bool:
        """Write a finished frame if the socket takes it now; False when it is full, closing or gone, or compresses.

        Then the same message by ``send`` waits for it, or says what is wrong.
        """
        if self.close_sent or self.disconnected or not self.writable.is_set() or self.conn.extensions:
            return False
        self.transport.write(frame)
        return True
