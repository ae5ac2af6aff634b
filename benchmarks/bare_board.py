"""The floor of the live board in Python: a protocol that writes one finished frame to every socket. No sessions, no rights.

``GET /bench/announce?<n>&<size>`` sends to all; any other request is a handshake.

usage: python -m benchmarks.bare_board PORT
"""

import asyncio
import base64
import hashlib
import sys
from datetime import UTC, datetime
from typing import cast

import uvloop

from live.frames import event_text, events_frame

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
watchers: dict[asyncio.Transport, None] = {}


class Socket(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        watchers.pop(self.transport, None)

    def data_received(self, data: bytes) -> None:
        if not data.startswith(b"GET "):
            return  # what browsers say
        if data.startswith(b"GET /bench/announce?"):
            number, size = map(int, data.split(b" ", 2)[1].partition(b"?")[2].split(b"&"))
            tell(number, size)
            self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            return
        lines = (line.partition(b": ") for line in data.split(b"\r\n"))
        key = next(value for name, _, value in lines if name.lower() == b"sec-websocket-key")
        accept = base64.b64encode(hashlib.sha1(key + GUID).digest())  # noqa: S324  the protocol asks for it
        self.transport.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
        )
        watchers[self.transport] = None


def tell(number: int, size: int) -> None:
    """Build the frame that the portal would send, and write it to all."""
    text = event_text(seq=1, kind="published", payload={"n": number, "text": "x" * size}, at=datetime.now(UTC))
    body = events_frame("bench0/notices", 1, [text]).encode()
    frame = bytes([0x81, 126]) + len(body).to_bytes(2, "big") + body
    for transport in watchers:
        transport.write(frame)


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(Socket, "127.0.0.1", int(sys.argv[1]), backlog=4096)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main())
