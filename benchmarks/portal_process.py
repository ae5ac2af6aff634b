"""The portal's own process (``config.inprocess``) with one more task in it: announce on a compound's board.

``GET /bench/go?<compound id>`` queues it, as a view would; the announcement is a row, numbered and committed, and goes to
every socket that watches the board. Everything else is the portal as it is.

usage: uvicorn benchmarks.portal_process:application
"""

import asyncio
from typing import Any

import django

django.setup()

from django.utils import timezone  # noqa: E402  the settings come first

from config.celery import app as celery  # noqa: E402
from config.inprocess import application as portal  # noqa: E402
from live.actions import announce  # noqa: E402


@celery.task(name="benchmarks.announce")
def announce_on_board(*, compound_id: int) -> None:
    """One event on the board, as the clock's tasks make them."""
    announce(compound_id=compound_id, topic="repairs.board", kind="changed", payload={}, now=timezone.now())


async def application(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "http" and scope["path"] == "/bench/go":
        await asyncio.to_thread(announce_on_board.delay, compound_id=int(scope["query_string"]))
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})
    else:
        await portal(scope, receive, send)
