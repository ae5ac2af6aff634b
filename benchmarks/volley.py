"""Sends prepared requests once each and says how long every answer took: some at a time, or all of them at the same moment.

usage: python -m benchmarks.volley SHOTS.json HOST PORT CONNECTIONS

SHOTS.json is a list of {"method", "path", "headers", "body"} as ``benchmarks.load.Shot``; every ``@KEY@`` becomes a new
idempotency key. All connections stand before the first request leaves. Prints {"seconds", "times", "statuses", "lost"}: the
whole, milliseconds of each answer, how many of each status, and how many got none.
"""

import json
import select
import socket
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.load import KEY

PATIENCE = 60
READ = 65536


@dataclass(slots=True)
class _Line:
    """One connection with the request that it waits for."""

    link: socket.socket
    sent: float = 0.0
    got: bytes = b""


def whole(shot: dict[str, Any], number: int) -> bytes:
    """A request as it goes over the wire, with a key of its own."""
    body = shot["body"].replace(KEY, f"volley{number:026d}").encode()
    told = {"Host": "127.0.0.1", **shot["headers"]}
    heads = "".join(f"{name}: {value.replace(KEY, f'volley{number:026d}')}\r\n" for name, value in told.items())
    length = f"Content-Length: {len(body)}\r\n" if shot["method"] != "GET" else ""
    return bytes(f"{shot['method']} {shot['path']} HTTP/1.1\r\n{heads}{length}\r\n".encode() + body)


def answered(got: bytes) -> int:
    """The status of a whole answer; 0 while it is not whole."""
    head, end, body = got.partition(b"\r\n\r\n")
    if not end:
        return 0
    fields = {line.split(b":", 1)[0].lower(): line.split(b":", 1)[1] for line in head.split(b"\r\n")[1:]}
    if b"chunked" in fields.get(b"transfer-encoding", b""):
        done = body.endswith(b"0\r\n\r\n")
    else:
        done = len(body) >= int(fields.get(b"content-length", b"0"))
    return int(head.split(b" ", 2)[1]) if done else 0


def send(shots: Sequence[dict[str, Any]], host: str, port: int, connections: int) -> dict[str, Any]:
    """Send every one."""
    waiting = [whole(one, number) for number, one in enumerate(shots)][::-1]
    lines: dict[int, _Line] = {}
    for _ in range(min(connections, len(waiting))):
        link = socket.create_connection((host, port))
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        lines[link.fileno()] = _Line(link)
    poll = select.epoll()
    times: list[float] = []
    statuses: Counter[int] = Counter()
    began = time.perf_counter()
    for place, line in lines.items():
        poll.register(place, select.EPOLLIN)
        line.sent = time.perf_counter()
        line.link.sendall(waiting.pop())
    while lines and (ready := poll.poll(PATIENCE)):
        for place, _event in ready:
            line = lines[place]
            some = line.link.recv(READ)
            line.got += some
            if not (status := answered(line.got)) and some:
                continue
            if status:
                times.append((time.perf_counter() - line.sent) * 1e3)
                statuses[status] += 1
            if status and some and waiting:
                line.got, line.sent = b"", time.perf_counter()
                line.link.sendall(waiting.pop())
            else:
                poll.unregister(place)
                lines.pop(place).link.close()
    spent = time.perf_counter() - began
    return {
        "seconds": spent, "times": times, "statuses": {str(code): many for code, many in statuses.items()},
        "lost": len(shots) - len(times),
    }  # fmt: skip


if __name__ == "__main__":
    file, host, port, connections = sys.argv[1:]
    print(json.dumps(send(json.loads(Path(file).read_text()), host, int(port), int(connections))))
