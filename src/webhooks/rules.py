"""Which addresses may be called, when a call is tried again, how it is signed. No clock, no database.

The signature is that of Standard Webhooks (https://www.standardwebhooks.com, specification 1.0): HMAC-SHA256 over
``id.timestamp.body`` with the secret's bytes, base64, marked ``v1``.
"""

import base64
import hashlib
import hmac
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

# After the first, second, ... failed attempt. After the last one the delivery is given up, and says so.
BACKOFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=24),
)
# An address that has answered nothing well for so long is not called any more; its owner is told.
DISABLE_AFTER = timedelta(days=5)
# Both secrets sign for so long after a change, so that the receiver can change its own without losing a call.
OVERLAP = timedelta(hours=24)
# What a receiver may be told: which request, where it stands, since when. Nothing about a person.
PAYLOAD_KEYS = frozenset({"ref", "number", "state", "category", "urgent", "at"})
SECRET_PREFIX = "whsec_"  # noqa: S105  the mark of the format, no secret
SECRET_BYTES = 32
MAX_URL = 400
PORTS = (443, 8443)
GONE = 410

Address = IPv4Address | IPv6Address


def refused_url(url: str) -> str:
    """Why an address may not be called: not_https, has_user, no_host, port, private, too_long, unreadable; "" if it may.

    A name is only read here; what it resolves to is asked by ``refused_address``, now and again at every call.
    """
    if len(url) > MAX_URL:
        return "too_long"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or PORTS[0]
    except ValueError:
        return "unreadable"
    checks = {
        "unreadable": not url.isascii() or not url.isprintable() or " " in url or "\\" in url,
        "not_https": parts.scheme != "https",
        "has_user": parts.username is not None or parts.password is not None,
        "no_host": not host,
        "private": _private_host(host),
        "port": port not in PORTS,
    }
    return next((reason for reason, is_so in checks.items() if is_so), "")


def _private_host(host: str) -> bool:
    literal = _literal(host)
    if literal is not None:
        return refused_address(literal) != ""
    # A name without a dot is one of the local network; digits alone at its end are an address in another spelling.
    return "." not in host.strip(".") or host.rstrip(".").rpartition(".")[2].isdigit()


def refused_address(address: str) -> str:
    """ "private" for an address that is not one of the public internet, "unreadable" for none at all, "" for a public one."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return "unreadable"
    return "" if all(_public(one) for one in _meant(found)) else "private"


def _literal(host: str) -> str | None:
    try:
        return str(ip_address(host))
    except ValueError:
        return None


def _public(address: Address) -> bool:
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


# Addresses of version 6 that carry one of version 4 inside: NAT64 (RFC 6052), its local form (RFC 8215).
_NAT64 = (0x0064FF9B << 96, 0x0064FF9B0001 << 80)


def _meant(address: Address) -> list[Address]:
    """The address and every address that it stands for: mapped, 6to4, Teredo, NAT64."""
    meant: list[Address] = [address]
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return [address.ipv4_mapped]
        if address.sixtofour is not None:
            meant.append(address.sixtofour)
        if address.teredo is not None:
            meant.extend(address.teredo)
        if int(address) >> 32 in {base >> 32 for base in _NAT64}:
            meant = [IPv4Address(int(address) & 0xFFFFFFFF)]
    return meant


def wait_after(attempts: int) -> timedelta | None:
    """How long to wait after so many failed attempts (1 and up); None when there is no further one."""
    return BACKOFF[attempts - 1] if attempts <= len(BACKOFF) else None


def signature(secret: str, *, message_id: str, timestamp: int, body: bytes) -> str:
    """One signature, ``v1,<base64>``. ``secret`` is ``whsec_<base64>``; ``timestamp`` in seconds since 1970."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return f"v1,{base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()}"


def headers(secrets: list[str], *, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of a call, signed with every secret that is valid now."""
    signed = (signature(secret, message_id=message_id, timestamp=timestamp, body=body) for secret in secrets)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signed),
    }
