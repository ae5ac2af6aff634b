"""The live board of one process: which sockets watch which topic, and everything that keeps them in order.

One subscription a process (``live.relay``), one frame an event, every socket's send stepped once in a plain loop.
A watched topic holds its latest events, read from the database once: whoever joins catches up from there. Numbers are
dense, so a message that was lost, doubled or overtaken on its way is noticed; the topic then reads what it lacks, once for
all of its watchers. Every few seconds one statement compares all heads, so that a lost *last* message is noticed too.

Everything here runs on the server's loop and needs no lock; the database is touched by functions in worker threads.
"""

import asyncio
import contextlib
import logging
import random
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from live import frames, relay, wire
from live.connection import Connection
from live.queries import CATCH_UP_LIMIT, Reading

log = logging.getLogger(__name__)

# Above so many publishes a second a topic's events go out together.
FLUSH_SECONDS = 0.05
HEAL_SECONDS = 15.0
WAIT_SECONDS = 10.0

Key = tuple[int, str]
Read = Callable[[int, str], Awaitable[Reading]]
ReadHeads = Callable[[list[Key]], Awaitable[dict[Key, int]]]


class Watched:
    """One topic that somebody in this process watches.

    ``last`` is the highest number taken in, ``sent`` the highest given to the members; they differ only while events are
    held together. ``events`` are the latest, dense, ending at ``last``.
    """

    __slots__ = (
        "address",
        "events",
        "filling",
        "flush_handle",
        "flushed_at",
        "greeting",
        "key",
        "last",
        "loaded",
        "loading",
        "members",
        "sent",
        "target",
        "waiting",
    )

    def __init__(self, key: Key, address: str) -> None:
        self.key = key
        self.address = address
        self.members: dict[Connection, None] = {}
        self.events: deque[tuple[int, str]] = deque(maxlen=CATCH_UP_LIMIT)
        self.last = self.sent = self.target = 0
        self.waiting = 0
        self.loaded = False
        self.loading: asyncio.Task[None] | None = None
        self.filling: asyncio.Task[None] | None = None
        self.flush_handle: asyncio.TimerHandle | None = None
        self.flushed_at = 0.0
        # What the last one was greeted with, after which number, as a message and finished: many come at the same moment.
        self.greeting: tuple[int | None, dict[str, Any], bytes] | None = None

    def begin(self, reading: Reading) -> None:
        """Take a reading as the whole state."""
        self.events.clear()
        self.events.extend(reading.events)
        self.last = self.sent = reading.head
        self.greeting = None
        self.loaded = True

    def take(self, seq: int, text: str) -> None:
        """Take in the next event and give it to the members, at once or with those that follow closely."""
        self.events.append((seq, text))
        self.last = seq
        self.greeting = None
        loop = asyncio.get_running_loop()
        if self.flush_handle is not None:
            return
        due = self.flushed_at + FLUSH_SECONDS
        if loop.time() >= due:
            self.flush()
        else:
            self.flush_handle = loop.call_at(due, self.flush)

    def flush(self) -> None:
        """Give the members what they lack, as one frame built once."""
        if self.flush_handle is not None:
            self.flush_handle.cancel()
            self.flush_handle = None
        if self.sent == self.last:
            return
        self.flushed_at = asyncio.get_running_loop().time()
        if self.sent + 1 < self.events[0][0]:  # more at once than is kept
            self._say(frames.reset_frame(self.address, self.last))
        else:
            fresh = [text for seq, text in self._tail(self.last - self.sent)]
            self._say(frames.events_frame(self.address, self.last, fresh))
        self.sent = self.last

    def restart(self, reading: Reading) -> None:
        """Take a reading that does not go on from the last number; the members load their page again."""
        self.flush()
        self.begin(reading)
        self._say(frames.reset_frame(self.address, self.last))

    def greet(self, connection: Connection, after: int | None) -> None:
        """Make a connection a member and bring it from ``after`` (None: from now on) to the same number as the others."""
        self.flush()
        if self.greeting is None or self.greeting[0] != after:
            frame = self._greeting(after)
            self.greeting = after, {"type": "websocket.send", "text": frame}, wire.text_frame(frame)
        connection.offer(*self.greeting[1:])
        self.members[connection] = None

    def _greeting(self, after: int | None) -> str:
        if after is None:
            return frames.events_frame(self.address, self.last, ())
        if after > self.last or (after < self.last and (not self.events or after + 1 < self.events[0][0])):
            return frames.reset_frame(self.address, self.last)
        return frames.events_frame(self.address, self.last, (text for _, text in self._tail(self.last - after)))

    def _tail(self, count: int) -> Iterable[tuple[int, str]]:
        size = len(self.events)
        return (self.events[i] for i in range(max(0, size - count), size))

    def _say(self, frame: str) -> None:
        message, finished = {"type": "websocket.send", "text": frame}, wire.text_frame(frame)
        for connection in list(self.members):
            connection.offer(message, finished)


class UnavailableError(RuntimeError):
    """The database did not answer in time: the browser is to come back later."""


class Hub:
    """All watched topics and all connections of this process."""

    def __init__(self, read: Read, read_heads: ReadHeads) -> None:
        self._read = read
        self._read_heads = read_heads
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._channel = ""
        self._listening = asyncio.Event()
        self.watched: dict[Key, Watched] = {}
        self.connections: set[Connection] = set()
        self.revocations = 0
        self.on_revoke: Callable[[], None] = lambda: None
        self.on_tick: Callable[[], Awaitable[None]] | None = None

    # --- life -----------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Listen and keep watch on the running loop. Cheap when it does already."""
        loop = asyncio.get_running_loop()
        if self._loop is loop:
            return
        self._loop = loop
        self._listening = asyncio.Event()
        self.watched.clear()
        self.connections.clear()
        relay.bind_loop(loop)
        self._tasks = [loop.create_task(relay.listen(self.hear, self._joined)), loop.create_task(self._keep())]

    def _joined(self, channel: str) -> None:
        self._channel = channel
        if self._listening.is_set():  # again: who knows what was said meanwhile
            self._tasks.append(asyncio.get_running_loop().create_task(self._heal_quietly()))
        self._listening.set()

    async def _keep(self) -> None:
        ticks = 0
        while True:
            await asyncio.sleep(1)
            ticks += 1
            self._tasks = [task for task in self._tasks if not task.done()]
            if self.on_tick is not None:
                try:
                    await self.on_tick()
                except Exception:
                    log.exception("The sockets' rights could not be checked again.")
            if ticks % HEAL_SECONDS == 0:
                await self._heal_quietly()

    async def _heal_quietly(self) -> None:
        try:
            if self._channel:
                await relay.stay(self._channel)
        except Exception:
            log.exception("The live subscription could not be renewed.")
        try:
            await self.heal()
        except Exception:
            log.exception("The live topics could not be compared with the database.")

    # --- what comes in --------------------------------------------------------------------------------------------------

    def hear(self, message: dict[str, Any]) -> None:
        """A message of the group: events of one transaction, topics that moved, or a person whose rights changed."""
        if message["type"] == "live.events":
            for event in message["events"]:
                watched = self.watched.get((message["compound"], event["topic"]))
                if watched is not None:
                    self._hear_event(watched, event["seq"], event["event"])
        elif message["type"] == "live.moved":
            for topic in message["topics"]:
                watched = self.watched.get((message["compound"], topic))
                if watched is not None:
                    # Above what is being read already: it may have been read just before.
                    watched.target = max(watched.target, watched.last) + 1
                    if watched.loaded:
                        self._fill(watched)
        elif message["type"] == "live.revoke":
            self.revoke(message.get("person"), message.get("sessions", ()), message.get("holders", ()))

    def _hear_event(self, watched: Watched, seq: int, text: str) -> None:
        if watched.loaded and seq == watched.last + 1:
            watched.take(seq, text)
        elif seq > watched.last:  # before the first reading, or something is missing in between
            watched.target = max(watched.target, seq)
            if watched.loaded:
                self._fill(watched)

    def revoke(self, person_id: int | None, sessions: Iterable[str] = (), holders: Iterable[str] = ()) -> None:
        """End every connection of a person, of sessions or of passes; who still has a right is admitted again."""
        self.revocations += 1
        self.on_revoke()
        ended, without = frozenset(sessions), frozenset(holders)
        for connection in list(self.connections):
            if (
                connection.credential in ended
                or (person_id and connection.person_id == person_id)
                or (connection.holder and connection.holder in without)
            ):
                connection.close(4401, "rights changed")

    # --- members --------------------------------------------------------------------------------------------------------

    async def join(self, connection: Connection, address: str, key: Key, after: int | None) -> None:
        """Let a connection watch a topic from number ``after`` on. Raises UnavailableError when that cannot be read."""
        watched = self.watched.get(key)
        if watched is None:
            watched = self.watched[key] = Watched(key, address)
        if not watched.loaded or (after is not None and after > watched.last):
            await self._prepare(watched, after)
        if connection.ended:
            return
        connection.topics[address] = key
        watched.greet(connection, after)

    async def _prepare(self, watched: Watched, after: int | None) -> None:
        watched.waiting += 1
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                if not watched.loaded:
                    if watched.loading is None:
                        watched.loading = asyncio.ensure_future(self._load(watched))
                    await asyncio.shield(watched.loading)
                if after is not None and after > watched.last:
                    # The page was made after a commit whose message has not come yet.
                    await self._read_on(watched)
        except TimeoutError as error:
            raise UnavailableError(watched.address) from error
        finally:
            watched.waiting -= 1

    def leave(self, connection: Connection, address: str) -> None:
        """Stop watching one topic."""
        key = connection.topics.pop(address, None)
        if key is not None and (watched := self.watched.get(key)) is not None:
            watched.members.pop(connection, None)

    def drop(self, connection: Connection) -> None:
        """Forget a connection altogether."""
        for address in list(connection.topics):
            self.leave(connection, address)
        self.connections.discard(connection)
        connection.over()

    # --- reading --------------------------------------------------------------------------------------------------------

    async def _load(self, watched: Watched) -> None:
        if self._loop is not None:
            # Subscribed first, read second: nothing falls between. Without a layer the comparison of heads has to do.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(WAIT_SECONDS / 2):
                    await self._listening.wait()
        try:
            watched.begin(await self._read(*watched.key))
        except Exception:
            log.exception("A live topic could not be read.")
            if self.watched.get(watched.key) is watched:
                del self.watched[watched.key]
            raise UnavailableError(watched.address) from None
        if watched.target > watched.last:
            self._fill(watched)

    def _fill(self, watched: Watched) -> None:
        if watched.filling is None:
            watched.filling = asyncio.ensure_future(self._filled(watched))

    async def _filled(self, watched: Watched) -> None:
        delay = 0.1
        try:
            while watched.target > watched.last and self.watched.get(watched.key) is watched:
                goal = watched.target
                try:
                    await self._read_on(watched)
                except Exception:
                    log.exception("A gap in a live topic could not be read; trying again.")
                    await asyncio.sleep(delay * (1 + random.random()))  # noqa: S311  spreads load, guards nothing
                    delay = min(delay * 2, 5.0)
                    continue
                if watched.last < goal == watched.target:
                    watched.target = watched.last  # never committed: nothing to wait for
        finally:
            watched.filling = None

    async def _read_on(self, watched: Watched) -> None:
        reading = await self._read(*watched.key)
        if reading.head <= watched.last:
            return  # nothing new; whether the database went back is for the comparison of heads to say
        if reading.floor > watched.last:
            watched.restart(reading)
            return
        for seq, text in reading.events:
            if seq == watched.last + 1:
                watched.take(seq, text)

    async def heal(self) -> None:
        """Compare every watched topic with its head in one statement: read what was missed, let go what nobody watches."""
        for key, watched in list(self.watched.items()):
            if watched.loaded and not watched.members and not watched.waiting:
                del self.watched[key]
        before = {key: watched.last for key, watched in self.watched.items() if watched.loaded}
        heads = await self._read_heads(list(before))
        for key, head in heads.items():
            current = self.watched.get(key)
            if current is None or not current.loaded:
                continue
            if head > current.last:
                current.target = max(current.target, head)
                self._fill(current)
            elif head < before[key]:  # the database was put back to an earlier state
                current.restart(await self._read(*key))
