"""``soak``: half an hour of an ordinary day, compressed: does the socket server grow?

A thousand sockets with sessions of their own watch the public board. Events come one by one and now and then in bursts;
everybody leaves after a minute on average, properly or with the signal gone, and is back within two seconds from their last
number. Every event must reach everybody once and in order, whatever happens to their sockets. Resident memory of the socket
server is sampled every ten seconds; the run fails when it goes on growing after the first third.

The samples are kept in STATE_DIR/bench/soak.csv (seconds, resident bytes, sockets, events, comings back).
"""

import asyncio
import contextlib
import json
import random
import socket
import struct
import time
from contextlib import ExitStack
from dataclasses import dataclass, field

from benchmarks import board
from benchmarks.crowd import handshake, masked, resident
from benchmarks.databases import STATE, Cluster
from benchmarks.measure import Report, free_port, median, say
from benchmarks.served import HOST, environment, redis_server

SOCKETS = 1_000
STAY_SECONDS = 60.0  # on average
BETWEEN_SECONDS = 3.0  # events, on average
BURST, BURSTS = 15, 0.05  # so many at once, one time in twenty
SAMPLE_SECONDS = 10.0
MIGHT_GROW = 3.0  # per cent of the memory, from the second third to the last: what the allocator does by itself
_RST = struct.pack("ii", 1, 0)
chance = random.Random(20261121)  # noqa: S311  guards nothing


@dataclass
class Visitor:
    """Somebody whose page is open all day; ``seq`` is the last number that it has."""

    cookie: str
    seq: int
    events: int = 0
    comings: int = 0
    wrong: list[str] = field(default_factory=list)

    async def live(self, port: int, address: str) -> None:
        """Come and go until cancelled."""
        while True:
            self.comings += 1
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, TimeoutError):
                await self._visit(port, address)
            await asyncio.sleep(chance.uniform(0.5, 2))

    async def _visit(self, port: int, address: str) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(handshake("/live/ws/", HOST, self.cookie))
            await reader.readuntil(b"\r\n\r\n")
            writer.write(masked(json.dumps({"type": "subscribe", "topics": {address: self.seq}})))
            async with asyncio.timeout(chance.expovariate(1 / STAY_SECONDS)):
                while True:
                    await self._frame(reader, writer)
        finally:
            if chance.random() < 0.5:  # noqa: PLR2004  the signal is gone: nothing is said
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RST)
            writer.close()

    async def _frame(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readexactly(2)
        size = head[1] & 127
        if size > 125:  # noqa: PLR2004  see RFC 6455 5.2
            size = int.from_bytes(await reader.readexactly(2 if size == 126 else 8), "big")  # noqa: PLR2004
        body = await reader.readexactly(size)
        if head[0] == 0x89:  # noqa: PLR2004  a ping
            writer.write(bytes([0x8A, 0x80 | size]) + b"\0\0\0\0" + body)
        elif head[0] == 0x81:  # noqa: PLR2004  text
            self.take(json.loads(body))
        else:
            self.wrong.append(f"closed: {body[2:].decode(errors='replace')}")
            raise ConnectionError

    def take(self, frame: dict[str, object]) -> None:
        """Every number once, in order."""
        events = frame.get("events")
        if frame["type"] != "events" or not isinstance(events, list):
            self.wrong.append(f"{frame['type']} after {self.seq}")
            self.seq = int(str(frame.get("seq", self.seq)))
            return
        for event in events:
            if event["seq"] != self.seq + 1:
                self.wrong.append(f"{event['seq']} after {self.seq}")
            self.seq = event["seq"]
            self.events += 1


def run(report: Report, cluster: Cluster, *, minutes: float, sockets: int = 0) -> None:
    """Seed, let everybody come and go, judge."""
    count = sockets or SOCKETS
    with ExitStack() as stack:
        redis = stack.enter_context(redis_server())
        seeded, database = board.seed_board(cluster, redis, count, name="bench_soak")
        pid, port = stack.enter_context(board.socket_server(database, redis))
        web = port
        if redis:  # as `make serve`: what a web process commits is heard over Redis
            web = free_port()
            line = board.command_of("web", web, "benchmarks.board_pages:application")
            stack.enter_context(board.serving("soak-web", line, web, environment(database, redis)))
        cookies = seeded.cookies if redis else [one.replace("__Host-session", "sessionid") for one in seeded.cookies]
        board.ask(web, f"/bench/announce?{seeded.compound}&1&1")
        visitors = [Visitor(cookie, board.head(database, seeded)) for cookie in cookies]
        samples, said = asyncio.run(_day(visitors, seeded, port=port, web=web, pid=pid, minutes=minutes))
    _judge(report, visitors, samples, said, minutes)


async def _day(
    visitors: list[Visitor], seeded: board.Seeded, *, port: int, web: int, pid: int, minutes: float
) -> tuple[list[tuple[float, int]], int]:
    """Returns the samples (seconds, bytes) and how many events there were."""
    living = [asyncio.ensure_future(one.live(port, seeded.address)) for one in visitors]
    samples: list[tuple[float, int]] = []
    said, began = 0, time.monotonic()
    next_sample, next_event = 0.0, 5.0
    with (STATE / "soak.csv").open("w") as kept:
        while (now := time.monotonic() - began) < minutes * 60:
            if now >= next_event:
                for _ in range(BURST if chance.random() < BURSTS else 1):
                    said += 1
                    await asyncio.to_thread(board.ask, web, f"/bench/announce?{seeded.compound}&{said}&150")
                next_event = now + chance.expovariate(1 / BETWEEN_SECONDS)
            if now >= next_sample:
                next_sample = now + SAMPLE_SECONDS
                samples.append((now, resident(pid)))
                comings = sum(one.comings for one in visitors)
                open_now = int((await asyncio.to_thread(board.ask, port, "/bench/statements")).split()[2])
                kept.write(f"{now:.0f},{samples[-1][1]},{open_now},{said},{comings}\n")
                kept.flush()
                if len(samples) % 30 == 1:
                    say(f"  {now / 60:.0f} min: {samples[-1][1] / 2**20:.1f} MiB, {open_now} sockets, {said} events")
            await asyncio.sleep(0.1)
    await _everyone_has(visitors)
    for task in living:
        task.cancel()
    await asyncio.gather(*living, return_exceptions=True)
    return samples, said


async def _everyone_has(visitors: list[Visitor]) -> None:
    """Those who are away come back within two seconds; then all should stand at the same number."""
    for _ in range(100):
        await asyncio.sleep(0.2)
        if len({one.seq for one in visitors}) == 1:
            return


def _judge(
    report: Report, visitors: list[Visitor], samples: list[tuple[float, int]], said: int, minutes: float
) -> None:
    third = len(samples) // 3
    middle, last = [median(size for _, size in part) for part in (samples[third : 2 * third], samples[2 * third :])]
    slope = _slope(samples[third:]) * 3600 / 2**20
    wrong = [problem for one in visitors for problem in one.wrong]
    behind = sum(one.seq != max(v.seq for v in visitors) or one.events != said for one in visitors)
    comings = sum(one.comings for one in visitors)
    report.hold(
        "growth of the socket server, last third : middle third", (last / middle - 1) * 100, MIGHT_GROW, unit=" %"
    )
    report.hold("events out of order, double or lost, of all visitors", len(wrong), 0)
    report.hold("visitors without every event at the end", behind, 0)
    report.table(
        "minutes | resident MiB",
        [[f"{seconds / 60:.0f}", f"{size / 2**20:.1f}"] for seconds, size in samples[:: max(1, len(samples) // 10)]],
    )
    report.remarks.append(
        f"soak: {minutes:g} minutes, {len(visitors)} sockets, {said} events, {comings} comings back "
        f"({comings / minutes / 60:.0f} a second), half of them after a socket that was cut without a word; slope "
        f"after the first third {slope:+.1f} MiB an hour."
    )
    for problem in wrong[:5]:
        say(f"  wrong: {problem}")


def _slope(samples: list[tuple[float, int]]) -> float:
    """Bytes a second, by least squares."""
    times, sizes = [t for t, _ in samples], [float(s) for _, s in samples]
    mean_t, mean_s = sum(times) / len(times), sum(sizes) / len(sizes)
    spread = sum((t - mean_t) ** 2 for t in times)
    return sum((t - mean_t) * (s - mean_s) for t, s in zip(times, sizes, strict=True)) / spread if spread else 0.0
