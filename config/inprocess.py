"""The embedded form: pages, sockets, Celery worker and beat in one process, begun and ended by the ASGI lifespan.

Measured (docs/decisions/one-process.md): the worker hands live messages to the server's own event loop, because
publishing on a loop of its own is five to ten times slower and loses messages; the broker in memory is asked every
10 ms, because its own second makes a task wait.
"""

import asyncio
import logging
import threading
import time
import warnings
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from celery import signals
from celery.beat import EmbeddedService, Scheduler
from celery.worker import WorkController
from celery.worker import state as worker_state

from config.asgi import application as portal
from config.celery import app as celery
from live import relay
from portal.readiness import register_probe

log = logging.getLogger(__name__)

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

# Assets and stored files are small and read from the disk: that Django reads each whole before it sends it is well here.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")

PATIENCE = 8.0  # seconds that running tasks get to finish when the process stops


class Worker(WorkController):
    """A Celery worker in a thread: installs no signal handlers, speaks to no other worker."""

    def on_init_blueprint(self) -> None:
        """Tell Celery's Django fixup, which closes the connections of a task when it ends; only the command does so."""
        signals.worker_init.send(sender=self)


class Background:
    """Worker and beat of this process."""

    def __init__(self) -> None:
        self._worker: Worker | None = None
        self._thread: threading.Thread | None = None
        self._beat: Any = None

    def start(self) -> None:
        """Start both."""
        celery.finalize()
        celery.set_default()
        worker_state.should_stop = None
        self._worker = Worker(
            app=celery,
            pool_cls="threads",
            concurrency=2,
            without_mingle=True,
            without_gossip=True,
            without_heartbeat=True,
            hostname="inprocess@localhost",
        )
        self._thread = threading.Thread(target=self._worker.start, name="celery-worker", daemon=True)
        self._thread.start()
        self._beat = EmbeddedService(celery, thread=True, scheduler_cls=Scheduler)
        self._beat.start()

    def stop(self) -> None:
        """Stop the clock, let running tasks finish, stop the worker. What is left waiting is a row: the next start finds it."""
        if self._beat is not None:
            self._beat.stop()
        # The consumer loop of a worker that owns no signal handlers ends by this flag.
        worker_state.should_stop = 0  # type: ignore[assignment]
        deadline = time.monotonic() + PATIENCE
        while self._thread is not None and self._thread.is_alive() and time.monotonic() < deadline:
            self._thread.join(0.05)

    @property
    def is_alive(self) -> bool:
        """Whether the worker's thread is there."""
        return self._thread is not None and self._thread.is_alive()


background = Background()
register_probe("worker", lambda: background.is_alive, needed=True)


async def application(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
    """The ASGI application of ``make run``."""
    if scope["type"] == "lifespan":
        await _live(receive, send)
    else:
        await portal(scope, receive, send)


async def _live(receive: Receive, send: Send) -> None:
    await receive()
    try:
        relay.bind_loop(asyncio.get_running_loop())
        await asyncio.to_thread(background.start)
    except Exception as error:
        log.exception("The worker does not start.")
        await send({"type": "lifespan.startup.failed", "message": str(error)})
        return
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await asyncio.to_thread(background.stop)
    await send({"type": "lifespan.shutdown.complete"})
