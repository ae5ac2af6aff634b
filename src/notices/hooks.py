"""What upper floors hear of: a notice came out, or was withdrawn. Registered in their ``AppConfig.ready()``.

Called inside the transaction of the cause, with the row locked: a hook that raises undoes the whole act.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

Heard = Callable[[Any, Any, datetime], None]
_published: list[Heard] = []
_withdrawn: list[Heard] = []


def on_published(heard: Heard) -> None:
    """``heard(notice, version, now)`` for every edition that comes out, a correction included."""
    if heard not in _published:
        _published.append(heard)


def on_withdrawn(heard: Heard) -> None:
    """``heard(notice, version, now)``: ``version`` is what was public, or None for a notice that never was."""
    if heard not in _withdrawn:
        _withdrawn.append(heard)


def published(notice: Any, version: Any, now: datetime) -> None:
    """Tell everyone who listens."""
    for heard in _published:
        heard(notice, version, now)


def withdrawn(notice: Any, version: Any, now: datetime) -> None:
    """Tell everyone who listens."""
    for heard in _withdrawn:
        heard(notice, version, now)
