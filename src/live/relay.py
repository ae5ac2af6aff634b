"""Between processes: what commits in one is heard by the hub of every other, through the channel layer.

One group, one subscription a process. In the embedded form the layer lives in this process's memory and works only on the
loop of the server itself, so a worker thread hands its message over to that loop. A process that serves no sockets (WSGI
worker, Celery worker) publishes from the thread that commits, in the layer's own form: by a loop in another thread the same
took a tenth of the processor time of filing a request, all of it waking threads.
What gets lost on the way (Redis gone, a full queue) is noticed by number and read from the database: see ``live.hub``.
"""

import asyncio
import logging
import os
from collections.abc import Callable
from concurrent.futures import Future
from functools import cache
from typing import Any

from channels.layers import get_channel_layer
from channels_redis.pubsub import RedisPubSubChannelLayer
from django.conf import settings
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

log = logging.getLogger(__name__)

GROUP = "live"
Message = dict[str, Any]

_server_loop: asyncio.AbstractEventLoop | None = None


def bind_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Say which loop serves this process's sockets. Messages from other threads are handed over to it."""
    global _server_loop  # noqa: PLW0603  one server a process
    _server_loop = loop


def publish(message: Message) -> None:
    """Send to the hub of every process, from any thread, without waiting. Failures are logged, never raised."""
    layer = get_channel_layer()
    loop = _server_loop
    if loop is not None and loop.is_running():
        asyncio.run_coroutine_threadsafe(layer.group_send(GROUP, message), loop).add_done_callback(_report)
    elif isinstance(layer, RedisPubSubChannelLayer):
        try:
            _redis().publish(channel_of_group(), layer.serialize(message))
        except RedisError as error:
            _warn(error)
    # Otherwise there is no server in this process, and no way to another.


def channel_of_group() -> str:
    """The name under which the layer's ``group_send`` publishes to the group."""
    return f"{settings.LIVE_PREFIX}__group__{GROUP}"


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
        _warn(error)


def _warn(error: BaseException) -> None:
    log.warning("A live message was not passed on; watchers catch up by number.", exc_info=error)


@cache
def _redis() -> "Redis":
    """One client a process; its pool gives every thread a connection. It waits a second at most: the commit is done."""
    return Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1, retry=Retry(NoBackoff(), 1))


def _forget() -> None:
    global _server_loop  # noqa: PLW0603  threads and sockets do not survive a fork
    _server_loop = None
    _redis.cache_clear()


os.register_at_fork(after_in_child=_forget)
