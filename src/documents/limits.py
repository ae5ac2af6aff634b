"""How often one address may look codes up on the public page."""

from typing import Final

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

PER_MINUTE: Final = 30


def client_address(request: HttpRequest) -> str:
    """The address that the outermost trusted proxy saw, or the peer's when there is no proxy."""
    hops = [hop.strip() for hop in request.headers.get("x-forwarded-for", "").split(",") if hop.strip()]
    trusted: int = settings.TRUSTED_PROXIES
    if trusted and len(hops) >= trusted:
        return hops[-trusted]
    return str(request.META.get("REMOTE_ADDR", ""))


def too_often(request: HttpRequest, *, of: str = "documents-check") -> bool:
    """Count one look-up; True when this address has made more than PER_MINUTE of that kind within a minute."""
    key = f"{of}:{client_address(request)[:64]}"
    if cache.add(key, 1, timeout=60):
        return False
    try:
        return int(cache.incr(key)) > PER_MINUTE
    except ValueError:  # it ended between the two calls
        return False
