"""Browsers that watch the live board over a real socket, and do not give up: always back from their last number."""

import asyncio
import contextlib
import json
import random
from dataclasses import dataclass, field
from typing import Any

import websockets

BACK_WITHIN = 0.3  # seconds; live.js takes its time from one second on


@dataclass
class Watcher:
    """One browser: the number of every event that it has, in the order in which they came."""

    cookie: str
    ports: list[int]
    address: str
    seen: list[int] = field(default_factory=list)
    told: list[str] = field(default_factory=list)  # resets and closings: nothing of the kind is expected
    comings: int = 0
    up: bool = False

    async def live(self) -> None:
        """Until cancelled; each time to another of the ports."""
        for n in range(1_000_000):
            with contextlib.suppress(OSError, TimeoutError, websockets.WebSocketException):
                await self._visit(self.ports[n % len(self.ports)])
            self.up = False
            await asyncio.sleep(random.uniform(0.1, 1) * BACK_WITHIN)  # noqa: S311  spreads load

    async def _visit(self, port: int) -> None:
        origin: Any = f"http://127.0.0.1:{port}"
        headers = {"Cookie": f"sessionid={self.cookie}"}
        async with websockets.connect(
            f"ws://127.0.0.1:{port}/live/ws/",
            origin=origin,
            additional_headers=headers,
            compression=None,
            close_timeout=1,
        ) as socket:
            self.comings += 1
            after = self.seen[-1] if self.seen else 0
            await socket.send(json.dumps({"type": "subscribe", "topics": {self.address: after}}))
            async for message in socket:
                frame = json.loads(message)
                self.up = True
                if frame["type"] == "events":
                    self.seen += [event["seq"] for event in frame["events"]]
                else:
                    self.told.append(str(frame))
            self.told.append(f"{socket.close_code} {socket.close_reason}")
