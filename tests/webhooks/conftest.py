"""A receiver inside the test: it speaks HTTP over a pair of sockets of this process, and nothing leaves the machine."""

import http.client
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from django.utils import timezone

from tenancy.scope import scope
from tests.world import Side
from webhooks import actions, transport
from webhooks.models import Delivery, Subscription

URL = "https://hooks.firm.example/in?from=gongzhi"
PUBLIC = "93.184.215.14"


@dataclass
class Received:
    """One call as the receiver saw it."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def said(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass
class Receiver:
    """Answers with the next of ``answers``, at the end with 204. ``names`` is its own name service."""

    calls: list[Received] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    names: dict[str, list[str]] = field(default_factory=lambda: {"hooks.firm.example": [PUBLIC]})
    reached: list[tuple[str, str, int]] = field(default_factory=list)

    def resolve(self, host: str, port: int) -> list[str]:
        if host not in self.names:
            raise transport.CallFailed("no_such_name")
        return self.names[host]

    @contextmanager
    def connected(self, address: str, host: str, port: int) -> Iterator[http.client.HTTPConnection]:
        self.reached.append((address, host, port))
        ours, theirs = socket.socketpair()
        served = threading.Thread(target=self._serve, args=(theirs,))
        served.start()
        connection = http.client.HTTPSConnection(host, port)
        connection.sock = ours
        try:
            yield connection
        finally:
            ours.close()
            served.join()

    def _serve(self, theirs: socket.socket) -> None:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.calls.append(Received(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(receiver.answers.pop(0) if receiver.answers else 204)
                self.send_header("Location", "https://127.0.0.1/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                """Quiet."""

        with theirs:
            Handler(theirs, ("test", 0), None)  # type: ignore[arg-type]


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Receiver:
    made = Receiver()
    monkeypatch.setattr(transport, "resolve", made.resolve)
    monkeypatch.setattr(transport, "connected", made.connected)
    return made


@pytest.fixture
def subscribe(receiver: Receiver) -> Callable[..., tuple[Subscription, str]]:
    """``subscribe(side)`` -> (subscription, secret), made by the firm's manager for two events."""

    def make(
        side: Side,
        *,
        name: str = "工单系统",
        url: str = URL,
        by: str = "manager",
        now: datetime | None = None,
        **more: Any,
    ) -> tuple[Subscription, str]:
        with scope(side.compound.pk):
            return actions.subscribe(
                compound_id=side.compound.pk,
                name=name,
                url=url,
                wanted=more.get("wanted", ["repairs.filed", "repairs.accepted"]),
                by=side.actor(by),
                now=now or timezone.now(),
            )

    return make


def payload(**more: Any) -> dict[str, Any]:
    return {
        "ref": "abc",
        "number": "BX2026000001",
        "state": "accepted",
        "category": "water",
        "urgent": False,
        "at": "2026-11-20T10:00:00+08:00",
        **more,
    }


def emit(side: Side, event: str = "repairs.accepted", *, now: datetime | None = None, **more: Any) -> int:
    with scope(side.compound.pk):
        return actions.emit(
            compound_id=side.compound.pk, event=event, payload=payload(**more), now=now or timezone.now()
        )


def deliveries(side: Side) -> list[Delivery]:
    with scope(side.compound.pk):
        return list(Delivery.objects.order_by("pk"))


def reload(side: Side, subscription: Subscription) -> Subscription:
    with scope(side.compound.pk):
        found: Subscription = Subscription.objects.get(pk=subscription.pk)
        return found
