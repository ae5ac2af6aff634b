"""Who must hear that a session ended: live sockets close with it."""

from collections.abc import Callable, Sequence

from django.db import transaction

Listener = Callable[[Sequence[str]], None]
_listeners: list[Listener] = []


def register_on_revoke(listener: Listener) -> None:
    """Have ``listener(session_keys)`` called after sessions ended. It runs after the commit: it must not query."""
    _listeners.append(listener)


def announce(session_keys: Sequence[str]) -> None:
    """Tell every listener, once the ending is committed."""
    keys = [key for key in session_keys if key]
    if not keys:
        return
    for listener in _listeners:
        transaction.on_commit(lambda tell=listener: tell(keys))  # type: ignore[misc]
