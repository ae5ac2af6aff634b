"""How often codes may be tried. What is wrong counts, what is right does not: behind one mobile address live whole streets.

Whoever is signed in is counted as a person (an account costs a text message), everyone else by address.
"""

from typing import Final

from django.core.cache import cache
from django.http import HttpRequest

from documents.limits import client_address

WRONG_OF_PERSON: Final = 15
WRONG_OF_ADDRESS: Final = 60
PER_MINUTE: Final = 240  # of one address, right or wrong: a machine, not a street
HOUR: Final = 3600


def too_often(request: HttpRequest) -> bool:
    """Whether this person, or this address, has tried too many wrong codes within the hour."""
    if request.user.is_authenticated:
        return _seen(f"join-wrong-of:{request.user.pk}") >= WRONG_OF_PERSON
    address = client_address(request)[:64]
    return _count(f"join:{address}", 60) > PER_MINUTE or _seen(f"join-wrong:{address}") >= WRONG_OF_ADDRESS


def count_wrong(request: HttpRequest) -> None:
    """Count a code that stands for nothing."""
    if request.user.is_authenticated:
        _count(f"join-wrong-of:{request.user.pk}", HOUR)
    else:
        _count(f"join-wrong:{client_address(request)[:64]}", HOUR)


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
