"""One browser's socket as the hub sees it: sends are stepped by hand, and whoever reads too slowly is let go."""

import asyncio
import types
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Generator
from typing import Any

Send = Callable[[dict[str, Any]], Awaitable[None]]
Write = Callable[[bytes], bool]

# Frames that may wait for a socket whose buffers are full. Over it the connection ends and the browser catches up.
BACKLOG = 64


@types.coroutine
def _resumed(coroutine: Coroutine[Any, Any, None], waiting_for: Any) -> Generator[Any, Any, None]:
    """Go on with a coroutine that was started by hand and has suspended on ``waiting_for``."""
    try:
        while True:
            try:
                value = yield waiting_for
            except BaseException as error:  # noqa: BLE001  whatever it is belongs to the inner coroutine
                waiting_for = coroutine.throw(error)
            else:
                waiting_for = coroutine.send(value)
    except StopIteration:  # its end; let out of a generator it would turn into a RuntimeError
        return


class Connection:
    """A socket with its ASGI ``send``.

    ``offer`` hands a finished frame (``wire``) to a server that takes such (``live.wire``), else it steps the send once:
    nearly always the write goes straight to the kernel and is done, without a task. A send that suspends (its socket is
    full) is finished by a task, and what comes meanwhile waits in a bounded backlog.
    """

    __slots__ = (
        "_backlog",
        "_busy",
        "_send",
        "_slow",
        "_task",
        "_write",
        "credential",
        "ended",
        "holder",
        "last_seen",
        "look_at",
        "person_id",
        "tokens",
        "topics",
    )

    def __init__(
        self, send: Send, credential: str, task: "asyncio.Task[Any] | None" = None, write: Write | None = None
    ) -> None:
        self._send: Any = send
        self._write = write
        self._backlog: deque[dict[str, Any]] | None = None
        self._busy = False
        self._slow: asyncio.Task[None] | None = None
        self._task = task
        self.credential = credential  # session key or pass
        self.person_id = 0
        self.holder = ""  # of a pass
        self.topics: dict[str, tuple[int, str]] = {}  # address -> compound id, topic
        self.ended = False
        self.last_seen = 0.0
        self.look_at = 0
        self.tokens = 0.0

    def offer(self, message: dict[str, Any], wire: bytes = b"") -> None:
        """Send a message in its turn, now or as soon as the socket takes it. Never waits.

        ``wire`` is the same message as the finished frame.
        """
        if self.ended:
            return
        if self._busy:
            if self._backlog is None:
                self._backlog = deque()
            if len(self._backlog) >= BACKLOG:
                self.kick()
            else:
                self._backlog.append(message)
            return
        if wire and self._write is not None and self._write(wire):
            return
        coroutine = self._send(message)
        try:
            waiting_for = coroutine.send(None)
        except StopIteration:
            return
        except Exception:  # noqa: BLE001  the peer has gone: any server's own error says so
            self.kick()
            return
        self._busy = True
        self._slow = asyncio.ensure_future(self._finish(coroutine, waiting_for))

    async def _finish(self, coroutine: Coroutine[Any, Any, None], waiting_for: Any) -> None:
        try:
            await _resumed(coroutine, waiting_for)
            while self._backlog:
                await self._send(self._backlog.popleft())
        except Exception:  # noqa: BLE001  as above
            self.kick()
        finally:
            self._busy = False
            self._slow = None
        if self.ended:
            self._end_task()

    def close(self, code: int, reason: str = "") -> None:
        """Say why, after what is still waiting, and end the connection."""
        if self.ended:
            return
        self.offer({"type": "websocket.close", "code": code, "reason": reason})
        self.ended = True
        if not self._busy:
            self._end_task()

    def kick(self) -> None:
        """End the connection without a word: too slow or gone. The browser comes back with its last numbers."""
        self.ended = True
        self._backlog = None
        self._end_task()

    def over(self) -> None:
        """The endpoint has returned: nothing may touch its task any more."""
        self.ended = True
        self._backlog = None
        self._task = self._send = self._write = None  # a plan for a later round may hold us still, but not the socket
        if self._slow is not None:
            self._slow.cancel()

    def _end_task(self) -> None:
        if self._task is not None and self._task is not asyncio.current_task():
            self._task.cancel()
