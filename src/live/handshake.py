"""The handshake of a socket (RFC 6455, 4.2) as every browser sends it: read once, by one expression, and answered.

Only what is ordinary in every way is taken here: one piece, small, well-formed, each name once, all that is asked for and no
body. For anything else ``ordinary`` says None, and uvicorn's own way reads it, which is as strict and tells what is wrong.
"""

import base64
import hashlib
import re
from typing import NamedTuple

# Below what uvicorn's own way allows: it reads lines of so many bytes, and 128 of them.
LIMIT = 8192
_LINES = 100
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
# RFC 9112, 3 and 5: names are tokens, values hold no control character but the tab, no line goes on in the next.
_HEAD = re.compile(
    rb"GET (/[!\"$->@-~]*)(?:\?([!\"$-~]*))? HTTP/1\.1\r\n"
    rb"((?:[-!#$%&'*+.^_`|~0-9A-Za-z]+:[\t -~\x80-\xff]*\r\n)+)\r\n"
)
_KEY = re.compile(rb"[A-Za-z0-9+/]{21}[AQgw]==")  # 16 bytes
# With one of these there is more to decide.
_MORE = frozenset({b"content-length", b"transfer-encoding", b"sec-websocket-protocol"})


class Handshake(NamedTuple):
    """What was asked for, as an ASGI scope has it, and the head of the answer, to which headers and an empty line belong."""

    path: bytes
    query: bytes
    headers: list[tuple[bytes, bytes]]
    answer: bytes


def ordinary(data: bytes) -> Handshake | None:
    """The handshake that these bytes are, whole and nothing else; None when they are anything but an ordinary one."""
    match = _HEAD.fullmatch(data) if len(data) <= LIMIT else None
    if match is None:
        return None
    lines = [line.partition(b":") for line in match[3].split(b"\r\n")[:-1]]
    headers = [(name.lower(), value.strip(b" \t")) for name, _, value in lines]
    said = dict(headers)
    key = said.get(b"sec-websocket-key", b"")
    if (
        not len(said) == len(headers) <= _LINES
        or said.get(b"upgrade", b"").lower() != b"websocket"
        or said.get(b"connection", b"").lower() not in {b"upgrade", b"keep-alive, upgrade"}
        or said.get(b"sec-websocket-version") != b"13"
        or not _KEY.fullmatch(key)
        or not _MORE.isdisjoint(said)
    ):
        return None
    accept = base64.b64encode(hashlib.sha1(key + _GUID).digest())  # noqa: S324  the protocol asks for it
    answer = (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %b\r\n"
    )
    return Handshake(match[1], match[2] or b"", headers, answer % accept)
