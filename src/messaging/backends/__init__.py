"""How messages leave the portal: one module a channel, behind one interface.

WeChat and DingTalk come in the same way: a module with ``deliver`` and a line in ``register``.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Envelope:
    """A claimed message, ready to leave. ``key`` names the effect: the same in every attempt, for gateways that compare it.

    ``number`` (E.164) stands for a person without an account, whose ``person_id`` is 0.
    """

    key: str
    compound_id: int
    person_id: int
    template: str
    title: str
    body: str
    link: str
    context: dict[str, str]
    number: str = ""


class DeliveryError(Exception):
    """A gateway did not take a message.

    ``code`` is a word for the record (busy, number, setup, unreachable, no_address); ``temporary`` says whether trying again
    may help. ``detail`` must hold no address and no number.
    """

    def __init__(self, code: str, *, temporary: bool, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.temporary = temporary
        self.detail = detail


Deliver = Callable[[Envelope], str]
_backends: dict[str, Deliver] = {}


def register(channel: str, deliver: Deliver) -> None:
    """Say how messages of a channel leave: ``deliver(envelope) -> receipt``, raising DeliveryError."""
    _backends[channel] = deliver


def deliver(channel: str, envelope: Envelope) -> str:
    """Hand a message to its channel now, outside any transaction; returns the gateway's receipt."""
    try:
        backend = _backends[channel]
    except KeyError:
        raise DeliveryError("setup", temporary=False, detail=f"no backend for {channel}") from None
    return backend(envelope)
