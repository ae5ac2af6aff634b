"""The one WebSocket of the portal, ``/live/ws/``: a plain ASGI endpoint behind Channels' routing.

It holds no ORM: session, person, standing and rights are one function in a worker thread (``queries.admit``), with no scope
open across an ``await``. That function takes the place of Channels' AuthMiddlewareStack, which would cost every socket two
thread hops and wrap every later send.

From the browser (JSON text): ``{"type": "subscribe", "topics": {"<code>/<topic>": <last number or null>}}``,
``{"type": "unsubscribe", "topics": [...]}``, ``{"type": "ping"}``. To it: ``events`` and ``reset`` frames (``live.frames``) and
``{"type": "pong"}``. Close codes are listed below; after 4403 the reason names the topic.
"""

import asyncio
import functools
import json
import logging
import random
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from urllib.parse import parse_qs

from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections
from django.http.cookie import parse_cookie

from live import admission, queries, wire
from live.connection import Connection, Send
from live.hub import Hub, Key, UnavailableError

log = logging.getLogger(__name__)
T = TypeVar("T")

MALFORMED = 4400
SIGNED_OUT = 4401
FOREIGN = 4403
SILENT = 4408
TOO_MANY = 4429
TOO_BIG = 1009
TRY_LATER = 1013

FRAME_LIMIT = 4096
TOPIC_LIMIT = 30
BURST = 30  # frames at once
RATE = 1.0  # frames a second after that
SILENCE_SECONDS = 15
RECHECK_SECONDS = 60
# Many tabs of one session, or one browser coming back again and again, share an answer for so long.
ADMISSION_SECONDS = 5
TOGETHER = 100  # questions that are answered in one go
ADMITTING = (
    1  # of the four threads: with two, they and the loop took the interpreter from each other, and all were slower
)

_threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="live")
_PONG = {"type": "websocket.send", "text": '{"type":"pong"}'}, wire.text_frame('{"type":"pong"}')


class ClosingError(Exception):
    """The conversation ends here, with a close code and a reason."""

    def __init__(self, code: int, reason: str = "") -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


async def in_thread(function: Callable[..., T], *args: Any) -> T:
    """Run one database function on a worker thread and give its connection back."""
    return await asyncio.get_running_loop().run_in_executor(
        _threads, functools.partial(_with_database, function, *args)
    )


def _with_database(function: Callable[..., T], *args: Any) -> T:
    close_old_connections()
    try:
        return function(*args)
    finally:
        close_old_connections()


async def _read(compound_id: int, topic: str) -> queries.Reading:
    return await in_thread(queries.read_scoped, compound_id, topic)


async def _read_heads(pairs: list[Key]) -> dict[Key, int]:
    return await in_thread(queries.read_heads, pairs) if pairs else {}


hub = Hub(_read, _read_heads)


Question = tuple[str, frozenset[str]]


class Admissions:
    """Who may watch what: asked once for equal questions within a few seconds, and forgotten at every revocation.

    Whatever is asked while others are being answered waits and is answered together: when all come back at once, a
    hundred cost little more than a few did.
    """

    def __init__(self) -> None:
        self._answers: dict[Question, tuple[float, asyncio.Future[queries.Admission | None]]] = {}
        self._waiting: deque[tuple[Question, asyncio.Future[queries.Admission | None]]] = deque()
        self._under_way: set[asyncio.Task[None]] = set()

    async def ask(self, credential: str, addresses: frozenset[str]) -> queries.Admission | None:
        """The admission of a session or pass for these addresses; None when it is signed out or revoked."""
        while True:
            asked_at = hub.revocations
            now = asyncio.get_running_loop().time()
            question = (credential, addresses)
            known = self._answers.get(question)
            if known is None or known[0] < now:
                known = self._answers[question] = (now + ADMISSION_SECONDS, self._asked(question))
            try:
                answer = await asyncio.shield(known[1])
            except Exception:
                self._answers.pop(question, None)
                raise
            if asked_at == hub.revocations:  # else: someone lost a right while this was asked
                return answer

    def _asked(self, question: Question) -> "asyncio.Future[queries.Admission | None]":
        loop = asyncio.get_running_loop()
        self._under_way = {task for task in self._under_way if task.get_loop() is loop and not task.done()}
        answer = loop.create_future()
        self._waiting.append((question, answer))
        if len(self._under_way) < ADMITTING:
            self._under_way.add(loop.create_task(self._drain()))
        return answer

    async def _drain(self) -> None:
        while self._waiting:
            some = [self._waiting.popleft() for _ in range(min(len(self._waiting), TOGETHER))]
            try:
                told = await in_thread(queries.admit_all, [(who, sorted(addresses)) for (who, addresses), _ in some])
            except Exception as error:  # noqa: BLE001  each who asked is told
                if len(some) == 1 or isinstance(error, OperationalError | InterfaceError):
                    for _, answer in some:  # the database is gone: asking it a hundred times more makes nothing better
                        _fail(answer, error)
                else:  # one of them may have broken it for all
                    await asyncio.gather(*(self._alone(*one) for one in some))
            else:
                for (_, answer), admitted in zip(some, told, strict=True):
                    if not answer.done():
                        answer.set_result(admitted)

    async def _alone(self, question: Question, answer: "asyncio.Future[queries.Admission | None]") -> None:
        try:
            admitted = await in_thread(queries.admit, question[0], sorted(question[1]))
        except Exception as error:  # noqa: BLE001  as above
            _fail(answer, error)
        else:
            if not answer.done():
                answer.set_result(admitted)

    def forget(self) -> None:
        """Ask anew from now on."""
        self._answers.clear()

    def sweep(self) -> None:
        """Drop what is no longer valid."""
        now = asyncio.get_running_loop().time()
        self._answers = {question: known for question, known in self._answers.items() if known[0] >= now}


def _fail(answer: "asyncio.Future[queries.Admission | None]", error: Exception) -> None:
    if not answer.done():
        answer.set_exception(error)
        answer.exception()  # whoever asked may have gone meanwhile


admissions = Admissions()
hub.on_revoke = admissions.forget


class Rounds:
    """Which connections are to be looked at in which second: silent ones once, all of them every minute."""

    def __init__(self) -> None:
        self._due: dict[int, set[Connection]] = {}
        self._task: asyncio.Task[None] | None = None

    def plan(self, connection: Connection, seconds: float) -> None:
        """Look at a connection again after so many seconds."""
        connection.look_at = int(asyncio.get_running_loop().time() + seconds)
        self._due.setdefault(connection.look_at, set()).add(connection)

    async def tick(self) -> None:
        """Called every second by the hub. Starts a round unless one is still under way."""
        admissions.sweep()
        if self._task is not None and not self._task.done():
            return
        now = int(asyncio.get_running_loop().time())
        due = [
            connection
            for second in [s for s in self._due if s <= now]
            for connection in self._due.pop(second)
            if connection.look_at == second  # else: planned anew since
        ]
        if due:
            self._task = asyncio.ensure_future(self._round(due))

    async def _round(self, due: list[Connection]) -> None:
        # Not more at a time than are asked together: a large round must not hold up those who knock meanwhile.
        for start in range(0, len(due), TOGETHER // 2):
            await asyncio.gather(*(self._look(connection) for connection in due[start : start + TOGETHER // 2]))

    async def _look(self, connection: Connection) -> None:
        if connection.ended:
            return
        if not connection.topics:
            connection.close(SILENT, "nothing subscribed")
            return
        self.plan(connection, RECHECK_SECONDS)
        watched = frozenset(connection.topics)
        try:
            admitted = await admissions.ask(connection.credential, watched)
        except Exception:
            log.exception("The rights of a socket could not be checked again; it stays until the next round.")
            return
        if admitted is None or not watched <= admitted.allowed.keys():
            connection.close(SIGNED_OUT, "rights ended")


rounds = Rounds()
hub.on_tick = rounds.tick


def same_origin(scope: dict[str, Any]) -> bool:
    """Whether the page that opens the socket is ours: its Origin is the host it asked for, or a trusted one."""
    headers = dict(scope["headers"])
    origin = headers.get(b"origin", b"").decode("latin-1")
    host = headers.get(b"host", b"").decode("latin-1")
    if not origin or not host:
        return False
    return origin.partition("://")[2] == host or origin in settings.CSRF_TRUSTED_ORIGINS


def credential(scope: dict[str, Any]) -> str:
    """The pass in the socket's address, else the session cookie of the handshake; an empty text without either."""
    query = scope["query_string"].decode("latin-1")
    if query and (passes := parse_qs(query).get("pass")):
        return passes[0] if admission.is_pass(passes[0]) else ""
    for name, value in scope["headers"]:
        if name == b"cookie":
            found: str = parse_cookie(value.decode("latin-1")).get(settings.SESSION_COOKIE_NAME, "")
            return found
    return ""


async def endpoint(scope: dict[str, Any], receive: Callable[[], Any], send: Send) -> None:
    """Serve one socket from handshake to end."""
    hub.start()
    await receive()  # websocket.connect
    if not same_origin(scope):
        await send({"type": "websocket.close", "code": FOREIGN})
        return
    key, write = credential(scope), scope.get("extensions", {}).get(wire.FRAMES)
    scope.clear()  # a kilobyte for every socket, which nobody asks again
    await send({"type": "websocket.accept"})
    connection = Connection(send, key, asyncio.current_task(), write)
    hub.connections.add(connection)
    loop = asyncio.get_running_loop()
    connection.tokens, connection.last_seen = float(BURST), loop.time()
    rounds.plan(connection, SILENCE_SECONDS)
    if not key:
        connection.close(SIGNED_OUT, "not signed in")
    try:
        while not connection.ended:
            message = await receive()
            if message["type"] == "websocket.disconnect":
                return
            await _answer(connection, _parsed(connection, message, loop.time()))
    except ClosingError as closing:
        connection.close(closing.code, closing.reason[:120])
    except asyncio.CancelledError:
        if not connection.ended:  # else the hub ended it: returning makes the server close the socket
            raise
    finally:
        hub.drop(connection)


def _parsed(connection: Connection, message: dict[str, Any], now: float) -> dict[str, Any]:
    connection.tokens = min(float(BURST), connection.tokens + (now - connection.last_seen) * RATE)
    connection.last_seen = now
    if connection.tokens < 1:
        raise ClosingError(TOO_MANY, "too many frames")
    connection.tokens -= 1
    text = message.get("text")
    if text is None:
        raise ClosingError(MALFORMED, "text frames only")
    if len(text) > FRAME_LIMIT:
        raise ClosingError(TOO_BIG, "frame too big")
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        raise ClosingError(MALFORMED, "not JSON") from None
    if not isinstance(frame, dict):
        raise ClosingError(MALFORMED, "not an object")
    return frame


async def _answer(connection: Connection, frame: dict[str, Any]) -> None:
    match frame:
        case {"type": "ping"}:
            connection.offer(*_PONG)
        case {"type": "subscribe", "topics": dict(wanted)} if wanted and all(_is_number(n) for n in wanted.values()):
            await _subscribe(connection, wanted)
        case {"type": "unsubscribe", "topics": list(addresses)} if all(isinstance(a, str) for a in addresses):
            for address in addresses:
                hub.leave(connection, address)
            if not connection.topics:
                rounds.plan(connection, SILENCE_SECONDS)
        case _:
            raise ClosingError(MALFORMED, "unknown frame")


def _is_number(value: object) -> bool:
    return value is None or (type(value) is int and 0 <= value < 2**62)


async def _subscribe(connection: Connection, wanted: dict[str, int | None]) -> None:
    fresh = {address: after for address, after in wanted.items() if address not in connection.topics}
    if len(connection.topics) + len(fresh) > TOPIC_LIMIT:
        raise ClosingError(TOO_MANY, "too many topics")
    if not fresh:
        return
    try:
        admitted = await admissions.ask(connection.credential, frozenset(fresh))
    except Exception:
        log.exception("A socket could not be admitted.")
        raise ClosingError(TRY_LATER, "try again later") from None
    if admitted is None:
        raise ClosingError(SIGNED_OUT, "signed out")
    first = not connection.topics
    connection.person_id, connection.holder = admitted.person_id, admitted.holder
    refused = sorted(fresh.keys() - admitted.allowed.keys())
    if refused:
        raise ClosingError(FOREIGN, refused[0])
    try:
        for address, after in fresh.items():
            await hub.join(connection, address, admitted.allowed[address], after)
    except UnavailableError:
        raise ClosingError(TRY_LATER, "try again later") from None
    if first:
        # Those who came at the same moment are not all looked at in the same second.
        rounds.plan(connection, RECHECK_SECONDS * random.uniform(0.4, 1))  # noqa: S311  spreads load, guards nothing
