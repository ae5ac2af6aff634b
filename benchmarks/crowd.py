"""Ten thousand browsers: the program in C (``crowd.c``), compiled when it is first needed, and what it is told to say."""

import resource
import shutil
import struct
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

import psutil

from benchmarks.databases import STATE

SOURCE = Path(__file__).with_suffix(".c")
USER_AGENT = (
    "Mozilla/5.0 (Linux; Android 14; V2307A) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0 Mobile Safari/537.36"
)


class Unable(RuntimeError):
    """This machine lacks what the measurement needs; says what to install or to raise."""


def program() -> Path:
    """The compiled client; raises Unable without a compiler."""
    built = STATE / "crowd"
    if built.exists() and built.stat().st_mtime > SOURCE.stat().st_mtime:
        return built
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        raise Unable("no C compiler (Debian: apt install gcc libc6-dev): the client of ten thousand sockets is in C")
    subprocess.run([compiler, "-O2", "-o", str(built), str(SOURCE)], check=True)
    return built


def handshake(path: str, host: str, cookie: str = "") -> bytes:
    """The request of a phone's browser for a socket, as a proxy that ends TLS passes it on."""
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: {host}",
        "Connection: Upgrade",
        "Pragma: no-cache",
        "Cache-Control: no-cache",
        f"User-Agent: {USER_AGENT}",
        "Upgrade: websocket",
        f"Origin: https://{host}",
        "Sec-WebSocket-Version: 13",
        "Accept-Encoding: gzip, deflate, br",
        "Accept-Language: zh-CN,zh;q=0.9,en;q=0.8",
        *([f"Cookie: {cookie}"] if cookie else []),
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "X-Forwarded-For: 203.0.113.7",
        "X-Forwarded-Proto: https",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def masked(text: str) -> bytes:
    """A client's text frame. The mask is zero: it hides nothing anyway."""
    body = text.encode()
    size = bytes([0x80 | len(body)]) if len(body) < 126 else bytes([0x80 | 126]) + struct.pack(">H", len(body))  # noqa: PLR2004
    return b"\x81" + size + b"\0\0\0\0" + body


def hellos(name: str, said: Sequence[tuple[bytes, bytes]]) -> Path:
    """Write down what the sockets say: handshake and first frame of each."""
    path = STATE / f"{name}.hellos"
    with path.open("wb") as out:
        for pair in said:
            for piece in pair:
                out.write(struct.pack("=I", len(piece)) + piece)
    return path


@dataclass(frozen=True, slots=True)
class Opened:
    """How long it took until all were accepted, until all had what they wait for, and how many did."""

    accepted: float
    joined: float
    count: int


@dataclass(frozen=True, slots=True)
class Delivered:
    """One publish: milliseconds to the first, half, 99 % and the last; how many got it, were cut off, got it twice."""

    first: float
    half: float
    most: float
    last: float
    got: int
    lost: int
    twice: int


class Crowd:
    """The client's process. Every method is one order to it."""

    def __init__(self, process: "subprocess.Popen[str]", size: int) -> None:
        self._process = process
        self.size = size

    def _order(self, line: str) -> list[float]:
        told, answers = cast("IO[str]", self._process.stdin), cast("IO[str]", self._process.stdout)
        told.write(f"{line}\n")
        told.flush()
        answer = answers.readline().split()
        if not answer:
            raise RuntimeError(f"The client ended at: {line}")
        return [float(one) for one in answer[1:]]

    def open(self, *, within: float = 60, again: bool = False) -> Opened:
        """Connect all; ``again``: once more, trying anew when refused."""
        accepted, joined, count, _refused = self._order(f"{'again' if again else 'open'} {within}")
        return Opened(accepted, joined, int(count))

    def publish(self, port: int, request: Path, mark: str, *, within: float = 30) -> Delivered:
        """Send a request to a port and wait until every socket has the mark."""
        first, half, most, last, got, lost, twice = self._order(f"round {port} {request} {mark} {within}")
        return Delivered(first, half, most, last, int(got), int(lost), int(twice))

    def idle(self, seconds: float) -> int:
        """Do nothing for a while but answer pings; returns how many were cut off."""
        return int(self._order(f"idle {seconds}")[0])


@contextmanager
def crowd(ports: Sequence[int], size: int, said: Path, *, mark: str = "", at_once: int = 200) -> Iterator[Crowd]:
    """A client for so many sockets, until the end of the block. ``mark`` is what each must have got to count as joined."""
    line = [str(program()), ",".join(map(str, ports)), str(size), str(at_once), str(said), mark]
    process = subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield Crowd(process, size)
    finally:
        process.kill()
        process.wait()


def files_allowed() -> int:
    """How many files a process may have open, after raising the limit as far as we may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard == resource.RLIM_INFINITY or soft < hard:
        wanted = 1_000_000 if hard == resource.RLIM_INFINITY else hard
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    return soft


def ports_left() -> int:
    """How many connections of one address to one port the machine can have at a time."""
    low, high = map(int, Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split())
    return high - low


def resident(*roots: int) -> int:
    """Resident bytes of processes and all below them."""
    family = [one for root in roots for one in (psutil.Process(root), *psutil.Process(root).children(recursive=True))]
    return sum(one.memory_info().rss for one in family)
