"""How a call leaves: the name is resolved, every address checked, and the checked address is the one that is called.

Plain ``http.client`` over our own socket: no redirects, no proxies of the environment, no second look-up in between that
could answer otherwise, and one clock over the whole call.
"""

import http.client
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit

from webhooks.rules import PORTS, refused_address, refused_url

TIMEOUT = 5.0


class CallFailed(Exception):
    """A call that was not answered at all. ``code`` is a word for the record: refused_address, no_such_name, timeout ..."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name, in the resolver's order. CallFailed("no_such_name") for none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise CallFailed("no_such_name") from None
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def checked_address(url: str) -> str:
    """The address that a URL leads to now. CallFailed when the URL or any of its addresses must not be called."""
    if refused_url(url):
        raise CallFailed("refused_address")
    parts = urlsplit(url)
    found = resolve(parts.hostname or "", parts.port or PORTS[0])
    if not found:
        raise CallFailed("no_such_name")
    if any(refused_address(address) for address in found):
        raise CallFailed("refused_address")
    return found[0]


def post(url: str, *, body: bytes, headers: Mapping[str, str]) -> int:
    """POST once; return the status. Raises CallFailed (refused_address, no_such_name, timeout, tls, unreachable).

    Nothing of the answer but its status is read, whatever it is: a redirect is an answer like any other.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or PORTS[0]
    address = checked_address(url)
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    try:
        with connected(address, host, port) as connection:
            connection.request("POST", path, body=body, headers=dict(headers))
            return connection.getresponse().status
    except TimeoutError:
        raise CallFailed("timeout") from None
    except ssl.SSLError:
        raise CallFailed("tls") from None
    except (OSError, http.client.HTTPException):
        raise CallFailed("unreachable") from None


@contextmanager
def connected(address: str, host: str, port: int) -> Iterator[http.client.HTTPConnection]:
    """A connection to that very address, proven by certificate to be ``host``; cut off after TIMEOUT, whatever happens."""
    raw = socket.create_connection((address, port), timeout=TIMEOUT)
    with ssl.create_default_context().wrap_socket(raw, server_hostname=host, do_handshake_on_connect=False) as tls:
        # The time-out of a socket counts anew with every byte: a receiver that drips would hold the worker for good.
        late = threading.Event()
        guard = threading.Timer(TIMEOUT, _cut, (tls, late))
        guard.start()
        try:
            tls.do_handshake()
            connection = http.client.HTTPSConnection(host, port)
            connection.sock = tls
            yield connection
            if late.is_set():  # cut off within the headers, which http.client takes for their end
                raise TimeoutError
        except (OSError, http.client.HTTPException) as error:
            if late.is_set():
                raise TimeoutError from error
            raise
        finally:
            guard.cancel()


def _cut(tls: ssl.SSLSocket, late: threading.Event) -> None:
    late.set()
    try:
        socket.socket.shutdown(tls, socket.SHUT_RDWR)
    except OSError:
        return  # it was over in the same moment
