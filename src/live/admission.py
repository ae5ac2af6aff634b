"""Passes: who may watch without a session, such as a hall screen that nobody signs in at.

A pass is written ``<kind>:<token>`` and stands in the addresses of the page that holds it: the socket's
``/live/ws/?pass=screen:<token>`` and the polling endpoint's ``/live/pass/?pass=screen:<token>``
(``<body data-live-url="…" data-live-poll="…">``). Apps above say in ``AppConfig.ready()`` what a token of their kind opens.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import transaction

from live import relay, topics

_PASS = re.compile(r"([a-z][a-z0-9_]{0,19}):([A-Za-z0-9_-]{1,100})")


@dataclass(frozen=True, slots=True)
class Bearer:
    """What a token opens: topics of one compound. ``holder`` is what ``revoke`` names, such as the key of the row."""

    holder: str
    compound_id: int
    code: str
    topics: frozenset[str]


# From a token to what it opens; None when it is unknown or revoked. Called with no scope open: it opens what it needs.
Resolve = Callable[[str], Bearer | None]

_kinds: dict[str, Resolve] = {}


def register(kind: str, resolve: Resolve) -> None:
    """Make a kind of pass known. ``resolve`` is asked again every minute for every socket, so keep it to two queries."""
    if not _PASS.fullmatch(f"{kind}:x"):
        raise ValueError(f"{kind!r} is no kind of pass.")
    _kinds[kind] = resolve


def is_pass(text: str) -> bool:
    """Whether this is written as a pass. A session key never is: it holds no colon."""
    return _PASS.fullmatch(text) is not None


def find(text: str) -> tuple[str, Bearer] | None:
    """The holder's full name (``<kind>:<holder>``) and what the pass opens; None when it opens nothing."""
    match = _PASS.fullmatch(text)
    resolve = _kinds.get(match[1]) if match else None
    bearer = resolve(match[2]) if match and resolve else None
    return (f"{match[1]}:{bearer.holder}", bearer) if match and bearer else None


def allowed(bearer: Bearer, addresses: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Of these addresses, those that the bearer may watch, with compound id and topic. Others are simply not in it."""
    found = {}
    for address in addresses:
        try:
            code, topic = topics.split_address(address)
            topics.find(topic)
        except topics.UnknownTopicError:
            continue
        if code == bearer.code and topic in bearer.topics:
            found[address] = (bearer.compound_id, topic)
    return found


def revoke(kind: str, holder: str) -> None:
    """Close every socket of a holder once the transaction commits; whoever comes back with the old token is refused."""
    transaction.on_commit(lambda: relay.publish({"type": "live.revoke", "holders": [f"{kind}:{holder}"]}), robust=True)
