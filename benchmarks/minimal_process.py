"""The least that puts server, Celery worker, beat and sockets into one process; the floor of the embedded form.

``GET /bench/go`` queues a task on the broker in memory; the task sends to a group on the server's own loop; every socket of
``/ws`` is in the group.

usage: uvicorn benchmarks.minimal_process:application
"""

import asyncio
import contextlib
import threading
from typing import Any

import django
from django.conf import settings

settings.configure(
    SECRET_KEY="minimal-only",
    ALLOWED_HOSTS=["*"],
    LOGGING_CONFIG=None,
    INSTALLED_APPS=["channels"],
    CHANNEL_LAYERS={"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}},
)
django.setup()

from celery import Celery  # noqa: E402  the settings come first
from celery.beat import EmbeddedService, Scheduler  # noqa: E402
from celery.worker import WorkController  # noqa: E402
from celery.worker import state as worker_state  # noqa: E402
from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402
from channels.layers import get_channel_layer  # noqa: E402
from channels.routing import URLRouter  # noqa: E402
from django.urls import path  # noqa: E402

celery = Celery("minimal", broker="memory://")
celery.conf.update(
    task_ignore_result=True,
    broker_transport_options={"polling_interval": 0.01},
    worker_hijack_root_logger=False,
    worker_enable_remote_control=False,
    beat_schedule={"tick": {"task": "tick", "schedule": 30.0}},
)
GROUP = "watchers"
loop: list[asyncio.AbstractEventLoop] = []


@celery.task(name="tick")
def tick() -> None:
    """What the clock does."""


@celery.task(name="tell")
def tell() -> None:
    """Send to every socket, on the loop that serves them."""
    sending = get_channel_layer().group_send(GROUP, {"type": "said"})
    asyncio.run_coroutine_threadsafe(sending, loop[0]).result(5)


class Watcher(AsyncWebsocketConsumer):  # type: ignore[misc]
    groups = (GROUP,)

    async def said(self, _event: Any) -> None:
        await self.send(text_data='{"type": "events"}')


sockets = URLRouter([path("ws", Watcher.as_asgi())])


async def application(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "websocket":
        await sockets(scope, receive, send)
    elif scope["type"] == "http":
        await asyncio.to_thread(tell.delay)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})
    else:
        await _live(receive, send)


async def _live(receive: Any, send: Any) -> None:
    await receive()
    loop.append(asyncio.get_running_loop())
    celery.finalize()
    celery.set_default()
    worker = WorkController(
        app=celery,
        pool_cls="threads",
        concurrency=2,
        without_mingle=True,
        without_gossip=True,
        without_heartbeat=True,
        hostname="minimal@localhost",
    )
    threading.Thread(target=worker.start, daemon=True).start()
    beat: Any = EmbeddedService(celery, thread=True, scheduler_cls=Scheduler)
    beat.start()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await asyncio.to_thread(beat.stop)
    with contextlib.suppress(AttributeError):
        stopping: Any = worker_state
        stopping.should_stop = 0
    await send({"type": "lifespan.shutdown.complete"})
