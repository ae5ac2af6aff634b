"""Keeps messages in a list: for tests."""

from typing import NamedTuple


class Message(NamedTuple):
    """One message that would have been sent."""

    phone: str
    template: str
    params: dict[str, str]


outbox: list[Message] = []


def send(phone: str, template: str, params: dict[str, str]) -> str:
    """Keep the message; return its place in the list."""
    outbox.append(Message(phone, template, dict(params)))
    return f"memory-{len(outbox)}"
