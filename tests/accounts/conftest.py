"""People, numbers, and the messages that would have been sent."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Person
from accounts.sms import memory
from tests.accounts.numbers import E164, PHONE


@pytest.fixture(autouse=True)
def outbox() -> Iterator[list[memory.Message]]:
    """The messages of this test."""
    memory.outbox.clear()
    yield memory.outbox
    memory.outbox.clear()


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def person(db: None) -> Person:
    """Someone with a name and a verified number."""
    return Person.objects.create_person(phone=E164, name="王小花", phone_verified=True)


@pytest.fixture
def guest() -> Client:
    """A browser that has agreed to the privacy notice before."""
    return Client(headers={"accept-language": "zh-hans"})


@pytest.fixture
def ask(outbox: list[memory.Message]) -> Callable[..., Any]:
    """``ask(client, phone)`` asks for a code on the sign-in page."""

    def do(client: Client, phone: str = PHONE, **extra: Any) -> Any:
        query = f"?next={extra.pop('next')}" if "next" in extra else ""
        return client.post(f"/accounts/login/{query}", {"phone": phone, "agree": "on"}, **extra)

    return do


@pytest.fixture
def enter(ask: Callable[..., Any], outbox: list[memory.Message]) -> Callable[..., Any]:
    """``enter(client, phone)`` signs in with the code of the message; returns the answer to the code."""

    def do(client: Client, phone: str = PHONE, **extra: Any) -> Any:
        asked = ask(client, phone, **extra)
        assert asked.status_code == 302, asked.content.decode()
        return client.post(asked["Location"], {"code": outbox[-1].params["code"]})

    return do


@pytest.fixture
def step_up(outbox: list[memory.Message]) -> Callable[[Client], None]:
    """``step_up(client)`` answers a fresh code to the present number."""

    def do(client: Client) -> None:
        client.post("/accounts/step-up/", {"send": "1"})
        answered = client.post("/accounts/step-up/", {"code": outbox[-1].params["code"]})
        assert answered.status_code == 302, answered.content.decode()

    return do


@pytest.fixture
def signed_in(person: Person) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(person)
    return client
