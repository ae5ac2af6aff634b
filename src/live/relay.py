"""Between processes: what commits in one is heard by the hub of every other, through the channel layer.

One group, one subscription a process. In the embedded form the layer lives in this process's memory and works only on the
loop of the server itself, so a worker thread hands its message over to that loop; a process that serves no sockets (WSGI
worker, Celery worker) publishes from one small loop thread of its own, which keeps its connection to Redis.
What gets lost on the way (Redis gone, a full queue) is noticed by number and read from the database: see ``live.hub``.
"""

import asyncio
import logging
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from channels.layers import InMemoryChannelLayer, get_channel_layer

log = logging.getLogger(__name__)

GROUP = "live"
Message = dict[str, Any]

_server_loop: asyncio.AbstractEventLoop | None = None
_own_loop: asyncio.AbstractEventLoop | None = None
_lock = threading.Lock()


def bind_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Say which loop serves this process's sockets. Messages from other threads are handed over to it."""
    global _server_loop  # noqa: PLW0603  one server a process
    _server_loop = loop


def publish(message: Message) -> None:
    """Send to the hub of every process, from any thread, without waiting. Failures are logged, never raised."""
    layer = get_channel_layer()
    loop = _server_loop
    if loop is None or not loop.is_running():
        if layer is None or isinstance(layer, InMemoryChannelLayer):
            return  # no server in this process, and no way to another
        loop = _publishing_loop()
    asyncio.run_coroutine_threadsafe(layer.group_send(GROUP, message), loop).add_done_callback(_report)


async def listen(hear: Callable[[Message], None], listening: Callable[[str], None]) -> None:
    """Hand every message of the group to ``hear``, as long as the process lives; ``listening(channel)`` at each joining."""
    layer = get_channel_layer()
    while True:
        try:
            channel = await layer.new_channel()
            await layer.group_add(GROUP, channel)
            listening(channel)
            while True:
                hear(await layer.receive(channel))
        except Exception:
            log.exception("The live subscription broke; joining again.")
            await asyncio.sleep(1)


async def stay(channel: str) -> None:
    """Renew a subscription: layers let memberships expire after a day."""
    await get_channel_layer().group_add(GROUP, channel)


def _report(done: "Future[None]") -> None:
    if not done.cancelled() and (error := done.exception()):
        log.warning("A live message was not passed on; watchers catch up by number.", exc_info=error)


def _publishing_loop() -> asyncio.AbstractEventLoop:
    global _own_loop  # noqa: PLW0603  one a process
    with _lock:
        if _own_loop is None:
            _own_loop = asyncio.new_event_loop()
            threading.Thread(target=_own_loop.run_forever, name="live-relay", daemon=True).start()
        return _own_loop


def _forget() -> None:
    global _server_loop, _own_loop, _lock
    _server_loop, _own_loop, _lock = None, None, threading.Lock()


os.register_at_fork(after_in_child=_forget)  # threads do not survive a fork
