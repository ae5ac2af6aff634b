"""Who must hear that a session ended: live sockets close with it. And who is signed in, asked for many at once."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.models import Person

Listener = Callable[[Sequence[str]], None]
_listeners: list[Listener] = []
_KEY = re.compile(r"[a-z0-9]{8,40}")


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


def signed_in(session_keys: Iterable[str]) -> dict[str, tuple[Person, Mapping[str, Any]]]:
    """Of these sessions, those of somebody who is signed in: the person, and what the session holds.

    What ``django.contrib.auth.get_user`` checks for one: the session lives, its person is active, and it was begun with the
    password that they have now. One statement, one more for sessions that the cache does not know.
    """
    held = _held({key for key in session_keys if _KEY.fullmatch(key)})
    claimed = {
        key: said[SESSION_KEY]
        for key, said in held.items()
        if SESSION_KEY in said and said.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
    }
    people = {str(one.pk): one for one in Person.objects.filter(pk__in=set(claimed.values()), is_active=True)}
    return {
        key: (people[person], held[key])
        for key, person in claimed.items()
        if person in people and _began_with(people[person], held[key].get(HASH_SESSION_KEY, ""))
    }


def _held(keys: set[str]) -> dict[str, Mapping[str, Any]]:
    """What living sessions hold, read as the session store reads one: from the cache, then from the table."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    cache, prefix, now = caches[settings.SESSION_CACHE_ALIAS], store.cache_key_prefix, timezone.now()
    held = {key.removeprefix(prefix): said for key, said in cache.get_many([prefix + key for key in keys]).items()}
    if missing := keys - held.keys():
        for row in Session.objects.filter(session_key__in=missing, expire_date__gt=now):
            held[row.session_key] = store().decode(row.session_data)
            cache.set(prefix + row.session_key, held[row.session_key], int((row.expire_date - now).total_seconds()))
    return held


def _began_with(person: Person, said: str) -> bool:
    return constant_time_compare(said, person.get_session_auth_hash()) or any(
        constant_time_compare(said, older) for older in person.get_session_auth_fallback_hash()
    )
