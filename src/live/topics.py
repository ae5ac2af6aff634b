"""What may be watched live, and by whom. Apps above register their topics in ``AppConfig.ready()``.

A topic is named inside one compound: ``repairs.board``, or with a key ``repairs.request:20260301-0007``. On the wire and in
pages its address carries the compound's code in front: ``xilin/repairs.board``.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tenancy.actor import Actor

MayWatch = Callable[[Actor, int, str], bool]
# The present numbers of topics by (compound id, key), asked in a scope of those compounds, in one statement.
Numbers = Callable[[Sequence[tuple[int, str]]], dict[tuple[int, str], int]]

_TOPIC = re.compile(r"([a-z][a-z0-9_.]{0,38}[a-z0-9])(?::([A-Za-z0-9._-]{1,60}))?")
_ADDRESS = re.compile(r"([A-Za-z0-9_-]{1,24})/([A-Za-z0-9_.:-]{1,100})")


class UnknownTopicError(ValueError):
    """No app has registered this topic, or it is not written as one. ``code`` is the reason for the view."""

    code = "unknown_topic"


@dataclass(frozen=True, slots=True)
class Definition:
    """A registered topic: whether it takes a key, who may watch it, and where its numbers come from if not from events."""

    name: str
    may_watch: MayWatch
    keyed: bool
    numbers: Numbers | None = None


_definitions: dict[str, Definition] = {}


def register(name: str, *, may_watch: MayWatch, keyed: bool = False, numbers: Numbers | None = None) -> None:
    """Make a topic known. ``may_watch(actor, compound_id, key)`` runs inside a scope of that compound and may query.

    The compound is already known to be one that the actor's standing covers today; ``key`` is empty unless ``keyed``.
    It is asked again every minute, so keep it to one query at most.

    With ``numbers`` the topic has no events of its own: its number is read off rows that are there anyway and differs
    whenever they do. Nothing is written and no row locked to say that it moved (``actions.moved``); watchers are only told
    to fetch their part of the page anew.
    """
    if not _TOPIC.fullmatch(name) or ":" in name:
        raise ValueError(f"{name!r} is no topic name.")
    _definitions[name] = Definition(name, may_watch, keyed, numbers)


def find(topic: str) -> tuple[Definition, str]:
    """The definition and key of a topic as written; UnknownTopicError when there is none."""
    match = _TOPIC.fullmatch(topic)
    definition = _definitions.get(match[1]) if match else None
    if match is None or definition is None or definition.keyed != (match[2] is not None):
        raise UnknownTopicError(topic)
    return definition, match[2] or ""


def derived(topic: str) -> tuple[Numbers, str] | None:
    """Where a topic's number comes from, and its key, if it has no events of its own."""
    try:
        definition, key = find(topic)
    except UnknownTopicError:
        return None
    return (definition.numbers, key) if definition.numbers else None


def split_address(address: str) -> tuple[str, str]:
    """Compound code and topic of an address; UnknownTopicError when it is not one."""
    match = _ADDRESS.fullmatch(address)
    if match is None:
        raise UnknownTopicError(address)
    return match[1], match[2]


def may_watch(actor: Actor, compound_id: int, topic: str) -> bool:
    """Whether the actor may watch a topic of a compound. False for unknown topics and compounds not covered."""
    if compound_id not in actor.compound_ids:
        return False
    try:
        definition, key = find(topic)
    except UnknownTopicError:
        return False
    return definition.may_watch(actor, compound_id, key)
