"""``make run``: the whole portal in one process over the state directory, with its own PostgreSQL.

Reads PORT (8000), HOST (localhost), STATE_DIR (./var); with DATABASE_URL set, no PostgreSQL is started. Whatever an earlier
run left behind (killed, half made, still running) is put right by starting again.
"""

import ctypes
import errno
import os
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn

from config.embedded import Server
from config.environment import ROOT
from config.state import StateLock, Trouble

M_ARENA_MAX = -8  # of glibc's malloc.h
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(Exception):
    """Someone asked us to stop: Ctrl-C, SIGTERM, or the terminal went away."""


class WebServer(uvicorn.Server):
    """Uvicorn that says where to go once it really listens."""

    def __init__(self, settings: uvicorn.Config, welcome: str) -> None:
        super().__init__(settings)
        self.welcome = welcome

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets)
        if self.started:
            say(self.welcome)


def say(text: str) -> None:
    """Print to the operator at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def bind(host: str, port: str) -> list[socket.socket]:
    """Take the port on every address of the host before anything else starts; raise Trouble when someone else has it."""
    if not port.isdecimal() or not 0 < int(port) < 65536:  # noqa: PLR2004
        raise Trouble(f"PORT={port}: 应为 1 到 65535 的数字 · must be a number from 1 to 65535.")
    try:
        found = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        raise Trouble(f"HOST={host}: 不是这台机器的地址 · no address of this machine ({error}).") from error
    listeners: list[socket.socket] = []
    refusal: OSError | None = None
    for family, address in dict.fromkeys((family, address) for family, _, _, _, address in found):
        try:
            listeners.append(_listener(family, address))
        except OSError as error:
            refusal = error
            if error.errno == errno.EADDRINUSE:  # any other refusal: localhost may have an IPv6 name and no IPv6
                break
    if listeners and (refusal is None or refusal.errno != errno.EADDRINUSE):
        return listeners
    for listener in listeners:
        listener.close()
    if refusal is not None and refusal.errno == errno.EADDRINUSE:
        raise Trouble(
            f"端口 {port} 已被占用,请换一个 · port {port} is taken, choose another:  make run PORT={int(port) % 65535 + 1}"
        ) from refusal
    raise Trouble(f"无法使用 · cannot use {host}:{port}: {refusal}") from refusal


def _listener(family: int, address: Any) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError:
        listener.close()
        raise
    return listener


def welcome(address: str) -> str:
    """The lines that greet the operator: the address and who can sign in."""
    from django.conf import settings

    lines = ["", f"  共治已启动 · Gongzhi is up:  {address}", ""]
    if settings.DEMONSTRATION:
        from portal.demonstration.directory import people

        lines.append("  演示人员,登录页上点一下即可进入 · demonstration, one tap on the sign-in page:")
        lines += [f"    {person.phone.removeprefix('+86')}  {person.label}  {person.role}" for person in people()]
        lines.append("")
    lines.append("  停止 · stop: Ctrl-C")
    return "\n".join(lines)


def keep_memory_small() -> None:
    """Two pools of memory instead of eight a core: freed memory of many threads goes back sooner. Only glibc knows this."""
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "mallopt"):
        libc.mallopt(M_ARENA_MAX, 2)


def ask_to_stop(number: int, _: FrameType | None) -> None:
    """Turn a signal into an exception, so that every step underway unwinds and cleans up."""
    raise Stopped(signal.Signals(number).name)


def run(stack: ExitStack) -> None:
    """Start everything, serve until told to stop. What was started is stopped by the stack, in reverse."""
    state_dir = Path(os.environ.get("STATE_DIR") or ROOT / "var").resolve()
    host, port = os.environ.get("HOST") or "localhost", os.environ.get("PORT") or "8000"
    listeners = bind(host, port)
    for listener in listeners:
        stack.enter_context(listener)
    # By its name: browsers make no passkeys for an address in numbers.
    shown = "localhost" if host in {"0.0.0.0", "::"} else f"[{host}]" if ":" in host else host  # noqa: S104  not bound
    address = f"http://{shown}:{port}"
    stack.enter_context(StateLock(state_dir / "lock", f"make run, {address}"))
    os.environ["GONGZHI_FORM"] = "embedded"
    os.environ["STATE_DIR"], os.environ["PORT"] = str(state_dir), port
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if not os.environ.get("DATABASE_URL"):
        server = Server(state_dir, say=say)
        stack.callback(server.stop)
        server.start()
        server.watch()
        os.environ["DATABASE_URL"] = server.url

    import django

    django.setup()
    from config import prepare

    prepare.reach_database()
    if todo := prepare.pending():
        prepare.disconnect()
        done = subprocess.run([sys.executable, "-m", "config.prepare"], cwd=ROOT, check=False)
        if done.returncode:
            raise Trouble(f"准备工作没有完成 · the preparations failed: {', '.join(todo)}")
    else:
        prepare.check()
    greeting = welcome(address)
    prepare.disconnect()
    settings = uvicorn.Config(
        "config.inprocess:application",
        http="live.wire:Door",
        ws="live.wire:Protocol",
        ws_per_message_deflate=False,
        ws_max_size=8192,
        ws_ping_interval=60,
        ws_ping_timeout=30,
        lifespan="on",
        backlog=4096,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
        # Nobody stands in front of this form: a forwarded address would be the visitor's own invention.
        proxy_headers=False,
    )
    WebServer(settings, greeting).run(sockets=listeners)


def main() -> int:
    """Entry point of ``python -m config.run``; returns the exit status."""
    keep_memory_small()
    os.umask(0o077)  # what we keep belongs to us alone
    for number in SIGNALS:
        signal.signal(number, ask_to_stop)
    stack = ExitStack()
    try:
        run(stack)
        status = 3  # uvicorn ended without being asked: its reason is in the log
    except (Stopped, KeyboardInterrupt):
        say("\n正在停止 · stopping")
        status = 0
    except Trouble as trouble:
        sys.stderr.write(f"\n{trouble}\n\n")
        status = 1
    finally:
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C must not leave half of it running
        stack.close()
    if status == 0:
        say("已停止 · stopped")
    return status


if __name__ == "__main__":
    sys.exit(main())
