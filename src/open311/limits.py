"""How often a key may call, and how often one address may try keys that there are not."""

from django.core.cache import cache
from django.http import HttpRequest

from documents.limits import client_address
from open311.rules import FILINGS_PER_MINUTE, READS_PER_MINUTE, WRONG_KEYS_PER_MINUTE


def too_many_calls(key_id: int, *, filing: bool) -> bool:
    """Count one call of a key; True when it has made more than its share within a minute."""
    most = FILINGS_PER_MINUTE if filing else READS_PER_MINUTE
    return _counted(f"open311-{'file' if filing else 'read'}:{key_id}") > most


def tried_too_often(request: HttpRequest) -> bool:
    """Whether this address has called with more wrong keys within a minute than anybody mistypes."""
    return int(cache.get(_address(request)) or 0) > WRONG_KEYS_PER_MINUTE


def tried_wrongly(request: HttpRequest) -> None:
    """Count one call with a wrong key."""
    _counted(_address(request))


def _address(request: HttpRequest) -> str:
    return f"open311-wrong:{client_address(request)[:64]}"


def _counted(name: str) -> int:
    if cache.add(name, 1, timeout=60):
        return 1
    try:
        return int(cache.incr(name))
    except ValueError:  # it ended between the two calls
        return 1
