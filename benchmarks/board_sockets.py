"""The portal's socket server with two questions more, for the measurements of the live board.

``GET /bench/announce?<compound id>&<n>&<size>`` announces on the public board and commits, as an action of this process does;
``GET /bench/statements`` tells how many statements this process has sent to PostgreSQL but to admit sockets, how many of them
read a topic, and how many sockets there are.

usage: uvicorn benchmarks.board_sockets:application    (with the options of ``config.serve``)
"""

import threading
from typing import Any

import django

django.setup()

from django.db.backends.signals import connection_created  # noqa: E402  the settings come first

from benchmarks.announcing import announce  # noqa: E402
from config.asgi import application as portal  # noqa: E402
from live import queries  # noqa: E402
from live.sockets import hub, in_thread  # noqa: E402

statements = {"all": 0, "topics": 0}
admitting = threading.local()


def _apart(admit_all: Any) -> Any:
    def admitted(asked: Any) -> Any:
        admitting.now = True
        try:
            return admit_all(asked)
        finally:
            admitting.now = False

    return admitted


queries.admit_all = _apart(queries.admit_all)


def _count(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
    statements["all"] += not getattr(admitting, "now", False)
    if "live_topichead h" in str(sql) and "LATERAL" in str(sql):
        statements["topics"] += 1
    return execute(sql, params, many, context)


def _watch(connection: Any, **_: Any) -> None:
    if _count not in connection.execute_wrappers:  # said each time that it is taken from the pool
        connection.execute_wrappers.append(_count)


connection_created.connect(_watch)


async def application(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "http" and scope["path"].startswith("/bench/"):
        if scope["path"] == "/bench/announce":
            hub.start()
            await in_thread(announce, *map(int, scope["query_string"].split(b"&")))
        said = f"{statements['all']} {statements['topics']} {len(hub.connections)}".encode()
        length = [(b"content-length", str(len(said)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": length})
        await send({"type": "http.response.body", "body": said})
    else:
        await portal(scope, receive, send)
