"""Sockets that never read, among others: do these notice, does the server grow, and what becomes of those that stall?

Publishes go out one by one, below the rate at which the hub gathers them. The same server is published to with and without
the stalled sockets in turn. In the end each of them is read to its end and comes back from its last number: everybody
must have had every event once and in order.
"""

import asyncio
import json
import re
import socket
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from benchmarks.crowd import handshake, masked, resident
from benchmarks.measure import Report, median, say
from benchmarks.served import HOST

READERS, STALLED = 200, 20
RATE = 18.0  # a second: the hub sends each event at once up to 20
PUBLISHES = 200
MOST = 400  # until the stalled are cut off, if they are
AFTER = 20  # after that
SIZE = 900  # characters: the buffers of a stalled socket are full after some seconds
_EVENT = re.compile(rb'\{"seq":(\d+),"kind":"published","at":"[^"]*","payload":\{"n":(\d+)')
ROUNDS = 2


@dataclass
class Reader:
    """One browser, by hand: every event that it has, in order."""

    cookie: str
    seen: list[int] = field(default_factory=list)
    late: list[float] = field(default_factory=list)

    def request(self) -> bytes:
        return handshake("/live/ws/", HOST, self.cookie)

    async def read(self, port: int, address: str, after: int, sent: dict[int, float]) -> None:
        """Connect and read until cancelled or cut off."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(self.request())
        await reader.readuntil(b"\r\n\r\n")
        writer.write(masked(json.dumps({"type": "subscribe", "topics": {address: after}})))
        try:
            while True:
                head = await reader.readexactly(2)
                size = head[1] & 127
                if size > 125:  # noqa: PLR2004  see RFC 6455 5.2
                    size = int.from_bytes(await reader.readexactly(2 if size == 126 else 8), "big")  # noqa: PLR2004
                body = await reader.readexactly(size)
                if head[0] == 0x89:  # noqa: PLR2004  a ping
                    writer.write(bytes([0x8A, 0x80 | size]) + b"\0\0\0\0" + body)
                else:
                    self.take(body, sent)
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()

    def take(self, body: bytes, sent: dict[int, float]) -> None:
        """Note the events of a frame."""
        now = time.perf_counter()
        for seq, number in _EVENT.findall(body):
            self.seen.append(int(seq))
            if int(number) in sent:
                self.late.append(now - sent[int(number)])


def run(
    report: Report,
    cookies: list[str],
    serving: Callable[[], AbstractContextManager[tuple[int, int]]],
    address: str,
    compound: int,
) -> None:
    """Measure and hold against the targets."""
    cookies = [one.replace("__Host-session", "sessionid") for one in cookies]
    with serving() as (pid, port):
        found = asyncio.run(_rounds(pid, port, cookies, address, compound))
    ratio = median(among / alone for alone, among in found.halves)
    report.hold(f"lag of {READERS} readers, {STALLED} sockets that never read among them : without them", ratio, 1.1)
    report.hold("growth of the server meanwhile", found.growth / 2**20, 8, unit=" MiB")
    report.hold("stalled sockets that were cut off", found.cut, STALLED, more=True)
    report.hold("readers without every event once and in order, the stalled after coming back included", found.wrong, 0)
    said = [
        ", ".join(f"{among * 1e3:.1f} ({alone * 1e3:.1f})" for alone, among in part)
        for part in (found.halves, found.most)
    ]
    report.remarks.append(
        f"board: {PUBLISHES} to {MOST} publishes of 1 kB at {RATE:g} a second with and without the stalled, in turn, {ROUNDS} "
        f"times: half of the readers within {said[0]} ms, 99 % within {said[1]} ms."
    )


@dataclass
class Found:
    """What the rounds gave; lags in seconds without and with the stalled sockets."""

    halves: list[tuple[float, float]] = field(default_factory=list)
    most: list[tuple[float, float]] = field(default_factory=list)
    growth: int = 0
    cut: int = STALLED
    wrong: int = 0


class Link:
    """Asks the server: one connection after the other, since it closes those that are idle."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.members = 0
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, path: str) -> None:
        """GET, and note how many sockets the server says it has."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        size = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        body = await reader.readexactly(int(size[1]) if size else 0)
        self.members = int(body.split()[2])

    def close(self) -> None:
        """Until the next question."""
        if self._streams is not None:
            self._streams[1].close()
        self._streams = None


async def _rounds(pid: int, port: int, cookies: list[str], address: str, compound: int) -> Found:
    found, sent, link = Found(), dict[int, float](), Link(port)
    readers = [Reader(cookies[n % len(cookies)]) for n in range(READERS)]
    tasks = [asyncio.ensure_future(one.read(port, address, 0, sent)) for one in readers]
    await link.ask(f"/bench/announce?{compound}&1&1")
    await asyncio.sleep(1)
    number = 2_000_000
    for turn in range(ROUNDS):
        lags: dict[bool, list[float]] = {}
        for stalled in (False, True) if turn % 2 == 0 else (True, False):
            for one in readers:
                one.late.clear()
            known = readers[0].seen
            bad = [_stall(port, cookies[n % len(cookies)], address, known[-1]) for n in range(STALLED * stalled)]
            await asyncio.sleep(0.5)
            before, back = resident(pid), list[tuple[bool, list[int]]]()
            began, end, n = time.perf_counter(), MOST if stalled else PUBLISHES, -1
            while (n := n + 1) < end:
                await asyncio.sleep(max(0.0, began + n / RATE - time.perf_counter()))
                number += 1
                sent[number] = time.perf_counter()
                await link.ask(f"/bench/announce?{compound}&{number}&{SIZE}")
                if n % 10 == 0:
                    found.growth = max(found.growth, resident(pid) - before)
                if bad and not back and link.members <= READERS:
                    say(f"    the stalled were cut off after {n + 1} publishes")
                    back, end = [_drain(one) for one in bad], n + AFTER
                    link.close()  # that took its time
            link.close()
            await asyncio.sleep(0.5)
            lags[stalled] = sorted(late for one in readers for late in one.late)
            if bad:
                back = back or [_drain(one) for one in bad]
                found.cut = min(found.cut, sum(ended for ended, _ in back))
            for n, (_, seen) in enumerate(back):
                found.wrong += await _come_back(port, cookies[n % len(cookies)], address, seen, known)
        pair = lags[False], lags[True]
        found.halves.append((pair[0][len(pair[0]) // 2], pair[1][len(pair[1]) // 2]))
        found.most.append((pair[0][len(pair[0]) * 99 // 100], pair[1][len(pair[1]) * 99 // 100]))
        say(f"  stalled {turn + 1}: half {found.halves[-1][0] * 1e3:.1f} / {found.halves[-1][1] * 1e3:.1f} ms")
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    found.wrong += sum(one.seen != list(range(one.seen[0], one.seen[0] + len(one.seen))) for one in readers)
    found.wrong += sum(one.seen[-1] != readers[0].seen[-1] for one in readers)
    return found


def _stall(port: int, cookie: str, address: str, after: int) -> socket.socket:
    """A socket that says what a browser says and then reads nothing, with the smallest of buffers."""
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    one.setsockopt(
        socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536
    )  # a real network's: loopback's 64 kB make buffers of megabytes
    one.connect(("127.0.0.1", port))
    one.sendall(handshake("/live/ws/", HOST, cookie))
    one.recv(4096)  # the answer to the handshake, and nothing after it
    one.sendall(masked(json.dumps({"type": "subscribe", "topics": {address: after}})))
    return one


def _drain(one: socket.socket) -> tuple[bool, list[int]]:
    """Read what is left of a stalled socket: whether it was cut off, and the events that it had got."""
    one.settimeout(3)
    said, ended = b"", False
    try:
        while chunk := one.recv(1 << 16):
            said += chunk
        ended = True
    except ConnectionError:
        ended = True
    except TimeoutError:
        pass
    one.close()
    return ended, [int(seq) for seq, _ in _EVENT.findall(said)]


async def _come_back(port: int, cookie: str, address: str, seen: list[int], known: list[int]) -> bool:
    """Come back from the last number: whether anything is then missing, double or out of order."""
    again = Reader(cookie)
    after = seen[-1] if seen else known[0] - 1
    task = asyncio.ensure_future(again.read(port, address, after, {}))
    for _ in range(100):
        await asyncio.sleep(0.02)
        if again.seen and again.seen[-1] >= known[-1]:
            break
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    whole = seen + again.seen
    if not whole:
        return True
    return whole != list(range(whole[0], whole[0] + len(whole))) or whole[-1] < known[-1]
