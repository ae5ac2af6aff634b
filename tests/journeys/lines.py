"""A bad line to the portal: a proxy that cuts, halves, delays, repeats and shuffles the requests of one part of it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.frontdoor.waiting import FREE_PORT
from tests.journeys.server import Portal

# What may become of a request. "again later": the same request once more, after those that come next.
WAYS = ("well", "cut before", "cut after", "half", "twice", "again later", "slow")
Answer = tuple[int, list[tuple[str, str]], bytes]
_HOP = {"connection", "content-length", "transfer-encoding"}


class Line:
    """Well behaved until ``bad`` is set; then what happens is drawn from ``seed``, the same each time."""

    def __init__(self, portal: Portal, part: str) -> None:
        self.upstream = portal.address.removeprefix("http://")
        self.part, self.bad, self.seed, self.drawn = part, False, 0, 0
        self.seen: set[str] = set()

    def how(self, path: str) -> str:
        """What becomes of the next request."""
        if not self.bad or self.part not in path:
            return "well"
        self.drawn += 1
        way = WAYS[sha256(f"{self.seed}:{self.drawn}".encode()).digest()[0] % len(WAYS)]
        self.seen.add(way)
        return way

    def ask(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        """The portal's answer."""
        connection = HTTPConnection(self.upstream, timeout=60)
        try:
            connection.request(method, path, body=body or None, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            connection.close()

    def carry(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer | None:
        """What comes back; None when the line is cut."""
        way = self.how(path)
        if way == "cut before":
            return None
        if way == "slow":
            threading.Event().wait(0.15)
        if way == "half" and "/photos/" in path:
            body = halved(body)
        try:
            answer = self.ask(method, path, headers, body)
            if way == "twice":
                answer = self.ask(method, path, headers, body)
        except (HTTPException, OSError):
            return None
        if way == "again later":
            threading.Timer(0.3, self.ask, (method, path, headers, body)).start()
        return None if way == "cut after" else answer


def halved(body: bytes) -> bytes:
    """Half of a file in a form that is whole, as a phone's radio hands it over when it gives up."""
    start, end = body.find(b"\r\n\r\n") + 4, body.rfind(b"\r\n--")
    return body[: start + (end - start) // 2] + body[end:]


def _handler(line: Line) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_given: Any) -> None:
            """Say nothing."""

        def carry(self) -> None:
            """One request there and back; every connection ends with it."""
            self.close_connection = True
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP}
            answer = line.carry(self.command, self.path, headers, body)
            if answer is None:
                return
            status, said, content = answer
            self.send_response_only(status)
            for name, value in said:
                if name.lower() not in _HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(content)

    for method in ("GET", "POST", "PUT"):
        setattr(Handler, f"do_{method}", Handler.carry)
    return Handler


@contextmanager
def line_to(portal: Portal, part: str) -> Iterator[tuple[str, Line]]:
    """An address that leads to the portal, and the line; only addresses with ``part`` suffer."""
    line, port = Line(portal, part), FREE_PORT()
    server = ThreadingHTTPServer(("127.0.0.1", port), _handler(line))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{port}", line
    finally:
        server.shutdown()
        server.server_close()
