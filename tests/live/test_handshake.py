"""The short way of an ordinary handshake: it takes nothing that the long way refuses, and answers alike."""

import asyncio
import base64
from typing import Any

import pytest
import websockets
from hypothesis import given
from hypothesis import strategies as st
from websockets.http11 import Request
from websockets.server import ServerProtocol

from benchmarks.crowd import handshake as of_a_phone
from live.handshake import LIMIT, ordinary
from tests.live.test_wire import Portal, run, served

KEY = "dGhlIHNhbXBsZSBub25jZQ=="  # RFC 6455, 1.3
LINES = {
    "Host": "portal.test",
    "Connection": "keep-alive, Upgrade",
    "Upgrade": "websocket",
    "Origin": "https://portal.test",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": KEY,
    "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits",
    "Cookie": "sessionid=abc; name=住户",
}


def told(first: str = "GET /live/ws/?pass=screen:a HTTP/1.1", *more: str, **changed: str | None) -> bytes:
    """A handshake with some lines changed (None: without it) and others at the end."""
    known = {name.replace("_", "-"): value for name, value in changed.items()}
    lines = {name: known.pop(name, value) for name, value in LINES.items()} | known
    said = [first, *(f"{name}: {value}" for name, value in lines.items() if value is not None), *more]
    return ("\r\n".join(said) + "\r\n\r\n").encode()


def long_way(data: bytes) -> ServerProtocol:
    """What ``websockets`` makes of the same bytes."""
    conn = ServerProtocol()
    conn.receive_data(data)
    return conn


def test_an_ordinary_one_is_read_as_the_long_way_reads_it() -> None:
    for data in (
        told(),
        of_a_phone("/live/ws/", "portal.test", "a=b"),
        told(Connection="upgrade", Upgrade="WebSocket"),
    ):
        found, conn = ordinary(data), long_way(data)
        (request,) = conn.events_received()
        assert found is not None
        assert isinstance(request, Request)
        asked = (found.path + b"?" + found.query).rstrip(b"?")
        assert asked == request.path.encode()
        assert found.headers == [
            (name.lower().encode(), value.encode("latin-1")) for name, value in request.headers.raw_items()
        ]
        answer = conn.accept(request)
        del answer.headers["Date"]
        assert found.answer + b"\r\n" == answer.serialize()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # TLS, at a port without
        told()[:-2],
        told() + b"\x81",
        told().replace(b"\r\n", b"\n"),
        told("POST /live/ws/ HTTP/1.1"),
        told("GET /live/ws/ HTTP/1.0"),
        told("GET /live/ws/ HTTP/2"),
        told("GET live/ws/ HTTP/1.1"),
        told("GET http://portal.test/live/ws/ HTTP/1.1"),
        told("GET /live/ws/#x HTTP/1.1"),
        told("GET /live/ws/ x HTTP/1.1"),
        told("GET  /live/ws/ HTTP/1.1"),
        told("GET /公告/ HTTP/1.1"),
        told(Connection="keep-alive"),
        told(Connection=None),
        told(Upgrade="h2c"),
        told(Upgrade="websocket, h2c"),
        told(Upgrade=None),
        told(Sec_WebSocket_Version="8"),
        told(Sec_WebSocket_Version=None),
        told(Sec_WebSocket_Key=None),
        told(Sec_WebSocket_Key="c2hvcnQ="),
        told(Sec_WebSocket_Key=KEY[:-3] + "x=="),
        told(Sec_WebSocket_Key=KEY + KEY),
        told(Sec_WebSocket_Protocol="chat"),
        told(Content_Length="5"),
        told(Transfer_Encoding="chunked"),
        told("GET /live/ws/ HTTP/1.1", "Origin: https://elsewhere.test"),
        told("GET /live/ws/ HTTP/1.1", "hOST: elsewhere.test"),
        told("GET /live/ws/ HTTP/1.1", " folded: into the last"),
        told("GET /live/ws/ HTTP/1.1", "Cookie2 : x"),
        told("GET /live/ws/ HTTP/1.1", "no colon"),
        told("GET /live/ws/ HTTP/1.1", ": no name"),
        told("GET /live/ws/ HTTP/1.1", "X: a\rb"),
        told("GET /live/ws/ HTTP/1.1", "X: a\nHost2: b"),
        told("GET /live/ws/ HTTP/1.1", "X: a\0b"),
        told("GET /live/ws/ HTTP/1.1", *(f"X-{n}: {n}" for n in range(100))),
        told("GET /live/ws/ HTTP/1.1", "X: " + "x" * LIMIT),
    ],
)
def test_anything_else_is_left_to_the_long_way(data: bytes) -> None:
    assert ordinary(data) is None


pieces = st.sampled_from(
    [b"\r\n", b"\n", b"\r", b" ", b"\t", b":", b"\0", b"\x7f", b"\xff", b"GET ", b"Host: b\r\n", b"?", b"#"]
)


@given(
    st.lists(
        st.tuples(st.integers(0, len(told())), st.integers(0, 30), st.one_of(pieces, st.binary(max_size=6))), max_size=3
    )
)
def test_nothing_is_taken_that_the_long_way_refuses(changes: list[tuple[int, int, bytes]]) -> None:
    data = told()
    for place, length, put in changes:
        data = data[:place] + put + data[place + length :]
    found = ordinary(data)
    if found is not None:
        conn = long_way(data)
        (request,) = conn.events_received()
        assert isinstance(request, Request)
        answer = conn.accept(request)
        assert answer.status_code == 101
        assert dict(found.headers)[b"host"] == answer_to(request, "Host")
        assert answer.headers["Sec-WebSocket-Accept"].encode() in found.answer


def answer_to(request: Request, name: str) -> bytes:
    return request.headers[name].encode("latin-1")


async def said_to(port: int, *parts: bytes, until: bytes = b"\r\n\r\n") -> bytes:
    """What a server answers to bytes in so many pieces."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for part in parts:
        writer.write(part)
        await writer.drain()
        await asyncio.sleep(0.01)
    try:
        return await (reader.readuntil(until) if until else reader.read())
    except asyncio.IncompleteReadError as cut:
        return cut.partial
    finally:
        writer.close()


@pytest.mark.parametrize("pieces", [1, 2, 7])
def test_whole_or_in_pieces_the_answer_is_the_same(pieces: int) -> None:
    class Marked(Portal):
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            await receive()
            await send({"type": "websocket.accept", "headers": [(b"x-portal", b"yes")]})

    async def play() -> None:
        async with served(Marked()) as port:
            data = told()
            step = len(data) // pieces + 1
            answer = await said_to(port, *(data[at : at + step] for at in range(0, len(data), step)))
            head, *lines = answer.lower().split(b"\r\n")[:-2]
            assert head == b"http/1.1 101 switching protocols"
            assert sorted(lines) == [
                b"connection: upgrade",
                b"sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=",
                b"upgrade: websocket",
                b"x-portal: yes",
            ]

    run(play())


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (told("POST /live/ws/ HTTP/1.1"), b"405"),
        (told(Sec_WebSocket_Key="c2hvcnQ="), b"400"),
        (told(Sec_WebSocket_Version="8"), b"400"),
        (told("GET /live/ws/ HTTP/1.1", "Origin: https://elsewhere.test"), b"400"),
        (told("GET /live/ws/ HTTP/1.1", "X: " + "x" * LIMIT), b"431"),
        (told("GET /live/ws/ HTTP/1.1", *(f"X-{n}: {n}" for n in range(200))), b"431"),
        (told("GET /" + "x" * LIMIT + " HTTP/1.1"), b"414"),
        (told("GET /live/ws/ HTTP/1.1", "no colon"), b"400"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", b"400"),
    ],
)
def test_what_is_wrong_is_refused_as_uvicorn_refuses_it(data: bytes, status: bytes) -> None:
    async def play() -> None:
        portal = Portal()
        async with served(portal) as port:
            assert (await said_to(port, data)).startswith(b"HTTP/1.1 " + status)
        assert portal.write is None

    run(play())


class Pages(Portal):
    """Answers pages too, and refuses one socket."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.scope = scope
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]})
            await send({"type": "http.response.body", "body": b"page"})
        elif scope["path"] == "/foreign":
            await receive()
            await send({"type": "websocket.close", "code": 4403})
        else:
            await super().__call__(scope, receive, send)


def test_pages_go_through_the_same_door() -> None:
    async def play() -> None:
        pages = Pages()
        async with served(pages) as port:
            page = b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
            assert (await said_to(port, page, page, until=b"page")).endswith(b"page")
            assert pages.scope["client"][0] == "127.0.0.1"
            assert (await said_to(port, told("GET /foreign HTTP/1.1"), until=b"")).startswith(b"HTTP/1.1 403")

    run(play())


def test_the_scope_is_what_uvicorn_makes_of_it() -> None:
    async def play() -> None:
        scopes = []
        for door in ("live.wire:Door", "auto"):
            pages = Pages()
            async with served(pages, http=door) as port:
                assert (await said_to(port, told("GET /live/%E5%85%AC/ws?pass=%20 HTTP/1.1"))).startswith(
                    b"HTTP/1.1 101"
                )
                scopes.append({**pages.scope, "extensions": sorted(pages.scope["extensions"])})
        assert scopes[0] == scopes[1]
        assert scopes[0]["path"] == "/live/公/ws"

    run(play())


def test_a_door_that_nobody_went_through_does_not_hold_up_the_end() -> None:
    async def play() -> None:
        async with served(Portal()) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            _, gone = await asyncio.open_connection("127.0.0.1", port)
            gone.close()
            await asyncio.sleep(0.05)
        assert await reader.read() == b""
        writer.close()

    run(play())


def test_frames_in_the_same_breath_as_the_handshake_are_not_taken_for_a_part_of_it() -> None:
    mask = base64.b64decode("AAAAAA==")

    async def play() -> None:
        async with served(Portal()) as port:
            assert (await said_to(port, told() + b"\x81\x81" + mask + b"x")).startswith(b"HTTP/1.1 101")
            async with websockets.connect(f"ws://127.0.0.1:{port}/") as browser:
                await browser.ping()

    run(play())
