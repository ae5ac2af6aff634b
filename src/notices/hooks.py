"""What upper floors hear of: a notice came out, or was withdrawn. Registered in their ``AppConfig.ready()``.

Called inside the transaction of the cause, with the row locked: a hook that raises undoes the whole act.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

Heard = Callable[[Any, Any, datetime], object]
_published: list[Heard] = []
_withdrawn: list[Heard] = []


def on_published(heard: Heard) -> None:
    """``heard(notice, version, now)`` for every edition that comes out, a correction included."""
    if heard not in _published:
        _published.append(heard)


def on_withdrawn(heard: Heard) -> None:
    """``heard(notice, version, now)``: ``version`` is what was public, or None for a notice that never was.

    It returns True when it has told those who read the notice why it is gone, so that nobody tells them twice.
    """
    if heard not in _withdrawn:
        _withdrawn.append(heard)


def published(notice: Any, version: Any, now: datetime) -> None:
    """Tell everyone who listens."""
    for heard in _published:
        heard(notice, version, now)


def withdrawn(notice: Any, version: Any, now: datetime) -> bool:
    """Tell everyone who listens; whether one of them has told the readers."""
    said = [heard(notice, version, now) for heard in _withdrawn]
    return any(one is True for one in said)
