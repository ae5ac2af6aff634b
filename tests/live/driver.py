"""A browser's side of the live board without a server: what it received, checked frame by frame as it comes."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from live.connection import Connection


class Browser:
    """Keeps the last number of each topic, as ``live.js`` does, and fails on the first frame that is out of order.

    ``lag`` makes its socket full: sends suspend until ``drain``.
    """

    def __init__(self) -> None:
        self.known: dict[str, int] = {}
        self.kinds: list[tuple[str, int, str]] = []
        self.resets = 0
        self.wrong: list[AssertionError] = []
        self.codes: list[int] = []
        self.connection: Connection | None = None
        self.free = asyncio.Event()
        self.free.set()

    def connect(self) -> Connection:
        """Open a new socket; the old one's late frames no longer count."""
        connection: Connection

        async def send(message: dict[str, Any]) -> None:
            await self.free.wait()
            if self.connection is connection:
                try:
                    self.take(message)
                except AssertionError as error:  # the hub takes any error of a send for a peer that has gone
                    self.wrong.append(error)

        connection = Connection(send, "session")
        self.connection = connection
        return connection

    def take(self, message: dict[str, Any]) -> None:
        """Read one ASGI message."""
        if message["type"] == "websocket.close":
            self.codes.append(message["code"])
            return
        frame = json.loads(message["text"])
        topic, known = frame["topic"], self.known.get(frame["topic"])
        if frame["type"] == "reset":
            self.resets += 1
        else:
            for event in frame["events"]:
                assert known is None or event["seq"] == known + 1, (topic, known, event["seq"])
                known = event["seq"]
                self.kinds.append((topic, known, event["kind"]))
            assert known is None or frame["seq"] == known
        self.known[topic] = frame["seq"]


async def until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    """Let the loop run until something holds."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110  any condition, without an event of its own
            await asyncio.sleep(0.002)
