"""How often codes may be looked up: by an address within a minute, and how many wrong ones within an hour."""

from typing import Final

from django.core.cache import cache
from django.http import HttpRequest

from documents.limits import client_address

PER_MINUTE: Final = 30
# Wrong ones: a person mistypes a few times; behind one mobile address live many households.
WRONG_OF_PERSON, WRONG_OF_ADDRESS = 15, 100
HOUR: Final = 3600


def too_often(request: HttpRequest) -> bool:
    """Count one look-up; True when there were too many of this address within the minute, or too many wrong ones."""
    address = client_address(request)[:64]
    if _count(f"join:{address}", 60) > PER_MINUTE or _seen(f"join-wrong:{address}") >= WRONG_OF_ADDRESS:
        return True
    return request.user.is_authenticated and _seen(f"join-wrong-of:{request.user.pk}") >= WRONG_OF_PERSON


def count_wrong(request: HttpRequest) -> None:
    """Count a code that stands for nothing."""
    _count(f"join-wrong:{client_address(request)[:64]}", HOUR)
    if request.user.is_authenticated:
        _count(f"join-wrong-of:{request.user.pk}", HOUR)


def _count(key: str, seconds: int) -> int:
    if cache.add(key, 1, timeout=seconds):
        return 1
    try:
        return int(cache.incr(key))
    except ValueError:  # it ended between the two calls
        return 1


def _seen(key: str) -> int:
    found: int = cache.get(key, 0)
    return found
